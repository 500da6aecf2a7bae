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

  /// Whether it is a value that is written down.
  var isLiteral: Bool { if case .literal = self { true } else { false } }
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
    case .across(let function, let columns):
      return try typed(function, columns, of: expr)
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
    if function.standsInPlace {
      let values = function == .choose ? inner.dropFirst() : inner[...]
      let other =
        (values.first { !$0.isLiteral } ?? values.first { !$0.isNull })?.type ?? .string
      for place in values.indices { inner[place] = inner[place].fitted(beside: other) }
    }
    // What is wrong with a pattern or a zone is found before data is touched.
    switch function {
    case .pattern(let function): try function.check(in: step)
    case .time(.inZone(let zone)), .time(.replacingZone(let zone?, _)),
      .cast(.datetime(_, let zone?), _), .parse(_, .datetime(_, let zone?), _):
      _ = try ZoneRules.named(zone, in: step)
    default: break
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
      var isSigned = inner.type.isNumeric && !inner.type.isUnsigned
      if case .duration = inner.type { isSigned = true }
      guard isSigned else {
        throw mismatch(
          expr, inner.type.isUnsigned ? "- takes numbers with a sign" : "- takes numbers",
          [inner.type])
      }
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
      left = try readIfAsked(left, beside: right.type, of: expr)
      right = try readIfAsked(right, beside: left.type, of: expr)
      return try comparison(operation, left, right, of: expr)
    case .add, .subtract, .multiply, .divide, .remainder:
      guard let result = TypedExpr.arithmetic(operation, left, right) else {
        throw mismatch(
          expr, "no \(operation.rawValue) for these types", [left.type, right.type])
      }
      return result
    }
  }

  /// The comparison with both sides in one type; `Int` and `Double` are compared as they are, since
  /// neither holds the other.
  private func comparison(
    _ operation: BinaryOperator, _ left: TypedExpr, _ right: TypedExpr, of expr: Expr
  ) throws(FrameError) -> TypedExpr {
    guard var common = DataType.common(left.type, right.type) else {
      throw mismatch(expr, "values of different types are not compared", [left.type, right.type])
    }
    if common == .float64, left.type.isInteger, right.type.isInteger {
      common = .decimal(precision: 38, scale: 0)
    }
    if common == .float64, left.type.isInteger != right.type.isInteger,
      left.type != .uint64, right.type != .uint64, !left.type.isDecimal, !right.type.isDecimal
    {
      let (whole, real) = (DataType.int64, DataType.float64)
      return .comparison(
        operation, left.converted(to: left.type.isInteger ? whole : real),
        right.converted(to: right.type.isInteger ? whole : real))
    }
    if common == .float64, let exact = exactDecimals(left, right) {
      return .comparison(operation, exact.left, exact.right)
    }
    return .comparison(operation, left.converted(to: common), right.converted(to: common))
  }

  /// A decimal and a floating-point number that is written down, which means the decimal that its
  /// text says: `col("price") > 0.05`.
  private func exactDecimals(
    _ left: TypedExpr, _ right: TypedExpr
  ) -> (left: TypedExpr, right: TypedExpr)? {
    func decimal(_ operand: TypedExpr) -> TypedExpr? {
      guard case .literal(.double(let value), _) = operand,
        let exact = Decimal128(value.description)
      else { return nil }
      return .literal(.decimal(exact), .decimal(precision: 38, scale: exact.scale))
    }
    let (a, b) = (decimal(left) ?? left, decimal(right) ?? right)
    guard a.type.isDecimal, b.type.isDecimal, let common = DataType.common(a.type, b.type) else {
      return nil
    }
    return (a.converted(to: common), b.converted(to: common))
  }

  private func typed(
    _ operand: Expr, isIn values: [Scalar], of expr: Expr
  ) throws(FrameError) -> TypedExpr {
    let inner = try typed(operand)
    var wanted: [Scalar] = []
    for value in values {
      let literal = try readIfAsked(
        .literal(value, value.type ?? inner.type), beside: inner.type, of: expr)
      guard DataType.common(literal.type, inner.type) != nil else {
        throw mismatch(expr, "isIn takes values of the column's type", [inner.type, literal.type])
      }
      if case .literal(let scalar, _) = literal { wanted.append(scalar) }
    }
    return .isIn(inner, wanted)
  }

  func mismatch(_ expr: Expr, _ rule: String, _ types: [DataType]) -> FrameError {
    let found = types.map(\.description).joined(separator: " and ")
    return FrameError(
      code: .typeMismatch, what: "\"\(expr)\" has \(found)", place: step, mend: rule)
  }
}
