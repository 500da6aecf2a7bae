/// What is done with texts.
package enum TextFunction: Sendable, Hashable {
  case uppercased, lowercased, trimmed, length, byteLength, reversed
  case contains(String)
  case containsAny([String])
  case hasPrefix(String)
  case hasSuffix(String)
  case like(String)
  case replacing(String, with: String)
  case slice(from: Int, count: Int?)
  case padded(Int, with: Character, atStart: Bool)
  case zeroFilled(Int)
  /// Without characters of a set at the start, the end, or both.
  case stripped(String, atStart: Bool, atEnd: Bool)
  case withoutPrefix(String)
  case withoutSuffix(String)
  case repeated(Int)
  case count(of: String)
  case position(of: String)
  case split(by: String)
  /// How many scalars must be changed to make one text of the other.
  case editDistance
  case similarity

  /// The type of the result, or nothing when the operands are no texts.
  func type(of operands: [DataType]) -> DataType? {
    guard operands.allSatisfy(\.isTextual) else { return nil }
    switch self {
    case .uppercased, .lowercased, .trimmed, .replacing, .slice, .reversed, .padded, .zeroFilled,
      .stripped, .withoutPrefix, .withoutSuffix, .repeated:
      return .string
    case .length, .byteLength, .count, .position, .editDistance: return .int64
    case .contains, .containsAny, .hasPrefix, .hasSuffix, .like: return .bool
    case .split: return .list(.string)
    case .similarity: return .float64
    }
  }

  var text: String {
    switch self {
    case .uppercased, .lowercased, .trimmed, .reversed: "\(self)()"
    case .length, .byteLength: "\(self)"
    case .containsAny(let parts): "containsAny(\(parts))"
    case .contains(let part): "contains(\"\(part)\")"
    case .hasPrefix(let part): "hasPrefix(\"\(part)\")"
    case .like(let pattern): "like(\"\(pattern)\")"
    case .hasSuffix(let part): "hasSuffix(\"\(part)\")"
    case .replacing(let part, let other): "replacing(\"\(part)\", with: \"\(other)\")"
    case .slice(let from, let count):
      "slice(from: \(from)\(count.map { ", count: \($0)" } ?? ""))"
    case .padded(let count, _, let atStart): "padded\(atStart ? "Start" : "End")(to: \(count))"
    case .zeroFilled(let count): "zeroFilled(to: \(count))"
    case .stripped(let set, _, _): "stripped(\"\(set)\")"
    case .withoutPrefix(let part): "withoutPrefix(\"\(part)\")"
    case .withoutSuffix(let part): "withoutSuffix(\"\(part)\")"
    case .repeated(let count): "repeated(\(count))"
    case .count(let part): "count(of: \"\(part)\")"
    case .position(let part): "position(of: \"\(part)\")"
    case .split(let part): "split(by: \"\(part)\")"
    case .editDistance: "editDistance(to:)"
    case .similarity: "similarity(to:)"
    }
  }
}

extension Expr {
  private func text(_ function: TextFunction, _ others: Expr...) -> Expr {
    Expr(.call(.text(function), [self] + others))
  }

  /// The text filled up at its start to so many Unicode scalars.
  public func paddedStart(to count: Int, with fill: Character = " ") -> Expr {
    text(.padded(count, with: fill, atStart: true))
  }
  /// The text filled up at its end to so many Unicode scalars.
  public func paddedEnd(to count: Int, with fill: Character = " ") -> Expr {
    text(.padded(count, with: fill, atStart: false))
  }
  /// The text filled up with zeros behind its sign to so many Unicode scalars.
  public func zeroFilled(to count: Int) -> Expr { text(.zeroFilled(count)) }
  /// The text without characters of `set` at its ends.
  public func stripped(_ set: String) -> Expr {
    text(.stripped(set, atStart: true, atEnd: true))
  }
  /// The text without characters of `set` at its start.
  public func strippedStart(_ set: String) -> Expr {
    text(.stripped(set, atStart: true, atEnd: false))
  }
  /// The text without characters of `set` at its end.
  public func strippedEnd(_ set: String) -> Expr {
    text(.stripped(set, atStart: false, atEnd: true))
  }
  /// The text without `part` where it begins with it.
  public func withoutPrefix(_ part: String) -> Expr { text(.withoutPrefix(part)) }
  /// The text without `part` where it ends with it.
  public func withoutSuffix(_ part: String) -> Expr { text(.withoutSuffix(part)) }
  /// The text's Unicode scalars from the last to the first.
  public func reversed() -> Expr { text(.reversed) }
  /// The text so many times, one behind the other.
  public func repeated(_ count: Int) -> Expr { text(.repeated(count)) }
  /// How often `part` stands in the text, none overlapping another.
  public func count(of part: String) -> Expr { text(.count(of: part)) }
  /// Before how many Unicode scalars `part` first stands; null where it does not.
  public func position(of part: String) -> Expr { text(.position(of: part)) }
  /// A list of what stands between the places where `part` stands.
  public func split(by part: String) -> Expr { text(.split(by: part)) }
  /// How many Unicode scalars must be put in, left out or replaced to make the other text of this one
  /// (Levenshtein 1966).
  public func editDistance(to other: Expr) -> Expr { text(.editDistance, other) }
  /// How many Unicode scalars must be put in, left out or replaced to make the other text of this
  /// one.
  public func editDistance(to other: String) -> Expr { text(.editDistance, lit(other)) }
  /// How alike two texts are, from 0 to 1: 1 less the edit distance to the length of the longer.
  public func similarity(to other: Expr) -> Expr { text(.similarity, other) }
  /// How alike two texts are, from 0 to 1.
  public func similarity(to other: String) -> Expr { text(.similarity, lit(other)) }
}
