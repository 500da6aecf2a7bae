/// The best value of a group so far, if there was one.
private struct Extreme<Value: BitwiseCopyable & Sendable>: BitwiseCopyable, Sendable {
  var value: Value
  var isFound = false

  @inline(__always)
  mutating func take(_ next: Value, _ isBetter: (Value, Value) -> Bool) {
    if !isFound || isBetter(next, value) { value = next }
    isFound = true
  }
}

/// The least or the greatest value of each group, of any type; NaN loses against numbers.
func extremes(
  _ column: ColumnStorage, _ grouping: Grouping, wantsGreatest: Bool
) throws(FrameError) -> ColumnStorage {
  switch column.ordered {
  case .bits(let values):
    let wanted: (Bool, Bool) -> Bool = { wantsGreatest ? $0 && !$1 : !$0 && $1 }
    let bits = values.values
    let found = try best(values.validity, grouping, hole: false, { bits[$0] }, wanted)
    return .bool(
      BooleanColumn(
        Bitmap(count: found.count) { found[$0].value },
        validity: Bitmap(count: found.count) { found[$0].isFound }))
  case .int8(let values):
    return .restored(
      .int8(try wholeExtremes(values, grouping, wantsGreatest)), as: column.type)
  case .int16(let values):
    return .restored(
      .int16(try wholeExtremes(values, grouping, wantsGreatest)), as: column.type)
  case .int32(let values):
    return .restored(
      .int32(try wholeExtremes(values, grouping, wantsGreatest)), as: column.type)
  case .int64(let values):
    return .restored(
      .int64(try wholeExtremes(values, grouping, wantsGreatest)), as: column.type)
  case .uint8(let values):
    return .restored(
      .uint8(try wholeExtremes(values, grouping, wantsGreatest)), as: column.type)
  case .uint16(let values):
    return .restored(
      .uint16(try wholeExtremes(values, grouping, wantsGreatest)), as: column.type)
  case .uint64(let values):
    return .restored(
      .uint64(try wholeExtremes(values, grouping, wantsGreatest)), as: column.type)
  case .uint32(let values):
    // The order of categories is another one than that of their numbers.
    if column.type.isDictionary {
      return try extremeRows(column, grouping, wantsGreatest) { values.values[$0] }
    }
    return .restored(
      .uint32(try wholeExtremes(values, grouping, wantsGreatest)), as: column.type)
  case .int128(let values):
    return try extremeRows(column, grouping, wantsGreatest) { values.values[$0] }
  case .float32(let values):
    return .float32(
      try wantsGreatest
        ? best(values, grouping, hole: 0) { $0 > $1 || $1.isNaN }
        : best(values, grouping, hole: 0) { $0 < $1 || $1.isNaN })
  case .float64(let values):
    return .float64(
      try wantsGreatest
        ? best(values, grouping, hole: 0) { $0 > $1 || $1.isNaN }
        : best(values, grouping, hole: 0) { $0 < $1 || $1.isNaN })
  case .texts(let values):
    let rows = try values.read { texts throws(FrameError) in
      try best(values.validity, grouping, hole: Int32(-1), { Int32(truncatingIfNeeded: $0) }) {
        let order = texts.order(Int($0), texts, Int($1))
        return wantsGreatest ? order > 0 : order < 0
      }
    }
    return column.picked(rows.map { $0.isFound ? $0.value : -1 })
  }
}

private func wholeExtremes<Element: FixedWidthInteger & BitwiseCopyable & Sendable>(
  _ values: FixedWidthColumn<Element>, _ grouping: Grouping, _ wantsGreatest: Bool
) throws(FrameError) -> FixedWidthColumn<Element> {
  try wantsGreatest
    ? best(values, grouping, hole: 0) { $0 > $1 } : best(values, grouping, hole: 0) { $0 < $1 }
}

/// The rows of the least or greatest values, as the column has them.
private func extremeRows(
  _ column: ColumnStorage, _ grouping: Grouping, _ wantsGreatest: Bool,
  _ value: (Int) -> some Comparable
) throws(FrameError) -> ColumnStorage {
  let rows = try best(
    column.validity, grouping, hole: Int32(-1), { Int32(truncatingIfNeeded: $0) }
  ) {
    let (left, right) = (value(Int($0)), value(Int($1)))
    return wantsGreatest ? left > right : left < right
  }
  return column.picked(rows.map { $0.isFound ? $0.value : -1 })
}

@inline(__always)
private func best<Element>(
  _ column: FixedWidthColumn<Element>, _ grouping: Grouping, hole: Element,
  _ isBetter: (Element, Element) -> Bool
) throws(FrameError) -> FixedWidthColumn<Element> {
  let found = try column.values.read { source throws(FrameError) in
    try best(column.validity, grouping, hole: hole, { source[$0] }, isBetter)
  }
  return FixedWidthColumn(
    found.map(\.value), validity: Bitmap(count: found.count) { found[$0].isFound })
}

@inline(__always)
private func best<Value: BitwiseCopyable & Sendable>(
  _ validity: Bitmap?, _ grouping: Grouping, hole: Value, _ value: (Int) -> Value,
  _ isBetter: (Value, Value) -> Bool
) throws(FrameError) -> Values<Extreme<Value>> {
  try reduced(grouping, validity, from: Extreme(value: hole)) { state, row in
    state.take(value(row), isBetter)
  } merge: { state, other in
    if other.isFound { state.take(other.value, isBetter) }
  }
}
