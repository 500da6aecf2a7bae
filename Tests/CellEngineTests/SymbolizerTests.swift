import ApusCell
import CellEngine
import Foundation
import Testing

@Suite(.tags(.compiler), .serialized) struct SymbolizerTests {
  private static let source = """
    #sourceLocation(file: "Cell 1", line: 1)
    @inline(__always) func twice(_ x: Int) -> Int {
      x * 2
    }
    @inline(never) public func over(_ x: Int) -> Int {
      return twice(x)
    }
    """

  /// A library with debug information, and where its trap instructions are.
  private func compiled(
    _ fixture: CompilerFixture
  ) throws -> (library: String, traps: [LinkCodePlace]) {
    let source = try fixture.write(Self.source, as: "s.swift")
    let library = fixture.folder + "/lib S.so"
    #expect(
      try fixture.run(
        fixture.toolchain.root + "/bin/swiftc",
        [
          "-O", "-gline-tables-only", "-parse-as-library", "-emit-library", "-module-name", "S",
          "-o", library, source,
        ]) == 0)
    let bytes = [UInt8](try Data(contentsOf: URL(filePath: library)))
    // Every `ud2`; text of this small library is loaded where it stands in the file, or pages on.
    let traps = bytes.indices.dropLast().filter { bytes[$0] == 0x0F && bytes[$0 + 1] == 0x0B }
    let places = traps.flatMap { offset in
      [0, 0x1000, 0x2000].map {
        LinkCodePlace(library: library, offset: UInt64(offset + $0), symbol: "")
      }
    }
    return (library, places)
  }

  // With line tables only, an inlined function has its bare name.
  @Test("a trap is found in its inlined function, with the message of the runtime's failure")
  func inlined() async throws {
    let fixture = try CompilerFixture()
    let symbolizer = Symbolizer(toolchain: fixture.toolchain)
    let traps = try compiled(fixture).traps
    let found = try await symbolizer.sourceFrames(of: traps)
    #expect(found.count == traps.count)
    let frames = try #require(
      found.first { $0.contains { $0.function.hasPrefix("S.over") } && $0.count > 1 })
    #expect(frames.first?.trapMessage == "arithmetic overflow")
    #expect(
      frames.dropFirst() == [
        SourcePlace(function: "twice", file: "Cell 1", line: 2, column: 5),
        SourcePlace(
          function: "S.over(Swift.Int) -> Swift.Int", file: "Cell 1", line: 5, column: 10),
      ])
    #expect(symbolizer.lookUp(traps) == found.flatMap(\.self))
    symbolizer.shutdown()
    #expect(symbolizer.lookUp(traps) == [])
  }

  @Test("unknown libraries and names that cannot be asked have no places; others keep theirs")
  func unknown() throws {
    let fixture = try CompilerFixture()
    let symbolizer = Symbolizer(toolchain: fixture.toolchain)
    let traps = try compiled(fixture).traps
    let odd = ["/no/such.so", "", "a\"b", "a\nb"].map {
      LinkCodePlace(library: $0, offset: 16, symbol: "")
    }
    let found = try symbolizer.frames(of: odd + traps)
    #expect(found.count == odd.count + traps.count)
    #expect(found.prefix(4).allSatisfy { $0.isEmpty })
    #expect(found.dropFirst(4).contains { $0.contains { $0.trapMessage != nil } })
  }

  @Test("without the program there are no places, and the cause is told")
  func missing() {
    let symbolizer = Symbolizer(toolchain: Toolchain(root: "/nowhere"))
    let place = LinkCodePlace(library: "/a.so", offset: 1, symbol: "")
    #expect(symbolizer.lookUp([place]) == [])
    #expect {
      try symbolizer.frames(of: [place])
    } throws: { error in
      "\(error)".hasPrefix("/nowhere/bin/llvm-symbolizer: could not be started")
    }
  }
}
