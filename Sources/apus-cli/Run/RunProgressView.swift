internal import FoundationEssentials
internal import Notebooks
internal import Runner

/// Shows how the run of one notebook goes: one live line on a terminal, a line for each cell in a
/// log.
final class RunProgressView: BatchWatcher {
  private let isQuiet: Bool
  private let logsOutput: Bool
  private let isTerminal: Bool
  private let isColored: Bool
  /// Where the summary goes: the notebook itself may take standard output.
  private let summaryStream: StandardStream
  private var cellCount = 0
  private var lineIsOpen = false
  private var running: (place: RunEvent.CellPlace, start: ContinuousClock.Instant)?

  init(isQuiet: Bool, keepsStandardOutput: Bool, logsOutput: Bool = false) {
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
      if let event { log?.note(event, requests) }
      if case .run(_, let event)? = event { take(event) }
      if ticks, let running { say(line(running.place, .now - running.start, nil)) }
    }
    endLine()
  }

  private func take(_ event: RunEvent) {
    switch event {
    case .warning(let text): write("warning: \(text)\n")
    case .starting(let kernel, let cells):
      cellCount = cells
      if !isQuiet { say("starting \(kernel)") }
    case .cellStarted(let place): running = (place, .now)
    case .cellFinished(let place, let outcome, let duration):
      running = nil
      if !isQuiet && !isTerminal { write(line(place, duration, outcome) + "\n") }
    case .cellRepeated(let place, _):
      write("warning: cell \(place.index + 1) failed and is run again\n")
    case .retrying(let number, let count, let delay, let error):
      running = nil
      write("warning: \(error); retry \(number) of \(count) in \(delay.secondsText)\n")
    case .printed(_, _, let text): if logsOutput { write(text) }
    }
  }

  /// Says what came of the run, in one last line.
  func finish(_ reports: [RunReport]) {
    endLine()
    for report in reports {
      if let failure = report.failure {
        write("error: " + FailureText.text(of: failure, isColored: isColored))
      }
      if !isQuiet { write(RunLine.text(of: report) + "\n", to: summaryStream) }
    }
  }

  private func line(
    _ place: RunEvent.CellPlace, _ duration: Duration, _ outcome: CellOutcome?
  ) -> String {
    let mark: String =
      switch outcome {
      case nil, .ok: ""
      case .failed(let failure): "  \(failure.name)"
      case .aborted: "  not run"
      }
    let digits = String(place.number)
    let width = String(cellCount).count
    let padding = String(repeating: " ", count: max(0, width - digits.count))
    return "[\(padding)\(digits)/\(cellCount)] \(duration.secondsText)\(mark)  "
      + TerminalText.plain(place.firstLine)
  }

  /// Says what is under way: the live line of a terminal, a line of a log.
  private func say(_ text: String) {
    guard isTerminal else { return write(text + "\n") }
    write("\r\u{1B}[K" + text.prefix(StandardStream.error.width - 1))
    lineIsOpen = true
  }

  private func endLine() {
    if lineIsOpen { write("\r\u{1B}[K") }
    lineIsOpen = false
  }

  private func write(_ text: String, to stream: StandardStream = .error) {
    if lineIsOpen && !text.hasPrefix("\r") { endLine() }
    stream.write(text)
  }
}
