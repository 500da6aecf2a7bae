import Jupyter
import OrderedJSON
import Testing

@Suite struct MessageFramingTests {
  private let maker = MessageMaker(username: "tester")

  private func framing(_ key: String = "secret", refusesReplays: Bool = false) -> MessageFraming {
    MessageFraming(signer: MessageSigner(key: key), refusesReplays: refusesReplays)
  }

  private func message() -> Message {
    var message = maker.message(
      .executeRequest, content: ["code": "1 + 1"], parent: maker.header(.status),
      metadata: ["cellId": "a"], identities: [[1, 2], []])
    message.buffers = [[0, 255], []]
    return message
  }

  @Test("a message comes back as it was sent", arguments: ["secret", ""])
  func roundTrip(key: String) throws {
    var framing = framing(key)
    let sent = message()
    let read = try framing.message(from: framing.frames(of: sent))
    #expect(read.header == sent.header)
    #expect(read.parent == sent.parent)
    #expect(read.content == sent.content)
    #expect(read.metadata == sent.metadata)
    #expect(read.buffers == sent.buffers)
    #expect(read.identities == sent.identities)
  }

  @Test("without a key the signature is empty")
  func unsigned() {
    #expect(framing("").frames(of: message())[3] == [])
  }

  @Test("fields of a header that nobody knows survive in the parent header")
  func unknownFields() throws {
    var framing = framing()
    var sent = message()
    sent.header.fields["subshell_id"] = "x"
    let read = try framing.message(from: framing.frames(of: sent))
    #expect(read.header.fields["subshell_id"] == "x")
  }

  @Test("a changed frame is refused", arguments: 4..<8)
  func changed(index: Int) {
    var framing = framing()
    var frames = framing.frames(of: message())
    frames[index] = Array(#"{"msg_id":"1","msg_type":"status"}"#.utf8)
    let error = #expect(throws: JupyterError.self) { try framing.message(from: frames) }
    #expect(error?.code == .badSignature)
  }

  @Test("a message is obeyed once")
  func replay() throws {
    var framing = framing(refusesReplays: true)
    let frames = framing.frames(of: message())
    _ = try framing.message(from: frames)
    let error = #expect(throws: JupyterError.self) { try framing.message(from: frames) }
    #expect(error?.code == .replayedMessage)
  }

  @Test("the history of signatures forgets the oldest only")
  func boundedHistory() {
    var history = SignatureHistory(capacity: 2)
    var areNew: [Bool] = []
    for signature in [[1], [2], [3], [2], [3], [1]] as [[UInt8]] {
      areNew.append(history.note(signature))
    }
    #expect(areNew == [true, true, true, false, false, true])
  }

  @Test(
    "malformed frames are refused with a reason",
    arguments: [
      [], ["<IDS|MSG>"], ["a", "b"], ["<IDS|MSG>", "", "{}", "{}", "{}"],
      ["<IDS|MSG>", "", "{}", "{}", "{}", "{}"], ["<IDS|MSG>", "", "[]", "{}", "{}", "{}"],
      ["<IDS|MSG>", "", "{", "{}", "{}", "{}"], ["<IDS|MSG>", "", "\u{FFFD}", "1", "2", "3"],
    ])
  func malformed(texts: [String]) {
    var framing = framing("")
    let error = #expect(throws: JupyterError.self) {
      try framing.message(from: texts.map { Array($0.utf8) })
    }
    #expect(error?.code == .malformedMessage)
  }

  @Test("dates are ISO 8601 in UTC with microseconds")
  func date() {
    let pattern = #/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z/#
    #expect(Header.now().wholeMatch(of: pattern) != nil)
  }
}
