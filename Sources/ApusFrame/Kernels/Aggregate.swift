/// The aggregate of each group: one switch on the function and the type, then a kernel over
/// (values, validity, groups).
func aggregated(
  _ function: AggregateFunction, _ inputs: [ColumnStorage], by grouping: Grouping, label: String
) throws(FrameError) -> ColumnStorage {
  guard let input = inputs.first else { return .int64(FixedWidthColumn(try counts(nil, grouping))) }
  switch function {
  case .count: return .int64(FixedWidthColumn(try counts(input.validity, grouping)))
  case .countDistinct: return .int64(try distinctCounts(input, grouping))
  case .sum: return try sums(input, grouping, label: label)
  case .mean: return .statistic(try means(input, grouping), of: input.type)
  case .variance: return .float64(try variances(numbers(input), grouping))
  case .std:
    return .statistic(
      try variances(numbers(input), grouping).mapped { $0.squareRoot() }, of: input.type)
  case .median: return .statistic(try quantiles(numbers(input), at: 0.5, grouping), of: input.type)
  case .quantile(let share):
    return .statistic(try quantiles(numbers(input), at: share, grouping), of: input.type)
  case .correlation:
    return .float64(try correlations(numbers(input), numbers(inputs[1]), grouping))
  case .covariance:
    return .float64(try covariances(numbers(input), numbers(inputs[1]), grouping))
  case .product: return .float64(try products(numbers(input), grouping))
  case .skewness: return .float64(try shapes(numbers(input), grouping, isKurtosis: false))
  case .kurtosis: return .float64(try shapes(numbers(input), grouping, isKurtosis: true))
  case .mode: return input.picked(try modeRows(input, grouping))
  case .atExtreme(let wantsGreatest):
    return input.picked(try extremeRows(inputs[1], grouping, wantsGreatest: wantsGreatest))
  case .list: return try listed(inputs, Partitions(grouping, order: []))
  case .extremes(let count, let wantsGreatest):
    return try extremesListed(input, count, grouping, wantsGreatest: wantsGreatest)
  case .min: return try extremes(input, grouping, wantsGreatest: false)
  case .max: return try extremes(input, grouping, wantsGreatest: true)
  case .any: return .bool(try quantified(input, grouping, wantsAll: false))
  case .all: return .bool(try quantified(input, grouping, wantsAll: true))
  case .first:
    return input.picked(
      try inputs.count == 1
        ? grouping.firstRowsOrNone : ends(grouping, where: inputs[1], wantsLast: false))
  case .last:
    return input.picked(
      try inputs.count == 1
        ? lastRows(grouping) : ends(grouping, where: inputs[1], wantsLast: true))
  }
}

private func numbers(_ column: ColumnStorage) -> FixedWidthColumn<Double> {
  guard let values = column.doubles else {
    preconditionFailure("an aggregate of numbers over \(column.type)")
  }
  return values
}

/// How many values each group has.
func counts(_ validity: Bitmap?, _ grouping: Grouping) throws(FrameError) -> Values<Int> {
  if grouping.isWhole {
    return Values(repeating: validity?.setCount ?? grouping.rowCount, count: 1)
  }
  guard let validity else { return try grouping.rowCounts() }
  return try reduced(grouping, validity, by: RowCount())
}

/// How many different values each group has.
private func distinctCounts(
  _ column: ColumnStorage, _ grouping: Grouping
) throws(FrameError) -> FixedWidthColumn<Int> {
  var keys = [column]
  if !grouping.isWhole {
    let groups = grouping.codes.map { Int($0) }
    keys.insert(.int64(FixedWidthColumn(groups)), at: 0)
  }
  let pairs = try Grouping(of: keys, rowCount: grouping.rowCount)
  let codes = grouping.codes
  return FixedWidthColumn(
    Values<Int>(count: grouping.groupCount) { target in
      target.update(repeating: 0, count: grouping.groupCount)
      pairs.firstRows.read { rows in
        for pair in 0..<pairs.groupCount {
          let row = Int(rows[pair])
          if let validity = column.validity, !validity[row] { continue }
          target[grouping.isWhole ? 0 : Int(codes[row])] += 1
        }
      }
    })
}

/// Whether one value of each group is true, or all are; nulls are left out.
private func quantified(
  _ column: ColumnStorage, _ grouping: Grouping, wantsAll: Bool
) throws(FrameError) -> BooleanColumn {
  guard case .bool(let values) = column else {
    preconditionFailure("\(wantsAll ? "all" : "any") of \(column.type)")
  }
  let found = try reduced(
    grouping, values.validity, by: Quantifier(bits: values.values, wantsAll: wantsAll))
  return BooleanColumn(Bitmap(count: found.count) { found[$0] })
}

private struct Quantifier: Reducer {
  static let isUnordered = true
  let bits: Bitmap
  let wantsAll: Bool

  var initial: Bool { wantsAll }

  @inline(__always)
  func update(_ state: inout Bool, _ row: Int) { merge(&state, bits[row]) }

  @inline(__always)
  func merge(_ state: inout Bool, _ other: Bool) {
    state = wantsAll ? state && other : state || other
  }
}

private func lastRows(_ grouping: Grouping) throws(FrameError) -> Values<Int32> {
  guard !grouping.isWhole else {
    return Values(repeating: Int32(truncatingIfNeeded: grouping.rowCount - 1), count: 1)
  }
  return try reduced(grouping, nil, by: EndRow(wantsLast: true))
}

/// The first or the last row of each group in which `condition` is true, -1 where there is none.
private func ends(
  _ grouping: Grouping, where condition: ColumnStorage, wantsLast: Bool
) throws(FrameError) -> Values<Int32> {
  guard case .bool(let chosen) = condition else { preconditionFailure("a condition is not Bool") }
  return try reduced(grouping, chosen.isTrue, by: EndRow(wantsLast: wantsLast))
}

/// The first row or the last, -1 for none.
private struct EndRow: Reducer {
  static let isUnordered = false
  let wantsLast: Bool
  let initial = Int32(-1)

  @inline(__always)
  func update(_ end: inout Int32, _ row: Int) {
    if wantsLast || end < 0 { end = Int32(truncatingIfNeeded: row) }
  }

  func merge(_ end: inout Int32, _ other: Int32) {
    if other >= 0, wantsLast || end < 0 { end = other }
  }
}

extension Grouping {
  /// The first row of each group, -1 for the one group of no rows.
  fileprivate var firstRowsOrNone: Values<Int32> {
    let isEmpty = rowCount == 0
    return firstRows.map { isEmpty ? -1 : Int32(truncatingIfNeeded: $0) }
  }
}

extension ColumnStorage {
  /// A mean or the like, in the unit of what it was computed of: a time for times, rounded to whole
  /// units, a number for numbers.
  fileprivate static func statistic(
    _ values: FixedWidthColumn<Double>, of type: DataType
  ) -> ColumnStorage {
    guard type.isTemporal else { return .float64(values) }
    switch DataType.statistic(of: type) {
    case .duration(let unit): return .duration(values.mapped { Int($0.rounded()) }, unit)
    case .time: return .time(values.mapped { Int($0.rounded()) })
    case .datetime(let unit, let zone):
      let scale = type == .date ? 86_400 * Double(unit.ticksPerSecond) : 1
      return .datetime(values.mapped { Int(($0 * scale).rounded()) }, unit, zone: zone)
    default: preconditionFailure("no statistic of \(type)")
    }
  }

  /// The values of `rows`; null where a row is -1.
  func picked(_ rows: Values<Int32>) -> ColumnStorage {
    guard count > 0 else { return .repeating(.null, type: type, count: rows.count) }
    let gathered = gathered(rows.map { UInt32(truncatingIfNeeded: Swift.max($0, 0)) })
    let found = Bitmap(count: rows.count) { rows[$0] >= 0 }
    return gathered.withValidity(Bitmap.both(gathered.validity, found))
  }
}
