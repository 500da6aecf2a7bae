package import Jupyter
package import Notebooks
internal import OrderedJSON

/// One cell of a run: what is asked of the kernel, and how far it is.
package struct CellRun: Sendable {
  package let place: RunEvent.CellPlace
  /// Tagged `raises-exception`: an error is what it is there for.
  package let mayFail: Bool
  private(set) var startTime: ContinuousClock.Instant?
  private var isIdle = false
  private var reply: CellOutcome?

  package init(place: RunEvent.CellPlace, mayFail: Bool) {
    self.place = place
    self.mayFail = mayFail
  }

  /// The request. No cell can be asked for input, and what follows an error is aborted.
  package var content: ExecuteContent {
    ExecuteContent(code: place.source, allowsInput: false, stopsOnError: !mayFail)
  }

  /// How it ended: when both its reply and its *idle* are there.
  package var outcome: CellOutcome? { isIdle ? reply : nil }

  /// Whether it ended so that nothing may follow.
  package var endsTheRun: Bool {
    switch outcome {
    case nil, .ok: false
    case .failed: !mayFail
    case .aborted: true
    }
  }

  /// Takes in what it brings; says whether this started it.
  mutating func receive(_ event: KernelClient.ExecutionEvent, at time: ContinuousClock.Instant)
    -> Bool
  {
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
  /// `skip-execution`.
  package static func all(of notebook: Notebook) -> [CellRun] {
    var runs: [CellRun] = []
    for (index, cell) in notebook.cells.enumerated()
    where cell.kind == .code && !cell.source.allSatisfy(\.isWhitespace)
      && !cell.hasTag("skip-execution")
    {
      let place = RunEvent.CellPlace(
        index: index, number: runs.count + 1, id: cell.id, source: cell.source)
      runs.append(CellRun(place: place, mayFail: cell.hasTag("raises-exception")))
    }
    return runs
  }
}
