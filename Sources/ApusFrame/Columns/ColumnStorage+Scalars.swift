extension ColumnStorage {
  /// A column of `type` with these values. Not for many rows: each value is looked at by itself.
  /// - Returns: nothing when a value is not of the type.
  package static func of(_ scalars: [Scalar], type: DataType) -> ColumnStorage? {
    switch type {
    case .bool:
      return elements(scalars) { if case .bool(let value) = $0 { value } else { nil } }
        .map { .bool(BooleanColumn($0)) }
    case .int8: return whole(scalars, Int8.self).map(ColumnStorage.int8)
    case .int16: return whole(scalars, Int16.self).map(ColumnStorage.int16)
    case .int32: return whole(scalars, Int32.self).map(ColumnStorage.int32)
    case .int64: return whole(scalars, Int.self).map(ColumnStorage.int64)
    case .uint8: return whole(scalars, UInt8.self).map(ColumnStorage.uint8)
    case .uint16: return whole(scalars, UInt16.self).map(ColumnStorage.uint16)
    case .uint32: return whole(scalars, UInt32.self).map(ColumnStorage.uint32)
    case .uint64: return whole(scalars, UInt64.self).map(ColumnStorage.uint64)
    case .float32:
      return column(scalars, hole: 0) { $0.number.map(Float.init) }.map(ColumnStorage.float32)
    case .float64: return column(scalars, hole: 0, \.number).map(ColumnStorage.float64)
    case .decimal(let precision, let scale):
      return column(scalars, hole: 0) { $0.coefficient(precision: precision, scale: scale) }
        .map { .decimal($0, precision: precision, scale: scale) }
    case .string: return texts(scalars).map(ColumnStorage.string)
    case .binary:
      return elements(scalars) { if case .binary(let value) = $0 { value } else { nil } }
        .map { .binary(StringColumn(bytes: $0)) }
    case .date:
      return column(scalars, hole: CivilDate(daysSinceEpoch: 0)) {
        if case .date(let value) = $0 { value } else { nil }
      }.map(ColumnStorage.date)
    case .time:
      return column(scalars, hole: 0) {
        if case .time(let value) = $0 { value.nanosecondsSinceMidnight } else { nil }
      }.map(ColumnStorage.time)
    case .datetime(let unit, let zone):
      return column(scalars, hole: 0) {
        if case .datetime(let value) = $0 { value.ticks(unit) } else { nil }
      }.map { .datetime($0, unit, zone: zone) }
    case .duration(let unit):
      return column(scalars, hole: 0) {
        if case .duration(let value) = $0 { value.ticks(unit) } else { nil }
      }.map { .duration($0, unit) }
    case .uuid:
      return column(scalars, hole: UniqueIdentifier(high: 0, low: 0)) {
        if case .uuid(let value) = $0 { value } else { nil }
      }.map(ColumnStorage.uuid)
    case .categorical: return texts(scalars).map { .categorical(DictionaryColumn($0)) }
    case .enum(let names):
      let list = CategoryList(distinct: StringColumn(names.map(Optional.some)))
      return column(scalars, hole: 0) {
        if case .string(let value) = $0 { list.number(of: value) } else { nil }
      }.map { .enum(DictionaryColumn($0, list)) }
    case .list(let element): return lists(scalars, element)
    case .struct(let fields): return structs(scalars, fields)
    }
  }

  /// The values without their cover, nothing when one is of another type.
  private static func elements<Element>(
    _ scalars: [Scalar], _ element: (Scalar) -> Element?
  ) -> [Element?]? {
    var found: [Element?] = []
    found.reserveCapacity(scalars.count)
    for scalar in scalars {
      guard scalar != .null else {
        found.append(nil)
        continue
      }
      guard let value = element(scalar) else { return nil }
      found.append(value)
    }
    return found
  }

  private static func column<Element>(
    _ scalars: [Scalar], hole: Element, _ element: (Scalar) -> Element?
  ) -> FixedWidthColumn<Element>? {
    elements(scalars, element).map { FixedWidthColumn($0, hole: hole) }
  }

  private static func whole<Element: FixedWidthInteger & BitwiseCopyable & Sendable>(
    _ scalars: [Scalar], _ type: Element.Type
  ) -> FixedWidthColumn<Element>? {
    column(scalars, hole: 0) { $0.whole() }
  }

  private static func texts(_ scalars: [Scalar]) -> StringColumn? {
    elements(scalars) { if case .string(let value) = $0 { value } else { nil } }
      .map { StringColumn($0) }
  }

  private static func lists(_ scalars: [Scalar], _ type: DataType) -> ColumnStorage? {
    guard
      let rows = elements(scalars, { if case .list(let values) = $0 { values } else { nil } }),
      let child = of(rows.flatMap { $0 ?? [] }, type: type)
    else { return nil }
    return .list(
      ListColumn(
        offsets: Values(starts(rows.map { $0?.count ?? 0 })), child: child,
        validity: Bitmap(count: rows.count) { rows[$0] != nil }))
  }

  private static func structs(_ scalars: [Scalar], _ fields: [Schema.Field]) -> ColumnStorage? {
    guard
      let rows = elements(scalars, { if case .struct(let values) = $0 { values } else { nil } })
    else { return nil }
    var columns: [ColumnStorage] = []
    for field in fields {
      let values = rows.map { row in row?.first { $0.name == field.name }?.value ?? .null }
      guard let column = of(values, type: field.type) else { return nil }
      columns.append(column)
    }
    return .struct(
      StructColumn(
        names: fields.map(\.name), fields: columns, count: rows.count,
        validity: Bitmap(count: rows.count) { rows[$0] != nil }))
  }

  /// `value`, which is null or fits the type, in each of `count` rows.
  package static func repeating(_ value: Scalar, type: DataType, count: Int) -> ColumnStorage {
    guard let one = of([value], type: type) else {
      preconditionFailure("\(value.shown) in a column of \(type)")
    }
    let rows = Values<UInt32>(repeating: 0, count: count)
    switch (type, value) {
    case (.bool, .bool(let bit)):
      return .bool(BooleanColumn(Bitmap(repeating: bit, count: count)))
    case (.int64, .int(let number)):
      return .int64(FixedWidthColumn(Values(repeating: number, count: count)))
    case (.float64, .double(let number)):
      return .float64(FixedWidthColumn(Values(repeating: number, count: count)))
    default: return one.gathered(rows)
    }
  }
}

extension Scalar {
  /// The whole number, when it is one of that width.
  func whole<Number: FixedWidthInteger>() -> Number? {
    switch self {
    case .int(let value): Number(exactly: value)
    case .unsigned(let value): Number(exactly: value)
    case .null, .bool, .double, .decimal, .string, .binary, .date, .time, .datetime, .duration,
      .uuid, .list, .struct:
      nil
    }
  }

  /// The number at a scale, when it has no more digits than that.
  func coefficient(precision: Int, scale: Int) -> Int128? {
    let found: (Int128, Int)
    switch self {
    case .int(let value): found = (Int128(value), 0)
    case .unsigned(let value): found = (Int128(value), 0)
    case .decimal(let value): found = (value.coefficient, value.scale)
    case .null, .bool, .double, .string, .binary, .date, .time, .datetime, .duration, .uuid, .list,
      .struct:
      return nil
    }
    guard let value = Decimal128.rescaled(found.0, from: found.1, to: scale),
      value.magnitude < Decimal128.powers[precision].magnitude,
      Decimal128.rescaled(value, from: scale, to: found.1) == found.0
    else { return nil }
    return value
  }
}
