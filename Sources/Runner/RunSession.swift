internal import Jupyter
internal import Notebooks
internal import OrderedJSON

/// A run while it has a kernel: one loop that reads one mailbox.
///
///     startKernel → waitForGo → run: ready → cells → saved → kernel ended
struct RunSession {
  let request: RunRequest
  let preparation: RunPreparation
  let teller: AsyncStream<RunEvent>.Continuation
  let mask: SecretMask
  var mailbox: Mailbox
  /// The notebook as far as it has come.
  private(set) var notebook: Notebook
  var queue: RunQueue
  var collector: OutputCollector
  private var saver: NotebookSaver
  private(set) var cells: [CellReport] = []
  private(set) var runs: [CellRun] = []
  /// Whether cells were asked for: before that, the file is to stay as it is.
  private(set) var hasBegun = false
  /// The content of the kernel's `kernel_info_reply`.
  private(set) var information: JSONObject = [:]
  /// The files that the kernel says its cells opened to read.
  private(set) var openedFiles: Set<String> = []
  private var guardian: LimitGuard

  private var kernel: RunningKernel?
  private var startFailure: RunFailure?
  private var startDeadline = ContinuousClock.now
  private var readiness: Result<JSONObject, JupyterError>?
  private var ending: KernelProcess.Ending?
  /// When the kernel was last heard of.
  private var lastSign = ContinuousClock.now
  /// Whether a silent kernel was asked whether it still has the cell, and has not answered.
  private var isAsked = false

  /// How long a cell may take to end after it was interrupted.
  private static let patience = Duration.seconds(5)
  /// How long a cell may say nothing before the kernel is asked whether it still has it.
  private static let quietTime = Duration.seconds(10)

  init(
    _ request: RunRequest, _ preparation: RunPreparation, mailbox: Mailbox,
    teller: AsyncStream<RunEvent>.Continuation
  ) {
    self.request = request
    self.preparation = preparation
    self.teller = teller
    self.mailbox = mailbox
    mask = SecretMask(request.secrets)
    notebook = preparation.notebook
    queue = RunQueue(preparation.runs, at: .now)
    collector = OutputCollector(mask: mask)
    saver = NotebookSaver(request.output, savesMeanwhile: request.savesMeanwhile)
    guardian = LimitGuard(preparation.policy)
  }

  var endedCellCount: Int { queue.endedCount }
  var peakMemory: Int? { guardian.peakMemory }
  /// The cell that runs or is the next to run.
  var front: RunEvent.CellPlace? { queue.front?.place }

  // MARK: Start

  /// Starts the kernel; what becomes of it comes by the mailbox.
  mutating func startKernel(_ number: Int) {
    mailbox.kernel = number
    startDeadline = .now + preparation.policy.startTimeout
    var environment = ["JPY_SESSION_NAME": "\(request.input)"]
    for secret in request.secrets { environment[secret.variable] = secret.value }
    do throws(RunError) {
      let kernel = try RunningKernel(
        preparation.spec, in: preparation.workingDirectory, environment: environment,
        number: number, reportingTo: mailbox.slot)
      kernel.reportReadiness(within: preparation.policy.startTimeout, to: mailbox.slot)
      self.kernel = kernel
    } catch {
      startFailure = RunFailure(error)
    }
  }

  /// What a kernel that was started ahead has waited for.
  enum Gate {
    case open
    case skipped(String)
    case stopped(Int32)
  }

  mutating func waitForGo() async -> Gate {
    while let letter = await mailbox.next(before: nil) {
      switch letter {
      case .go: return .open
      case .skip(let reason): return .skipped(reason)
      case .stop(let signal): return .stopped(signal)
      case .ready(_, let result): readiness = result
      case .kernelEnded(_, let ending): self.ending = ending
      case .kernel, .passed, .alarm: break
      }
    }
    return .skipped("the batch has ended")
  }

  private mutating func waitUntilReady(_ kernel: RunningKernel) async -> RunFailure? {
    let name = "kernel \"\(preparation.spec.name)\""
    while true {
      if let ending {
        return RunFailure(
          RunError(
            .kernelStart, "the kernel ended while it started: \(kernel.text(of: ending))", at: name),
          kernelLog: mask.masked(await kernel.lastWords()))
      }
      switch readiness {
      case .success(let information)?:
        self.information = information
        return nil
      case .failure(let error)? where ![.closed, .timedOut].contains(error.code):
        // The end of the process, which closes the connection, has a letter of its own, and the
        // time has its deadline here.
        return RunFailure(
          RunError(.kernelStart, error.what, at: name),
          kernelLog: mask.masked(await kernel.lastWords()))
      case .failure?, nil: break
      }
      switch await mailbox.next(before: startDeadline) {
      case .ready(_, let result): readiness = result
      case .kernelEnded(_, let ending): self.ending = ending
      case .stop(let signal): return stopped(by: signal)
      case .kernel, .passed, .go, .skip, .alarm: continue
      case nil:
        return RunFailure(
          RunError(
            .kernelStart,
            "the kernel was not ready in \(preparation.policy.startTimeout.secondsText)", at: name,
            mend: "give it longer with --start-timeout"),
          kernelLog: mask.masked(await kernel.lastWords()))
      }
    }
  }

  // MARK: Cells

  /// Runs the cells on the kernel that was started, saves what comes, and ends the kernel,
  /// whatever happens.
  mutating func run() async -> RunFailure? {
    guard let kernel else { return startFailure }
    var failure = await waitUntilReady(kernel)
    if failure == nil {
      failure = await execute(on: kernel)
      collector.takeChanges(into: &notebook)
    }
    let isStuck = [.timedOut, .interrupted].contains(failure?.error.code)
    if failure == nil { await saveBeforeEnd() }
    await kernel.end(isStuck: isStuck, &mailbox)
    return failure
  }

  /// Ends the kernel of a run that is not wanted any more.
  mutating func abandon() async {
    await kernel?.end(isStuck: true, &mailbox)
  }

  /// Saves the notebook's last state: `notebook`, finished by the caller.
  mutating func finish(_ notebook: Notebook) async throws(RunError) {
    try await saver.finish(notebook)
  }

  /// Ending a kernel takes time: what is there by then is on disk.
  private mutating func saveBeforeEnd() async {
    // What cannot be written now is told of when the last state is written.
    try? await saver.save(notebook)
  }

  private mutating func execute(on kernel: RunningKernel) async -> RunFailure? {
    queue = RunQueue(
      preparation.runs, at: .now, pausesAfter: preparation.binding?.afterCell,
      waveLength: preparation.spec.language == "swift" ? RunQueue.longestWave : 1)
    hasBegun = true
    let start = ContinuousClock.now
    lastSign = start
    guardian.begin(process: kernel.process.processID)
    var isBound = preparation.binding == nil
    while queue.front != nil {
      if !isBound, queue.isAtPause, let code = preparation.binding?.code {
        isBound = true
        if let failure = await bind(code, on: kernel) { return failure }
      }
      queue.sent(kernel.client.executeAhead(queue.wave()))
      let limits = deadlines(since: start)
      let saveTime = collector.hasChanges ? saver.nextTime : nil
      let askTime = isAsked ? nil : max(lastSign, queue.turnTime) + Self.quietTime
      let letter = await mailbox.next(
        before: (limits.map(\.time) + [saveTime, guardian.nextLook, askTime].compactMap { $0 })
          .min())
      switch letter {
      case .kernel(_, let event):
        lastSign = .now
        if let failure = receive(masked(event), from: kernel) { return failure }
      case .kernelEnded(_, let ending): return await died(ending, kernel)
      case .stop(let signal):
        let failure = stopped(by: signal)
        await interrupt(kernel)
        return failure
      case .passed(_, let turn):
        isAsked = false
        if let failure = await replyIsLost(turn, kernel) { return failure }
      case nil: if let askTime, askTime <= .now { ask(kernel) }
      case .ready, .go, .skip, .alarm: break
      }
      if let limit = limits.first(where: { $0.time <= .now }), letter == nil {
        return await timedOut(limit.text, kernel)
      }
      if let excess = guardian.look() { return await exceeded(excess, kernel) }
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

  /// The times that end the run, and what is said then.
  private func deadlines(
    since start: ContinuousClock.Instant
  ) -> [(time: ContinuousClock.Instant, text: String)] {
    let policy = preparation.policy
    var result: [(time: ContinuousClock.Instant, text: String)] = []
    if let limit = queue.front?.timeout ?? policy.cellTimeout {
      result.append((queue.turnTime + limit, "the cell did not end in \(limit.secondsText)"))
    }
    if let limit = policy.notebookTimeout {
      result.append((start + limit, "the notebook did not end in \(limit.secondsText)"))
    }
    if let limit = queue.front?.silenceTimeout ?? policy.silenceTimeout {
      result.append(
        (max(lastSign, queue.turnTime) + limit, "the cell said nothing for \(limit.secondsText)"))
    }
    return result
  }

  private func masked(_ event: KernelClient.ExecutionEvent) -> KernelClient.ExecutionEvent {
    if mask.isEmpty { return event }
    func masked(_ message: Message) -> Message {
      var message = message
      message.content = mask.masked(message.content)
      return message
    }
    return switch event {
    case .iopub(let message): .iopub(masked(message))
    case .input(let message): .input(masked(message))
    case .reply(let message): .reply(masked(message))
    }
  }

  /// Takes in what the kernel says; returns a failure if it ends the run.
  private mutating func receive(
    _ event: KernelClient.ExecutionEvent, from kernel: RunningKernel
  ) -> RunFailure? {
    switch event {
    case .iopub(let message):
      // What is only brought back keeps the outputs that it has.
      if let place = queue.place(of: message), place.number > preparation.keptCount {
        collector.receive(message, cell: place.index)
        if request.tellsOutput { tell(message, of: place) }
      }
    case .input(let message):
      // It was told that nobody answers; a kernel that asks all the same must not wait for ever.
      kernel.client.sendInput("", to: message)
      let cell = queue.place(of: message).map { "cell \($0.index + 1)" } ?? "a cell"
      teller.yield(.warning("\(cell) asked for input and was given an empty line"))
    case .reply(let message):
      let opened = message.metadata["apus"]?["opened_files"]?.array ?? []
      openedFiles.formUnion(opened.compactMap(\.string))
    }
    var failure: RunFailure?
    for step in queue.receive(event, at: .now) {
      switch step {
      case .started(let place): teller.yield(.cellStarted(place))
      case .repeated(let run, let outcome):
        collector.forget(cell: run.place.index)
        teller.yield(.cellRepeated(run.place, outcome))
      case .finished(let run, let outcome, let duration):
        runs.append(run)
        saver.cellHasEnded()
        cells.append(report(of: run, outcome, duration))
        teller.yield(.cellFinished(run.place, outcome, duration))
        if run.endsTheRun { failure = failed(run, outcome) }
      }
    }
    return failure
  }

  private func report(
    of run: CellRun, _ outcome: CellOutcome, _ duration: Duration
  ) -> CellReport {
    CellReport(
      index: run.place.index, id: run.place.id, firstLine: String(run.place.firstLine.prefix(80)),
      // Finding a line reads the file from its start: it is left to those who report failures.
      fileLine: nil, outcome: outcome, toleratesErrors: run.expectation.toleratesErrors,
      attempts: run.attempts, duration: duration)
  }

  private func tell(_ message: Message, of place: RunEvent.CellPlace) {
    switch message.type {
    case .stream:
      guard let text = message.content["text"]?.string else { return }
      let name = message.content["name"]?.string ?? "stdout"
      teller.yield(.printed(place, stream: name, text: text))
    case .displayData, .executeResult:
      guard let text = message.content["data"]?["text/plain"]?.string else { return }
      teller.yield(.printed(place, stream: "stdout", text: text + "\n"))
    case .error:
      let lines = message.content["traceback"]?.array?.compactMap(\.string) ?? []
      teller.yield(
        .printed(place, stream: "stderr", text: lines.joined(separator: "\n") + "\n"))
    default: break
    }
  }

  /// Runs code that is no cell and leaves no trace.
  private mutating func bind(_ code: String, on kernel: RunningKernel) async -> RunFailure? {
    let content = ExecuteContent(code: code, isSilent: true, storesHistory: false)
    let ids = kernel.client.executeAhead([content])
    let limit = ContinuousClock.now + preparation.policy.startTimeout
    var hasReply = false
    var isIdle = false
    while !(hasReply && isIdle) {
      switch await mailbox.next(before: limit) {
      case .kernel(_, .reply(let message)) where ids.contains(message.parent.id):
        hasReply = true
        guard message.content["status"]?.string != "ok" else { continue }
        let what = message.content["evalue"]?.string ?? "the kernel did not say why"
        return RunFailure(
          RunError(
            .kernelStart, "the secrets could not be bound: \(mask.masked(what))",
            at: "\(request.input)"))
      case .kernel(_, .iopub(let message)) where ids.contains(message.parent.id):
        if message.content["execution_state"]?.string == "idle" { isIdle = true }
      case .kernel(_, let event):
        // Late output of the cells before.
        if let failure = receive(masked(event), from: kernel) { return failure }
      case .kernelEnded(_, let ending): return await died(ending, kernel)
      case .stop(let signal): return stopped(by: signal)
      case nil:
        return RunFailure(
          RunError(.kernelStart, "the secrets could not be bound in time", at: "\(request.input)"))
      case .ready, .passed, .go, .skip, .alarm: continue
      }
    }
    return nil
  }

  /// Asks for an empty execution behind the running cell: when that is answered, the cell is over,
  /// whether or not its own reply came. Kernels lose a reply when they cannot send what belongs to
  /// it, and nobody would ever know.
  private mutating func ask(_ kernel: RunningKernel) {
    isAsked = true
    let content = ExecuteContent(code: "", isSilent: true, storesHistory: false)
    Task { [slot = mailbox.slot, turn = queue.turnTime] in
      // Only a closed connection is an error here; then nobody waits for the answer.
      guard (try? await kernel.client.request(.executeRequest, content: content.json)) != nil
      else { return }
      slot.yield(.passed(kernel: kernel.number, turn: turn))
    }
  }

  /// Interrupts the running cell and takes in what it still says, for a while.
  mutating func interrupt(_ kernel: RunningKernel) async {
    kernel.interrupt(patience: Self.patience)
    let deadline = ContinuousClock.now + Self.patience
    let ended = queue.endedCount
    while queue.endedCount == ended, let letter = await mailbox.next(before: deadline) {
      switch letter {
      case .kernel(_, let event): _ = receive(masked(event), from: kernel)
      case .kernelEnded, .stop: return
      case .ready, .passed, .go, .skip, .alarm: break
      }
    }
  }

  /// Takes in what a kernel that has died had still sent.
  mutating func drain(_ kernel: RunningKernel) async {
    let limit = ContinuousClock.now + .seconds(2)
    while let letter = await mailbox.next(before: min(limit, .now + .milliseconds(200))) {
      if case .kernel(_, let event) = letter { _ = receive(masked(event), from: kernel) }
    }
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
