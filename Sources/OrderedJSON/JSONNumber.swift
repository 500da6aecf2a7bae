/// A JSON number as it was written, so that reading and writing a document changes no digit.
public struct JSONNumber: Sendable {
  /// The number's text, as in the document.
  public let text: String

  /// A number from text that is known to follow JSON's grammar (or is `NaN` or an infinity).
  init(verified text: String) { self.text = text }

  /// The whole number `value`.
  public init(_ value: Int) { text = String(value) }

  /// The number `value` in the fewest digits that read back as the same.
  public init(_ value: Double) {
    if value.isNaN {
      text = "NaN"
    } else if value.isInfinite {
      text = value < 0 ? "-Infinity" : "Infinity"
    } else {
      text = value.description
    }
  }

  /// The value, where it is whole and fits in `Int`; `3.0` and `1e3` are whole.
  public var int: Int? {
    if let value = Int(text) { return value }
    guard let value = double else { return nil }
    return Int(exactly: value)
  }

  /// The value as a double; `nil` only where it overflows.
  public var double: Double? {
    switch text {
    case "NaN": .nan
    case "Infinity": .infinity
    case "-Infinity": -.infinity
    default: Double(text)
    }
  }
}

extension JSONNumber: Hashable {
  /// Numbers are equal when their texts are, or when both are the same double.
  public static func == (left: JSONNumber, right: JSONNumber) -> Bool {
    if left.text == right.text { return true }
    if let a = left.int, let b = right.int { return a == b }
    guard let a = left.double, let b = right.double else { return false }
    return a == b
  }

  /// Equal numbers have equal hashes, however they are written.
  public func hash(into hasher: inout Hasher) { hasher.combine(double) }
}
