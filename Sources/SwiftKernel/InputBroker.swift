package import CellEngine
package import Jupyter
internal import OrderedJSON
internal import Synchronization

/// Carries a cell's requests for input to the frontend that executed it, one at a time.
package final class InputBroker: Sendable {
  private struct Request {
    var execution: ExecutionID
    var prompt: String
    var isHidden: Bool
    var message: Message
  }

  private let outbox: IOPubOutbox
  private let engines: EngineStart
  private let requests = Mutex<[Request]>([])

  package init(outbox: IOPubOutbox, engines: EngineStart) {
    self.outbox = outbox
    self.engines = engines
  }

  /// Asks on behalf of `execution`, which `message` caused.
  package func ask(_ execution: ExecutionID, prompt: String, isHidden: Bool, message: Message) {
    let request = Request(
      execution: execution, prompt: prompt, isHidden: isHidden, message: message)
    requests.withLock { requests in
      requests.append(request)
      if requests.count == 1 { send(request) }
    }
  }

  /// Hands an `input_reply` to the cell that waits; one that nobody waits for is let pass.
  package func receive(_ reply: Message) {
    let answered = requests.withLock { requests -> Request? in
      guard let first = requests.first, first.message.identities == reply.identities else {
        return nil
      }
      requests.removeFirst()
      if let next = requests.first { send(next) }
      return first
    }
    guard let answered else { return }
    engines.engine?.answerInput(answered.execution, reply.content["value"]?.string ?? "")
  }

  /// Ends every wait without an answer.
  package func cancel() {
    let ended = requests.withLock { requests in
      defer { requests = [] }
      return requests
    }
    for request in ended { engines.engine?.answerInput(request.execution, nil) }
  }

  private func send(_ request: Request) {
    outbox.askForInput(prompt: request.prompt, isHidden: request.isHidden, of: request.message)
  }
}
