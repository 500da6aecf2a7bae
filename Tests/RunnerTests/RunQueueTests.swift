import Jupyter
import Notebooks
import OrderedJSON
import Runner
import Testing

/// A queue of cells, and what a kernel says to its requests.
private struct Fixture {
  var queue: RunQueue
  private var ids: [String] = []
  private let maker = MessageMaker(username: "kernel")
  private var time = ContinuousClock.now

  init(_ cells: [Cell]) throws {
    queue = RunQueue(try CellRun.all(of: Notebook(cells: cells)), at: time)
  }

  init(count: Int) throws { try self.init((0..<count).map { Cell(.code, source: "cell \($0)") }) }

  /// Sends the next wave; returns its codes.
  mutating func send() -> [String] {
    let wave = queue.wave()
    let new = wave.indices.map { "request-\(ids.count + $0)" }
    ids += new
    queue.sent(new)
    return wave.map(\.code)
  }

  private mutating func tell(_ event: KernelClient.ExecutionEvent) -> [String] {
    time += .seconds(1)
    return queue.receive(event, at: time).map { step in
      switch step {
      case .started(let place): "start \(place.number)"
      case .finished(let run, let outcome, let duration):
        "end \(run.place.number) \(outcome == .ok ? "ok" : "bad") \(duration.secondsText)"
      case .repeated(let run, _): "again \(run.place.number)"
      }
    }
  }

  mutating func status(_ state: String, _ number: Int) -> [String] {
    let parent = Header(fields: ["msg_id": .string(ids[number - 1])])
    let content: JSONObject = ["execution_state": .string(state)]
    return tell(.iopub(maker.message(.status, content: content, parent: parent)))
  }

  mutating func reply(_ status: String, _ number: Int) -> [String] {
    let parent = Header(fields: ["msg_id": .string(ids[number - 1])])
    let content: JSONObject = ["status": .string(status), "ename": "E", "evalue": "v"]
    return tell(.reply(maker.message(.executeReply, content: content, parent: parent)))
  }

  /// Ends the cell `number` well.
  mutating func end(_ number: Int) {
    _ = reply("ok", number)
    _ = status("idle", number)
  }
}

@Suite struct RunQueueTests {
  @Test("code cells run that hold something and are not to be skipped")
  func selection() throws {
    let skipped = Cell(.code, source: "s", metadata: ["tags": ["skip-execution"]])
    let cells = [
      Cell(.markdown, source: "m"), Cell(.code, source: "a", id: "x"), Cell(.code, source: " \n\t"),
      skipped, Cell(.raw, source: "r"), Cell(.code, source: "\n  b \n"),
    ]
    let runs = try CellRun.all(of: Notebook(cells: cells))
    #expect(runs.map(\.place.index) == [1, 5])
    #expect(runs.map(\.place.number) == [1, 2])
    #expect(runs[0].place.id == "x")
    #expect(runs[1].place.firstLine == "b")
  }

  @Test("a cell has ended when both its reply and its idle are there, in either order")
  func ending() throws {
    var fixture = try Fixture(count: 2)
    #expect(fixture.send() == ["cell 0", "cell 1"])
    #expect(fixture.status("busy", 1) == ["start 1"])
    #expect(fixture.reply("ok", 1) == [])
    #expect(fixture.status("idle", 1) == ["end 1 ok 2 s"])
    #expect(fixture.status("busy", 2) == ["start 2"])
    #expect(fixture.status("idle", 2) == [])
    #expect(fixture.reply("ok", 2) == ["end 2 ok 2 s"])
    #expect(fixture.queue.front == nil)
  }

  @Test("cells end in their order, whatever overtakes")
  func order() throws {
    var fixture = try Fixture(count: 2)
    _ = fixture.send()
    _ = fixture.status("busy", 1)
    _ = fixture.status("idle", 1)
    _ = fixture.status("busy", 2)
    #expect(fixture.status("idle", 2) == [])
    #expect(fixture.reply("ok", 1).map { $0.prefix(5) } == ["end 1"])
    #expect(fixture.reply("ok", 2).map { $0.prefix(5) } == ["end 2"])
  }

  @Test("the next wave waits for the end of the last")
  func waves() throws {
    var fixture = try Fixture(count: RunQueue.longestWave + 2)
    #expect(fixture.send().count == RunQueue.longestWave)
    for number in 1..<RunQueue.longestWave { fixture.end(number) }
    #expect(fixture.send() == [])
    fixture.end(RunQueue.longestWave)
    #expect(fixture.send() == ["cell \(RunQueue.longestWave)", "cell \(RunQueue.longestWave + 1)"])
  }

  @Test("an error ends the run, unless the cell is there for it")
  func errors() throws {
    var fixture = try Fixture([
      Cell(.code, source: "a", metadata: ["tags": ["raises-exception"]]), Cell(.code, source: "b"),
      Cell(.code, source: "c"),
    ])
    #expect(fixture.queue.wave().map(\.stopsOnError) == [false, true, true])
    _ = fixture.send()
    _ = fixture.reply("error", 1)
    #expect(fixture.status("idle", 1) == ["end 1 bad 1 s"])
    #expect(fixture.queue.front?.place.number == 2)
    _ = fixture.reply("error", 2)
    _ = fixture.reply("aborted", 3)
    _ = fixture.status("idle", 3)
    // What was aborted behind it is not told of.
    #expect(fixture.status("idle", 2).map { $0.prefix(9) } == ["end 2 bad"])
    #expect(fixture.queue.endedCount == 2)
  }

  @Test("messages of other requests are none of ours")
  func strangers() throws {
    var fixture = try Fixture(count: 1)
    let maker = MessageMaker(username: "kernel")
    let message = maker.message(
      .status, content: ["execution_state": "idle"], parent: Header(fields: ["msg_id": "other"]))
    #expect(fixture.queue.receive(.iopub(message), at: .now).isEmpty)
    #expect(fixture.queue.place(of: message) == nil)
    #expect(fixture.send().count == 1)
  }

  @Test("a cell with retries ends its wave, and is asked for again when it fails")
  func retries() throws {
    var fixture = try Fixture([
      Cell(.code, source: "a", metadata: ["apus": ["retries": 1]]), Cell(.code, source: "b"),
    ])
    #expect(fixture.send() == ["a"])
    _ = fixture.reply("error", 1)
    #expect(fixture.status("idle", 1) == ["again 1"])
    #expect(fixture.send() == ["a"])
    _ = fixture.reply("ok", 2)
    #expect(fixture.status("idle", 2).map { $0.prefix(8) } == ["end 1 ok"])
    #expect(fixture.send() == ["b"])
  }

  @Test("a run pauses behind the cell that is named, and sends no further one before")
  func pause() throws {
    let cells = (0..<3).map { Cell(.code, source: "\($0)") }
    var queue = RunQueue(try CellRun.all(of: Notebook(cells: cells)), at: .now, pausesAfter: 1)
    #expect(!queue.isAtPause)
    #expect(queue.wave().count == 2)
    queue = RunQueue(try CellRun.all(of: Notebook(cells: cells)), at: .now)
    #expect(queue.isAtPause)
    #expect(queue.wave().count == 3)
  }

  @Test("a kernel that gains nothing by it is sent one cell at a time")
  func oneByOne() throws {
    let cells = (0..<3).map { Cell(.code, source: "\($0)") }
    let queue = RunQueue(try CellRun.all(of: Notebook(cells: cells)), at: .now, waveLength: 1)
    #expect(queue.wave().map(\.code) == ["0"])
  }
}
