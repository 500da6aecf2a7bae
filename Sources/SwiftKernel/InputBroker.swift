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
    /// The id of the `input_request`, once it is sent.
    var question: String?
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
      if requests.count == 1 { send(&requests[0]) }
    }
  }

  /// Hands an `input_reply` to the cell that waits; one that nobody waits for is let pass, and so
  /// is the answer to a question that an interrupt has ended. Some clients name no question.
  package func receive(_ reply: Message) {
    let answered = requests.withLock { requests -> Request? in
      guard let first = requests.first, first.message.identities == reply.identities,
        ["", first.question, first.message.header.id].contains(reply.parent.id)
      else { return nil }
      requests.removeFirst()
      if !requests.isEmpty { send(&requests[0]) }
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

  private func send(_ request: inout Request) {
    request.question = outbox.askForInput(
      prompt: request.prompt, isHidden: request.isHidden, of: request.message)
  }
}
