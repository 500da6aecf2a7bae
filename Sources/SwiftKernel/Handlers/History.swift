internal import Jupyter
internal import OrderedJSON

extension RequestDispatcher {
  func searchHistory(_ message: Message, _ channel: Channel) {
    outbox.status("busy", parent: message.header)
    // Off the socket's thread, for the first use reads the file.
    Task {
      let content = message.content
      let showsOutput = content["output"]?.bool ?? false
      let entries = entries(content)
      let rows = entries.map { entry -> JSON in
        let text: JSON =
          showsOutput
          ? [.string(entry.input), entry.output.map { .string($0) } ?? .null]
          : .string(entry.input)
        return [.number(entry.session), .number(entry.line), text]
      }
      outbox.reply(
        .historyReply, ["status": "ok", "history": .array(rows)], to: message, on: channel)
      outbox.status("idle", parent: message.header)
    }
  }

  private func entries(_ content: JSONObject) -> [ExecutionHistory.Entry] {
    switch content["hist_access_type"]?.string {
    case "range":
      history.range(
        session: content["session"]?.int ?? 0, start: content["start"]?.int ?? 0,
        stop: content["stop"]?.int)
    case "search":
      history.search(
        content["pattern"]?.string ?? "*", count: content["n"]?.int,
        isUnique: content["unique"]?.bool ?? false)
    default: history.tail(content["n"]?.int ?? 1000)
    }
  }
}
