import OrderedJSON
import Testing

@Suite struct JSONEditTests {
  private func edited(_ text: String, _ edit: JSONEdit) throws -> String {
    String(decoding: try JSONDocument(Array(text.utf8)).applying(edit), as: UTF8.self)
  }

  @Test("each value knows its bytes")
  func places() throws {
    let text = "\u{FEFF} {\"a\": [1, \"\\u00e9\"], \"b\" : {} }\n"
    let bytes = Array(text.utf8)
    let node = try JSONParser.parseNode(bytes)
    let element = try #require(node["a"]?.elements?.last)
    #expect(String(decoding: bytes[element.range], as: UTF8.self) == "\"\\u00e9\"")
    #expect(element.json.string == "é")
    #expect(node.json == ["a": [1, "é"], "b": [:]])
    #expect(String(decoding: bytes[try #require(node["b"]).range], as: UTF8.self) == "{}")
  }

  @Test("errors and depth are those of the plain parser")
  func errors() {
    #expect(throws: JSONError.self) { try JSONParser.parseNode(Array("{\"a\" 1}".utf8)) }
    #expect(throws: JSONError.self) {
      try JSONParser.parseNode(Array(String(repeating: "[", count: 100_000).utf8))
    }
  }

  @Test(
    "an equal value changes no byte",
    arguments: [
      "{\r\n\t\"b\": 1e3,\r\n\t\"a\" :[ 1.0 ,\"\\u00e9\\/\"]}\r\n", "[]", " {} ",
      "{\"a\":1,\"a\":2}",
      "[\"\\ud83d\"]", "NaN",
    ])
  func identity(_ text: String) throws {
    let json = try JSONParser.parse(text)
    if !text.contains("\"a\":2") { #expect(try edited(text, .value(json)) == text) }
    #expect(try edited(text, .keep) == text)
  }

  @Test("a changed member changes only its own bytes")
  func oneMember() throws {
    let text = "{ \"z\": [1 , 2],\n   \"k\":1e3 , \"s\": \"\\u00e9\" }"
    #expect(
      try edited(text, .value(["z": [1, 5], "k": 1000, "s": "é"]))
        == "{ \"z\": [1 , 5],\n   \"k\":1e3 , \"s\": \"\\u00e9\" }")
  }

  @Test("new members come in their place in the document's layout")
  func newMembers() throws {
    let text = "{\r\n    \"a\": 1,\r\n    \"c\": []\r\n}"
    #expect(
      try edited(text, .value(["a": 1, "b": ["x": 1], "c": [true]]))
        == "{\r\n    \"a\": 1,\r\n    \"b\": {\r\n        \"x\": 1\r\n    },\r\n    \"c\": [\r\n        true\r\n    ]\r\n}"
    )
    #expect(
      try edited("{\"c\":1,\"a\":2}", .members([("b", .value(3))])) == "{\"c\":1,\"a\":2,\"b\":3}")
    #expect(
      try edited("{\"a\": 1, \"b\": 2}", .members([("c", .value([1, 2]))]))
        == "{\"a\": 1, \"b\": 2, \"c\": [1, 2]}")
  }

  @Test("removed members take their separators with them")
  func removal() throws {
    let text = "{\n \"a\": 1,\n \"b\": 2,\n \"c\": 3\n}"
    #expect(try edited(text, .members([("a", nil)])) == "{\n \"b\": 2,\n \"c\": 3\n}")
    #expect(try edited(text, .members([("c", nil)])) == "{\n \"a\": 1,\n \"b\": 2\n}")
    #expect(try edited(text, .value([:])) == "{}")
  }

  @Test("elements are inserted, removed and moved as they stand")
  func elements() throws {
    let text = "[\n 1e0,\n 2e0,\n 3e0\n]"
    #expect(
      try edited(text, .elements([.old(0, .keep), .new("n"), .old(1, .keep), .old(2, .keep)]))
        == "[\n 1e0,\n \"n\",\n 2e0,\n 3e0\n]")
    #expect(try edited(text, .elements([.old(2, .keep), .old(0, .keep)])) == "[\n 3e0,\n 1e0\n]")
    #expect(try edited(text, .value([1, 3])) == "[\n 1e0,\n 3e0\n]")
    #expect(try edited(text, .value([1, 7, 2, 3])) == "[\n 1e0,\n 7,\n 2e0,\n 3e0\n]")
  }

  @Test("text that differs only in normalisation is a change")
  func normalisation() throws {
    #expect(
      Array(try edited("[\"\u{E9}\"]", .value(["e\u{301}"])).utf8) == Array("[\"e\u{301}\"]".utf8))
  }
}
