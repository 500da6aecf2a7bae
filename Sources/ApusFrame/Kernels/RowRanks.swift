@_implementationOnly import CNumerics

/// Marks rows, then tells how many marked rows stand before a row: turns the first rows of groups
/// into the numbers of the groups.
final class RowRanks {
  private let marks: UnsafeMutableBufferPointer<UInt>
  private var before: [UInt32] = []
  /// How many rows are marked; known after `count()`.
  private(set) var total = 0

  /// Ranks of `rowCount` rows, none of them marked.
  init(rowCount: Int) {
    marks = .allocate(capacity: Bitmap.wordCount(rowCount) + 1)
    marks.initialize(repeating: 0)
  }

  deinit { marks.deallocate() }

  /// Marks a row; threads may do so at the same time.
  @inline(__always)
  func mark(_ row: UInt32) {
    guard let base = marks.baseAddress else { return }
    apus_or(base + Int(row >> 6), 1 << UInt(row & 63))
  }

  /// Marks exactly the rows that were not marked.
  func invert(rowCount: Int) {
    for word in marks.indices { marks[word] = ~marks[word] }
    for row in rowCount..<(marks.count * 64) { marks[row >> 6] &= ~(1 << UInt(row & 63)) }
  }

  /// Counts what was marked; afterwards `rank` answers.
  func count() {
    var sum: UInt32 = 0
    before = marks.map { word in
      defer { sum += UInt32(word.nonzeroBitCount) }
      return sum
    }
    total = Int(sum)
  }

  /// Lets `body` ask for the number of marked rows before a row.
  @inline(__always)
  func read(_ body: ((UInt32) -> UInt32) throws(FrameError) -> Void) throws(FrameError) {
    try before.withUnsafeBufferPointer { before throws(FrameError) in
      let marks = marks
      try body { row in
        let word = Int(row >> 6)
        let earlier = marks[word] & ((1 << UInt(row & 63)) &- 1)
        return before[word] &+ UInt32(truncatingIfNeeded: earlier.nonzeroBitCount)
      }
    }
  }

  /// The marked rows in order.
  var rows: Values<UInt32> {
    Values(count: total) { target in
      var next = 0
      for (place, word) in marks.enumerated() {
        var bits = word
        while bits != 0 {
          target[next] = UInt32(truncatingIfNeeded: place << 6 + bits.trailingZeroBitCount)
          next += 1
          bits &= bits &- 1
        }
      }
    }
  }
}
