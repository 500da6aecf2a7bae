/// A number of rows are summed, counted or compared by one type each, and not by closures: a closure
/// that other closures hold is called for each row, a method of a type is part of the loop.
protocol Reducer<State> {
  associatedtype State: BitwiseCopyable & Sendable

  /// The state of no rows.
  var initial: State { get }

  /// Whether a state may be made of its rows in any order. Then rows in turn go to one of four
  /// states of their group while there are very few groups, so that an addition need not wait for
  /// the one of the row before.
  static var isUnordered: Bool { get }

  /// Takes a row into a state.
  func update(_ state: inout State, _ row: Int)

  /// Takes the state of later rows into that of earlier ones.
  func merge(_ state: inout State, _ other: State)
}

/// A state per group, made of the rows in which there is a value: every aggregate that goes over
/// its rows once.
///
/// Few groups: rows are cut into runs with a table of states each, and the tables are merged in the
/// order of the runs. Many: each task has a range of groups and looks at all rows. Either way the
/// result does not depend on how many threads there are.
func reduced<R: Reducer>(
  _ grouping: Grouping, _ validity: Bitmap?, by reducer: R
) throws(FrameError) -> Values<R.State> {
  if grouping.isWhole { return try reducedWhole(grouping.rowCount, validity, by: reducer) }
  guard grouping.groupCount <= 1 << 17 else {
    return try reducedByRange(grouping, validity, by: reducer)
  }
  let runs = RowRuns(
    rowCount: grouping.rowCount, count: Swift.min(8, grouping.rowCount / chunkRowCount + 1))
  let groups = grouping.rawCount
  // How many lanes each group has, as a shift.
  let lanes = R.isUnordered && groups <= 1 << 8 ? 2 : 0
  let tableCount = groups << lanes
  let tables = try Values<R.State>(count: tableCount * runs.count) { target throws(FrameError) in
    try grouping.raw.read { codes throws(FrameError) in
      try inParallel(runs.count) { run throws(FrameError) in
        let table = target + run * tableCount
        table.update(repeating: reducer.initial, count: tableCount)
        forEachPresent(in: runs[run], validity) { row in
          reducer.update(&table[Int(codes[row]) << lanes | row & ((1 << lanes) - 1)], row)
        }
      }
    }
    // A group's state is moved to where lanes of groups before it were. Groups with lanes are few
    // enough to be merged by one task, in order.
    let partCount = Swift.max(runs.count, 1) << lanes
    try inParallel(rows: groups) { groups throws(FrameError) in
      for group in groups {
        var state = target[group << lanes]
        for part in 1..<partCount {
          let (run, lane) = (part >> lanes, part & ((1 << lanes) - 1))
          reducer.merge(&state, target[run * tableCount + (group << lanes) + lane])
        }
        target[group] = state
      }
    }
  }
  return grouping.ordered(tables.sliced(0..<groups))
}

private func reducedByRange<R: Reducer>(
  _ grouping: Grouping, _ validity: Bitmap?, by reducer: R
) throws(FrameError) -> Values<R.State> {
  let groupCount = grouping.groupCount
  return try Values(count: groupCount) { table throws(FrameError) in
    let ranges = RowRuns(rowCount: groupCount, count: ThreadPool.shared.threadCount)
    try grouping.codes.read { codes throws(FrameError) in
      try inParallel(ranges.count) { range throws(FrameError) in
        let groups = ranges[range]
        for group in groups { table[group] = reducer.initial }
        let first = UInt32(truncatingIfNeeded: groups.lowerBound)
        let count = UInt32(truncatingIfNeeded: groups.count)
        forEachPresent(grouping.rowCount, validity) { row in
          let code = codes[row]
          if code &- first < count { reducer.update(&table[Int(code)], row) }
        }
      }
    }
  }
}

/// The state of all rows: one that stays in registers for each chunk.
private func reducedWhole<R: Reducer>(
  _ rowCount: Int, _ validity: Bitmap?, by reducer: R
) throws(FrameError) -> Values<R.State> {
  let runs = RowRuns(rowCount: rowCount, count: rowCount / chunkRowCount + 1)
  let parts = try Values<R.State>(count: runs.count) { target throws(FrameError) in
    try inParallel(runs.count) { run throws(FrameError) in
      var state = reducer.initial
      forEachPresent(in: runs[run], validity) { reducer.update(&state, $0) }
      target[run] = state
    }
  }
  var whole = parts[0]
  for run in 1..<Swift.max(runs.count, 1) { reducer.merge(&whole, parts[run]) }
  return Values(repeating: whole, count: 1)
}
