package import ApusFrame

/// What went wrong with a statistic, where, and how to mend it.
public struct StatsError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The kinds of error.
  public enum Code: Sendable {
    /// A column that the frame does not have.
    case missingColumn
    /// A column whose type the statistic does not know.
    case typeMismatch
    /// Samples, vectors or matrices whose lengths do not fit together.
    case shapeMismatch
    /// Fewer rows than the statistic needs, once those with nulls are left out.
    case tooFewRows
    /// Values that the statistic cannot take: constant, infinite, negative.
    case badValue
    /// An option, level or name outside what is allowed.
    case badOption
    /// A formula that cannot be read.
    case badFormula
    /// A design whose columns depend on each other, or a matrix that has no inverse.
    case singular
    /// Classes that a line separates, so that the estimates have no bound.
    case separation
    /// An iteration that did not settle.
    case noConvergence
    /// A library that is not installed.
    case missingLibrary
    /// A saved model that cannot be read.
    case malformedFile
    /// Work that was asked to stop.
    case cancelled
  }

  /// The kind of error.
  public var code: Code
  /// What went wrong, such as `"fare" is String, not a number`.
  public var what: String
  /// Where, such as `tTest(…)`.
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
    let text = place.isEmpty ? what : "\(what) in \(place)"
    guard let mend else { return text }
    return "\(text); \(mend)"
  }

  /// The error of a frame as one of a statistic.
  package init(_ error: FrameError, in place: String) {
    let code: Code =
      switch error.code {
      case .missingColumn: .missingColumn
      case .typeMismatch: .typeMismatch
      case .shapeMismatch, .duplicateColumn: .shapeMismatch
      case .overflow, .badValue, .tooManyRows, .memoryLimit: .badValue
      case .malformedFile, .fileAccess: .malformedFile
      case .cancelled: .cancelled
      }
    self.init(
      code: code, what: error.what, place: error.place.isEmpty ? place : error.place,
      mend: error.mend)
  }
}
