internal import ArgumentParser

/// The options that say who is told what.
struct ReportOptions: ParsableArguments {
  @Flag(name: .shortAndLong, help: "Say nothing but what went wrong.") var quiet = false
  @Option(
    help: ArgumentHelp(
      "Write a report: junit=FILE, html=FILE, json=FILE, summary=FILE (Markdown), or github for "
        + "annotations, which GitHub Actions gets in any case.", valueName: "KIND=FILE"))
  var report: [ReportTarget] = []
  @Option(
    help: ArgumentHelp(
      "Write what happens, a JSON object a line, as it happens.", valueName: "FILE"))
  var events: String?
  @Flag(help: "Show what cells print as it comes.") var logOutput = false
}

/// A report and the file that it goes to.
struct ReportTarget: ExpressibleByArgument {
  enum Kind: String, CaseIterable { case junit, html, json, summary, github }

  let kind: Kind
  let path: String

  init?(argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
    guard let name = parts.first, let kind = Kind(rawValue: name),
      kind == .github ? parts.count == 1 : parts.count == 2
    else { return nil }
    self.kind = kind
    path = parts.count > 1 ? parts[1] : ""
  }
}
