/// The words of all sort keys put together, most significant key first, with room for the number of
/// the row.
struct SortPacking {
  private let parts: [(words: Values<UInt64>, shift: Int)]
  private let rowCount: Int
  /// How many bits of keys a word holds.
  let keyBits: Int
  /// How many bits the number of a row takes.
  let rowBits: Int
  /// Whether words of equal key bits stand for equal keys.
  let isExact: Bool

  init(_ keys: [SortColumn], rowCount: Int) throws(FrameError) {
    self.rowCount = rowCount
    rowBits = 64 - rowCount.leadingZeroBitCount
    var words: [SortWords] = []
    var total = 0
    for (place, key) in keys.enumerated() {
      words.append(try SortWords(key, isLast: place == keys.count - 1))
      total += words[place].bits
    }
    keyBits = Swift.min(total, 64 - rowBits)
    let cut = total - keyBits
    var below = total
    var parts: [(words: Values<UInt64>, shift: Int)] = []
    for key in words where key.bits > 0 {
      below -= key.bits
      // What would be shifted out entirely decides nothing.
      if below - cut > -64 { parts.append((key.words, below - cut)) }
    }
    self.parts = parts
    isExact = cut == 0 && words.allSatisfy(\.isExact)
  }

  func row(of word: UInt64) -> UInt32 {
    UInt32(truncatingIfNeeded: word & ((1 << UInt64(rowBits)) - 1))
  }

  /// Writes the key bits of `rows` to `target`, from its start.
  private func pack(_ rows: Range<Int>, to target: UnsafeMutablePointer<UInt64>) {
    if parts.isEmpty { target.update(repeating: 0, count: rows.count) }
    for (place, part) in parts.enumerated() {
      part.words.read { words in
        let words = words + rows.lowerBound
        let keep: UInt64 = place == 0 ? 0 : ~0
        if part.shift >= 0 {
          let shift = UInt64(part.shift)
          for row in 0..<rows.count { target[row] = target[row] & keep | words[row] << shift }
        } else {
          let shift = UInt64(-part.shift)
          for row in 0..<rows.count { target[row] = target[row] & keep | words[row] >> shift }
        }
      }
    }
  }

  /// The word of each row.
  func words() throws(FrameError) -> Values<UInt64> {
    try Values(count: rowCount) { target throws(FrameError) in
      try inParallel(rows: rowCount) { rows throws(FrameError) in
        pack(rows, to: target + rows.lowerBound)
        for row in rows { target[row] = target[row] << UInt64(rowBits) | UInt64(row) }
      }
    }
  }

  /// Writes words to `target`, divided by their leading `partBits` bits, in each part in the order
  /// of rows; where each part starts, and the end.
  func divide(
    into target: UnsafeMutablePointer<UInt64>, partBits: Int
  ) throws(FrameError) -> [Int] {
    let partCount = 1 << partBits
    let shift = UInt64(keyBits - partBits)
    let runs = RowRuns(rowCount: rowCount, count: Swift.min(16, rowCount / 4096 + 1))
    var counts = [Int](repeating: 0, count: runs.count * partCount)
    let keys = try Values<UInt64>(count: rowCount) { keys throws(FrameError) in
      try counts.withUnsafeMutableBufferPointer { counts throws(FrameError) in
        try inParallel(runs.count) { run throws(FrameError) in
          for start in stride(from: runs[run].lowerBound, to: runs[run].upperBound, by: 4096) {
            let rows = start..<Swift.min(start + 4096, runs[run].upperBound)
            pack(rows, to: keys + start)
            for row in rows {
              counts[run * partCount + Int(truncatingIfNeeded: keys[row] >> shift)] &+= 1
            }
          }
        }
      }
    }
    var starts: [Int] = []
    var total = 0
    for part in 0..<partCount {
      starts.append(total)
      for run in 0..<runs.count {
        let count = counts[run * partCount + part]
        counts[run * partCount + part] = total
        total += count
      }
    }
    starts.append(total)
    let rowBits = UInt64(rowBits)
    try keys.read { keys throws(FrameError) in
      try counts.withUnsafeMutableBufferPointer { counts throws(FrameError) in
        try inParallel(runs.count) { run throws(FrameError) in
          for row in runs[run] {
            let place = run * partCount + Int(truncatingIfNeeded: keys[row] >> shift)
            target[counts[place]] = keys[row] << rowBits | UInt64(row)
            counts[place] &+= 1
          }
        }
      }
    }
    return starts
  }

  /// Puts rows whose words do not tell their keys apart in the order of the keys.
  func settleTies(_ words: UnsafeMutablePointer<UInt64>, _ count: Int, _ order: RowOrder) {
    var start = 0
    while start < count {
      var end = start + 1
      let key = words[start] >> UInt64(rowBits)
      while end < count, words[end] >> UInt64(rowBits) == key { end += 1 }
      if end - start > 1 {
        var tied = UnsafeMutableBufferPointer(start: words + start, count: end - start)
        tied.sort { order.isLess(row(of: $0), row(of: $1)) }
      }
      start = end
    }
  }

  /// The `count` least words of `rows`, and those that tie with the greatest of them.
  func least(_ count: Int, of rows: Range<Int>) -> [UInt64] {
    var kept: [UInt64] = []
    var limit = UInt64.max
    var room = count * 2 + 64
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 4096) { batch in
      guard let keys = batch.baseAddress else { return }
      for start in stride(from: rows.lowerBound, to: rows.upperBound, by: 4096) {
        let part = start..<Swift.min(start + 4096, rows.upperBound)
        pack(part, to: keys)
        for row in part where keys[row - start] <= limit {
          kept.append(keys[row - start] << UInt64(rowBits) | UInt64(row))
          if kept.count >= room { limit = cut(&kept, to: count, &room) }
        }
      }
    }
    return kept
  }

  /// Drops all but the `count` least words and those that tie with the greatest of them, whose key
  /// is returned; there is room for as many again.
  private func cut(_ kept: inout [UInt64], to count: Int, _ room: inout Int) -> UInt64 {
    kept.sort()
    let limit = kept[count - 1] >> UInt64(rowBits)
    let end = kept.firstIndex { $0 >> UInt64(rowBits) > limit } ?? kept.count
    kept.removeSubrange(end...)
    room = kept.count * 2 + 64
    return limit
  }
}
