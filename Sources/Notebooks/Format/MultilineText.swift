internal import OrderedJSON

/// Text that the file may hold as one string or as a list of lines.
enum MultilineText {
  /// The text, or `nil` if `json` is neither.
  static func text(of json: JSON) -> String? {
    switch json {
    case .string(let text): return text
    case .array(let lines):
      var text = ""
      for line in lines {
        guard let line = line.string else { return nil }
        text += line
      }
      return text
    case .null, .bool, .number, .object: return nil
    }
  }

  /// The list of lines, each with its end, broken where nbformat breaks them.
  static func lines(of text: String) -> JSON {
    var lines: [JSON] = []
    var line = String.UnicodeScalarView()
    var scalars = text.unicodeScalars.makeIterator()
    var next = scalars.next()
    while let scalar = next {
      next = scalars.next()
      line.append(scalar)
      guard isBreak(scalar), !(scalar == "\r" && next == "\n") else { continue }
      lines.append(.string(String(line)))
      line.removeAll(keepingCapacity: true)
    }
    if !line.isEmpty { lines.append(.string(String(line))) }
    return .array(lines)
  }

  /// What ends a line for Python's `splitlines`.
  private static func isBreak(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x0A...0x0D, 0x1C...0x1E, 0x85, 0x2028, 0x2029: true
    default: false
    }
  }
}
