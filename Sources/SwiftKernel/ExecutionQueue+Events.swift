package import CellEngine
internal import Jupyter
internal import OrderedJSON
internal import Synchronization

extension ExecutionQueue {
  /// Takes in what the engine tells, in its order.
  package func receive(_ event: CellEvent) {
    switch event {
    case .output(let id, let stream, let text):
      if let parent = parent(of: id) {
        outbox.print(text, stream: stream.rawValue, parent: parent)
      }
    case .display(let id, let content):
      if let parent = parent(of: id) { publish(content, parent: parent) }
    case .result(let id, let bundle, let metadata):
      receiveResult(id, bundle, metadata)
    case .clearOutput(let id, let waits):
      if let parent = parent(of: id) {
        outbox.publish(.clearOutput, ["wait": .bool(waits)], parent: parent)
      }
    case .inputRequest(let id, let prompt, let isHidden):
      receiveInputRequest(id, prompt, isHidden)
    case .page(let id, let bundle):
      state.withLock { state in
        guard state.running?.id == id else { return }
        state.running?.payload.append(
          ["source": "page", "data": .object(bundle), "start": 0])
      }
    case .lateFailure(let id, let failure):
      if let parent = parent(of: id) { outbox.publish(.error, failure.content, parent: parent) }
    case .opened(let id, let paths):
      state.withLock { state in
        if state.running?.id == id { state.running?.openedFiles = paths }
      }
    case .finished(let id, let outcome):
      receiveEnd(id, outcome)
    }
  }

  private func parent(of id: ExecutionID) -> Header? { state.withLock { $0.parents[id] } }

  private func publish(_ content: DisplayContent, parent: Header) {
    var transient: JSONObject = [:]
    if let id = content.displayID { transient["display_id"] = .string(id) }
    outbox.publish(
      content.isUpdate ? .updateDisplayData : .displayData,
      [
        "data": .object(content.bundle), "metadata": .object(content.metadata),
        "transient": .object(transient),
      ], parent: parent)
  }

  private func receiveResult(_ id: ExecutionID, _ bundle: JSONObject, _ metadata: JSONObject) {
    let shown = state.withLock { state -> RunningCell? in
      if state.running?.expressionID == id {
        state.running?.expressionBundle = (bundle, metadata)
        return nil
      }
      guard state.running?.id == id else { return nil }
      state.running?.resultText = bundle["text/plain"]?.string
      return state.running
    }
    guard let shown, !shown.content.isSilent else { return }
    outbox.publish(
      .executeResult,
      [
        "data": .object(bundle), "metadata": .object(metadata),
        "execution_count": .number(shown.number),
      ], parent: shown.header)
  }

  private func receiveInputRequest(_ id: ExecutionID, _ prompt: String, _ isHidden: Bool) {
    let asking = state.withLock { state -> Message? in
      guard let running = state.running, running.id == id, running.content.allowsInput,
        !running.wasInterrupted
      else { return nil }
      return running.message
    }
    if let asking {
      input.ask(id, prompt: prompt, isHidden: isHidden, message: asking)
    } else {
      engines.engine?.answerInput(id, nil)
    }
  }

  private func receiveEnd(_ id: ExecutionID, _ outcome: CellOutcome) {
    enum Step {
      case none
      case expression(CellRequest)
      case end(RunningCell, CellOutcome)
    }
    let step = state.withLock { state -> Step in
      guard var cell = state.running else { return .none }
      if cell.id == id, cell.expressionID == nil {
        if case .failed = outcome { return .end(cell, outcome) }
      } else if cell.expressionID == id {
        cell.noteExpression(outcome)
      } else {
        return .none
      }
      guard let next = cell.expressions.first else {
        state.running = cell
        return .end(cell, .succeeded)
      }
      let expressionID = state.newID(for: cell.header)
      cell.expressionID = expressionID
      state.running = cell
      return .expression(
        CellRequest(
          id: expressionID, number: cell.number, code: next.code, kind: .expression,
          showsResult: true, allowsInput: false))
    }
    switch step {
    case .none: break
    case .expression(let request): begin(request)
    case .end(let cell, let outcome):
      input.cancel()
      complete(cell, outcome)
    }
  }
}
