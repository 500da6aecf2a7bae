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
  static func quoted(_ text: String) -> String {
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

  func declarations(in source: String) -> [DeclaredParameter]? {
    source.split(whereSeparator: \.isNewline).compactMap { line in
      // NAME: TYPE = VALUE # COMMENT, at the left edge; == compares and declares nothing.
      guard
        let match = line.prefixMatch(
          of: /([\p{L}_][\p{L}\p{N}_]*)\s*(?::([^=#]+))?=(?!=)\s*(.*)/)
      else { return nil }
      let (value, comment) = Self.parted(String(match.3))
      let type = match.2.map(String.init)?.trimmingSpaces
      return DeclaredParameter(
        name: String(match.1), type: type, defaultText: value, comment: comment,
        kind: type.map(Self.kind(ofType:)) ?? Self.kind(ofLiteral: value))
    }
  }

  /// A value and the comment behind it; a `#` between quotes begins none.
  private static func parted(_ text: String) -> (value: String, comment: String?) {
    var quote: Character?
    var isEscaped = false
    for index in text.indices {
      let character = text[index]
      if isEscaped {
        isEscaped = false
      } else if let open = quote {
        if character == "\\" { isEscaped = true }
        if character == open { quote = nil }
      } else if character == "\"" || character == "'" {
        quote = character
      } else if character == "#" {
        let comment = String(text[text.index(after: index)...]).trimmingSpaces
        return (String(text[..<index]).trimmingSpaces, comment.isEmpty ? nil : comment)
      }
    }
    return (text.trimmingSpaces, nil)
  }

  private static func kind(ofType type: String) -> DeclaredParameter.Kind? {
    let plain = type.filter { $0 != " " && $0 != "\"" && $0 != "'" }
      .replacing("typing.", with: "")
    switch plain {
    case "bool": return .boolean
    case "int": return .integer
    case "float": return .number
    case "str": return .string
    case "list", "List": return .list(nil)
    case "dict", "Dict": return .map(nil)
    default: break
    }
    if let match = plain.wholeMatch(of: /Optional\[(.+)\]|(.+)\|None|None\|(.+)/) {
      return kind(ofType: String(match.1 ?? match.2 ?? match.3 ?? "")).map { .optional($0) }
    }
    if let match = plain.wholeMatch(of: /[lL]ist\[(.+)\]/) {
      return .list(kind(ofType: String(match.1)))
    }
    if let match = plain.wholeMatch(of: /[dD]ict\[str,(.+)\]/) {
      return .map(kind(ofType: String(match.1)))
    }
    return nil
  }

  /// The kind of a default. A whole number may be meant as any number.
  private static func kind(ofLiteral text: String) -> DeclaredParameter.Kind? {
    switch text {
    case "True", "False": return .boolean
    case "None": return nil
    default: break
    }
    if text.wholeMatch(of: /[-+]?[0-9][0-9_]*/) != nil { return .number }
    if text.wholeMatch(of: /[-+]?(?:[0-9][0-9_]*)?\.?[0-9_]*(?:[eE][-+]?[0-9]+)?/) != nil,
      text.contains(where: \.isNumber)
    {
      return .number
    }
    if let first = text.first, first == "\"" || first == "'", text.count > 1, text.last == first {
      return .string
    }
    if text.hasPrefix("["), text.hasSuffix("]") { return .list(nil) }
    if text.hasPrefix("{"), text.hasSuffix("}"), text.contains(":") || text == "{}" {
      return .map(nil)
    }
    return nil
  }

  /// A word of the command line fits wherever it can be read so that it does; where text is
  /// declared papermill's reading may make a number of it, which is let pass.
  func objection(to value: ParameterValue, for declared: DeclaredParameter) -> String? {
    guard let kind = declared.kind else { return nil }
    if case .word(let word) = value {
      let read = ParameterWord.value(word)
      if kind.accepts(read) || kind.accepts(.text(word)) || read == .null { return nil }
      return "\"\(word)\" is no \(kind.name)"
    }
    // In Python a default of any type gives way to None.
    if kind.accepts(value) || (declared.type == nil && value == .null) { return nil }
    return "\(value.kindName) is no \(kind.name)"
  }

  func binding(of name: String, to variable: String) -> String {
    "import os as _apus_os\n\(name) = _apus_os.environ.pop(\"\(variable)\")\ndel _apus_os"
  }
}
