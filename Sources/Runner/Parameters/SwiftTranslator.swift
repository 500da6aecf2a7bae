/// Swift: typed literals, which take the type that the notebook declares where it declares one.
struct SwiftTranslator: ParameterTranslator {
  func source(
    of parameters: Parameters, over declared: [DeclaredParameter]
  ) throws(RunError) -> String {
    try parameters.checkNames()
    var result = "// Parameters\n"
    for entry in parameters.entries {
      let declaration = declared.last { $0.name == entry.key }
      result += try line(entry.key, Self.read(entry.value, as: declaration), declaration) + "\n"
    }
    return result
  }

  private func line(
    _ name: String, _ value: ParameterValue, _ declaration: DeclaredParameter?
  ) throws(RunError) -> String {
    var value = value
    var type = declaration?.type
    if type == nil, let declaration, case .integer(let digits) = value,
      declaration.defaultText.wholeMatch(of: /-?[0-9][0-9_]*(\.[0-9_]+)?([eE][-+]?[0-9]+)?/)
        .map({ $0.1 != nil || $0.2 != nil }) ?? false,
      let number = Double(digits)
    {
      // A default of 2.0 makes a Double, and what is given stays one.
      value = .double(number)
    }
    if type == nil {
      let shape = SwiftShape(of: value)
      guard shape.isKnown else {
        throw RunError(
          .usage, "None has no type in Swift", at: "parameter \"\(name)\"",
          mend: "declare it with a type in the cell tagged parameters: let \(name): String? = nil")
      }
      type = shape.mustBeSaid ? shape.text : nil
    }
    let word = declaration?.introducer ?? "let"
    let shown = Self.keywords.contains(name) ? "`\(name)`" : name
    let annotation = type.map { ": \($0)" } ?? ""
    return try "\(word) \(shown)\(annotation) = \(Self.text(of: value, for: name))"
  }

  /// Words of the command line: papermill's `True`, `False` and `None`, and Swift's own. Where the
  /// notebook declares text, every word is text.
  private static func read(
    _ value: ParameterValue, as declaration: DeclaredParameter? = nil
  ) -> ParameterValue {
    guard case .word(let word) = value else { return value }
    if let declaration {
      let isText =
        declaration.type.map { ["String", "String?"].contains($0) }
        ?? declaration.defaultText.hasPrefix("\"")
      let isNothing = declaration.type == "String?" && ["nil", "None"].contains(word)
      if isText, !isNothing { return .text(word) }
    }
    switch word {
    case "true": return .bool(true)
    case "false": return .bool(false)
    case "nil": return .null
    default: return ParameterWord.value(word)
    }
  }

  private static func text(
    of value: ParameterValue, for name: String
  ) throws(RunError) -> String {
    switch value {
    case .null: return "nil"
    case .bool(let value): return value ? "true" : "false"
    case .integer(let digits):
      guard Int(digits) != nil else {
        throw RunError(
          .usage, "\(digits) does not fit in an Int", at: "parameter \"\(name)\"",
          mend: "give it as text with -r")
      }
      return digits
    case .double(let value):
      if value.isNaN { return "Double.nan" }
      if value.isInfinite { return value < 0 ? "-Double.infinity" : "Double.infinity" }
      return value.description
    case .text(let text): return quoted(text)
    case .list(let elements):
      var parts: [String] = []
      for element in elements { parts.append(try text(of: element, for: name)) }
      return "[" + parts.joined(separator: ", ") + "]"
    case .map(let entries):
      var parts: [String] = []
      for entry in entries {
        parts.append(quoted(entry.key) + ": " + (try text(of: entry.value, for: name)))
      }
      return parts.isEmpty ? "[:]" : "[" + parts.joined(separator: ", ") + "]"
    case .word: return try text(of: read(value), for: name)
    }
  }

  /// A string literal; backslashes are escaped, so nothing is interpolated.
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\t": result += "\\t"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{200B}"..."\u{200F}",
        "\u{2028}"..."\u{202E}", "\u{2066}"..."\u{2069}", "\u{FEFF}":
        result += "\\u{\(String(scalar.value, radix: 16))}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  func declarations(in source: String) -> [DeclaredParameter]? {
    source.split(whereSeparator: \.isNewline).compactMap { line in
      guard
        let match = line.prefixMatch(
          of: /(let|var)\s+`?([\p{L}_][\p{L}\p{N}_]*)`?\s*(?::([^=]+))?=(?!=)\s*(.*)/)
      else { return nil }
      let (value, comment) = Self.parted(String(match.4))
      let type = match.3.map(String.init)?.trimmingSpaces
      return DeclaredParameter(
        name: String(match.2), type: type, defaultText: value, introducer: String(match.1),
        comment: comment, kind: type.map(Self.kind(ofType:)) ?? Self.kind(ofLiteral: value))
    }
  }

  /// A value and the comment behind it; a `//` between quotes begins none.
  private static func parted(_ text: String) -> (value: String, comment: String?) {
    var isQuoted = false
    var last: Character?
    for index in text.indices {
      let character = text[index]
      if character == "\"", last != "\\" { isQuoted.toggle() }
      if !isQuoted, character == "/", last == "/" {
        let comment = String(text[text.index(after: index)...]).trimmingSpaces
        let value = String(text[..<text.index(before: index)]).trimmingSpaces
        return (value, comment.isEmpty ? nil : comment)
      }
      last = last == "\\" && character == "\\" ? nil : character
    }
    return (text.trimmingSpaces, nil)
  }

  private static func kind(ofType type: String) -> DeclaredParameter.Kind? {
    let plain = type.filter { $0 != " " }
    switch plain {
    case "Bool": return .boolean
    case "Int", "Int8", "Int16", "Int32", "Int64", "UInt", "UInt8", "UInt16", "UInt32", "UInt64":
      return .integer
    case "Double", "Float": return .number
    case "String": return .string
    default: break
    }
    if plain.hasSuffix("?") { return kind(ofType: String(plain.dropLast())).map { .optional($0) } }
    if let match = plain.wholeMatch(of: /\[String:(.+)\]/) {
      return .map(kind(ofType: String(match.1)))
    }
    if let match = plain.wholeMatch(of: /\[(.+)\]/) { return .list(kind(ofType: String(match.1))) }
    return nil
  }

  private static func kind(ofLiteral text: String) -> DeclaredParameter.Kind? {
    if text == "true" || text == "false" { return .boolean }
    if text.wholeMatch(of: /-?[0-9][0-9_]*/) != nil { return .integer }
    if text.wholeMatch(of: /-?[0-9][0-9_]*(?:\.[0-9_]+)?(?:[eE][-+]?[0-9]+)?/) != nil {
      return .number
    }
    if text.wholeMatch(of: /"(?:[^"\\]|\\.)*"/) != nil { return .string }
    if let match = text.wholeMatch(of: /\[([^:\[\]]*)\]/) {
      let elements = match.1.split(separator: ",").map {
        kind(ofLiteral: String($0).trimmingSpaces)
      }
      guard let first = elements.first else { return nil }
      return .list(elements.allSatisfy { $0 == first } ? first : nil)
    }
    if text.hasPrefix("["), text.hasSuffix("]"), text.contains(":") { return .map(nil) }
    return nil
  }

  func objection(to value: ParameterValue, for declared: DeclaredParameter) -> String? {
    guard let kind = declared.kind else { return nil }
    let read = Self.read(value, as: declared)
    if kind.accepts(read) { return nil }
    if case .word(let word) = value { return "\"\(word)\" is no \(kind.name)" }
    return "\(read.kindName) is no \(kind.name)"
  }

  func binding(of name: String, to variable: String) -> String {
    let shown = Self.keywords.contains(name) ? "`\(name)`" : name
    return """
      import Glibc
      let \(shown) = getenv("\(variable)").map { String(cString: $0) } ?? ""
      unsetenv("\(variable)")
      """
  }

  /// Words that are names only between backticks.
  private static let keywords: Set<String> = [
    "as", "associatedtype", "break", "case", "catch", "class", "continue", "default", "defer",
    "deinit", "do", "else", "enum", "extension", "fallthrough", "false", "fileprivate", "for",
    "func", "guard", "if", "import", "in", "init", "inout", "internal", "is", "let", "nil",
    "operator", "private", "protocol", "public", "repeat", "rethrows", "return", "self", "static",
    "struct", "subscript", "super", "switch", "throw", "throws", "true", "try", "typealias", "var",
    "where", "while",
  ]
}

/// The type that Swift would have to give a literal.
private indirect enum SwiftShape: Equatable {
  case unknown, bool, int, double, string, any
  case optional(SwiftShape)
  case array(SwiftShape)
  case dictionary(SwiftShape)

  init(of value: ParameterValue) {
    switch value {
    case .null: self = .optional(.unknown)
    case .bool: self = .bool
    case .integer: self = .int
    case .double: self = .double
    case .text, .word: self = .string
    case .list(let elements): self = .array(Self.joined(elements.map(Self.init(of:))))
    case .map(let entries): self = .dictionary(Self.joined(entries.map { Self(of: $0.value) }))
    }
  }

  private static func joined(_ shapes: [SwiftShape]) -> SwiftShape {
    shapes.reduce(.unknown) { $0.joined(with: $1) }
  }

  /// The narrowest type that holds values of both.
  private func joined(with other: SwiftShape) -> SwiftShape {
    switch (self, other) {
    case (let a, let b) where a == b: a
    case (.unknown, let shape), (let shape, .unknown): shape
    case (.optional(let a), .optional(let b)): .optional(a.joined(with: b))
    case (.optional(let a), let b), (let b, .optional(let a)): .optional(a.joined(with: b))
    case (.int, .double), (.double, .int): .double
    case (.array(let a), .array(let b)): .array(a.joined(with: b))
    case (.dictionary(let a), .dictionary(let b)): .dictionary(a.joined(with: b))
    default: .any
    }
  }

  /// Whether it can be written at all: a lone `nil` has no type.
  var isKnown: Bool { self != .optional(.unknown) }

  /// Whether a literal needs it beside it.
  var mustBeSaid: Bool {
    switch self {
    case .unknown, .any, .optional(.unknown): true
    case .bool, .int, .double, .string: false
    case .optional(let inner), .array(let inner), .dictionary(let inner): inner.mustBeSaid
    }
  }

  var text: String {
    switch self {
    case .unknown, .any: "Any"
    case .bool: "Bool"
    case .int: "Int"
    case .double: "Double"
    case .string: "String"
    case .optional(let inner): inner.text + "?"
    case .array(let inner): "[\(inner.text)]"
    case .dictionary(let inner): "[String: \(inner.text)]"
    }
  }
}

extension String {
  /// Without spaces at either end.
  var trimmingSpaces: String {
    var rest = self[...]
    while rest.first?.isWhitespace ?? false { rest.removeFirst() }
    while rest.last?.isWhitespace ?? false { rest.removeLast() }
    return String(rest)
  }
}
