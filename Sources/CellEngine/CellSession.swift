// The room CellEngine: one live session of cells.
//
//   CellSession   takes cells one after another and tells what happens (this file)
//   Session/      how a cell is started, and what becomes of what its worker says
//   Compile/      cell text → library: plans, units, cache, compiler, linker, diagnostics
//   Work/         the processes: worker, forked compilers, services
//   Complete/     completion and inspection
// Only this room starts compilers and workers.
internal import ApusCell
internal import CellSyntax
internal import Dispatch
internal import Glibc
package import OrderedJSON
internal import Synchronization

/// A session: the cells of one notebook, their variables and their worker.
package final class CellSession: CellExecuting {
  let queue = DispatchQueue(label: "apus.session")
  let compiler: CellCompiler
  let store: UnitStore
  let ahead: AheadCompiler
  private let servers: [ForkServer]
  let installation: Installation
  let toolchain: Toolchain
  let folder: SessionFolder
  let symbolizer: Symbolizer
  let questions: SessionQuestions
  let state = Mutex(SessionState())
  private let handler = Mutex<@Sendable (CellEvent) -> Void>({ _ in })

  /// A session with the toolchain and the installation at hand; its worker starts at once.
  ///
  /// - Parameter cache: where compiled cells are kept; by default the user's cache.
  package init(
    toolchain: Toolchain, installation: Installation, cache: CompileCache? = nil
  ) throws(CellEngineError) {
    self.installation = installation
    self.toolchain = toolchain
    symbolizer = Symbolizer(toolchain: toolchain)
    folder = try SessionFolder()
    let arguments = CompilerArguments(
      toolchain: toolchain, moduleFolders: installation.moduleFolders + [folder.path])
    let library = installation.prewarmLibrary
    let frontends = ForkServer(program: toolchain.frontend, library: library)
    let linkers = ForkServer(program: toolchain.cellLinker, library: library)
    servers = [frontends, linkers]
    compiler = CellCompiler(
      arguments: arguments, folder: folder.path, frontends: frontends, linkers: linkers)
    let circumstances = try installation.circumstances(of: toolchain)
    store = UnitStore(
      cache: cache ?? CompileCache(circumstances: circumstances), compiler: compiler)
    ahead = AheadCompiler(store: store)
    questions = SessionQuestions(toolchain: toolchain, arguments: arguments)
    try startWorker()
    warmUpWhenQuiet()
  }

  /// Starts the forked compilers before they are needed, but not beside cells that were compiled
  /// before: a notebook that is only run again needs none.
  private func warmUpWhenQuiet() {
    queue.asyncAfter(deadline: .now() + .milliseconds(500)) { [weak self] in
      guard let self else { return }
      let (isBusy, isShutDown) = state.withLock { state in
        (state.running != nil || state.starting != nil, state.isShutDown)
      }
      if isShutDown { return }
      if isBusy { return warmUpWhenQuiet() }
      compiler.warmUp()
    }
  }

  package func setEventHandler(_ handler: @escaping @Sendable (CellEvent) -> Void) {
    self.handler.withLock { $0 = handler }
  }

  func emit(_ event: CellEvent) {
    if !isOfReplay(event) { handler.withLock { $0(event) } }
  }

  // MARK: Executing

  package func execute(_ request: CellRequest, upcoming: [UpcomingCell]) {
    let run = CompileRun()
    state.withLock { state in
      state.run = run
      state.upcoming = upcoming
    }
    queue.async { [self] in start(request, on: run) }
  }

  package func foresee(_ upcoming: [UpcomingCell]) {
    state.withLock { $0.upcoming = upcoming }
    ahead.extend(upcoming)
  }

  package func interrupt() {
    let (run, worker) = state.withLock { state -> (CompileRun?, WorkerProcess?) in
      (state.run, state.running == nil ? nil : state.worker)
    }
    run?.interrupt()
    worker?.send(.interrupt)
  }

  package func answerInput(_ execution: ExecutionID, _ text: String?) {
    state.withLock { $0.worker }?.send(.inputReply(execution: execution, text: text))
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
    let (worker, run) = state.withLock { state in
      state.isShutDown = true
      return (state.worker, state.run)
    }
    run?.interrupt()
    ahead.shutdown()
    worker?.kill()
    symbolizer.shutdown()
    // What was compiled is kept for the next session.
    store.finishStoring()
    for server in servers { server.shutdown() }
    folder.remove()
    store.cache.trim()
  }
}
