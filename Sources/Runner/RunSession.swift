internal import Jupyter
internal import Notebooks
internal import OrderedJSON

/// A run while it has a kernel: one loop that reads one mailbox.
struct RunSession {
  private let request: RunRequest
  private let preparation: RunPreparation
  private let teller: AsyncStream<RunEvent>.Continuation
  private var mailbox: Mailbox
  private var notebook: Notebook
  private var queue: RunQueue
  private var collector = OutputCollector()
  private var saver: NotebookSaver

  /// How long a cell may take to end after it was interrupted.
  private static let patience = Duration.seconds(5)

  init(
    _ request: RunRequest, _ preparation: RunPreparation, mailbox: Mailbox,
    teller: AsyncStream<RunEvent>.Continuation
  ) {
    self.request = request
    self.preparation = preparation
    self.teller = teller
    self.mailbox = mailbox
    notebook = preparation.notebook
    queue = RunQueue(preparation.runs, at: .now)
    saver = NotebookSaver(request.output)
  }

  var endedCellCount: Int { queue.endedCount }

  /// Starts the kernel, runs the cells, saves, and ends the kernel, whatever happens.
  mutating func run() async -> RunFailure? {
    defer { mailbox.close() }
    let kernel: RunningKernel
    do throws(RunError) {
      kernel = try RunningKernel(
        preparation.spec, in: preparation.workingDirectory, session: "\(request.input)",
        reportingTo: mailbox.slot)
    } catch {
      return RunFailure(error)
    }
    var failure = await waitUntilReady(kernel)
    if failure == nil {
      failure = await execute(on: kernel)
      do throws(RunError) {
        collector.takeChanges(into: &notebook)
        try await saver.finish(notebook)
      } catch {
        failure = failure ?? RunFailure(error)
      }
    }
    let isStuck = [.timedOut, .interrupted].contains(failure?.error.code)
    await kernel.end(isStuck: isStuck, &mailbox)
    return failure
  }

  // MARK: Start

  private mutating func waitUntilReady(_ kernel: RunningKernel) async -> RunFailure? {
    kernel.reportReadiness(within: request.startTimeout, to: mailbox.slot)
    let name = "kernel \"\(preparation.spec.name)\""
    let deadline = ContinuousClock.now + request.startTimeout
    while let letter = await mailbox.next(before: deadline) {
      switch letter {
      case .ready(.success): return nil
      case .ready(.failure(let error)):
        // The end of the process, which closes the connection, has a letter of its own, and the
        // time has its deadline here.
        if [.closed, .timedOut].contains(error.code) { continue }
        return RunFailure(
          RunError(.kernelStart, error.what, at: name), kernelLog: await kernel.lastWords())
      case .kernelEnded(let ending):
        return RunFailure(
          RunError(.kernelStart, "the kernel ended while it started: \(ending.text)", at: name),
          kernelLog: await kernel.lastWords())
      case .stop(let signal): return stopped(by: signal)
      case .kernel, .alarm: continue
      }
    }
    return RunFailure(
      RunError(
        .kernelStart, "the kernel was not ready in \(request.startTimeout.secondsText)", at: name,
        mend: "give it longer with --start-timeout"),
      kernelLog: await kernel.lastWords())
  }

  // MARK: Cells

  private mutating func execute(on kernel: RunningKernel) async -> RunFailure? {
    queue = RunQueue(preparation.runs, at: .now)
    while queue.front != nil {
      queue.sent(kernel.client.executeAhead(queue.wave()))
      let cellDeadline = request.cellTimeout.map { queue.turnTime + $0 }
      let saveTime = collector.hasChanges ? saver.nextTime : nil
      let letter = await mailbox.next(before: [cellDeadline, saveTime].compactMap { $0 }.min())
      switch letter {
      case .kernel(let event):
        if let failure = receive(event, from: kernel) { return failure }
      case .kernelEnded(let ending): return await died(ending, kernel)
      case .stop(let signal):
        let failure = stopped(by: signal)
        await interrupt(kernel)
        return failure
      case nil:
        if let cellDeadline, cellDeadline <= .now { return await timedOut(kernel) }
      case .ready, .alarm: break
      }
      if collector.hasChanges, let time = saver.nextTime, time <= .now {
        do throws(RunError) {
          collector.takeChanges(into: &notebook)
          try await saver.save(notebook)
        } catch {
          await interrupt(kernel)
          return RunFailure(error)
        }
      }
    }
    return nil
  }

  /// Takes in what the kernel says; returns a failure if it ends the run.
  private mutating func receive(
    _ event: KernelClient.ExecutionEvent, from kernel: RunningKernel
  ) -> RunFailure? {
    switch event {
    case .iopub(let message):
      if let place = queue.place(of: message) { collector.receive(message, cell: place.index) }
    case .input(let message):
      // It was told that nobody answers; a kernel that asks all the same must not wait for ever.
      kernel.client.sendInput("", to: message)
      teller.yield(.warning("a cell asked for input and was given an empty line"))
    case .reply: break
    }
    var failure: RunFailure?
    for step in queue.receive(event, at: .now) {
      switch step {
      case .started(let place): teller.yield(.cellStarted(place))
      case .finished(let run, let outcome, let duration):
        teller.yield(.cellFinished(run.place, outcome, duration))
        if run.endsTheRun { failure = failed(run.place, outcome) }
      }
    }
    return failure
  }

  /// Interrupts the running cell and takes in what it still says, for a while.
  private mutating func interrupt(_ kernel: RunningKernel) async {
    kernel.interrupt(patience: Self.patience)
    let deadline = ContinuousClock.now + Self.patience
    let ended = queue.endedCount
    while queue.endedCount == ended, let letter = await mailbox.next(before: deadline) {
      switch letter {
      case .kernel(let event): _ = receive(event, from: kernel)
      case .kernelEnded, .stop: return
      case .ready, .alarm: break
      }
    }
  }

  // MARK: Failures

  private func failed(_ place: RunEvent.CellPlace, _ outcome: CellOutcome) -> RunFailure {
    switch outcome {
    case .failed(let failure):
      // The traceback on iopub is the one that frontends show; some kernels reply without one.
      let shown = collector.failure(ofCell: place.index) ?? failure
      let what = shown.value.isEmpty ? shown.name : "\(shown.name): \(shown.value)"
      return RunFailure(
        RunError(.cellFailed, ANSICodes.removed(from: what), at: name(of: place)),
        cell: .init(
          place: place, executionCount: collector.executionCount(ofCell: place.index),
          failure: shown))
    case .aborted, .ok:
      return RunFailure(
        RunError(.cellFailed, "the kernel did not run the cell", at: name(of: place)),
        cell: .init(place: place))
    }
  }

  private mutating func timedOut(_ kernel: RunningKernel) async -> RunFailure? {
    guard let place = queue.front?.place, let limit = request.cellTimeout else { return nil }
    await interrupt(kernel)
    let what = "the cell did not end in \(limit.secondsText)"
    show(what, as: "CellTimeout", in: place)
    return RunFailure(
      RunError(.timedOut, what, at: name(of: place), mend: "give it longer with --timeout"),
      cell: .init(
        place: place, executionCount: collector.executionCount(ofCell: place.index),
        failure: collector.failure(ofCell: place.index)))
  }

  private mutating func died(
    _ ending: KernelProcess.Ending, _ kernel: RunningKernel
  ) async -> RunFailure? {
    // What it said last may still be on its way.
    let limit = ContinuousClock.now + .seconds(2)
    while let letter = await mailbox.next(before: min(limit, .now + .milliseconds(200))) {
      if case .kernel(let event) = letter { _ = receive(event, from: kernel) }
    }
    guard let place = queue.front?.place else { return nil }
    let what = "the kernel died: \(ending.text)"
    show(what, as: "KernelDied", in: place)
    return RunFailure(
      RunError(.kernelDied, what, at: name(of: place)), cell: .init(place: place),
      kernelLog: await kernel.lastWords())
  }

  private func stopped(by signal: Int32) -> RunFailure {
    let place = queue.front?.place
    return RunFailure(
      RunError(
        .interrupted, "the run was ended by \(SignalName.of(signal))",
        at: place.map { name(of: $0) } ?? "\(request.input)"), signal: signal)
  }

  /// Leaves in the file why the cell has no proper end.
  private mutating func show(_ what: String, as name: String, in place: RunEvent.CellPlace) {
    collector.showError(
      CellFailure(name: name, value: what, traceback: ["\(name): \(what)"]), in: place.index)
  }

  private func name(of place: RunEvent.CellPlace) -> String {
    "\(request.input), cell \(place.index + 1) of \(notebook.cells.count)"
      + (place.id.map { ", id \"\($0)\"" } ?? "")
  }
}

extension Duration {
  /// The duration in seconds, as people write it.
  package var secondsText: String {
    let milliseconds = Int((self / .milliseconds(1)).rounded())
    let (seconds, rest) = milliseconds.quotientAndRemainder(dividingBy: 1000)
    if rest == 0 { return "\(seconds) s" }
    let digits = String(rest)
    let fraction = String(repeating: "0", count: 3 - digits.count) + digits
    return "\(seconds).\(seconds >= 10 ? fraction.prefix(1) : fraction.prefix(2)) s"
  }
}
