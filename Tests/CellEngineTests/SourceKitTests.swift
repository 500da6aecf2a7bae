import CellEngine
import Foundation
import Testing

/// One process of sourcekitd for the tests that only ask it.
private enum SharedService {
  static let process = Result {
    SourceKitProcess(
      toolchain: try Toolchain.locate(environment: ProcessInfo.processInfo.environment),
      program: CompilerFixture.program)
  }
}

/// The text without its mark `⌶`, and the byte where that stood.
private func cursor(_ marked: String) throws -> (text: String, offset: Int) {
  let mark = try #require(marked.firstIndex(of: "⌶"))
  return (marked.replacing("⌶", with: ""), marked.utf8.distance(from: marked.startIndex, to: mark))
}

@Suite(.tags(.compiler), .serialized) struct CompletionServiceTests {
  private func complete(_ marked: String, qualifier: String = "") async throws -> [Completion.Item]
  {
    let (text, offset) = try cursor(marked)
    let process = try SharedService.process.get()
    let items = await CompletionService(process: process).complete(
      source: text, byteOffset: offset, arguments: try CompilerFixture().arguments,
      qualifier: qualifier)
    #expect(process.lastFailure == nil)
    return items
  }

  @Test("a member of a literal is completed by its base name")
  func member() async throws {
    #expect(
      try await complete("\"abc\".upp⌶") == [
        Completion.Item(
          text: "uppercased", kind: "function", signature: "uppercased() -> String")
      ])
  }

  @Test("a qualifier is put before the members of a type")
  func qualified() async throws {
    #expect(try await complete("Int.ma⌶", qualifier: "Int.").map(\.text) == ["Int.max"])
  }

  @Test("all members stand in order, without those that begin with an underscore")
  func allMembers() async throws {
    let items = try await complete(
      "struct P { var b = 1; var a = 2; var _c = 3; func d(_ x: Int, e: Int) {} }\nP().⌶")
    #expect(items.map(\.text) == ["a", "b", "d", "self"])
    #expect(items.map(\.kind) == ["property", "property", "function", "keyword"])
    #expect(items[0].signature == "a: Int")
  }

  @Test(
    "globals, keywords, modules and names outside the BMP are completed",
    arguments: [
      ("let counter = 1\ncoun⌶", "counter", "instance"),
      ("pri⌶", "print", "function"),
      ("pri⌶", "private", "keyword"),
      ("import Gli⌶", "Glibc", "module"),
      ("let 𨭎𨭎𨭎𨭎𨭎 = 10\n𨭎𨭎⌶", "𨭎𨭎𨭎𨭎𨭎", "instance"),
      ("let compArr = [1, 2]\ncompArr.isEm⌶", "isEmpty", "property"),
      ("func f(first: Int) {}\nf(⌶", "first:", "param"),
      ("let s = STRI⌶", "String", "class"),
    ])
  func names(_ marked: String, _ text: String, _ kind: String) async throws {
    let items = try await complete(marked)
    #expect(items.contains { $0.text == text && $0.kind == kind }, "\(items.map(\.text))")
  }

  @Test("what the rewriter writes is not proposed")
  func internalNames() async throws {
    let items = try await complete("func __apus_mark(_: Int) {}\nlet _mine = 1\n_⌶")
    #expect(items.contains { $0.text == "_mine" })
    #expect(!items.contains { $0.text.hasPrefix("__apus") })
  }

  @Test("the qualifier and the prefix before a cursor are told apart")
  func targets() throws {
    for (marked, qualifier, prefix) in [
      ("Int.ma⌶x", "Int.", "ma"), ("\"abc\".upp⌶", "", "upp"), ("f().a.b⌶", "", "b"),
      ("x = a.b.⌶", "a.b.", ""), ("⌶", "", ""), ("x + 𨭎⌶", "", "𨭎"), (".ma⌶", "", "ma"),
    ] {
      let (text, offset) = try cursor(marked)
      let target = CompletionService.target(in: text, endingAt: offset)
      #expect(target.qualifier == qualifier && target.prefix == prefix, "\(marked)")
    }
  }
}

@Suite(.tags(.compiler), .serialized) struct InspectionServiceTests {
  private func inspect(_ marked: String, detail: Int = 0) async throws -> Inspection? {
    let (text, offset) = try cursor(marked)
    let process = try SharedService.process.get()
    return await InspectionService(process: process).inspect(
      source: text, byteOffset: offset, arguments: try CompilerFixture().arguments, detail: detail)
  }

  @Test("print is shown with its declaration and documentation")
  func print() async throws {
    let found = try #require(try await inspect("pri⌶nt"))
    #expect(found.kind == "function")
    #expect(found.module == "Swift")
    #expect(
      found.declaration
        == "func print(_ items: Any..., separator: String = \" \", terminator: String = \"\\n\")")
    #expect(
      found.markdown.hasPrefix(
        """
        ```swift
        func print(_ items: Any..., separator: String = " ", terminator: String = "\\n")
        ```

        Writes the textual representations of the given items into the standard output.

        **Parameters:**

        - `items`: Zero or more items to print.
        - `separator`: A string to print between each item. The default is a single space (`" "`).
        """))
    #expect(found.plainText.contains("\n    print(1...5)\n    // Prints \"1...5\"\n\n"))
  }

  @Test("a documentation comment of the cell becomes Markdown and plain text")
  func ownComment() async throws {
    let cell = """
      /// Adds *one*, see `b`.
      ///
      /// 1. first
      /// 2. second
      ///
      /// - Parameter a: a number < 3
      /// - Returns: the sum
      /// - Throws: never
      /// - Note: cheap
      func addOne(a: Int) throws -> Int { a + 1 }
      try addOne(⌶a: 1)
      """
    let found = try #require(try await inspect(cell, detail: 1))
    #expect(found.name == "addOne(a:)")
    #expect(
      found.markdown == """
        ```swift
        func addOne(a: Int) throws -> Int
        ```

        Type: `(Int) throws -> Int`

        Adds *one*, see `b`.

        **Parameters:**

        - `a`: a number < 3

        **Returns:** the sum

        **Throws:** never

        1. first
        2. second

        **Note:** cheap
        """)
    #expect(found.plainText.hasPrefix("func addOne(a: Int) throws -> Int\n\nType: "))
    #expect(found.plainText.contains("Adds one, see b."))
  }

  @Test(
    "a name is found in it, after it, and from the arguments of its call",
    arguments: [
      ("let x = 5\n⌶x", "let x: Int"), ("let x = 5\nx⌶", "let x: Int"),
      ("\"a\".uppercased⌶()", "func uppercased() -> String"),
      ("\"a\".uppercased(⌶)", "func uppercased() -> String"),
      ("struct P {}\nlet p = [P⌶()]", "struct P"),
      ("enum E { case a }\nlet e = E.a⌶", "case a"),
    ])
  func places(_ marked: String, _ declaration: String) async throws {
    #expect(try await inspect(marked)?.declaration == declaration)
  }

  @Test("nothing is known of numbers, blanks and unknown names", arguments: ["1⌶2", " ⌶ ", "zz⌶"])
  func nothing(_ marked: String) async throws {
    #expect(try await inspect(marked) == nil)
  }
}

@Suite(.tags(.compiler)) struct SourceKitProcessTests {
  @Test("a process that was killed is started again")
  func restart() async throws {
    let fixture = try CompilerFixture()
    let process = SourceKitProcess(
      toolchain: fixture.toolchain, program: CompilerFixture.program)
    #expect(process.processID == nil)
    await process.warmUp(arguments: fixture.arguments)
    let first = try #require(process.processID)
    kill(first, SIGKILL)
    let items = await CompletionService(process: process).complete(
      source: "Int.ma", byteOffset: 6, arguments: fixture.arguments)
    // The death may be seen before the question or only when the answer does not come.
    if process.lastFailure == nil { #expect(items.map(\.text) == ["max"]) }
    let again = await CompletionService(process: process).complete(
      source: "Int.ma", byteOffset: 6, arguments: fixture.arguments)
    #expect(again.map(\.text) == ["max"])
    #expect(process.processID != first)
    process.shutdown()
    #expect(process.processID == nil)
    #expect(kill(first, 0) != 0)
  }

  @Test("a process that does not answer in time is killed, the cause is told, a new one answers")
  func timeOut() async throws {
    let fixture = try CompilerFixture()
    let program = CompilerFixture.program
    let process = SourceKitProcess(
      toolchain: fixture.toolchain, program: program, patience: .milliseconds(300))
    await process.warmUp(arguments: fixture.arguments)
    let first = try #require(process.processID)
    kill(first, SIGSTOP)
    let service = CompletionService(process: process)
    let none = await service.complete(
      source: "Int.ma", byteOffset: 6, arguments: fixture.arguments)
    #expect(none == [])
    #expect(
      process.lastFailure?.description
        == "\(program): did not answer within 0.3 seconds; it is started anew")
    #expect(process.processID == nil)
    let items = await service.complete(
      source: "Int.ma", byteOffset: 6, arguments: fixture.arguments)
    #expect(items.map(\.text) == ["max"])
    #expect(process.lastFailure == nil)
    process.shutdown()
  }

  @Test("a toolchain without sourcekitd says so")
  func missing() async throws {
    let process = SourceKitProcess(
      toolchain: Toolchain(root: "/nowhere"), program: CompilerFixture.program)
    _ = await CompletionService(process: process).complete(
      source: "x", byteOffset: 1, arguments: [])
    #expect(
      process.lastFailure?.what.hasPrefix("/nowhere/lib/libsourcekitdInProc.so: ") == true)
  }

  @Test("a program that is not there says so")
  func noProgram() async throws {
    let process = SourceKitProcess(
      toolchain: Toolchain(root: "/nowhere"), program: "/nowhere/apus")
    _ = await CompletionService(process: process).complete(
      source: "x", byteOffset: 1, arguments: [])
    #expect(
      process.lastFailure?.description
        == "/nowhere/apus: could not be started: No such file or directory")
  }
}
