extension Expr {
  /// The expression with its aggregates over those rows only for which `condition` is true.
  ///
  ///     sum("price").where(col("kind") == "book") / sum("price")
  ///
  /// A group none of whose rows fulfils the condition has what an aggregate of no rows has.
  public func `where`(_ condition: Expr) -> Expr {
    switch node {
    case .column, .literal, .window, .across: self
    case .unary(let operation, let operand): Expr(.unary(operation, operand.where(condition)))
    case .binary(let operation, let left, let right):
      Expr(.binary(operation, left.where(condition), right.where(condition)))
    case .isIn(let operand, let values): Expr(.isIn(operand.where(condition), values))
    case .call(let function, let operands):
      Expr(.call(function, operands.map { $0.where(condition) }))
    case .aggregate(let function, let inputs):
      Expr(.aggregate(function, function.inputs(inputs, where: condition)))
    case .named(let inner, let name): Expr(.named(inner.where(condition), name))
    }
  }
}

extension AggregateFunction {
  /// What is aggregated when only rows count for which `condition` is true: others become null,
  /// which no aggregate but those of the first row, the last row and all of them passes over.
  fileprivate func inputs(_ inputs: [Expr], where condition: Expr) -> [Expr] {
    let null = Expr(.literal(.null))
    switch self {
    case .first, .last, .list:
      return inputs.count == 2 ? [inputs[0], inputs[1] && condition] : inputs + [condition]
    default:
      guard !inputs.isEmpty else { return [when(condition).then(true).otherwise(null)] }
      return inputs.map { when(condition).then($0).otherwise(null) }
    }
  }
}
