internal import Jupyter
internal import Notebooks

/// What GitHub Actions understands: annotations on the lines of files, and the summary of a step.
package enum GitHubReport {
  /// The workspace from which paths are told, if this runs in GitHub Actions.
  package static var workspace: String? {
    environmentValue("GITHUB_ACTIONS") == "true"
      ? environmentValue("GITHUB_WORKSPACE") ?? "." : nil
  }

  package static var summaryPath: String? { environmentValue("GITHUB_STEP_SUMMARY") }

  /// GitHub shows ten annotations of a kind for each step.
  private static let limit = 10

  /// The annotations of all failures as workflow commands, a line each.
  package static func annotations(of reports: [RunReport], workspace: String?) -> String {
    var lines: [String] = []
    for report in reports {
      guard let failure = report.failure else { continue }
      if failure.error.code == .outputDiffers {
        for difference in report.differences {
          let title =
            "cell \(difference.cellIndex + 1)" + (difference.cellID.map { " (id \($0))" } ?? "")
          lines.append(
            command(
              file(report.input, workspace), difference.fileLine, title: title, difference.what))
        }
        continue
      }
      lines.append(
        command(
          file(report.input, workspace), failure.cell?.fileLine ?? 1, title: title(of: failure),
          TerminalText.plain(failure.error.what)))
    }
    if lines.count > limit {
      let rest = lines.count - limit + 1
      lines = Array(lines.prefix(limit - 1))
      lines.append("::error title=apus run::\(rest) more failures; see the summary")
    }
    return lines.map { $0 + "\n" }.joined()
  }

  private static func title(of failure: RunFailure) -> String {
    guard let cell = failure.cell else { return "notebook" }
    return "cell \(cell.place.index + 1)" + (cell.place.id.map { " (id \($0))" } ?? "")
      + (cell.line.map { ", line \($0)" } ?? "")
  }

  private static func file(_ location: RunRequest.Location, _ workspace: String?) -> String {
    guard case .file(let path) = location else { return "" }
    let full = Storage.absolute(path)
    guard let workspace else { return path }
    let root = Storage.absolute(workspace)
    return full.hasPrefix(root + "/") ? String(full.dropFirst(root.utf8.count + 1)) : path
  }

  private static func command(
    _ file: String, _ line: Int?, title: String, _ message: String
  ) -> String {
    var properties = ["file=\(property(file))"]
    if let line { properties += ["line=\(line)", "endLine=\(line)"] }
    properties.append("title=\(property(title))")
    return "::error \(properties.joined(separator: ","))::\(data(message))"
  }

  /// Text after the second `::` of a command.
  package static func data(_ text: String) -> String {
    text.replacing("%", with: "%25").replacing("\r\n", with: "%0D%0A").replacing("\r", with: "%0D")
      .replacing("\n", with: "%0A")
  }

  /// The value of a property of a command.
  package static func property(_ text: String) -> String {
    data(text).replacing(":", with: "%3A").replacing(",", with: "%2C")
  }

  /// What stops GitHub from obeying commands in what follows, and what ends that.
  package static func fence() -> (begin: String, end: String) {
    let token = "apus-\(randomName())"
    return ("::stop-commands::\(token)\n", "::\(token)::\n")
  }
}
