internal import ApusFrame

/// Writes the tree of a schema.
enum ParquetSchemaWriter {
  /// The nodes, each before its children.
  static func elements(of schema: Schema) -> [ParquetElement] {
    var elements = [ParquetElement(name: "schema", childCount: schema.fields.count)]
    for field in schema.fields { add(field.name, field.type, to: &elements) }
    return elements
  }

  private static func add(_ name: String, _ type: DataType, to elements: inout [ParquetElement]) {
    switch type {
    case .list(let element):
      elements.append(
        ParquetElement(name: name, repetition: .optional, childCount: 1, logical: .list))
      elements.append(ParquetElement(name: "list", repetition: .repeated, childCount: 1))
      add("element", element, to: &elements)
    case .struct(let fields):
      elements.append(
        ParquetElement(name: name, repetition: .optional, childCount: fields.count))
      for field in fields { add(field.name, field.type, to: &elements) }
    default:
      let plain = ParquetPlain(type: type)
      elements.append(
        ParquetElement(
          name: name, physical: plain.physical,
          typeLength: plain.physical == .fixedByteArray ? 16 : 0, repetition: .optional,
          logical: logical(type)))
    }
  }

  private static func logical(_ type: DataType) -> ParquetLogical? {
    switch type {
    case .int8: .integer(bits: 8, isSigned: true)
    case .int16: .integer(bits: 16, isSigned: true)
    case .uint8: .integer(bits: 8, isSigned: false)
    case .uint16: .integer(bits: 16, isSigned: false)
    case .uint32: .integer(bits: 32, isSigned: false)
    case .uint64: .integer(bits: 64, isSigned: false)
    case .decimal(let precision, let scale): .decimal(scale: scale, precision: precision)
    case .string, .categorical, .enum: .string
    case .date: .date
    case .time: .time(.nanoseconds)
    case .datetime(let unit, let zone):
      switch unit {
      case .milliseconds: .timestamp(.milliseconds, isUTC: zone != nil)
      case .microseconds: .timestamp(.microseconds, isUTC: zone != nil)
      case .nanoseconds: .timestamp(.nanoseconds, isUTC: zone != nil)
      }
    case .uuid: .uuid
    case .bool, .int32, .int64, .float32, .float64, .binary, .duration, .list, .struct: nil
    }
  }

  /// What the format itself cannot say: Arrow's schema, as other programs keep it too, and the texts
  /// of enums.
  static func metadata(of schema: Schema) -> [(key: String, value: String)] {
    var next = 0
    let fields = schema.fields.map { ArrowField($0.name, $0.type, next: &next) }
    var builder = FlatBuilder()
    let root = ArrowField.encodedSchema(fields, &builder)
    let message = ArrowWriter.message(&builder, kind: 1, header: root, bodyCount: 0)
    var entries = [(key: "ARROW:schema", value: Base64.text(message))]
    func visit(_ path: String, _ type: DataType) {
      switch type {
      case .enum(let names):
        entries.append((key: "apus.enum:\(path)", value: names.joined(separator: "\u{0}")))
      case .list(let element): visit("\(path)/item", element)
      case .struct(let fields): for field in fields { visit("\(path)/\(field.name)", field.type) }
      default: break
      }
    }
    for field in schema.fields { visit(field.name, field.type) }
    return entries
  }
}

extension ParquetElement {
  /// Writes the node.
  func write(to writer: inout ThriftWriter) {
    if let physical { writer.field(1, int32: physical.rawValue) }
    if typeLength > 0 { writer.field(2, int32: typeLength) }
    writer.field(3, int32: repetition.rawValue)
    writer.field(4, binary: Array(name.utf8))
    if physical == nil { writer.field(5, int32: childCount) }
    if let converted { writer.field(6, int32: converted) }
    if case .decimal(let scale, let precision)? = logical {
      writer.field(7, int32: scale)
      writer.field(8, int32: precision)
    }
    if let logical { writer.field(10) { writer in logical.write(to: &writer) } }
  }

  /// The older way of saying what values mean, where it has one.
  private var converted: Int? {
    switch logical {
    case .string?: 0
    case .list?: 3
    case .decimal?: 5
    case .date?: 6
    case .timestamp(.milliseconds, isUTC: true)?: 9
    case .timestamp(.microseconds, isUTC: true)?: 10
    case .integer(let bits, let isSigned)?:
      (isSigned ? 15 : 11) + (bits == 8 ? 0 : bits == 16 ? 1 : bits == 32 ? 2 : 3)
    default: nil
    }
  }
}

extension ParquetLogical {
  fileprivate func write(to writer: inout ThriftWriter) {
    func time(_ unit: ParquetTimeUnit, _ isUTC: Bool, _ writer: inout ThriftWriter) {
      writer.field(1, bool: isUTC)
      writer.field(2) { writer in
        writer.field(unit == .milliseconds ? 1 : unit == .microseconds ? 2 : 3) { _ in }
      }
    }
    switch self {
    case .string: writer.field(1) { _ in }
    case .map: writer.field(2) { _ in }
    case .list: writer.field(3) { _ in }
    case .enumeration: writer.field(4) { _ in }
    case .decimal(let scale, let precision):
      writer.field(5) { writer in
        writer.field(1, int32: scale)
        writer.field(2, int32: precision)
      }
    case .date: writer.field(6) { _ in }
    case .time(let unit): writer.field(7) { time(unit, false, &$0) }
    case .timestamp(let unit, let isUTC): writer.field(8) { time(unit, isUTC, &$0) }
    case .integer(let bits, let isSigned):
      writer.field(10) { writer in
        writer.field(1, byte: UInt8(bits))
        writer.field(2, bool: isSigned)
      }
    case .unknown: writer.field(11) { _ in }
    case .json: writer.field(12) { _ in }
    case .bson: writer.field(13) { _ in }
    case .uuid: writer.field(14) { _ in }
    case .float16: writer.field(15) { _ in }
    case .interval: break
    }
  }
}

/// Bytes as text (RFC 4648).
enum Base64 {
  private static let letters = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  static func text(_ bytes: [UInt8]) -> String {
    var result: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let part = bytes[start..<Swift.min(start + 3, bytes.count)]
      var word: UInt32 = 0
      for byte in part { word = word << 8 | UInt32(byte) }
      word <<= UInt32(8 * (3 - part.count))
      for place in 0..<4 {
        let letter = letters[Int(word >> UInt32(18 - 6 * place) & 63)]
        result.append(place <= part.count ? letter : UInt8(ascii: "="))
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// The bytes of a text; nothing when it is none of bytes.
  static func bytes(_ text: String) -> [UInt8]? {
    var result: [UInt8] = []
    var (word, bits): (UInt32, UInt32) = (0, 0)
    for letter in text.utf8 where letter != UInt8(ascii: "=") {
      guard let value = letters.firstIndex(of: letter) else { return nil }
      word = word << 6 | UInt32(value)
      bits += 6
      if bits >= 8 {
        bits -= 8
        result.append(UInt8(truncatingIfNeeded: word >> bits))
        word &= (1 << bits) - 1
      }
    }
    return result
  }
}
