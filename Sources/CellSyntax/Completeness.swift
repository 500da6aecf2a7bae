internal import SwiftDiagnostics
internal import SwiftParser
internal import SwiftParserDiagnostics
internal import SwiftSyntax

/// Whether text is a whole cell, by the real parser.
package enum TextCompleteness: Sendable, Equatable {
  case complete
  /// More is needed; the next line is best indented by this.
  case incomplete(indent: String)
  case invalid

  /// What `code` is.
  package static func of(_ code: String) -> TextCompleteness {
    if Directive.parse(code) != nil { return .complete }
    let tree = Parser.parse(source: code)
    let errors = ParseDiagnosticsGenerator.diagnostics(for: tree)
      .filter { $0.diagMessage.severity == .error }
    let endOfText = tree.statements.endPositionBeforeTrailingTrivia.utf8Offset
    if hasOpenComment(tree) { return .incomplete(indent: indent(after: code)) }
    guard let first = errors.min(by: { $0.position < $1.position }) else { return .complete }
    // What is wrong only at the end may be mended by going on; a line break cannot go on in a
    // string of one line.
    let wantsQuote = first.message.contains("'\"' to end string literal")
    let isAtEnd = first.position.utf8Offset >= endOfText
    if !wantsQuote, isAtEnd || isOpenMultilineString(first) {
      return .incomplete(indent: indent(after: code))
    }
    return .invalid
  }

  private static func isOpenMultilineString(_ diagnostic: Diagnostic) -> Bool {
    diagnostic.message.contains("'\"\"\"' to end string literal")
  }

  private static func hasOpenComment(_ tree: SourceFileSyntax) -> Bool {
    tree.tokens(viewMode: .sourceAccurate).contains { token in
      (token.leadingTrivia.pieces + token.trailingTrivia.pieces).contains { piece in
        guard case .blockComment(let text) = piece else { return false }
        return !text.hasSuffix("*/") || text.count < 4
      }
    }
  }

  /// The indent of the last line that has text, one level deeper where it opens something.
  private static func indent(after code: String) -> String {
    let lines = code.split(separator: "\n", omittingEmptySubsequences: false)
    guard let last = lines.last(where: { $0.contains { !$0.isWhitespace } }) else { return "" }
    let own = String(last.prefix { $0 == " " || $0 == "\t" })
    let text = last.reversed().drop { $0.isWhitespace }
    guard let end = text.first else { return own }
    return "{([:,".contains(end) || last.hasSuffix(" in") ? own + (end == "," ? "" : "    ") : own
  }
}
