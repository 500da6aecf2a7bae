/// The product of each group, in floating point; 1 without values.
func products(
  _ column: FixedWidthColumn<Double>, _ grouping: Grouping
) throws(FrameError) -> FixedWidthColumn<Double> {
  FixedWidthColumn(
    try column.values.read { source throws(FrameError) in
      try reduced(grouping, column.validity, by: Product(source: source))
    })
}

private struct Product: Reducer {
  static let isUnordered = true
  let source: UnsafePointer<Double>
  let initial = 1.0

  @inline(__always)
  func update(_ product: inout Double, _ row: Int) { product *= source[row] }

  func merge(_ product: inout Double, _ other: Double) { product *= other }
}

/// The row of each group's most frequent value, of several such that of the one that comes first;
/// -1 without values.
func modeRows(
  _ column: ColumnStorage, _ grouping: Grouping
) throws(FrameError) -> Values<Int32> {
  var keys = [column]
  if !grouping.isWhole {
    keys.insert(.int64(FixedWidthColumn(grouping.codes.map { Int($0) })), at: 0)
  }
  let pairs = try Grouping(of: keys, rowCount: grouping.rowCount)
  let counts = try reduced(pairs, column.validity, by: RowCount())
  let codes = grouping.codes
  var best = [Int](repeating: 0, count: grouping.groupCount)
  return Values<Int32>(count: grouping.groupCount) { target in
    target.update(repeating: -1, count: grouping.groupCount)
    guard grouping.rowCount > 0 else { return }
    for pair in 0..<pairs.groupCount {
      let row = Int(pairs.firstRows[pair])
      let group = grouping.isWhole ? 0 : Int(codes[row])
      if counts[pair] > best[group] {
        best[group] = counts[pair]
        target[group] = Int32(truncatingIfNeeded: row)
      }
    }
  }
}

/// The row of each group in which `column` is least, or greatest; of equal ones the first. NaN
/// counts only where there is nothing else; -1 without values.
func extremeRows(
  _ column: ColumnStorage, _ grouping: Grouping, wantsGreatest: Bool
) throws(FrameError) -> Values<Int32> {
  // In the order of sorting each row's place is a number: the least, or greatest, that is wanted.
  let place = SortPlace(place: 0, isDescending: wantsGreatest, nullsFirst: false)
  let sorted = try sortedRows(by: [SortColumn(column, place)], rowCount: grouping.rowCount)
  let isNaN = column.nanRows
  let codes = grouping.codes
  return Values<Int32>(count: grouping.groupCount) { target in
    target.update(repeating: -1, count: grouping.groupCount)
    sorted.read { sorted in
      for wantsNaN in [false, true] where !wantsNaN || isNaN != nil {
        for step in 0..<grouping.rowCount {
          let row = Int(sorted[step])
          guard column.validity?[row] ?? true, (isNaN?[row] ?? false) == wantsNaN else { continue }
          let group = grouping.isWhole ? 0 : Int(codes[row])
          if target[group] < 0 { target[group] = Int32(truncatingIfNeeded: row) }
        }
      }
    }
  }
}

extension ColumnStorage {
  /// The rows that are NaN, when some are.
  fileprivate var nanRows: Bitmap? {
    let bits: Bitmap
    switch self {
    case .float64(let column): bits = Bitmap(count: count) { column.values[$0].isNaN }
    case .float32(let column): bits = Bitmap(count: count) { column.values[$0].isNaN }
    default: return nil
    }
    return bits.setCount > 0 ? bits : nil
  }
}

/// Sums of powers of deviations from a centre.
private struct PowerSums: BitwiseCopyable, Sendable {
  var second = 0.0
  var third = 0.0
  var fourth = 0.0
  var count = 0

  @inline(__always)
  mutating func add(_ deviation: Double) {
    let square = deviation * deviation
    second += square
    third += square * deviation
    fourth += square * square
    count &+= 1
  }

  @inline(__always)
  mutating func merge(_ other: PowerSums) {
    second += other.second
    third += other.third
    fourth += other.fourth
    count += other.count
  }
}

private struct Shapes: Reducer {
  static let isUnordered = true
  let source: UnsafePointer<Double>
  let centres: UnsafePointer<Double>
  let codes: GroupOfRow
  let initial = PowerSums()

  @inline(__always)
  func update(_ state: inout PowerSums, _ row: Int) {
    state.add(source[row] - centres[codes[row]])
  }

  func merge(_ state: inout PowerSums, _ other: PowerSums) { state.merge(other) }
}

/// The skewness or excess kurtosis of each group as of a sample (G1, G2); null for fewer than three
/// or four values, NaN where they do not vary.
/// - Source: D. N. Joanes, C. A. Gill 1998, The Statistician 47(1).
func shapes(
  _ column: FixedWidthColumn<Double>, _ grouping: Grouping, isKurtosis: Bool
) throws(FrameError) -> FixedWidthColumn<Double> {
  let centres = try means(.float64(column), grouping).values
  let sums = try centres.read { centres throws(FrameError) in
    try column.values.read { source throws(FrameError) in
      try grouping.withCodes { codes throws(FrameError) in
        try reduced(
          grouping, column.validity, by: Shapes(source: source, centres: centres, codes: codes))
      }
    }
  }
  let values = sums.map { sum -> Double in
    let n = Double(sum.count)
    guard sum.count > (isKurtosis ? 3 : 2) else { return 0 }
    let second = sum.second / n
    guard second > 0 else { return .nan }
    if isKurtosis {
      let excess = sum.fourth / n / (second * second) - 3
      return (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * excess + 6)
    }
    let skewness = sum.third / n / (second * second.squareRoot())
    return (n * (n - 1)).squareRoot() / (n - 2) * skewness
  }
  return FixedWidthColumn(
    values, validity: Bitmap(count: sums.count) { sums[$0].count > (isKurtosis ? 3 : 2) })
}

/// The covariance of each group as of a sample (n − 1), over rows in which both have a value.
func covariances(
  _ left: FixedWidthColumn<Double>, _ right: FixedWidthColumn<Double>, _ grouping: Grouping
) throws(FrameError) -> FixedWidthColumn<Double> {
  let validity = Bitmap.both(left.validity, right.validity)
  let a = try means(.float64(FixedWidthColumn(left.values, validity: validity)), grouping).values
  let b = try means(.float64(FixedWidthColumn(right.values, validity: validity)), grouping).values
  let products = try left.values.read { x throws(FrameError) in
    try right.values.read { y throws(FrameError) in
      try a.read { a throws(FrameError) in
        try b.read { b throws(FrameError) in
          try grouping.withCodes { codes throws(FrameError) in
            try reduced(
              grouping, validity,
              by: DeviationProducts(x: x, y: y, centresX: a, centresY: b, codes: codes))
          }
        }
      }
    }
  }
  let counts = try counts(validity, grouping)
  let values = Values<Double>(count: counts.count) { target in
    for group in 0..<counts.count {
      target[group] = counts[group] > 1 ? products[group].value / Double(counts[group] - 1) : 0
    }
  }
  return FixedWidthColumn(
    values, validity: Bitmap(count: counts.count) { counts[$0] > 1 })
}

private struct DeviationProducts: Reducer {
  static let isUnordered = true
  let x: UnsafePointer<Double>
  let y: UnsafePointer<Double>
  let centresX: UnsafePointer<Double>
  let centresY: UnsafePointer<Double>
  let codes: GroupOfRow
  let initial = CompensatedSum()

  @inline(__always)
  func update(_ sum: inout CompensatedSum, _ row: Int) {
    let group = codes[row]
    sum.add((x[row] - centresX[group]) * (y[row] - centresY[group]))
  }

  func merge(_ sum: inout CompensatedSum, _ other: CompensatedSum) { sum.merge(other) }
}
