import ApusFrame
import ApusIO
import Testing

/// JSON read into columns.
@Suite("JSON")
struct JSONTests {
  private func read(_ text: String) throws -> DataFrame {
    try DataFrame(jsonBytes: Array(text.utf8), named: "rows.json")
  }

  @Test("types are those of all values, and fields may be missing")
  func types() throws {
    let frame = try read(
      """
      {"a": 1, "b": "x", "c": [1, 2.5], "d": {"e": true}}

      {"b": null, "a": 2.5, "f": "late", "c": []}
      {"a": -0, "c": null, "d": {"g": "\\u00e9\\ud83d\\ude42\\n"}}
      """)
    #expect(frame.rowCount == 3)
    #expect(frame.schema["a"] == .float64)
    #expect(frame.schema["c"] == .list(.float64))
    #expect(
      frame.schema["d"] == .struct([Schema.Field("e", .bool), Schema.Field("g", .string)]))
    #expect(try frame["f"][1] == "late")
    #expect(try frame["c"][0] == .list([.double(1), .double(2.5)]))
    #expect(try frame["d"][2] == .struct([Scalar.Field("e", .null), Scalar.Field("g", "é🙂\n")]))
  }

  @Test("a list of objects, and values of different kinds as the text that they were")
  func mixed() throws {
    let frame = try read(#"[{"a": 1.50}, {"a": "t\"x"}, {"a": [1, {"b": null}]}, {"a": null}]"#)
    #expect(frame.schema["a"] == .string)
    #expect(
      (0..<4).map { row in (try? frame["a"][row]) ?? .null }
        == ["1.50", "t\"x", #"[1, {"b": null}]"#, nil])
  }

  @Test(
    "an error names line and byte",
    arguments: [
      ("{\"a\": 1}\n{\"a\" 2}", "\":\" is missing in rows.json, line 2, byte 6"),
      ("{\"a\": 01}", "this is no value of JSON in rows.json, line 1, byte 7"),
      ("{\"a\": 1} 2", "more follows in the line in rows.json, line 1, byte 10"),
      ("{\"a\": 1, \"a\": 2}", "a name stands twice in one object in rows.json, line 1, byte 10"),
      ("{\"a\": \"\\ud800\"}", "half of a pair of \\u in rows.json, line 1, byte 7"),
      ("[{\"a\": 1},\n 3]", "\"{\" is missing in rows.json, line 2, byte 2"),
    ])
  func errors(text: String, message: String) {
    let error = #expect(throws: FrameError.self) { try read(text) }
    #expect(error?.description.hasPrefix(message) == true, "\(String(describing: error))")
  }

  @Test("deep nesting is an error, not the end of the stack")
  func depth() {
    let text = #"{"a": "# + String(repeating: "[", count: 100_000)
    #expect(throws: FrameError.self) { try read(text) }
  }
}
