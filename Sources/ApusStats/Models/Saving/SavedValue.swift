@_implementationOnly import Glibc

/// What a saved model is made of: the values of JSON. Numbers that JSON cannot write stand as texts.
enum SavedValue: Equatable {
  case null
  case bool(Bool)
  case number(Double)
  case text(String)
  case list([SavedValue])
  case fields([String: SavedValue])

  static func numbers(_ values: [Double]) -> SavedValue { .list(values.map(SavedValue.number)) }

  /// Writes JSON; fields in the order of their names, numbers as short as they can be read back.
  func write(to bytes: inout [UInt8]) {
    switch self {
    case .null: bytes += "null".utf8
    case .bool(let value): bytes += (value ? "true" : "false").utf8
    case .number(let value):
      if value.isFinite {
        // A whole number needs no point.
        let text = Int(exactly: value).flatMap { $0 == 0 ? nil : "\($0)" } ?? "\(value)"
        bytes += text.utf8
      } else {
        bytes += "\"\(value)\"".utf8
      }
    case .text(let text): Self.write(text, to: &bytes)
    case .list(let values):
      bytes.append(UInt8(ascii: "["))
      for (place, value) in values.enumerated() {
        if place > 0 { bytes.append(UInt8(ascii: ",")) }
        value.write(to: &bytes)
      }
      bytes.append(UInt8(ascii: "]"))
    case .fields(let fields):
      bytes.append(UInt8(ascii: "{"))
      for (place, field) in fields.sorted(by: { $0.key < $1.key }).enumerated() {
        if place > 0 { bytes.append(UInt8(ascii: ",")) }
        Self.write(field.key, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        field.value.write(to: &bytes)
      }
      bytes.append(UInt8(ascii: "}"))
    }
  }

  private static func write(_ text: String, to bytes: inout [UInt8]) {
    let digits = Array("0123456789abcdef".utf8)
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
      case 0..<32:
        bytes += "\\u00".utf8
        bytes += [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}

/// Reads JSON; what is not as it should be is an error that says where.
struct SavedReader {
  private let bytes: [UInt8]
  private var place = 0
  /// Lists within lists deeper than any model has.
  private static let depthLimit = 64

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  static func read(_ bytes: [UInt8]) throws(StatsError) -> SavedValue {
    var reader = SavedReader(bytes)
    let value = try reader.value(0)
    reader.skipSpace()
    guard reader.place == bytes.count else { throw reader.fault("more follows the model") }
    return value
  }

  private func fault(_ what: String) -> StatsError {
    StatsError(
      code: .malformedFile, what: "\(what) at byte \(place)", place: "saved model",
      mend: "save the model again")
  }

  private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

  private mutating func skipSpace() {
    while let byte = next, byte == 32 || byte == 10 || byte == 13 || byte == 9 { place += 1 }
  }

  private mutating func take(_ text: String) throws(StatsError) {
    for byte in text.utf8 {
      guard next == byte else { throw fault("\"\(text)\" is expected") }
      place += 1
    }
  }

  private mutating func value(_ depth: Int) throws(StatsError) -> SavedValue {
    guard depth < Self.depthLimit else { throw fault("lists are nested too deep") }
    skipSpace()
    switch next {
    case nil: throw fault("the file ends too early")
    case UInt8(ascii: "n"):
      try take("null")
      return .null
    case UInt8(ascii: "t"):
      try take("true")
      return .bool(true)
    case UInt8(ascii: "f"):
      try take("false")
      return .bool(false)
    case UInt8(ascii: "\""): return .text(try text())
    case UInt8(ascii: "["): return .list(try list(depth))
    case UInt8(ascii: "{"): return .fields(try fields(depth))
    default: return .number(try number())
    }
  }

  private mutating func list(_ depth: Int) throws(StatsError) -> [SavedValue] {
    place += 1
    var values: [SavedValue] = []
    skipSpace()
    if next == UInt8(ascii: "]") {
      place += 1
      return values
    }
    while true {
      values.append(try value(depth + 1))
      skipSpace()
      if next == UInt8(ascii: "]") {
        place += 1
        return values
      }
      try take(",")
    }
  }

  private mutating func fields(_ depth: Int) throws(StatsError) -> [String: SavedValue] {
    place += 1
    var fields: [String: SavedValue] = [:]
    skipSpace()
    if next == UInt8(ascii: "}") {
      place += 1
      return fields
    }
    while true {
      skipSpace()
      guard next == UInt8(ascii: "\"") else { throw fault("a name is expected") }
      let name = try text()
      skipSpace()
      try take(":")
      guard fields.updateValue(try value(depth + 1), forKey: name) == nil else {
        throw fault("\"\(name)\" stands twice")
      }
      skipSpace()
      if next == UInt8(ascii: "}") {
        place += 1
        return fields
      }
      try take(",")
    }
  }

  private mutating func text() throws(StatsError) -> String {
    place += 1
    var found: [UInt8] = []
    while let byte = next {
      place += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let text = String(validating: found, as: UTF8.self) else {
          throw fault("a text is not UTF-8")
        }
        return text
      case UInt8(ascii: "\\"):
        guard let escape = next else { throw fault("the file ends too early") }
        place += 1
        switch escape {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): found.append(escape)
        case UInt8(ascii: "n"): found.append(10)
        case UInt8(ascii: "t"): found.append(9)
        case UInt8(ascii: "u"):
          let digits = String(decoding: bytes[place..<min(place + 4, bytes.count)], as: UTF8.self)
          guard digits.utf8.count == 4, let code = UInt8(digits, radix: 16), code < 128 else {
            throw fault("an escape is not known")
          }
          place += 4
          found.append(code)
        default: throw fault("an escape is not known")
        }
      case 0..<32: throw fault("a text holds a control character")
      default: found.append(byte)
      }
    }
    throw fault("the file ends too early")
  }

  private mutating func number() throws(StatsError) -> Double {
    let start = place
    while let byte = next, "+-.eE0123456789".utf8.contains(byte) { place += 1 }
    let text = String(decoding: bytes[start..<place], as: UTF8.self)
    guard let value = Double(text), value.isFinite else {
      place = start
      throw fault("a value is expected")
    }
    return value
  }
}

extension SavedValue {
  private static func fault(_ what: String) -> StatsError {
    StatsError(
      code: .malformedFile, what: what, place: "saved model", mend: "save the model again")
  }

  func field(_ name: String) throws(StatsError) -> SavedValue {
    guard case .fields(let fields) = self, let value = fields[name] else {
      throw Self.fault("\"\(name)\" is missing")
    }
    return value
  }

  func number(_ name: String) throws(StatsError) -> Double { try field(name).asNumber(name) }

  func asNumber(_ name: String) throws(StatsError) -> Double {
    switch self {
    case .number(let value): return value
    case .text("nan"): return .nan
    case .text("inf"): return .infinity
    case .text("-inf"): return -.infinity
    case .null, .bool, .text, .list, .fields: throw Self.fault("\"\(name)\" is not a number")
    }
  }

  /// A whole number of a range.
  func whole(_ name: String, in range: ClosedRange<Int>) throws(StatsError) -> Int {
    guard let value = Int(exactly: try number(name)), range.contains(value) else {
      throw Self.fault("\"\(name)\" is not a whole number of \(range)")
    }
    return value
  }

  func bool(_ name: String) throws(StatsError) -> Bool {
    guard case .bool(let value) = try field(name) else {
      throw Self.fault("\"\(name)\" is neither true nor false")
    }
    return value
  }

  func text(_ name: String) throws(StatsError) -> String {
    guard case .text(let value) = try field(name) else {
      throw Self.fault("\"\(name)\" is no text")
    }
    return value
  }

  func list(_ name: String) throws(StatsError) -> [SavedValue] {
    guard case .list(let values) = try field(name) else {
      throw Self.fault("\"\(name)\" is no list")
    }
    return values
  }

  /// A list of numbers, of a given length where one is.
  func numbers(_ name: String, count: Int? = nil) throws(StatsError) -> [Double] {
    let values = try list(name)
    guard count.map({ $0 == values.count }) ?? true else {
      throw Self.fault("\"\(name)\" has \(values.count) numbers, \(count ?? 0) are needed")
    }
    var numbers: [Double] = []
    numbers.reserveCapacity(values.count)
    for value in values { numbers.append(try value.asNumber(name)) }
    return numbers
  }

  /// A list of whole numbers of a range.
  func wholes(_ name: String, count: Int, in range: ClosedRange<Int>) throws(StatsError) -> [Int] {
    var result: [Int] = []
    for value in try numbers(name, count: count) {
      guard let whole = Int(exactly: value), range.contains(whole) else {
        throw Self.fault("\"\(name)\" holds \(value), which is no whole number of \(range)")
      }
      result.append(whole)
    }
    return result
  }

  func texts(_ name: String) throws(StatsError) -> [String] {
    var texts: [String] = []
    for value in try list(name) {
      guard case .text(let text) = value else { throw Self.fault("\"\(name)\" holds no text") }
      texts.append(text)
    }
    return texts
  }
}
