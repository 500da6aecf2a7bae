/// Runs a plan: walks its steps from the frame up and gives whole columns to kernels.
struct PlanExecutor {
  /// The frame that `plan` describes.
  func run(_ plan: LogicalPlan) throws(FrameError) -> DataFrame {
    switch plan.step {
    case .frame(let frame):
      return frame
    case .filter(let input, let predicate):
      let frame = try run(input)
      let evaluator = ExprEvaluator(frame, step: plan.label)
      guard case .bool(let chosen) = try evaluator.column(predicate) else {
        preconditionFailure("a filter's predicate is not Bool")
      }
      return frame.gathered(rowNumbers(of: chosen.isTrue))
    case .project(let input, let expressions):
      let frame = try run(input)
      let evaluator = ExprEvaluator(frame, step: plan.label)
      var columns: [ColumnStorage] = []
      for expression in expressions { columns.append(try evaluator.column(expression)) }
      return DataFrame(schema: plan.schema, columns: columns, rowCount: frame.rowCount)
    case .aggregate(let input, let keys, let outputs):
      let step = AggregateStep(keys: keys, outputs: outputs, label: plan.label)
      return try step.run(on: try run(input), schema: plan.schema)
    case .sort(let input, let keys):
      let frame = try run(input)
      let sortColumns = keys.map { (frame.columns[$0.place], $0.isDescending) }
      return frame.gathered(sortedRows(by: sortColumns, rowCount: frame.rowCount))
    }
  }
}

/// Groups rows by key columns and aggregates each group.
struct AggregateStep {
  let keys: [Int]
  let outputs: AggregateOutputs
  let label: String

  func run(on frame: DataFrame, schema: Schema) throws(FrameError) -> DataFrame {
    let grouping = Grouping(of: keys.map { frame.columns[$0] }, rowCount: frame.rowCount)
    let evaluator = ExprEvaluator(frame, step: label)
    var groupColumns = keys.map { frame.columns[$0].gathered(grouping.firstRows) }
    for aggregate in outputs.aggregates {
      let input = try aggregate.input.map { input throws(FrameError) in
        try evaluator.column(input)
      }
      groupColumns.append(
        try aggregated(aggregate.function, input, by: grouping, label: label))
    }
    let overGroups = ExprEvaluator(
      columns: groupColumns, rowCount: grouping.groupCount, step: label)
    var columns = Array(groupColumns.prefix(keys.count))
    for output in outputs.outputs { columns.append(try overGroups.column(output)) }
    return DataFrame(schema: schema, columns: columns, rowCount: grouping.groupCount)
  }
}
