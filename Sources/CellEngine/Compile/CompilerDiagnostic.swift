/// One message of the compiler, with what belongs to it.
package struct CompilerDiagnostic: Sendable, Equatable {
  package enum Severity: String, Sendable { case error, warning, note, remark }

  /// A place in a source file; the column counts bytes from 1.
  package struct Position: Sendable, Equatable {
    package var line: Int
    package var column: Int

    package init(line: Int, column: Int) {
      self.line = line
      self.column = column
    }
  }

  /// From `start` up to but not including `end`, in the diagnostic's file.
  package struct SourceRange: Sendable, Equatable {
    package var start: Position
    package var end: Position

    package init(start: Position, end: Position) {
      self.start = start
      self.end = end
    }
  }

  /// A change that the compiler proposes: `text` in place of `range`.
  package struct FixIt: Sendable, Equatable {
    package var range: SourceRange
    package var text: String

    package init(range: SourceRange, text: String) {
      self.range = range
      self.text = text
    }
  }

  package var severity: Severity
  /// As in `#sourceLocation`: "Cell 3", or the path of a module's file; empty where there is none.
  package var file: String
  /// From 1; 0 where the message has no place.
  package var line: Int
  /// In bytes, from 1, in the text that was compiled.
  package var column: Int
  package var message: String
  package var ranges: [SourceRange]
  package var fixIts: [FixIt]
  package var notes: [CompilerDiagnostic]

  package init(
    severity: Severity, file: String, line: Int, column: Int, message: String,
    ranges: [SourceRange] = [], fixIts: [FixIt] = [], notes: [CompilerDiagnostic] = []
  ) {
    self.severity = severity
    self.file = file
    self.line = line
    self.column = column
    self.message = message
    self.ranges = ranges
    self.fixIts = fixIts
    self.notes = notes
  }

  /// The diagnostics in the text that the compiler prints with `-diagnostic-style=llvm`; notes
  /// stand beside what they belong to, and ranges and fix-its are left out.
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
