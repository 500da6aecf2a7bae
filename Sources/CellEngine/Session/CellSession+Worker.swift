internal import ApusCell
internal import Dispatch
internal import OrderedJSON
internal import Synchronization

/// What becomes of what the worker says.
extension CellSession {
  func startWorker() throws(CellEngineError) {
    let id = state.withLock { state in
      state.isWorkerReady = false
      state.workerID += 1
      return state.workerID
    }
    let worker = try WorkerProcess(
      worker: installation.worker, library: installation.library
    ) { [weak self] event in self?.receive(event, from: id) }
    state.withLock { $0.worker = worker }
  }

  /// Ends the worker, with all its variables, and starts another.
  func restartWorker() throws(CellEngineError) {
    ahead.stop()
    let old = state.withLock { state in
      defer { state.forgetWorker() }
      state.workerID += 1  // what the old one says is not heard any more
      return state.worker
    }
    old?.kill()
    try startWorker()
  }

  private func receive(_ event: WorkerEvent, from id: Int) {
    guard state.withLock({ $0.workerID == id }) else { return }
    switch event {
    case .message(let message): receive(message)
    case .childOutput(let stream, let bytes):
      // A child may outlive its cell: it speaks for the cell that ran last.
      let execution = state.withLock { $0.running?.request.id ?? $0.lastExecution }
      tell(execution, stream, bytes)
    case .ended(let ending, let peak): workerEnded(ending, peak)
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
    case .opened(let execution, let paths): emit(.opened(execution, paths))
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

  // MARK: Places

  /// Places in cells. Debug information names a cell by its place in its module, but the place of an
  /// inlined call by the file of the module, with the cell's own line.
  private func sourcePlaces(_ places: [LinkCodePlace]) -> [SourcePlace] {
    let (numbers, running) = state.withLock { ($0.numbers, $0.running) }
    let frames: [[SourcePlace]]
    // A traceback without lines is better than none.
    do { frames = try symbolizer.frames(of: places) } catch { return [] }
    return zip(places, frames).flatMap { code, found in
      let module = Self.module(ofLibrary: code.library)
      return found.map { place in
        var place = place
        if let number = Self.number(of: place.file, in: numbers[module] ?? [:], running, module) {
          place.file = "Cell \(number)"
        }
        return place
      }
    }
  }

  private static func number(
    of file: String, in numbers: [Int: Int], _ running: RunningCell?, _ module: String
  ) -> Int? {
    if let index = UnitSource.index(ofFile: file) { return numbers[index] }
    guard file.hasSuffix("\(module).swift") else { return nil }
    if numbers.count == 1 { return numbers.first?.value }
    return running?.unit.module == module ? running?.request.number : nil
  }

  private static func module(ofLibrary path: String) -> String {
    let name = path.split(separator: "/").last ?? ""
    return name.hasPrefix("lib") && name.hasSuffix(".so")
      ? String(name.dropFirst(3).dropLast(3)) : ""
  }

  // MARK: Ends

  private func finished(_ status: WorkerStatus, _ mark: Int32, _ exitCode: Int32) {
    let ended = state.withLock { state -> RunningCell? in
      defer { state.running = nil }
      guard let running = state.running else { return nil }
      if status == .lost { return running }
      let isWhole = status == .succeeded
      if status != .notLoaded {
        state.names.add(
          NameTable.Arrival(
            cell: running.plan.cell, unit: running.unit, part: running.part,
            number: running.request.number, reachedMark: isWhole ? nil : Int(mark),
            shadowing: running.plan.shadowing))
      }
      let next = running.part + 1
      if isWhole {
        if next < running.unit.parts.count {
          state.suspended = SuspendedUnit(unit: running.unit, next: next)
        }
        if running.request.kind == .cell {
          state.transcript.append(
            SessionState.PastCell(number: running.request.number, code: running.request.code))
        }
      }
      return running
    }
    guard let ended else { return }
    if status == .lost {
      // The thread that waited inside the unit is gone: the cell is run by itself.
      let run = state.withLock { $0.run } ?? CompileRun()
      queue.async { [self] in start(ended.request, on: run) }
      return
    }
    if status != .succeeded { ahead.stop() }
    // What only looked like the runtime's last words is the cell's own text.
    if let words = state.withLock({ $0.text.takeLastWords() }) {
      emit(.output(ended.request.id, .stderr, words.line))
    }
    emit(.finished(ended.request.id, outcome(of: ended, status, exitCode)))
  }

  private func outcome(
    of ended: RunningCell, _ status: WorkerStatus, _ exitCode: Int32
  ) -> CellOutcome {
    let number = ended.request.number
    return switch status {
    case .succeeded: .succeeded
    case .interrupted: .failed(.interrupted(cell: number))
    case .exited: .failed(.exit(code: exitCode, cell: number))
    case .threw, .trapped, .notLoaded, .lost:
      .failed(ended.failure ?? CellFailure(name: "Error", value: "", traceback: []))
    }
  }

  private func workerEnded(_ ending: ChildProcess.Ending, _ peakByteCount: Int) {
    ahead.stop()
    let failure = CellFailure.workerDied(ending, peakByteCount: peakByteCount)
    let (running, idle, isFinal) = state.withLock { state -> (RunningCell?, ExecutionID?, Bool) in
      defer { state.forgetWorker() }
      if state.starting != nil { state.death = failure }
      let isIdle = state.running == nil && state.starting == nil
      if isIdle && state.lastExecution > 0 {
        state.loss = failure.traceback.joined(separator: "\n") + "\n"
      }
      // One that dies before it is ready would do so again.
      return (
        state.running, isIdle && state.lastExecution > 0 ? state.lastExecution : nil,
        state.isShutDown || !state.isWorkerReady
      )
    }
    if !isFinal {
      do { try startWorker() } catch {
        let id = running?.request.id ?? idle
        if let id {
          emit(.output(id, .stderr, "no new worker could be started: \(error)\n"))
        }
      }
    }
    if let running { emit(.finished(running.request.id, .failed(failure))) }
    // Nothing runs: it is told beside what the last cell showed.
    if let idle, !isFinal { emit(.lateFailure(idle, failure)) }
  }

  private static func object(_ text: String) -> JSONObject {
    // Our own worker wrote it; text that is no JSON shows as nothing rather than ending the cell.
    (try? JSONParser.parse(text))?.object ?? JSONObject()
  }
}
