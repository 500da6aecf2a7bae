/// Groups rows by key columns and aggregates each group.
struct AggregateStep {
  let keys: [Int]
  let outputs: AggregateOutputs
  let label: String

  func run(on frame: DataFrame, schema: Schema) throws(FrameError) -> DataFrame {
    let grouping = try Grouping(of: keys.map { frame.columns[$0] }, rowCount: frame.rowCount)
    var groupColumns = try gathered(
      keys.map { frame.columns[$0] }, RowSelection(rows: grouping.firstRows))
    for aggregate in outputs.aggregates {
      let inputs = try ChunkedEvaluation(frame, step: label).columns(aggregate.inputs)
      groupColumns.append(
        try aggregated(aggregate.function, inputs, by: grouping, label: label))
    }
    let overGroups = ChunkedEvaluation(
      columns: groupColumns, rowCount: grouping.groupCount, step: label)
    let columns =
      Array(groupColumns.prefix(keys.count)) + (try overGroups.columns(outputs.outputs))
    return DataFrame(schema: schema, columns: columns, rowCount: grouping.groupCount)
  }
}
