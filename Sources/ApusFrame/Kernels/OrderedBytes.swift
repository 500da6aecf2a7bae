/// Lists and structs as bytes that are equal when they are, and whose order is theirs: the values
/// one behind the other, the first that differs decides, a list comes before its continuations, and
/// null behind all values. So keys of any type are either words or texts.
struct OrderedBytes {
  private indirect enum Part {
    case words(Values<UInt64>)
    case wide(Values<Int128>)
    case texts(HeldTexts)
    case list(Values<Int>, OrderedBytes)
    case fields([OrderedBytes])
  }

  private let part: Part
  private let validity: Bitmap?

  /// The bytes of each row of a column; null where it is.
  static func texts(of column: ColumnStorage) -> StringColumn {
    let encoder = OrderedBytes(column)
    var builder = StringColumnBuilder(rowCount: column.count)
    var bytes: [UInt8] = []
    for row in 0..<column.count where column.validity?[row] ?? true {
      bytes.removeAll(keepingCapacity: true)
      encoder.append(row, to: &bytes)
      bytes.withUnsafeBufferPointer { builder.set($0, at: row) }
    }
    return builder.finish(validity: column.validity)
  }

  private init(_ column: ColumnStorage) {
    validity = column.validity
    switch column {
    case .list(let list): part = .list(list.offsets, OrderedBytes(list.child))
    case .struct(let record): part = .fields(record.fields.map(OrderedBytes.init))
    case .categorical(let column): part = .texts(HeldTexts(column.texts))
    default: part = OrderedBytes.flat(column.ordered)
    }
  }

  private static func flat(_ column: PlainColumn) -> Part {
    switch column {
    case .bits(let column): .words(column.mapped { $0 ? 1 : 0 }.values)
    case .int8(let column): .words(column.values.map { UInt64(bitPattern: Int64($0)) ^ 1 << 63 })
    case .int16(let column): .words(column.values.map { UInt64(bitPattern: Int64($0)) ^ 1 << 63 })
    case .int32(let column): .words(column.values.map { UInt64(bitPattern: Int64($0)) ^ 1 << 63 })
    case .int64(let column): .words(column.values.map { UInt64(bitPattern: Int64($0)) ^ 1 << 63 })
    case .uint8(let column): .words(column.values.map { UInt64($0) })
    case .uint16(let column): .words(column.values.map { UInt64($0) })
    case .uint32(let column): .words(column.values.map { UInt64($0) })
    case .uint64(let column): .words(column.values)
    case .int128(let column): .wide(column.values)
    case .float32(let column): .words(column.values.map { orderedBits(Double($0)) })
    case .float64(let column): .words(column.values.map { orderedBits($0) })
    case .texts(let column): .texts(HeldTexts(column))
    }
  }

  /// Puts the value of a row, which is not null, behind `bytes`.
  private func append(_ row: Int, to bytes: inout [UInt8]) {
    switch part {
    case .words(let words): OrderedBytes.append(words[row], to: &bytes)
    case .wide(let values):
      let word = UInt128(truncatingIfNeeded: values[row]) ^ 1 << 127
      OrderedBytes.append(UInt64(truncatingIfNeeded: word >> 64), to: &bytes)
      OrderedBytes.append(UInt64(truncatingIfNeeded: word), to: &bytes)
    case .texts(let texts):
      // A zero in the text is told from the end by what follows it.
      for byte in texts.reader.bytes(row) {
        bytes.append(byte)
        if byte == 0 { bytes.append(0xff) }
      }
      bytes.append(0)
      bytes.append(0)
    case .list(let offsets, let child):
      for value in offsets[row]..<offsets[row + 1] { child.appendMarked(value, to: &bytes) }
      bytes.append(0)
    case .fields(let fields):
      for field in fields { field.appendMarked(row, to: &bytes) }
    }
  }

  /// Puts a mark for null, or one for a value and the value, behind `bytes`.
  private func appendMarked(_ row: Int, to bytes: inout [UInt8]) {
    if let validity, !validity[row] {
      bytes.append(2)
    } else {
      bytes.append(1)
      append(row, to: &bytes)
    }
  }

  private static func append(_ word: UInt64, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: word.bigEndian) { bytes.append(contentsOf: $0) }
  }
}
