/// Why a notebook did not run, or did not run to its end.
package struct RunError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The kind of failure.
  package enum Code: Sendable {
    /// A parameter, a flag or a path that cannot be.
    case usage
    case invalidNotebook
    /// A file cannot be read or written.
    case fileAccess
    /// There is no such kernel, or it does not start.
    case kernelStart
    case cellFailed
    case timedOut
    case kernelDied
    /// An output is not the one that was expected.
    case outputDiffers
    /// A signal told the run to end.
    case interrupted
  }

  package var code: Code
  /// What is wrong.
  package var what: String
  /// Where: a path, a cell, a parameter.
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
