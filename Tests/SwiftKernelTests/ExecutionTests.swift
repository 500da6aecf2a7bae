import Jupyter
import OrderedJSON
import Testing

@Suite struct ExecutionTests {
  @Test("output and result come between busy and idle, in order")
  func order() async throws {
    try await KernelFixture.run { kernel in
      let words = await kernel.words("print a\nwarn b\ndisplay c\nupdate d\nclear\nresult e")
      #expect(
        words.output == [
          "busy", "input 1", "stdout a\n", "stderr b\n", "display_data c",
          "update_display_data d", "clear_output", "result 1 e", "idle",
        ])
      #expect(words.reply == "reply ok")
    }
  }

  @Test("ten thousand lines are few messages, all before idle")
  func manyLines() async throws {
    try await KernelFixture.run { kernel in
      let words = await kernel.words("many 10000")
      let text = words.filter { $0.hasPrefix("stdout ") }.map { $0.dropFirst(7) }.joined()
      #expect(text == (0..<10_000).map { "\($0)\n" }.joined())
      #expect(words.output.last == "idle")
      #expect(words.count < 100)
    }
  }

  @Test("a failure gives one error and the same fields in the reply")
  func failure() async throws {
    try await KernelFixture.run { kernel in
      let words = await kernel.words("fail Oops")
      #expect(words.output == ["busy", "input 1", "error Oops", "idle"])
      #expect(words.reply == "reply error")
    }
  }

  @Test("a failure aborts what was sent with it, and no more than that")
  func abort() async throws {
    try await KernelFixture.run { kernel in
      let first = kernel.client.execute(ExecuteContent(code: "ask x\nfail Oops", allowsInput: true))
      let second = kernel.client.execute(ExecuteContent(code: "print no"))
      let third = kernel.client.execute(ExecuteContent(code: "print no"))
      var words: [String] = []
      for await event in first.events {
        words.append(KernelFixture.word(event))
        guard case .input(let message) = event else { continue }
        // Its answer on shell says that all before it has arrived.
        _ = try await kernel.client.kernelInfo()
        kernel.client.sendInput("go", to: message)
      }
      #expect(words.reply == "reply error")
      for one in [second, third] {
        let words = await KernelFixture.words(one.events)
        #expect(words.output == ["busy", "idle"])
        #expect(words.reply == "reply aborted")
      }
      #expect(await kernel.words("print yes").reply == "reply ok")
    }
  }

  @Test("without stop_on_error the queue goes on")
  func goesOn() async throws {
    try await KernelFixture.run { kernel in
      let first = kernel.client.execute(ExecuteContent(code: "fail Oops", stopsOnError: false))
      let second = kernel.client.execute(ExecuteContent(code: "print yes"))
      #expect(await KernelFixture.words(first.events).reply == "reply error")
      #expect(await KernelFixture.words(second.events).reply == "reply ok")
    }
  }

  @Test("a silent cell shows neither input nor result and counts nothing")
  func silent() async throws {
    try await KernelFixture.run { kernel in
      let words = await kernel.words(ExecuteContent(code: "result x", isSilent: true))
      #expect(words.output == ["busy", "idle"])
      #expect(await kernel.words("result y").output.contains("result 1 y"))
    }
  }

  @Test("a cell outside the history leaves the counter alone")
  func withoutHistory() async throws {
    try await KernelFixture.run { kernel in
      _ = await kernel.words("print a")
      let words = await kernel.words(ExecuteContent(code: "result x", storesHistory: false))
      #expect(words.output == ["busy", "input 1", "result 1 x", "idle"])
      #expect(await kernel.words("result y").output.contains("result 2 y"))
    }
  }

  @Test("user expressions are evaluated after success, each by itself, and not published")
  func userExpressions() async throws {
    try await KernelFixture.run { kernel in
      let content = ExecuteContent(
        code: "print a", userExpressions: ["good": "1 + 1", "wrong": "bad"])
      var reply: Message?
      var output: [String] = []
      for await event in kernel.client.execute(content).events {
        if case .reply(let message) = event { reply = message }
        if case .iopub = event { output.append(KernelFixture.word(event)) }
      }
      let values = reply?.content["user_expressions"]
      #expect(values?["good"]?["status"] == "ok")
      #expect(values?["good"]?["data"]?["text/plain"] == "1 + 1")
      #expect(values?["wrong"]?["status"] == "error")
      #expect(values?["wrong"]?["ename"] == "Bad")
      #expect(output == ["busy", "input 1", "stdout a\n", "idle"])
    }
  }

  @Test("pages go with the reply")
  func page() async throws {
    try await KernelFixture.run { kernel in
      for await event in kernel.client.execute(ExecuteContent(code: "page help")).events {
        guard case .reply(let message) = event else { continue }
        let payload = message.content["payload"]?[0]
        #expect(payload?["source"] == "page")
        #expect(payload?["data"]?["text/plain"] == "help")
      }
    }
  }

  @Test("late output belongs to the cell that caused it")
  func late() async throws {
    try await KernelFixture.run { kernel in
      let first = kernel.client.execute(ExecuteContent(code: "late x"))
      #expect(await KernelFixture.words(first.events).output == ["busy", "input 1", "idle"])
      for await _ in kernel.client.execute(ExecuteContent(code: "release")).events {}
      for await message in kernel.client.otherMessages where message.type == .stream {
        #expect(message.parent.id == first.id)
        break
      }
    }
  }

  @Test("input goes to who executed, and comes back")
  func input() async throws {
    try await KernelFixture.run { kernel in
      let content = ExecuteContent(code: "ask name?", allowsInput: true)
      var words: [String] = []
      for await event in kernel.client.execute(content).events {
        words.append(KernelFixture.word(event))
        if case .input(let message) = event { kernel.client.sendInput("Ada", to: message) }
      }
      #expect(words.contains("ask name?"))
      #expect(words.contains("stdout Ada"))
    }
  }

  @Test("an answer to an older question is no answer to the next")
  func staleInput() async throws {
    try await KernelFixture.run { kernel in
      let content = ExecuteContent(code: "ask a\nask b", allowsInput: true)
      var questions: [Message] = []
      var words: [String] = []
      for await event in kernel.client.execute(content).events {
        words.append(KernelFixture.word(event))
        guard case .input(let message) = event else { continue }
        questions.append(message)
        if questions.count == 2 { kernel.client.sendInput("stale", to: questions[0]) }
        kernel.client.sendInput("answer \(questions.count) ", to: message)
      }
      let printed = words.filter { $0.hasPrefix("stdout ") }.map { $0.dropFirst(7) }.joined()
      #expect(printed == "answer 1 answer 2 ")
    }
  }

  @Test("where input is not allowed nobody is asked")
  func inputNotAllowed() async throws {
    try await KernelFixture.run { kernel in
      let words = await kernel.words(ExecuteContent(code: "ask name?", allowsInput: false))
      #expect(words.output == ["busy", "input 1", "stdout nothing", "idle"])
    }
  }

  @Test("an interrupt ends the cell and drops the queue", arguments: ["wait", "ask x"])
  func interrupt(code: String) async throws {
    try await KernelFixture.run { kernel in
      let content = ExecuteContent(code: code, allowsInput: true, stopsOnError: false)
      let first = kernel.client.execute(content)
      let second = kernel.client.execute(ExecuteContent(code: "print no"))
      var reply: String?
      for await event in first.events {
        let word = KernelFixture.word(event)
        if word == "stdout waiting" || word.hasPrefix("ask") {
          // Its answer on shell says that the second cell has arrived.
          _ = try await kernel.client.kernelInfo()
          try await kernel.client.interrupt()
        }
        if word.hasPrefix("reply") { reply = word }
      }
      #expect(reply == "reply error")
      #expect(await KernelFixture.words(second.events).reply == "reply aborted")
      try await kernel.client.interrupt()
      #expect(await kernel.words("print again").reply == "reply ok")
    }
  }
}
