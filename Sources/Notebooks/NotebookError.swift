/// What is wrong with a notebook file.
package struct NotebookError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The kind of failure.
  package enum Code: Sendable { case notJSON, notANotebook, unknownVersion, malformedCell }

  package var code: Code
  /// What is wrong.
  package var what: String
  /// Where: a line, or a cell counted from 1.
  package var place: String
  /// How to mend it.
  package var mend: String?

  package init(_ code: Code, _ what: String, at place: String, mend: String? = nil) {
    self.code = code
    self.what = what
    self.place = place
    self.mend = mend
  }

  package var description: String {
    "\(what) (\(place))" + (mend.map { "; \($0)" } ?? "")
  }
}
