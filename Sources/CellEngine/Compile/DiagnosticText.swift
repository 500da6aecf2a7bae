internal import CellSyntax

/// One message of the compiler.
struct CompilerDiagnostic: Sendable, Equatable {
  enum Severity: String, Sendable { case error, warning, note, remark }

  var severity: Severity
  /// As in `#sourceLocation`: "Cell 3", or the path of a module's file.
  var file: String
  var line: Int
  /// In bytes, from 1, in the text that was compiled.
  var column: Int
  var message: String

  /// The diagnostics in the text that the compiler prints with `-diagnostic-style=llvm`.
  static func parse(_ text: String) -> [CompilerDiagnostic] {
    text.split(separator: "\n").compactMap { line in
      guard let match = line.firstMatch(of: Self.header),
        let lineNumber = Int(match.2), let column = Int(match.3),
        let severity = Severity(rawValue: String(match.4))
      else { return nil }
      return CompilerDiagnostic(
        severity: severity, file: String(match.1), line: lineNumber, column: column,
        message: String(match.5))
    }
  }

  private nonisolated(unsafe) static let header =
    /^(.+?):(\d+):(\d+): (error|warning|note|remark): (.*)$/
}

/// Diagnostics as the user reads them: the cell's own lines with carets.
struct DiagnosticText {
  /// The name of the cell that was compiled and the way back to its text.
  var cellName: String
  var sourceMap: SourceMap
  var usesColour: Bool

  /// The lines of `diagnostics`, each header followed by its source line and a caret.
  func lines(of diagnostics: [CompilerDiagnostic]) -> [String] {
    diagnostics.flatMap { diagnostic -> [String] in
      let isOwn = diagnostic.file == cellName
      let column =
        isOwn
        ? sourceMap.originalColumn(diagnostic.column, line: diagnostic.line) : diagnostic.column
      let place = "\(diagnostic.file):\(diagnostic.line):\(column): "
      let header =
        bold(place) + colour(diagnostic.severity.rawValue + ": ", of: diagnostic.severity)
        + bold(diagnostic.message)
      guard isOwn, let source = sourceMap.originalLine(diagnostic.line) else { return [header] }
      let gutter = String(diagnostic.line)
      let blank = String(repeating: " ", count: gutter.count)
      return [
        header, "\(gutter) | \(source)",
        "\(blank) | \(caret(at: column, under: source, diagnostic.severity))",
      ]
    }
  }

  private func caret(
    at column: Int, under source: String, _ severity: CompilerDiagnostic.Severity
  ) -> String {
    let before = String(decoding: Array(source.utf8).prefix(max(0, column - 1)), as: UTF8.self)
    // A tab stays a tab, so that the caret stands under its place whatever the tab's width.
    let indent = String(before.map { $0 == "\t" ? "\t" : " " })
    return indent + colour("^", of: severity)
  }

  private func bold(_ text: String) -> String { usesColour ? "\u{1B}[1m\(text)\u{1B}[0m" : text }

  private func colour(_ text: String, of severity: CompilerDiagnostic.Severity) -> String {
    guard usesColour else { return text }
    let code =
      switch severity {
      case .error: "1;31"
      case .warning: "1;33"
      case .note, .remark: "1;36"
      }
    return "\u{1B}[\(code)m\(text)\u{1B}[0m"
  }
}
