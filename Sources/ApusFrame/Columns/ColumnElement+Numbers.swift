// The Swift types of numbers, texts and truth values as elements of columns.

extension Bool: ColumnElement {
  /// The values of a Boolean column.
  public static func vector(of column: AnyColumn) -> BooleanColumn? {
    if case .bool(let values) = column.storage { values } else { nil }
  }

  /// A column of true and false.
  public static func column(of values: [Bool?]) -> AnyColumn {
    AnyColumn(name: "", .bool(BooleanColumn(values)))
  }
}

extension Int: ColumnElement {
  /// The values of a column of whole numbers; narrower ones are widened, and those of `UInt64` taken
  /// when none is too large.
  public static func vector(of column: AnyColumn) -> FixedWidthColumn<Int>? {
    column.storage.wideInts
  }

  /// A column of whole numbers.
  public static func column(of values: [Int?]) -> AnyColumn {
    AnyColumn(name: "", .int64(FixedWidthColumn(values, hole: 0)))
  }
}

extension Double: ColumnElement {
  /// The values of a numeric column; all numbers become floating-point ones.
  public static func vector(of column: AnyColumn) -> FixedWidthColumn<Double>? {
    column.type.isNumeric ? column.storage.doubles : nil
  }

  /// A column of floating-point numbers.
  public static func column(of values: [Double?]) -> AnyColumn {
    AnyColumn(name: "", .float64(FixedWidthColumn(values, hole: 0)))
  }
}

extension String: ColumnElement {
  /// The values of a text column, or of one that keeps texts as numbers of a list.
  public static func vector(of column: AnyColumn) -> StringColumn? {
    switch column.storage {
    case .string(let values): values
    case .categorical(let values), .enum(let values): values.texts
    default: nil
    }
  }

  /// A column of texts.
  public static func column(of values: [String?]) -> AnyColumn {
    AnyColumn(name: "", .string(StringColumn(values)))
  }
}

extension Int8: ColumnElement {
  /// The values of a column of `Int8`.
  public static func vector(of column: AnyColumn) -> FixedWidthColumn<Int8>? {
    if case .int8(let values) = column.storage { values } else { nil }
  }

  /// A column of `Int8`.
  public static func column(of values: [Int8?]) -> AnyColumn {
    AnyColumn(name: "", .int8(FixedWidthColumn(values, hole: 0)))
  }
}

extension Int16: ColumnElement {
  /// The values of a column of `Int16`.
  public static func vector(of column: AnyColumn) -> FixedWidthColumn<Int16>? {
    if case .int16(let values) = column.storage { values } else { nil }
  }

  /// A column of `Int16`.
  public static func column(of values: [Int16?]) -> AnyColumn {
    AnyColumn(name: "", .int16(FixedWidthColumn(values, hole: 0)))
  }
}

extension Int32: ColumnElement {
  /// The values of a column of `Int32`.
  public static func vector(of column: AnyColumn) -> FixedWidthColumn<Int32>? {
    if case .int32(let values) = column.storage { values } else { nil }
  }

  /// A column of `Int32`.
  public static func column(of values: [Int32?]) -> AnyColumn {
    AnyColumn(name: "", .int32(FixedWidthColumn(values, hole: 0)))
  }
}

extension UInt8: ColumnElement {
  /// The values of a column of `UInt8`.
  public static func vector(of column: AnyColumn) -> FixedWidthColumn<UInt8>? {
    if case .uint8(let values) = column.storage { values } else { nil }
  }

  /// A column of `UInt8`.
  public static func column(of values: [UInt8?]) -> AnyColumn {
    AnyColumn(name: "", .uint8(FixedWidthColumn(values, hole: 0)))
  }
}

extension UInt16: ColumnElement {
  /// The values of a column of `UInt16`.
  public static func vector(of column: AnyColumn) -> FixedWidthColumn<UInt16>? {
    if case .uint16(let values) = column.storage { values } else { nil }
  }

  /// A column of `UInt16`.
  public static func column(of values: [UInt16?]) -> AnyColumn {
    AnyColumn(name: "", .uint16(FixedWidthColumn(values, hole: 0)))
  }
}

extension UInt32: ColumnElement {
  /// The values of a column of `UInt32`.
  public static func vector(of column: AnyColumn) -> FixedWidthColumn<UInt32>? {
    if case .uint32(let values) = column.storage { values } else { nil }
  }

  /// A column of `UInt32`.
  public static func column(of values: [UInt32?]) -> AnyColumn {
    AnyColumn(name: "", .uint32(FixedWidthColumn(values, hole: 0)))
  }
}

extension UInt64: ColumnElement {
  /// The values of a column of `UInt64`.
  public static func vector(of column: AnyColumn) -> FixedWidthColumn<UInt64>? {
    if case .uint64(let values) = column.storage { values } else { nil }
  }

  /// A column of `UInt64`.
  public static func column(of values: [UInt64?]) -> AnyColumn {
    AnyColumn(name: "", .uint64(FixedWidthColumn(values, hole: 0)))
  }
}

extension Float: ColumnElement {
  /// The values of a column of `Float`.
  public static func vector(of column: AnyColumn) -> FixedWidthColumn<Float>? {
    if case .float32(let values) = column.storage { values } else { nil }
  }

  /// A column of `Float`.
  public static func column(of values: [Float?]) -> AnyColumn {
    AnyColumn(name: "", .float32(FixedWidthColumn(values, hole: 0)))
  }
}

extension ColumnStorage {
  /// The values of a column of whole numbers as those of 64 bits with a sign; nothing when one is
  /// too large.
  var wideInts: FixedWidthColumn<Int>? {
    switch self {
    case .int8(let column): return column.mapped(Int.init)
    case .int16(let column): return column.mapped(Int.init)
    case .int32(let column): return column.mapped(Int.init)
    case .int64(let column): return column
    case .uint8(let column): return column.mapped(Int.init)
    case .uint16(let column): return column.mapped(Int.init)
    case .uint32(let column): return column.mapped(Int.init)
    case .uint64(let column):
      var isTooLarge = false
      column.values.read { values in
        forEachPresent(column.count, column.validity) { row in
          isTooLarge = isTooLarge || values[row] > UInt64(Int.max)
        }
      }
      return isTooLarge ? nil : column.reinterpreted(as: Int.self)
    default: return nil
    }
  }
}
