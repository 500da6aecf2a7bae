/// Compares text; numbers in it by value, with the tolerances of a comparison.
struct TextComparison {
  private let comparison: OutputComparison

  init(_ comparison: OutputComparison) { self.comparison = comparison }

  func difference(between stored: String, and fresh: String, _ key: String) -> String? {
    if stored == fresh { return nil }
    let old = Self.lines(of: stored)
    let new = Self.lines(of: fresh)
    for (number, pair) in zip(old, new).enumerated() where !isSame(pair.0, pair.1) {
      return "the output \(key) differs in line \(number + 1): \"\(Self.short(pair.0))\", "
        + "now \"\(Self.short(pair.1))\""
    }
    if old.count == new.count { return nil }
    return "the output \(key) has \(new.count) lines instead of \(old.count)"
  }

  private static func lines(of text: String) -> [Substring] {
    text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
  }

  private static func short(_ line: Substring) -> String {
    line.count <= 80 ? String(line) : "\(line.prefix(77))…"
  }

  /// Addresses of objects differ from run to run and mean nothing.
  private static func withoutAddresses(_ line: Substring) -> String {
    String(line).replacing(/0x[0-9a-fA-F]{6,}/, with: "0x…")
  }

  private func isSame(_ a: Substring, _ b: Substring) -> Bool {
    if a == b { return true }
    let old = Self.withoutAddresses(a)
    let new = Self.withoutAddresses(b)
    if old == new { return true }
    guard comparison.relativeTolerance > 0 || comparison.absoluteTolerance > 0 else { return false }
    let before = Self.parts(of: old)
    let after = Self.parts(of: new)
    guard before.count == after.count else { return false }
    return zip(before, after).allSatisfy { pair in
      switch pair {
      case (.number(let x, let a), .number(let y, let b)): a == b || comparison.isClose(x, y)
      case (.text(let x), .text(let y)): x == y
      default: false
      }
    }
  }

  private enum Part {
    case text(String)
    case number(Double, String)
  }

  /// A line as numbers and what lies between; runs of spaces and rules count as one, since the
  /// columns of a table are as wide as their numbers.
  private static func parts(of line: String) -> [Part] {
    var parts: [Part] = []
    var rest = line[...]
    // A digit within a word is a part of the word.
    while let match = rest.firstMatch(
      of: /[\p{L}_][\p{L}\p{N}_.]*|([-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)/)
    {
      let end = match.range.upperBound
      if let digits = match.output.1 {
        parts.append(.text(squeezed(rest[..<match.range.lowerBound])))
        let value = Double(digits.hasSuffix(".") ? digits + "0" : digits) ?? .nan
        parts.append(.number(value, String(digits)))
      } else {
        parts.append(.text(squeezed(rest[..<end])))
      }
      rest = rest[end...]
    }
    parts.append(.text(squeezed(rest)))
    return parts
  }

  private static func squeezed(_ text: Substring) -> String {
    String(text.replacing(/[\s]+/, with: " ").replacing(/([-─═=])+/, with: "-"))
  }
}

/// A pattern whose matches do not count: nbval's `[section] regex: … replace: …`.
package struct Sanitizer: Sendable {
  package let pattern: String
  package let replacement: String

  /// The sanitizers of a file in nbval's format.
  package static func all(in text: String, at place: String) throws(RunError) -> [Sanitizer] {
    var result: [Sanitizer] = []
    var pattern: String?
    for (number, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .enumerated()
    {
      let line = String(line)
      let trimmed = line.trimmingSpaces
      if trimmed.isEmpty || trimmed.hasPrefix("#") || trimmed.hasPrefix(";") { continue }
      if trimmed.hasPrefix("["), trimmed.hasSuffix("]") {
        pattern = nil
        continue
      }
      guard let match = trimmed.wholeMatch(of: /([a-z]+)\s*[:=]\s*(.*)/) else {
        throw RunError(
          .usage, "line \(number + 1) is neither regex nor replace", at: place,
          mend: "write [name], regex: PATTERN and replace: TEXT, each on a line")
      }
      switch match.1 {
      case "regex": pattern = String(match.2)
      case "replace":
        guard let found = pattern else {
          throw RunError(.usage, "line \(number + 1): replace without regex", at: place)
        }
        do {
          _ = try Regex(found)
        } catch {
          throw RunError(.usage, "line \(number + 1): the regex is malformed", at: place)
        }
        result.append(Sanitizer(pattern: found, replacement: String(match.2)))
        pattern = nil
      default:
        throw RunError(
          .usage, "line \(number + 1) sets \"\(match.1)\"", at: place,
          mend: "regex and replace are known")
      }
    }
    return result
  }

  package init(pattern: String, replacement: String) {
    self.pattern = pattern
    self.replacement = replacement
  }

  func applied(to text: String) -> String {
    // The pattern was checked when it was read.
    guard let regex = try? Regex(pattern).anchorsMatchLineEndings() else { return text }
    return text.replacing(regex, with: replacement)
  }
}
