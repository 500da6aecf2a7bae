package import Jupyter

/// The cells of a run in their order: which are asked for, which one runs, how each ended.
///
/// Cells are asked for in waves, so that a kernel can see what comes next. A wave is sent only when
/// the one before has ended: a kernel aborts what it has received when a cell fails, but may run
/// what reaches it a moment later.
package struct RunQueue: Sendable {
  /// What a message meant for the run.
  package enum Step: Sendable {
    case started(RunEvent.CellPlace)
    case finished(CellRun, CellOutcome, Duration)
  }

  package static let waveLength = 200

  private var runs: [CellRun]
  private var sentCount = 0
  private var finishedCount = 0
  private var indices: [String: Int] = [:]
  /// When the cell in front became the one in front.
  package private(set) var turnTime: ContinuousClock.Instant

  package init(_ runs: [CellRun], at time: ContinuousClock.Instant) {
    self.runs = runs
    turnTime = time
  }

  /// How many cells have ended.
  package var endedCount: Int { finishedCount }

  /// The cell that runs or is the next to run.
  package var front: CellRun? { runs.indices.contains(finishedCount) ? runs[finishedCount] : nil }

  /// The requests to send now; none while earlier ones are under way.
  package func wave() -> [ExecuteContent] {
    guard finishedCount == sentCount else { return [] }
    return runs[sentCount...].prefix(Self.waveLength).map(\.content)
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
      finishedCount += 1
      turnTime = time
      steps.append(.finished(run, outcome, time - (run.startTime ?? time)))
      if run.endsTheRun { break }
    }
    return steps
  }
}
