/// What goes wrong on the wire or with a kernel's process.
package struct JupyterError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The kind of failure.
  package enum Code: Sendable {
    case malformedMessage, badSignature, replayedMessage, malformedFile, fileAccess
    case socket, noSuchKernel, cannotStart, kernelDied, timedOut, closed
  }

  package var code: Code
  /// What is wrong.
  package var what: String
  /// Where: a path, an address, a channel.
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
