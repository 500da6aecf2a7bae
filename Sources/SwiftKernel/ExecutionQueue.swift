internal import CellEngine
package import Jupyter
internal import OrderedJSON
internal import Synchronization

/// The only keeper of order among executions: one runs, the others wait or are aborted.
package final class ExecutionQueue: Sendable {
  struct Waiting {
    var message: Message
    var channel: Channel
    var content: ExecuteContent
    /// Its place in the order of all requests.
    var sequence: Int
  }

  struct State {
    var waiting: [Waiting] = []
    var running: RunningCell?
    var count = 0
    var lastID: ExecutionID = 0
    var lastSequence = 0
    /// The requests behind executions, for output that comes after their end.
    var parents: [ExecutionID: Header] = [:]

    mutating func newID(for header: Header) -> ExecutionID {
      lastID += 1
      parents[lastID] = header
      if lastID > 20_000 { parents[lastID - 20_000] = nil }
      return lastID
    }

    /// The cells that wait, as the engine may compile them ahead.
    var upcoming: [UpcomingCell] {
      var number = count
      var isPlain = running?.content.userExpressions.isEmpty ?? true
      return waiting.map { one in
        defer { isPlain = one.content.userExpressions.isEmpty }
        if one.content.storesHistory { number += 1 }
        return UpcomingCell(
          code: one.content.code, showsResult: !one.content.isSilent, number: number,
          sequence: one.sequence, followsDirectly: isPlain)
      }
    }
  }

  let state = Mutex(State())
  let outbox: IOPubOutbox
  let engines: EngineStart
  let input: InputBroker
  let history: ExecutionHistory
  /// Runs an action after everything that has arrived is taken in.
  private let afterReceiving: @Sendable (@escaping @Sendable () -> Void) -> Void

  package init(
    outbox: IOPubOutbox, engines: EngineStart, input: InputBroker, history: ExecutionHistory,
    afterReceiving: @escaping @Sendable (@escaping @Sendable () -> Void) -> Void
  ) {
    self.outbox = outbox
    self.engines = engines
    self.input = input
    self.history = history
    self.afterReceiving = afterReceiving
  }

  /// Takes in an `execute_request`.
  package func submit(_ message: Message, on channel: Channel, _ content: ExecuteContent) {
    let upcoming = state.withLock { state -> [UpcomingCell]? in
      state.lastSequence += 1
      state.waiting.append(
        Waiting(
          message: message, channel: channel, content: content, sequence: state.lastSequence))
      return state.running == nil ? nil : state.upcoming
    }
    if let upcoming { engines.engine?.foresee(upcoming) }
    advance()
  }

  /// Stops the running cell and drops those that wait behind it. Harmless when nothing runs.
  package func interrupt() {
    let isRunning = state.withLock { state in
      state.running?.wasInterrupted = true
      return state.running != nil
    }
    guard isRunning else { return }
    engines.engine?.interrupt()
    input.cancel()
  }

  /// Starts the next cell if none runs.
  private func advance() {
    let started = state.withLock { state -> RunningCell? in
      guard state.running == nil, !state.waiting.isEmpty else { return nil }
      let next = state.waiting.removeFirst()
      if next.content.storesHistory { state.count += 1 }
      let cell = RunningCell(
        next, id: state.newID(for: next.message.header), number: state.count)
      state.running = cell
      return cell
    }
    guard let started else { return }
    outbox.status("busy", parent: started.header)
    if !started.content.isSilent {
      outbox.publish(
        .executeInput,
        ["code": .string(started.content.code), "execution_count": .number(started.number)],
        parent: started.header)
    }
    begin(started.request)
  }

  func begin(_ request: CellRequest) {
    engines.whenReady { outcome in
      switch outcome {
      case .failure(let failure): self.receive(.finished(request.id, .failed(failure)))
      case .success(let engine):
        // The interrupt may have come before there was an engine to tell.
        if self.state.withLock({ $0.running?.wasInterrupted ?? false }) {
          let failure = CellFailure(
            name: "Interrupted", value: "the cell was interrupted before it started",
            traceback: ["Interrupted: the cell was interrupted before it started"])
          self.receive(.finished(request.id, .failed(failure)))
        } else {
          engine.execute(request, upcoming: self.state.withLock { $0.upcoming })
          // An interrupt between the look above and the start found nothing to stop.
          if self.state.withLock({ $0.running?.wasInterrupted ?? false }) { engine.interrupt() }
        }
      }
    }
  }

  /// Ends `cell`: its reply, its *idle*, and then the next or the abortion of those that wait.
  ///
  /// What a failure aborts is settled before the reply leaves: a client that answers a failure with
  /// another cell gets that one run.
  func complete(_ cell: RunningCell, _ outcome: CellOutcome) {
    if cell.content.storesHistory {
      history.append(line: cell.number, input: cell.content.code, output: cell.resultText)
    }
    let wasInterrupted = state.withLock { $0.running?.wasInterrupted ?? false }
    guard case .failed = outcome, cell.content.stopsOnError || wasInterrupted else {
      return end(cell, outcome, aborting: [])
    }
    afterReceiving {
      let waiting = self.state.withLock { state in
        defer { state.waiting = [] }
        return state.waiting
      }
      self.end(cell, outcome, aborting: waiting)
    }
  }

  private func end(_ cell: RunningCell, _ outcome: CellOutcome, aborting: [Waiting]) {
    if case .failed(let failure) = outcome {
      outbox.publish(.error, failure.content, parent: cell.header)
    }
    outbox.reply(
      .executeReply, cell.reply(outcome), metadata: cell.replyMetadata, to: cell.message,
      on: cell.channel)
    outbox.status("idle", parent: cell.header)
    for one in aborting { abort(one, count: cell.number) }
    // The next may start only when this one's *idle* is said.
    state.withLock { $0.running = nil }
    advance()
  }

  private func abort(_ request: Waiting, count: Int) {
    outbox.status("busy", parent: request.message.header)
    outbox.reply(
      .executeReply, ["status": "aborted", "execution_count": .number(count)],
      to: request.message, on: request.channel)
    outbox.status("idle", parent: request.message.header)
  }
}

extension CellFailure {
  /// The content of an `error` message.
  var content: JSONObject {
    [
      "ename": .string(name), "evalue": .string(value),
      "traceback": .array(traceback.map { .string($0) }),
    ]
  }
}
