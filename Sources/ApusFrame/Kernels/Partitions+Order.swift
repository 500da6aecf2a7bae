/// Computations that follow the order of rows in each group.
extension Partitions {
  /// For each row itself when it has a value, else the nearest row before or behind that has one,
  /// at most `limit` rows away; -1 for none.
  func filled(
    _ validity: Bitmap?, isForward: Bool, limit: Int?
  ) throws(FrameError) -> Values<Int32> {
    try Values<Int32>(count: rows.count) { target throws(FrameError) in
      try forEachGroup { rows in
        var last = -1
        for step in rows.indices {
          let place = isForward ? step : rows.count - 1 - step
          let row = Int(rows[place])
          if validity?[row] ?? true { last = place }
          let isNear = last >= 0 && (limit.map { abs(place - last) <= $0 } ?? true)
          target[row] = isNear ? Int32(truncatingIfNeeded: rows[last]) : -1
        }
      }
    }
  }

  /// The numbers, with straight lines through the rows that have none.
  func interpolated(_ column: ColumnStorage) throws(FrameError) -> FixedWidthColumn<Double> {
    guard let numbers = column.doubles else { preconditionFailure("no numbers to interpolate") }
    let validity = numbers.validity
    let found = Buffer(byteCount: rows.count)
    let isFound = found.base.bindMemory(to: Bool.self, capacity: Swift.max(rows.count, 1))
    let values = try numbers.values.read { source throws(FrameError) in
      try Values<Double>(count: rows.count) { target throws(FrameError) in
        try forEachGroup { rows in
          var last = -1
          for place in rows.indices {
            let row = Int(rows[place])
            target[row] = source[row]
            isFound[row] = validity?[row] ?? true
            guard isFound[row] else { continue }
            if last >= 0 {
              let (low, high) = (source[Int(rows[last])], source[row])
              for between in (last + 1)..<place {
                let part = Double(between - last) / Double(place - last)
                target[Int(rows[between])] = low + (high - low) * part
                isFound[Int(rows[between])] = true
              }
            }
            last = place
          }
        }
      }
    }
    return withExtendedLifetime(found) {
      FixedWidthColumn(values, validity: Bitmap(count: rows.count) { isFound[$0] })
    }
  }

  /// The place of each value as a share; groups are in the order of values, nulls last.
  func shares(
    _ column: ColumnStorage, isCumulative: Bool
  ) throws(FrameError) -> FixedWidthColumn<Double> {
    let keys = try KeyRows([column])
    let validity = column.validity
    let values = try Values<Double>(count: rows.count) { target throws(FrameError) in
      try forEachGroup { rows in
        let present = rows.reduce(0) { $0 + (validity?[Int($1)] ?? true ? 1 : 0) }
        var start = 0
        while start < rows.count {
          var end = start + 1
          while end < rows.count, keys.isEqual(Int(rows[start]), to: keys, Int(rows[end])) {
            end += 1
          }
          let share =
            isCumulative
            ? Double(end) / Double(present)
            : present > 1 ? Double(start) / Double(present - 1) : 0
          for place in start..<end { target[Int(rows[place])] = share }
          start = end
        }
      }
    }
    return FixedWidthColumn(values, validity: validity)
  }

  /// Which of `count` runs each row is in, from 1.
  func tiles(_ count: Int) throws(FrameError) -> FixedWidthColumn<Int> {
    FixedWidthColumn(
      try Values<Int>(count: rows.count) { target throws(FrameError) in
        try forEachGroup { rows in
          let (size, longer) = rows.count.quotientAndRemainder(dividingBy: count)
          for (place, row) in rows.enumerated() {
            let edge = longer * (size + 1)
            target[Int(row)] =
              place < edge ? place / (size + 1) + 1 : longer + (place - edge) / size + 1
          }
        }
      })
  }

  /// Means and variances with weights that fade from row to row.
  func exponential(
    _ function: WindowFunction.ExponentialFunction, _ column: ColumnStorage, alpha: Double,
    isAdjusted: Bool
  ) throws(FrameError) -> FixedWidthColumn<Double> {
    guard let numbers = column.doubles else { preconditionFailure("no numbers to average") }
    let validity = numbers.validity
    let found = Buffer(byteCount: rows.count)
    let isFound = found.base.bindMemory(to: Bool.self, capacity: Swift.max(rows.count, 1))
    let values = try numbers.values.read { source throws(FrameError) in
      try Values<Double>(count: rows.count) { target throws(FrameError) in
        try forEachGroup { rows in
          var state = FadingMoments(alpha: alpha, isAdjusted: isAdjusted)
          for row in rows.lazy.map(Int.init) {
            state.step()
            if validity?[row] ?? true { state.add(source[row]) }
            let value = function == .mean ? state.mean : state.variance
            target[row] = value ?? 0
            isFound[row] = value != nil
          }
        }
      }
    }
    return withExtendedLifetime(found) {
      FixedWidthColumn(values, validity: Bitmap(count: rows.count) { isFound[$0] })
    }
  }
}

/// Mean and variance with weights that fade by 1 − alpha a row.
private struct FadingMoments {
  private let alpha: Double
  private let isAdjusted: Bool
  private var weight = 0.0
  private var squaredWeight = 0.0
  private var centre = 0.0
  private var spread = 0.0
  private var count = 0

  init(alpha: Double, isAdjusted: Bool) {
    self.alpha = alpha
    self.isAdjusted = isAdjusted
  }

  var mean: Double? { weight > 0 ? centre : nil }

  /// The variance divided by what the weights take of it.
  var variance: Double? {
    let correction = weight * weight - squaredWeight
    return count > 1 && correction > 0 ? spread * weight * weight / correction : nil
  }

  mutating func step() {
    weight *= 1 - alpha
    squaredWeight *= (1 - alpha) * (1 - alpha)
  }

  mutating func add(_ value: Double) {
    count += 1
    let own = isAdjusted || weight == 0 ? 1 : alpha
    let total = weight + own
    let before = centre
    centre = weight == 0 ? value : before + (value - before) * own / total
    spread =
      (weight * (spread + (before - centre) * (before - centre))
        + own * (value - centre) * (value - centre)) / total
    weight = total
    squaredWeight += own * own
    guard !isAdjusted else { return }
    squaredWeight /= weight * weight
    weight = 1
  }
}
