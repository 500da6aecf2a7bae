import OrderedJSON
import Testing

@Suite struct JSONTests {
  @Test(
    "text survives reading and writing",
    arguments: [
      "{\"b\":1,\"a\":[1e3,-0.10,null,true,\"\\n\\u0001é𨭎\"]}", "[]", "{}", "NaN", "-Infinity",
      "\"\"", "12345678901234567890",
    ])
  func roundTrip(_ text: String) throws {
    #expect(try JSONParser.parse(text).description == text)
  }

  @Test(
    "what is wrong is said with its place",
    arguments: [
      ("{\"a\": }", "unexpected character at line 1, column 7"),
      ("[1,\n 2", "expected ',' or ']' in an array at line 2, column 3"),
      ("01", "a number must not begin with 0 at line 1, column 3"),
      ("\"a", "a string without its closing quote at line 1, column 3"),
      ("1 2", "unexpected text after the value at line 1, column 3"),
      ("\"\\x\"", "unknown escape in a string at line 1, column 3"),
    ])
  func errors(_ text: String, _ message: String) {
    #expect(throws: JSONError.self) { try JSONParser.parse(text) }
    do { _ = try JSONParser.parse(text) } catch { #expect(error.description == message) }
  }

  @Test("nesting has a bound instead of a crash")
  func depth() {
    #expect(throws: JSONError.self) {
      try JSONParser.parse(String(repeating: "[", count: 100_000))
    }
  }

  @Test("half a surrogate pair becomes the replacement character; a pair becomes one scalar")
  func surrogates() throws {
    #expect(try JSONParser.parse("\"\\ud83d\\ude00\\ud83dx\"").string == "😀\u{FFFD}x")
  }

  @Test("a repeated key keeps its place and takes the last value")
  func repeatedKey() throws {
    #expect(try JSONParser.parse("{\"a\":1,\"b\":2,\"a\":3}").description == "{\"a\":3,\"b\":2}")
  }

  @Test("keys that differ only in normalisation are two keys")
  func normalisation() throws {
    let value = try JSONParser.parse("{\"\u{E9}\":1,\"e\u{301}\":2}")
    #expect(value.object?.count == 2)
  }

  @Test("the indented form is nbformat's")
  func indented() throws {
    let value = try JSONParser.parse("{\"b\":[1,{}],\"a\":\"x\"}")
    #expect(
      JSONWriter(indent: 1, sortsKeys: true).text(of: value)
        == "{\n \"a\": \"x\",\n \"b\": [\n  1,\n  {}\n ]\n}")
  }

  @Test("numbers compare by value")
  func numbers() {
    #expect(JSON.number(3) == .number(3.0))
    #expect(JSON.number(3.0).int == 3)
    #expect(JSON.number(2.5).int == nil)
    #expect(JSON.number(9_007_199_254_740_993) != .number(9_007_199_254_740_992))
  }
}
