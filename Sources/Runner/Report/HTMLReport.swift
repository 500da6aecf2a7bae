internal import Notebooks

/// A batch as one page of HTML: the outcome of each notebook, when it ran, what failed, and the
/// executed notebooks themselves.
package enum HTMLReport {
  /// Executed notebooks are shown until the page is so large.
  private static let byteLimit = 32 << 20

  package static func page(of reports: [RunReport]) -> String {
    let failed = reports.filter { $0.failure != nil }
    var body = "<h1>Notebooks</h1>\n<p>" + counts(reports) + "</p>\n"
    body += table(reports) + timeline(reports)
    if !failed.isEmpty { body += "<h2>What failed</h2>\n" }
    for report in failed { body += failure(of: report) }
    if reports.contains(where: { !$0.differences.isEmpty }) { body += differences(reports) }
    body += "<h2>Executed notebooks</h2>\n"
    for (number, report) in reports.enumerated() where !report.isSkipped {
      guard body.utf8.count < byteLimit else {
        body += "<p class=\"quiet\">The page is large: further notebooks are not shown.</p>\n"
        break
      }
      body += executed(report, number)
    }
    return HTMLPage.text(title: "Notebooks", body: body, forbidsScripts: true)
  }

  private static func counts(_ reports: [RunReport]) -> String {
    let failed = reports.count { $0.failure != nil }
    let skipped = reports.count { $0.isSkipped }
    let cached = reports.count { $0.origin == .cached }
    var parts = ["\(reports.count - failed - skipped) ok"]
    if failed > 0 { parts.append("<span class=\"failed\">\(failed) failed</span>") }
    if skipped > 0 { parts.append("\(skipped) skipped") }
    if cached > 0 { parts.append("\(cached) taken over from earlier runs") }
    return parts.joined(separator: ", ")
  }

  private static func table(_ reports: [RunReport]) -> String {
    var html = "<table>\n<tr><th>notebook</th><th>outcome</th><th class=\"number\">cells</th>"
    html += "<th class=\"number\">time</th></tr>\n"
    for (number, report) in reports.enumerated() {
      let outcome = JSONReport.outcome(of: report)
      let look = report.failure != nil ? "failed" : report.isSkipped ? "quiet" : "ok"
      let attempts = report.attempts > 1 ? " (\(report.attempts) attempts)" : ""
      html += "<tr><td><a href=\"#notebook-\(number)\">\(HTMLText.escaped(report.name))</a></td>"
      html += "<td class=\"\(look)\">\(outcome)\(attempts)</td>"
      html += "<td class=\"number\">\(report.endedCellCount)/\(report.cellCount)</td>"
      html += "<td class=\"number\">\(report.duration.secondsText)</td></tr>\n"
    }
    return html + "</table>\n"
  }

  /// A bar for each notebook, from its beginning to its end.
  private static func timeline(_ reports: [RunReport]) -> String {
    let ran = reports.filter { $0.startTime > 0 }.sorted { $0.startTime < $1.startTime }.prefix(500)
    guard let first = ran.first else { return "" }
    let end = ran.map { $0.startTime + $0.duration / .seconds(1) }.max() ?? first.startTime
    let scale = 800 / max(end - first.startTime, 0.001)
    var svg = "<h2>Timeline</h2>\n<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"800\" "
    svg += "height=\"\(ran.count * 16)\" viewBox=\"0 0 800 \(ran.count * 16)\" font-size=\"10\">\n"
    for (row, report) in ran.enumerated() {
      let x = (report.startTime - first.startTime) * scale
      let width = max(1, report.duration / .seconds(1) * scale)
      let color = report.failure == nil ? "#22c55e" : "#ef4444"
      svg += "<g><title>\(HTMLText.escaped(report.name)): \(report.duration.secondsText)</title>"
      svg += "<rect x=\"\(rounded(x))\" y=\"\(row * 16 + 2)\" width=\"\(rounded(width))\" "
      svg += "height=\"12\" fill=\"\(color)\" fill-opacity=\"0.6\"/>"
      let anchor = x > 500 ? "end" : "start"
      svg += "<text x=\"\(rounded(x > 500 ? x + width - 3 : x + 3))\" y=\"\(row * 16 + 12)\" "
      svg += "text-anchor=\"\(anchor)\" fill=\"currentColor\">"
      svg += "\(HTMLText.escaped(report.name))</text></g>\n"
    }
    return svg + "</svg>\n"
  }

  private static func rounded(_ value: Double) -> Double { (value * 10).rounded() / 10 }

  private static func failure(of report: RunReport) -> String {
    guard let failure = report.failure else { return "" }
    let text = FailureText.text(of: failure, isColored: true)
    return "<h3>\(HTMLText.escaped(report.name))</h3>\n"
      + "<pre class=\"error\">\(HTMLText.colored(text))</pre>\n"
  }

  private static func differences(_ reports: [RunReport]) -> String {
    var html =
      "<h2>Outputs that differ</h2>\n<table>\n<tr><th>cell</th><th>stored</th><th>now</th></tr>\n"
    for report in reports {
      for one in report.differences {
        html += "<tr><td>\(HTMLText.escaped(report.name)), cell \(one.cellIndex + 1)<br>"
        html += "\(HTMLText.escaped(one.what))</td>"
        html += "<td><pre>\(HTMLText.escaped(one.stored))</pre></td>"
        html += "<td><pre>\(HTMLText.escaped(one.fresh))</pre></td></tr>\n"
      }
    }
    return html + "</table>\n"
  }

  private static func executed(_ report: RunReport, _ number: Int) -> String {
    var html =
      "<details id=\"notebook-\(number)\"><summary>\(HTMLText.escaped(report.name))</summary>\n"
    // A notebook that cannot be read any more has told why by its failure.
    if case .file(let path)? = report.output, let bytes = Storage.contentsIfAny(of: path),
      let notebook = try? Notebook(reading: bytes)
    {
      for (index, cell) in notebook.cells.enumerated() { html += cell.html(index: index) }
    } else {
      html += "<p class=\"quiet\">It is in no file.</p>\n"
    }
    return html + "</details>\n"
  }
}
