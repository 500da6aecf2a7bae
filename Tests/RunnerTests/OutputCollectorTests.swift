import Jupyter
import Notebooks
import OrderedJSON
import Runner
import Testing

/// Messages of a kernel, told to a collector of two cells.
private struct Fixture {
  var collector = OutputCollector()
  var notebook = Notebook(cells: [Cell(.code, source: "a"), Cell(.code, source: "b")])
  private let maker = MessageMaker(username: "kernel")

  mutating func say(_ type: MessageType, _ content: JSONObject, cell: Int = 0) {
    collector.receive(maker.message(type, content: content), cell: cell)
  }

  mutating func print(_ text: String, to name: String = "stdout", cell: Int = 0) {
    say(.stream, ["name": .string(name), "text": .string(text)], cell: cell)
  }

  mutating func display(
    _ text: String, id: String? = nil, type: MessageType = .displayData, cell: Int = 0
  ) {
    var content: JSONObject = ["data": ["text/plain": .string(text)], "metadata": [:]]
    if let id { content["transient"] = ["display_id": .string(id)] }
    say(type, content, cell: cell)
  }

  /// What the cell shows, in words.
  mutating func words(_ cell: Int = 0) -> [String] {
    collector.takeChanges(into: &notebook)
    return notebook.cells[cell].outputs.map { output in
      switch output {
      case .stream(let name, let text): "\(name) \(text)"
      case .display(let data, _): "display \(data["text/plain"]?.string ?? "?")"
      case .result(let data, _, let count):
        "result \(count ?? -1) \(data["text/plain"]?.string ?? "?")"
      case .error(let name, let value, _): "error \(name) \(value)"
      }
    }
  }
}

@Suite struct OutputCollectorTests {
  @Test("text of one stream is joined until something else is shown; stdout stands first")
  func streams() {
    var fixture = Fixture()
    fixture.print("e1", to: "stderr")
    fixture.print("o1")
    fixture.print("e2", to: "stderr")
    fixture.print("o2")
    fixture.display("d")
    fixture.print("o3")
    #expect(fixture.words() == ["stdout o1o2", "stderr e1e2", "display d", "stdout o3"])
  }

  @Test(
    "what a carriage return overwrites is gone",
    arguments: [
      ("a\rb\n", "b\n"), ("1%\r2%\r3%", "3%"), ("x\r\ny\r\n", "x\r\ny\r\n"), ("done\r", "done\r"),
      ("a\rb\r\n", "b\r\n"), ("é\rü\nz", "ü\nz"), ("\r\rq", "q"),
    ])
  func returns(_ text: String, _ visible: String) {
    var fixture = Fixture()
    // In pieces, as kernels send it.
    for scalar in text.unicodeScalars { fixture.print(String(scalar)) }
    #expect(fixture.words() == ["stdout \(visible)"])
  }

  @Test("clear_output clears at once, or when the next output comes")
  func clear() {
    var fixture = Fixture()
    fixture.print("old")
    fixture.say(.clearOutput, ["wait": true])
    #expect(fixture.words() == ["stdout old"])
    fixture.print("new")
    #expect(fixture.words() == ["stdout new"])
    fixture.say(.clearOutput, ["wait": false])
    #expect(fixture.words() == [])
  }

  @Test("an update changes every output of its id, in earlier cells too")
  func updates() {
    var fixture = Fixture()
    fixture.display("one", id: "d")
    fixture.display("other", id: "e")
    fixture.display("two", id: "d", type: .updateDisplayData, cell: 1)
    #expect(fixture.words(0) == ["display two", "display other"])
    #expect(fixture.words(1) == [])
    fixture.display("three", id: "d", cell: 1)
    #expect(fixture.words(0) == ["display three", "display other"])
    #expect(fixture.words(1) == ["display three"])
  }

  @Test("after a clear, an update finds nothing")
  func clearedID() {
    var fixture = Fixture()
    fixture.display("one", id: "d")
    fixture.say(.clearOutput, [:])
    fixture.print("p")
    fixture.display("two", id: "d", type: .updateDisplayData)
    #expect(fixture.words() == ["stdout p"])
  }

  @Test("results keep their number, errors their traceback, late output its cell")
  func others() {
    var fixture = Fixture()
    fixture.say(.executeInput, ["code": "a", "execution_count": 4])
    fixture.say(
      .executeResult, ["data": ["text/plain": "1"], "metadata": [:], "execution_count": 4])
    fixture.say(.error, ["ename": "E", "evalue": "v", "traceback": ["t"]], cell: 1)
    fixture.print("late")
    #expect(fixture.words(0) == ["result 4 1", "stdout late"])
    #expect(fixture.words(1) == ["error E v"])
    #expect(fixture.notebook.cells[0].executionCount == 4)
    #expect(
      fixture.collector.failure(ofCell: 1) == CellFailure(name: "E", value: "v", traceback: ["t"]))
  }

  @Test("only what came since the last time is written")
  func changes() {
    var fixture = Fixture()
    fixture.print("x")
    #expect(fixture.collector.hasChanges)
    _ = fixture.words()
    #expect(!fixture.collector.hasChanges)
    fixture.say(.status, ["execution_state": "idle"])
    #expect(!fixture.collector.hasChanges)
  }
}

@Suite struct FailureTextTests {
  private func failure(_ traceback: String, count: Int = 3) -> RunFailure {
    RunFailure(
      RunError(.cellFailed, "Boom: no", at: "n.ipynb, cell 2 of 9"),
      cell: .init(
        place: .init(index: 1, number: 1, id: nil, source: "a\nb\nc\nd\ne\nf"),
        executionCount: count,
        failure: CellFailure(name: "Boom", value: "no", traceback: [traceback])))
  }

  @Test(
    "the failing line is marked between its neighbours",
    arguments: [
      "Cell \u{1B}[32mIn[3]\u{1B}[39m, line 6\nCell In[3], line 4\nCell In[2], line 1",
      "at Cell 1, line 1\n at Cell 3, line 4\n at Cell 3, line 6",
      "Cell 2:1:1\nCell 3:4:7: error: x\nCell 3:5:1",
    ])
  func excerpt(_ traceback: String) {
    let text = FailureText.text(of: failure(traceback), isColored: false)
    #expect(
      text.hasPrefix(
        "Boom: no (n.ipynb, cell 2 of 9)\n\n  2 | b\n  3 | c\n> 4 | d\n  5 | e\n  6 | f\n\n")
    )
    #expect(!text.contains("\u{1B}"))
    #expect(
      FailureText.text(of: failure(traceback), isColored: true).contains("\u{1B}")
        == traceback.contains("\u{1B}"))
  }

  @Test("without a line the cell's beginning is shown")
  func noLine() {
    let text = FailureText.text(of: failure("Cell 7, line 2"), isColored: false)
    #expect(text.contains("\n\n  1 | a\n  2 | b\n  3 | c\n  4 | d\n  5 | e\n\n"))
  }
}
