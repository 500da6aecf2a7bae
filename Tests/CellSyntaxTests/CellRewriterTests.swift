import CellSyntax
import Testing

@Suite struct CellRewriterTests {
  @Test(
    "declarations become public",
    arguments: [
      ("let x = 1", "public let x = 1"),
      ("private func f() {}", "public func f() {}"),
      (
        "struct P { var x = 1; private var y = 2 }",
        "public struct P { public var x = 1; private var y = 2 }"
      ),
      (
        "extension Int { func twice() -> Int { self * 2 } }",
        "extension Int { public func twice() -> Int { self * 2 } }"
      ),
      ("protocol Q { func f() }", "public protocol Q { func f() }"),
      (
        "enum E { case a, b; static let c = 1; init() { self = .a } }",
        "public enum E { case a, b; public static let c = 1; public init() { self = .a } }"
      ),
      ("final class C { deinit {} }", "public final class C { deinit {} }"),
      (
        "@propertyWrapper struct W { var wrappedValue: Int }",
        "@propertyWrapper public struct W { public var wrappedValue: Int }"
      ),
      (
        "struct S { private(set) var n = 0 }",
        "public struct S { public private(set) var n = 0 }"
      ),
      ("infix operator +++", "infix operator +++"),
      ("open class D {}", "open class D {}"),
      ("#if os(Linux)\nfunc g() {}\n#endif", "#if os(Linux)\npublic func g() {}\n#endif"),
    ])
  func access(_ code: String, _ expected: String) {
    #expect(CellRewriter.rewrite(code, showsResult: false).body == expected)
  }

  @Test("a literal of a regular expression mentions Regex, a division does not")
  func regularExpressions() {
    func mentions(_ code: String) -> Bool {
      CellRewriter.rewrite(code, showsResult: false).mentionedNames.contains("Regex")
    }
    #expect(mentions(#"line.contains(/\d+/)"#))
    #expect(mentions(##"let x = #/a b/#"##))
    #expect(!mentions("line.contains(a / b)"))
  }

  @Test(
    "the last expression is shown",
    arguments: [
      ("1 + 1", "public let __value = __apus_result(1 + 1)", CellResult.stored("__value")),
      ("x // why", "public let __value = __apus_result(x) // why", .stored("__value")),
      ("try f()", "public let __value = __apus_result(try f())", .stored("__value")),
      ("x = 5", "x = 5", .none),
      ("1 + 1;", "1 + 1;", .none),
      ("_ = f()", "_ = f()", .none),
      ("if a { 1 } else { 2 }", "if a { 1 } else { 2 }", .none),
      ("for i in 0..<3 { i }", "for i in 0..<3 { i }", .none),
      (
        "[1].map {\n  $0\n}", "public let __value = __apus_result([1].map {\n  $0\n})",
        .stored("__value")
      ),
    ])
  func lastExpression(_ code: String, _ expected: String, _ result: CellResult) {
    let cell = CellRewriter.rewrite(code)
    #expect(cell.body == expected)
    #expect(cell.result == result)
  }

  @Test("a mark follows every statement that sets variables, but for the last statement")
  func marks() {
    let cell = CellRewriter.rewrite("let a = 1\nvar b = 2, c = 3; let d = 4\nprint(a)\nlet e = 5")
    #expect(
      cell.body
        == "public let a = 1;__apus_mark(1);\npublic var b = 2, c = 3;__apus_mark(2); "
        + "public let d = 4;__apus_mark(3);\nprint(a)\npublic let e = 5")
    #expect(cell.declarations.map(\.name) == ["a", "b", "c", "d", "e"])
    #expect(cell.declarations.map(\.mark) == [1, 2, 2, 3, 4])
  }

  @Test("top-level await makes the cell asynchronous; await in a closure does not")
  func await() {
    #expect(CellRewriter.rewrite("let v = await f()").isAsync)
    #expect(CellRewriter.rewrite("for await x in s {}").isAsync)
    #expect(!CellRewriter.rewrite("Task { await f() }").isAsync)
    #expect(
      CellRewriter.rewrite("let v = await f()").body
        == "nonisolated(unsafe) public let v = await f()")
  }

  @Test("columns of the module are mapped back to the user's")
  func columns() {
    let cell = CellRewriter.rewrite("let a = 1\nfoo(a)")
    // "public let __value = __apus_result(foo(a))": foo begins at column 36.
    #expect(cell.sourceMap.originalColumn(36, line: 2) == 1)
    #expect(cell.sourceMap.originalColumn(40, line: 2) == 5)
    #expect(cell.sourceMap.originalColumn(8, line: 1) == 1)
    #expect(cell.sourceMap.originalColumn(12, line: 1) == 5)
    #expect(cell.sourceMap.originalColumn(3, line: 1) == 1)
    #expect(cell.sourceMap.originalLine(2) == "foo(a)")
  }

  @Test("overloads have signatures of their own; the same parameters are the same function")
  func signatures() {
    func signature(_ code: String) -> String? {
      CellRewriter.rewrite(code).declarations.first?.signature
    }
    #expect(signature("func f(_ x: Int) {}") == "f(_:Int)")
    #expect(signature("func f(_ y: Int) -> Int { y }") == "f(_:Int)")
    #expect(signature("func f(_ x: String) {}") == "f(_:String)")
    #expect(signature("func f(at x: [Int : String]) {}") == "f(at:[Int:String])")
    #expect(signature("extension Int { func g() {} }") == "Int.g()")
  }

  @Test("what a later cell must import as a whole is known")
  func wholeImports() {
    #expect(CellRewriter.rewrite("extension Int {}").needsWholeImport)
    #expect(CellRewriter.rewrite("func <+> (a: Int, b: Int) -> Int { a }").needsWholeImport)
    #expect(
      CellRewriter.rewrite("struct V { static func + (a: V, b: V) -> V { a } }").needsWholeImport)
    #expect(!CellRewriter.rewrite("struct V { var x = 1 }").needsWholeImport)
  }

  @Test("a cell of literals needs nothing imported")
  func selfContained() {
    #expect(CellRewriter.rewrite("let x = 1").isSelfContained)
    #expect(!CellRewriter.rewrite("let x = y").isSelfContained)
    #expect(!CellRewriter.rewrite("let x: Int = 1").isSelfContained)
  }

  @Test("imports are noted with their modules")
  func imports() {
    let cell = CellRewriter.rewrite("@testable import struct Foundation.Date\nimport Glibc")
    #expect(cell.imports.map(\.text) == ["import struct Foundation.Date", "import Glibc"])
    #expect(cell.imports.map(\.module) == ["Foundation", "Glibc"])
  }
}
