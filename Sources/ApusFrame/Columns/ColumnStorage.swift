/// The values of a column by type; one `switch` on it chooses the loop of a whole column.
///
/// Loops that do not care what numbers mean go over `plain`, which has a case less for each type
/// that is kept as another one is.
package enum ColumnStorage: Sendable {
  case bool(BooleanColumn)
  case int8(FixedWidthColumn<Int8>)
  case int16(FixedWidthColumn<Int16>)
  case int32(FixedWidthColumn<Int32>)
  case int64(FixedWidthColumn<Int>)
  case uint8(FixedWidthColumn<UInt8>)
  case uint16(FixedWidthColumn<UInt16>)
  case uint32(FixedWidthColumn<UInt32>)
  case uint64(FixedWidthColumn<UInt64>)
  case float32(FixedWidthColumn<Float>)
  case float64(FixedWidthColumn<Double>)
  /// Coefficients, and the precision and scale that all share.
  case decimal(FixedWidthColumn<Int128>, precision: Int, scale: Int)
  case string(StringColumn)
  /// Bytes are kept as texts are.
  case binary(StringColumn)
  case date(FixedWidthColumn<CivilDate>)
  /// Nanoseconds since midnight.
  case time(FixedWidthColumn<Int>)
  /// Units since 1970-01-01 00:00, with a zone in UTC.
  case datetime(FixedWidthColumn<Int>, TimeUnit, zone: String?)
  case duration(FixedWidthColumn<Int>, TimeUnit)
  case uuid(FixedWidthColumn<UniqueIdentifier>)
  case categorical(DictionaryColumn)
  case `enum`(DictionaryColumn)
  indirect case list(ListColumn)
  indirect case `struct`(StructColumn)

  package var type: DataType {
    switch self {
    case .bool: .bool
    case .int8: .int8
    case .int16: .int16
    case .int32: .int32
    case .int64: .int64
    case .uint8: .uint8
    case .uint16: .uint16
    case .uint32: .uint32
    case .uint64: .uint64
    case .float32: .float32
    case .float64: .float64
    case .decimal(_, let precision, let scale): .decimal(precision: precision, scale: scale)
    case .string: .string
    case .binary: .binary
    case .date: .date
    case .time: .time
    case .datetime(_, let unit, let zone): .datetime(unit, zone: zone)
    case .duration(_, let unit): .duration(unit)
    case .uuid: .uuid
    case .categorical: .categorical
    case .enum(let column): .enum(column.categories.names)
    case .list(let column): .list(column.child.type)
    case .struct(let column): column.type
    }
  }

  package var count: Int {
    switch self {
    case .bool(let column): column.count
    case .int8(let column): column.count
    case .int16(let column): column.count
    case .int32(let column): column.count
    case .int64(let column), .time(let column), .datetime(let column, _, _),
      .duration(let column, _):
      column.count
    case .uint8(let column): column.count
    case .uint16(let column): column.count
    case .uint32(let column): column.count
    case .uint64(let column): column.count
    case .float32(let column): column.count
    case .float64(let column): column.count
    case .decimal(let column, _, _): column.count
    case .string(let column), .binary(let column): column.count
    case .date(let column): column.count
    case .uuid(let column): column.count
    case .categorical(let column), .enum(let column): column.codes.count
    case .list(let column): column.count
    case .struct(let column): column.count
    }
  }

  package var validity: Bitmap? {
    switch self {
    case .bool(let column): column.validity
    case .int8(let column): column.validity
    case .int16(let column): column.validity
    case .int32(let column): column.validity
    case .int64(let column), .time(let column), .datetime(let column, _, _),
      .duration(let column, _):
      column.validity
    case .uint8(let column): column.validity
    case .uint16(let column): column.validity
    case .uint32(let column): column.validity
    case .uint64(let column): column.validity
    case .float32(let column): column.validity
    case .float64(let column): column.validity
    case .decimal(let column, _, _): column.validity
    case .string(let column), .binary(let column): column.validity
    case .date(let column): column.validity
    case .uuid(let column): column.validity
    case .categorical(let column), .enum(let column): column.codes.validity
    case .list(let column): column.validity
    case .struct(let column): column.validity
    }
  }

  package func sliced(_ range: Range<Int>) -> ColumnStorage {
    switch self {
    case .bool(let column): .bool(column.sliced(range))
    case .string(let column): .string(column.sliced(range))
    case .binary(let column): .binary(column.sliced(range))
    case .list(let column): .list(column.sliced(range))
    case .struct(let column): .struct(column.sliced(range))
    case .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .float32, .float64,
      .decimal, .date, .time, .datetime, .duration, .uuid, .categorical, .enum:
      mappedFixedWidth(Slicing(range: range))
    }
  }

  package func gathered(_ rows: Values<UInt32>) -> ColumnStorage {
    switch self {
    case .bool(let column): .bool(column.gathered(rows))
    case .string(let column): .string(column.gathered(rows))
    case .binary(let column): .binary(column.gathered(rows))
    case .list(let column): .list(column.gathered(rows))
    case .struct(let column): .struct(column.gathered(rows))
    case .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .float32, .float64,
      .decimal, .date, .time, .datetime, .duration, .uuid, .categorical, .enum:
      mappedFixedWidth(Gathering(rows: rows))
    }
  }

  /// The column with `validity` for its own.
  package func withValidity(_ validity: Bitmap?) -> ColumnStorage {
    switch self {
    case .bool(let column): .bool(BooleanColumn(column.values, validity: validity))
    case .string(let column): .string(column.withValidity(validity))
    case .binary(let column): .binary(column.withValidity(validity))
    case .list(let column):
      .list(ListColumn(offsets: column.offsets, child: column.child, validity: validity))
    case .struct(let column):
      .struct(
        StructColumn(
          names: column.names, fields: column.fields, count: column.count, validity: validity))
    case .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .float32, .float64,
      .decimal, .date, .time, .datetime, .duration, .uuid, .categorical, .enum:
      mappedFixedWidth(Revalidation(validity: validity))
    }
  }

  /// The column with its fixed-width values put through what is the same for all of them.
  private func mappedFixedWidth(_ change: some FixedWidthChange) -> ColumnStorage {
    switch self {
    case .int8(let column): .int8(change.apply(column))
    case .int16(let column): .int16(change.apply(column))
    case .int32(let column): .int32(change.apply(column))
    case .int64(let column): .int64(change.apply(column))
    case .uint8(let column): .uint8(change.apply(column))
    case .uint16(let column): .uint16(change.apply(column))
    case .uint32(let column): .uint32(change.apply(column))
    case .uint64(let column): .uint64(change.apply(column))
    case .float32(let column): .float32(change.apply(column))
    case .float64(let column): .float64(change.apply(column))
    case .decimal(let column, let precision, let scale):
      .decimal(change.apply(column), precision: precision, scale: scale)
    case .date(let column): .date(change.apply(column))
    case .time(let column): .time(change.apply(column))
    case .datetime(let column, let unit, let zone):
      .datetime(change.apply(column), unit, zone: zone)
    case .duration(let column, let unit): .duration(change.apply(column), unit)
    case .uuid(let column): .uuid(change.apply(column))
    case .categorical(let column):
      .categorical(DictionaryColumn(change.apply(column.codes), column.categories))
    case .enum(let column): .enum(DictionaryColumn(change.apply(column.codes), column.categories))
    case .bool, .string, .binary, .list, .struct:
      preconditionFailure("\(type) has no fixed width")
    }
  }
}

/// What is done to columns of fixed width whatever their type.
private protocol FixedWidthChange {
  func apply<Element>(_ column: FixedWidthColumn<Element>) -> FixedWidthColumn<Element>
}

private struct Slicing: FixedWidthChange {
  let range: Range<Int>

  func apply<Element>(_ column: FixedWidthColumn<Element>) -> FixedWidthColumn<Element> {
    column.sliced(range)
  }
}

private struct Gathering: FixedWidthChange {
  let rows: Values<UInt32>

  func apply<Element>(_ column: FixedWidthColumn<Element>) -> FixedWidthColumn<Element> {
    column.gathered(rows)
  }
}

private struct Revalidation: FixedWidthChange {
  let validity: Bitmap?

  func apply<Element>(_ column: FixedWidthColumn<Element>) -> FixedWidthColumn<Element> {
    FixedWidthColumn(column.values, validity: validity)
  }
}

extension ColumnStorage {
  /// The value of a row. Not for loops over rows: it switches on the type each time.
  package func scalar(at row: Int) -> Scalar {
    switch self {
    case .bool(let column): column[row].map(Scalar.bool) ?? .null
    case .int8(let column): column[row].map { .int(Int($0)) } ?? .null
    case .int16(let column): column[row].map { .int(Int($0)) } ?? .null
    case .int32(let column): column[row].map { .int(Int($0)) } ?? .null
    case .int64(let column): column[row].map(Scalar.int) ?? .null
    case .uint8(let column): column[row].map { .int(Int($0)) } ?? .null
    case .uint16(let column): column[row].map { .int(Int($0)) } ?? .null
    case .uint32(let column): column[row].map { .int(Int($0)) } ?? .null
    case .uint64(let column): column[row].map { Scalar(whole: $0) } ?? .null
    case .float32(let column): column[row].map { .double(Double($0)) } ?? .null
    case .float64(let column): column[row].map(Scalar.double) ?? .null
    case .decimal(let column, _, let scale):
      column[row].map { .decimal(Decimal128(coefficient: $0, scale: scale)) } ?? .null
    case .string(let column): column[row].map(Scalar.string) ?? .null
    case .binary(let column): column.bytes(row).map(Scalar.binary) ?? .null
    case .date(let column): column[row].map(Scalar.date) ?? .null
    case .time(let column):
      column[row].map { .time(CivilTime(nanosecondsSinceMidnight: $0)) } ?? .null
    case .datetime(let column, let unit, _):
      column[row].map { .datetime(Datetime(ticks: $0, unit)) } ?? .null
    case .duration(let column, let unit):
      column[row].map { .duration(Duration(ticks: $0, unit)) } ?? .null
    case .uuid(let column): column[row].map(Scalar.uuid) ?? .null
    case .categorical(let column), .enum(let column):
      column[row].map(Scalar.string) ?? .null
    case .list(let column): column.scalar(at: row)
    case .struct(let column): column.scalar(at: row)
    }
  }

  /// The numbers of a numeric, Boolean or temporal column as floating point; days, times and lengths
  /// of time in their units.
  package var doubles: FixedWidthColumn<Double>? {
    switch self {
    case .bool(let column): column.mapped { $0 ? 1 : 0 }
    case .int8(let column): column.mapped(Double.init)
    case .int16(let column): column.mapped(Double.init)
    case .int32(let column): column.mapped(Double.init)
    case .int64(let column), .time(let column), .datetime(let column, _, _),
      .duration(let column, _):
      column.mapped(Double.init)
    case .uint8(let column): column.mapped(Double.init)
    case .uint16(let column): column.mapped(Double.init)
    case .uint32(let column): column.mapped(Double.init)
    case .uint64(let column): column.mapped(Double.init)
    case .float32(let column): column.mapped(Double.init)
    case .float64(let column): column
    case .decimal(let column, _, let scale):
      column.mapped { Decimal128.double($0, scale: scale) }
    case .date(let column): column.mapped { Double($0.daysSinceEpoch) }
    case .string, .binary, .uuid, .categorical, .enum, .list, .struct: nil
    }
  }
}
