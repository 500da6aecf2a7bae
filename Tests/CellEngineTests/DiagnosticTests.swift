import CellEngine
import Testing

@Suite(.tags(.compiler)) struct DiagnosticTests {
  @Test("a diagnostic has its place, ranges, notes and fix-its")
  func reading() throws {
    let fixture = try CompilerFixture()
    let cell = "let a = 1\nlet b = foo(a) + 2\nlet opt: Int? = 1\nlet z: Int = opt"
    let position = CompilerDiagnostic.Position.init
    let end = CompilerDiagnostic.SourceRange(start: position(4, 17), end: position(4, 17))
    #expect(
      try fixture.diagnostics(of: cell) == [
        CompilerDiagnostic(
          severity: .error, file: "Cell 3", line: 2, column: 9,
          message: "cannot find 'foo' in scope",
          ranges: [.init(start: position(2, 9), end: position(2, 12))]),
        CompilerDiagnostic(
          severity: .error, file: "Cell 3", line: 4, column: 14,
          message: "value of optional type 'Int?' must be unwrapped to a value of type 'Int'",
          notes: [
            CompilerDiagnostic(
              severity: .note, file: "Cell 3", line: 4, column: 14,
              message:
                "coalesce using '??' to provide a default when the optional value contains 'nil'",
              fixIts: [.init(range: end, text: " ?? <#default value#>")]),
            CompilerDiagnostic(
              severity: .note, file: "Cell 3", line: 4, column: 14,
              message:
                "force-unwrap using '!' to abort execution if the optional value contains 'nil'",
              fixIts: [.init(range: end, text: "!")]),
          ]),
      ])
  }

  @Test("errors, notes and fix-its are shown under their lines")
  func rendering() throws {
    let cell = """
      let a = 1
      let b = foo(a) + 2
      struct P { var x: Int
        func m() { x = 2 }
      }
      """
    #expect(
      try CompilerFixture().rendered(cell) == """
        Cell 3:2:9: error: cannot find 'foo' in scope
        2 | let b = foo(a) + 2
          |         ^~~
        Cell 3:4:14: error: cannot assign to property: 'self' is immutable
        4 |   func m() { x = 2 }
          |              ^
        Cell 3:4:3: note: mark method 'mutating' to make 'self' mutable
        4 |   func m() { x = 2 }
          |   ^
          |   mutating
        """)
  }

  @Test("a caret stands under its place after tabs and wide characters, in a wider gutter")
  func columns() throws {
    let blank = String(repeating: "\n", count: 9)
    #expect(
      try CompilerFixture().rendered(blank + "\tlet 名前 = \"日本é\" + undefined1") == """
        Cell 3:10:28: error: cannot find 'undefined1' in scope
        10 | \tlet 名前 = "日本é" + undefined1
           | \t                     ^~~~~~~~~~
        """)
  }

  @Test("a warning is no error, and colours are those of a terminal")
  func colours() throws {
    let escape = "\u{1B}"
    #expect(
      try CompilerFixture().rendered("func f() { let x = 1 }", usesColour: true) == """
        \(escape)[1mCell 3:1:16: \(escape)[0m\(escape)[1;33mwarning: \(escape)[0m\
        \(escape)[1minitialization of immutable value 'x' was never used; consider replacing with \
        assignment to '_' or removing it\(escape)[0m
        1 | func f() { let x = 1 }
          |                \(escape)[1;33m^\(escape)[0m
          |            _
        """)
  }

  @Test("code without faults has no diagnostics")
  func none() throws {
    #expect(try CompilerFixture().diagnostics(of: "let a = 1") == [])
  }

  @Test("a file that cannot be read is named")
  func missing() throws {
    let reader = DiagnosticReader(toolchain: try CompilerFixture().toolchain)
    #expect {
      try reader.read("/nowhere/a.dia")
    } throws: { error in
      "\(error)".hasPrefix("/nowhere/a.dia: ")
    }
  }

  @Test("a toolchain without libclang says so")
  func noLibrary() {
    let reader = DiagnosticReader(toolchain: Toolchain(root: "/nowhere"))
    #expect {
      try reader.read("a.dia")
    } throws: { error in
      "\(error)".hasPrefix("/nowhere/lib/libclang.so: ")
        && "\(error)".hasSuffix("; install a whole Swift toolchain for Linux")
    }
  }
}

@Suite struct DiagnosticTextTests {
  @Test("a range over several lines is shown on the line of its caret")
  func severalLines() {
    let lines = ["f(1,", "  2)"]
    let text = DiagnosticText(usesColour: false, sourceLine: { _, line in lines[line - 1] })
    let position = CompilerDiagnostic.Position.init
    let range = CompilerDiagnostic.SourceRange(start: position(1, 2), end: position(2, 5))
    let diagnostic = CompilerDiagnostic(
      severity: .error, file: "Cell 1", line: 2, column: 3, message: "m", ranges: [range])
    #expect(
      text.lines(of: [diagnostic]) == ["Cell 1:2:3: error: m", "2 |   2)", "  |   ^~"])
  }

  @Test("a message without a place or without a known line has no source line")
  func withoutSource() {
    let text = DiagnosticText(usesColour: false, sourceLine: { _, _ in nil })
    let nowhere = CompilerDiagnostic(
      severity: .error, file: "", line: 0, column: 0, message: "no such module")
    let elsewhere = CompilerDiagnostic(
      severity: .note, file: "Swift.print", line: 1, column: 13, message: "found this")
    #expect(
      text.lines(of: [nowhere, elsewhere]) == [
        "error: no such module", "Swift.print:1:13: note: found this",
      ])
  }

  @Test("columns and ranges are mapped to the user's own")
  func mapping() {
    let text = DiagnosticText(
      usesColour: false, sourceLine: { _, _ in "foo(a)" },
      originalColumn: { _, _, column in max(1, column - 10) })
    let position = CompilerDiagnostic.Position.init
    let diagnostic = CompilerDiagnostic(
      severity: .error, file: "Cell 1", line: 1, column: 11, message: "m",
      ranges: [.init(start: position(1, 11), end: position(1, 14))])
    #expect(text.lines(of: [diagnostic]) == ["Cell 1:1:1: error: m", "1 | foo(a)", "  | ^~~"])
  }
}
