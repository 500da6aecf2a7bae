internal import ApusFrame

/// A column by how its values lie in memory, which is what formats store.
enum StoredColumn {
  /// A bit a row.
  case bits(Bitmap)
  /// Values of so many bytes each, from a byte of a buffer on.
  case fixed(Buffer, start: Int, width: Int)
  /// Views of texts or of other bytes.
  case texts(StringColumn)
  /// Numbers of a list of texts.
  case codes(DictionaryColumn)
  case list(ListColumn)
  case structure(StructColumn)

  /// How `column` lies in memory.
  init(_ column: ColumnStorage) {
    switch column {
    case .bool(let column): self = .bits(column.values)
    case .int8(let column): self = .fixed(column.values)
    case .int16(let column): self = .fixed(column.values)
    case .int32(let column): self = .fixed(column.values)
    case .int64(let column), .time(let column), .datetime(let column, _, _),
      .duration(let column, _):
      self = .fixed(column.values)
    case .uint8(let column): self = .fixed(column.values)
    case .uint16(let column): self = .fixed(column.values)
    case .uint32(let column): self = .fixed(column.values)
    case .uint64(let column): self = .fixed(column.values)
    case .float32(let column): self = .fixed(column.values)
    case .float64(let column): self = .fixed(column.values)
    case .decimal(let column, _, _): self = .fixed(column.values)
    case .string(let column), .binary(let column): self = .texts(column)
    case .date(let column): self = .fixed(column.values)
    case .uuid(let column): self = .fixed(column.values)
    case .categorical(let column), .enum(let column): self = .codes(column)
    case .list(let column): self = .list(column)
    case .struct(let column): self = .structure(column)
    }
  }

  private static func fixed<Element>(_ values: Values<Element>) -> StoredColumn {
    let width = MemoryLayout<Element>.stride
    return .fixed(values.buffer, start: values.start * width, width: width)
  }
}

extension DataType {
  /// How many bytes a value has in memory; nothing for types that lie otherwise.
  var fixedWidth: Int? {
    switch self {
    case .int8, .uint8: 1
    case .int16, .uint16: 2
    case .int32, .uint32, .float32, .date: 4
    case .int64, .uint64, .float64, .time, .datetime, .duration: 8
    case .decimal, .uuid: 16
    case .bool, .string, .binary, .categorical, .enum, .list, .struct: nil
    }
  }
}

extension ColumnStorage {
  /// A column of `type` whose `count` values lie in `buffer`, as `fixedWidth` says.
  static func fixed(
    _ type: DataType, _ buffer: Buffer, count: Int, validity: Bitmap?
  ) -> ColumnStorage {
    func made<Element>() -> FixedWidthColumn<Element> {
      FixedWidthColumn(Values(buffer: buffer, start: 0, count: count), validity: validity)
    }
    switch type {
    case .int8: return .int8(made())
    case .int16: return .int16(made())
    case .int32: return .int32(made())
    case .int64: return .int64(made())
    case .uint8: return .uint8(made())
    case .uint16: return .uint16(made())
    case .uint32: return .uint32(made())
    case .uint64: return .uint64(made())
    case .float32: return .float32(made())
    case .float64: return .float64(made())
    case .decimal(let precision, let scale):
      return .decimal(made(), precision: precision, scale: scale)
    case .date: return .date(made())
    case .time: return .time(made())
    case .datetime(let unit, let zone): return .datetime(made(), unit, zone: zone)
    case .duration(let unit): return .duration(made(), unit)
    case .uuid: return .uuid(made())
    case .bool, .string, .binary, .categorical, .enum, .list, .struct:
      preconditionFailure("\(type) is not of fixed width")
    }
  }

  /// A column of `type`, which is Bool, from a byte a row.
  static func bools(bytes buffer: Buffer, count: Int, validity: Bitmap?) -> ColumnStorage {
    let bytes = buffer.base.assumingMemoryBound(to: UInt8.self)
    return withExtendedLifetime(buffer) {
      .bool(BooleanColumn(Bitmap(count: count) { bytes[$0] != 0 }, validity: validity))
    }
  }

  /// A column of texts as one of `type`: of text, of bytes, or of categories.
  static func texts(_ column: StringColumn, as type: DataType) throws(FrameError) -> ColumnStorage {
    switch type {
    case .binary: return .binary(column)
    case .categorical: return .categorical(DictionaryColumn(column))
    case .enum(let names):
      let list = CategoryList(distinct: StringColumn(names.map(Optional.some)))
      let found = DictionaryColumn(column)
      var table: [UInt32] = []
      for name in found.categories.names {
        guard let number = list.number(of: name) else {
          throw FrameError(
            code: .malformedFile, what: "\"\(name)\" is none of the Enum's texts",
            place: "a column of Enum", mend: "the file contradicts itself; write it anew")
        }
        table.append(number)
      }
      let codes = Values<UInt32>(count: column.count) { target in
        for row in 0..<column.count {
          let code = Int(found.codes.values[row])
          target[row] = code < table.count ? table[code] : 0
        }
      }
      return .enum(DictionaryColumn(FixedWidthColumn(codes, validity: column.validity), list))
    default: return .string(column)
    }
  }
}
