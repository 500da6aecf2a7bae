internal import ApusCell
internal import CellSyntax
internal import Dispatch
internal import Synchronization

/// How a cell is started: planned, found or compiled, and handed to the worker.
extension CellSession {
  func start(_ request: CellRequest, on run: CompileRun) {
    let loss = state.withLock { state in
      defer { state.loss = nil }
      return state.loss
    }
    if let loss { emit(.output(request.id, .stderr, loss)) }
    if let directive = Directive.parse(request.code) { return answer(directive, request) }
    if proceed(request) { return }
    let (names, uses) = state.withLock { state in
      state.starting = request.id
      state.death = nil
      return (state.names, state.uses)
    }
    let plan = CellPlan(request.code, showsResult: request.showsResult, names: names)
    guard !plan.cell.isBlank else {
      state.withLock { $0.starting = nil }
      return emit(.finished(request.id, .succeeded))
    }
    do throws(CompileFailure) {
      try verifyToolchain()
      let launch = try obtain(request, plan, names, uses, on: run)
      // An interrupt that came before the worker could know of the cell.
      guard !run.isInterrupted else { throw CompileFailure.interrupted }
      launchCell(request, launch)
    } catch {
      ahead.stop()
      let death = state.withLock { $0.endStart() }
      emit(.finished(request.id, .failed(death ?? failure(of: error, request, plan))))
    }
  }

  /// Goes on with the unit that waits in the worker, if `request` is its next cell.
  private func proceed(_ request: CellRequest) -> Bool {
    let (names, suspended) = state.withLock { ($0.names, $0.suspended) }
    guard let suspended, request.kind == .cell else { return false }
    let (unit, part) = (suspended.unit, suspended.next)
    let plan = CellPlan(
      request.code, showsResult: request.showsResult, names: names, index: part,
      own: unit.module)
    if plan.cell.isBlank {
      emit(.finished(request.id, .succeeded))
      return true
    }
    guard plan.context == unit.parts[part].context else {
      // Something else is asked for: the worker leaves the unit.
      state.withLock { $0.suspended = nil }
      return false
    }
    let worker = state.withLock { state in
      state.suspended = nil
      state.begin(RunningCell(request: request, plan: plan, unit: unit, part: part))
      return state.worker
    }
    guard let worker else { return false }
    warn(unit.parts[part], request, plan)
    worker.send(.proceed(execution: request.id, allowsInput: request.allowsInput))
    return true
  }

  /// The unit that begins with the cell: made ahead, cached, or compiled now.
  private func obtain(
    _ request: CellRequest, _ plan: CellPlan, _ names: NameTable, _ uses: [String: Int],
    on run: CompileRun
  ) throws(CompileFailure) -> AheadCompiler.Launch {
    let use = uses[plan.context] ?? 0
    let interfaces = plan.shadowing.compactMap { name, hidden in
      names.modules[name].map { ReplacedInterface(name, $0, hiding: hidden) }
    }
    var used = plan
    let unit: CellUnit
    do throws(CompileFailure) {
      for interface in interfaces { try compiler.emit(interface, cache: store.cache, on: run) }
      unit = try store.obtain(UnitPlan.key(of: plan, use: use), taking: true, on: run) {
        () throws(CompileFailure) in
        // What was foreseen was something else.
        ahead.stop()
        let (unit, compiled) = try compile(request, plan, names, use, on: run)
        used = compiled
        return unit
      }
    } catch {
      compiler.dropInterfaces(interfaces)
      throw error
    }
    compiler.acceptInterfaces(interfaces)
    return AheadCompiler.Launch(
      names: names, uses: uses.merging([plan.context: use + 1]) { $1 }, plan: used, unit: unit,
      number: request.number, sequence: request.sequence)
  }

  /// Compiles the cell, together with those that wait behind it and may join.
  ///
  /// When the compiler finds an error in one of them, only those before it are compiled; the error
  /// is told when its own cell is alone.
  private func compile(
    _ request: CellRequest, _ plan: CellPlan, _ names: NameTable, _ use: Int, on run: CompileRun
  ) throws(CompileFailure) -> (CellUnit, CellPlan) {
    let (upcoming, size) = state.withLock { ($0.upcoming, $0.unitSize) }
    var plans =
      request.kind == .cell
      ? UnitPlanner.plans(
        head: plan, upcoming: upcoming[...], names: names,
        limit: upcoming.isEmpty ? 1 : UnitPlanner.growth * size)
      : [plan]
    while true {
      do throws(CompileFailure) {
        let unit = try store.make(UnitPlan(plans, use: use), on: run)
        state.withLock { $0.unitSize = plans.count }
        return (unit, plans[0])
      } catch {
        guard case .diagnostics(let diagnostics, _) = error else { throw error }
        let faulty = diagnostics.filter { $0.severity == .error }
          .compactMap { UnitSource.index(ofFile: $0.file) }
        if plans.count > 1 {
          let first = faulty.min() ?? 0
          plans = Array(plans.prefix(max(1, first)))
        } else if !plans[0].releases.isEmpty && faulty.isEmpty {
          // An old value of a type that cannot be given up, such as one that cannot be copied.
          plans = [
            CellPlan(
              plan.code, showsResult: plan.showsResult, names: names, releases: false)
          ]
        } else {
          throw error
        }
      }
    }
  }

  private func launchCell(_ request: CellRequest, _ launch: AheadCompiler.Launch) {
    let (unit, plan) = (launch.unit, launch.plan)
    // One lock: a worker that dies is either seen here, or finds the cell running.
    let (death, worker, upcoming) = state.withLock { state in
      let death = state.endStart()
      guard death == nil else { return (death, state.worker, state.upcoming) }
      state.uses = launch.uses
      state.suspended = nil
      state.begin(RunningCell(request: request, plan: plan, unit: unit, part: 0))
      return (death, state.worker, state.upcoming)
    }
    if let death { return emit(.finished(request.id, .failed(death))) }
    guard let worker else {
      state.withLock { $0.running = nil }
      return noWorker(request)
    }
    warn(unit.parts[0], request, plan)
    worker.send(
      .run(
        execution: request.id, library: unit.library, entry: unit.entry, isAsync: unit.isAsync,
        allowsInput: request.allowsInput))
    ahead.go(on: upcoming, after: launch)
  }

  /// The compiler's warnings about the cell, on standard error.
  private func warn(_ part: CellUnit.Part, _ request: CellRequest, _ plan: CellPlan) {
    guard !part.warnings.isEmpty else { return }
    let lines = CellDiagnostics(plan: plan, number: request.number).lines(of: part.warnings)
    emit(.output(request.id, .stderr, lines.joined(separator: "\n") + "\n"))
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
    SessionFolder.removeStale()
  }

  private func noWorker(_ request: CellRequest) {
    let text = "the worker cannot be started; `apus doctor` says what is missing"
    let failure = CellFailure(name: "EngineError", value: text, traceback: [text])
    emit(.finished(request.id, .failed(failure)))
  }

  private func failure(
    of error: CompileFailure, _ request: CellRequest, _ plan: CellPlan
  ) -> CellFailure {
    switch error {
    case .diagnostics(let diagnostics, let text):
      let first = diagnostics.first { $0.severity == .error }?.message
      let lines = CellDiagnostics(plan: plan, number: request.number).lines(of: diagnostics)
      return CellFailure(
        name: "CompileError", value: first ?? "the compiler failed",
        traceback: lines.isEmpty ? [text] : lines)
    case .interrupted: return .interrupted(cell: request.number)
    case .engine(let error):
      return CellFailure(
        name: "EngineError", value: error.description, traceback: [error.description])
    }
  }
}

extension SessionState {
  /// The cell is compiled, or will not be; returns why it cannot run, if its worker died meanwhile.
  fileprivate mutating func endStart() -> CellFailure? {
    defer { (starting, death) = (nil, nil) }
    return death
  }

  /// Notes that `cell` runs now.
  fileprivate mutating func begin(_ cell: RunningCell) {
    running = cell
    lastExecution = cell.request.id
    numbers[cell.unit.module, default: [:]][cell.part] = cell.request.number
  }
}
