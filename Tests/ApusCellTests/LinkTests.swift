import ApusCell
import Testing

@Suite struct LinkTests {
  static let places = [LinkCodePlace(library: "/l.so", offset: 1 << 40, symbol: "$s1f")]

  @Test(
    "every message of the worker survives the link",
    arguments: [
      WorkerMessage.ready(pid: -7), .output(execution: 9, stream: 2, bytes: [0, 255]),
      .display(execution: 1, bundle: "{}", metadata: "é", displayID: nil, isUpdate: true),
      .display(execution: 1, bundle: "", metadata: "", displayID: "d", isUpdate: false),
      .result(execution: 1, bundle: "{}", metadata: "{}"),
      .clearOutput(execution: 1, waits: true),
      .inputRequest(execution: 1, prompt: "?", isHidden: true),
      .threw(execution: 1, type: "E", description: "d", places: places),
      .trapped(execution: 1, signal: 4, address: .max, isCellThread: false, places: places),
      .finished(execution: .max, status: .interrupted, mark: -1, exitCode: 3),
      .opened(execution: 7, paths: ["/a b", "/ü"]), .notice("n"),
    ])
  func workerMessages(_ message: WorkerMessage) throws {
    #expect(try WorkerMessage(message.frame) == message)
    let frame = message.frame
    for count in 0..<frame.payload.count {
      let short = LinkFrame(kind: frame.kind, payload: Array(frame.payload[..<count]))
      #expect(throws: LinkError.self) { try WorkerMessage(short) }
    }
  }

  @Test(
    "every message of the engine survives the link",
    arguments: [
      EngineMessage.run(
        execution: 1, library: "/l", entry: "m", isAsync: true, allowsInput: false),
      .interrupt, .inputReply(execution: 2, text: nil), .inputReply(execution: 2, text: "a\n"),
    ])
  func engineMessages(_ message: EngineMessage) throws {
    #expect(try EngineMessage(message.frame) == message)
  }

  @Test("a stream is cut into frames wherever it is torn", arguments: [1, 2, 7, 1000])
  func stream(_ step: Int) throws {
    let messages = (0..<50).map { WorkerMessage.notice(String(repeating: "x", count: $0)) }
    let bytes = messages.flatMap(\.frame.bytes)
    var reader = LinkFrameReader()
    var found: [WorkerMessage] = []
    for start in stride(from: 0, to: bytes.count, by: step) {
      reader.append(bytes[start..<min(start + step, bytes.count)])
      while let frame = try reader.next() { found.append(try WorkerMessage(frame)) }
    }
    #expect(found == messages)
  }

  @Test("a frame of absurd length is an error, not an allocation")
  func absurdLength() {
    var reader = LinkFrameReader()
    reader.append([255, 255, 255, 255, 1])
    #expect(throws: LinkError.self) { try reader.next() }
  }
}
