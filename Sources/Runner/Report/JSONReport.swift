internal import Notebooks
package import OrderedJSON

/// A batch as JSON, for machines.
package enum JSONReport {
  package static func json(of reports: [RunReport]) -> JSON {
    [
      "version": 1, "notebooks": .array(reports.map(json)),
      "counts": [
        "total": .number(reports.count),
        "failed": .number(reports.count { $0.failure != nil }),
        "cached": .number(reports.count { $0.origin == .cached }),
        "skipped": .number(reports.count { $0.isSkipped }),
      ],
    ]
  }

  package static func json(of report: RunReport) -> JSON {
    var members: JSONObject = [
      "notebook": .string("\(report.input)"),
      "output": report.output.map { .string("\($0)") } ?? .null,
      "label": report.label.map { .string($0) } ?? .null, "kernel": .string(report.kernel),
      "outcome": .string(outcome(of: report)),
    ]
    if case .skipped(let reason) = report.origin { members["reason"] = .string(reason) }
    if report.startTime > 0 {
      members["started"] = .string(CalendarText.text(secondsSince1970: report.startTime))
    }
    members["seconds"] = seconds(report.duration)
    members["attempts"] = .number(report.attempts)
    members["cell_count"] = .number(report.cellCount)
    if let memory = report.peakMemory { members["peak_memory_bytes"] = .number(memory) }
    members["warnings"] = .array(report.warnings.map { .string($0) })
    members["cells"] = .array(report.cells.map(json))
    if let failure = report.failure { members["failure"] = json(of: failure) }
    if !report.differences.isEmpty { members["differences"] = .array(report.differences.map(json)) }
    return .object(members)
  }

  package static func outcome(of report: RunReport) -> String {
    if let failure = report.failure { return "\(failure.error.code)" }
    return switch report.origin {
    case .ran: "ok"
    case .cached: "cached"
    case .skipped: "skipped"
    }
  }

  private static func json(of cell: CellReport) -> JSON {
    var members: JSONObject = [
      "index": .number(cell.index), "id": cell.id.map { .string($0) } ?? .null,
      "first_line": .string(cell.firstLine),
    ]
    switch cell.outcome {
    case .ok: members["outcome"] = "ok"
    case .aborted: members["outcome"] = "aborted"
    case .failed(let failure):
      members["outcome"] = "failed"
      members["error"] = .string(failure.name)
    }
    members["seconds"] = seconds(cell.duration)
    if cell.attempts > 1 { members["attempts"] = .number(cell.attempts) }
    return .object(members)
  }

  package static func json(of failure: RunFailure) -> JSON {
    var members: JSONObject = [
      "code": .string("\(failure.error.code)"), "what": .string(failure.error.what),
      "where": .string(failure.error.place),
    ]
    if let mend = failure.error.mend { members["mend"] = .string(mend) }
    if let signal = failure.signal { members["signal"] = .number(Int(signal)) }
    if let cell = failure.cell {
      members["cell"] = .number(cell.place.index)
      members["cell_id"] = cell.place.id.map { .string($0) } ?? .null
      if let line = cell.line { members["line"] = .number(line) }
      if let line = cell.fileLine { members["file_line"] = .number(line) }
      if let shown = cell.failure {
        members["error"] = .string(shown.name)
        members["value"] = .string(shown.value)
        members["traceback"] = .array(shown.traceback.map { .string(TerminalText.plain($0)) })
      }
    }
    if !failure.kernelLog.isEmpty { members["kernel_log"] = .string(failure.kernelLog) }
    return .object(members)
  }

  private static func json(of difference: OutputDifference) -> JSON {
    [
      "cell": .number(difference.cellIndex), "what": .string(difference.what),
      "stored": .string(difference.stored), "fresh": .string(difference.fresh),
      "file_line": difference.fileLine.map { .number($0) } ?? .null,
    ]
  }

  static func seconds(_ duration: Duration) -> JSON {
    .number((duration / .milliseconds(1)).rounded() / 1000)
  }
}
