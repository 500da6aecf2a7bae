/// Rows divided by a hash of their keys, so that rows of equal keys come into one part, and a part
/// fits the processor's cache.
///
/// Scratch of one operation: whoever made it may write to the entries, each task to its own part's.
struct DividedRows {
  /// A row, its word and a number that the parts' owner may set.
  struct Entry: BitwiseCopyable, Sendable {
    var word: UInt64
    var row: UInt32
    var number: UInt32
  }

  /// The entries of all parts, part behind part, in each in the order of rows.
  var entries: UnsafeMutablePointer<Entry> {
    buffer.base.assumingMemoryBound(to: Entry.self)
  }
  private let buffer: Buffer
  /// Where each part starts, and the end.
  let starts: [Int]

  var partCount: Int { starts.count - 1 }

  /// The part of a word among 2 to the power of `bits`; a table inside the part takes other bits.
  @inline(__always)
  static func part(of word: UInt64, bits: Int) -> Int {
    Int(truncatingIfNeeded: mix(word, 0x2545_f491_4f6c_dd1d) >> UInt64(64 - bits))
  }

  /// How many bits of the hash divide `rowCount` rows into parts of some thousands.
  static func bits(for rowCount: Int) -> Int {
    var bits = 1
    while bits < 11, rowCount >> bits > 1 << 13 { bits += 1 }
    return bits
  }

  /// Divides rows; `fill` writes the words of a range of rows, at most a batch, to a pointer.
  /// Rows for which `isKept` is false are left out.
  init(
    rowCount: Int, bits: Int,
    fill: (Range<Int>, UnsafeMutablePointer<UInt64>) -> Void, isKept: ((Int) -> Bool)? = nil
  ) throws(FrameError) {
    let partCount = 1 << bits
    let runs = RowRuns(rowCount: rowCount, count: Swift.min(32, rowCount / 4096 + 1))
    var counts = [Int](repeating: 0, count: runs.count * partCount)
    let words = try Values<UInt64>(count: rowCount) { words throws(FrameError) in
      try counts.withUnsafeMutableBufferPointer { counts throws(FrameError) in
        try inParallel(runs.count) { run throws(FrameError) in
          let first = run * partCount
          for start in stride(
            from: runs[run].lowerBound, to: runs[run].upperBound, by: keyBatchCount)
          {
            let rows = start..<Swift.min(start + keyBatchCount, runs[run].upperBound)
            fill(rows, words + start)
            for row in rows where isKept?(row) ?? true {
              counts[first + DividedRows.part(of: words[row], bits: bits)] &+= 1
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
    self.starts = starts
    buffer = Buffer(byteCount: total * MemoryLayout<Entry>.stride)
    let target = buffer.base.bindMemory(to: Entry.self, capacity: Swift.max(total, 1))
    try words.read { words throws(FrameError) in
      try counts.withUnsafeMutableBufferPointer { counts throws(FrameError) in
        try inParallel(runs.count) { run throws(FrameError) in
          let first = run * partCount
          for row in runs[run] where isKept?(row) ?? true {
            let part = first + DividedRows.part(of: words[row], bits: bits)
            target[counts[part]] = Entry(
              word: words[row], row: UInt32(truncatingIfNeeded: row), number: 0)
            counts[part] &+= 1
          }
        }
      }
    }
  }
}

/// A table from words to numbers for one part: open addressing over numbers of 32 bits.
struct PartTable {
  private(set) var slots: UnsafeMutableBufferPointer<UInt32>
  private var bits: Int

  /// A table that holds `count` entries before it grows.
  init(expecting count: Int) {
    bits = 6
    while 1 << bits < count * 2, bits < 16 { bits += 1 }
    slots = .allocate(capacity: 1 << bits)
    slots.initialize(repeating: 0)
  }

  func deallocate() { slots.deallocate() }

  /// The number of the word's entry, `count` when there is none yet; it is entered then.
  @inline(__always)
  mutating func number(
    of word: UInt64, count: Int, isEqual: (Int) -> Bool, wordAt: (Int) -> UInt64
  ) -> Int {
    if count * 2 >= slots.count { grow(count, wordAt) }
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: mix(word, 0x2545_f491_4f6c_dd1d)) & mask
    while true {
      let found = Int(slots[slot])
      if found == 0 {
        slots[slot] = UInt32(truncatingIfNeeded: count + 1)
        return count
      }
      if isEqual(found - 1) { return found - 1 }
      slot = (slot + 1) & mask
    }
  }

  private mutating func grow(_ count: Int, _ wordAt: (Int) -> UInt64) {
    slots.deallocate()
    bits += 2
    slots = .allocate(capacity: 1 << bits)
    slots.initialize(repeating: 0)
    let mask = slots.count - 1
    for number in 0..<count {
      var slot = Int(truncatingIfNeeded: mix(wordAt(number), 0x2545_f491_4f6c_dd1d)) & mask
      while slots[slot] != 0 { slot = (slot + 1) & mask }
      slots[slot] = UInt32(truncatingIfNeeded: number + 1)
    }
  }
}
