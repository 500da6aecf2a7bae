import Foundation
import SwiftKernel
import Testing

@Suite("The history's file")
struct HistoryFileTests {
  @Test("damaged lines are left out, and the next session goes on")
  func damaged() throws {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("history-\(UUID().uuidString).jsonl").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let lines = [
      #"{"session":3,"line":1,"input":"let a = 1"}"#, #"{"session":9223372036854775807}"#,
      #"{"session":4,"line":"#, "[]", "null", "\u{0}",
    ]
    try Data(lines.joined(separator: "\n").appending("\n").utf8)
      .write(to: URL(fileURLWithPath: path))
    let history = ExecutionHistory(path: path)
    history.append(line: 1, input: "a", output: nil)
    #expect(history.tail(5).map(\.session) == [3, 4])
  }

  @Test("a long file is read from its end, and sessions before it can be asked for")
  func long() throws {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("history-\(UUID().uuidString).jsonl").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    var lines: [String] = []
    func add(_ session: Int, _ line: Int) {
      let input = "\(session) + \(line)"
      lines.append("{\"session\":\(session),\"line\":\(line),\"input\":\"\(input)\"}")
    }
    for session in 1...40 {
      lines.append("{\"session\":\(session)}")
      for line in 1...200 { add(session, line) }
    }
    // A session that is older than the last one, and longer than one look at the end.
    for line in 201...5000 { add(39, line) }
    try Data(lines.joined(separator: "\n").appending("\n").utf8)
      .write(to: URL(fileURLWithPath: path))
    let (one, other) = (ExecutionHistory(path: path), ExecutionHistory(path: path))
    one.append(line: 1, input: "mine", output: "1")
    other.append(line: 1, input: "other", output: nil)
    one.append(line: 2, input: "mine too", output: nil)
    #expect(one.tail(4).map(\.input) == ["39 + 5000", "mine", "other", "mine too"])
    #expect(one.tail(4).map(\.session) == [39, 41, 42, 41])
    #expect(other.range(session: 0, start: 0, stop: nil).map(\.input) == ["other"])
    #expect(other.range(session: -1, start: 2, stop: 3).map(\.input) == ["mine too"])
    #expect(other.range(session: 1, start: 7, stop: 9).map(\.input) == ["1 + 7", "1 + 8"])
    let found = one.search("4* + 200", count: 2, isUnique: true)
    #expect(found.map(\.input) == ["4 + 200", "40 + 200"])
    #expect(one.tail(100_000).count == 40 * 200 + 4800 + 3)
  }

  @Test("without a file it lives in memory")
  func memory() {
    let history = ExecutionHistory(path: nil)
    history.append(line: 1, input: "a", output: nil)
    history.append(line: 2, input: "b", output: "2")
    #expect(history.tail(1).map(\.output) == ["2"])
    #expect(history.range(session: 0, start: 1, stop: 2).map(\.input) == ["a"])
    #expect(history.search("*", count: nil, isUnique: false).count == 2)
  }
}
