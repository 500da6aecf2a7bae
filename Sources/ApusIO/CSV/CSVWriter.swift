internal import ApusFrame

@_implementationOnly import Glibc

/// Writes frames as CSV: the header, then a line a row; commas, `\n`, quotes only where they are
/// needed. Null is empty, and an empty text is `""`, so that both are read back as they were.
struct CSVWriter {
  let frame: DataFrame

  /// How many rows a piece of text holds.
  private static let pieceRowCount = 1 << 14

  /// Writes the frame to a file that takes the place of `path` when it is complete.
  func write(to path: String) throws(FrameError) {
    try AtomicFile.write(to: path, place: "write(csv:)") { file throws(FrameError) in
      try file.write(header)
      try file.write(rowCount: frame.rowCount, piecesOf: CSVWriter.pieceRowCount, lines)
    }
  }

  /// The whole text.
  func text() -> [UInt8] { header + lines(0..<frame.rowCount) }

  private var header: [UInt8] {
    var text: [UInt8] = []
    for (place, name) in frame.columnNames.enumerated() {
      if place > 0 { text.append(UInt8(ascii: ",")) }
      var name = name
      name.withUTF8 { CSVWriter.append($0, to: &text) }
    }
    text.append(10)
    return text
  }

  private func lines(_ rows: Range<Int>) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(rows.count * frame.columnCount * 8)
    for row in rows {
      for (place, column) in frame.columns.enumerated() {
        if place > 0 { text.append(UInt8(ascii: ",")) }
        CSVWriter.append(column, row, to: &text)
      }
      text.append(10)
    }
    return text
  }

  private static func append(_ column: ColumnStorage, _ row: Int, to text: inout [UInt8]) {
    switch column {
    case .bool(let values): append(values[row].map { $0 ? "true" : "false" }, to: &text)
    case .float32(let values): append(values[row].map(number), to: &text)
    case .int64(let values): append(values[row].map { String($0) }, to: &text)
    case .float64(let values): append(values[row].map(number), to: &text)
    case .date(let values): append(values[row].map(\.description), to: &text)
    case .string(let values):
      guard var value = values[row] else { return }
      value.withUTF8 { append($0, to: &text) }
    case .int8, .int16, .int32, .uint8, .uint16, .uint32, .uint64, .decimal, .binary, .time,
      .datetime, .duration, .uuid, .categorical, .enum, .list, .struct:
      guard column.validity?[row] ?? true else { return }
      var value = column.cellText(row)
      value.withUTF8 { append($0, to: &text) }
    }
  }

  private static func append(_ value: String?, to text: inout [UInt8]) {
    if let value { text.append(contentsOf: value.utf8) }
  }

  /// The shortest text that is read back as the number.
  private static func number(_ value: some BinaryFloatingPoint & CustomStringConvertible) -> String
  {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-inf" : "inf" }
    return value.description
  }

  private static func append(_ value: UnsafeBufferPointer<UInt8>, to text: inout [UInt8]) {
    var needsQuotes = value.isEmpty || value[0] == 0x20 || value[value.count - 1] == 0x20
    for byte in value where byte == 0x2c || byte == 0x22 || byte == 10 || byte == 13 {
      needsQuotes = true
      break
    }
    if !needsQuotes { needsQuotes = CSVWriter.nullTexts.contains { $0.elementsEqual(value) } }
    guard needsQuotes else {
      text.append(contentsOf: value)
      return
    }
    text.append(0x22)
    for byte in value {
      if byte == 0x22 { text.append(0x22) }
      text.append(byte)
    }
    text.append(0x22)
  }

  /// Texts that would be read as null without quotes.
  private static let nullTexts = CSVOptions().nullTokens.map { Array($0.utf8) }
}
