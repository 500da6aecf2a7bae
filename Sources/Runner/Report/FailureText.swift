internal import Notebooks

/// A failure as people read it: what happened, the lines around it, the kernel's own traceback.
package enum FailureText {
  /// The text, with the kernel's colours or without.
  package static func text(of failure: RunFailure, isColored: Bool) -> String {
    var parts = [failure.error.description]
    if let cell = failure.cell {
      parts.append(excerpt(of: cell))
      if let traceback = cell.failure?.traceback, !traceback.isEmpty {
        let text = traceback.joined(separator: "\n")
        parts.append(isColored ? text : TerminalText.plain(text))
      }
    }
    if !failure.kernelLog.isEmpty {
      parts.append("the kernel's last words:\n" + TerminalText.plain(failure.kernelLog))
    }
    return parts.joined(separator: "\n\n") + "\n"
  }

  /// The lines of the cell around the failing one; its first lines where that is not known.
  private static func excerpt(of cell: RunFailure.FailedCell) -> String {
    var lines = cell.place.source.split(
      omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    while lines.count > 1, lines.last?.allSatisfy(\.isWhitespace) ?? false { lines.removeLast() }
    let failing = failingLine(of: cell).flatMap { lines.indices.contains($0 - 1) ? $0 : nil }
    let range = failing.map { max(1, $0 - 2)...min(lines.count, $0 + 2) } ?? 1...min(lines.count, 5)
    let width = String(range.upperBound).count
    return range.map { number in
      let digits = String(number)
      let padding = String(repeating: " ", count: width - digits.count)
      return "\(number == failing ? ">" : " ") \(padding)\(digits) | \(lines[number - 1])"
    }.joined(separator: "\n")
  }

  /// The line of this cell that the traceback blames: of Python's `Cell In[3], line 2` the last,
  /// where the innermost call stands; of ours, `Cell 3, line 2` and `Cell 3:2:5`, the first.
  static func failingLine(of cell: RunFailure.FailedCell) -> Int? {
    guard let count = cell.executionCount, let traceback = cell.failure?.traceback else {
      return nil
    }
    let text = TerminalText.plain(traceback.joined(separator: "\n"))
    let python = text.matches(of: /Cell In ?\[([0-9]+)\], line ([0-9]+)/)
    let swift = text.matches(of: /Cell ([0-9]+)(?:, line |:)([0-9]+)/)
    let place = python.last { Int($0.1) == count } ?? swift.first { Int($0.1) == count }
    return place.flatMap { Int($0.2) }
  }
}
