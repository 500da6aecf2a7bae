internal import Jupyter
internal import OrderedJSON

extension RequestDispatcher {
  func interrupt(_ message: Message, _ channel: Channel) {
    outbox.status("busy", parent: message.header)
    queue.interrupt()
    outbox.reply(.interruptReply, ["status": "ok"], to: message, on: channel)
    outbox.status("idle", parent: message.header)
  }

  func shutdown(_ message: Message, _ channel: Channel) {
    let content: JSONObject = [
      "status": "ok", "restart": .bool(message.content["restart"]?.bool ?? false),
    ]
    outbox.status("busy", parent: message.header)
    outbox.reply(.shutdownReply, content, to: message, on: channel)
    // Every frontend of this kernel is told, not only the one that asked.
    outbox.publish(.shutdownReply, content, parent: message.header)
    outbox.status("idle", parent: message.header)
    stop()
  }

  func comm(_ message: Message) {
    outbox.status("busy", parent: message.header)
    if let (type, content) = comms.answer(to: message) {
      outbox.publish(type, content, parent: message.header)
    }
    outbox.status("idle", parent: message.header)
  }
}
