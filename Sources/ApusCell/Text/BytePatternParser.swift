/// Reads the text of a regular expression, as `Regex._literalPattern` writes it, into a
/// `BytePattern`; nil for everything outside that class.
struct BytePatternParser {
  private let text: [UInt8]
  private var place = 0
  private var captures = 0

  /// The pattern and the number of its captures.
  static func parse(_ text: String) -> (pattern: BytePattern, captures: Int)? {
    var parser = BytePatternParser(text: Array(text.utf8))
    guard parser.text.allSatisfy({ $0 < 128 }), let pattern = parser.choice(),
      parser.place == parser.text.count
    else { return nil }
    return (pattern, parser.captures)
  }

  private init(text: [UInt8]) { self.text = text }

  private var next: UInt8? { place < text.count ? text[place] : nil }

  private func nextIs(_ word: StaticString) -> Bool {
    word.withUTF8Buffer { text[place...].starts(with: $0) }
  }

  private mutating func skip(_ word: StaticString) -> Bool {
    guard nextIs(word) else { return false }
    place += word.utf8CodeUnitCount
    return true
  }

  private mutating func choice() -> BytePattern? {
    var alternatives: [BytePattern] = []
    repeat {
      guard let sequence = sequence() else { return nil }
      alternatives.append(sequence)
    } while skip("|")
    return alternatives.count == 1 ? alternatives[0] : .choice(alternatives)
  }

  private mutating func sequence() -> BytePattern? {
    var parts: [BytePattern] = []
    while let byte = next, byte != UInt8(ascii: "|"), byte != UInt8(ascii: ")") {
      if skip(#"\Q"#) {
        guard let quoted = quoted() else { return nil }
        parts += quoted.map { .bytes(ASCIISet($0...$0)) }
        continue
      }
      guard let term = term(), let whole = quantified(term) else { return nil }
      parts.append(whole)
    }
    return parts.count == 1 ? parts[0] : parts.isEmpty ? .empty : .sequence(parts)
  }

  /// The bytes up to `\E`; a quoted text that holds backslashes would be ambiguous.
  private mutating func quoted() -> [UInt8]? {
    var bytes: [UInt8] = []
    while let byte = next {
      if skip(#"\E"#) {
        // `_literalPattern` puts a quoted text of several bytes in a group before its quantifier.
        let isQuantified = next.map { "*+?{".utf8.contains($0) } ?? false
        return bytes.isEmpty || isQuantified && bytes.count > 1 ? nil : bytes
      }
      if byte == UInt8(ascii: #"\"#) { return nil }
      bytes.append(byte)
      place += 1
    }
    return nil
  }

  private mutating func term() -> BytePattern? {
    guard let byte = next else { return nil }
    switch byte {
    case UInt8(ascii: "("): return group()
    case UInt8(ascii: "["): return characterClass().map { .bytes($0) }
    case UInt8(ascii: "."):
      place += 1
      return .bytes(.allButNewlines)
    case UInt8(ascii: "^"):
      place += 1
      return .start
    case UInt8(ascii: "$"):
      place += 1
      return .end
    case UInt8(ascii: #"\"#):
      if skip(#"\A"#) { return .start }
      if skip(#"\z"#) { return .end }
      return escaped().map { .bytes($0) }
    case _ where "*+?{}]".utf8.contains(byte): return nil
    default:
      place += 1
      return .bytes(ASCIISet(byte...byte))
    }
  }

  private mutating func group() -> BytePattern? {
    guard skip("(") else { return nil }
    var capture: Int?
    if skip("?:") {
    } else if skip("?<") {
      // A name; `(?<=` and `(?<!` look behind.
      guard let first = next, ASCIISet.wordBytes.contains(first) else { return nil }
      while let byte = next, ASCIISet.wordBytes.contains(byte) { place += 1 }
      guard skip(">") else { return nil }
      capture = captures
    } else if nextIs("?") || nextIs("*") {
      return nil
    } else {
      capture = captures
    }
    if capture != nil { captures += 1 }
    guard let inner = choice(), skip(")") else { return nil }
    return capture.map { .capture($0, inner) } ?? inner
  }

  private mutating func quantified(_ term: BytePattern) -> BytePattern? {
    guard let byte = next else { return term }
    let least: Int
    var most: Int?
    switch byte {
    case UInt8(ascii: "*"): (least, most) = (0, nil)
    case UInt8(ascii: "+"): (least, most) = (1, nil)
    case UInt8(ascii: "?"): (least, most) = (0, 1)
    case UInt8(ascii: "{"):
      place += 1
      let low = number()
      least = low ?? 0
      if skip(",") {
        most = number()
        guard low != nil || most != nil else { return nil }
      } else {
        guard let low else { return nil }
        most = low
      }
      guard nextIs("}") else { return nil }
    default: return term
    }
    place += 1
    // Where a group can be empty or captures, how a loop goes on is a matter of the engine.
    guard !term.canBeEmpty, !term.hasCapture || (least, most) == (0, 1), least <= most ?? .max,
      !nextIs("+")
    else { return nil }
    let isGreedy = !skip("?")
    guard next.map({ !"*+?{".utf8.contains($0) }) ?? true else { return nil }
    return .loop(term, atLeast: least, atMost: most, isGreedy: isGreedy)
  }

  private mutating func number() -> Int? {
    var value: Int?
    while let byte = next, ASCIISet.digits.contains(byte), value ?? 0 < 10_000 {
      value = (value ?? 0) * 10 + Int(byte - UInt8(ascii: "0"))
      place += 1
    }
    return value
  }

  /// A class such as `\d`, or the byte that a backslash stands before.
  private mutating func escaped() -> ASCIISet? {
    guard skip(#"\"#), let byte = next else { return nil }
    place += 1
    switch byte {
    case UInt8(ascii: "d"): return .digits
    case UInt8(ascii: "D"): return ASCIISet.digits.complement
    case UInt8(ascii: "w"): return .wordBytes
    case UInt8(ascii: "W"): return ASCIISet.wordBytes.complement
    case UInt8(ascii: "s"): return .spaces
    case UInt8(ascii: "S"): return ASCIISet.spaces.complement
    case UInt8(ascii: "t"): return ASCIISet(0x09...0x09)
    case UInt8(ascii: "n"): return ASCIISet(0x0A...0x0A)
    case UInt8(ascii: "r"): return ASCIISet(0x0D...0x0D)
    default: return ASCIISet.wordBytes.contains(byte) ? nil : ASCIISet(byte...byte)
    }
  }

  private mutating func characterClass() -> ASCIISet? {
    guard skip("[") else { return nil }
    let isInverted = skip("^")
    var set = ASCIISet()
    var isEmpty = true
    while !skip("]") {
      guard let byte = next, !nextIs("["), !nextIs("-"), !nextIs("&&"), !nextIs("~~") else {
        return nil
      }
      isEmpty = false
      if skip(#"\Q"#) {
        guard let quoted = quoted() else { return nil }
        for byte in quoted { set.insert(byte...byte) }
        continue
      }
      let member: ASCIISet?
      if byte == UInt8(ascii: #"\"#) {
        member = escaped()
      } else {
        place += 1
        member = ASCIISet(byte...byte)
      }
      guard let member else { return nil }
      if skip("-") {
        guard let low = member.single, let high = rangeEnd(), low <= high else { return nil }
        set.insert(low...high)
      } else {
        set.formUnion(member)
      }
    }
    return isEmpty ? nil : isInverted ? set.complement : set
  }

  private mutating func rangeEnd() -> UInt8? {
    guard let byte = next, byte != UInt8(ascii: "["), byte != UInt8(ascii: "]"),
      byte != UInt8(ascii: "-")
    else { return nil }
    if byte == UInt8(ascii: #"\"#) { return escaped()?.single }
    place += 1
    return byte
  }
}
