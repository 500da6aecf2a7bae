/// Computes expressions over the rows of a frame, a chunk a task: what an expression makes on its
/// way stays in the processor's cache.
struct ChunkedEvaluation {
  private let columns: [ColumnStorage]
  private let rowCount: Int
  private let step: String

  init(columns: [ColumnStorage], rowCount: Int, step: String) {
    self.columns = columns
    self.rowCount = rowCount
    self.step = step
  }

  init(_ frame: DataFrame, step: String) {
    self.init(columns: frame.columns, rowCount: frame.rowCount, step: step)
  }

  /// The value of each expression in each row.
  func columns(_ expressions: [TypedExpr]) throws(FrameError) -> [ColumnStorage] {
    var results: [ColumnStorage] = []
    for expression in expressions {
      let (whole, rest) = try withoutWindows(expression)
      results.append(try whole.column(rest))
    }
    return results
  }

  /// The numbers of the rows in which `predicate` is true.
  func rows(where predicate: TypedExpr) throws(FrameError) -> Values<UInt32> {
    let (whole, rest) = try withoutWindows(predicate)
    return try whole.plainRows(where: rest)
  }

  /// The expression with its window functions computed: further columns stand for them.
  private func withoutWindows(
    _ expression: TypedExpr
  ) throws(FrameError) -> (ChunkedEvaluation, TypedExpr) {
    guard expression.hasWindow else { return (self, expression) }
    var extended = columns
    let rest = try expression.mapped { part throws(FrameError) in
      guard case .window(let window) = part else { return nil }
      let step = WindowStep(columns: columns, rowCount: rowCount, step: step)
      extended.append(try step.column(window))
      return .column(extended.count - 1, window.type)
    }
    return (ChunkedEvaluation(columns: extended, rowCount: rowCount, step: step), rest)
  }

  private func plainRows(where predicate: TypedExpr) throws(FrameError) -> Values<UInt32> {
    let chunks = try chunks { evaluator throws(FrameError) -> Bitmap in
      guard case .bool(let chosen) = try evaluator.column(predicate) else {
        preconditionFailure("a predicate is not Bool")
      }
      return chosen.isTrue
    }
    var starts = [0]
    for chunk in chunks { starts.append(starts[starts.count - 1] + chunk.setCount) }
    return try Values(count: starts[chunks.count]) { target throws(FrameError) in
      try inParallel(chunks.count) { chunk throws(FrameError) in
        var next = starts[chunk]
        forEachPresent(chunks[chunk].count, chunks[chunk]) { row in
          target[next] = UInt32(truncatingIfNeeded: chunk * chunkRowCount + row)
          next &+= 1
        }
      }
    }
  }

  private func column(_ expression: TypedExpr) throws(FrameError) -> ColumnStorage {
    switch expression {
    case .column(let place, _): return columns[place]
    case .literal(let value, let type): return .repeating(value, type: type, count: rowCount)
    default:
      let parts = try chunks { evaluator throws(FrameError) in try evaluator.column(expression) }
      return try concatenated(parts, type: expression.type, chunkRowCount: chunkRowCount)
    }
  }

  /// What `body` makes of each chunk of rows; of no rows too, as one chunk.
  private func chunks<Result>(
    _ body: (ExprEvaluator) throws(FrameError) -> Result
  ) throws(FrameError) -> [Result] {
    guard rowCount > chunkRowCount else {
      return [try body(ExprEvaluator(columns: columns, rowCount: rowCount, step: step))]
    }
    let count = (rowCount + chunkRowCount - 1) / chunkRowCount
    return try parallelMap(count) { chunk throws(FrameError) in
      let first = chunk * chunkRowCount
      let rows = first..<Swift.min(first + chunkRowCount, rowCount)
      return try body(
        ExprEvaluator(
          columns: columns.map { $0.sliced(rows) }, rowCount: rows.count, step: step,
          firstRow: first))
    }
  }
}
