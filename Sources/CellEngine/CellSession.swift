// The room CellEngine: one live session of cells.
//
//   CellSession   takes cells one after another and tells what happens (this file)
//   Compile/      cell text → library: name table, compiler, linker, diagnostics
//   Work/         the worker process and its link
// Only this room starts compilers and workers.
internal import ApusCell
internal import CellSyntax
internal import Dispatch
internal import Glibc
package import OrderedJSON
internal import Synchronization

/// A session: the cells of one notebook, their variables and their worker.
package final class CellSession: CellExecuting {
  private let queue = DispatchQueue(label: "apus.session")
  private let compiler: CellCompiler
  private let installation: Installation
  private let toolchain: Toolchain
  private let folder: String
  private let symbolizer: Symbolizer
  private let questions: SessionQuestions
  private let handler = Mutex<@Sendable (CellEvent) -> Void>({ _ in })
  private let state = Mutex(State())

  private struct State: Sendable {
    var names = NameTable()
    var worker: WorkerProcess?
    var running: RunningCell?
    var text = StreamText()
    var isShutDown = false
    var lastExecution: ExecutionID = 0
    /// The number under which the user knows a module.
    var numbers: [String: Int] = [:]
    /// Whether the present worker has said that it is there.
    var isWorkerReady = false
    /// Whether the installation was seen to be of this toolchain.
    var isToolchainVerified = false
  }

  /// A session with the toolchain and the installation at hand; its worker starts at once.
  package init(toolchain: Toolchain, installation: Installation) throws(CellEngineError) {
    self.installation = installation
    self.toolchain = toolchain
    symbolizer = Symbolizer(toolchain: toolchain)
    var template = Array("/tmp/apus-session-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw CellEngineError(.file, String(cString: strerror(errno)), place: "/tmp")
    }
    folder = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    let arguments = CompilerArguments(
      toolchain: toolchain, moduleFolders: installation.moduleFolders + [folder],
      moduleMaps: installation.moduleMaps)
    compiler = CellCompiler(arguments: arguments, folder: folder)
    questions = SessionQuestions(toolchain: toolchain, arguments: arguments)
    try startWorker()
  }

  package func setEventHandler(_ handler: @escaping @Sendable (CellEvent) -> Void) {
    self.handler.withLock { $0 = handler }
  }

  // MARK: Executing

  package func execute(_ request: CellRequest) {
    compiler.expectCell()
    queue.async { [self] in start(request) }
  }

  private func start(_ request: CellRequest) {
    if let directive = Directive.parse(request.code) { return answer(directive, request) }
    let names = state.withLock { $0.names }
    let cell = CellRewriter.rewrite(request.code, showsResult: request.showsResult) { name in
      guard let entry = names[name].last, entry.declaration.kind == .variable else { return nil }
      return entry.module
    }
    let (preamble, replaced, shadowing) = state.withLock { state in
      let shadowing = state.names.shadowing(by: cell)
      let replaced = shadowing.compactMap { name, hidden in
        state.names.modules[name].map { ReplacedInterface(name, $0, hiding: hidden) }
      }
      return (state.names.preamble(for: cell), replaced, shadowing)
    }
    guard !cell.sourceMap.originalText.allSatisfy(\.isWhitespace) else {
      return emit(.finished(request.id, .succeeded))
    }
    do throws(CompileFailure) {
      try verifyToolchain()
      state.withLock {
        $0.running = RunningCell(
          request: request, cell: cell, preamble: preamble, shadowing: shadowing)
        $0.lastExecution = request.id
      }
      let compiled = try compiler.compile(
        cell, preamble: preamble, number: request.number, replacing: replaced)
      compiler.acceptInterfaces(replaced)
      if !compiled.warnings.isEmpty {
        emit(.output(request.id, .stderr, compiled.warnings.joined(separator: "\n") + "\n"))
      }
      let worker = state.withLock { state in
        state.running?.module = compiled.module
        state.numbers[compiled.module] = request.number
        return state.worker
      }
      guard let worker else { return noWorker(request) }
      // An interrupt that came before the worker could know of the cell.
      guard !compiler.isInterrupted else { throw CompileFailure.interrupted }
      worker.send(
        .run(
          execution: request.id, library: compiled.library, entry: "\(compiled.module)_main",
          isAsync: cell.isAsync, allowsInput: request.allowsInput))
    } catch {
      compiler.dropInterfaces(replaced)
      state.withLock { $0.running = nil }
      emit(.finished(request.id, .failed(Self.failure(of: error, request))))
    }
  }

  /// Says in one line, before the first cell, that the modules are of another compiler.
  private func verifyToolchain() throws(CompileFailure) {
    guard !state.withLock({ $0.isToolchainVerified }) else { return }
    do throws(CellEngineError) {
      if let obstacle = try installation.obstacle(to: toolchain) { throw obstacle }
    } catch {
      throw .engine(error)
    }
    state.withLock { $0.isToolchainVerified = true }
  }

  private func noWorker(_ request: CellRequest) {
    state.withLock { $0.running = nil }
    let text = "the worker cannot be started; `apus doctor` says what is missing"
    let failure = CellFailure(name: "EngineError", value: text, traceback: [text])
    emit(.finished(request.id, .failed(failure)))
  }

  private static func failure(of error: CompileFailure, _ request: CellRequest) -> CellFailure {
    switch error {
    case .diagnostics(let first, let lines):
      CellFailure(name: "CompileError", value: first, traceback: lines)
    case .interrupted: .interrupted(cell: request.number)
    case .engine(let error):
      CellFailure(name: "EngineError", value: error.description, traceback: [error.description])
    }
  }

  private func answer(_ directive: Directive, _ request: CellRequest) {
    guard directive.name == "help" else {
      let text = "unknown directive %\(directive.name); there is %help"
      return emit(
        .finished(
          request.id,
          .failed(CellFailure(name: "DirectiveError", value: text, traceback: [text]))))
    }
    emit(.page(request.id, bundle: ["text/plain": .string(DirectiveHelp.text)]))
    emit(.finished(request.id, .succeeded))
  }

  package func interrupt() {
    compiler.interrupt()
    let worker = state.withLock { state -> WorkerProcess? in
      guard let running = state.running else { return nil }
      return running.module == nil ? nil : state.worker
    }
    worker?.send(.interrupt)
  }

  package func answerInput(_ execution: ExecutionID, _ text: String?) {
    state.withLock { $0.worker }?.send(.inputReply(execution: execution, text: text))
  }

  // MARK: What the worker says

  private func startWorker() throws(CellEngineError) {
    state.withLock { $0.isWorkerReady = false }
    let worker = try WorkerProcess(
      worker: installation.worker, library: installation.library
    ) { [weak self] event in self?.receive(event) }
    state.withLock { $0.worker = worker }
  }

  private func receive(_ event: WorkerEvent) {
    switch event {
    case .message(let message): receive(message)
    case .childOutput(let stream, let bytes):
      // A child may outlive its cell: it speaks for the cell that ran last.
      let execution = state.withLock { $0.running?.request.id ?? $0.lastExecution }
      tell(execution, stream, bytes)
    case .ended(let ending): workerEnded(ending)
    }
  }

  /// Places in cells. Debug information names a cell by its number, but the place of an inlined
  /// call by the file of the module, with the cell's own line.
  private func sourcePlaces(_ places: [LinkCodePlace]) -> [SourcePlace] {
    let numbers = state.withLock { $0.numbers }
    return symbolizer.lookUp(places).map { place in
      guard place.file.hasSuffix(".swift"), let number = numbers[String(place.file.dropLast(6))]
      else { return place }
      var place = place
      place.file = "Cell \(number)"
      return place
    }
  }

  private func tell(_ execution: ExecutionID, _ stream: UInt8, _ bytes: [UInt8]) {
    let text = state.withLock { $0.text.decode(bytes, stream: stream) }
    guard !text.isEmpty else { return }
    emit(.output(execution, stream == 2 ? .stderr : .stdout, text))
  }

  private func receive(_ message: WorkerMessage) {
    switch message {
    case .ready: state.withLock { $0.isWorkerReady = true }
    case .output(let execution, let stream, let bytes): tell(execution, stream, bytes)
    case .display(let execution, let bundle, let metadata, let displayID, let isUpdate):
      emit(
        .display(
          execution,
          DisplayContent(
            bundle: Self.object(bundle), metadata: Self.object(metadata), displayID: displayID,
            isUpdate: isUpdate)))
    case .result(let execution, let bundle, let metadata):
      emit(
        .result(execution, bundle: Self.object(bundle), metadata: Self.object(metadata)))
    case .clearOutput(let execution, let waits): emit(.clearOutput(execution, waits: waits))
    case .inputRequest(let execution, let prompt, let isHidden):
      emit(.inputRequest(execution, prompt: prompt, isHidden: isHidden))
    case .threw(_, let type, let description, let places):
      let failure = CellFailure.thrown(
        type: type, description: description, places: sourcePlaces(places))
      state.withLock { $0.running?.failure = failure }
    case .trapped(let execution, let signal, _, _, let places):
      trapped(execution, signal, places)
    case .finished(_, let status, let mark, let exitCode): finished(status, mark, exitCode)
    case .notice(let text):
      emit(.output(state.withLock { $0.running?.request.id ?? 0 }, .stderr, text + "\n"))
    }
  }

  private func trapped(_ execution: ExecutionID, _ signal: Int32, _ places: [LinkCodePlace]) {
    let message = state.withLock { $0.text.takeLastWords() }?.message
    let failure = CellFailure.trap(
      signal: signal, message: message, places: sourcePlaces(places))
    let isRunning = state.withLock { state in
      guard state.running?.request.id == execution else { return false }
      state.running?.failure = failure
      return true
    }
    if !isRunning { emit(.lateFailure(execution, failure)) }
  }

  private func finished(_ status: WorkerStatus, _ mark: Int32, _ exitCode: Int32) {
    let ended = state.withLock { state -> RunningCell? in
      defer { state.running = nil }
      guard let running = state.running, let module = running.module else { return nil }
      let isWhole = status == .succeeded
      if status != .notLoaded {
        state.names.add(
          running.cell, preamble: running.preamble, module: module,
          number: running.request.number, reachedMark: isWhole ? nil : Int(mark),
          shadowing: running.shadowing)
      }
      return running
    }
    guard let ended else { return }
    // What only looked like the runtime's last words is the cell's own text.
    if let words = state.withLock({ $0.text.takeLastWords() }) {
      emit(.output(ended.request.id, .stderr, words.line))
    }
    let number = ended.request.number
    let outcome: CellOutcome =
      switch status {
      case .succeeded: .succeeded
      case .interrupted: .failed(.interrupted(cell: number))
      case .exited: .failed(.exit(code: exitCode, cell: number))
      case .threw, .trapped, .notLoaded:
        .failed(ended.failure ?? CellFailure(name: "Error", value: "", traceback: []))
      }
    emit(.finished(ended.request.id, outcome))
  }

  private func workerEnded(_ ending: ChildProcess.Ending) {
    let (running, isFinal) = state.withLock { state -> (RunningCell?, Bool) in
      defer {
        state.running = nil
        state.worker = nil
        state.names = NameTable()
      }
      // One that dies before it is ready would do so again.
      return (state.running, state.isShutDown || !state.isWorkerReady)
    }
    let failure = CellFailure.workerDied(ending)
    if !isFinal {
      do { try startWorker() } catch {
        if let running {
          emit(
            .output(running.request.id, .stderr, "no new worker could be started: \(error)\n"))
        }
      }
    }
    if let running { emit(.finished(running.request.id, .failed(failure))) }
  }

  private func emit(_ event: CellEvent) {
    handler.withLock { $0(event) }
  }

  private static func object(_ text: String) -> JSONObject {
    // Our own worker wrote it; text that is no JSON shows as nothing rather than ending the cell.
    (try? JSONParser.parse(text))?.object ?? JSONObject()
  }

  // MARK: Questions

  package func completeness(of code: String) -> Completeness {
    switch TextCompleteness.of(code) {
    case .complete: .complete
    case .incomplete(let indent): .incomplete(indent: indent)
    case .invalid: .invalid
    }
  }

  package func complete(_ code: String, at position: Int) async -> Completion {
    let names = state.withLock { $0.names }
    return await questions.complete(code, at: position, names: names)
  }

  package func inspect(_ code: String, at position: Int, detail: Int) async -> JSONObject? {
    let names = state.withLock { $0.names }
    return await questions.inspect(code, at: position, detail: detail, names: names)
  }

  package func shutdown() async {
    questions.shutdown()
    let worker = state.withLock { state in
      state.isShutDown = true
      return state.worker
    }
    compiler.interrupt()
    worker?.kill()
    FolderRemoval.remove(compiler.interfaceFolder)
    FolderRemoval.remove(folder)
  }
}

/// The cell that runs.
private struct RunningCell: Sendable {
  var request: CellRequest
  var cell: RewrittenCell
  var preamble: [String]
  var shadowing: NameTable.Shadowing
  /// Its module once it is compiled.
  var module: String?
  var failure: CellFailure?
}
