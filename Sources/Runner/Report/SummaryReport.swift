internal import Notebooks

/// A batch as Markdown, for the summary of a step or a pull request.
package enum SummaryReport {
  /// GitHub throws a whole summary away that is larger than 1 MiB.
  private static let byteLimit = 1_000_000

  package static func text(of reports: [RunReport]) -> String {
    let failed = reports.filter { $0.failure != nil }
    let skipped = reports.count { $0.isSkipped }
    let cached = reports.count { $0.origin == .cached }
    var text = "## Notebooks: \(reports.count - failed.count - skipped) ok"
    text += failed.isEmpty ? "" : ", \(failed.count) failed"
    text += skipped == 0 ? "" : ", \(skipped) skipped"
    text += cached == 0 ? "\n\n" : " (\(cached) taken over from earlier runs)\n\n"
    text += "| notebook | outcome | cells | time |\n|---|---|--:|--:|\n"
    // What failed comes first: it must not be cut off.
    for report in failed + reports.filter({ $0.failure == nil }) {
      let line =
        "| \(cell(report.name)) | \(outcome(of: report)) | "
        + "\(report.endedCellCount)/\(report.cellCount) | \(report.duration.secondsText) |\n"
      guard text.utf8.count + line.utf8.count < byteLimit / 2 else {
        text += "\nMore notebooks are not shown.\n"
        break
      }
      text += line
    }
    for report in failed { append(report, to: &text) }
    appendSlowest(reports, to: &text)
    return text
  }

  private static func outcome(of report: RunReport) -> String {
    if let failure = report.failure { return "❌ \(cell(failure.error.what))" }
    return switch report.origin {
    case .ran: report.attempts > 1 ? "✅ after \(report.attempts) attempts" : "✅"
    case .cached: "✅ cached"
    case .skipped(let reason): "⏭ \(cell(reason))"
    }
  }

  private static func append(_ report: RunReport, to text: inout String) {
    guard let failure = report.failure else { return }
    var part = "\n<details><summary>\(HTMLText.escaped(report.name)): "
    part += "\(HTMLText.escaped(TerminalText.plain(failure.error.what)))</summary>\n\n"
    part += fenced(String(FailureText.text(of: failure, isColored: false).prefix(20_000)))
    part += "\n</details>\n"
    if text.utf8.count + part.utf8.count < byteLimit { text += part }
  }

  private static func appendSlowest(_ reports: [RunReport], to text: inout String) {
    let cells = reports.flatMap { report in report.cells.map { (report, $0) } }
      .filter { $0.1.duration > .seconds(1) }.sorted { $0.1.duration > $1.1.duration }.prefix(5)
    guard !cells.isEmpty else { return }
    var part = "\n### Slowest cells\n\n| notebook | cell | time |\n|---|---|--:|\n"
    for (report, one) in cells {
      part += "| \(cell(report.name)) | \(cell(one.title)) | \(one.duration.secondsText) |\n"
    }
    if text.utf8.count + part.utf8.count < byteLimit { text += part }
  }

  /// Text in a cell of a table: one line, with nothing that ends the cell or is markup.
  private static func cell(_ text: String) -> String {
    let line = TerminalText.plain(text).split(whereSeparator: \.isNewline).first ?? ""
    return HTMLText.escaped(String(line.prefix(200))).replacing("|", with: "\\|")
      .replacing("`", with: "\\`").replacing("*", with: "\\*").replacing("[", with: "\\[")
  }

  /// Text as it stands, in a fence that is longer than any within.
  private static func fenced(_ text: String) -> String {
    let longest = text.matches(of: /`+/).map { $0.output.count }.max() ?? 0
    let fence = String(repeating: "`", count: max(3, longest + 1))
    return "\(fence)\n\(text)\(text.hasSuffix("\n") ? "" : "\n")\(fence)\n"
  }
}
