@_implementationOnly import Synchronization

/// How far the reading of files has come. One may ask it from any thread, or be told:
///
///     let progress = ReadProgress { print(Int($0.fraction * 100), "%") }
///     let frame = try DataFrame(parquet: "data/*.parquet", progress: progress)
///
/// A lazy frame begins anew with each `collect()`.
public final class ReadProgress: Sendable {
  /// What is read so far.
  public struct State: Sendable {
    /// How many bytes of the files' content are read and made columns.
    public var bytesDone: Int
    /// How many bytes are to be read; of compressed files it is known once they are opened.
    public var byteCount: Int
    /// How many rows are read.
    public var rowsDone: Int
    /// The share that is read, 0 to 1.
    public var fraction: Double {
      byteCount > 0 ? min(Double(bytesDone) / Double(byteCount), 1) : 0
    }
  }

  private let bytesDone = Atomic(0)
  private let byteCount = Atomic(0)
  private let rowsDone = Atomic(0)
  private let interval: Duration
  private let report: (@Sendable (State) -> Void)?
  private let lastReport = Mutex<ContinuousClock.Instant?>(nil)

  /// A progress that calls `report` at most every `interval` and when all is read, on whichever
  /// thread reads.
  public init(
    every interval: Duration = .milliseconds(100), report: (@Sendable (State) -> Void)? = nil
  ) {
    self.interval = interval
    self.report = report
  }

  /// What is read so far.
  public var state: State {
    State(
      bytesDone: bytesDone.load(ordering: .relaxed), byteCount: byteCount.load(ordering: .relaxed),
      rowsDone: rowsDone.load(ordering: .relaxed))
  }

  /// Starts anew, with so many bytes to read.
  func begin(byteCount: Int) {
    self.byteCount.store(byteCount, ordering: .relaxed)
    bytesDone.store(0, ordering: .relaxed)
    rowsDone.store(0, ordering: .relaxed)
    if report != nil { lastReport.withLock { $0 = .now } }
  }

  /// So many bytes more than was thought are to be read.
  func expect(bytes: Int) { byteCount.wrappingAdd(bytes, ordering: .relaxed) }

  /// So much is read.
  func add(bytes: Int, rows: Int) {
    bytesDone.wrappingAdd(bytes, ordering: .relaxed)
    rowsDone.wrappingAdd(rows, ordering: .relaxed)
    guard let report else { return }
    let isDue = lastReport.withLock { last in
      let now = ContinuousClock.now
      guard let before = last, now - before < interval else {
        last = now
        return true
      }
      return false
    }
    if isDue { report(state) }
  }

  /// All is read that was asked for.
  func end(rowCount: Int) {
    bytesDone.store(byteCount.load(ordering: .relaxed), ordering: .relaxed)
    rowsDone.store(rowCount, ordering: .relaxed)
    report?(state)
  }
}
