internal import ArgumentParser
internal import Glibc
internal import Jupyter
internal import Notebooks
internal import OrderedJSON
internal import Runner

/// Runs a plan and tells everybody: the terminal, the log, the files of reports, GitHub.
final class ReportOutput {
  private let options: ReportOptions
  private let isQuiet: Bool
  private let plan: RunPlan?
  private var fence: (begin: String, end: String)?
  private let isOnGitHub = GitHubReport.workspace != nil

  init(_ options: ReportOptions, isQuiet: Bool, plan: RunPlan?) throws {
    self.options = options
    self.isQuiet = isQuiet
    self.plan = plan
  }

  /// Shows why nothing ran.
  func show(_ error: RunError) {
    openFence()
    StandardStream.error.write("error: \(error)\n")
    closeFence()
  }

  /// Runs everything; throws the exit code where something failed.
  func run(_ plan: RunPlan) async throws {
    let events = try options.events.map { try EventLog($0) }
    let log = DurationLog()
    let expected = plan.requests.map { log.duration(of: $0) }
    let batch = BatchRun(
      plan.requests, jobs: plan.jobs, failsFast: plan.failsFast, expected: expected)
    try ProcessWatch.onSignals([SIGINT, SIGTERM, SIGHUP]) { batch.stop(bySignal: $0) }
    openFence()
    async let result = batch.run()
    let view: any BatchWatcher =
      plan.requests.count == 1
      ? RunProgressView(
        isQuiet: isQuiet,
        keepsStandardOutput: plan.takesStandardOutput || events?.isStandard == true,
        logsOutput: options.logOutput)
      : BatchView(
        plan.requests, expected: expected, isQuiet: isQuiet,
        keepsStandardOutput: events?.isStandard == true, logsOutput: options.logOutput)
    await view.follow(batch.events, copyingTo: events, requests: plan.requests)
    let reports = await result
    view.finish(reports)
    DurationLog.note(reports)
    if reports.contains(where: { $0.origin == .ran }) { ResultCache.prune() }
    closeFence()
    let isWritten = await writeReports(reports)
    if let code = Self.exitCode(for: reports) ?? (isWritten ? nil : 2) { throw ExitCode(code) }
  }

  /// One code for all: that of the failures where they are of one kind.
  static func exitCode(for reports: [RunReport]) -> Int32? {
    if let signal = reports.compactMap({ $0.failure?.signal }).first { return 128 + signal }
    let codes = Set(reports.compactMap { $0.failure?.error.code.exitCode })
    if codes.count > 1 { return 1 }
    return codes.first
  }

  /// What notebooks and their kernels print must not be taken for workflow commands.
  private func openFence() {
    guard isOnGitHub, fence == nil else { return }
    let new = GitHubReport.fence()
    StandardStream.output.write(new.begin)
    fence = new
  }

  private func closeFence() {
    if let fence { StandardStream.output.write(fence.end) }
    fence = nil
  }

  private func writeReports(_ reports: [RunReport]) async -> Bool {
    var isWritten = true
    for target in options.report where target.kind != .github {
      let text: String =
        switch target.kind {
        case .junit: JUnitReport.text(of: reports)
        case .html: HTMLReport.page(of: reports)
        case .summary: SummaryReport.text(of: reports)
        case .json, .github: JSONWriter(indent: 2).text(of: JSONReport.json(of: reports)) + "\n"
        }
      do throws(RunError) {
        try await Storage.prepare(toWrite: target.path)
        try await Storage.write(Array(text.utf8), to: target.path)
      } catch {
        StandardStream.error.write("error: \(error)\n")
        isWritten = false
      }
    }
    if isOnGitHub || options.report.contains(where: { $0.kind == .github }) {
      StandardStream.output.write(
        GitHubReport.annotations(of: reports, workspace: GitHubReport.workspace))
    }
    if let path = GitHubReport.summaryPath, isOnGitHub {
      do throws(RunError) {
        try await Storage.append(Array(SummaryReport.text(of: reports).utf8), to: path)
      } catch {
        StandardStream.error.write("error: \(error)\n")
        isWritten = false
      }
    }
    return isWritten
  }
}

/// Who shows how a batch goes.
protocol BatchWatcher {
  func follow(
    _ events: AsyncStream<BatchRun.Event>, copyingTo log: EventLog?, requests: [RunRequest]
  ) async
  func finish(_ reports: [RunReport])
}

extension AsyncStream<BatchRun.Event> {
  /// The events with a `nil` four times a second between them where `ticks`, so that what shows them
  /// can move its clocks on.
  func withTicks(_ ticks: Bool) -> AsyncStream<BatchRun.Event?> {
    let (merged, slot) = AsyncStream<BatchRun.Event?>.makeStream()
    let ticking = Task {
      while ticks {
        // A cancelled sleep is the end of the events.
        do { try await Task.sleep(for: .milliseconds(250)) } catch { return }
        slot.yield(nil)
      }
    }
    Task {
      for await event in self { slot.yield(event) }
      ticking.cancel()
      slot.finish()
    }
    return merged
  }
}
