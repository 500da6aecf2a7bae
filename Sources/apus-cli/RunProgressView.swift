internal import FoundationEssentials
internal import Runner

/// Shows how a run goes: one live line on a terminal, a line for each cell in a log.
final class RunProgressView {
  private let isQuiet: Bool
  private let isTerminal: Bool
  private let isColored: Bool
  /// Where the summary goes: the notebook itself may take standard output.
  private let summaryStream: StandardStream
  private var cellCount = 0
  private var lineIsOpen = false

  init(isQuiet: Bool, keepsStandardOutput: Bool) {
    self.isQuiet = isQuiet
    let environment = ProcessInfo.processInfo.environment
    isTerminal = StandardStream.error.isTerminal && environment["TERM"] != "dumb"
    isColored = isTerminal && (environment["NO_COLOR"] ?? "").isEmpty
    summaryStream = keepsStandardOutput ? .error : .output
  }

  /// Shows what happens until it is over.
  func follow(_ events: AsyncStream<RunEvent>) async {
    let ticks = isTerminal && !isQuiet
    let (merged, slot) = AsyncStream.makeStream(of: RunEvent?.self)
    let forwarding = Task {
      for await event in events { slot.yield(event) }
      slot.finish()
    }
    let ticking = Task {
      while ticks {
        // The clock on the line moves on; a cancelled sleep is the end of the run.
        do { try await Task.sleep(for: .milliseconds(250)) } catch { return }
        slot.yield(nil)
      }
    }
    var running: (place: RunEvent.CellPlace, start: ContinuousClock.Instant)?
    for await event in merged {
      switch event {
      case nil: break
      case .warning(let text)?: write("warning: \(text)\n")
      case .starting(let kernel, let cells)?:
        cellCount = cells
        if !isQuiet { say("starting \(kernel)") }
      case .cellStarted(let place)?: running = (place, .now)
      case .cellFinished(let place, let outcome, let duration)?:
        running = nil
        if !isQuiet && !isTerminal { write(line(place, duration, outcome) + "\n") }
      }
      if ticks, let running { say(line(running.place, .now - running.start, nil)) }
    }
    ticking.cancel()
    await forwarding.value
    endLine()
  }

  /// Shows why a run did not come to its end.
  func show(_ failure: RunFailure) {
    endLine()
    write("error: " + FailureText.text(of: failure, isColored: isColored))
  }

  /// Says what came of the run, in one last line.
  func finish(_ report: RunReport) {
    if let failure = report.failure { show(failure) }
    guard !isQuiet else { return }
    let way =
      report.input == report.output ? "\(report.input)" : "\(report.input) → \(report.output)"
    let cells =
      report.failure == nil
      ? "\(report.endedCellCount) \(report.endedCellCount == 1 ? "cell" : "cells")"
      : "\(report.endedCellCount) of \(report.cellCount) cells"
    let outcome =
      switch report.failure?.error.code {
      case nil: "ok"
      case .cellFailed: "a cell failed"
      case .timedOut: "a cell took too long"
      case .kernelDied: "the kernel died"
      case .kernelStart: "the kernel did not start"
      case .interrupted: "ended by a signal"
      case .usage, .invalidNotebook, .fileAccess: "not run"
      }
    write("\(way): \(cells) in \(report.duration.secondsText), \(outcome)\n", to: summaryStream)
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
    return "[\(padding)\(digits)/\(cellCount)] \(duration.secondsText)\(mark)  \(place.firstLine)"
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
