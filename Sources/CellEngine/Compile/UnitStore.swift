internal import Dispatch
internal import Glibc
internal import OrderedJSON
internal import Synchronization

/// Where units come from: made ahead, from the cache, or from the compiler.
final class UnitStore: Sendable {
  let cache: CompileCache
  private let compiler: CellCompiler
  private let state = Mutex(State())

  private struct State {
    /// Units that are ready in the session's folder and not used yet.
    var ready: [String: CellUnit] = [:]
    /// Who waits for a unit that is being made.
    var inFlight: [String: [Semaphore]] = [:]
  }

  init(cache: CompileCache, compiler: CellCompiler) {
    self.cache = cache
    self.compiler = compiler
  }

  /// The unit `key`, if it has been made or is being made.
  ///
  /// - Parameter takes: whether it is to be loaded: a unit serves once.
  func find(
    _ key: String, taking takes: Bool, on run: CompileRun
  ) throws(CompileFailure) -> CellUnit? {
    let semaphore = Semaphore()
    while true {
      let (unit, waits) = state.withLock { state -> (CellUnit?, Bool) in
        if let unit = state.ready[key] {
          if takes { state.ready[key] = nil }
          return (unit, false)
        }
        guard state.inFlight[key] != nil else { return (nil, false) }
        state.inFlight[key]?.append(semaphore)
        return (nil, true)
      }
      if let unit { return unit }
      guard waits else { break }
      try run.during(stop: { semaphore.signal() }) { semaphore.wait() }
    }
    guard let unit = try load(key) else { return nil }
    if !takes { state.withLock { $0.ready[key] = unit } }
    return unit
  }

  /// The unit `key` of the cache, its files put into the session's folder.
  private func load(_ key: String) throws(CompileFailure) -> CellUnit? {
    guard let parts = cache.find(key), parts.map(\.name) == ["record", "library", "interface"],
      let record = try? JSONParser.parse(parts[0].bytes),
      let unit = CellUnit(record: record, library: compiler.path(ofLibrary:))
    else { return nil }
    try compiler.place(parts[1].bytes, at: unit.library)
    try compiler.place(parts[2].bytes, at: "\(compiler.folder)/\(unit.module).swiftmodule")
    return unit
  }

  /// Compiles `plan` for the cell whose turn it is.
  func make(_ plan: UnitPlan, on run: CompileRun) throws(CompileFailure) -> CellUnit {
    state.withLock { $0.inFlight[plan.key] = $0.inFlight[plan.key] ?? [] }
    defer { land(plan.key, with: nil) }
    return try compile(plan, on: run)
  }

  /// Ends the flight of `key`, with a unit that is ready, or none.
  private func land(_ key: String, with unit: CellUnit?) {
    let waiting = state.withLock { state in
      if let unit { state.ready[key] = unit }
      return state.inFlight.removeValue(forKey: key) ?? []
    }
    for semaphore in waiting { semaphore.signal() }
  }

  /// Compiles `plan` and keeps it in the cache.
  private func compile(_ plan: UnitPlan, on run: CompileRun) throws(CompileFailure) -> CellUnit {
    let product = try compiler.compile(plan, on: run)
    // Beside the work: the cell that waits for it need not.
    let cache = cache
    let parts = [
      ("record", Array(product.unit.record.description.utf8)), ("library", product.library),
      ("interface", product.interface),
    ]
    storing.async { cache.store(parts, as: plan.key) }
    return product.unit
  }

  /// Compiles `plan` ahead of its time; whoever asks for it meanwhile waits. Whether it was made.
  func makeAhead(_ plan: UnitPlan, on run: CompileRun) -> CellUnit? {
    let isFirst = state.withLock { state in
      guard state.inFlight[plan.key] == nil else { return false }
      state.inFlight[plan.key] = []
      return true
    }
    guard isFirst else { return nil }
    // What does not compile is compiled again when its turn comes, and then says why.
    let unit = try? compile(plan, on: run)
    land(plan.key, with: unit)
    return unit
  }

  private let storing = DispatchQueue(label: "apus.cache", qos: .utility)

  /// Waits until everything that was made is stored.
  func finishStoring() { storing.sync {} }
}
