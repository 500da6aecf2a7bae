/// Python, to the letter as papermill writes it.
struct PythonTranslator: ParameterTranslator {
  func source(
    of parameters: Parameters, over declared: [DeclaredParameter]
  ) throws(RunError) -> String {
    try parameters.checkNames()
    return "# Parameters\n"
      + parameters.entries.map { "\($0.key) = \(Self.text(of: $0.value))\n" }.joined()
  }

  private static func text(of value: ParameterValue) -> String {
    switch value {
    case .null: "None"
    case .bool(let value): value ? "True" : "False"
    case .integer(let digits): digits
    case .double(let value): literal(value)
    case .text(let text): quoted(text)
    case .list(let elements): "[" + elements.map(text(of:)).joined(separator: ", ") + "]"
    case .map(let entries):
      "{" + entries.map { "\(quoted($0.key)): \(text(of: $0.value))" }.joined(separator: ", ") + "}"
    case .word(let word): text(of: ParameterWord.value(word))
    }
  }

  private static func literal(_ value: Double) -> String {
    if value.isNaN { return "float('nan')" }
    if value.isInfinite { return value < 0 ? "float('-inf')" : "float('inf')" }
    return text(of: value)
  }

  /// A number as Python's `repr` writes it: an exponent below -4 and from 16 on.
  static func text(of value: Double) -> String {
    guard value.isFinite else { return value.isNaN ? "nan" : value < 0 ? "-inf" : "inf" }
    // Swift gives the same digits, the fewest that read back; only their layout differs.
    let sign = value.sign == .minus ? "-" : ""
    let parts = value.magnitude.description.split(separator: "e")
    let decimals = parts[0].split(separator: ".")
    let fraction = decimals.count > 1 && decimals[1] != "0" ? decimals[1] : ""
    var digits = String((decimals[0] + fraction).drop { $0 == "0" })
    guard !digits.isEmpty else { return sign + "0.0" }
    let zeros = decimals[0] == "0" ? fraction.prefix { $0 == "0" }.count : 0
    let whole = decimals[0] == "0" ? -zeros : decimals[0].count
    // The value is 0.DIGITS · 10^point.
    let point = whole + (parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
    while digits.count > 1, digits.hasSuffix("0") { digits.removeLast() }
    let exponent = point - 1
    if exponent < -4 || exponent >= 16 {
      let tail = digits.dropFirst()
      let width = abs(exponent) < 10 ? "0" : ""
      return sign + digits.prefix(1) + (tail.isEmpty ? "" : "." + tail) + "e"
        + (exponent < 0 ? "-" : "+") + width + String(abs(exponent))
    }
    if point <= 0 { return sign + "0." + String(repeating: "0", count: -point) + digits }
    if digits.count <= point {
      return sign + digits + String(repeating: "0", count: point - digits.count) + ".0"
    }
    return sign + digits.prefix(point) + "." + digits.dropFirst(point)
  }

  /// Python's `unicode_escape`, between double quotes.
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\t": result += "\\t"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case " "..."~": result.unicodeScalars.append(scalar)
      default:
        let digits = String(scalar.value, radix: 16)
        let (mark, width) =
          scalar.value < 0x100 ? ("x", 2) : scalar.value < 0x1_0000 ? ("u", 4) : ("U", 8)
        result += "\\" + mark + String(repeating: "0", count: width - digits.count) + digits
      }
    }
    return result + "\""
  }

  func declarations(in source: String) -> [DeclaredParameter] {
    source.split(whereSeparator: \.isNewline).compactMap { line in
      // NAME: TYPE = VALUE, at the left edge; == compares and declares nothing.
      guard
        let match = line.prefixMatch(of: /([\p{L}_][\p{L}\p{N}_]*)\s*(?::([^=]+))?=(?!=)\s*(.*)/)
      else { return nil }
      return DeclaredParameter(
        name: String(match.1), type: match.2.map(String.init)?.trimmingSpaces,
        defaultText: String(match.3).trimmingSpaces)
    }
  }
}
