import Notebooks
import OrderedJSON
import Runner
import Testing

@Suite struct BatchPartsTests {
  @Test(
    "patterns",
    arguments: [
      ("a.ipynb", "*.ipynb", true), ("a.ipynb", "a?ipynb", true), ("ab", "[a-c]b", true),
      ("db", "[a-c]b", false), ("db", "[!a-c]b", true), ("abc", "a*c", true), ("abd", "a*c", false),
      ("", "*", true), ("[x", "[x", true), ("aXbXc", "a*X*c", true),
    ])
  func glob(_ name: String, _ pattern: String, _ fits: Bool) {
    #expect(Glob.matches(name, pattern) == fits)
  }

  @Test("shards are disjoint and whole")
  func shards() throws {
    let all = Array(0..<10)
    let parts = try (1...3).map { try #require(Shard("\($0)/3")).part(of: all) }
    #expect(parts.joined().sorted() == all)
    for text in ["0/3", "4/3", "a/b", "1", "1/0", "1/2/3"] { #expect(Shard(text) == nil) }
  }

  @Test("retries wait twice as long each time, five minutes at most")
  func backOff() {
    var policy = RunPolicy()
    policy.retryDelay = .seconds(2)
    #expect(
      (1...4).map { policy.delay(beforeRetry: $0) } == [
        .seconds(2), .seconds(4), .seconds(8), .seconds(16),
      ])
    #expect(policy.delay(beforeRetry: 60) == .seconds(300))
  }

  @Test("numbers of bytes")
  func bytes() {
    #expect(ByteCount("2G")?.value == 2 << 30)
    #expect(ByteCount("1.5MiB")?.value == 3 << 19)
    #expect(ByteCount("100")?.value == 100)
    for text in ["", "G", "-1", "1X", "0"] { #expect(ByteCount(text) == nil) }
    #expect(ByteCount.text(3 << 29) == "1.5 GiB")
  }

  @Test("a notebook's metadata wins over the run's policy, nbmake's names included")
  func policy() throws {
    var base = RunPolicy()
    base.cellTimeout = .seconds(1)
    base.retries = 4
    var notebook = Notebook(metadata: ["execution": ["timeout": 5, "allow_errors": true]])
    var policy = try base.overridden(by: notebook)
    #expect(policy.cellTimeout == .seconds(5) && policy.allowsErrors && policy.retries == 4)
    notebook.metadata["apus"] = [
      "timeout": 7, "retries": 2, "memory_limit": "1G", "silence_timeout": 3, "cpu_limit": 0.5,
    ]
    policy = try base.overridden(by: notebook)
    #expect(policy.cellTimeout == .seconds(7) && policy.retries == 2)
    #expect(policy.memoryLimit == 1 << 30 && policy.cpuLimit == .milliseconds(500))
    notebook.metadata["apus"] = ["timeout": "soon"]
    #expect(throws: RunError.self) { try base.overridden(by: notebook) }
  }

  @Test("what a cell must fail with")
  func expectations() throws {
    func run(_ metadata: JSONObject) throws -> CellRun {
      try #require(
        CellRun.all(of: Notebook(cells: [Cell(.code, source: "x", metadata: metadata)])).first)
    }
    let error = CellOutcome.failed(CellFailure(name: "ValueError", value: "boom!", traceback: []))
    let named = try run(["apus": ["raises": ["name": "ValueError", "text": "boom"]]]).expectation
    #expect(named.objection(to: error) == nil)
    #expect(
      named.objection(to: .ok)
        == "the cell was to fail with ValueError saying \"boom\" and did not fail")
    let other = try run(["apus": ["raises": "KeyError"]]).expectation
    #expect(
      other.objection(to: error) == "the cell was to fail with KeyError and failed with ValueError")
    let tagged = try run(["tags": ["raises-exception"]]).expectation
    #expect(tagged.toleratesErrors && tagged.objection(to: .ok) == nil)
    #expect(try CellRun.all(of: Notebook(cells: [Cell(.code, source: "# NBVAL_SKIP\nx")])).isEmpty)
  }

  @Test("secrets are masked whole, in pieces of lines, and the longer first")
  func mask() async throws {
    let mask = SecretMask([
      Secret(name: "a", value: "hunter2"), Secret(name: "b", value: "hunter2-long"),
      Secret(name: "c", value: "first line\nsecond line"),
    ])
    #expect(mask.masked("x hunter2-long hunter2") == "x *** ***")
    #expect(mask.masked("a second line b") == "a *** b")
    #expect(mask.masked(["k": ["hunter2", 1]] as JSON) == ["k": ["***", 1]])
    await #expect(throws: RunError.self) {
      try await Secret(specification: "a=env:NOT_SET_ANYWHERE")
    }
    let error = await #expect(throws: RunError.self) {
      try await Secret(specification: "a=hunter2")
    }
    #expect(error.map { "\($0)" }?.contains("hunter2") == false)
  }
}

@Suite struct ReportTests {
  private var reports: [RunReport] {
    var good = RunReport(input: .file("a & b.ipynb"), output: nil)
    good.cellCount = 1
    good.endedCellCount = 1
    good.cells = [
      CellReport(
        index: 0, id: "x", firstLine: "let <a> = \"1\"", fileLine: nil, outcome: .ok,
        duration: .milliseconds(1500))
    ]
    var bad = RunReport(input: .file("b.ipynb"), output: nil)
    bad.cellCount = 3
    bad.endedCellCount = 1
    let failure = CellFailure(
      name: "E", value: "x\u{1B}[31m::error::y",
      traceback: ["\u{1B}[31mCell In[1], line 2\u{1B}[0m\u{8}"])
    let place = RunEvent.CellPlace(index: 4, number: 1, id: "c", source: "one\ntwo")
    bad.cells = [
      CellReport(
        index: 4, id: "c", firstLine: "one", fileLine: nil, outcome: .failed(failure),
        duration: .zero)
    ]
    bad.failure = RunFailure(
      RunError(.cellFailed, "E: x, 100%\nsecond: ::warning::z", at: "b"),
      cell: .init(place: place, executionCount: 1, failure: failure, fileLine: 17))
    return [good, bad]
  }

  @Test("JUnit has a case a cell and no code point that XML forbids")
  func junit() {
    let xml = JUnitReport.text(of: reports)
    #expect(
      xml.contains(
        "<testsuites name=\"apus run\" tests=\"4\" failures=\"1\" errors=\"0\" skipped=\"2\""))
    #expect(
      xml.contains(
        "classname=\"a &amp; b.ipynb\" name=\"cell 1 [x] let &lt;a&gt; = &quot;1&quot;\""))
    #expect(xml.contains("file=\"b.ipynb\" line=\"17\""))
    #expect(!xml.unicodeScalars.contains("\u{8}") && !xml.unicodeScalars.contains("\u{1B}"))
  }

  @Test("annotations are one line each, with everything escaped")
  func annotations() {
    #expect(
      GitHubReport.annotations(of: reports, workspace: nil)
        == "::error file=b.ipynb,line=17,endLine=17,title=cell 5 (id c)%2C line 2::E: x, 100%25%0Asecond: ::warning::z\n"
    )
  }

  @Test("ten annotations are shown; the last tells of the rest")
  func manyAnnotations() {
    let many = Array(repeating: reports[1], count: 12)
    let lines = GitHubReport.annotations(of: many, workspace: nil).split(separator: "\n")
    #expect(
      lines.count == 10 && lines.last == "::error title=apus run::3 more failures; see the summary")
  }

  @Test("the summary stays below GitHub's limit and shows what failed first")
  func summary() {
    let good = Array(repeating: reports[0], count: 30_000)
    let text = SummaryReport.text(of: good + [reports[1]])
    #expect(text.utf8.count < 1_048_576)
    #expect(text.hasPrefix("## Notebooks: 30000 ok, 1 failed\n\n| notebook | outcome |"))
    #expect(text.contains("<details><summary>b.ipynb: E: x, 100%"))
  }

  @Test("the page holds every notebook, and nothing in it can run")
  func html() {
    let page = HTMLReport.page(of: reports)
    #expect(page.contains("default-src 'none'"))
    #expect(page.contains("a &amp; b.ipynb") && page.contains("ansi-red"))
    #expect(!page.contains("<script"))
  }

  @Test("JSON tells codes, places and lines")
  func json() {
    let json = JSONReport.json(of: reports)
    #expect(json["counts"]?["failed"] == 1)
    #expect(json["notebooks"]?[1]?["failure"]?["file_line"] == 17)
    #expect(json["notebooks"]?[1]?["failure"]?["line"] == 2)
    #expect(json["notebooks"]?[0]?["cells"]?[0]?["seconds"] == 1.5)
  }
}
