/// One aggregate with its input's type checked.
package struct TypedAggregate: Sendable, Hashable {
  package let function: AggregateFunction
  /// What is aggregated; nothing for the count of rows.
  package let inputs: [TypedExpr]
  package let type: DataType
}

/// Aggregates, and what is computed from them and the keys: one output column per expression.
package struct AggregateOutputs: Sendable, Hashable {
  package var aggregates: [TypedAggregate] = []
  /// Expressions over the key columns followed by the aggregates.
  package var outputs: [TypedExpr] = []
}

/// Takes expressions such as `max("a") - min("b")` apart: the aggregates go over the rows, the rest
/// over the groups.
struct AggregateTyping {
  let schema: Schema
  let keys: [Schema.Field]
  let step: String
  private var aggregates: [TypedAggregate] = []
  private var groupFields: [Schema.Field]

  init(schema: Schema, keys: [Schema.Field], step: String) {
    self.schema = schema
    self.keys = keys
    self.step = step
    groupFields = keys
  }

  /// The name of an aggregate's column, which is only ever looked up here: no column of a frame can
  /// have it.
  private static func name(_ place: Int) -> String { "\u{0}aggregate \(place)" }

  /// The aggregates of `expressions`, types checked.
  mutating func typed(_ expressions: [Expr]) throws(FrameError) -> AggregateOutputs {
    var rests: [Expr] = []
    for expression in expressions {
      rests.append(try overGroups(expression.unnamed, in: expression))
    }
    var result = AggregateOutputs(aggregates: aggregates)
    let typing = ExprTyping(schema: try Schema(groupFields, for: step), step: step)
    for rest in rests { result.outputs.append(try typing.typed(rest)) }
    return result
  }

  /// The expression with each aggregate replaced by the column that will hold it.
  private mutating func overGroups(
    _ expr: Expr, in whole: Expr
  ) throws(FrameError) -> Expr {
    switch expr.node {
    case .aggregate(let function, let inputs):
      let aggregate = try typed(function, inputs, of: expr)
      if let known = aggregates.firstIndex(of: aggregate) {
        return col(AggregateTyping.name(known))
      }
      let name = AggregateTyping.name(aggregates.count)
      aggregates.append(aggregate)
      groupFields.append(Schema.Field(name, aggregate.type))
      return col(name)
    case .column(let name):
      _ = try schema.place(of: name, in: step)
      guard keys.contains(where: { $0.name == name }) else {
        throw FrameError(
          code: .typeMismatch, what: "\"\(name)\" in \"\(whole)\" has many values a group",
          place: step, mend: "aggregate it, as in mean(\"\(name)\") or first(\"\(name)\")")
      }
      return expr
    case .literal: return expr
    case .across:
      throw FrameError(
        code: .typeMismatch, what: "\"\(expr)\" has a value for each row", place: step,
        mend: "aggregate it, as in mean(\(expr))")
    case .unary(let operation, let operand):
      return Expr(.unary(operation, try overGroups(operand, in: whole)))
    case .binary(let operation, let left, let right):
      let left = try overGroups(left, in: whole)
      return Expr(.binary(operation, left, try overGroups(right, in: whole)))
    case .isIn(let operand, let values):
      return Expr(.isIn(try overGroups(operand, in: whole), values))
    case .call(let function, let operands):
      var inner: [Expr] = []
      for operand in operands { inner.append(try overGroups(operand, in: whole)) }
      return Expr(.call(function, inner))
    case .window:
      throw FrameError(
        code: .typeMismatch, what: "\"\(expr)\" has a value for each row", place: step,
        mend: "compute it before, in with(…, as:), and aggregate that column")
    case .named(let inner, _): return try overGroups(inner, in: whole)
    }
  }

  private func typed(
    _ function: AggregateFunction, _ inputs: [Expr], of expr: Expr
  ) throws(FrameError) -> TypedAggregate {
    let typing = ExprTyping(schema: schema, step: step)
    var operands: [TypedExpr] = []
    for input in inputs { operands.append(try typing.typed(input)) }
    let type = try type(of: function, operands.map(\.type), expr)
    if function.wantsReals, operands.allSatisfy({ !$0.type.isTemporal }) {
      operands = operands.map { operand in
        operand.type == .float64
          ? operand : .call(.cast(.float64, isStrict: true), [operand], .float64)
      }
    }
    return TypedAggregate(function: function, inputs: operands, type: type)
  }

  /// The type of an aggregate of inputs of these types.
  func type(
    of function: AggregateFunction, _ types: [DataType], _ expr: Expr
  ) throws(FrameError) -> DataType {
    guard let operand = types.first else { return .int64 }
    switch function {
    case .count, .countDistinct: return .int64
    case .first, .last, .min, .max, .list:
      guard types.count < 2 || types[1] == .bool else {
        throw FrameError(
          code: .typeMismatch, what: "\"\(expr)\" where \(types[1])", place: step,
          mend: "a condition is Bool: compare it with something")
      }
      return function == .list ? .list(operand) : operand
    case .extremes: return .list(operand)
    case .sum:
      try check(operand, of: expr)
      return DataType.sum(of: operand)
    case .mode, .atExtreme: return operand
    case .mean, .median:
      try check(operand, of: expr, takesTimes: true)
      return DataType.statistic(of: operand)
    case .std:
      if case .duration = operand { return operand }
      try check(operand, of: expr)
      return .float64
    case .variance, .correlation, .covariance, .product, .skewness, .kurtosis:
      for type in types { try check(type, of: expr) }
      return .float64
    case .any, .all:
      guard operand == .bool else {
        throw FrameError(
          code: .typeMismatch, what: "\"\(expr)\" of \(operand)", place: step,
          mend: "it takes Bool: compare the values with something")
      }
      return .bool
    case .quantile(let share):
      try check(operand, of: expr, takesTimes: true)
      guard (0...1).contains(share) else {
        throw FrameError(
          code: .badValue, what: "no quantile at \(share)", place: step,
          mend: "give a share from 0 to 1, such as 0.9")
      }
      return DataType.statistic(of: operand)
    }
  }

  private func check(
    _ type: DataType, of expr: Expr, takesTimes: Bool = false
  ) throws(FrameError) {
    if takesTimes, type.isTemporal { return }
    if case .duration = type, case .aggregate(.sum, _) = expr.node { return }
    if case .duration = type, case .window(.aggregate(.sum), _, _) = expr.node { return }
    guard type.isNumeric || type == .bool else {
      throw FrameError(
        code: .typeMismatch, what: "\"\(expr)\" of \(type)", place: step,
        mend: "numbers and Bool have one; count, min, max, first and last take every type")
    }
  }
}
