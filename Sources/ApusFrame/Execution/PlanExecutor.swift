/// Runs a plan: walks its steps from the frame up and gives whole columns to kernels.
struct PlanExecutor {
  /// The frame that `plan` describes.
  func run(_ plan: LogicalPlan) throws(FrameError) -> DataFrame {
    do throws(FrameError) {
      return try runStep(of: plan)
    } catch {
      // Kernels that were asked to stop do not know for whom they worked.
      throw error.code == .cancelled && error.place.isEmpty ? .cancelled(in: plan.label) : error
    }
  }

  private func runStep(of plan: LogicalPlan) throws(FrameError) -> DataFrame {
    switch plan.step {
    case .frame(let frame):
      return frame
    case .scan(let scan):
      let frame = try scan.source.read(
        scan.places, limit: scan.limit, where: scan.predicate)
      guard let predicate = scan.predicate else { return frame }
      return try filtered(frame, predicate, label: "filter(…)")
    case .filter(let input, let predicate):
      return try filtered(try run(input), predicate, label: plan.label)
    case .project(let input, let expressions):
      let frame = try run(input)
      let columns = try ChunkedEvaluation(frame, step: plan.label).columns(expressions)
      return DataFrame(schema: plan.schema, columns: columns, rowCount: frame.rowCount)
    case .aggregate(let input, let keys, let outputs):
      let step = AggregateStep(keys: keys, outputs: outputs, label: plan.label)
      return try step.run(on: try run(input), schema: plan.schema)
    case .join(let left, let right, let join):
      let step = JoinStep(join: join, label: plan.label)
      return try step.run(try run(left), try run(right), schema: plan.schema)
    case .groupTop(let input, let keys, let order, let count):
      let frame = try run(input)
      let grouping = try Grouping(of: keys.map { frame.columns[$0] }, rowCount: frame.rowCount)
      let rows = try topRows(
        count, by: order.map { SortColumn(frame.columns[$0.place], $0) }, grouping)
      return try frame.gathered(RowSelection(rows: rows, isScattered: true))
    case .unique(let input, let places):
      let frame = try run(input)
      let grouping = try Grouping(of: places.map { frame.columns[$0] }, rowCount: frame.rowCount)
      guard !places.isEmpty, grouping.groupCount < frame.rowCount else { return frame }
      return try frame.gathered(RowSelection(rows: grouping.firstRows))
    case .head(let input, let count):
      return try run(input).head(count)
    case .sort(let input, let keys, let limit):
      let frame = try run(input)
      let columns = keys.map { SortColumn(frame.columns[$0.place], $0) }
      let order =
        if let limit {
          try firstRows(limit, by: columns, rowCount: frame.rowCount)
        } else {
          try sortedRows(by: columns, rowCount: frame.rowCount)
        }
      return try frame.gathered(RowSelection(rows: order, isScattered: true))
    }
  }
  private func filtered(
    _ frame: DataFrame, _ predicate: TypedExpr, label: String
  ) throws(FrameError) -> DataFrame {
    let rows = try ChunkedEvaluation(frame, step: label).rows(where: predicate)
    guard rows.count < frame.rowCount else { return frame }
    return try frame.gathered(RowSelection(rows: rows))
  }
}
