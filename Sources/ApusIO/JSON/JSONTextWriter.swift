internal import ApusFrame

/// Writes rows as JSON objects.
struct JSONTextWriter {
  private let frame: DataFrame
  private let isList: Bool
  private let keys: [[UInt8]]

  /// How many rows a piece of text holds.
  private static let pieceRowCount = 1 << 13

  init(_ frame: DataFrame, isList: Bool) {
    self.frame = frame
    self.isList = isList
    keys = frame.columnNames.map { name in
      var key: [UInt8] = []
      JSONTextWriter.append(name, to: &key)
      return key + [UInt8(ascii: ":")]
    }
  }

  /// Writes to a file that takes the place of `path` when it is complete.
  func write(to path: String, place: String) throws(FrameError) {
    try AtomicFile.write(to: path, place: place) { file throws(FrameError) in
      if isList { try file.write([UInt8(ascii: "[")]) }
      try file.write(rowCount: frame.rowCount, piecesOf: JSONTextWriter.pieceRowCount, text)
      if isList { try file.write(Array("]\n".utf8)) }
    }
  }

  /// The whole text.
  func text() -> [UInt8] {
    let records = text(0..<frame.rowCount)
    return isList ? Array("[".utf8) + records + Array("]\n".utf8) : records
  }

  private func text(_ rows: Range<Int>) -> [UInt8] {
    var text: [UInt8] = []
    for row in rows {
      if isList, row > 0 { text.append(contentsOf: ",\n".utf8) }
      text.append(UInt8(ascii: "{"))
      for (place, column) in frame.columns.enumerated() {
        if place > 0 { text.append(UInt8(ascii: ",")) }
        text.append(contentsOf: keys[place])
        JSONTextWriter.append(column, row, to: &text)
      }
      text.append(UInt8(ascii: "}"))
      if !isList { text.append(10) }
    }
    return text
  }

  private static func append(_ column: ColumnStorage, _ row: Int, to text: inout [UInt8]) {
    switch column {
    case .int64(let values):
      text.append(contentsOf: (values[row].map { String($0) } ?? "null").utf8)
    case .float64(let values):
      text.append(contentsOf: (values[row].map(number) ?? "null").utf8)
    case .float32(let values):
      // The shortest text of a number of 32 bits.
      text.append(
        contentsOf: (values[row].map { $0.isFinite ? $0.description : number(Double($0)) } ?? "null")
          .utf8)
    case .string(let values):
      guard values.validity?[row] ?? true else { return text.append(contentsOf: "null".utf8) }
      values.readText(row) { append(bytes: $0, to: &text) }
    default: append(column.scalar(at: row), to: &text)
    }
  }

  private static func number(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
    return value.description
  }

  private static func append(_ value: Scalar, to text: inout [UInt8]) {
    switch value {
    case .null: text.append(contentsOf: "null".utf8)
    case .bool(let bit): text.append(contentsOf: (bit ? "true" : "false").utf8)
    case .int(let value): text.append(contentsOf: String(value).utf8)
    case .unsigned(let value): text.append(contentsOf: String(value).utf8)
    case .double(let value): text.append(contentsOf: number(value).utf8)
    case .decimal(let value): text.append(contentsOf: value.description.utf8)
    case .string(let value): append(value, to: &text)
    case .binary(let bytes): append(Base64.text(bytes), to: &text)
    case .date(let value): append(value.description, to: &text)
    case .time(let value): append(value.description, to: &text)
    case .datetime(let value): append(value.description, to: &text)
    case .duration(let value): append(value.description, to: &text)
    case .uuid(let value): append(value.description, to: &text)
    case .list(let values):
      text.append(UInt8(ascii: "["))
      for (place, value) in values.enumerated() {
        if place > 0 { text.append(UInt8(ascii: ",")) }
        append(value, to: &text)
      }
      text.append(UInt8(ascii: "]"))
    case .struct(let fields):
      text.append(UInt8(ascii: "{"))
      for (place, field) in fields.enumerated() {
        if place > 0 { text.append(UInt8(ascii: ",")) }
        append(field.name, to: &text)
        text.append(UInt8(ascii: ":"))
        append(field.value, to: &text)
      }
      text.append(UInt8(ascii: "}"))
    }
  }

  private static func append(_ value: String, to text: inout [UInt8]) {
    var value = value
    value.withUTF8 { append(bytes: $0, to: &text) }
  }

  private static let digits = Array("0123456789abcdef".utf8)

  private static func append(bytes: UnsafeBufferPointer<UInt8>, to text: inout [UInt8]) {
    text.append(UInt8(ascii: "\""))
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        text.append(UInt8(ascii: "\\"))
        text.append(byte)
      case 10: text.append(contentsOf: "\\n".utf8)
      case 0..<32:
        text.append(contentsOf: "\\u00".utf8)
        text.append(digits[Int(byte >> 4)])
        text.append(digits[Int(byte & 15)])
      default: text.append(byte)
      }
    }
    text.append(UInt8(ascii: "\""))
  }
}
