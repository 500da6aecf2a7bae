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
}
