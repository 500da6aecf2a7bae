/// The least or the greatest value of each group, of any type; NaN loses against numbers.
func extremes(
  _ column: ColumnStorage, _ grouping: Grouping, wantsGreatest: Bool
) throws(FrameError) -> ColumnStorage {
  switch column.ordered {
  case .bits(let values):
    let found = try reduced(
      grouping, values.validity,
      by: BitExtreme(bits: values.values, wantsGreatest: wantsGreatest))
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
      return try extremeRows(column, values, grouping, wantsGreatest)
    }
    return .restored(
      .uint32(try wholeExtremes(values, grouping, wantsGreatest)), as: column.type)
  case .int128(let values):
    return try extremeRows(column, values, grouping, wantsGreatest)
  case .float32(let values):
    return .float32(try floatExtremes(values, grouping, wantsGreatest))
  case .float64(let values):
    return .float64(try floatExtremes(values, grouping, wantsGreatest))
  case .texts(let values):
    let rows = try values.read { texts throws(FrameError) in
      try reduced(
        grouping, values.validity, by: TextExtreme(texts: texts, wantsGreatest: wantsGreatest))
    }
    return column.picked(rows)
  }
}

private func wholeExtremes<Element: FixedWidthInteger & BitwiseCopyable & Sendable>(
  _ column: FixedWidthColumn<Element>, _ grouping: Grouping, _ wantsGreatest: Bool
) throws(FrameError) -> FixedWidthColumn<Element> {
  let found = try column.values.read { source throws(FrameError) in
    wantsGreatest
      ? try reduced(grouping, column.validity, by: Greatest(source: source))
      : try reduced(grouping, column.validity, by: Least(source: source))
  }
  return FixedWidthColumn(found: found)
}

private func floatExtremes<Element: BinaryFloatingPoint & BitwiseCopyable & Sendable>(
  _ column: FixedWidthColumn<Element>, _ grouping: Grouping, _ wantsGreatest: Bool
) throws(FrameError) -> FixedWidthColumn<Element> {
  let found = try column.values.read { source throws(FrameError) in
    wantsGreatest
      ? try reduced(grouping, column.validity, by: GreatestNumber(source: source))
      : try reduced(grouping, column.validity, by: LeastNumber(source: source))
  }
  return FixedWidthColumn(found: found)
}

/// The rows of the least or greatest values, as the column has them.
private func extremeRows<Element: Comparable & BitwiseCopyable & Sendable>(
  _ column: ColumnStorage, _ values: FixedWidthColumn<Element>, _ grouping: Grouping,
  _ wantsGreatest: Bool
) throws(FrameError) -> ColumnStorage {
  let rows = try values.values.read { source throws(FrameError) in
    try reduced(
      grouping, column.validity, by: RowExtreme(source: source, wantsGreatest: wantsGreatest))
  }
  return column.picked(rows)
}

extension FixedWidthColumn where Element: ExpressibleByIntegerLiteral {
  fileprivate init(found: Values<Extreme<Element>>) {
    self.init(
      found.map(\.value), validity: Bitmap(count: found.count) { found[$0].isFound })
  }
}
