/// Where the values of a column lie, when all of them have one width.
struct FixedMemory {
  /// Bytes a value; 0 where values are bits.
  let width: Int
  let start: UnsafeRawPointer
  let owner: Buffer

  init<Element>(_ values: Values<Element>) {
    width = MemoryLayout<Element>.stride
    start = UnsafeRawPointer(values.read { $0 })
    owner = values.buffer
  }

  init(_ bits: Bitmap) {
    width = 0
    start = UnsafeRawPointer(bits.words.read { $0 })
    owner = bits.words.buffer
  }
}

extension ColumnStorage {
  /// The memory of the values; of texts, that of their views or numbers. Not for lists and structs.
  var fixedMemory: FixedMemory {
    switch self {
    case .bool(let column): FixedMemory(column.values)
    case .int8(let column): FixedMemory(column.values)
    case .int16(let column): FixedMemory(column.values)
    case .int32(let column): FixedMemory(column.values)
    case .uint8(let column): FixedMemory(column.values)
    case .uint16(let column): FixedMemory(column.values)
    case .uint32(let column): FixedMemory(column.values)
    case .uint64(let column): FixedMemory(column.values)
    case .float32(let column): FixedMemory(column.values)
    case .float64(let column): FixedMemory(column.values)
    case .date(let column): FixedMemory(column.values)
    case .uuid(let column): FixedMemory(column.values)
    case .int64(let column), .time(let column), .datetime(let column, _, _),
      .duration(let column, _):
      FixedMemory(column.values)
    case .decimal(let column, _, _): FixedMemory(column.values)
    case .string(let column), .binary(let column): column.fixedMemory
    case .categorical(let column), .enum(let column): FixedMemory(column.codes.values)
    case .list, .struct: preconditionFailure("\(type) has no fixed width")
    }
  }

  /// A column of this one's type over `count` values in `buffer`, which are laid out as its own;
  /// texts refer to its heaps, categories to its list.
  func withFixedMemory(_ buffer: Buffer, count: Int, validity: Bitmap?) -> ColumnStorage {
    func column<Element>() -> FixedWidthColumn<Element> {
      FixedWidthColumn(Values(buffer: buffer, start: 0, count: count), validity: validity)
    }
    switch self {
    case .bool:
      let words = Values<UInt64>(buffer: buffer, start: 0, count: Bitmap.wordCount(count))
      return .bool(BooleanColumn(Bitmap(words: words, count: count), validity: validity))
    case .int8: return .int8(column())
    case .int16: return .int16(column())
    case .int32: return .int32(column())
    case .int64: return .int64(column())
    case .uint8: return .uint8(column())
    case .uint16: return .uint16(column())
    case .uint32: return .uint32(column())
    case .uint64: return .uint64(column())
    case .float32: return .float32(column())
    case .float64: return .float64(column())
    case .date: return .date(column())
    case .uuid: return .uuid(column())
    case .time: return .time(column())
    case .datetime(_, let unit, let zone): return .datetime(column(), unit, zone: zone)
    case .duration(_, let unit): return .duration(column(), unit)
    case .decimal(_, let precision, let scale):
      return .decimal(column(), precision: precision, scale: scale)
    case .string(let old):
      return .string(old.withFixedMemory(buffer, count: count, validity: validity))
    case .binary(let old):
      return .binary(old.withFixedMemory(buffer, count: count, validity: validity))
    case .categorical(let old): return .categorical(DictionaryColumn(column(), old.categories))
    case .enum(let old): return .enum(DictionaryColumn(column(), old.categories))
    case .list, .struct: preconditionFailure("\(type) has no fixed width")
    }
  }
}
