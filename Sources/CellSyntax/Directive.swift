/// A cell that is not Swift but a request to the kernel: `%help`.
package struct Directive: Sendable, Equatable {
  /// The word after `%`.
  package var name: String
  /// The rest of the line.
  package var argument: String

  package init(name: String, argument: String) {
    self.name = name
    self.argument = argument
  }

  /// The directive that `code` is, if its first line with text begins with `%` and a letter. Swift
  /// itself has no such line: `%` is an infix operator only.
  package static func parse(_ code: String) -> Directive? {
    let line = code.split(whereSeparator: \.isNewline)
      .first { $0.contains { !$0.isWhitespace } }?.drop { $0.isWhitespace }
    guard let line, line.first == "%", line.dropFirst().first?.isLetter == true else { return nil }
    let words = line.dropFirst().split(maxSplits: 1, whereSeparator: \.isWhitespace)
    let argument = words.count > 1 ? String(words[1]) : ""
    return Directive(name: String(words[0]), argument: argument.trimmed)
  }
}

extension String {
  fileprivate var trimmed: String {
    String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }
}
