internal import CellSyntax
internal import Dispatch
internal import OrderedJSON
internal import Synchronization

/// Cells that are not Swift: `%help` and its kin.
extension CellSession {
  func answer(_ directive: Directive, _ request: CellRequest) {
    switch directive.name {
    case "help":
      emit(.page(request.id, bundle: ["text/plain": .string(DirectiveHelp.text)]))
      emit(.finished(request.id, .succeeded))
    case "who":
      emit(.output(request.id, .stdout, state.withLock { $0.names.overview } + "\n"))
      emit(.finished(request.id, .succeeded))
    case "replay": replay(request)
    default:
      let known = ["help", "who", "replay"]
      fail(
        request, "DirectiveError",
        "unknown directive %\(directive.name); there are %\(known.joined(separator: ", %"))")
    }
  }

  func fail(_ request: CellRequest, _ name: String, _ text: String) {
    emit(
      .finished(
        request.id, .failed(CellFailure(name: name, value: text, traceback: [text]))))
  }

  /// Runs the cells that have succeeded since the start once more, in their order.
  ///
  /// They run in a new worker. What they print and show has been seen; only a failure is told.
  private func replay(_ request: CellRequest) {
    let cells = state.withLock { $0.transcript }
    guard !cells.isEmpty else { return fail(request, "DirectiveError", "no cell has run yet") }
    do throws(CellEngineError) {
      try restartWorker()
    } catch {
      return fail(request, "EngineError", error.description)
    }
    state.withLock { state in
      state.replay = Replay(request: request, cells: cells)
      state.transcript = []
    }
    replayNext()
  }

  /// Starts the next cell of the replay, or ends it.
  private func replayNext() {
    let (replay, run) = state.withLock { ($0.replay, $0.run ?? CompileRun()) }
    guard let replay else { return }
    guard replay.done < replay.cells.count else {
      state.withLock { $0.replay = nil }
      emit(
        .output(replay.request.id, .stdout, "\(replay.cells.count) cells were run again\n"))
      return emit(.finished(replay.request.id, .succeeded))
    }
    var cell = replay.request
    cell.code = replay.cells[replay.done].code
    cell.number = replay.cells[replay.done].number
    cell.allowsInput = false
    start(cell, on: run)
  }

  /// Takes what cells of a replay tell: their ends lead to the next, and the rest has been seen.
  func isOfReplay(_ event: CellEvent) -> Bool {
    let outcome = state.withLock { state -> CellOutcome?? in
      guard state.replay?.request.id == event.execution else { return nil }
      guard case .finished(_, let outcome) = event else { return .some(nil) }
      if case .failed = outcome {
        // Nothing of the session is forgotten: mended, it can be replayed again.
        state.transcript = state.replay?.cells ?? []
        state.replay = nil
        return nil
      }
      state.replay?.done += 1
      return outcome
    }
    guard let outcome else { return false }
    if outcome != nil { queue.async { [self] in replayNext() } }
    return true
  }
}

/// Cells that are being run again.
struct Replay: Sendable {
  var request: CellRequest
  var cells: [SessionState.PastCell]
  var done = 0
}

extension NameTable {
  /// The names of the session, a line each: what it is, and the cell that declared it.
  fileprivate var overview: String {
    let lines = names.flatMap { name in
      self[name].map { entry in
        "\(entry.declaration.kind.rawValue) \(entry.declaration.signature)\tcell \(entry.number)"
      }
    }
    return lines.isEmpty ? "no cell has declared anything" : lines.joined(separator: "\n")
  }
}
