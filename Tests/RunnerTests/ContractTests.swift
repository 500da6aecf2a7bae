import Notebooks
import OrderedJSON
import Runner
import Testing

private func contract(_ language: String, _ cell: String) throws -> ParameterContract {
  let notebook = Notebook(cells: [
    Cell(.code, source: cell, metadata: ["tags": ["parameters"]])
  ])
  return ParameterContract(of: notebook, translator: try ParameterTranslators.find(language))
}

private func objection(
  _ contract: ParameterContract, _ name: String, _ value: ParameterValue
) -> String? {
  var parameters = Parameters()
  parameters.set(name, to: value)
  do throws(RunError) {
    try contract.check(parameters)
    return nil
  } catch {
    return "\(error.what); \(error.mend ?? "")"
  }
}

@Suite struct ParameterContractTests {
  private let swift = """
    let day = "none"  // the day
    let rate = 1.0
    let limit: Double? = nil
    var count = 3
    let flags: [String] = []
    let isSure: Bool = false
    """

  @Test("Swift declarations are read with types, defaults and comments")
  func swiftLines() throws {
    #expect(
      try contract("swift", swift).lines == [
        "day: string = \"none\"  # the day", "rate: number = 1.0", "limit: Double? = nil",
        "count: integer = 3", "flags: [String] = []", "isSure: Bool = false",
      ])
  }

  @Test(
    "a value that does not fit is refused, in words",
    arguments: [
      (
        "rate", ParameterValue.word("fast"),
        "parameter \"rate\": \"fast\" is no number; it is declared as let rate = 1.0"
      ),
      (
        "count", .word("1.5"),
        "parameter \"count\": \"1.5\" is no integer; it is declared as var count = 3"
      ),
      (
        "isSure", .word("maybe"),
        "parameter \"isSure\": \"maybe\" is no boolean; it is declared as let isSure: Bool = false"
      ),
      (
        "flags", .list([.integer("1")]),
        "parameter \"flags\": a list is no list of string; it is declared as let flags: [String] = []"
      ),
      ("dya", .word("x"), "the notebook declares no parameter \"dya\"; did you mean \"day\"?"),
    ])
  func refused(_ name: String, _ value: ParameterValue, _ text: String) throws {
    #expect(objection(try contract("swift", swift), name, value) == text)
  }

  @Test(
    "a value that fits passes",
    arguments: [
      ("rate", ParameterValue.word("3")), ("count", .word("-7")), ("day", .word("5")),
      ("limit", .word("nil")), ("limit", .word("2")), ("isSure", .word("true")),
      ("isSure", .word("True")), ("flags", .list([.text("a")])),
    ])
  func accepted(_ name: String, _ value: ParameterValue) throws {
    #expect(objection(try contract("swift", swift), name, value) == nil)
  }

  @Test("Python's annotations and defaults are read; None fits where no type is said")
  func python() throws {
    let cell = "a: int = 1  # how many\nb = 'x # y'\nc = 1.5\nd: Optional[float] = None\ne = [1]"
    let contract = try contract("python", cell)
    #expect(contract.lines[0] == "a: int = 1  # how many")
    #expect(contract.lines[1] == "b: string = 'x # y'")
    #expect(
      objection(contract, "a", .word("x"))?.hasPrefix("parameter \"a\": \"x\" is no integer")
        == true)
    #expect(objection(contract, "c", .word("2")) == nil)
    #expect(objection(contract, "c", .text("2"))?.contains("text is no number") == true)
    #expect(objection(contract, "c", .null) == nil)
    #expect(objection(contract, "d", .word("None")) == nil)
    #expect(objection(contract, "b", .word("5")) == nil)
    #expect(objection(contract, "e", .map([]))?.contains("a map is no list") == true)
  }

  @Test("the declarations as JSON Schema")
  func schema() throws {
    let schema = try contract("swift", swift).schema(title: "n")
    #expect(
      schema["properties"]?["day"] == [
        "type": "string", "description": "the day", "default": "none",
      ])
    #expect(schema["properties"]?["limit"]?["anyOf"]?[1] == ["type": "null"])
    #expect(schema["properties"]?["flags"] == ["type": "array", "items": ["type": "string"]])
    #expect(schema["additionalProperties"] == false)
  }

  @Test("other languages are not read, and take any parameter")
  func others() throws {
    #expect(objection(try contract("r", "a = 1"), "b", .word("x")) == nil)
  }
}

@Suite struct OtherLanguageTests {
  private func source(_ language: String) throws -> String {
    var parameters = Parameters()
    parameters.set("_a", to: .word("1"))
    parameters.set("text", to: .text("it's \"é\" $x"))
    parameters.set("none", to: .null)
    parameters.set("yes", to: .bool(true))
    parameters.set("big", to: .integer("3000000000"))
    parameters.set("list", to: .list([.integer("1"), .text("two")]))
    return try ParameterTranslators.find(language).source(of: parameters, over: [])
  }

  // Compared with papermill itself in Tests/Conformance/test_papermill.py.
  @Test("each language as it is written")
  func languages() throws {
    #expect(
      try source("R")
        == "# Parameters\na = 1\ntext = \"it's \\\"\\xe9\\\" $x\"\nnone = NULL\nyes = TRUE\n"
        + "big = 3000000000\nlist = list(1, \"two\")\n")
    #expect(
      try source("julia").contains("text = \"it's \\\"\\xe9\\\" \\$x\"\nnone = nothing\nyes = true")
    )
    #expect(try source("scala").contains("val big = 3000000000L\nval list = Seq(1, \"two\")"))
    #expect(try source("bash").contains("text='it'\"'\"'s \"é\" $x'\nnone=\nyes=true"))
  }

  @Test("a map cannot be written in Bash")
  func bashMap() throws {
    var parameters = Parameters()
    parameters.set("m", to: .map([]))
    #expect(throws: RunError.self) {
      try ParameterTranslators.find("bash").source(of: parameters, over: [])
    }
  }
}

@Suite struct PathTemplateTests {
  private func filled(_ path: String) throws -> String {
    var parameters = Parameters()
    parameters.set("day", to: .word("2026-01-01"))
    parameters.set("n", to: .word("7"))
    parameters.set("x", to: .word("1.25"))
    parameters.set("m", to: .map([.init("k", .text("v"))]))
    return try PathTemplate(parameters).filled(path)
  }

  @Test("names, widths, decimals, keys and braces")
  func values() throws {
    #expect(
      try filled("o/{day}-{n:03d}-{x:.1f}-{m[k]}-{{n}}.ipynb") == "o/2026-01-01-007-1.2-v-{n}.ipynb"
    )
    #expect(try filled("{pm[run_uuid]}").count == 36)
    #expect(try filled("{pm[current_datetime_utc]:%Y}").count == 4)
  }

  @Test(
    "what cannot be filled in is an error",
    arguments: ["{dya}", "{day", "day}", "{n:zz}", "{m[q]}", "{pm[nothing]}", "{}"])
  func errors(_ path: String) {
    #expect(throws: RunError.self) { try filled(path) }
  }
}

@Suite struct MatrixTests {
  @Test("CSV, lists of maps and maps of lists")
  func forms() throws {
    let csv = try ParameterMatrix(reading: "day,n\n\"a, \"\"b\"\"\",1\r\nc,2\n", at: "t.csv")
    #expect(csv.rows.map(\.summary) == ["day=a, \"b\", n=1", "day=c, n=2"])
    let list = try ParameterMatrix(reading: "- {a: 1}\n- {a: 2, b: x}", at: "t.yaml")
    #expect(list.rows.map(\.summary) == ["a=1", "a=2, b=x"])
    let product = try ParameterMatrix(
      reading: "{\"a\": [1, 2], \"b\": [\"x\", \"y\"]}", at: "t.json")
    #expect(product.rows.map(\.summary) == ["a=1, b=x", "a=1, b=y", "a=2, b=x", "a=2, b=y"])
  }

  @Test(
    "a table that is none is an error",
    arguments: [
      ("a,b\n1\n", "t.csv"), ("a: 1", "t.yaml"), ("5", "t.yaml"), ("a\n", "t.csv"),
      ("\"a", "t.csv"),
    ])
  func errors(_ text: String, _ name: String) {
    #expect(throws: RunError.self) { try ParameterMatrix(reading: text, at: name) }
  }
}
