internal import Notebooks

/// A batch as JUnit XML: a suite a notebook, a test case a cell. The form is the one that pytest and
/// Jenkins share (junit-10.xsd).
package enum JUnitReport {
  package static func text(of reports: [RunReport]) -> String {
    let suites = reports.map(Suite.init)
    var xml = XMLText()
    xml.open(
      "testsuites",
      [
        ("name", "apus run"), ("tests", "\(suites.reduce(0) { $0 + $1.cases.count })"),
        ("failures", "\(suites.reduce(0) { $0 + $1.count(.failure) })"),
        ("errors", "\(suites.reduce(0) { $0 + $1.count(.error) })"),
        ("skipped", "\(suites.reduce(0) { $0 + $1.count(.skipped) })"),
        ("time", seconds(reports.reduce(.zero) { $0 + $1.duration })),
      ])
    for suite in suites { suite.write(to: &xml) }
    xml.close("testsuites")
    return xml.text
  }

  static func seconds(_ duration: Duration) -> String {
    let milliseconds = Int((duration / .milliseconds(1)).rounded())
    let rest = String(milliseconds % 1000)
    return "\(milliseconds / 1000)." + String(repeating: "0", count: 3 - rest.count) + rest
  }

  private struct Case {
    enum Kind { case passed, failure, error, skipped }
    var name: String
    var line: Int?
    var time = Duration.zero
    var kind = Kind.passed
    /// The type of the error, its message and its details.
    var type = ""
    var message = ""
    var details = ""
  }

  private struct Suite {
    let report: RunReport
    var cases: [Case] = []

    init(_ report: RunReport) {
      self.report = report
      if case .skipped(let reason) = report.origin {
        cases = [Case(name: "notebook", kind: .skipped, message: reason)]
        return
      }
      let failedIndex = report.failure?.cell?.place.index
      for cell in report.cells {
        var one = Case(name: cell.title, line: cell.fileLine, time: cell.duration)
        if cell.index == failedIndex, let failure = report.failure {
          Self.describe(failure, in: &one)
        } else if let difference = report.differences.first(where: { $0.cellIndex == cell.index }),
          report.failure?.error.code == .outputDiffers
        {
          one.kind = .failure
          one.line = difference.fileLine
          one.type = "OutputDiffers"
          one.message = difference.what
          one.details = "stored:\n\(difference.stored)\nnow:\n\(difference.fresh)"
        }
        cases.append(one)
      }
      if let failure = report.failure, failure.error.code != .outputDiffers,
        !report.cells.contains(where: { $0.index == failedIndex })
      {
        // A cell that did not end, or no cell at all.
        let place = failure.cell?.place
        var one = Case(
          name: place.map { place in
            CellReport(
              index: place.index, id: place.id, firstLine: String(place.firstLine.prefix(80)),
              fileLine: nil, outcome: .aborted, duration: .zero
            ).title
          } ?? "notebook")
        Self.describe(failure, in: &one)
        cases.append(one)
      }
      let missing = report.cellCount - cases.count
      if report.failure != nil, missing > 0 {
        cases += (0..<missing).map { number in
          Case(
            name: "cell not run \(number + 1)", kind: .skipped,
            message: "an earlier cell ended the run")
        }
      }
    }

    private static func describe(_ failure: RunFailure, in one: inout Case) {
      one.kind = failure.error.code == .cellFailed ? .failure : .error
      one.line = failure.cell?.fileLine
      one.type = failure.cell?.failure?.name ?? "\(failure.error.code)"
      one.message = failure.error.what
      one.details = FailureText.text(of: failure, isColored: false)
    }

    func count(_ kind: Case.Kind) -> Int { cases.count { $0.kind == kind } }

    func write(to xml: inout XMLText) {
      xml.open(
        "testsuite",
        [
          ("name", report.name), ("tests", "\(cases.count)"), ("failures", "\(count(.failure))"),
          ("errors", "\(count(.error))"), ("skipped", "\(count(.skipped))"),
          ("time", JUnitReport.seconds(report.duration)),
          ("timestamp", CalendarText.text(secondsSince1970: report.startTime)),
        ])
      xml.open("properties")
      xml.single("property", [("name", "kernel"), ("value", report.kernel)])
      xml.single("property", [("name", "attempts"), ("value", "\(report.attempts)")])
      if report.origin == .cached {
        xml.single("property", [("name", "cached"), ("value", "true")])
      }
      xml.close("properties")
      for one in cases { write(one, to: &xml) }
      xml.close("testsuite")
    }

    private func write(_ one: Case, to xml: inout XMLText) {
      var attributes = [
        ("classname", report.name), ("name", one.name), ("file", "\(report.input)"),
        ("time", JUnitReport.seconds(one.time)),
      ]
      if let line = one.line { attributes.insert(("line", "\(line)"), at: 3) }
      let type = ("type", one.type)
      let message = ("message", TerminalText.plain(one.message))
      switch one.kind {
      case .passed: xml.single("testcase", attributes)
      case .skipped:
        xml.open("testcase", attributes)
        xml.single("skipped", [message])
        xml.close("testcase")
      case .failure, .error:
        xml.open("testcase", attributes)
        xml.element(one.kind == .failure ? "failure" : "error", [message, type], one.details)
        xml.close("testcase")
      }
    }
  }
}

/// XML 1.0, written with two spaces a level.
struct XMLText {
  private(set) var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
  private var level = 0

  mutating func open(_ name: String, _ attributes: [(String, String)] = []) {
    line("<\(name)\(Self.text(of: attributes))>")
    level += 1
  }

  mutating func close(_ name: String) {
    level -= 1
    line("</\(name)>")
  }

  mutating func single(_ name: String, _ attributes: [(String, String)]) {
    line("<\(name)\(Self.text(of: attributes))/>")
  }

  mutating func element(_ name: String, _ attributes: [(String, String)], _ content: String) {
    line(
      "<\(name)\(Self.text(of: attributes))>\(Self.escaped(content, inAttribute: false))</\(name)>")
  }

  private mutating func line(_ line: String) {
    text += String(repeating: "  ", count: level) + line + "\n"
  }

  private static func text(of attributes: [(String, String)]) -> String {
    attributes.map { " \($0.0)=\"\(escaped($0.1, inAttribute: true))\"" }.joined()
  }

  /// `text` without the code points that XML 1.0 cannot hold.
  static func escaped(_ text: String, inAttribute: Bool) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x26: result += "&amp;"
      case 0x3C: result += "&lt;"
      case 0x3E: result += "&gt;"
      case 0x22 where inAttribute: result += "&quot;"
      case 0x09, 0x0A, 0x0D:
        result += inAttribute || scalar.value == 0x0D ? "&#\(scalar.value);" : String(scalar)
      case 0x20...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF:
        result.unicodeScalars.append(scalar)
      default: result += "\u{FFFD}"
      }
    }
    return result
  }
}
