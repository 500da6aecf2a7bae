/// The values of each group side by side, in the order of their rows, nulls left out: what
/// quantiles and the like need.
struct GroupedValues<Element: BitwiseCopyable & Sendable> {
  /// Where each group's values start, and the end.
  let starts: Values<Int>
  private let buffer: Buffer

  var groupCount: Int { starts.count - 1 }

  /// All values, group behind group.
  var values: Values<Element> { Values(buffer: buffer, start: 0, count: starts[groupCount]) }

  /// How many values a group has.
  func count(_ group: Int) -> Int { starts[group + 1] - starts[group] }

  /// `element` of each row that is present, by group.
  @inline(__always)
  init(
    _ grouping: Grouping, _ validity: Bitmap?, _ element: (Int) -> Element
  ) throws(FrameError) {
    let groupCount = grouping.groupCount
    // Few runs for many groups: each run counts every group.
    let wanted = groupCount > 1 << 16 ? 2 : 8
    let runs = RowRuns(
      rowCount: grouping.rowCount, count: Swift.min(wanted, grouping.rowCount / chunkRowCount + 1))
    let places = Buffer(byteCount: runs.count * groupCount * MemoryLayout<Int>.stride)
    let counts = places.base.bindMemory(to: Int.self, capacity: runs.count * groupCount)
    try grouping.withCodes { codes throws(FrameError) in
      try inParallel(runs.count) { run throws(FrameError) in
        let table = counts + run * groupCount
        table.update(repeating: 0, count: groupCount)
        forEachPresent(in: runs[run], validity) { table[codes[$0]] &+= 1 }
      }
    }
    var total = 0
    starts = Values(count: groupCount + 1) { starts in
      for group in 0..<groupCount {
        starts[group] = total
        for run in 0..<runs.count {
          let count = counts[run * groupCount + group]
          counts[run * groupCount + group] = total
          total += count
        }
      }
      starts[groupCount] = total
    }
    let buffer = Buffer(byteCount: total * MemoryLayout<Element>.stride)
    let target = buffer.base.bindMemory(to: Element.self, capacity: Swift.max(total, 1))
    try withExtendedLifetime((places, buffer)) { () throws(FrameError) in
      try grouping.withCodes { codes throws(FrameError) in
        try inParallel(runs.count) { run throws(FrameError) in
          let table = counts + run * groupCount
          forEachPresent(in: runs[run], validity) { row in
            let group = codes[row]
            target[table[group]] = element(row)
            table[group] &+= 1
          }
        }
      }
    }
    self.buffer = buffer
  }

  /// Calls `body` with each group and its values, which it may reorder, on any thread.
  @inline(__always)
  func forEachGroup(
    _ body: (_ group: Int, UnsafeMutableBufferPointer<Element>) -> Void
  ) throws(FrameError) {
    let base = buffer.base.assumingMemoryBound(to: Element.self)
    try withExtendedLifetime(buffer) { () throws(FrameError) in
      try starts.read { starts throws(FrameError) in
        try inParallel(rows: groupCount, by: 64) { groups throws(FrameError) in
          for group in groups {
            let count = starts[group + 1] - starts[group]
            body(group, UnsafeMutableBufferPointer(start: base + starts[group], count: count))
          }
        }
      }
    }
  }
}
