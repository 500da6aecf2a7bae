internal import Jupyter
internal import Notebooks

extension RunSession {
  func failed(_ run: CellRun, _ outcome: CellOutcome) -> RunFailure {
    let place = run.place
    if let objection = run.expectation.objection(to: outcome) {
      return failure(
        RunError(.cellFailed, objection, at: name(of: place)), of: place)
    }
    switch outcome {
    case .failed(let failure):
      // The traceback on iopub is the one that frontends show; some kernels reply without one.
      let shown = collector.failure(ofCell: place.index) ?? failure
      let what = shown.value.isEmpty ? shown.name : "\(shown.name): \(shown.value)"
      return self.failure(
        RunError(.cellFailed, TerminalText.plain(what), at: name(of: place)), of: place,
        shown)
    case .aborted, .ok:
      return failure(
        RunError(.cellFailed, "the kernel did not run the cell", at: name(of: place)), of: place)
    }
  }

  mutating func timedOut(_ what: String, _ kernel: RunningKernel) async -> RunFailure? {
    guard let place = front else { return nil }
    await interrupt(kernel)
    show(what, as: "CellTimeout", in: place)
    return failure(
      RunError(.timedOut, what, at: name(of: place), mend: "give it longer with --timeout"),
      of: place, collector.failure(ofCell: place.index))
  }

  /// The kernel took more than it may: it gets no time to take more.
  mutating func exceeded(_ what: String, _ kernel: RunningKernel) async -> RunFailure? {
    guard let place = front else { return nil }
    kernel.process.kill()
    _ = await kernel.process.waitUntilEnded()
    await drain(kernel)
    show(what, as: "LimitExceeded", in: place)
    return failure(RunError(.kernelDied, what, at: name(of: place)), of: place)
  }

  mutating func died(
    _ ending: KernelProcess.Ending, _ kernel: RunningKernel
  ) async -> RunFailure? {
    // What it said last may still be on its way.
    await drain(kernel)
    guard let place = front else { return nil }
    let what = "the kernel died: \(kernel.text(of: ending))"
    show(what, as: "KernelDied", in: place)
    var failure = failure(RunError(.kernelDied, what, at: name(of: place)), of: place)
    failure.kernelLog = mask.masked(await kernel.lastWords())
    return failure
  }

  /// The failure of the cell whose turn began at `turn`, which the kernel is done with, if it has
  /// not said how it ended.
  mutating func replyIsLost(
    _ turn: ContinuousClock.Instant, _ kernel: RunningKernel
  ) async -> RunFailure? {
    guard turn == queue.turnTime else { return nil }
    // Its last words on another channel may still be on their way.
    await drain(kernel)
    guard turn == queue.turnTime, let place = front else { return nil }
    let what = "the kernel ended the cell and did not say how: its reply is lost"
    show(what, as: "ReplyLost", in: place)
    var failure = failure(RunError(.kernelDied, what, at: name(of: place)), of: place)
    failure.kernelLog = mask.masked(await kernel.lastWords())
    return failure
  }

  func stopped(by signal: Int32) -> RunFailure {
    RunFailure(
      RunError(
        .interrupted, "the run was ended by \(SignalName.of(signal))",
        at: front.map { name(of: $0) } ?? "\(request.input)"), signal: signal)
  }

  /// Leaves in the file why the cell has no proper end.
  private mutating func show(_ what: String, as name: String, in place: RunEvent.CellPlace) {
    collector.showError(
      CellFailure(name: name, value: what, traceback: ["\(name): \(what)"]), in: place.index)
  }

  private func failure(
    _ error: RunError, of place: RunEvent.CellPlace, _ shown: CellFailure? = nil
  ) -> RunFailure {
    var cell = RunFailure.FailedCell(
      place: place, executionCount: collector.executionCount(ofCell: place.index), failure: shown)
    cell.fileLine = preparation.fileLine(ofCell: place.index, line: cell.line ?? 1)
    return RunFailure(error, cell: cell)
  }

  private func name(of place: RunEvent.CellPlace) -> String {
    "\(request.input), cell \(place.index + 1) of \(preparation.notebook.cells.count)"
      + (place.id.map { ", id \"\($0)\"" } ?? "")
  }
}
