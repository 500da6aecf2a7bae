/// The rows of a frame by group, in each group in order.
struct Partitions {
  /// Row numbers, group behind group.
  let rows: Values<UInt32>
  /// Where each group starts in `rows`, and the end.
  let starts: [Int]

  init(_ grouping: Grouping, order: [SortColumn]) throws(FrameError) {
    let rowCount = grouping.rowCount
    guard !order.isEmpty else {
      let grouped = try GroupedValues(grouping, nil) { UInt32(truncatingIfNeeded: $0) }
      rows = grouped.values
      starts = (0...grouped.groupCount).map { grouped.starts[$0] }
      return
    }
    var keys = order
    if !grouping.isWhole {
      let place = SortPlace(place: 0, isDescending: false, nullsFirst: false)
      let groups = FixedWidthColumn(grouping.codes.map { Int($0) })
      keys.insert(SortColumn(.int64(groups), place), at: 0)
    }
    rows = try sortedRows(by: keys, rowCount: rowCount)
    var counts = [Int](repeating: 0, count: grouping.groupCount)
    if grouping.isWhole {
      counts[0] = rowCount
    } else {
      grouping.codes.read { codes in
        for row in 0..<rowCount { counts[Int(codes[row])] += 1 }
      }
    }
    starts = ApusFrame.starts(counts)
  }

  /// Calls `body` with each group's rows, on any thread.
  @inline(__always)
  func forEachGroup(
    _ body: (UnsafeBufferPointer<UInt32>) -> Void
  ) throws(FrameError) {
    try rows.read { rows throws(FrameError) in
      try inParallel(rows: starts.count - 1, by: 64) { groups throws(FrameError) in
        for group in groups {
          body(
            UnsafeBufferPointer(
              start: rows + starts[group], count: starts[group + 1] - starts[group]))
        }
      }
    }
  }

  /// The number of each row in its group, from 1.
  func rowNumbers() throws(FrameError) -> FixedWidthColumn<Int> {
    FixedWidthColumn(
      try Values<Int>(count: rows.count) { target throws(FrameError) in
        try forEachGroup { rows in
          for (place, row) in rows.enumerated() { target[Int(row)] = place + 1 }
        }
      })
  }

  /// The row that stands `count` before each in its group, -1 where there is none.
  func shifted(by count: Int) throws(FrameError) -> Values<Int32> {
    try Values<Int32>(count: rows.count) { target throws(FrameError) in
      try forEachGroup { rows in
        for (place, row) in rows.enumerated() {
          let (other, overflow) = place.subtractingReportingOverflow(count)
          target[Int(row)] =
            !overflow && rows.indices.contains(other)
            ? Int32(truncatingIfNeeded: rows[other]) : -1
        }
      }
    }
  }

  /// For each row the first or the last of its group.
  func ends(wantsLast: Bool) throws(FrameError) -> Values<Int32> {
    try Values<Int32>(count: rows.count) { target throws(FrameError) in
      try forEachGroup { rows in
        guard let end = wantsLast ? rows.last : rows.first else { return }
        for row in rows { target[Int(row)] = Int32(truncatingIfNeeded: end) }
      }
    }
  }

  /// The rank of each value in its group, whose rows are in the order of values, nulls last.
  func ranks(
    _ column: ColumnStorage, _ method: RankMethod
  ) throws(FrameError) -> ColumnStorage {
    let keys = try KeyRows([column])
    let validity = column.validity
    let ranks = try Values<Double>(count: rows.count) { target throws(FrameError) in
      try forEachGroup { rows in
        var start = 0
        var dense = 0
        while start < rows.count {
          var end = start + 1
          while end < rows.count, keys.isEqual(Int(rows[start]), to: keys, Int(rows[end])) {
            end += 1
          }
          dense += 1
          for place in start..<end {
            let rank: Double =
              switch method {
              case .min: Double(start + 1)
              case .max: Double(end)
              case .average: Double(start + 1 + end) / 2
              case .dense: Double(dense)
              case .ordinal: Double(place + 1)
              }
            target[Int(rows[place])] = rank
          }
          start = end
        }
      }
    }
    let column = FixedWidthColumn(ranks, validity: validity)
    return method == .average ? .float64(column) : .int64(column.mapped { Int($0) })
  }

  /// A running computation over the places of each group that `bounds` say.
  func running(
    _ column: ColumnStorage, _ function: WindowFunction.RunningFunction, _ bounds: RunningBounds,
    least: Int
  ) throws(FrameError) -> ColumnStorage {
    let validity = column.validity
    if function == .count {
      return .int64(try counted(validity, bounds))
    }
    let isExtreme = function == .min || function == .max
    if function == .sum || isExtreme, column.type.isInteger, let values = column.wideInts {
      let found = try running(
        values, validity, bounds, least: least, RunningWhole(function))
      return function == .sum ? .int64(found) : .narrowed(found, to: column.type)
    }
    guard let values = column.doubles else { preconditionFailure("a running \(column.type)") }
    let found = try runningReals(values, function, bounds, least: least)
    let isNarrow = column.type == .float32 && (function == .sum || isExtreme)
    return isNarrow ? .float32(found.mapped(Float.init)) : .float64(found)
  }

  private func runningReals(
    _ values: FixedWidthColumn<Double>, _ function: WindowFunction.RunningFunction,
    _ bounds: RunningBounds, least: Int
  ) throws(FrameError) -> FixedWidthColumn<Double> {
    let validity = values.validity
    switch function {
    case .sum, .mean, .min, .max, .count, .product:
      return try running(values, validity, bounds, least: least, RunningReal(function))
    case .variance, .std:
      return try running(
        values, validity, bounds, least: Swift.max(least, 2),
        RunningSpread(isRoot: function == .std))
    case .skewness, .kurtosis:
      return try running(
        values, validity, bounds, least: Swift.max(least, function == .kurtosis ? 4 : 3),
        RunningMoments(isKurtosis: function == .kurtosis))
    case .rank:
      return try running(values, validity, bounds, least: least, RunningRank())
    case .median:
      return try running(
        values, validity, bounds, least: least, RunningQuantile(share: 0.5))
    case .quantile(let share):
      return try running(
        values, validity, bounds, least: least, RunningQuantile(share: share))
    }
  }

  private func counted(
    _ validity: Bitmap?, _ bounds: RunningBounds
  ) throws(FrameError) -> FixedWidthColumn<Int> {
    FixedWidthColumn(
      try Values<Int>(count: rows.count) { target throws(FrameError) in
        try forEachGroup { rows in
          var present = 0
          var (entered, left) = (0, 0)
          for (place, row) in rows.enumerated() {
            while entered < Swift.min(rows.count, bounds.end(place, Int(row))) {
              if validity?[Int(rows[entered])] ?? true { present += 1 }
              entered += 1
            }
            while left < Swift.min(entered, bounds.first(place, Int(row))) {
              if validity?[Int(rows[left])] ?? true { present -= 1 }
              left += 1
            }
            target[Int(row)] = present
          }
        }
      })
  }

  @inline(__always)
  private func running<State: RunningState>(
    _ column: FixedWidthColumn<State.Element>, _ validity: Bitmap?, _ bounds: RunningBounds,
    least: Int, _ zero: State
  ) throws(FrameError) -> FixedWidthColumn<State.Element> {
    let found = Buffer(byteCount: rows.count)
    let isFound = found.base.bindMemory(to: Bool.self, capacity: Swift.max(rows.count, 1))
    let overflow = FirstFailure()
    let results = try column.values.read { source throws(FrameError) in
      try Values<State.Element>(count: rows.count) { target throws(FrameError) in
        try forEachGroup { rows in
          var state = zero
          var (entered, left) = (0, 0)
          for (place, row) in rows.enumerated() {
            while entered < Swift.min(rows.count, bounds.end(place, Int(row))) {
              let next = Int(rows[entered])
              if validity?[next] ?? true { state.enter(source[next], at: entered) }
              entered += 1
            }
            while left < Swift.min(entered, bounds.first(place, Int(row))) {
              let gone = Int(rows[left])
              if validity?[gone] ?? true { state.leave(source[gone], at: left) }
              left += 1
            }
            target[Int(row)] = state.value(of: source[Int(row)])
            isFound[Int(row)] =
              state.count >= least && state.count > 0
              && (bounds.isRolling && !State.needsOwn || validity?[Int(row)] ?? true)
            if state.isTooLarge {
              overflow.note(
                FrameError(
                  code: .overflow, what: "a running sum exceeds 64 bits", place: "",
                  mend: "sum in floating point"), task: 0)
            }
          }
        }
      }
    }
    try overflow.rethrow(isComplete: true)
    return withExtendedLifetime(found) {
      FixedWidthColumn(results, validity: Bitmap(count: rows.count) { isFound[$0] })
    }
  }
}
