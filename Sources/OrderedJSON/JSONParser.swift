/// What is wrong in a JSON text, and where.
public struct JSONError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What is wrong, in lower case without a full stop.
  public var what: String
  /// Offset of the offending byte.
  public var byteOffset: Int
  /// Line of that byte, from 1.
  public var line: Int
  /// Column of that byte in its line, in bytes from 1.
  public var column: Int

  /// The error as one line of text.
  public var description: String { "\(what) at line \(line), column \(column)" }
}

/// Reads JSON text (RFC 8259, UTF-8) into a value.
///
/// `NaN`, `Infinity` and `-Infinity` are read as numbers, since Python writes them. Half of a
/// surrogate pair in an escape becomes U+FFFD. A byte order mark before the value is passed over.
public struct JSONParser {
  /// Objects and arrays may nest this deep; deeper text is an error rather than a stack overflow.
  public static let maximumDepth = 512

  let bytes: UnsafeBufferPointer<UInt8>
  var position = 0
  var depth = 0

  init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  /// The value that `text` holds.
  public static func parse(_ text: String) throws(JSONError) -> JSON {
    try parse(Array(text.utf8))
  }

  /// The value that `bytes` hold.
  public static func parse(_ bytes: [UInt8]) throws(JSONError) -> JSON {
    let result = bytes.withUnsafeBufferPointer { buffer -> Result<JSON, JSONError> in
      var parser = JSONParser(buffer)
      return Result { () throws(JSONError) in
        try parser.document { parser throws(JSONError) in try parser.value() }
      }
    }
    return try result.get()
  }

  /// What `read` makes of the whole text.
  mutating func document<Value>(
    _ read: (inout JSONParser) throws(JSONError) -> Value
  ) throws(JSONError) -> Value {
    if bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { position = 3 }
    let value = try read(&self)
    skipSpace()
    guard position == bytes.count else { throw error("unexpected text after the value") }
    return value
  }

  // MARK: Values

  mutating func value() throws(JSONError) -> JSON {
    skipSpace()
    guard let byte = peek else { throw error("unexpected end of text") }
    switch byte {
    case UInt8(ascii: "{"): return try object()
    case UInt8(ascii: "["): return try array()
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", is: .bool(true))
    case UInt8(ascii: "f"): return try word("false", is: .bool(false))
    case UInt8(ascii: "n"): return try word("null", is: .null)
    case UInt8(ascii: "N"): return try word("NaN", is: .number(JSONNumber(verified: "NaN")))
    case UInt8(ascii: "I"):
      return try word("Infinity", is: .number(JSONNumber(verified: "Infinity")))
    default: return try number()
    }
  }

  private mutating func object() throws(JSONError) -> JSON {
    try enter()
    var members = JSONObject()
    if !passed(UInt8(ascii: "}")) {
      repeat {
        skipSpace()
        guard peek == UInt8(ascii: "\"") else { throw error("expected a key in quotes") }
        let key = try string()
        guard passed(UInt8(ascii: ":")) else { throw error("expected ':' after a key") }
        members[key] = try value()
      } while passed(UInt8(ascii: ","))
      guard passed(UInt8(ascii: "}")) else { throw error("expected ',' or '}' in an object") }
    }
    depth -= 1
    return .object(members)
  }

  private mutating func array() throws(JSONError) -> JSON {
    try enter()
    var elements: [JSON] = []
    if !passed(UInt8(ascii: "]")) {
      repeat { elements.append(try value()) } while passed(UInt8(ascii: ","))
      guard passed(UInt8(ascii: "]")) else { throw error("expected ',' or ']' in an array") }
    }
    depth -= 1
    return .array(elements)
  }

  mutating func enter() throws(JSONError) {
    depth += 1
    guard depth <= Self.maximumDepth else {
      throw error("objects and arrays nest deeper than \(Self.maximumDepth)")
    }
    position += 1
  }

  private mutating func word(_ text: StaticString, is value: JSON) throws(JSONError) -> JSON {
    let end = position + text.utf8CodeUnitCount
    guard end <= bytes.count,
      (0..<text.utf8CodeUnitCount).allSatisfy({ bytes[position + $0] == text.utf8Start[$0] })
    else { throw error("unknown word") }
    position = end
    return value
  }

  private mutating func number() throws(JSONError) -> JSON {
    let start = position
    if peek == UInt8(ascii: "-") { position += 1 }
    if peek == UInt8(ascii: "I") {
      return try word("Infinity", is: .number(JSONNumber(verified: "-Infinity")))
    }
    let leading = peek
    let whole = skipDigits()
    guard whole > 0 else {
      position = start
      throw error("unexpected character")
    }
    guard whole == 1 || leading != UInt8(ascii: "0") else {
      throw error("a number must not begin with 0")
    }
    if peek == UInt8(ascii: ".") {
      position += 1
      guard skipDigits() > 0 else { throw error("expected digits after the decimal point") }
    }
    if peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E") {
      position += 1
      if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { position += 1 }
      guard skipDigits() > 0 else { throw error("expected digits in the exponent") }
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    return .number(JSONNumber(verified: text))
  }

  // MARK: Strings

  mutating func string() throws(JSONError) -> String {
    position += 1
    let start = position
    while let byte = peek, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 {
      position += 1
    }
    if peek == UInt8(ascii: "\"") {
      defer { position += 1 }
      return String(decoding: bytes[start..<position], as: UTF8.self)
    }
    var text = Array(bytes[start..<position])
    while let byte = peek {
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"):
        position += 1
        try escape(into: &text)
      case 0..<0x20:
        throw error("a control character in a string must be escaped")
      default:
        text.append(byte)
        position += 1
      }
    }
    throw error("a string without its closing quote")
  }

  private mutating func escape(into text: inout [UInt8]) throws(JSONError) {
    guard let byte = peek else { throw error("a string without its closing quote") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"): text.append(contentsOf: String(try unicodeEscape()).utf8)
    default:
      position -= 1
      throw error("unknown escape in a string")
    }
  }

  /// The scalar of a `\uXXXX` escape whose `\u` has been read, joined with its pair if it has one.
  private mutating func unicodeEscape() throws(JSONError) -> Unicode.Scalar {
    let replacement: Unicode.Scalar = "\u{FFFD}"
    let first = try fourHexDigits()
    guard (0xD800..<0xDC00).contains(first) else { return Unicode.Scalar(first) ?? replacement }
    let afterFirst = position
    guard peek == UInt8(ascii: "\\"), position + 1 < bytes.count,
      bytes[position + 1] == UInt8(ascii: "u")
    else { return replacement }
    position += 2
    let second = try fourHexDigits()
    guard (0xDC00..<0xE000).contains(second) else {
      position = afterFirst
      return replacement
    }
    return Unicode.Scalar(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00)) ?? replacement
  }

  private mutating func fourHexDigits() throws(JSONError) -> UInt32 {
    guard position + 4 <= bytes.count else { throw error("expected four hexadecimal digits") }
    var value: UInt32 = 0
    for offset in 0..<4 {
      guard let digit = Character(Unicode.Scalar(bytes[position + offset])).hexDigitValue else {
        throw error("expected four hexadecimal digits")
      }
      value = value << 4 | UInt32(digit)
    }
    position += 4
    return value
  }

  // MARK: Bytes

  var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

  mutating func skipSpace() {
    while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      position += 1
    }
  }

  private mutating func skipDigits() -> Int {
    let start = position
    while let byte = peek, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { position += 1 }
    return position - start
  }

  /// Passes over white space and then `byte`, if it is there.
  mutating func passed(_ byte: UInt8) -> Bool {
    skipSpace()
    guard peek == byte else { return false }
    position += 1
    return true
  }

  func error(_ what: String) -> JSONError {
    let before = bytes[..<min(position, bytes.count)]
    let line = before.reduce(1) { $1 == 0x0A ? $0 + 1 : $0 }
    let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    return JSONError(
      what: what, byteOffset: position, line: line, column: position - lineStart + 1)
  }
}
