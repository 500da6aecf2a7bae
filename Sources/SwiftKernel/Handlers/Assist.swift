internal import CellEngine
internal import Jupyter
internal import OrderedJSON

extension RequestDispatcher {
  func complete(_ message: Message, _ channel: Channel) {
    guard let (code, position) = cursor(message) else {
      refuse(message, channel, .completeReply, "no code")
      return
    }
    answer(message, channel, .completeReply) { engine in
      let completion = await engine.complete(code, at: position)
      let types = completion.items.map { item -> JSON in
        [
          "start": .number(completion.start), "end": .number(completion.end),
          "text": .string(item.text), "type": .string(item.kind),
          "signature": .string(item.signature),
        ]
      }
      return [
        "status": "ok", "matches": .array(completion.items.map { .string($0.text) }),
        "cursor_start": .number(completion.start), "cursor_end": .number(completion.end),
        "metadata": ["_jupyter_types_experimental": .array(types)],
      ]
    }
  }

  func inspect(_ message: Message, _ channel: Channel) {
    guard let (code, position) = cursor(message) else {
      refuse(message, channel, .inspectReply, "no code")
      return
    }
    let detail = message.content["detail_level"]?.int ?? 0
    answer(message, channel, .inspectReply) { engine in
      let bundle = await engine.inspect(code, at: position, detail: detail)
      return [
        "status": "ok", "found": .bool(bundle != nil), "data": .object(bundle ?? [:]),
        "metadata": [:],
      ]
    }
  }

  /// The code and the cursor in it, in code points; a cursor outside is moved to the nearer end.
  private func cursor(_ message: Message) -> (code: String, position: Int)? {
    guard let code = message.content["code"]?.string else { return nil }
    let end = code.unicodeScalars.count
    return (code, min(max(message.content["cursor_pos"]?.int ?? end, 0), end))
  }
}
