/// Runs a plan: walks its steps from the frame up and gives whole columns to kernels.
struct PlanExecutor {
  /// The frames of plans that stand at several places of the plan that runs.
  private final class SharedFrames {
    var frames: [Int: DataFrame] = [:]
  }

  private let shared = SharedFrames()
  /// Whether joins may be done in another order than asked.
  private let reordersJoins: Bool

  init(reordersJoins: Bool = true) { self.reordersJoins = reordersJoins }

  /// The frame that `plan` describes.
  func run(_ plan: LogicalPlan) throws(FrameError) -> DataFrame {
    do throws(FrameError) {
      let frame = try runStep(of: plan)
      try FrameMemory.check()
      return frame
    } catch {
      // Kernels do not know for whom they work.
      guard error.place.isEmpty else { throw error }
      throw FrameError(
        code: error.code, what: error.what, place: plan.label, mend: error.mend)
    }
  }

  private func runStep(of plan: LogicalPlan) throws(FrameError) -> DataFrame {
    switch plan.step {
    case .frame(let frame, _):
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
      if reordersJoins, let chain = JoinChain(plan) { return try chain.run(self) }
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
    case .slice(let input, let from, let count):
      let frame = try run(input)
      let start = Swift.min(from, frame.rowCount)
      return frame.sliced(start..<(start + Swift.min(count, frame.rowCount - start)))
    case .other(let step, let inputs):
      var frames: [DataFrame] = []
      for input in inputs { frames.append(try run(input)) }
      return try step.run(frames, schema: plan.schema, label: plan.label)
    case .shared(let content, let number):
      if let frame = shared.frames[number] { return frame }
      let frame = try run(content)
      shared.frames[number] = frame
      return frame
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
