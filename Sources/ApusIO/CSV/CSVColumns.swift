internal import ApusFrame

/// Makes columns of a CSV file's values.
struct CSVColumns {
  private let content: CSVContent
  private let options: CSVOptions
  private let nullTokens: [[UInt8]]
  /// A bit for each length below 64 that a token has.
  private let tokenLengths: UInt64

  init(content: CSVContent, options: CSVOptions) {
    self.content = content
    self.options = options
    nullTokens = options.nullTokens.map { Array($0.utf8) }
    tokenLengths = nullTokens.reduce(0) { $1.count < 64 ? $0 | 1 << UInt64($1.count) : $0 }
  }

  /// The columns, in the file's order.
  func read() throws(FrameError) -> [AnyColumn] {
    let schema = try Schema(
      content.columnNames.map { Schema.Field($0, .string) }, for: content.name)
    for name in options.types.keys.sorted() { _ = try schema.place(of: name, in: "types:") }
    var columns: [AnyColumn] = []
    for (place, name) in content.columnNames.enumerated() {
      let type = options.types[name] ?? foundType(of: place)
      columns.append(AnyColumn(name: name, try column(place, as: type)))
    }
    return columns
  }

  private func foundType(of column: Int) -> DataType {
    var types = CSVTypes()
    content.bytes.withUnsafeBufferPointer { bytes in
      for row in 0..<content.rowCount where !types.isText {
        let value = CSVNumbers.trimmed(raw(content.field(row, column), in: bytes))
        if !isNull(value) { types.narrow(by: value) }
      }
    }
    return types.type
  }

  private func column(_ place: Int, as type: DataType) throws(FrameError) -> ColumnStorage {
    switch type {
    case .string: return .string(texts(place))
    case .bool:
      let values = try typed(place, type, hole: false, CSVNumbers.bool)
      let bits = Bitmap(count: values.count) { values.values[$0] }
      return .bool(BooleanColumn(bits, validity: values.validity))
    case .int64:
      return .int64(
        try typed(place, type, hole: 0) {
          if case .whole(let value)? = CSVNumbers.kind(of: $0) { value } else { nil }
        })
    case .float64: return .float64(try typed(place, type, hole: 0, CSVNumbers.double))
    case .date:
      return .date(
        try typed(place, type, hole: CivilDate(daysSinceEpoch: 0), CivilDate.parse))
    }
  }

  private func typed<Element>(
    _ column: Int, _ type: DataType, hole: Element,
    _ parse: (UnsafeBufferPointer<UInt8>) -> Element?
  ) throws(FrameError) -> FixedWidthColumn<Element> {
    let rowCount = content.rowCount
    var failedRow: Int?
    var validity = [UInt64](repeating: 0, count: Bitmap.wordCount(rowCount))
    let values = Values<Element>(count: rowCount) { target in
      content.bytes.withUnsafeBufferPointer { bytes in
        for row in 0..<rowCount {
          target[row] = hole
          let value = CSVNumbers.trimmed(raw(content.field(row, column), in: bytes))
          if isNull(value) { continue }
          guard let element = parse(value) else {
            failedRow = failedRow ?? row
            continue
          }
          target[row] = element
          validity[row >> 6] |= 1 << UInt64(row & 63)
        }
      }
    }
    if let failedRow { throw failure(failedRow, column, type) }
    return FixedWidthColumn(values, validity: Bitmap(count: rowCount, words: validity))
  }

  private func texts(_ column: Int) -> StringColumn {
    let rowCount = content.rowCount
    var builder = StringColumnBuilder(rowCount: rowCount)
    var validity = [UInt64](repeating: 0, count: Bitmap.wordCount(rowCount))
    content.bytes.withUnsafeBufferPointer { bytes in
      for row in 0..<rowCount {
        let field = content.field(row, column)
        let value = raw(field, in: bytes)
        if !field.isQuoted, isNull(CSVNumbers.trimmed(value)) { continue }
        validity[row >> 6] |= 1 << UInt64(row & 63)
        if field.hasDoubledQuotes {
          let text = field.content(in: content.bytes, quote: content.quote)
          text.withUnsafeBufferPointer { builder.set($0, at: row) }
        } else {
          builder.set(value, at: row)
        }
      }
    }
    return builder.finish(validity: Bitmap(count: rowCount, words: validity))
  }

  @inline(__always)
  private func raw(
    _ field: CSVField, in bytes: UnsafeBufferPointer<UInt8>
  ) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(rebasing: bytes[field.start..<(field.start + field.count)])
  }

  @inline(__always)
  private func isNull(_ value: UnsafeBufferPointer<UInt8>) -> Bool {
    // Most values are longer than every token, or no token has their length.
    guard value.count < 64, tokenLengths >> UInt64(value.count) & 1 == 1 else {
      return value.count >= 64 && nullTokens.contains { $0.elementsEqual(value) }
    }
    return nullTokens.contains { $0.elementsEqual(value) }
  }

  private func failure(_ row: Int, _ column: Int, _ type: DataType) -> FrameError {
    let text = content.field(row, column).text(in: content.bytes, quote: content.quote)
    return FrameError(
      code: .badValue, what: "\"\(text)\" is no \(type)",
      place:
        "\(content.name), line \(content.lines[row]), column \"\(content.columnNames[column])\"",
      mend: "read the column as String, or add the value to nullTokens")
  }
}
