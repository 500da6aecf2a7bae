internal import CellSyntax
internal import Glibc
internal import Synchronization

/// Why a cell could not be compiled.
enum CompileFailure: Error, Sendable {
  /// The text is at fault: what the compiler says, with the files of a `UnitSource`.
  case diagnostics([CompilerDiagnostic], text: String)
  case interrupted
  case engine(CellEngineError)
}

/// A compilation that can be interrupted: that of the cell that runs, or one ahead of its time.
final class CompileRun: Sendable {
  private let state = Mutex(State())

  private struct State: Sendable {
    var isInterrupted = false
    var stop: (@Sendable () -> Void)?
  }

  var isInterrupted: Bool { state.withLock { $0.isInterrupted } }

  /// Ends what runs, and whatever would begin later.
  func interrupt() {
    state.withLock { state in
      state.isInterrupted = true
      state.stop?()
    }
  }

  /// Does `body`, which `stop` ends early; throws if an interrupt came.
  func during<Result>(
    stop: @escaping @Sendable () -> Void, _ body: () -> Result
  ) throws(CompileFailure) -> Result {
    let isTooLate = state.withLock { state in
      state.stop = stop
      return state.isInterrupted
    }
    if isTooLate { stop() }
    let result = body()
    let wasInterrupted = state.withLock { state in
      state.stop = nil
      return state.isInterrupted
    }
    if wasInterrupted { throw .interrupted }
    return result
  }
}

/// Makes libraries of units: one compiler process and one linker process each.
final class CellCompiler: Sendable {
  let arguments: CompilerArguments
  /// The session's folder, which holds all its modules.
  let folder: String
  private let frontends: ForkServer
  private let linkers: ForkServer
  private let reader: DiagnosticReader
  /// Where each compiled text is left with its command, for measuring; usually nowhere.
  private let keepsAt = ProcessEnvironment["APUS_KEEP_COMPILATIONS"]

  init(
    arguments: CompilerArguments, folder: String, frontends: ForkServer, linkers: ForkServer
  ) {
    self.arguments = arguments
    self.folder = folder
    self.frontends = frontends
    self.linkers = linkers
    reader = DiagnosticReader(toolchain: arguments.toolchain)
  }

  /// Starts the processes that compilations are forked from, where they are not there yet.
  func warmUp() {
    frontends.warmUp()
    linkers.warmUp()
  }

  /// What a compilation makes, besides the unit itself.
  struct Product: Sendable {
    var unit: CellUnit
    var library: [UInt8]
    var interface: [UInt8]
  }

  /// Compiles `plan`; the interfaces in `interfaceFolder` go before those of the session.
  func compile(_ plan: UnitPlan, on run: CompileRun) throws(CompileFailure) -> Product {
    let module = plan.module
    warmUp()
    try write(Array(plan.text.utf8), to: "\(folder)/\(module).swift")
    defer {
      for ending in ["swift", "o", "dia"] { unlink("\(folder)/\(module).\(ending)") }
    }
    let command = arguments.compile(
      module: module, in: folder, optimised: plan.isHot, interfaces: interfaceFolder)
    keep(plan, command)
    let compiled = try runFrontend(command, on: run)
    let diagnostics =
      compiled.text.isEmpty ? [] : try self.diagnostics(of: plan, compiled.text)
    guard compiled.ending == .exited(0) else {
      throw .diagnostics(diagnostics, text: compiled.text)
    }
    let linked = try link(module, on: run)
    let library = path(ofLibrary: module)
    try place(linked.bytes, at: library)
    let unit = CellUnit(
      module: module, library: library, source: plan.source,
      parts: plan.plans.indices.map { index in
        CellUnit.Part(
          context: plan.plans[index].context,
          warnings: diagnostics.filter { UnitSource.index(ofFile: $0.file) == index })
      },
      isAsync: plan.head.cell.isAsync, symbols: symbols(of: plan, in: linked),
      plainNames: plainNames(of: plan, in: linked))
    return Product(
      unit: unit, library: linked.bytes,
      interface: try read("\(folder)/\(module).swiftmodule"))
  }

  func path(ofLibrary module: String) -> String { "\(folder)/lib\(module).so" }

  /// The symbols of the variables that the unit's cells declare.
  private func symbols(of plan: UnitPlan, in image: ModuleImage) -> [String: String] {
    let names = Set(
      plan.plans.flatMap(\.cell.declarations).filter { $0.kind == .variable && $0.mark != nil }
        .map(\.name))
    return names.isEmpty ? [:] : image.storageSymbols(of: names, in: plan.module)
  }

  private func plainNames(of plan: UnitPlan, in image: ModuleImage) -> Set<String> {
    let names = Set(
      plan.plans.flatMap(\.cell.declarations)
        .filter { $0.kind == .variable || $0.kind == .function }.map(\.name))
    return names.isEmpty ? [] : image.plainNames(of: names, in: plan.module)
  }

  /// Leaves a copy of what is compiled where `APUS_KEEP_COMPILATIONS` says.
  private func keep(_ plan: UnitPlan, _ command: [String]) {
    guard let keepsAt else { return }
    // A folder that cannot be written to keeps nothing; no cell depends on it.
    try? FileBytes.write(Array(plan.text.utf8), to: "\(keepsAt)/\(plan.module).swift")
    let lines = command.map { $0.replacing("\(folder)/\(plan.module)", with: plan.module) }
    try? FileBytes.write(
      Array(lines.map { $0 + "\n" }.joined().utf8), to: "\(keepsAt)/\(plan.module).command")
  }

  // MARK: Diagnostics

  /// The compiler's messages about the user's text, from its record, or else from what it printed.
  private func diagnostics(
    of plan: UnitPlan, _ text: String
  ) throws(CompileFailure) -> [CompilerDiagnostic] {
    // Most often it is only about what the rewriter wrote.
    let isAboutCells = text.split(separator: "\n").contains { line in
      line.contains("/Cell:") && line.first?.isNumber == true || line.contains(": error: ")
    }
    guard isAboutCells else { return [] }
    // Without libclang the printed text has the places, but no ranges and no fix-its.
    let all =
      (try? reader.read("\(folder)/\(plan.module).dia")) ?? CompilerDiagnostic.parse(text)
    return all.filter { !isOurs($0, plan) }
  }

  /// Whether a warning is about what the rewriter wrote: nothing that the user could mend.
  private func isOurs(_ diagnostic: CompilerDiagnostic, _ plan: UnitPlan) -> Bool {
    guard diagnostic.severity == .warning else { return false }
    guard let index = UnitSource.index(ofFile: diagnostic.file), plan.plans.indices.contains(index)
    else { return true }
    let sourceMap = plan.plans[index].cell.sourceMap
    if sourceMap.isInserted(column: diagnostic.column, line: diagnostic.line) { return true }
    return diagnostic.message.contains("'\(CellRewriter.resultName)")
      || diagnostic.message.contains("'nonisolated(unsafe)' is unnecessary")
      || diagnostic.message.contains("'nonisolated(unsafe)' has no effect")
      || diagnostic.message.contains("'public' modifier is redundant")
      // The modules of cells have one owner.
      || diagnostic.message.contains(/owners of 'C[0-9a-f]{15}/)
      || diagnostic.message.hasPrefix("'#sourceLocation' directive produces '#fileID'")
  }

  // MARK: Linking

  /// What libApus.so itself needs is in every worker, where all libraries see its symbols; the
  /// linker takes 30 ms to read it.
  private static let librariesOfWorker: Set<String> = [
    "-lswiftCore", "-lswift_Concurrency", "-lswift_StringProcessing", "-lswift_RegexParser",
    "-lswiftSynchronization", "-lswiftGlibc", "-ldispatch",
  ]

  private func link(_ module: String, on run: CompileRun) throws(CompileFailure) -> ModuleImage {
    guard let object = ModuleImage(try read("\(folder)/\(module).o")) else {
      throw .engine(CellEngineError(.file, "not an object file", place: "\(module).o"))
    }
    // Libraries of the toolchain; those of the system (`-lm`, …) are part of libc.
    let runtime = arguments.toolchain.runtimeFolder
    let libraries = Set(
      object.autolinkEntries.filter {
        $0.hasPrefix("-l") && !Self.librariesOfWorker.contains($0)
          && access("\(runtime)/lib\($0.dropFirst(2)).so", R_OK) == 0
      }
    ).sorted()
    let command = arguments.link(module: module, in: folder, libraries: libraries)
    let linked = try self.run(command, in: linkers, on: run)
    let library = path(ofLibrary: module)
    guard linked.ending == .exited(0) else {
      throw .diagnostics([], text: "the linker failed\n" + linked.text)
    }
    guard var image = ModuleImage(try read(library)) else {
      throw .engine(CellEngineError(.file, "not a library", place: library))
    }
    // Types print as `main.P`, as in any Swift script; a cell without types has no descriptor.
    _ = image.renameModule(module, to: "main")
    return image
  }

  // MARK: Processes and files

  func runFrontend(
    _ command: [String], on run: CompileRun
  ) throws(CompileFailure) -> (ending: ChildProcess.Ending, text: String) {
    try self.run(command, in: frontends, on: run)
  }

  /// Runs a program: as a fork of its server, or by itself where there is none.
  private func run(
    _ command: [String], in server: ForkServer, on run: CompileRun
  ) throws(CompileFailure) -> (ending: ChildProcess.Ending, text: String) {
    let pipe = try makePipe()
    guard let fork = server.start(command, output: pipe.write) else {
      close(pipe.write)
      close(pipe.read)
      return try runChild(command, on: run)
    }
    close(pipe.write)
    defer { close(pipe.read) }
    let (text, ending) = try run.during(stop: { fork.kill() }) {
      (DescriptorPair.readToEnd(pipe.read), fork.wait())
    }
    // Killed by others, or together with the server: once more, by itself.
    guard case .exited? = ending, let ending else { return try runChild(command, on: run) }
    return (ending, String(decoding: text, as: UTF8.self))
  }

  private func runChild(
    _ command: [String], on run: CompileRun
  ) throws(CompileFailure) -> (ending: ChildProcess.Ending, text: String) {
    var (ending, text) = try runOnce(command, on: run)
    if case .signalled(SIGKILL) = ending { (ending, text) = try runOnce(command, on: run) }
    return (ending, text)
  }

  private func runOnce(
    _ command: [String], on run: CompileRun
  ) throws(CompileFailure) -> (ending: ChildProcess.Ending, text: String) {
    let pipe = try makePipe()
    defer { close(pipe.read) }
    let process: ChildProcess
    do throws(CellEngineError) {
      defer { close(pipe.write) }
      process = try ChildProcess.start(command, descriptors: [(1, pipe.write), (2, pipe.write)])
    } catch {
      throw .engine(error)
    }
    let (text, ending) = try run.during(stop: { process.kill() }) {
      (DescriptorPair.readToEnd(pipe.read), process.wait())
    }
    return (ending, String(decoding: text, as: UTF8.self))
  }

  private func makePipe() throws(CompileFailure) -> (read: Int32, write: Int32) {
    do { return try DescriptorPair.pipe() } catch { throw .engine(error) }
  }

  func write(_ bytes: [UInt8], to path: String) throws(CompileFailure) {
    do { try FileBytes.write(bytes, to: path) } catch { throw .engine(error) }
  }

  /// Writes a file that may be in use: who has the old one open keeps it.
  func place(_ bytes: [UInt8], at path: String) throws(CompileFailure) {
    try write(bytes, to: path + "~")
    guard rename(path + "~", path) == 0 else {
      throw .engine(CellEngineError(.file, String(cString: strerror(errno)), place: path))
    }
  }

  func read(_ path: String) throws(CompileFailure) -> [UInt8] {
    do { return try FileBytes.read(path) } catch { throw .engine(error) }
  }
}
