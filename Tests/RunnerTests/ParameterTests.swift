import Runner
import Testing

private func parameters(_ entries: (String, ParameterValue)...) -> Parameters {
  var result = Parameters()
  for (name, value) in entries { result.set(name, to: value) }
  return result
}

private func source(
  _ language: String, _ parameters: Parameters, over cell: String = ""
) throws -> String {
  let translator = try ParameterTranslators.find(language)
  return try translator.source(of: parameters, over: translator.declarations(in: cell) ?? [])
}

/// The one line that `value` becomes.
private func line(_ language: String, _ value: ParameterValue, over cell: String = "") throws
  -> String
{
  let lines = try source(language, parameters(("x", value)), over: cell).split(separator: "\n")
  return String(try #require(lines.last))
}

@Suite struct PythonParameterTests {
  @Test(
    "words of the command line are read as papermill reads them",
    arguments: [
      ("True", "True"), ("False", "False"), ("None", "None"), ("true", "\"true\""),
      ("5", "5"), ("-5", "-5"), ("+5", "5"), ("007", "7"), ("1_000", "1000"), (" 12 ", "12"),
      ("-0", "0"), ("123456789012345678901234567890", "123456789012345678901234567890"),
      ("1.5", "1.5"), (".5", "0.5"), ("5.", "5.0"), ("1e5", "100000.0"), ("1_0.5", "10.5"),
      ("nan", "float('nan')"), ("inf", "float('inf')"), ("-Infinity", "float('-inf')"),
      ("1__0", "\"1__0\""), ("_1", "\"_1\""), ("0x10", "\"0x10\""), ("1 2", "\"1 2\""),
      ("", "\"\""), ("2026-01-01", "\"2026-01-01\""), ("1e", "\"1e\""), ("5.E1", "50.0"),
      (".e5", "\".e5\""), ("--5", "\"--5\""), (".", "\".\""),
    ])
  func words(_ word: String, _ literal: String) throws {
    #expect(try line("python", .word(word)) == "x = \(literal)")
  }

  @Test(
    "numbers are written as Python's repr writes them",
    arguments: [
      (0.1, "0.1"), (1e16, "1e+16"), (1e15, "1000000000000000.0"), (123456789.125, "123456789.125"),
      (1e-4, "0.0001"), (1e-5, "1e-05"), (1.5e-7, "1.5e-07"), (-2.5e300, "-2.5e+300"), (0.0, "0.0"),
      (-0.0, "-0.0"), (Double.leastNonzeroMagnitude, "5e-324"),
      (1.7976931348623157e308, "1.7976931348623157e+308"),
      (9_007_199_254_740_992.0, "9007199254740992.0"),
      (1.2345678901234567e17, "1.2345678901234566e+17"),
      (100.0, "100.0"), (0.00123, "0.00123"),
    ])
  func numbers(_ value: Double, _ text: String) throws {
    #expect(try line("python", .double(value)) == "x = \(text)")
  }

  @Test("text is escaped as unicode_escape does")
  func text() throws {
    let text = "a\"b\\c\n\t\r\u{7}é€😀'"
    #expect(
      try line("python", .text(text)) == #"x = "a\"b\\c\n\t\r\x07\xe9\u20ac\U0001f600'""#)
  }

  @Test("lists and maps nest")
  func nested() throws {
    let value = ParameterValue.list([
      .integer("1"), .null, .map([.init("a", .bool(true)), .init("b", .list([]))]),
    ])
    #expect(try line("python", value) == #"x = [1, None, {"a": True, "b": []}]"#)
  }

  @Test("the cell has its header, and a name keeps its place and takes its last value")
  func order() throws {
    var all = parameters(("b", .integer("1")), ("a", .integer("2")))
    all.set("b", to: .text("z"))
    #expect(try source("python", all) == "# Parameters\nb = \"z\"\na = 2\n")
  }

  @Test("names that the notebook declares are found, with types and defaults")
  func declarations() throws {
    let cell = "# c\nday = 'x'  # the day\nrate: float = 1.0\n  indented = 1\nif a == 1: pass\n"
    let found = try #require(
      ParameterTranslators.find("python").declarations(in: cell))
    #expect(found.map(\.name) == ["day", "rate"])
    #expect(found[1].type == "float")
  }

  @Test("a name that is none, and a language that is not known, are refused")
  func refused() {
    let name = #expect(throws: RunError.self) {
      try source("python", parameters(("x; import os", .integer("1"))))
    }
    #expect(
      name?.description
        == "\"x; import os\" cannot be the name of a variable (the parameters); use letters, digits and _"
    )
    let language = #expect(throws: RunError.self) { try source("cobol", Parameters()) }
    #expect(
      language?.mend
        == "known are Python, Swift, R, Julia, Scala and Bash; choose one with --language")
  }
}

@Suite struct SwiftParameterTests {
  @Test(
    "values become typed literals",
    arguments: [
      (ParameterValue.word("5"), "let x = 5"), (.word("1e5"), "let x = 100000.0"),
      (.word("true"), "let x = true"), (.word("False"), "let x = false"),
      (.double(.nan), "let x = Double.nan"), (.word("-inf"), "let x = -Double.infinity"),
      (.text("5"), "let x = \"5\""), (.list([.integer("1"), .double(2.5)]), "let x = [1, 2.5]"),
      (.list([.integer("1"), .null]), "let x = [1, nil]"), (.list([]), "let x: [Any] = []"),
      (.list([.integer("1"), .text("a")]), "let x: [Any] = [1, \"a\"]"),
      (.map([.init("a", .integer("1"))]), "let x = [\"a\": 1]"),
      (.map([]), "let x: [String: Any] = [:]"),
      (
        .map([.init("a", .integer("1")), .init("b", .list([.bool(true)]))]),
        "let x: [String: Any] = [\"a\": 1, \"b\": [true]]"
      ),
      (.list([.list([.integer("1")]), .list([])]), "let x = [[1], []]"),
    ])
  func literals(_ value: ParameterValue, _ text: String) throws {
    #expect(try line("swift", value) == text)
  }

  @Test("text is escaped, and nothing in it is interpolated")
  func text() throws {
    #expect(
      try line("swift", .text("a\"b\\(c)\n\u{0}é\u{202E}"))
        == #"let x = "a\"b\\(c)\n\u{0}é\u{202e}""#
    )
  }

  @Test(
    "a declared type, or the type of the default, is kept",
    arguments: [
      ("let x: Double = 1", "2", "let x: Double = 2"), ("var x = 1.5 // rate", "2", "var x = 2.0"),
      ("let x = \"A1\"", "7", "let x = \"7\""),
      ("let x: String? = nil", "None", "let x: String? = nil"),
      ("let x: Set<Int> = []", "3", "let x: Set<Int> = 3"), ("let x = 1", "2.5", "let x = 2.5"),
      ("let `x` = 1", "2", "let x = 2"),
    ])
  func declared(_ cell: String, _ word: String, _ text: String) throws {
    #expect(try line("swift", .word(word), over: cell) == text)
  }

  @Test("a keyword is a name between backticks")
  func keyword() throws {
    #expect(
      try source("swift", parameters(("class", .word("a"))))
        == "// Parameters\nlet `class` = \"a\"\n")
  }

  @Test("nil without a type, and numbers beyond Int, are refused with a way out")
  func refused() {
    let none = #expect(throws: RunError.self) { try line("swift", .null) }
    #expect(
      none?.description
        == "None has no type in Swift (parameter \"x\"); declare it with a type in the cell tagged parameters: let x: String? = nil"
    )
    let large = #expect(throws: RunError.self) { try line("swift", .word("9223372036854775808")) }
    #expect(large?.what == "9223372036854775808 does not fit in an Int")
  }
}

@Suite struct YAMLParameterTests {
  /// `yaml` as papermill would inject it.
  private func python(_ yaml: String) throws -> String {
    var all = Parameters()
    try all.set(yaml: yaml, at: "-y")
    return try source("python", all).split(separator: "\n").dropFirst().joined(separator: "; ")
  }

  @Test(
    "scalars are read by YAML 1.1, and dates stay text",
    arguments: [
      ("a: yes", "a = True"), ("a: Off", "a = False"), ("a: ~", "a = None"), ("a:", "a = None"),
      ("a: 'yes'", "a = \"yes\""), ("a: !!str 5", "a = \"5\""),
      ("a: 2026-01-01", "a = \"2026-01-01\""),
      ("a: 010", "a = 8"), ("a: 0x1F", "a = 31"), ("a: 0b101", "a = 5"), ("a: 1_000", "a = 1000"),
      ("a: 1:30", "a = 90"), ("a: 1:99", "a = \"1:99\""), ("a: 089", "a = \"089\""),
      ("a: 1.5", "a = 1.5"), ("a: 1.5e3", "a = \"1.5e3\""), ("a: 1.5e+3", "a = 1500.0"),
      ("a: 1e5", "a = \"1e5\""), ("a: .5", "a = 0.5"), ("a: -.5", "a = \"-.5\""),
      ("a: 5.", "a = 5.0"),
      ("a: -.inf", "a = float('-inf')"), ("a: .nan", "a = float('nan')"), ("a: -7", "a = -7"),
      ("a: true", "a = True"), ("a: y", "a = \"y\""), ("a: '1'", "a = \"1\""),
      ("a: 1.5.5", "a = \"1.5.5\""),
    ])
  func scalars(_ yaml: String, _ text: String) throws {
    #expect(try python(yaml) == text)
  }

  @Test("maps, lists, anchors and merges")
  func collections() throws {
    let yaml = """
      base: &b {x: 1, y: [a, 2.0]}
      more:
        <<: *b
        x: 3
      again: *b
      """
    #expect(
      try python(yaml) == #"base = {"x": 1, "y": ["a", 2.0]}; "#
        + #"more = {"x": 3, "y": ["a", 2.0]}; again = {"x": 1, "y": ["a", 2.0]}"#)
  }

  @Test("JSON is YAML; an empty text is no parameters")
  func others() throws {
    #expect(try python(#"{"a": [1, "b", null]}"#) == #"a = [1, "b", None]"#)
    #expect(try python("") == "")
  }

  @Test("what is no map is refused", arguments: ["- 1", "5", "a: [", "just text"])
  func refused(_ yaml: String) {
    var all = Parameters()
    let error = #expect(throws: RunError.self) { try all.set(yaml: yaml, at: "p.yaml") }
    #expect(error?.code == .usage)
    #expect(error?.place == "p.yaml")
  }
}

@Suite struct NearNameTests {
  @Test(
    "a slip finds its name, another word does not",
    arguments: [
      ("dya", "day"), ("thresold", "threshold"), ("DAY", "day"), ("colour", nil), ("x", nil),
    ])
  func find(_ name: String, _ near: String?) {
    #expect(NearName.find(name, among: ["day", "threshold", "limits"]) == near)
  }
}
