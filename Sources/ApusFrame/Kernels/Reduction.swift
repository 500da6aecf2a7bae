/// A state per group, made of the rows in which there is a value: every aggregate that goes over
/// its rows once.
///
/// Few groups: rows are cut into runs with a table of states each, and the tables are merged in the
/// order of the runs. Many: each task has a range of groups and looks at all rows. Either way the
/// result does not depend on how many threads there are.
@inline(__always)
func reduced<State: BitwiseCopyable & Sendable>(
  _ grouping: Grouping, _ validity: Bitmap?, from initial: State,
  _ update: (inout State, _ row: Int) -> Void, merge: (inout State, State) -> Void
) throws(FrameError) -> Values<State> {
  if grouping.isWhole {
    return try reducedWhole(grouping.rowCount, validity, from: initial, update, merge: merge)
  }
  let groupCount = grouping.groupCount
  guard groupCount <= 1 << 17 else {
    return try reducedByRange(grouping, validity, from: initial, update)
  }
  let runs = RowRuns(
    rowCount: grouping.rowCount, count: Swift.min(8, grouping.rowCount / chunkRowCount + 1))
  let tableCount = grouping.rawCount
  let tables = try Values<State>(count: tableCount * runs.count) { target throws(FrameError) in
    try grouping.raw.read { codes throws(FrameError) in
      try inParallel(runs.count) { run throws(FrameError) in
        let table = target + run * tableCount
        table.update(repeating: initial, count: tableCount)
        forEachPresent(in: runs[run], validity) { update(&table[Int(codes[$0])], $0) }
      }
    }
    try inParallel(rows: tableCount) { groups throws(FrameError) in
      for run in 1..<Swift.max(runs.count, 1) {
        let table = target + run * tableCount
        for group in groups { merge(&target[group], table[group]) }
      }
    }
  }
  return grouping.ordered(tables.sliced(0..<tableCount))
}

@inline(__always)
private func reducedByRange<State: BitwiseCopyable & Sendable>(
  _ grouping: Grouping, _ validity: Bitmap?, from initial: State,
  _ update: (inout State, _ row: Int) -> Void
) throws(FrameError) -> Values<State> {
  let groupCount = grouping.groupCount
  return try Values(count: groupCount) { table throws(FrameError) in
    let ranges = RowRuns(rowCount: groupCount, count: ThreadPool.shared.threadCount)
    try grouping.codes.read { codes throws(FrameError) in
      try inParallel(ranges.count) { range throws(FrameError) in
        let groups = ranges[range]
        for group in groups { table[group] = initial }
        let first = UInt32(truncatingIfNeeded: groups.lowerBound)
        let count = UInt32(truncatingIfNeeded: groups.count)
        forEachPresent(grouping.rowCount, validity) { row in
          let code = codes[row]
          if code &- first < count { update(&table[Int(code)], row) }
        }
      }
    }
  }
}

/// The state of all rows: one that stays in registers for each chunk.
@inline(__always)
private func reducedWhole<State: BitwiseCopyable & Sendable>(
  _ rowCount: Int, _ validity: Bitmap?, from initial: State,
  _ update: (inout State, _ row: Int) -> Void, merge: (inout State, State) -> Void
) throws(FrameError) -> Values<State> {
  let runs = RowRuns(rowCount: rowCount, count: rowCount / chunkRowCount + 1)
  let parts = try Values<State>(count: runs.count) { target throws(FrameError) in
    try inParallel(runs.count) { run throws(FrameError) in
      var state = initial
      forEachPresent(in: runs[run], validity) { update(&state, $0) }
      target[run] = state
    }
  }
  var whole = parts[0]
  for run in 1..<Swift.max(runs.count, 1) { merge(&whole, parts[run]) }
  return Values(repeating: whole, count: 1)
}
