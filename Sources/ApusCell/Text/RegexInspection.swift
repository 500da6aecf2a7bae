/// Looks into a `Regex` of the standard library for what is said nowhere in public.
enum RegexInspection {
  /// The pattern of `regex` if it was made from text alone, without options, transformations or
  /// parts of other kinds; else nil.
  static func pattern<Output>(of regex: Regex<Output>) -> String? {
    guard let program = child("program", of: regex), let tree = child("tree", of: program),
      let root = child("root", of: tree), let literal = child("convertedRegexLiteral", of: root),
      isPlain(node: root), child(".0", of: literal) != nil
    else { return nil }
    return regex._literalPattern
  }

  private static func child(_ label: String, of value: Any) -> Any? {
    Mirror(reflecting: value).children.first { $0.label == label }?.value
  }

  /// Whether the tree below `node` is one that its text describes without a doubt.
  private static func isPlain(node: Any) -> Bool {
    let mirror = Mirror(reflecting: node)
    guard mirror.displayStyle == .enum else { return false }
    // A case without a payload: nothing at all.
    guard let part = mirror.children.first else { return "\(node)" == "empty" }
    let value = part.value
    switch part.label {
    case "atom", "trivia": return true
    case "convertedRegexLiteral": return hasPlain(".0", in: value)
    case "nonCapturingGroup": return hasPlain(".1", in: value)
    case "quantification": return hasPlain(".2", in: value)
    case "concatenation", "orderedChoice":
      return Mirror(reflecting: value).children.allSatisfy { isPlain(node: $0.value) }
    case "capture":
      let fields = Array(Mirror(reflecting: value).children)
      return fields.count == 4 && isNil(fields[1].value) && isNil(fields[3].value)
        && isPlain(node: fields[2].value)
    // In a quoted text a backslash could pass for the end of the quotation.
    case "quotedLiteral": return (value as? String)?.utf8.contains(UInt8(ascii: "\\")) == false
    case "customCharacterClass": return holdsNoBackslash(value, depth: 6)
    default: return false
    }
  }

  private static func hasPlain(_ label: String, in value: Any) -> Bool {
    child(label, of: value).map(isPlain(node:)) ?? false
  }

  private static func isNil(_ value: Any) -> Bool {
    let mirror = Mirror(reflecting: value)
    return mirror.displayStyle == .optional && mirror.children.isEmpty
  }

  private static func holdsNoBackslash(_ value: Any, depth: Int) -> Bool {
    if let text = value as? String { return !text.utf8.contains(UInt8(ascii: "\\")) }
    guard depth > 0 else { return true }
    return Mirror(reflecting: value).children.allSatisfy {
      holdsNoBackslash($0.value, depth: depth - 1)
    }
  }
}
