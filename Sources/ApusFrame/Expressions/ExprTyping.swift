/// An expression whose names are found and whose types fit: what the executor evaluates.
package indirect enum TypedExpr: Sendable, Hashable {
  case column(Int, DataType)
  case literal(Scalar, DataType)
  case not(TypedExpr)
  case negate(TypedExpr)
  case isNull(TypedExpr, Bool)
  case arithmetic(BinaryOperator, TypedExpr, TypedExpr, DataType)
  case comparison(BinaryOperator, TypedExpr, TypedExpr)
  case logic(BinaryOperator, TypedExpr, TypedExpr)
  case isIn(TypedExpr, [Scalar])
  case call(RowFunction, [TypedExpr], DataType)
  case window(TypedWindow)

  /// The type of the result.
  package var type: DataType {
    switch self {
    case .column(_, let type), .literal(_, let type), .arithmetic(_, _, _, let type),
      .call(_, _, let type):
      type
    case .negate(let operand): operand.type
    case .window(let window): window.type
    case .not, .isNull, .comparison, .logic, .isIn: .bool
    }
  }
}

extension TypedExpr {
  /// Whether it is a null that is written down.
  var isNull: Bool {
    if case .literal(.null, _) = self { true } else { false }
  }
}

extension TypedExpr {
  /// A whole number that is written down, in floating point when it stands beside such and is
  /// exact there: then whole columns are compared in one type.
  fileprivate func real(beside other: DataType) -> TypedExpr {
    guard other == .float64, case .literal(.int(let value), _) = self,
      let real = Double(exactly: value)
    else { return self }
    return .literal(.double(real), .float64)
  }
}

/// Holds expressions against a schema: every wrong name or type is found here, before data is
/// touched.
struct ExprTyping {
  let schema: Schema
  /// Who asks, for errors: `filter(…)`.
  let step: String

  /// The expression with names found and types checked.
  func typed(_ expr: Expr) throws(FrameError) -> TypedExpr {
    switch expr.node {
    case .column(let name):
      let place = try schema.place(of: name, in: step)
      return .column(place, schema.fields[place].type)
    case .literal(let value):
      return .literal(value, value.type ?? .string)
    case .named(let inner, _):
      return try typed(inner)
    case .unary(let operation, let operand):
      return try typed(operation, operand, of: expr)
    case .binary(let operation, let left, let right):
      return try typed(operation, left, right, of: expr)
    case .isIn(let operand, let values):
      return try typed(operand, isIn: values, of: expr)
    case .call(let function, let operands):
      return try typed(function, operands, of: expr)
    case .window(let function, let inputs, let frame):
      return .window(try typed(function, inputs, frame, of: expr))
    case .aggregate:
      throw FrameError(
        code: .typeMismatch, what: "the aggregate \(expr) has no group", place: step,
        mend: "use it in aggregate(…), after grouped(by:) where there are groups, or with over(…)")
    }
  }

  private func typed(
    _ function: RowFunction, _ operands: [Expr], of expr: Expr
  ) throws(FrameError) -> TypedExpr {
    var inner: [TypedExpr] = []
    for operand in operands { inner.append(try typed(operand)) }
    // A null that is written down takes the type of what it stands beside.
    if function == .choose || function == .coalesce {
      let values = function == .choose ? inner.dropFirst() : inner[...]
      let other = values.first { !$0.isNull }?.type ?? .string
      for place in values.indices where inner[place].isNull {
        inner[place] = .literal(.null, other)
      }
    }
    guard let type = function.type(of: inner.map(\.type)) else {
      throw mismatch(expr, function.rule, inner.map(\.type))
    }
    return .call(function, inner, type)
  }

  /// The expression, which must be true or false.
  func predicate(_ expr: Expr) throws(FrameError) -> TypedExpr {
    let result = try typed(expr)
    guard result.type == .bool else {
      throw FrameError(
        code: .typeMismatch, what: "\"\(expr)\" is \(result.type), not Bool", place: step,
        mend: "compare it with something")
    }
    return result
  }

  private func typed(
    _ operation: UnaryOperator, _ operand: Expr, of expr: Expr
  ) throws(FrameError) -> TypedExpr {
    let inner = try typed(operand)
    switch operation {
    case .isNull: return .isNull(inner, true)
    case .isNotNull: return .isNull(inner, false)
    case .not:
      guard inner.type == .bool else { throw mismatch(expr, "! takes Bool", [inner.type]) }
      return .not(inner)
    case .negate:
      guard inner.type.isNumeric else { throw mismatch(expr, "- takes numbers", [inner.type]) }
      return .negate(inner)
    }
  }

  private func typed(
    _ operation: BinaryOperator, _ leftExpr: Expr, _ rightExpr: Expr, of expr: Expr
  ) throws(FrameError) -> TypedExpr {
    var left = try typed(leftExpr)
    var right = try typed(rightExpr)
    switch operation {
    case .and, .or:
      guard left.type == .bool, right.type == .bool else {
        throw mismatch(expr, "\(operation.rawValue) takes Bool", [left.type, right.type])
      }
      return .logic(operation, left, right)
    case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual:
      left = try dayIfAsked(left, beside: right.type, of: expr)
      right = try dayIfAsked(right, beside: left.type, of: expr)
      guard left.type == right.type || (left.type.isNumeric && right.type.isNumeric) else {
        throw mismatch(expr, "values of different types are not compared", [left.type, right.type])
      }
      return .comparison(
        operation, left.real(beside: right.type), right.real(beside: left.type))
    case .add, .subtract, .multiply, .divide, .remainder:
      guard let type = resultType(operation, left.type, right.type) else {
        throw mismatch(
          expr, "no \(operation.rawValue) for these types", [left.type, right.type])
      }
      return .arithmetic(operation, left, right, type)
    }
  }

  private func resultType(
    _ operation: BinaryOperator, _ left: DataType, _ right: DataType
  ) -> DataType? {
    switch (operation, left, right) {
    case (.divide, _, _) where left.isNumeric && right.isNumeric: .float64
    case (.remainder, .int64, .int64): .int64
    case (.remainder, _, _): nil
    case (_, .int64, .int64): .int64
    case (_, _, _) where left.isNumeric && right.isNumeric: .float64
    case (.add, .string, .string): .string
    case (.add, .date, .int64), (.subtract, .date, .int64): .date
    case (.subtract, .date, .date): .int64
    default: nil
    }
  }

  private func typed(
    _ operand: Expr, isIn values: [Scalar], of expr: Expr
  ) throws(FrameError) -> TypedExpr {
    let inner = try typed(operand)
    var wanted: [Scalar] = []
    for value in values {
      let literal = try dayIfAsked(
        .literal(value, value.type ?? inner.type), beside: inner.type, of: expr)
      guard literal.type == inner.type || (literal.type.isNumeric && inner.type.isNumeric) else {
        throw mismatch(expr, "isIn takes values of the column's type", [inner.type, literal.type])
      }
      if case .literal(let scalar, _) = literal { wanted.append(scalar) }
    }
    return .isIn(inner, wanted)
  }

  /// A text literal beside a day is read as one: `col("day") >= "2026-01-31"`.
  private func dayIfAsked(
    _ operand: TypedExpr, beside other: DataType, of expr: Expr
  ) throws(FrameError) -> TypedExpr {
    guard other == .date, case .literal(.string(let text), _) = operand else { return operand }
    guard let day = CivilDate(text) else {
      throw FrameError(
        code: .badValue, what: "\"\(text)\" is no day in \"\(expr)\"", place: step,
        mend: "write days as 2026-01-31")
    }
    return .literal(.date(day), .date)
  }

  private func mismatch(_ expr: Expr, _ rule: String, _ types: [DataType]) -> FrameError {
    let found = types.map(\.description).joined(separator: " and ")
    return FrameError(
      code: .typeMismatch, what: "\"\(expr)\" has \(found)", place: step, mend: rule)
  }
}
