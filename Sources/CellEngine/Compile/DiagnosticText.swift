internal import CellSyntax

/// Diagnostics as the user reads them: each message, its source line, a caret with `~` under the
/// ranges, and proposed text under that.
///
///     Cell 3:2:9: error: cannot find 'foo' in scope
///     2 | let b = foo(a) + 2
///       |         ^~~
package struct DiagnosticText {
  /// The text of a line (from 1) of a file such as "Cell 3"; `nil` where it is not to be had.
  package typealias SourceLine = (_ file: String, _ line: Int) -> String?
  /// The user's column of a column of the text that was compiled.
  package typealias OriginalColumn = (_ file: String, _ line: Int, _ column: Int) -> Int

  private let sourceLine: SourceLine
  private let originalColumn: OriginalColumn
  private let usesColour: Bool

  package init(
    usesColour: Bool, sourceLine: @escaping SourceLine,
    originalColumn: @escaping OriginalColumn = { _, _, column in column }
  ) {
    self.usesColour = usesColour
    self.sourceLine = sourceLine
    self.originalColumn = originalColumn
  }

  /// Diagnostics of the cell that is shown as `cellName`, in the user's own lines and columns.
  init(cellName: String, sourceMap: SourceMap, usesColour: Bool) {
    self.init(
      usesColour: usesColour,
      sourceLine: { file, line in file == cellName ? sourceMap.originalLine(line) : nil },
      originalColumn: { file, line, column in
        file == cellName ? sourceMap.originalColumn(column, line: line) : column
      })
  }

  /// The lines of `diagnostics`, notes after what they belong to.
  package func lines(of diagnostics: [CompilerDiagnostic]) -> [String] {
    diagnostics.flatMap { lines(of: $0) + lines(of: $0.notes) }
  }

  private func lines(of diagnostic: CompilerDiagnostic) -> [String] {
    let kind = colour(diagnostic.severity.rawValue + ": ", of: diagnostic.severity)
    guard diagnostic.line > 0, !diagnostic.file.isEmpty else {
      return [kind + bold(diagnostic.message)]
    }
    let column = originalColumn(diagnostic.file, diagnostic.line, diagnostic.column)
    let place = "\(diagnostic.file):\(diagnostic.line):\(column): "
    let header = bold(place) + kind + bold(diagnostic.message)
    guard let source = sourceLine(diagnostic.file, diagnostic.line) else { return [header] }
    let line = MarkedLine(source)
    let ranges = diagnostic.ranges.compactMap { byteRange(of: $0, in: diagnostic, line) }
    let marks = line.marks(caret: max(0, column - 1), ranges: ranges)
    let gutter = String(diagnostic.line)
    let blank = String(repeating: " ", count: gutter.count)
    let marked = marks.indent + colour(marks.text, of: diagnostic.severity)
    var lines = [header, "\(gutter) | \(source)", "\(blank) | \(marked)"]
    if let proposed = proposal(of: diagnostic, under: line) {
      lines.append("\(blank) | \(proposed)")
    }
    return lines
  }

  /// The bytes (from 0) of `range` in the line of `diagnostic`; `nil` where it is elsewhere.
  private func byteRange(
    of range: CompilerDiagnostic.SourceRange, in diagnostic: CompilerDiagnostic,
    _ line: MarkedLine
  ) -> Range<Int>? {
    guard range.start.line <= diagnostic.line, diagnostic.line <= range.end.line else {
      return nil
    }
    let start =
      range.start.line < diagnostic.line
      ? line.indentByteCount
      : originalColumn(diagnostic.file, diagnostic.line, range.start.column) - 1
    let end =
      range.end.line > diagnostic.line
      ? line.byteCount : originalColumn(diagnostic.file, diagnostic.line, range.end.column) - 1
    return start >= 0 && start < end ? start..<end : nil
  }

  /// Text that the compiler would insert, under its place.
  ///
  /// Text of several lines is left out.
  private func proposal(of diagnostic: CompilerDiagnostic, under line: MarkedLine) -> String? {
    let changes = diagnostic.fixIts.filter { change in
      change.range.start.line == diagnostic.line && !change.text.contains("\n")
        && change.text.contains { !$0.isWhitespace }
    }.sorted { $0.range.start.column < $1.range.start.column }
    var text = ""
    for change in changes {
      let column = originalColumn(diagnostic.file, diagnostic.line, change.range.start.column)
      let indent = line.indent(to: max(0, column - 1))
      let used = MarkedLine.width(of: text)
      if text.isEmpty {
        text = indent
      } else {
        let gap = max(1, MarkedLine.width(of: indent) - used)
        text += String(repeating: " ", count: gap)
      }
      text += MarkedLine.withoutEndSpace(change.text)
    }
    return text.isEmpty ? nil : text
  }

  private func bold(_ text: String) -> String { usesColour ? "\u{1B}[1m\(text)\u{1B}[0m" : text }

  private func colour(_ text: String, of severity: CompilerDiagnostic.Severity) -> String {
    guard usesColour else { return text }
    let code =
      switch severity {
      case .error: "1;31"
      case .warning: "1;33"
      case .note, .remark: "1;35"
      }
    return "\u{1B}[\(code)m\(text)\u{1B}[0m"
  }
}

/// A source line and what can be written under it, character by character as a terminal shows it.
private struct MarkedLine {
  private let text: String
  let byteCount: Int

  init(_ text: String) {
    self.text = text
    byteCount = text.utf8.count
  }

  /// Bytes of white space at the start.
  var indentByteCount: Int {
    text.prefix { $0.isWhitespace }.utf8.count
  }

  /// The caret at byte `caret` and `~` under `ranges`, after the white space that leads there.
  func marks(caret: Int, ranges: [Range<Int>]) -> (indent: String, text: String) {
    var marks = ""
    var byte = 0
    for character in text {
      let bytes = byte..<(byte + character.utf8.count)
      let isInRange = ranges.contains { $0.overlaps(bytes) }
      let rest: Character = isInRange ? "~" : " "
      let isCaret = bytes.contains(caret)
      if character == "\t" {
        // A tab stays a tab, so that marks stand under their places whatever its width is.
        marks += isCaret ? "^\t" : isInRange ? "~\t" : "\t"
      } else {
        let width = Self.width(of: character)
        marks.append(isCaret ? "^" : rest)
        for _ in 1..<max(1, width) { marks.append(rest) }
      }
      byte = bytes.upperBound
    }
    if caret >= byte { marks += "^" }
    let indent = marks.prefix { $0 == " " || $0 == "\t" }
    return (String(indent), Self.withoutEndSpace(String(marks.dropFirst(indent.count))))
  }

  /// White space as wide as the text before byte `end`.
  func indent(to end: Int) -> String {
    var indent = ""
    var byte = 0
    for character in text {
      guard byte < end else { break }
      indent +=
        character == "\t" ? "\t" : String(repeating: " ", count: Self.width(of: character))
      byte += character.utf8.count
    }
    return indent
  }

  static func width(of text: String) -> Int { text.reduce(0) { $0 + width(of: $1) } }

  /// How many columns of a terminal a character takes.
  static func width(of character: Character) -> Int {
    guard let first = character.unicodeScalars.first else { return 0 }
    if first.isASCII { return 1 }
    if character.unicodeScalars.contains(where: { $0.properties.isEmojiPresentation }) { return 2 }
    if character.unicodeScalars.contains("\u{FE0F}") { return 2 }
    if wide.contains(where: { $0.contains(first.value) }) { return 2 }
    switch first.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: return 1
    }
  }

  static func withoutEndSpace(_ text: String) -> String {
    String(text.reversed().drop { $0.isWhitespace }.reversed())
  }

  /// The blocks that East Asian Width (UAX #11) calls wide or full-width.
  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x4DBF, 0x4E00...0xA4CF, 0xA960...0xA97F,
    0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6,
    0x17000...0x18AFF, 0x1B000...0x1B2FF, 0x20000...0x3FFFD,
  ]
}
