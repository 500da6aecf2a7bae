/// What went wrong with a frame, where, and how to mend it.
public struct FrameError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The kinds of error.
  public enum Code: Sendable {
    /// A name that the frame does not have.
    case missingColumn
    /// Two columns of one name.
    case duplicateColumn
    /// An operation on a type that does not know it.
    case typeMismatch
    /// Columns of different lengths, or the wrong number of them.
    case shapeMismatch
    /// A whole number beyond 64 bits.
    case overflow
    /// A value that cannot be converted.
    case badValue
    /// A file whose content is not what its format asks for.
    case malformedFile
    /// A file that cannot be read or written.
    case fileAccess
    /// More rows than the operation is made for.
    case tooManyRows
    /// A query that was asked to stop.
    case cancelled
    /// A query that needs more memory than it may have.
    case memoryLimit
  }

  /// The kind of error.
  public var code: Code
  /// What went wrong, such as `no column "fair"`.
  public var what: String
  /// Where, such as `select(…) on a frame of city, fare`.
  public var place: String
  /// How to mend it, if that is known.
  public var mend: String?

  /// An error of these parts.
  public init(code: Code, what: String, place: String, mend: String? = nil) {
    self.code = code
    self.what = what
    self.place = place
    self.mend = mend
  }

  /// The parts as one line.
  public var description: String {
    let text = "\(what) in \(place)"
    guard let mend else { return text }
    return "\(text); \(mend)"
  }

  /// The error of a query that was asked to stop.
  static func cancelled(in step: String) -> FrameError {
    FrameError(code: .cancelled, what: "the query was interrupted", place: step)
  }

  /// The error for a column name that `names` does not hold; the nearest name is offered.
  package static func missingColumn(
    _ name: String, in step: String, names: [String]
  ) -> FrameError {
    FrameError(
      code: .missingColumn, what: "no column \"\(name)\"",
      place: "\(step) on a frame of \(summary(of: names))",
      mend: nearest(to: name, in: names).map { "did you mean \"\($0)\"?" })
  }

  /// The first names, and how many more there are.
  static func summary(of names: [String]) -> String {
    if names.isEmpty { return "no columns" }
    let shown = names.prefix(8).joined(separator: ", ")
    return names.count > 8 ? "\(shown) and \(names.count - 8) more" : shown
  }

  /// The name that a slip of the fingers would turn into `name`, if there is one.
  static func nearest(to name: String, in names: [String]) -> String? {
    let wanted = Array(name.lowercased())
    let reach = Swift.max(1, Swift.min(wanted.count / 2, 3))
    var best: (name: String, distance: Int)?
    for candidate in names {
      let distance = editDistance(wanted, Array(candidate.lowercased()))
      if distance <= reach, distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    return best?.name
  }
}
