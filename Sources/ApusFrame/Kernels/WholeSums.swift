/// The exact sum of each group of whole numbers.
///
/// Few groups: the rows of a block are summed in 64 bits while the greatest magnitude among them
/// shows that this cannot overflow, and each block is then added to sums of 128 bits.
func wholeSums<Element: FixedWidthInteger & BitwiseCopyable & Sendable>(
  _ column: FixedWidthColumn<Element>, _ grouping: Grouping
) throws(FrameError) -> Values<Int128> {
  try column.values.read { source throws(FrameError) in
    if !grouping.isWhole && grouping.rawCount <= WholeBlock.mostGroups {
      return try blockedSums(source, grouping, column.validity)
    }
    return try reduced(grouping, column.validity, by: WideSums(source: source))
  }
}

/// The exact sum of each group of numbers that may need all 64 bits without a sign.
func largeSums(
  _ column: FixedWidthColumn<UInt64>, _ grouping: Grouping
) throws(FrameError) -> Values<Int128> {
  try column.values.read { source throws(FrameError) in
    try reduced(grouping, column.validity, by: WideSums(source: source))
  }
}

private struct WideSums<Element: FixedWidthInteger & BitwiseCopyable & Sendable>: Reducer {
  static var isUnordered: Bool { true }
  let source: UnsafePointer<Element>
  var initial: Int128 { 0 }

  @inline(__always)
  func update(_ sum: inout Int128, _ row: Int) { sum &+= Int128(truncatingIfNeeded: source[row]) }

  func merge(_ sum: inout Int128, _ other: Int128) { sum &+= other }
}

private enum WholeBlock {
  static let mostGroups = 1 << 12
  /// At most so many rows a block, each of a magnitude below 2^magnitudeBits: no sum of a block
  /// reaches 2^63.
  static let mostRows = 1 << 16
  static let magnitudeBits = 46

  /// A multiple of 64, as validity is read by words.
  static func rowCount(groups: Int) -> Int { Swift.max(1 << 14, (groups * 16 + 63) & ~63) }
}

private func blockedSums<Element: FixedWidthInteger>(
  _ source: UnsafePointer<Element>, _ grouping: Grouping, _ validity: Bitmap?
) throws(FrameError) -> Values<Int128> {
  let groupCount = grouping.rawCount
  let runs = RowRuns(
    rowCount: grouping.rowCount, count: Swift.min(8, grouping.rowCount / chunkRowCount + 1))
  let blockSize = WholeBlock.rowCount(groups: groupCount)
  assert(blockSize <= WholeBlock.mostRows)
  // Rows in turn go to lanes of their group, so that an addition need not wait for the last one.
  let lanes = groupCount <= 1 << 8 ? 2 : 0
  let blockCount = groupCount << lanes
  let memory = Buffer(byteCount: runs.count * blockCount * MemoryLayout<Int>.stride)
  let blocks = memory.base.bindMemory(to: Int.self, capacity: runs.count * blockCount)
  let tables = try Values<Int128>(count: groupCount * runs.count) { target throws(FrameError) in
    try grouping.raw.read { codes throws(FrameError) in
      try inParallel(runs.count) { run throws(FrameError) in
        let table = target + run * groupCount
        let block = blocks + run * blockCount
        table.update(repeating: 0, count: groupCount)
        for first in stride(from: runs[run].lowerBound, to: runs[run].upperBound, by: blockSize) {
          let rows = first..<Swift.min(first + blockSize, runs[run].upperBound)
          block.update(repeating: 0, count: blockCount)
          var magnitudes: UInt = 0
          forEachPresent(in: rows, validity) { row in
            let value = Int(truncatingIfNeeded: source[row])
            magnitudes |= UInt(bitPattern: value ^ (value >> 63))
            block[Int(codes[row]) << lanes | row & ((1 << lanes) - 1)] &+= value
          }
          if magnitudes >> WholeBlock.magnitudeBits == 0 {
            for place in 0..<blockCount { table[place >> lanes] &+= Int128(block[place]) }
          } else {
            forEachPresent(in: rows, validity) { row in
              table[Int(codes[row])] &+= Int128(truncatingIfNeeded: source[row])
            }
          }
        }
      }
    }
    for run in 1..<Swift.max(runs.count, 1) {
      let table = target + run * groupCount
      for group in 0..<groupCount { target[group] &+= table[group] }
    }
  }
  return withExtendedLifetime(memory) { grouping.ordered(tables.sliced(0..<groupCount)) }
}
