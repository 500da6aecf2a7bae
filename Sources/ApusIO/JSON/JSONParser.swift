internal import ApusFrame

@_implementationOnly import CFormats

/// Reads JSON values (RFC 8259) from bytes into columns.
///
/// `NaN`, `Infinity` and `-Infinity` are read too, as Python's module writes them.
struct JSONParser {
  private let text: UnsafePointer<UInt8>
  private let end: Int
  /// Where reading goes on.
  private(set) var place: Int

  /// How deep values may lie in one another.
  private static let depthLimit = 64

  /// What is wrong, and at which byte.
  struct Failure: Error {
    let what: String
    let place: Int
  }

  init(_ text: UnsafePointer<UInt8>, from place: Int, end: Int) {
    self.text = text
    self.place = place
    self.end = end
  }

  /// Whether only space is left.
  mutating func isAtEnd() -> Bool {
    skipSpace()
    return place >= end
  }

  /// The next byte that is not space, if there is one.
  mutating func peek() -> UInt8? {
    skipSpace()
    return place < end ? text[place] : nil
  }

  /// Passes over a byte that must come next.
  mutating func expect(_ byte: Character) throws(Failure) {
    skipSpace()
    guard place < end, text[place] == byte.asciiValue else {
      throw failure("\"\(byte)\" is missing")
    }
    place += 1
  }

  @inline(__always)
  private mutating func skipSpace() {
    while place < end,
      text[place] == 0x20 || text[place] == 0x0a || text[place] == 0x0d || text[place] == 0x09
    {
      place += 1
    }
  }

  /// Reads an object into the columns of its fields.
  mutating func object(
    into fields: JSONFields?, wanted: Set<[UInt8]>? = nil, depth: Int = 0
  ) throws(Failure) {
    guard depth < JSONParser.depthLimit else {
      throw failure("values lie too deeply in one another")
    }
    try expect("{")
    if peek() == UInt8(ascii: "}") {
      place += 1
      return
    }
    while true {
      skipSpace()
      let start = place
      let (range, hasEscapes) = try string()
      try expect(":")
      var target: JSONColumnBuilder?
      if let fields {
        let raw = UnsafeBufferPointer(start: text + range.lowerBound, count: range.count)
        if hasEscapes {
          var name: [UInt8] = []
          guard JSONText.unescape(raw[...], to: &name) else {
            throw Failure(what: "half of a pair of \\u", place: start)
          }
          if wanted?.contains(name) ?? true {
            target = try opened(name.withUnsafeBufferPointer { fields.builder($0) }, start)
          }
        } else if wanted == nil || wanted?.contains(Array(raw)) == true {
          target = try opened(fields.builder(raw), start)
        }
      }
      try value(into: target, depth: depth + 1)
      guard let next = peek() else { throw failure("an object is not closed") }
      place += 1
      if next == UInt8(ascii: "}") { return }
      guard next == UInt8(ascii: ",") else {
        place -= 1
        throw failure("\",\" or \"}\" is missing")
      }
    }
  }

  private func opened(
    _ builder: JSONColumnBuilder?, _ place: Int
  ) throws(Failure) -> JSONColumnBuilder {
    guard let builder else {
      throw Failure(what: "a name stands twice in one object", place: place)
    }
    return builder
  }

  /// Reads a value into a column; without one it is only passed over.
  mutating func value(into target: JSONColumnBuilder?, depth: Int) throws(Failure) {
    guard let first = peek() else { throw failure("a value is missing") }
    let start = place
    switch first {
    case UInt8(ascii: "\""):
      let (range, hasEscapes) = try string()
      let raw = UnsafeBufferPointer(start: text + range.lowerBound, count: range.count)
      var isValid = true
      target?.addText(at: start..<place) { bytes in
        if hasEscapes {
          isValid = JSONText.unescape(raw[...], to: &bytes)
        } else {
          bytes.append(contentsOf: raw)
        }
      }
      guard isValid else { throw Failure(what: "half of a pair of \\u", place: start) }
    case UInt8(ascii: "{"):
      try object(into: target?.beginObject(), depth: depth)
      target?.endObject(at: start..<place)
    case UInt8(ascii: "["):
      try list(into: target?.beginList(), depth: depth)
      target?.endList(at: start..<place)
    case UInt8(ascii: "t"):
      try word("true")
      target?.add(true, at: start..<place)
    case UInt8(ascii: "f"):
      try word("false")
      target?.add(false, at: start..<place)
    case UInt8(ascii: "n"):
      try word("null")
      target?.addNull()
    case UInt8(ascii: "N"):
      try word("NaN")
      target?.add(Double.nan, at: start..<place)
    case UInt8(ascii: "I"):
      try word("Infinity")
      target?.add(Double.infinity, at: start..<place)
    default: try number(into: target)
    }
  }

  private mutating func list(
    into target: JSONColumnBuilder?, depth: Int
  ) throws(Failure) {
    guard depth < JSONParser.depthLimit else {
      throw failure("values lie too deeply in one another")
    }
    try expect("[")
    if peek() == UInt8(ascii: "]") {
      place += 1
      return
    }
    while true {
      try value(into: target, depth: depth + 1)
      guard let next = peek() else { throw failure("a list is not closed") }
      place += 1
      if next == UInt8(ascii: "]") { return }
      guard next == UInt8(ascii: ",") else {
        place -= 1
        throw failure("\",\" or \"]\" is missing")
      }
    }
  }

  private mutating func word(_ word: StaticString) throws(Failure) {
    let count = word.utf8CodeUnitCount
    guard end - place >= count,
      (0..<count).allSatisfy({ text[place + $0] == word.utf8Start[$0] })
    else { throw failure("this is no value of JSON") }
    place += count
  }

  /// Reads a string; where its content lies, and whether escapes stand in it.
  private mutating func string() throws(Failure) -> (Range<Int>, hasEscapes: Bool) {
    guard place < end, text[place] == UInt8(ascii: "\"") else { throw failure("a name is missing") }
    let start = place + 1
    place = start
    var hasEscapes = false
    while place < end {
      let byte = text[place]
      if byte == UInt8(ascii: "\"") {
        defer { place += 1 }
        return (start..<place, hasEscapes)
      }
      if byte == UInt8(ascii: "\\") {
        hasEscapes = true
        try escape()
      } else {
        guard byte >= 0x20 else { throw failure("a control character stands in a text") }
        place += 1
      }
    }
    place = start - 1
    throw failure("a text is not closed")
  }

  private mutating func escape() throws(Failure) {
    guard place + 1 < end else { throw failure("a text is not closed") }
    switch text[place + 1] {
    case UInt8(ascii: "u"):
      guard place + 6 <= end,
        (2..<6).allSatisfy({ JSONText.hexValue(text[place + $0]) != nil })
      else { throw failure("\\u needs four digits") }
      place += 6
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
      UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      place += 2
    default: throw failure("there is no such escape")
    }
  }

  private mutating func number(into target: JSONColumnBuilder?) throws(Failure) {
    let start = place
    if text[place] == UInt8(ascii: "-") { place += 1 }
    if place > start, place < end, text[place] == UInt8(ascii: "I") {
      try word("Infinity")
      target?.add(-Double.infinity, at: start..<place)
      return
    }
    let first = place
    let digits = skipDigits()
    guard digits > 0, digits == 1 || text[first] != 0x30 else {
      place = start
      throw failure("this is no value of JSON")
    }
    var isWhole = true
    if place < end, text[place] == UInt8(ascii: ".") {
      isWhole = false
      place += 1
      guard skipDigits() > 0 else { throw failure("digits are missing") }
    }
    if place < end, text[place] | 0x20 == UInt8(ascii: "e") {
      isWhole = false
      place += 1
      if place < end, text[place] == UInt8(ascii: "+") || text[place] == UInt8(ascii: "-") {
        place += 1
      }
      guard skipDigits() > 0 else { throw failure("digits are missing") }
    }
    guard let target else { return }
    let bytes = UnsafeBufferPointer(start: text + start, count: place - start)
    if isWhole, let value = CSVNumbers.whole(bytes) {
      target.add(value, at: start..<place)
    } else if let value = CSVNumbers.double(bytes) {
      target.add(value, at: start..<place)
    } else {
      throw failure("this is no number")
    }
  }

  private mutating func skipDigits() -> Int {
    let start = place
    while place < end, text[place] &- 0x30 < 10 { place += 1 }
    return place - start
  }

  func failure(_ what: String) -> Failure { Failure(what: what, place: place) }
}

/// Texts of JSON.
enum JSONText {
  /// Appends a string's content without its escapes, which are known to be such; false when half of
  /// a pair of UTF-16 stands alone.
  @discardableResult
  static func unescape(
    _ raw: Slice<UnsafeBufferPointer<UInt8>>, to bytes: inout [UInt8]
  ) -> Bool {
    var place = raw.startIndex
    func unit(_ place: Int) -> UInt32 {
      (0..<4).reduce(0) { $0 << 4 | UInt32(hexValue(raw[place + $1]) ?? 0) }
    }
    while place < raw.endIndex {
      guard raw[place] == UInt8(ascii: "\\"), place + 1 < raw.endIndex else {
        bytes.append(raw[place])
        place += 1
        continue
      }
      switch raw[place + 1] {
      case UInt8(ascii: "b"): bytes.append(8)
      case UInt8(ascii: "f"): bytes.append(12)
      case UInt8(ascii: "n"): bytes.append(10)
      case UInt8(ascii: "r"): bytes.append(13)
      case UInt8(ascii: "t"): bytes.append(9)
      case UInt8(ascii: "u"):
        var value = unit(place + 2)
        if 0xd800..<0xdc00 ~= value, place + 12 <= raw.endIndex,
          raw[place + 6] == UInt8(ascii: "\\"), raw[place + 7] == UInt8(ascii: "u"),
          0xdc00..<0xe000 ~= unit(place + 8)
        {
          value = 0x10000 + ((value - 0xd800) << 10) + (unit(place + 8) - 0xdc00)
          place += 6
        }
        guard let scalar = Unicode.Scalar(value) else { return false }
        bytes.append(contentsOf: String(scalar).utf8)
        place += 4
      case let other: bytes.append(other)
      }
      place += 2
    }
    return true
  }

  /// The value of a hexadecimal digit.
  static func hexValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x37
    case 0x61...0x66: byte - 0x57
    default: nil
    }
  }
}
