import CellSyntax
import Testing

@Suite struct CompletenessTests {
  @Test(
    "whole cells",
    arguments: [
      "1", "print(\"hello, world\")", "func g(_ x: Int) -> Int {\n  return x * 2\n}", "",
      "// only a comment", "%help", "let s = \"\"\"\na\n\"\"\"",
    ])
  func complete(_ code: String) { #expect(TextCompleteness.of(code) == .complete) }

  @Test(
    "cells that go on",
    arguments: [
      ("func f(_ x: Int) -> Int {", "    "), ("let s = \"\"\"\nhello", ""), ("[1, 2,", ""),
      ("print(\"a\" +", ""), ("if x {\n    y", "    "), ("/* open", ""), ("f(", "    "),
    ])
  func incomplete(_ code: String, _ indent: String) {
    #expect(TextCompleteness.of(code) == .incomplete(indent: indent))
  }

  @Test(
    "cells that no further line mends",
    arguments: ["let = 7q", "func func {}", "}", "let s = \"abc", "1 2 3 +"])
  func invalid(_ code: String) { #expect(TextCompleteness.of(code) == .invalid) }

  @Test("directives are a first line that begins with % and a word")
  func directives() {
    #expect(Directive.parse("%help") == Directive(name: "help", argument: ""))
    #expect(Directive.parse("\n  %help me now ") == Directive(name: "help", argument: "me now"))
    #expect(Directive.parse("% 3") == nil)
    #expect(Directive.parse("let a = 7 % 3") == nil)
  }
}
