/// The exact sum of each group of whole numbers.
///
/// Few groups: the rows of a block are summed in 64 bits while the greatest magnitude among them
/// shows that this cannot overflow, and each block is then added to sums of 128 bits.
@inline(__always)
func wholeSums<Element>(
  _ column: FixedWidthColumn<Element>, _ grouping: Grouping, _ number: (Element) -> Int
) throws(FrameError) -> Values<Int128> {
  try column.values.read { source throws(FrameError) in
    if !grouping.isWhole && grouping.rawCount <= WholeBlock.mostGroups {
      return try blockedSums(grouping, column.validity) { number(source[$0]) }
    }
    return try reduced(grouping, column.validity, from: 0 as Int128) { sum, row in
      sum &+= Int128(number(source[row]))
    } merge: {
      $0 &+= $1
    }
  }
}

/// The exact sum of each group of numbers that may need all 64 bits without a sign.
func largeSums(
  _ column: FixedWidthColumn<UInt64>, _ grouping: Grouping
) throws(FrameError) -> Values<Int128> {
  try column.values.read { source throws(FrameError) in
    try reduced(grouping, column.validity, from: 0 as Int128) { sum, row in
      sum &+= Int128(source[row])
    } merge: {
      $0 &+= $1
    }
  }
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

@inline(__always)
private func blockedSums(
  _ grouping: Grouping, _ validity: Bitmap?, _ number: (Int) -> Int
) throws(FrameError) -> Values<Int128> {
  let groupCount = grouping.rawCount
  let runs = RowRuns(
    rowCount: grouping.rowCount, count: Swift.min(8, grouping.rowCount / chunkRowCount + 1))
  let blockSize = WholeBlock.rowCount(groups: groupCount)
  assert(blockSize <= WholeBlock.mostRows)
  let tables = try Values<Int128>(count: groupCount * runs.count) { target throws(FrameError) in
    try grouping.raw.read { codes throws(FrameError) in
      try inParallel(runs.count) { run throws(FrameError) in
        let table = target + run * groupCount
        table.update(repeating: 0, count: groupCount)
        withUnsafeTemporaryAllocation(of: Int.self, capacity: groupCount) { block in
          block.initialize(repeating: 0)
          for first in stride(from: runs[run].lowerBound, to: runs[run].upperBound, by: blockSize) {
            let rows = first..<Swift.min(first + blockSize, runs[run].upperBound)
            var magnitudes: UInt = 0
            forEachPresent(in: rows, validity) { row in
              let value = number(row)
              magnitudes |= UInt(bitPattern: value ^ (value >> 63))
              block[Int(codes[row])] &+= value
            }
            if magnitudes >> WholeBlock.magnitudeBits == 0 {
              for group in 0..<groupCount { table[group] &+= Int128(block[group]) }
            } else {
              forEachPresent(in: rows, validity) { row in
                table[Int(codes[row])] &+= Int128(number(row))
              }
            }
            block.update(repeating: 0)
          }
        }
      }
    }
    for run in 1..<Swift.max(runs.count, 1) {
      let table = target + run * groupCount
      for group in 0..<groupCount { target[group] &+= table[group] }
    }
  }
  return grouping.ordered(tables.sliced(0..<groupCount))
}
