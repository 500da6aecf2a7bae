import Foundation
import Jupyter
import OrderedJSON
import SwiftKernel
import Synchronization
import Testing

@Suite struct ProtocolTests {
  @Test("kernel_info is answered on shell and control while a cell runs")
  func infoWhileBusy() async throws {
    try await KernelFixture.run { kernel in
      for await event in kernel.client.execute(ExecuteContent(code: "wait")).events
      where KernelFixture.word(event) == "stdout waiting" {
        for channel in [Channel.shell, .control] {
          let info = try await kernel.client.kernelInfo(on: channel)
          #expect(info["protocol_version"]?.string == protocolVersion)
          #expect(info["language_info"]?["file_extension"] == ".swift")
        }
        try await kernel.client.interrupt()
      }
    }
  }

  @Test("completion, inspection and completeness are what the engine says")
  func assistance() async throws {
    try await KernelFixture.run { kernel in
      let client = kernel.client
      let completion = try await client.request(
        .completeRequest, content: ["code": "pri", "cursor_pos": 999], timeout: .seconds(10))
      #expect(completion.content["matches"] == ["print"])
      #expect(completion.content["cursor_end"]?.int == 3)
      let types = completion.content["metadata"]?["_jupyter_types_experimental"]
      #expect(types?[0]?["type"] == "function")
      let found = try await client.request(
        .inspectRequest, content: ["code": "print", "cursor_pos": 2, "detail_level": 1],
        timeout: .seconds(10))
      #expect(found.content["found"] == true)
      #expect(found.content["data"]?["text/plain"] == "print, detail 1")
      let missing = try await client.request(
        .inspectRequest, content: ["code": "x", "cursor_pos": 1], timeout: .seconds(10))
      #expect(missing.content["found"] == false)
      let open = try await client.request(
        .isCompleteRequest, content: ["code": "if x {"], timeout: .seconds(10))
      #expect(open.content == ["status": "incomplete", "indent": "  "])
    }
  }

  @Test("a request without its fields gets an error as reply")
  func missingFields() async throws {
    try await KernelFixture.run { kernel in
      for type in [
        MessageType.executeRequest, .completeRequest, .inspectRequest, .isCompleteRequest,
      ] {
        let reply = try await kernel.client.request(type, timeout: .seconds(10))
        #expect(reply.content["ename"] == "MalformedRequest")
      }
    }
  }

  @Test("a comm for an unknown target is closed")
  func comm() async throws {
    try await KernelFixture.run { kernel in
      let id = kernel.client.send(
        .commOpen, content: ["comm_id": "c", "target_name": "none", "data": [:]], on: .shell)
      var words: [String] = []
      for await message in kernel.client.otherMessages where message.parent.id == id {
        words.append(message.content["execution_state"]?.string ?? message.header.typeName)
        if words.last == "idle" { break }
      }
      #expect(words == ["busy", "comm_close", "idle"])
      let info = try await kernel.client.request(.commInfoRequest, timeout: .seconds(10))
      #expect(info.content["comms"] == [:])
    }
  }

  @Test("every subscriber is welcomed first, without a parent")
  func welcome() async throws {
    try await KernelFixture.run { kernel in
      for _ in 0..<2 {
        let frames = Mutex<[[[UInt8]]]>([])
        let (signal, continuation) = AsyncStream.makeStream(of: Void.self)
        let socket = try ZMQSocket(.sub, in: ZMQContext())
        socket.subscribe("")
        try socket.connect(kernel.connection.endpoint(.iopub))
        let thread = ChannelThread(name: "subscriber", sockets: [socket])
        thread.start { _, received in
          frames.withLock { $0.append(received) }
          continuation.yield()
        }
        for await _ in signal { break }
        await thread.stop()
        var framing = MessageFraming(signer: MessageSigner(key: kernel.connection.key))
        let first = try framing.message(from: frames.withLock { $0[0] })
        #expect(first.type == .iopubWelcome)
        #expect(first.parent == .none)
        #expect(first.identities == [[]])
        #expect(first.content == ["subscription": ""])
      }
    }
  }

  @Test("thousands of malformed messages on each channel leave the kernel well")
  func flood() async throws {
    try await KernelFixture.run { kernel in
      let context = ZMQContext()
      let channels: [Channel] = [.shell, .control, .stdin, .heartbeat]
      let sockets = try channels.map { channel in
        let socket = try ZMQSocket(.dealer, in: context)
        try socket.connect(kernel.connection.endpoint(channel))
        return socket
      }
      let thread = ChannelThread(name: "flood", sockets: sockets)
      thread.start { _, _ in }
      var random = SystemRandomNumberGenerator()
      let delimiter = Array("<IDS|MSG>".utf8)
      for index in channels.indices {
        for number in 0..<2000 {
          var frames = (0..<Int.random(in: 0...8, using: &random)).map { _ in
            (0..<Int.random(in: 0...64, using: &random)).map { _ in
              UInt8.random(in: 0...255, using: &random)
            }
          }
          if number.isMultiple(of: 2) { frames.insert(delimiter, at: 0) }
          if frames.isEmpty { frames = [[]] }
          thread.send(frames, on: index)
        }
        thread.send([delimiter, [UInt8](repeating: 0x5B, count: 20_000_000)], on: index)
      }
      await thread.stop()
      for channel in [Channel.shell, .control] {
        let info = try await kernel.client.kernelInfo(on: channel)
        #expect(info["status"] == "ok")
      }
      #expect(await kernel.words("print well").reply == "reply ok")
    }
  }

  @Test("shutdown is answered and ends the server while a cell runs")
  func shutdown() async throws {
    try await KernelFixture.run { kernel in
      let execution = kernel.client.execute(ExecuteContent(code: "wait"))
      for await event in execution.events
      where KernelFixture.word(event) == "stdout waiting" {
        break
      }
      try await kernel.client.shutdown()
    }
  }

  @Test("the history answers tail, range and search, across sessions")
  func history() async throws {
    let folder = NSTemporaryDirectory() + "/apus-\(randomName())"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for session in 1...2 {
      try await KernelFixture.run(historyPath: folder + "/history.jsonl") { kernel in
        for code in ["print a", "result b", "print a"] { _ = await kernel.words(code) }
        func rows(_ content: JSONObject) async throws -> JSON? {
          try await kernel.client.request(
            .historyRequest, content: content, timeout: .seconds(10)
          ).content["history"]
        }
        let tail = try await rows(["hist_access_type": "tail", "n": 2, "output": true])
        let number = JSON.number(session)
        #expect(tail == [[number, 2, ["result b", "b"]], [number, 3, ["print a", nil]]])
        let range = try await rows([
          "hist_access_type": "range", "session": 0, "start": 1, "stop": 2,
        ])
        #expect(range == [[number, 1, "print a"]])
        let all = try await rows(["hist_access_type": "search", "pattern": "pri*"])
        #expect(all?.array?.count == 2 * session)
        let unique = try await rows([
          "hist_access_type": "search", "pattern": "print ?", "unique": true, "n": 3,
        ])
        #expect(unique == [[number, 3, "print a"]])
      }
    }
  }
}
