package import Jupyter
package import Notebooks
internal import OrderedJSON

/// One cell of a run: what is asked of the kernel, and how far it is.
package struct CellRun: Sendable {
  package let place: RunEvent.CellPlace
  /// Whether an error is what it is there for.
  package let expectation: ErrorExpectation
  /// How long it may take, and how long it may say nothing, where it says so itself.
  package let timeout: Duration?
  package let silenceTimeout: Duration?
  /// How often it is asked for again when it fails.
  package let retries: Int
  private(set) var startTime: ContinuousClock.Instant?
  private(set) var attempts = 1
  /// When what happened, by the clocks of the kernel's messages.
  package private(set) var times = CellTimes()
  private var isIdle = false
  private var reply: CellOutcome?

  package init(
    place: RunEvent.CellPlace, expectation: ErrorExpectation = .none, timeout: Duration? = nil,
    silenceTimeout: Duration? = nil, retries: Int = 0
  ) {
    self.place = place
    self.expectation = expectation
    self.timeout = timeout
    self.silenceTimeout = silenceTimeout
    self.retries = retries
  }

  /// The request. No cell can be asked for input, and what follows an error is aborted.
  package var content: ExecuteContent {
    ExecuteContent(
      code: place.source, allowsInput: false, stopsOnError: !expectation.toleratesErrors)
  }

  /// How it ended: when both its reply and its *idle* are there.
  package var outcome: CellOutcome? { isIdle ? reply : nil }

  /// Whether it ended so that nothing may follow.
  package var endsTheRun: Bool {
    guard let outcome else { return false }
    if expectation.objection(to: outcome) != nil { return true }
    return switch outcome {
    case .ok: false
    case .failed: !expectation.toleratesErrors
    case .aborted: true
    }
  }

  /// Whether it is to be asked for once more.
  var isToBeRetried: Bool { endsTheRun && attempts <= retries }

  /// Forgets how it ended, to be asked for once more.
  mutating func retry() {
    attempts += 1
    (startTime, isIdle, reply, times) = (nil, false, nil, CellTimes())
  }

  /// Takes in what it brings; says whether this started it.
  mutating func receive(_ event: KernelClient.ExecutionEvent, at time: ContinuousClock.Instant)
    -> Bool
  {
    times.note(event)
    switch event {
    case .input: return false
    case .reply(let message): reply = Self.outcome(of: message)
    case .iopub(let message):
      guard message.type == .status else { break }
      if message.content["execution_state"]?.string == "idle" { isIdle = true }
    }
    guard startTime == nil else { return false }
    startTime = time
    return true
  }

  private static func outcome(of reply: Message) -> CellOutcome {
    let content = reply.content
    switch content["status"]?.string {
    case "ok": return .ok
    case "error":
      return .failed(
        CellFailure(
          name: content["ename"]?.string ?? "Error", value: content["evalue"]?.string ?? "",
          traceback: content["traceback"]?.array?.compactMap(\.string) ?? []))
    default: return .aborted
    }
  }
}

extension CellRun {
  /// The cells of `notebook` that run: code cells that hold something and are not tagged
  /// `skip-execution`. With `allowsErrors` each of them may fail.
  package static func all(
    of notebook: Notebook, allowsErrors: Bool = false
  ) throws(RunError) -> [CellRun] {
    var runs: [CellRun] = []
    for (index, cell) in notebook.cells.enumerated()
    where cell.kind == .code && !cell.source.allSatisfy(\.isWhitespace) {
      let policy = try CellPolicy(of: cell, place: "cell \(index + 1)")
      if policy.isSkipped { continue }
      let place = RunEvent.CellPlace(
        index: index, number: runs.count + 1, id: cell.id, source: cell.source)
      runs.append(
        CellRun(
          place: place,
          expectation: allowsErrors && policy.expectation == .none ? .allowed : policy.expectation,
          timeout: policy.timeout, silenceTimeout: policy.silenceTimeout, retries: policy.retries))
    }
    return runs
  }
}

/// When a cell's messages were sent, in the kernel's own words.
package struct CellTimes: Sendable, Equatable {
  /// nbclient's names of the moments, with the dates of the messages.
  package private(set) var dates: [(key: String, date: String)] = []

  package static func == (left: CellTimes, right: CellTimes) -> Bool {
    left.dates.elementsEqual(right.dates) { $0 == $1 }
  }

  mutating func note(_ event: KernelClient.ExecutionEvent) {
    switch event {
    case .iopub(let message) where message.type == .executeInput:
      set("iopub.execute_input", message)
    case .iopub(let message) where message.type == .status:
      switch message.content["execution_state"]?.string {
      case "busy": set("iopub.status.busy", message)
      case "idle": set("iopub.status.idle", message)
      default: break
      }
    case .reply(let message): set("shell.execute_reply", message)
    case .iopub, .input: break
    }
  }

  private mutating func set(_ key: String, _ message: Message) {
    guard let date = message.header.fields["date"]?.string else { return }
    dates.append((key, date))
  }
}
