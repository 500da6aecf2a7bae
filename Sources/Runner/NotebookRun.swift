// The room Runner: notebooks run without a frontend.
//
//   RunRequest, RunEvent, Report/RunReport    what is asked, what happens, what came of it
//   NotebookRun         one run: prepares, starts the kernel, runs the cells, saves, ends the kernel
//   RunPreparation      everything before the kernel: file, kernelspec, parameters
//   RunSession          everything with it: one loop over one Mailbox
//   Cells/              which cells are asked for, how each ended, what it showed; pure
//   Policy/             timeouts, retries, limits and what is expected of cells; pure
//   Kernel/             the kernel's process and what it takes
//   Parameters/         values, YAML, secrets, and the languages that they are written in
//   Batch/              many runs: which notebooks, in which order, how many at a time
//   Cache/, Compare/    outputs taken over from an earlier run, and outputs held against others
//   Report/             JUnit, GitHub, HTML, JSON
//   Storage, NotebookSaver    files, written whole beside their place and renamed
//
// Every kernel is driven over ZeroMQ, ours too. Nothing here prints or ends the program.

internal import Glibc
internal import Jupyter
internal import Notebooks
internal import OrderedJSON

/// One run of one notebook.
package final class NotebookRun: Sendable {
  private let request: RunRequest
  private let waits: Bool
  private let letters: AsyncStream<Mailbox.Letter>
  private let slot: AsyncStream<Mailbox.Letter>.Continuation
  private let teller: AsyncStream<RunEvent>.Continuation
  /// What happens, until the run is over.
  package let events: AsyncStream<RunEvent>

  /// - Parameter waits: whether the run starts its kernel and then waits for `go`.
  package init(_ request: RunRequest, waits: Bool = false) {
    self.request = request
    self.waits = waits
    (letters, slot) = AsyncStream.makeStream(of: Mailbox.Letter.self)
    (events, teller) = AsyncStream.makeStream(of: RunEvent.self)
    if !waits { slot.yield(.go) }
  }

  /// Tells the run that our process was sent `signal`: the running cell is interrupted, the
  /// notebook saved and the kernel ended. A second signal leaves the kernel no time.
  package func stop(bySignal signal: Int32) { slot.yield(.stop(signal)) }

  /// Lets a run that waits begin with its cells.
  package func go() { slot.yield(.go) }

  /// Tells a run that waits that it is not wanted any more.
  package func skip(_ reason: String) { slot.yield(.skip(reason)) }

  /// Runs the notebook. Call it once.
  package func run() async -> RunReport {
    var report = RunReport(request)
    do throws(RunError) {
      try await run(into: &report)
    } catch {
      report.failure = RunFailure(error)
    }
    teller.finish()
    return report
  }

  private func run(into report: inout RunReport) async throws(RunError) {
    let prepared = try await RunPreparation.prepare(request)
    for warning in prepared.warnings { teller.yield(.warning(warning)) }
    report.warnings = prepared.warnings
    report.kernel = prepared.spec.displayName
    report.cellCount = prepared.runs.count
    if request.onlyPrepares { return try await writePrepared(prepared) }

    var mailbox = Mailbox(letters, slot: slot)
    defer { mailbox.close() }
    let key = try await ResultCache.key(of: request, prepared)
    let cached = key.flatMap { ResultCache.outputs(for: $0, cellCount: prepared.runs.count) }
    var session = RunSession(request, prepared, mailbox: mailbox, teller: teller)
    if cached == nil { session.startKernel(1) }
    switch await session.waitForGo() {
    case .open: break
    case .skipped(let reason):
      report.origin = .skipped(reason)
      return await session.abandon()
    case .stopped(let signal):
      report.failure = session.stopped(by: signal)
      return await session.abandon()
    }
    let start = ContinuousClock.now
    report.startTime = Self.secondsSince1970()
    if let cached {
      try await takeOver(cached, prepared, &session, &report)
      report.duration = .now - start
      return
    }
    teller.yield(.starting(kernel: report.kernel, cells: prepared.runs.count))
    let startDate = Header.now()
    while true {
      report.failure = await session.run()
      mailbox = session.mailbox
      let policy = prepared.policy
      guard let failure = report.failure, report.attempts <= policy.retries,
        failure.error.code.isWorthRetrying
      else { break }
      let delay = policy.delay(beforeRetry: report.attempts)
      teller.yield(.retrying(report.attempts, of: policy.retries, after: delay, failure.error))
      if let signal = await Self.pause(delay, &mailbox) {
        report.failure = session.stopped(by: signal)
        break
      }
      report.attempts += 1
      session = RunSession(request, prepared, mailbox: mailbox, teller: teller)
      session.startKernel(report.attempts)
    }
    report.endedCellCount = session.endedCellCount
    report.cells = session.cells
    report.peakMemory = session.peakMemory
    report.duration = .now - start
    try await finish(session, prepared, key, startDate, &report)
    mailbox = session.mailbox
  }

  /// Compares, keeps and writes what a session has left.
  private func finish(
    _ session: RunSession, _ prepared: RunPreparation, _ key: ResultCache.Key?,
    _ startDate: String, _ report: inout RunReport
  ) async throws(RunError) {
    var session = session
    // A run that never began leaves the file as it was.
    guard session.hasBegun, report.failure?.error.code != .kernelStart else { return }
    if report.failure == nil {
      if request.runsTwice { try await runAgain(session, &report) }
      try compare(session.notebook, with: prepared.original, prepared, &report)
      if let key {
        ResultCache.store(
          session.notebook, prepared.runs, opened: session.openedFiles, for: key)
      }
    }
    var notebook = session.notebook
    if request.comparison?.updates == true { keepEqualOutputs(in: &notebook, prepared, report) }
    MetadataStamp(
      style: request.stamp, start: startDate, end: Header.now(), duration: report.duration,
      runs: session.runs, failedIndex: report.failure?.cell?.place.index,
      hasFailed: report.failure != nil, languageInfo: session.information["language_info"]
    ).apply(to: &notebook)
    do throws(RunError) {
      try await session.finish(notebook)
      try await writeStreams(of: notebook, prepared)
    } catch {
      if report.failure == nil { throw error }
    }
  }

  /// Writes what the cells printed to the files that were asked for.
  private func writeStreams(
    of notebook: Notebook, _ prepared: RunPreparation
  ) async throws(RunError) {
    let files = request.streamFiles
    for (name, path) in [("stdout", files.output), ("stderr", files.error)] {
      guard let path else { continue }
      var text = ""
      for cell in notebook.cells {
        for case .stream(name, let piece) in cell.outputs { text += piece }
      }
      try await Storage.prepare(toWrite: path)
      try await Storage.write(Array(text.utf8), to: path)
    }
  }

  private func compare(
    _ notebook: Notebook, with original: Notebook, _ prepared: RunPreparation,
    _ report: inout RunReport
  ) throws(RunError) {
    guard let comparison = request.comparison else { return }
    for run in prepared.runs {
      let cell = notebook.cells[run.place.index]
      guard let stored = original.cell(standingFor: cell) else { continue }
      let found = comparison.differences(
        between: stored, and: cell.outputs, of: cell, index: run.place.index)
      for var difference in found {
        difference.fileLine = prepared.fileLine(ofCell: run.place.index)
        report.differences.append(difference)
      }
    }
    report.failure = report.failure ?? self.failure(for: report.differences)
  }

  /// Outputs that are equal as far as was asked stay as they are stored: only the others are renewed.
  private func keepEqualOutputs(
    in notebook: inout Notebook, _ prepared: RunPreparation, _ report: RunReport
  ) {
    let changed = Set(report.differences.map(\.cellIndex))
    for run in prepared.runs where !changed.contains(run.place.index) {
      let index = run.place.index
      guard let stored = prepared.original.cell(standingFor: notebook.cells[index]) else {
        continue
      }
      notebook.cells[index].outputs = stored
    }
  }

  private func failure(for differences: [OutputDifference]) -> RunFailure? {
    guard let first = differences.first, request.comparison?.updates != true else { return nil }
    let count = Set(differences.map(\.cellIndex)).count
    let rest = count == 1 ? "" : "; \(count) cells differ"
    return RunFailure(
      RunError(
        .outputDiffers, "\(first.what)\(rest)",
        at: "\(request.input), cell \(first.cellIndex + 1)",
        mend: request.runsTwice ? nil : "renew the stored outputs with --update"))
  }

  /// Runs the notebook once more and holds its outputs against those of `session`.
  private func runAgain(_ session: RunSession, _ report: inout RunReport) async throws(RunError) {
    var again = request
    again.output = nil
    again.runsTwice = false
    again.comparison = nil
    again.cacheUse = .off
    let second = NotebookRun(again)
    let (outputs, failure) = try await second.outputsOnly(kernel: 1)
    if let failure {
      report.failure = failure
      return
    }
    let comparison = request.twiceComparison
    for run in session.runs {
      let cell = session.notebook.cells[run.place.index]
      report.differences += comparison.differences(
        between: cell.outputs, and: outputs[run.place.index] ?? [], of: cell,
        index: run.place.index)
    }
    report.failure = self.failure(for: report.differences)
  }

  /// Runs all cells and gives what each showed.
  private func outputsOnly(
    kernel: Int
  ) async throws(RunError) -> (outputs: [Int: [Output]], failure: RunFailure?) {
    let prepared = try await RunPreparation.prepare(request)
    var mailbox = Mailbox(letters, slot: slot)
    defer { mailbox.close() }
    var session = RunSession(request, prepared, mailbox: mailbox, teller: teller)
    session.startKernel(kernel)
    let failure = await session.run()
    mailbox = session.mailbox
    let pairs = prepared.runs.map {
      ($0.place.index, session.notebook.cells[$0.place.index].outputs)
    }
    return (Dictionary(uniqueKeysWithValues: pairs), failure)
  }

  /// Writes the outputs of an earlier run of the same.
  private func takeOver(
    _ cached: [ResultCache.CellResult], _ prepared: RunPreparation, _ session: inout RunSession,
    _ report: inout RunReport
  ) async throws(RunError) {
    report.origin = .cached
    var notebook = prepared.notebook
    for (run, result) in zip(prepared.runs, cached) {
      notebook.cells[run.place.index].outputs = result.outputs
      notebook.cells[run.place.index].executionCount = result.executionCount
      report.cells.append(
        CellReport(
          index: run.place.index, id: run.place.id,
          firstLine: String(run.place.firstLine.prefix(80)), fileLine: nil, outcome: .ok,
          toleratesErrors: run.expectation.toleratesErrors, duration: .zero))
    }
    report.endedCellCount = report.cells.count
    try compare(notebook, with: prepared.original, prepared, &report)
    try await session.finish(notebook)
  }

  private func writePrepared(_ prepared: RunPreparation) async throws(RunError) {
    var notebook = prepared.notebook
    let now = Header.now()
    MetadataStamp(
      style: request.stamp, start: now, end: now, duration: .zero, runs: [], hasFailed: false,
      onlyPrepares: true
    ).apply(to: &notebook)
    var saver = NotebookSaver(request.output)
    try await saver.finish(notebook)
  }

  /// Waits; gives the signal that ended the waiting, if one did.
  private static func pause(_ delay: Duration, _ mailbox: inout Mailbox) async -> Int32? {
    let deadline = ContinuousClock.now + delay
    while let letter = await mailbox.next(before: deadline) {
      if case .stop(let signal) = letter { return signal }
    }
    return nil
  }

  private static func secondsSince1970() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}

extension RunError.Code {
  /// Whether another attempt may end otherwise.
  var isWorthRetrying: Bool {
    switch self {
    case .cellFailed, .timedOut, .kernelDied, .kernelStart: true
    case .usage, .invalidNotebook, .fileAccess, .outputDiffers, .interrupted: false
    }
  }
}
