internal import CellSyntax
internal import Digests
internal import Glibc
internal import Synchronization

/// A cell that is ready to be loaded.
struct CompiledCell: Sendable {
  var module: String
  var library: String
  var warnings: [String]
}

/// Why a cell could not be compiled.
enum CompileFailure: Error, Sendable {
  /// The text is at fault: the compiler's errors, as the user reads them.
  case diagnostics(first: String, lines: [String])
  case interrupted
  case engine(CellEngineError)
}

/// Makes libraries of cells: one frontend process and one linker process each.
final class CellCompiler: Sendable {
  let arguments: CompilerArguments
  let folder: String
  private let running = Mutex<Running>(Running())
  private let timesCompiled = Mutex<[String: Int]>([:])

  private struct Running: Sendable {
    var process: ChildProcess?
    var isInterrupted = false
  }

  /// A compiler that keeps its files in `folder`, which belongs to this session.
  init(arguments: CompilerArguments, folder: String) {
    self.arguments = arguments
    self.folder = folder
  }

  /// Compiles `cell`, shown as "Cell `number`", with `preamble` before its text.
  func compile(
    _ cell: RewrittenCell, preamble: [String], number: Int,
    replacing replaced: [ReplacedInterface] = []
  ) throws(CompileFailure) -> CompiledCell {
    let cellName = "Cell \(number)"
    let text = Self.text(of: cell, preamble: preamble, cellName: cellName)
    let module = moduleName(of: text)
    try write(text, to: "\(folder)/\(module).swift")
    for interface in replaced { try emit(interface) }
    let compiled = try run(
      arguments.compile(
        module: module, in: folder, optimised: cell.hasHotCode, interfaces: interfaceFolder))
    let diagnostics = Self.withoutOurs(
      CompilerDiagnostic.parse(compiled.text), cellName, cell.sourceMap)
    let rendering = DiagnosticText(
      cellName: cellName, sourceMap: cell.sourceMap, usesColour: true)
    guard compiled.ending == .exited(0) else {
      let first = diagnostics.first { $0.severity == .error }?.message
      let lines = diagnostics.isEmpty ? [compiled.text] : rendering.lines(of: diagnostics)
      throw .diagnostics(first: first ?? "the compiler failed", lines: lines)
    }
    try link(module)
    return CompiledCell(
      module: module, library: "\(folder)/lib\(module).so",
      warnings: rendering.lines(of: diagnostics))
  }

  /// Forgets interrupts so far: what comes from here on is meant for the next cell.
  func expectCell() { running.withLock { $0.isInterrupted = false } }

  /// Whether an interrupt came since `expectCell`.
  var isInterrupted: Bool { running.withLock { $0.isInterrupted } }

  /// Ends the compiler's process, if one runs.
  func interrupt() {
    running.withLock {
      $0.isInterrupted = true
      $0.process?.kill()
    }
  }

  static func text(
    of cell: RewrittenCell, preamble: [String], cellName: String
  ) -> String {
    var text = preamble.map { $0 + "\n" }.joined()
    text += "#sourceLocation(file: \"\(cellName)\", line: 1)\n\(cell.body)\n#sourceLocation()\n"
    if cell.isAsync { text += "await __apus_end()\n" }
    return text
  }

  /// A name made from the text, so that the same text has the same name in every session; run
  /// again in one session it gets another, and with it storage of its own.
  private func moduleName(of text: String) -> String {
    let name = "C" + SHA256.hexDigest(of: text).prefix(15)
    let times = timesCompiled.withLock { times in
      times[name, default: 0] += 1
      return times[name, default: 1]
    }
    return times == 1 ? name : "\(name)_\(times)"
  }

  /// Leaves out warnings about what the rewriter wrote, with the notes that follow them.
  private static func withoutOurs(
    _ diagnostics: [CompilerDiagnostic], _ cellName: String, _ sourceMap: SourceMap
  ) -> [CompilerDiagnostic] {
    var isLeftOut = false
    return diagnostics.filter { diagnostic in
      if diagnostic.severity != .note { isLeftOut = isOurs(diagnostic, cellName, sourceMap) }
      return !isLeftOut
    }
  }

  /// Whether a warning is about what the rewriter wrote: nothing that the user could mend.
  private static func isOurs(
    _ diagnostic: CompilerDiagnostic, _ cellName: String, _ sourceMap: SourceMap
  ) -> Bool {
    guard diagnostic.severity == .warning else { return false }
    if sourceMap.isInserted(column: diagnostic.column, line: diagnostic.line) { return true }
    return diagnostic.file != cellName || diagnostic.message.contains("'__value'")
      || diagnostic.message.contains("'nonisolated(unsafe)' is unnecessary")
      || diagnostic.message.contains("'nonisolated(unsafe)' has no effect")
      || diagnostic.message.contains("'public' modifier is redundant")
  }

  private func link(_ module: String) throws(CompileFailure) {
    guard let object = ModuleImage(try read("\(folder)/\(module).o")) else {
      throw .engine(CellEngineError(.file, "not an object file", place: "\(module).o"))
    }
    // Libraries of the toolchain; those of the system (`-lm`, …) are part of libc.
    let runtime = arguments.toolchain.runtimeFolder
    let libraries = Set(
      object.autolinkEntries.filter {
        $0.hasPrefix("-l") && access("\(runtime)/lib\($0.dropFirst(2)).so", R_OK) == 0
      }
    ).sorted()
    let linked = try run(arguments.link(module: module, in: folder, libraries: libraries))
    guard linked.ending == .exited(0) else {
      throw .diagnostics(first: "the linker failed", lines: [linked.text])
    }
    let library = "\(folder)/lib\(module).so"
    guard var image = ModuleImage(try read(library)) else {
      throw .engine(CellEngineError(.file, "not a library", place: library))
    }
    // Types print as `main.P`, as in any Swift script; a cell without types has no descriptor.
    if image.renameModule(module, to: "main") { try write(image.bytes, to: library) }
  }

  // MARK: Processes and files

  func run(
    _ command: [String]
  ) throws(CompileFailure) -> (ending: ChildProcess.Ending, text: String) {
    let (process, output) = try start(command)
    defer { close(output) }
    let text = DescriptorPair.readToEnd(output)
    let wasInterrupted = running.withLock { running in
      running.process = nil
      return running.isInterrupted
    }
    let ending = process.wait()
    if wasInterrupted { throw .interrupted }
    return (ending, String(decoding: text, as: UTF8.self))
  }

  private func start(
    _ command: [String]
  ) throws(CompileFailure) -> (process: ChildProcess, output: Int32) {
    do throws(CellEngineError) {
      let pipe = try DescriptorPair.pipe()
      defer { close(pipe.write) }
      let process = try ChildProcess.start(
        command, descriptors: [(1, pipe.write), (2, pipe.write)])
      let isTooLate = running.withLock { running in
        running.process = process
        return running.isInterrupted
      }
      if isTooLate { process.kill() }
      return (process, pipe.read)
    } catch {
      throw .engine(error)
    }
  }

  func write(_ text: String, to path: String) throws(CompileFailure) {
    try write(Array(text.utf8), to: path)
  }

  private func write(_ bytes: [UInt8], to path: String) throws(CompileFailure) {
    do { try FileBytes.write(bytes, to: path) } catch { throw .engine(error) }
  }

  private func read(_ path: String) throws(CompileFailure) -> [UInt8] {
    do { return try FileBytes.read(path) } catch { throw .engine(error) }
  }
}
