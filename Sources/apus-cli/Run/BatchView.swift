internal import FoundationEssentials
internal import Notebooks
internal import Runner

/// Shows how a batch goes: on a terminal a line for each notebook that runs, in a log a line for
/// each that begins or ends.
final class BatchView: BatchWatcher {
  private struct Running {
    var start = ContinuousClock.now
    var cells = 0
    var place: RunEvent.CellPlace?
  }

  private let requests: [RunRequest]
  private let expected: [Duration?]
  private let isQuiet: Bool
  private let logsOutput: Bool
  private let isTerminal: Bool
  private let isColored: Bool
  private let summaryStream: StandardStream
  private var running: [Int: Running] = [:]
  private var endedCount = 0
  private var liveLineCount = 0
  private var unfinished: [Int: String] = [:]
  private let start = ContinuousClock.now

  init(
    _ requests: [RunRequest], expected: [Duration?], isQuiet: Bool, keepsStandardOutput: Bool,
    logsOutput: Bool
  ) {
    self.requests = requests
    self.expected = expected
    self.isQuiet = isQuiet
    self.logsOutput = logsOutput
    let environment = ProcessInfo.processInfo.environment
    isTerminal = StandardStream.error.isTerminal && environment["TERM"] != "dumb"
    isColored = isTerminal && (environment["NO_COLOR"] ?? "").isEmpty
    summaryStream = keepsStandardOutput ? .error : .output
  }

  func follow(
    _ events: AsyncStream<BatchRun.Event>, copyingTo log: EventLog?, requests: [RunRequest]
  ) async {
    let ticks = isTerminal && !isQuiet
    for await event in events.withTicks(ticks) {
      if let event {
        log?.note(event, requests)
        take(event)
      } else {
        redraw()
      }
    }
    eraseLive()
  }

  private func take(_ event: BatchRun.Event) {
    switch event {
    case .begun(let index):
      running[index] = Running()
      if !isQuiet && !isTerminal { say("start \(requests[index].name)") }
    case .run(let index, let event): take(event, of: index)
    case .ended(let index, let report):
      running[index] = nil
      endedCount += 1
      flush(index)
      for warning in report.warnings { say("warning: \(report.name): \(warning)") }
      if report.isSkipped {
        if !isQuiet { say("\(count) \(report.name): skipped") }
        return
      }
      if let failure = report.failure {
        say("error: " + FailureText.text(of: failure, isColored: isColored).trimmingNewlines)
      }
      if !isQuiet { say("\(count) " + RunLine.text(of: report)) }
    }
  }

  private func take(_ event: RunEvent, of index: Int) {
    switch event {
    case .starting(_, let cells): running[index]?.cells = cells
    case .cellStarted(let place): running[index]?.place = place
    case .retrying(let number, let count, let delay, let error):
      say(
        "warning: \(requests[index].name): \(error.what); retry \(number) of \(count) in "
          + delay.secondsText)
    case .printed(_, _, let text): if logsOutput { log(text, of: index) }
    case .cellRepeated(let place, _):
      say("warning: \(requests[index].name): cell \(place.index + 1) failed and is run again")
    case .warning, .cellFinished: break
    }
  }

  /// Whole lines only, so that those of two notebooks do not mix.
  private func log(_ text: String, of index: Int) {
    var lines = ((unfinished[index] ?? "") + text).split(
      omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    unfinished[index] = lines.popLast().map(String.init)
    for line in lines { say("\(requests[index].name) | \(line)") }
  }

  private func flush(_ index: Int) {
    if let rest = unfinished.removeValue(forKey: index), !rest.isEmpty {
      say("\(requests[index].name) | \(rest)")
    }
  }

  private var count: String {
    let digits = String(endedCount)
    let width = String(requests.count).count
    return
      "[\(String(repeating: " ", count: max(0, width - digits.count)))\(digits)/\(requests.count)]"
  }

  func finish(_ reports: [RunReport]) {
    guard !isQuiet else { return }
    let failed = reports.count { $0.failure != nil }
    let skipped = reports.count { $0.isSkipped }
    let cached = reports.count { $0.origin == .cached && $0.failure == nil }
    var parts = ["\(reports.count - failed - skipped) ok"]
    if cached > 0 { parts[0] += " (\(cached) from the cache)" }
    if failed > 0 { parts.append("\(failed) failed") }
    if skipped > 0 { parts.append("\(skipped) skipped") }
    let all = "\(reports.count) \(reports.count == 1 ? "notebook" : "notebooks")"
    summaryStream.write(
      "\(all) in \((ContinuousClock.now - start).secondsText): \(parts.joined(separator: ", "))\n")
  }

  // MARK: The terminal

  private func say(_ text: String) {
    eraseLive()
    StandardStream.error.write(text + "\n")
    redraw()
  }

  private func eraseLive() {
    guard liveLineCount > 0 else { return }
    StandardStream.error.write("\u{1B}[\(liveLineCount)A\r\u{1B}[J")
    liveLineCount = 0
  }

  private func redraw() {
    guard isTerminal, !isQuiet else { return }
    eraseLive()
    let width = StandardStream.error.width - 1
    var lines: [String] = []
    for (index, one) in running.sorted(by: { $0.key < $1.key }).prefix(20) {
      var line = "  \(requests[index].name)  "
      if let place = one.place { line += "[\(place.number)/\(one.cells)] " }
      line += (ContinuousClock.now - one.start).secondsText
      if let time = expected[index] { line += " of \(time.secondsText)" }
      if let place = one.place { line += "  \(TerminalText.plain(place.firstLine))" }
      lines.append(String(line.prefix(width)))
    }
    guard !lines.isEmpty else { return }
    StandardStream.error.write(lines.joined(separator: "\n") + "\n")
    liveLineCount = lines.count
  }
}

/// The line that tells what came of a run.
enum RunLine {
  static func text(of report: RunReport) -> String {
    let way =
      report.output == report.input || report.output == nil
      ? report.name : "\(report.name) → \(report.output.map { "\($0)" } ?? "")"
    let cells =
      report.failure == nil
      ? "\(report.endedCellCount) \(report.endedCellCount == 1 ? "cell" : "cells")"
      : "\(report.endedCellCount) of \(report.cellCount) cells"
    var outcome =
      switch report.failure?.error.code {
      case nil: report.origin == .cached ? "ok, taken over from an earlier run" : "ok"
      case .cellFailed: "a cell failed"
      case .timedOut: "a time ran out"
      case .kernelDied: "the kernel died"
      case .kernelStart: "the kernel did not start"
      case .interrupted: "ended by a signal"
      case .outputDiffers: "an output differs"
      case .usage, .invalidNotebook, .fileAccess: "not run"
      }
    if report.attempts > 1 { outcome += ", attempt \(report.attempts)" }
    if report.failure == nil, !report.differences.isEmpty {
      outcome += ", \(Set(report.differences.map(\.cellIndex)).count) cells renewed"
    }
    return "\(way): \(cells) in \(report.duration.secondsText), \(outcome)"
  }
}

extension String {
  fileprivate var trimmingNewlines: String {
    var rest = self[...]
    while rest.last?.isNewline ?? false { rest.removeLast() }
    return String(rest)
  }
}
