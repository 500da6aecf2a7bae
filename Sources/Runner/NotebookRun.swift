// The room Runner: notebooks run without a frontend.
//
//   RunRequest, RunEvent, Report/RunReport    what is asked, what happens, what came of it
//   NotebookRun         one run: prepares, starts the kernel, runs the cells, saves, ends the kernel
//   RunPreparation      everything before the kernel: file, kernelspec, parameters
//   RunSession          everything with it: one loop over one Mailbox
//   RunQueue, CellRun   which cells are asked for, and how each ended; pure
//   OutputCollector     iopub messages → outputs; pure
//   Parameters/         values, YAML, and the languages that they are written in; pure
//   Storage, NotebookSaver    files, written whole beside their place and renamed
//
// Every kernel is driven over ZeroMQ, ours too. Nothing here prints or ends the program.

internal import Jupyter

/// One run of one notebook.
package final class NotebookRun: Sendable {
  private let request: RunRequest
  private let letters: AsyncStream<Mailbox.Letter>
  private let slot: AsyncStream<Mailbox.Letter>.Continuation
  private let teller: AsyncStream<RunEvent>.Continuation
  /// What happens, until the run is over.
  package let events: AsyncStream<RunEvent>

  package init(_ request: RunRequest) {
    self.request = request
    (letters, slot) = AsyncStream.makeStream(of: Mailbox.Letter.self)
    (events, teller) = AsyncStream.makeStream(of: RunEvent.self)
  }

  /// Tells the run that our process was sent `signal`: the running cell is interrupted, the
  /// notebook saved and the kernel ended. A second signal leaves the kernel no time.
  package func stop(bySignal signal: Int32) { slot.yield(.stop(signal)) }

  /// Runs the notebook. Call it once.
  package func run() async -> RunReport {
    let start = ContinuousClock.now
    var report = RunReport(input: request.input, output: request.output)
    do throws(RunError) {
      let prepared = try await RunPreparation.prepare(request)
      for warning in prepared.warnings { teller.yield(.warning(warning)) }
      report.cellCount = prepared.runs.count
      let kernel = prepared.spec.displayName
      teller.yield(.starting(kernel: kernel, cells: prepared.runs.count))
      var session = RunSession(
        request, prepared, mailbox: Mailbox(letters, slot: slot), teller: teller)
      report.failure = await session.run()
      report.endedCellCount = session.endedCellCount
    } catch {
      report.failure = RunFailure(error)
    }
    report.duration = .now - start
    teller.finish()
    return report
  }
}
