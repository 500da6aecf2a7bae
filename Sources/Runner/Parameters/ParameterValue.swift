/// A value given to a notebook.
package indirect enum ParameterValue: Sendable, Equatable {
  case null
  case bool(Bool)
  /// A whole number of any size, in decimal digits.
  case integer(String)
  case double(Double)
  case text(String)
  case list([ParameterValue])
  /// Names and values in their order.
  case map([Entry])
  /// A word of the command line, whose type the notebook's language decides.
  case word(String)

  /// One entry of a map.
  package struct Entry: Sendable, Equatable {
    package var key: String
    package var value: ParameterValue

    package init(_ key: String, _ value: ParameterValue) {
      self.key = key
      self.value = value
    }
  }
}

/// The reading of a word of the command line as papermill reads it: by Python's `int` and `float`.
enum ParameterWord {
  static func value(_ word: String) -> ParameterValue {
    switch word {
    case "True": return .bool(true)
    case "False": return .bool(false)
    case "None": return .null
    default: break
    }
    if let digits = integer(word) { return .integer(digits) }
    return double(word).map { .double($0) } ?? .text(word)
  }

  /// What `int(word)` gives, in digits.
  private static func integer(_ word: String) -> String? {
    var digits = trimmed(word)
    let sign = digits.first.map { $0 == "-" || $0 == "+" } ?? false ? digits.removeFirst() : "+"
    guard let plain = withoutUnderscores(digits), plain.utf8.allSatisfy(isDigit) else { return nil }
    return normalized(plain, isNegative: sign == "-")
  }

  /// What `float(word)` gives.
  private static func double(_ word: String) -> Double? {
    var body = trimmed(word)
    let sign = body.first.map { $0 == "-" || $0 == "+" } ?? false ? body.removeFirst() : "+"
    let magnitude: Double
    switch body.lowercased() {
    case "inf", "infinity": magnitude = .infinity
    case "nan": magnitude = .nan
    default:
      // Swift's own reader also takes hexadecimal, which Python's does not.
      guard let plain = withoutUnderscores(body), body.first != "-", body.first != "+",
        plain.utf8.allSatisfy({ isDigit($0) || "eE.+-".utf8.contains($0) }),
        plain.prefix(while: { $0 != "e" && $0 != "E" }).utf8.contains(where: isDigit),
        let value = Double(
          plain.hasSuffix(".") ? plain + "0" : plain.replacing(/\.(?=[eE])/, with: ".0"))
      else { return nil }
      magnitude = value
    }
    return sign == "-" ? -magnitude : magnitude
  }

  /// `digits` without zeros in front.
  static func normalized(_ digits: String, isNegative: Bool) -> String {
    let significant = String(digits.drop { $0 == "0" })
    if significant.isEmpty { return "0" }
    return (isNegative ? "-" : "") + significant
  }

  /// `text` without the underscores that may stand between two digits, or `nil` where one stands
  /// elsewhere or nothing is left.
  private static func withoutUnderscores(_ text: String) -> String? {
    let bytes = Array(text.utf8)
    for (index, byte) in bytes.enumerated() where byte == UInt8(ascii: "_") {
      guard index > 0, index + 1 < bytes.count, isDigit(bytes[index - 1]), isDigit(bytes[index + 1])
      else { return nil }
    }
    let plain = text.replacing("_", with: "")
    return plain.isEmpty ? nil : plain
  }

  private static func trimmed(_ word: String) -> String {
    var rest = word[...]
    while rest.first?.isWhitespace ?? false { rest.removeFirst() }
    while rest.last?.isWhitespace ?? false { rest.removeLast() }
    return String(rest)
  }

  static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}
