/// The aggregate of each group: one switch on the function and the type, then a kernel over
/// (values, validity, groups).
func aggregated(
  _ function: AggregateFunction, _ input: ColumnStorage?, by grouping: Grouping, label: String
) throws(FrameError) -> ColumnStorage {
  guard let input else { return .int64(counts(nil, grouping)) }
  switch function {
  case .count: return .int64(counts(input.validity, grouping))
  case .countDistinct: return .int64(distinctCounts(input, grouping))
  case .sum: return try sums(input, grouping, label: label)
  case .mean: return .float64(means(numbers(input), grouping))
  case .variance: return .float64(variances(numbers(input), grouping))
  case .std: return .float64(variances(numbers(input), grouping).mapped { $0.squareRoot() })
  case .median: return .float64(quantiles(numbers(input), at: 0.5, grouping))
  case .quantile(let share): return .float64(quantiles(numbers(input), at: share, grouping))
  case .min: return extremes(input, grouping, wantsGreatest: false)
  case .max: return extremes(input, grouping, wantsGreatest: true)
  case .first: return input.picked(grouping.firstRowsOrNone(rowCount: input.count))
  case .last: return input.picked(lastRows(grouping))
  }
}

private func numbers(_ column: ColumnStorage) -> FixedWidthColumn<Double> {
  guard let values = column.doubles else {
    preconditionFailure("an aggregate of numbers over \(column.type)")
  }
  return values
}

/// Calls `body` with each row that is present and its group.
@inline(__always)
func forEachGrouped(
  _ validity: Bitmap?, _ grouping: Grouping, _ body: (_ row: Int, _ group: Int) -> Void
) {
  grouping.codes.read { codes in
    forEachPresent(grouping.codes.count, validity) { row in body(row, Int(codes[row])) }
  }
}

/// How many values each group has.
private func counts(_ validity: Bitmap?, _ grouping: Grouping) -> FixedWidthColumn<Int> {
  FixedWidthColumn(
    Values<Int>(count: grouping.groupCount) { target in
      target.update(repeating: 0, count: grouping.groupCount)
      forEachGrouped(validity, grouping) { _, group in target[group] &+= 1 }
    })
}

/// How many different values each group has.
private func distinctCounts(
  _ column: ColumnStorage, _ grouping: Grouping
) -> FixedWidthColumn<Int> {
  let values = Grouping(of: column)
  let width = UInt64(values.groupCount)
  return FixedWidthColumn(
    Values<Int>(count: grouping.groupCount) { target in
      target.update(repeating: 0, count: grouping.groupCount)
      var seen = KeyTable()
      values.codes.read { codes in
        forEachGrouped(column.validity, grouping) { row, group in
          let known = seen.count
          _ = seen.code(of: UInt64(group) &* width &+ UInt64(codes[row]))
          if seen.count > known { target[group] &+= 1 }
        }
      }
    })
}

/// The least or the greatest value of each group, of any type; NaN loses against numbers.
private func extremes(
  _ column: ColumnStorage, _ grouping: Grouping, wantsGreatest: Bool
) -> ColumnStorage {
  let rows: [Int]
  switch column {
  case .bool(let values):
    rows = bestRows(values.validity, grouping) { row, best in
      values.values[row] != values.values[best] && values.values[row] == wantsGreatest
    }
  case .int64(let values):
    rows = values.values.read { source in
      bestRows(values.validity, grouping) { row, best in
        wantsGreatest ? source[row] > source[best] : source[row] < source[best]
      }
    }
  case .float64(let values):
    rows = values.values.read { source in
      bestRows(values.validity, grouping) { row, best in
        if source[best].isNaN { return !source[row].isNaN }
        return wantsGreatest ? source[row] > source[best] : source[row] < source[best]
      }
    }
  case .date(let values):
    rows = values.values.read { source in
      bestRows(values.validity, grouping) { row, best in
        wantsGreatest ? source[row] > source[best] : source[row] < source[best]
      }
    }
  case .string(let values):
    rows = values.read { texts in
      bestRows(values.validity, grouping) { row, best in
        let order = texts.order(row, texts, best)
        return wantsGreatest ? order > 0 : order < 0
      }
    }
  }
  return column.picked(rows)
}

/// The row of each group that beats the others, -1 where there is no value.
@inline(__always)
private func bestRows(
  _ validity: Bitmap?, _ grouping: Grouping, isBetter: (_ row: Int, _ best: Int) -> Bool
) -> [Int] {
  var rows = [Int](repeating: -1, count: grouping.groupCount)
  rows.withUnsafeMutableBufferPointer { rows in
    forEachGrouped(validity, grouping) { row, group in
      if rows[group] < 0 || isBetter(row, rows[group]) { rows[group] = row }
    }
  }
  return rows
}

private func lastRows(_ grouping: Grouping) -> [Int] {
  var rows = [Int](repeating: -1, count: grouping.groupCount)
  forEachGrouped(nil, grouping) { row, group in rows[group] = row }
  return rows
}

extension Grouping {
  /// The first row of each group, -1 for the one group of no rows.
  fileprivate func firstRowsOrNone(rowCount: Int) -> [Int] {
    (0..<groupCount).map { rowCount == 0 ? -1 : Int(firstRows[$0]) }
  }
}

extension ColumnStorage {
  /// The values of `rows`; null where a row is -1.
  fileprivate func picked(_ rows: [Int]) -> ColumnStorage {
    guard count > 0 else { return .repeating(.null, type: type, count: rows.count) }
    let gathered = gathered(Values(rows.map { UInt32(truncatingIfNeeded: Swift.max($0, 0)) }))
    let found = Bitmap(count: rows.count) { rows[$0] >= 0 }
    return gathered.withValidity(Bitmap.both(gathered.validity, found))
  }
}
