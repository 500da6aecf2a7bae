/// What goes wrong in the engine itself, as opposed to in a cell.
package struct CellEngineError: Error, Sendable, Equatable, CustomStringConvertible {
  package enum Code: Sendable {
    /// The Swift toolchain, or a part of it, is not there or is another one.
    case toolchain
    /// Files of Apus itself are not where they should be.
    case installation
    /// A process could not be started or spoken to.
    case process
    /// A file could not be read or written.
    case file
  }

  package var code: Code
  /// What is wrong, in lower case without a full stop.
  package var what: String
  /// Where: a path or a call.
  package var place: String
  /// How to mend it, where that is known.
  package var mend: String?

  package init(_ code: Code, _ what: String, place: String, mend: String? = nil) {
    self.code = code
    self.what = what
    self.place = place
    self.mend = mend
  }

  package var description: String {
    "\(place): \(what)" + (mend.map { "; \($0)" } ?? "")
  }
}
