@_implementationOnly import Synchronization

/// How many rows a task of row-wise work takes; a multiple of 64, so that tasks never share a word
/// of a bitmap.
let chunkRowCount = 1 << 15

/// Calls `body` with each of `0..<count` on the threads of the pool. The error of the first task
/// that fails is thrown, and that of a query that was asked to stop.
package func inParallel(
  _ count: Int, _ body: (Int) throws(FrameError) -> Void
) throws(FrameError) {
  try FrameMemory.check()
  let failure = FirstFailure()
  let isComplete = ThreadPool.shared.forEach(count) { task in
    do throws(FrameError) {
      try body(task)
    } catch {
      failure.note(error, task: task)
    }
  }
  try failure.rethrow(isComplete: isComplete)
}

/// Calls `body` with ranges of rows that together are `0..<rowCount`, each of `size` rows but the
/// last.
package func inParallel(
  rows rowCount: Int, by size: Int = chunkRowCount,
  _ body: (Range<Int>) throws(FrameError) -> Void
) throws(FrameError) {
  try inParallel((rowCount + size - 1) / size) { chunk throws(FrameError) in
    let first = chunk * size
    try body(first..<Swift.min(first + size, rowCount))
  }
}

/// Rows cut into `count` runs of almost equal length, each but the last a multiple of 64 rows; the
/// cut depends on nothing but the numbers, so that results do not depend on the machine.
struct RowRuns {
  let rowCount: Int
  let size: Int
  let count: Int

  init(rowCount: Int, count: Int) {
    let wanted = (rowCount + Swift.max(count, 1) - 1) / Swift.max(count, 1)
    size = Swift.max((wanted + 63) & ~63, 64)
    self.rowCount = rowCount
    self.count = Swift.max((rowCount + size - 1) / size, 1)
  }

  subscript(run: Int) -> Range<Int> {
    let first = Swift.min(run * size, rowCount)
    return first..<Swift.min(first + size, rowCount)
  }
}

/// The error of the task with the least number among those that failed.
final class FirstFailure: Sendable {
  private let first = Mutex<(task: Int, error: FrameError)?>(nil)

  func note(_ error: FrameError, task: Int) {
    first.withLock { first in
      if task < first?.task ?? .max { first = (task, error) }
    }
  }

  func rethrow(isComplete: Bool) throws(FrameError) {
    if let failure = first.withLock({ $0 }) { throw failure.error }
    if !isComplete { throw .cancelled(in: "") }
  }
}

/// What `body` gives for each of `0..<count`, computed on the threads of the pool.
package func parallelMap<Result>(
  _ count: Int, _ body: (Int) throws(FrameError) -> Result
) throws(FrameError) -> [Result] {
  let results = UnsafeMutablePointer<Result?>.allocate(capacity: Swift.max(count, 1))
  results.initialize(repeating: nil, count: count)
  defer {
    results.deinitialize(count: count)
    results.deallocate()
  }
  // Each task writes its own place.
  try inParallel(count) { task throws(FrameError) in results[task] = try body(task) }
  return (0..<count).compactMap { results[$0] }
}
