import CellEngine
import Foundation
import Testing

extension Tag {
  /// Needs a Swift toolchain.
  @Tag static var compiler: Self
}

/// A toolchain and a folder of a test's own.
final class CompilerFixture {
  let toolchain: Toolchain
  let folder: String

  init() throws {
    toolchain = try Toolchain.locate(environment: ProcessInfo.processInfo.environment)
    let url = FileManager.default.temporaryDirectory.appending(path: "apus-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    folder = url.path
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// The program with the subcommand `toolchain-service`, beside the tests.
  static var program: String { Bundle(for: CompilerFixture.self).bundleURL.path + "/apus" }

  /// Arguments of the compiler for a cell, as `CompilerArguments` gives them.
  var arguments: [String] {
    CompilerArguments(toolchain: toolchain, moduleFolders: []).common
  }

  /// Writes `text` as `name` and gives its path.
  func write(_ text: String, as name: String) throws -> String {
    let path = "\(folder)/\(name)"
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }

  /// Runs a program of the toolchain and gives its exit status.
  func run(_ program: String, _ arguments: [String]) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus
  }

  /// The diagnostics of `cell`, compiled as "Cell 3".
  func diagnostics(of cell: String) throws -> [CompilerDiagnostic] {
    let source = try write(
      "#sourceLocation(file: \"Cell 3\", line: 1)\n\(cell)\n#sourceLocation()\n", as: "a.swift")
    let record = "\(folder)/a.dia"
    _ = try run(
      toolchain.frontend,
      [
        "-frontend", "-typecheck", "-primary-file", source, "-module-name", "A",
        "-target", toolchain.target, "-swift-version", "5",
        "-serialize-diagnostics-path", record,
      ])
    return try DiagnosticReader(toolchain: toolchain).read(record)
  }

  /// The text of the diagnostics of `cell`, without colours unless asked.
  func rendered(_ cell: String, usesColour: Bool = false) throws -> String {
    let lines = cell.components(separatedBy: "\n")
    let text = DiagnosticText(
      usesColour: usesColour,
      sourceLine: { file, line in
        file == "Cell 3" && lines.indices.contains(line - 1) ? lines[line - 1] : nil
      })
    return text.lines(of: try diagnostics(of: cell)).joined(separator: "\n")
  }
}
