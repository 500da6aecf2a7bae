/// The sum of each group; 0 without values. Whole numbers are checked for overflow.
func sums(
  _ column: ColumnStorage, _ grouping: Grouping, label: String
) throws(FrameError) -> ColumnStorage {
  switch column {
  case .int64(let values):
    return .int64(try checkedSums(values, grouping, label: label))
  case .bool(let values):
    return .int64(try checkedSums(values.mapped { $0 ? 1 : 0 }, grouping, label: label))
  case .float64(let values):
    return .float64(FixedWidthColumn(compensatedSums(values, grouping)))
  case .string, .date: preconditionFailure("no sum of \(column.type)")
  }
}

private func checkedSums(
  _ column: FixedWidthColumn<Int>, _ grouping: Grouping, label: String
) throws(FrameError) -> FixedWidthColumn<Int> {
  var overflows = false
  let sums = Values<Int>(count: grouping.groupCount) { target in
    target.update(repeating: 0, count: grouping.groupCount)
    column.values.read { source in
      forEachGrouped(column.validity, grouping) { row, group in
        let (sum, overflow) = target[group].addingReportingOverflow(source[row])
        target[group] = sum
        overflows = overflows || overflow
      }
    }
  }
  guard !overflows else {
    throw FrameError(
      code: .overflow, what: "a sum exceeds 64 bits", place: label,
      mend: "sum in floating point, as in sum(col(\"x\") * 1.0)")
  }
  return FixedWidthColumn(sums)
}

/// The sum of each group's values.
/// - Accuracy: compensated; the error does not grow with the number of values.
/// - Source: A. Neumaier 1974, ZAMM 54, improved Kahan–Babuška summation.
private func compensatedSums(
  _ column: FixedWidthColumn<Double>, _ grouping: Grouping
) -> Values<Double> {
  var lost = [Double](repeating: 0, count: grouping.groupCount)
  return Values<Double>(count: grouping.groupCount) { target in
    target.update(repeating: 0, count: grouping.groupCount)
    lost.withUnsafeMutableBufferPointer { lost in
      column.values.read { source in
        forEachGrouped(column.validity, grouping) { row, group in
          let value = source[row]
          let sum = target[group]
          let next = sum + value
          lost[group] += abs(sum) >= abs(value) ? (sum - next) + value : (value - next) + sum
          target[group] = next
        }
      }
      // Beside an infinity what was lost is NaN, and means nothing.
      for group in 0..<grouping.groupCount where target[group].isFinite {
        target[group] += lost[group]
      }
    }
  }
}

/// How many values each group has, as the divisor of means.
private func presentCounts(_ validity: Bitmap?, _ grouping: Grouping) -> [Double] {
  var counts = [Double](repeating: 0, count: grouping.groupCount)
  counts.withUnsafeMutableBufferPointer { counts in
    forEachGrouped(validity, grouping) { _, group in counts[group] += 1 }
  }
  return counts
}

/// The mean of each group; null without values.
func means(
  _ column: FixedWidthColumn<Double>, _ grouping: Grouping
) -> FixedWidthColumn<Double> {
  let counts = presentCounts(column.validity, grouping)
  let sums = compensatedSums(column, grouping)
  return FixedWidthColumn(
    Values(count: counts.count) { target in
      for group in 0..<counts.count {
        target[group] = counts[group] > 0 ? sums[group] / counts[group] : 0
      }
    }, validity: Bitmap(count: counts.count) { counts[$0] > 0 })
}

/// The variance of each group as of a sample; null for fewer than two values.
/// - Accuracy: two passes, the second corrected by the sum of deviations.
/// - Source: T. F. Chan, G. H. Golub, R. J. LeVeque 1983, The American Statistician 37(3), (1.7).
func variances(
  _ column: FixedWidthColumn<Double>, _ grouping: Grouping
) -> FixedWidthColumn<Double> {
  let groupCount = grouping.groupCount
  let counts = presentCounts(column.validity, grouping)
  let centres = means(column, grouping).values
  var squares = [Double](repeating: 0, count: groupCount)
  var deviations = [Double](repeating: 0, count: groupCount)
  centres.read { centres in
    squares.withUnsafeMutableBufferPointer { squares in
      deviations.withUnsafeMutableBufferPointer { deviations in
        column.values.read { source in
          forEachGrouped(column.validity, grouping) { row, group in
            let deviation = source[row] - centres[group]
            squares[group] += deviation * deviation
            deviations[group] += deviation
          }
        }
      }
    }
  }
  return FixedWidthColumn(
    Values(count: groupCount) { target in
      for group in 0..<groupCount {
        let count = counts[group]
        let correction = deviations[group] * deviations[group] / count
        target[group] = count > 1 ? Swift.max(0, squares[group] - correction) / (count - 1) : 0
        // `max` of 0 and NaN is 0, but a group that holds NaN or an infinity has no variance.
        if squares[group].isNaN { target[group] = .nan }
      }
    }, validity: Bitmap(count: groupCount) { counts[$0] > 1 })
}
