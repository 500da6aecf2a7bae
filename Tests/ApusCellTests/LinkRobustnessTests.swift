import ApusCell
import Testing

/// Payloads that no peer of ours would send.
@Suite struct LinkRobustnessTests {
  @Test("a message of the engine cut short is an error wherever it ends")
  func shortEngineMessages() {
    let frame =
      EngineMessage.run(
        execution: 7, library: "/lib/é.so", entry: "main", isAsync: true, allowsInput: true
      ).frame
    for count in 0..<frame.payload.count {
      let short = LinkFrame(kind: frame.kind, payload: Array(frame.payload[..<count]))
      #expect(throws: LinkError.self) { try EngineMessage(short) }
    }
  }

  @Test("bytes after a message are an error", arguments: [UInt8(64), 72, 73])
  func longMessages(_ kind: UInt8) {
    let messages: [WorkerMessage] = [
      .ready(pid: 1), .finished(execution: 1, status: .succeeded, mark: 0, exitCode: 0),
      .notice("n"),
    ]
    for message in messages where message.frame.kind == kind {
      let long = LinkFrame(kind: kind, payload: message.frame.payload + [0])
      #expect(throws: LinkError.self) { try WorkerMessage(long) }
    }
  }

  @Test("an unknown kind and an unknown status are errors")
  func unknown() {
    #expect(throws: LinkError.self) { try EngineMessage(LinkFrame(kind: 64, payload: [])) }
    #expect(throws: LinkError.self) {
      try WorkerMessage(LinkFrame(kind: 99, payload: [0, 0, 0, 0]))
    }
    var payload = WorkerMessage.finished(
      execution: 1, status: .succeeded, mark: 0, exitCode: 0
    ).frame.payload
    payload[4] = 7
    #expect(throws: LinkError.self) { try WorkerMessage(LinkFrame(kind: 72, payload: payload)) }
  }

  @Test("a text that claims to be longer than its payload is an error, not an allocation")
  func absurdText() {
    let frame = LinkFrame(kind: 73, payload: [255, 255, 255, 255, 1])
    #expect(throws: LinkError.self) { try WorkerMessage(frame) }
  }

  @Test("a count of places that cannot fit is an error")
  func absurdPlaces() {
    var payload = WorkerMessage.threw(execution: 1, type: "", description: "", places: []).frame
      .payload
    payload.replaceSubrange(12..., with: [255, 255, 255, 255])
    #expect(throws: LinkError.self) { try WorkerMessage(LinkFrame(kind: 70, payload: payload)) }
  }

  @Test(
    "frames of every small length survive, empty ones too", arguments: [0, 1, 4, 5, 255, 65536])
  func lengths(_ count: Int) throws {
    let frame = LinkFrame(kind: 3, payload: [UInt8](repeating: 7, count: count))
    var reader = LinkFrameReader()
    reader.append(frame.bytes.dropLast())
    let early = try reader.next()
    #expect(early == nil)
    reader.append(frame.bytes.suffix(1))
    let whole = try reader.next()
    #expect(whole == frame)
  }
}
