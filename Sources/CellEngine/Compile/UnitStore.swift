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

  /// The unit `key`: made before, being made, cached, or made now by `otherwise`, which is called at
  /// most once at a time for a key.
  ///
  /// - Parameter takes: whether it is to be loaded: a unit serves once.
  func obtain(
    _ key: String, taking takes: Bool, on run: CompileRun,
    otherwise: () throws(CompileFailure) -> CellUnit
  ) throws(CompileFailure) -> CellUnit {
    let semaphore = Semaphore()
    while true {
      let (unit, waits) = state.withLock { state -> (CellUnit?, Bool) in
        if let unit = state.ready[key] {
          if takes { state.ready[key] = nil }
          return (unit, false)
        }
        guard state.inFlight[key] != nil else {
          state.inFlight[key] = []
          return (nil, false)
        }
        state.inFlight[key]?.append(semaphore)
        return (nil, true)
      }
      if let unit { return unit }
      guard waits else { break }
      try run.during(stop: { semaphore.signal() }) { semaphore.wait() }
    }
    var made: CellUnit?
    defer { land(key, with: takes ? nil : made) }
    if let unit = try load(key) {
      made = unit
      return unit
    }
    let unit = try otherwise()
    made = unit
    return unit
  }

  /// Ends the flight of `key`, with a unit that is ready, or none.
  private func land(_ key: String, with unit: CellUnit?) {
    let waiting = state.withLock { state in
      if let unit { state.ready[key] = unit }
      return state.inFlight.removeValue(forKey: key) ?? []
    }
    for semaphore in waiting { semaphore.signal() }
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

  /// Compiles `plan` and keeps it in the cache. To be called by `otherwise` of `obtain`.
  func make(_ plan: UnitPlan, on run: CompileRun) throws(CompileFailure) -> CellUnit {
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

  private let storing = DispatchQueue(label: "apus.cache", qos: .utility)

  /// Waits until everything that was made is stored.
  func finishStoring() { storing.sync {} }
}
