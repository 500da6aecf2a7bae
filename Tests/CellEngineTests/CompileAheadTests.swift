import CellEngine
import Foundation
import Testing

/// Queued cells, compiled together or ahead, against the same cells one by one.
@Suite(.serialized) struct CompileAheadTests {
  private func folder() -> String {
    FileManager.default.temporaryDirectory.path + "/apus-cache-\(UUID().uuidString)"
  }

  private func entries(_ folder: String) -> Int {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).count
  }

  /// Runs `cells` one by one and queued at once; both must come out the same. Returns what came.
  private func bothWays(
    _ cells: [String], sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> [SessionRecorder.Outcome] {
    let single = try SessionRecorder()
    var expected: [SessionRecorder.Outcome] = []
    for code in cells {
      expected.append(await single.run(code))
      if expected.last?.failure != nil { break }
    }
    await single.session.shutdown()
    let queued = try SessionRecorder()
    let outcomes = await queued.runAll(cells)
    await queued.session.shutdown()
    #expect(outcomes == expected, sourceLocation: sourceLocation)
    return outcomes
  }

  @Test("plain cells become few units, and mean the same")
  func joined() async throws {
    let cells = (0..<12).map { index in
      "let v\(index) = [1, 2, \(index)].map { $0 * \(index) }\n"
        + "func f\(index)(_ x: Int) -> Int { x + v\(index).count }\n"
        + "print(f\(index)(\(index)), v\(max(0, index - 1)))\nf\(index)(1)"
    }
    let outcomes = try await bothWays(cells)
    #expect(outcomes.last?.output == "14 [10, 20, 100]\n")
    #expect(outcomes.last?.result == "4")
    let folder = folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let session = try SessionRecorder(cacheFolder: folder)
    _ = await session.runAll(cells)
    await session.session.shutdown()
    #expect(entries(folder) < cells.count)
    let before = entries(folder)
    let again = try SessionRecorder(cacheFolder: folder)
    #expect(await again.runAll(cells) == outcomes)
    await again.session.shutdown()
    #expect(entries(folder) == before)
  }

  @Test("a name that a later cell declares is not there before")
  func laterNames() async throws {
    let outcomes = try await bothWays(["let a = 1", "let b = 2", "print(late)", "let late = 3"])
    #expect(outcomes.last?.failure?.value == "cannot find 'late' in scope")
  }

  @Test("redefinitions, overloads, extensions, imports and results keep their meaning")
  func redefinitions() async throws {
    let outcomes = try await bothWays([
      "let n = 1", "print(n)", "let n = n + 1", "print(n)",
      "func f(_ x: Int) -> String { \"int\" }",
      "func f(_ x: String) -> String { \"text\" }", "print(f(1), f(\"\"))",
      "func f(_ x: Int) -> String { \"new\" }", "print(f(1), f(\"\"))",
      "extension Int { var twice: Int { 2 * self } }", "print(3.twice)",
      "extension Int { var twice: Int { 20 * self } }", "print(3.twice)", "import Foundation",
      "print(String(format: \"%03d\", 7))", "n * 10", "__", "_16 + 1",
      "struct P { private var x = 1; func get() -> Int { x } }", "print(P().get(), [P()])",
      "// nothing", "", "let unused = 1; print(unused)",
    ])
    #expect(outcomes.count == 23)
    #expect(outcomes.map(\.output).joined().hasSuffix("1 [main.P(x: 1)]\n1\n"))
  }

  @Test("an error in the middle stops there, with what came before kept")
  func errors() async throws {
    for fault in ["let z: Int = \"\"", "print([1][5])", "struct E: Error {}\nthrow E()"] {
      let cells = ["let a = 1", "let b = 2", "let c = 3", fault, "print(\"never\")"]
      let outcomes = try await bothWays(cells)
      #expect(outcomes.count == 4)
      #expect(outcomes[3].failure != nil)
    }
  }

  @Test("cells foreseen that are not sent are not there")
  func foreseenInVain() async throws {
    let session = try SessionRecorder()
    let later = [
      UpcomingCell(
        code: "let ghost = 7", showsResult: true, number: 2, sequence: 2, followsDirectly: true)
    ]
    #expect(await session.run("let real = 1", upcoming: later).failure == nil)
    #expect(await session.run("ghost").failure?.value == "cannot find 'ghost' in scope")
    #expect(await session.run("real").result == "1")
    await session.session.shutdown()
  }

  @Test("an old value is given up when its variable is declared anew, unless something uses it")
  func releases() async throws {
    let outcomes = try await bothWays([
      "final class Held { let n: Int; init(_ n: Int) { self.n = n }\n"
        + "  deinit { print(\"released \\(n)\") } }",
      "let held = Held(1)", "let held = Held(2)",
      "let held = Held(3)\nfunc keep() -> Int { held.n }",
      "let held = Held(4)", "keep()", "var list = [Held(5), Held(6)]", "var list = [Held]()",
    ])
    #expect(
      outcomes.map(\.output) == [
        "", "", "released 1\n", "released 2\n", "", "", "", "released 5\nreleased 6\n",
      ])
    #expect(outcomes[5].result == "3")
  }
}
