/// A column by how its values are kept, whatever they mean: what groups, joins, sorts and
/// comparisons go over.
enum PlainColumn {
  case bits(BooleanColumn)
  case int8(FixedWidthColumn<Int8>)
  case int16(FixedWidthColumn<Int16>)
  case int32(FixedWidthColumn<Int32>)
  case int64(FixedWidthColumn<Int>)
  case uint8(FixedWidthColumn<UInt8>)
  case uint16(FixedWidthColumn<UInt16>)
  case uint32(FixedWidthColumn<UInt32>)
  case uint64(FixedWidthColumn<UInt64>)
  case int128(FixedWidthColumn<Int128>)
  case float32(FixedWidthColumn<Float>)
  case float64(FixedWidthColumn<Double>)
  case texts(StringColumn)
}

extension ColumnStorage {
  /// The column as values that are equal when its own are. Categories are the numbers of their list,
  /// which tell values apart only within one list.
  var plain: PlainColumn {
    switch self {
    case .categorical(let column), .enum(let column): .uint32(column.codes)
    default: ordered
    }
  }

  /// The column as values whose order is that of its own.
  var ordered: PlainColumn {
    switch self {
    case .bool(let column): .bits(column)
    case .int8(let column): .int8(column)
    case .int16(let column): .int16(column)
    case .int32(let column): .int32(column)
    case .int64(let column), .time(let column), .datetime(let column, _, _),
      .duration(let column, _):
      .int64(column)
    case .uint8(let column): .uint8(column)
    case .uint16(let column): .uint16(column)
    case .uint32(let column): .uint32(column)
    case .uint64(let column): .uint64(column)
    case .float32(let column): .float32(column)
    case .float64(let column): .float64(column)
    case .decimal(let column, _, _): .int128(column)
    case .string(let column), .binary(let column): .texts(column)
    case .date(let column): .int32(column.reinterpreted(as: Int32.self))
    case .uuid(let column):
      // The upper bit turned over: then the order of signed numbers is that of bytes.
      .int128(
        column.mapped {
          Int128(truncatingIfNeeded: UInt128($0.high ^ 1 << 63) << 64 | UInt128($0.low))
        })
    case .categorical(let column): .uint32(column.ranks)
    case .enum(let column): .uint32(column.codes)
    case .list, .struct: .texts(OrderedBytes.texts(of: self))
    }
  }

  /// Plain values as a column of the type that they were taken from. Not for types whose plain
  /// values are made anew.
  static func restored(_ plain: PlainColumn, as type: DataType) -> ColumnStorage {
    switch (plain, type) {
    case (.bits(let column), .bool): .bool(column)
    case (.int8(let column), .int8): .int8(column)
    case (.int16(let column), .int16): .int16(column)
    case (.int32(let column), .int32): .int32(column)
    case (.int32(let column), .date): .date(column.reinterpreted(as: CivilDate.self))
    case (.int64(let column), .int64): .int64(column)
    case (.int64(let column), .time): .time(column)
    case (.int64(let column), .datetime(let unit, let zone)): .datetime(column, unit, zone: zone)
    case (.int64(let column), .duration(let unit)): .duration(column, unit)
    case (.uint8(let column), .uint8): .uint8(column)
    case (.uint16(let column), .uint16): .uint16(column)
    case (.uint32(let column), .uint32): .uint32(column)
    case (.uint64(let column), .uint64): .uint64(column)
    case (.int128(let column), .decimal(let precision, let scale)):
      .decimal(column, precision: precision, scale: scale)
    case (.float32(let column), .float32): .float32(column)
    case (.float64(let column), .float64): .float64(column)
    case (.texts(let column), .string): .string(column)
    case (.texts(let column), .binary): .binary(column)
    default: preconditionFailure("no \(type) is kept like this")
    }
  }
}

extension FixedWidthColumn {
  /// The same memory as values of another type of the same width.
  func reinterpreted<Other>(as type: Other.Type) -> FixedWidthColumn<Other> {
    precondition(MemoryLayout<Other>.stride == MemoryLayout<Element>.stride)
    return FixedWidthColumn<Other>(
      Values(buffer: values.buffer, start: values.start, count: values.count), validity: validity)
  }
}
