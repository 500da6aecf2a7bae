internal import CellEngine
internal import Jupyter
internal import OrderedJSON
internal import Synchronization

extension RequestDispatcher {
  func execute(_ message: Message, _ channel: Channel) {
    guard let content = ExecuteContent(message.content) else {
      let count = queue.state.withLock { $0.count }
      refuse(
        message, channel, .executeReply, "no code", with: ["execution_count": .number(count)])
      return
    }
    queue.submit(message, on: channel, content)
  }

  func isComplete(_ message: Message, _ channel: Channel) {
    guard let code = message.content["code"]?.string else {
      refuse(message, channel, .isCompleteReply, "no code")
      return
    }
    answer(message, channel, .isCompleteReply) { engine in
      switch engine.completeness(of: code) {
      case .complete: ["status": "complete"]
      case .incomplete(let indent): ["status": "incomplete", "indent": .string(indent)]
      case .invalid: ["status": "invalid"]
      }
    }
  }
}
