package import Jupyter

/// The cells of a run in their order: which are asked for, which one runs, how each ended.
///
/// Cells are asked for in waves, so that a kernel can see what comes next (ours compiles it ahead). A wave is sent only when
/// the one before has ended: a kernel aborts what it has received when a cell fails, but may run
/// what reaches it a moment later.
package struct RunQueue: Sendable {
  /// What a message meant for the run.
  package enum Step: Sendable {
    case started(RunEvent.CellPlace)
    case finished(CellRun, CellOutcome, Duration)
    /// It failed and will be asked for again.
    case repeated(CellRun, CellOutcome)
  }

  /// How many cells a kernel is sent ahead that makes use of it.
  package static let longestWave = 200

  private let waveLength: Int

  private var runs: [CellRun]
  private var sentCount = 0
  private var finishedCount = 0
  private var indices: [String: Int] = [:]
  /// When the cell in front became the one in front.
  package private(set) var turnTime: ContinuousClock.Instant

  /// How many cells must have ended before the run pauses once, for something that is no cell.
  private let pauseCount: Int

  /// - Parameters:
  ///   - index: the index among the notebook's cells of the last one before the pause.
  ///   - waveLength: 1 for a kernel that gains nothing by what comes next: when it dies, the cell
  ///     in front is the one that ended it.
  package init(
    _ runs: [CellRun], at time: ContinuousClock.Instant, pausesAfter index: Int? = nil,
    waveLength: Int = RunQueue.longestWave
  ) {
    self.runs = runs
    self.waveLength = waveLength
    turnTime = time
    pauseCount = index.map { index in runs.prefix { $0.place.index <= index }.count } ?? 0
  }

  /// Whether exactly the cells before the pause have ended.
  package var isAtPause: Bool { finishedCount == pauseCount }

  /// How many cells have ended.
  package var endedCount: Int { finishedCount }

  /// The cells that have not ended, the front one first.
  package var rest: ArraySlice<CellRun> { runs[finishedCount...] }

  /// The cell that runs or is the next to run.
  package var front: CellRun? { runs.indices.contains(finishedCount) ? runs[finishedCount] : nil }

  /// The requests to send now; none while earlier ones are under way. A cell that may be asked for
  /// again is the last of its wave, so that nothing behind it is aborted.
  package func wave() -> [ExecuteContent] {
    guard finishedCount == sentCount else { return [] }
    var wave: [ExecuteContent] = []
    for run in runs[sentCount...].prefix(waveLength) {
      wave.append(run.content)
      if run.retries > 0 || sentCount + wave.count == pauseCount { break }
    }
    return wave
  }

  /// Notes that the wave was sent, as `ids`.
  package mutating func sent(_ ids: [String]) {
    for id in ids {
      indices[id] = sentCount
      sentCount += 1
    }
  }

  /// Which cell a message belongs to.
  package func place(of message: Message) -> RunEvent.CellPlace? {
    indices[message.parent.id].map { runs[$0].place }
  }

  /// Takes in what a cell brings.
  package mutating func receive(
    _ event: KernelClient.ExecutionEvent, at time: ContinuousClock.Instant
  ) -> [Step] {
    let message =
      switch event {
      case .iopub(let message), .input(let message), .reply(let message): message
      }
    guard let index = indices[message.parent.id] else { return [] }
    var steps: [Step] = []
    if runs[index].receive(event, at: time) { steps.append(.started(runs[index].place)) }
    // In order: the *idle* of a cell may come before the reply of the one in front of it.
    while let run = front, let outcome = run.outcome {
      if run.isToBeRetried {
        steps.append(.repeated(run, outcome))
        runs[finishedCount].retry()
        sentCount = finishedCount
        indices = indices.filter { $0.value != finishedCount }
        turnTime = time
        break
      }
      finishedCount += 1
      turnTime = time
      steps.append(.finished(run, outcome, time - (run.startTime ?? time)))
      if run.endsTheRun { break }
    }
    return steps
  }
}
