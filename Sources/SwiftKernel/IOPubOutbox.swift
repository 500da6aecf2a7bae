package import Jupyter
package import OrderedJSON
internal import Synchronization

/// The one door for everything that the kernel says: output, status and replies leave in the order
/// in which they were given here.
///
/// Printed text waits a few milliseconds for more of its kind, so that ten thousand lines are a few
/// messages; whatever else is said sends the waiting text first.
package final class IOPubOutbox: Sendable {
  /// Where the sockets of the main thread are.
  package enum MainSocket: Int, Sendable { case shell, stdin, iopub }

  private struct Waiting {
    var parent: Header
    var stream: String
    var text: String
  }

  private static let delay = Duration.milliseconds(4)
  private static let largestText = 256 * 1024

  private let maker = MessageMaker(username: "kernel")
  private let framing: MessageFraming
  private let main: ChannelThread
  private let control: ChannelThread
  private let waiting = Mutex<Waiting?>(nil)

  package init(signer: MessageSigner, main: ChannelThread, control: ChannelThread) {
    framing = MessageFraming(signer: signer)
    self.main = main
    self.control = control
  }

  /// Publishes one message on iopub.
  package func publish(
    _ type: MessageType, _ content: JSONObject, parent: Header, metadata: JSONObject = [:]
  ) {
    waiting.withLock { waiting in
      sendText(&waiting)
      sendOnIOPub(type, content, parent: parent, metadata: metadata)
    }
  }

  /// Publishes that the kernel is busy with, or has done with, `parent`.
  package func status(_ state: String, parent: Header) {
    publish(.status, ["execution_state": .string(state)], parent: parent)
  }

  /// Publishes printed text, with what follows it closely. Waits when far more is printed than is
  /// taken.
  package func print(_ text: String, stream: String, parent: Header) {
    guard !text.isEmpty else { return }
    waiting.withLock { waiting in
      if waiting.map({ $0.stream != stream || $0.parent.id != parent.id }) ?? false {
        sendText(&waiting)
      }
      if waiting == nil {
        waiting = Waiting(parent: parent, stream: stream, text: text)
        main.wake(at: .now + Self.delay)
      } else {
        waiting?.text += text
      }
      if (waiting?.text.utf8.count ?? 0) >= Self.largestText { sendText(&waiting) }
    }
    main.waitForRoom()
  }

  /// Sends text that has waited; the main thread calls this when its time has come.
  package func sendWaitingText() {
    waiting.withLock { sendText(&$0) }
  }

  /// Replies to `request`, on the channel that it came by; returns the id of the reply.
  @discardableResult
  package func reply(
    _ type: MessageType, _ content: JSONObject, metadata: JSONObject = [:], to request: Message,
    on channel: Channel
  ) -> String {
    let message = maker.message(
      type, content: content, parent: request.header, metadata: metadata,
      identities: request.identities)
    waiting.withLock { waiting in
      sendText(&waiting)
      send(message, on: channel)
    }
    return message.header.id
  }

  /// Asks the client that sent `request` for a line of input; returns the id of the question.
  package func askForInput(prompt: String, isHidden: Bool, of request: Message) -> String {
    let content: JSONObject = ["prompt": .string(prompt), "password": .bool(isHidden)]
    return reply(.inputRequest, content, to: request, on: .stdin)
  }

  /// Welcomes a subscriber of `topic`.
  package func welcome(topic: String) {
    let message = maker.message(
      .iopubWelcome, content: ["subscription": .string(topic)], identities: [Array(topic.utf8)])
    waiting.withLock { waiting in
      sendText(&waiting)
      main.send(framing.frames(of: message), on: MainSocket.iopub.rawValue)
    }
  }

  private func sendText(_ waiting: inout Waiting?) {
    guard let text = waiting else { return }
    waiting = nil
    sendOnIOPub(
      .stream, ["name": .string(text.stream), "text": .string(text.text)], parent: text.parent)
  }

  private func sendOnIOPub(
    _ type: MessageType, _ content: JSONObject, parent: Header, metadata: JSONObject = [:]
  ) {
    let message = maker.message(
      type, content: content, parent: parent, metadata: metadata,
      identities: [Array("kernel.\(maker.session).\(type.rawValue)".utf8)])
    main.send(framing.frames(of: message), on: MainSocket.iopub.rawValue)
  }

  private func send(_ message: Message, on channel: Channel) {
    let frames = framing.frames(of: message)
    switch channel {
    case .control: control.send(frames, on: 0)
    case .stdin: main.send(frames, on: MainSocket.stdin.rawValue)
    case .shell: main.send(frames, on: MainSocket.shell.rawValue)
    case .iopub, .heartbeat: preconditionFailure("nobody is replied to on \(channel)")
    }
  }
}
