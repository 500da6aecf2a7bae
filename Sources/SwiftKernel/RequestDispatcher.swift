internal import CellEngine
package import Jupyter
internal import OrderedJSON

/// The protocol in one switch: who answers which request.
package final class RequestDispatcher: Sendable {
  let outbox: IOPubOutbox
  let queue: ExecutionQueue
  let engines: EngineStart
  let input: InputBroker
  let history: ExecutionHistory
  let comms = CommRegistry()
  let info: KernelInfo
  let stop: @Sendable () -> Void

  package init(
    outbox: IOPubOutbox, queue: ExecutionQueue, engines: EngineStart, input: InputBroker,
    history: ExecutionHistory, info: KernelInfo, stop: @escaping @Sendable () -> Void
  ) {
    self.outbox = outbox
    self.queue = queue
    self.engines = engines
    self.input = input
    self.history = history
    self.info = info
    self.stop = stop
  }

  /// Answers `message`. Never blocks: it runs on the thread that owns the socket.
  package func dispatch(_ message: Message, from channel: Channel) {
    switch message.type {
    case .executeRequest: execute(message, channel)
    case .isCompleteRequest: isComplete(message, channel)
    case .completeRequest: complete(message, channel)
    case .inspectRequest: inspect(message, channel)
    case .historyRequest: searchHistory(message, channel)
    case .kernelInfoRequest: answer(message, channel, .kernelInfoReply, info.content)
    case .commInfoRequest:
      answer(message, channel, .commInfoReply, ["status": "ok", "comms": .object(comms.comms)])
    case .commOpen, .commMessage, .commClose: comm(message)
    case .interruptRequest: interrupt(message, channel)
    case .shutdownRequest: shutdown(message, channel)
    case .inputReply: input.receive(message)
    // Replies and output are for frontends; types of later versions are let pass.
    case .executeReply, .executeInput, .executeResult, .inspectReply, .completeReply,
      .isCompleteReply, .historyReply, .kernelInfoReply, .commInfoReply, .shutdownReply,
      .interruptReply, .inputRequest, .stream, .displayData, .updateDisplayData, .clearOutput,
      .error, .status, .iopubWelcome, nil:
      break
    }
  }

  /// Answers at once, between *busy* and *idle*.
  func answer(
    _ message: Message, _ channel: Channel, _ type: MessageType, _ content: JSONObject
  ) {
    outbox.status("busy", parent: message.header)
    outbox.reply(type, content, to: message, on: channel)
    outbox.status("idle", parent: message.header)
  }

  /// Answers with what the engine says, when it has said it; other requests go on meanwhile.
  func answer(
    _ message: Message, _ channel: Channel, _ type: MessageType,
    _ ask: @escaping @Sendable (any CellExecuting) async -> JSONObject
  ) {
    outbox.status("busy", parent: message.header)
    Task {
      let content: JSONObject
      switch await engines.ready() {
      case .success(let engine): content = await ask(engine)
      case .failure(let failure):
        var error = failure.content
        error["status"] = "error"
        content = error
      }
      outbox.reply(type, content, to: message, on: channel)
      outbox.status("idle", parent: message.header)
    }
  }

  /// Answers a request that lacks a field it must have.
  func refuse(
    _ message: Message, _ channel: Channel, _ type: MessageType, _ what: String,
    with others: JSONObject = [:]
  ) {
    var content: JSONObject = [
      "status": "error", "ename": "MalformedRequest", "evalue": .string(what),
      "traceback": [.string("MalformedRequest: \(what)")],
    ]
    for (key, value) in others { content[key] = value }
    answer(message, channel, type, content)
  }
}
