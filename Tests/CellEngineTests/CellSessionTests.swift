import CellEngine
import Foundation
import OrderedJSON
import Synchronization
import Testing

/// Runs cells in a session with the real compiler and a real worker, and collects what they tell.
final class SessionRecorder: Sendable {
  let session: CellSession
  private let events = Mutex<[CellEvent]>([])
  private let waiting = Mutex<CheckedContinuation<Void, Never>?>(nil)
  private let next = Mutex<UInt32>(0)

  /// - Parameter cacheFolder: by default a cache of its own, which is empty.
  init(cacheFolder: String? = nil) throws {
    let build = Bundle(for: SessionRecorder.self).bundleURL.path
    let toolchain = try Toolchain.locate(environment: ProcessInfo.processInfo.environment)
    let installation = try Installation.locate(program: build + "/apus")
    session = try CellSession(
      toolchain: toolchain, installation: installation,
      cache: CompileCache(
        folder: cacheFolder, circumstances: try installation.circumstances(of: toolchain),
        mostBytes: 1 << 30))
    session.setEventHandler { [self] event in
      events.withLock { $0.append(event) }
      guard case .finished = event else { return }
      waiting.withLock { waiting in
        waiting?.resume()
        waiting = nil
      }
    }
  }

  struct Outcome: Equatable {
    var output = ""
    var result: String?
    var failure: CellFailure?
  }

  /// Runs `cells` as a frontend's Run All does: each with those that wait behind it, up to the first
  /// failure.
  func runAll(_ cells: [String]) async -> [Outcome] {
    var outcomes: [Outcome] = []
    for (index, code) in cells.enumerated() {
      let number = Int(next.withLock { $0 }) + 1
      let upcoming = cells.indices.dropFirst(index + 1).map { later in
        UpcomingCell(
          code: cells[later], showsResult: true, number: number + later - index,
          sequence: number + later - index, followsDirectly: true)
      }
      outcomes.append(await run(code, upcoming: upcoming))
      if outcomes.last?.failure != nil { break }
    }
    return outcomes
  }

  func run(
    _ code: String, upcoming: [UpcomingCell] = [], interruptingAtOnce: Bool = false
  ) async -> Outcome {
    let id = next.withLock { next in
      next += 1
      return next
    }
    events.withLock { $0 = [] }
    await withCheckedContinuation { continuation in
      waiting.withLock { $0 = continuation }
      session.execute(
        CellRequest(
          id: id, number: Int(id), code: code, allowsInput: false, sequence: Int(id)),
        upcoming: upcoming)
      if interruptingAtOnce { session.interrupt() }
    }
    var outcome = Outcome()
    for event in events.withLock({ $0 }) {
      switch event {
      case .output(_, _, let text): outcome.output += text
      case .result(_, let bundle, _): outcome.result = bundle["text/plain"]?.string
      case .finished(_, .failed(let failure)): outcome.failure = failure
      default: break
      }
    }
    return outcome
  }
}

@Suite(.serialized) struct CellSessionTests {
  @Test("variables, functions, types and imports of a cell are there in later ones")
  func visibility() async throws {
    let cells = try SessionRecorder()
    let first = await cells.run("import Foundation\nvar x = 1\nlet y = 2, z = 3")
    #expect(first.failure?.traceback == nil)
    #expect(await cells.run("func f(_ a: Int) -> Int { a + x }").failure == nil)
    #expect(await cells.run("struct P: Equatable { var x: Int }\nlet p = P(x: 4)").failure == nil)
    #expect(await cells.run("f(y) + z + p.x").result == "10")
    let shown = await cells.run("print([P(x: 1)])")
    #expect(shown.output == "[main.P(x: 1)]\n")
    #expect(await cells.run("x = 10; f(1)").result == "11")
    #expect(await cells.run("extension P { func twice() -> Int { x * 2 } }").failure == nil)
    #expect(await cells.run("p.twice()").result == "8")
    #expect(await cells.run("let x = \"new\"").failure == nil)
    #expect(await cells.run("x").result == "\"new\"")
    #expect(await cells.run("_4 + 1").result == "11")
    #expect(await cells.run("Date(timeIntervalSince1970: 0).timeIntervalSince1970").result == "0.0")
    await cells.session.shutdown()
  }

  @Test("the newest definition wins, and its siblings live on")
  func redefinition() async throws {
    let cells = try SessionRecorder()
    func value(_ code: String) async -> String? {
      let outcome = await cells.run(code)
      return outcome.result ?? outcome.failure.map { $0.traceback.joined(separator: "\n") }
    }
    #expect(await value("struct Q {}\nfunc f(_ a: Int) -> Int { 1 }") == nil)
    #expect(
      await value("func f(_ a: String) -> Int { 2 }\nfunc f(_ a: Double) -> Int { 3 }") == nil)
    #expect(await value("func f(_ a: String) -> Int { 4 }") == nil)
    #expect(await value("[f(1), f(\"\"), f(1.5)]") == "[1, 4, 3]")
    let first = "extension Q { func one() -> Int { 1 }; func two() -> Int { 2 } }\nQ().one()"
    #expect(await value(first) == "1")
    #expect(await value("extension Q { func one() -> Int { 10 } }\nQ().one()") == "10")
    #expect(await value("Q().one() + Q().two()") == "12")
    #expect(
      await value("extension Q { func one() -> Int { nothing } }")?.contains("nothing") == true)
    #expect(await value("Q().one()") == "10")
    #expect(await value("infix operator <+>\nfunc <+> (a: Int, b: Int) -> Int { a + b }") == nil)
    #expect(await value("func <+> (a: Int, b: Int) -> Int { a * b }\n3 <+> 4") == "12")
    #expect(await value("3 <+> 5") == "15")
    #expect(await value("var n = 1") == nil)
    #expect(await value("var n = n + 1; let t = (n: n, m: 0)\nn + t.n") == "4")
    await cells.session.shutdown()
  }

  @Test("completion and inspection know what the cells declared")
  func questions() async throws {
    let cells = try SessionRecorder()
    _ = await cells.run("struct Planet { var radius = 1.0 }\nlet earth = Planet()")
    let names = await cells.session.complete("ear", at: 3)
    #expect(names.items.map(\.text).contains("earth"))
    await cells.session.shutdown()
  }

  @Test("a cell that does not compile says where, in the user's own columns")
  func compileErrors() async throws {
    let cells = try SessionRecorder()
    let outcome = await cells.run("let a = 1\nfoo(a)")
    #expect(outcome.failure?.name == "CompileError")
    #expect(outcome.failure?.value == "cannot find 'foo' in scope")
    let text = outcome.failure?.traceback.joined(separator: "\n").replacing(
      /\u{1B}\[[0-9;]*m/, with: "")
    #expect(text == "Cell 1:2:1: error: cannot find 'foo' in scope\n2 | foo(a)\n  | ^~~")
    #expect(await cells.run("a").failure?.value == "cannot find 'a' in scope")
    await cells.session.shutdown()
  }

  @Test("a thrown error and a trap leave the variables that were reached")
  func failures() async throws {
    let cells = try SessionRecorder()
    let thrown = await cells.run("struct E: Error {}\nlet a = 1\nlet b: Int = try { throw E() }()")
    #expect(thrown.failure?.name == "main.E")
    #expect(thrown.failure?.traceback.last == "  at Cell 1, line 3")
    #expect(await cells.run("a").result == "1")
    #expect(await cells.run("b").failure?.value == "cannot find 'b' in scope")
    let trapped = await cells.run("let none: Int? = nil\nprint(none!)")
    #expect(trapped.failure?.name == "FatalError")
    #expect(
      trapped.failure?.value == "Unexpectedly found nil while unwrapping an Optional value")
    #expect(trapped.failure?.traceback.last == "  at Cell 4, line 2")
    #expect(trapped.output == "")
    #expect(await cells.run("a + 1").result == "2")
    let stopped = await cells.run("fatalError(\"boom\")")
    #expect(stopped.failure?.value == "boom")
    #expect(stopped.output == "")
    await cells.session.shutdown()
  }

  @Test("each of several like traps in optimised code names its own line")
  func linesOfOptimisedTraps() async throws {
    let cells = try SessionRecorder()
    func lines(_ code: String) async -> [Substring] {
      let failure = await cells.run(code).failure
      return failure?.traceback.dropFirst().flatMap { $0.split(separator: "\n") } ?? []
    }
    _ = await cells.run(
      """
      let few = [1, 2]
      func pick(_ n: Int) -> Int {
        var sum = 0
        for i in 0..<n { sum += few[i] }
        if n == 1 { return few[n + 5] }
        return few[n + 6]
      }
      """)
    #expect(await lines("pick(1)").first == "  at Cell 1, line 5")
    #expect(await lines("pick(2)") == ["  at Cell 1, line 6", "  at Cell 3, line 1"])
    let loop = "for f in few where f > 5 { print(f) }\n"
    #expect(
      await lines(loop + "if few.count > 2 { print(few[3]) }\nprint(few[4])\nprint(few[5])")
        == ["  at Cell 4, line 3"])
    await cells.session.shutdown()
  }

  @Test("top-level await works, and what it sets is there later")
  func asynchronous() async throws {
    let cells = try SessionRecorder()
    #expect(
      await cells.run("func g() async -> Int { await Task.yield(); return 5 }\nlet v = await g()")
        .failure == nil)
    #expect(await cells.run("v").result == "5")
    await cells.session.shutdown()
  }

  @Test("an endless loop is interrupted, and the session goes on with its variables")
  func interrupts() async throws {
    let cells = try SessionRecorder()
    #expect(await cells.run("var n = 7").failure == nil)
    async let looping = cells.run("print(\"go\")\nwhile true {}")
    Task.detached {
      try await Task.sleep(for: .milliseconds(800))
      cells.session.interrupt()
    }
    #expect(await looping.failure?.name == "Interrupted")
    async let early = cells.run("while true {}", interruptingAtOnce: true)
    #expect(await early.failure?.name == "Interrupted")
    #expect(await cells.run("n").result == "7")
    await cells.session.shutdown()
  }
}
