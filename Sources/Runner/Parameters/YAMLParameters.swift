internal import Yams

/// Parameters written in YAML, read as papermill's loader reads them: YAML 1.1, dates stay text.
enum YAMLParameters {
  /// The entries of the map that `yaml` is; an empty text is an empty map.
  static func entries(of yaml: String, at place: String) throws(RunError) -> [ParameterValue.Entry]
  {
    switch try value(of: yaml, at: place) {
    case .map(let entries): return entries
    case .null: return []
    default:
      throw RunError(
        .usage, "the parameters are no map of names to values", at: place,
        mend: "write NAME: VALUE")
    }
  }

  /// The value that `yaml` is; an empty text is nothing.
  static func value(of yaml: String, at place: String) throws(RunError) -> ParameterValue {
    do {
      return try Yams.compose(yaml: yaml).map { value($0) } ?? .null
    } catch {
      throw RunError(.usage, "the parameters are not YAML: \(error)", at: place)
    }
  }

  private static func value(_ node: Node) -> ParameterValue {
    switch node {
    case .sequence(let elements): .list(elements.map(value))
    case .mapping(let pairs): .map(entries(pairs))
    case .scalar(let scalar):
      scalar.style == .plain && scalar.tag.description != "tag:yaml.org,2002:str"
        ? plain(scalar.string) : .text(scalar.string)
    // The parser has put what it stands for in its place.
    case .alias: .null
    }
  }

  /// The entries of a mapping; those that `<<` merges come first and give way.
  private static func entries(_ mapping: Node.Mapping) -> [ParameterValue.Entry] {
    var parameters = Parameters()
    for (key, node) in mapping where key.string == "<<" {
      let sources = node.sequence.map(Array.init) ?? [node]
      for case .map(let merged) in sources.reversed().map(value) {
        for entry in merged { parameters.set(entry.key, to: entry.value) }
      }
    }
    for (key, node) in mapping where key.string != "<<" {
      parameters.set(keyText(key), to: value(node))
    }
    return parameters.entries
  }

  /// A key as Python's `str` writes it.
  private static func keyText(_ key: Node) -> String {
    switch value(key) {
    case .text(let text), .word(let text): text
    case .integer(let digits): digits
    case .bool(let value): value ? "True" : "False"
    case .null: "None"
    case .double(let value): PythonTranslator.text(of: value)
    case .list, .map: key.string ?? ""
    }
  }

  /// A scalar without quotes, by YAML 1.1's rules.
  static func plain(_ text: String) -> ParameterValue {
    switch text {
    case "", "~", "null", "Null", "NULL": return .null
    case "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON": return .bool(true)
    case "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF": return .bool(false)
    case ".nan", ".NaN", ".NAN": return .double(.nan)
    default: break
    }
    var body = text
    let sign = body.first.map { $0 == "-" || $0 == "+" } ?? false ? body.removeFirst() : "+"
    if [".inf", ".Inf", ".INF"].contains(body) {
      return .double(sign == "-" ? -.infinity : .infinity)
    }
    if let digits = integer(body) {
      return .integer(ParameterWord.normalized(digits, isNegative: sign == "-"))
    }
    guard let magnitude = double(body, isSigned: text != body) else { return .text(text) }
    return .double(sign == "-" ? -magnitude : magnitude)
  }

  /// The decimal digits of a whole number without its sign.
  private static func integer(_ body: String) -> String? {
    let bare = body.replacing("_", with: "")
    if body == "0" { return "0" }
    if body.hasPrefix("0b") { return Int(bare.dropFirst(2), radix: 2).map(String.init) }
    if body.hasPrefix("0x") { return Int(bare.dropFirst(2), radix: 16).map(String.init) }
    if body.hasPrefix("0") { return Int(bare.dropFirst(), radix: 8).map(String.init) }
    guard let first = body.utf8.first, ParameterWord.isDigit(first) else { return nil }
    if bare.utf8.allSatisfy(ParameterWord.isDigit) { return bare }
    return sexagesimal(bare).map(String.init)
  }

  /// `1:30:00`, in seconds.
  private static func sexagesimal(_ body: String) -> Int? {
    let parts = body.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count > 1 else { return nil }
    var total = 0
    for (place, part) in parts.enumerated() {
      guard let number = Int(part), part.utf8.allSatisfy(ParameterWord.isDigit),
        place == 0 || number < 60 && part.utf8.count <= 2
      else { return nil }
      let (product, overflows) = total.multipliedReportingOverflow(by: 60)
      guard !overflows else { return nil }
      total = product + number
    }
    return total
  }

  /// A number with a point, without its sign. Its exponent needs a sign of its own, and a number
  /// that begins with the point has none.
  private static func double(_ body: String, isSigned: Bool) -> Double? {
    let bare = body.replacing("_", with: "")
    guard let point = bare.utf8.firstIndex(of: UInt8(ascii: ".")) else { return nil }
    let whole = bare[..<point]
    var fraction = bare[bare.utf8.index(after: point)...]
    var exponent = ""
    if let mark = fraction.firstIndex(where: { $0 == "e" || $0 == "E" }) {
      let digits = fraction[fraction.index(after: mark)...]
      guard digits.first == "-" || digits.first == "+", digits.count > 1,
        digits.dropFirst().utf8.allSatisfy(ParameterWord.isDigit)
      else { return nil }
      exponent = "e" + digits
      fraction = fraction[..<mark]
    }
    guard whole.utf8.allSatisfy(ParameterWord.isDigit),
      fraction.utf8.allSatisfy(ParameterWord.isDigit),
      whole.isEmpty ? !fraction.isEmpty && !isSigned : !body.hasPrefix("_")
    else { return nil }
    return Double("\(whole.isEmpty ? "0" : whole).\(fraction.isEmpty ? "0" : fraction)\(exponent)")
  }
}
