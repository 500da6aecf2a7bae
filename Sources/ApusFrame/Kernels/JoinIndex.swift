/// Where to find the rows of a frame by their keys.
///
/// Whole numbers of a narrow range are their own place in a table; all other keys are looked up by
/// a hash, in tables that each hold a part of the rows.
struct JoinIndex {
  /// For each row of the asking side where its matches start in `rows`, `missing` for none; when
  /// the index is unique, the matching row itself.
  struct Matches {
    let firsts: Values<UInt32>
    /// How many matches each row has; nothing when it is at most one.
    let counts: Values<UInt32>?
  }

  private enum Table {
    case direct(DirectTable)
    case hashed(HashedTable)
  }

  private let table: Table
  /// The indexed rows, those of equal keys side by side in their order; nothing when no two rows
  /// have equal keys.
  let rows: Values<UInt32>?

  var isUnique: Bool { rows == nil }

  /// The index of the rows that have all keys; with `nullsEqual` null is a key like another.
  /// `askedBy` says for how many rows matches will be asked: the more, the larger a table pays.
  init(
    _ keys: [ColumnStorage], rowCount: Int, nullsEqual: Bool, askedBy: Int = 0
  ) throws(FrameError) {
    if keys.count == 1, keys[0].validity == nil || !nullsEqual,
      let numbers = keys[0].wholeNumbers,
      let direct = try DirectTable(numbers, validity: keys[0].validity, askedBy: askedBy)
    {
      table = .direct(direct)
      rows = direct.rows
    } else {
      let hashed = try HashedTable(keys, rowCount: rowCount, nullsEqual: nullsEqual)
      table = .hashed(hashed)
      rows = hashed.isUnique ? nil : hashed.rows
    }
  }

  /// The matches of each row of the other side, whose keys have the same types.
  func matches(_ keys: [ColumnStorage], rowCount: Int) throws(FrameError) -> Matches {
    let countBuffer = isUnique ? nil : Buffer(byteCount: rowCount * 4)
    let counts = countBuffer?.base.bindMemory(to: UInt32.self, capacity: Swift.max(rowCount, 1))
    let firsts = try Values<UInt32>(count: rowCount) { firsts throws(FrameError) in
      switch table {
      case .direct(let direct):
        guard let numbers = keys[0].wholeNumbers else {
          preconditionFailure("keys of different types")
        }
        try direct.find(numbers, validity: keys[0].validity, firsts: firsts, counts: counts)
      case .hashed(let hashed):
        try hashed.find(keys, rowCount: rowCount, firsts: firsts, counts: counts)
      }
    }
    return Matches(
      firsts: firsts, counts: countBuffer.map { Values(buffer: $0, start: 0, count: rowCount) })
  }
}

/// Key columns that are whole numbers, as they lie in memory.
enum WholeNumbers {
  case narrow(Values<Int32>)
  case wide(Values<Int>)
}

extension ColumnStorage {
  /// The values of a column of whole numbers, or of what is kept as such. Those of fewer bits are
  /// widened, those without a sign keep their bits: equal stays equal, and order does not matter.
  var wholeNumbers: WholeNumbers? {
    switch plain {
    case .int8(let column): .narrow(column.mapped(Int32.init).values)
    case .int16(let column): .narrow(column.mapped(Int32.init).values)
    case .int32(let column): .narrow(column.values)
    case .int64(let column): .wide(column.values)
    case .uint8(let column): .narrow(column.mapped(Int32.init).values)
    case .uint16(let column): .narrow(column.mapped(Int32.init).values)
    case .uint32(let column): .narrow(column.reinterpreted(as: Int32.self).values)
    case .uint64(let column): .wide(column.reinterpreted(as: Int.self).values)
    case .bits, .int128, .float32, .float64, .texts: nil
    }
  }
}

/// A table with a place for each number of a range.
struct DirectTable {
  private let low: Int
  private let span: Int
  /// Without `rows`: the row of each number plus 1, 0 where there is none. With them: where the
  /// rows of each number start in them, and the end.
  private let places: Values<UInt32>
  let rows: Values<UInt32>?

  /// The table of a column's numbers, or nothing when they are too far apart.
  init?(_ numbers: WholeNumbers, validity: Bitmap?, askedBy: Int) throws(FrameError) {
    switch numbers {
    case .narrow(let values): try self.init(values, validity, askedBy)
    case .wide(let values): try self.init(values, validity, askedBy)
    }
  }

  private init?<Element: FixedWidthInteger>(
    _ values: Values<Element>, _ validity: Bitmap?, _ askedBy: Int
  ) throws(FrameError) {
    guard let range = try bounds(values, validity) else { return nil }
    let (width, isWide) = range.upperBound.subtractingReportingOverflow(range.lowerBound)
    guard !isWide,
      width < Swift.max(1 << 16, Swift.min(Swift.max(values.count * 4, askedBy), 1 << 28))
    else {
      return nil
    }
    let (low, span) = (range.lowerBound, width + 1)
    self.low = low
    self.span = span
    let count = values.count
    var hasDuplicates = false
    let single = try values.read { source throws(FrameError) in
      try Values<UInt32>(count: span) { table throws(FrameError) in
        try inParallel(rows: span, by: 1 << 18) { places throws(FrameError) in
          (table + places.lowerBound).update(repeating: 0, count: places.count)
        }
        // Every row must read itself back: else another row has its number too.
        try inParallel(rows: count) { rows throws(FrameError) in
          forEachPresent(in: rows, validity) { row in
            table[Int(truncatingIfNeeded: source[row]) &- low] = UInt32(truncatingIfNeeded: row + 1)
          }
        }
        let lost = try parallelMap((count + chunkRowCount - 1) / chunkRowCount) { chunk in
          let first = chunk * chunkRowCount
          var isLost = false
          forEachPresent(in: first..<Swift.min(first + chunkRowCount, count), validity) { row in
            let found = table[Int(truncatingIfNeeded: source[row]) &- low]
            isLost = isLost || found != UInt32(truncatingIfNeeded: row + 1)
          }
          return isLost
        }
        hasDuplicates = lost.contains(true)
      }
    }
    guard hasDuplicates else {
      places = single
      rows = nil
      return
    }
    (places, rows) = try DirectTable.listed(values, validity, low: low, span: span)
  }

  /// The rows of each number, one behind the other. Each task has a range of numbers.
  private static func listed<Element: FixedWidthInteger>(
    _ values: Values<Element>, _ validity: Bitmap?, low: Int, span: Int
  ) throws(FrameError) -> (places: Values<UInt32>, rows: Values<UInt32>) {
    let ranges = RowRuns(rowCount: span, count: ThreadPool.shared.threadCount)
    let present = validity?.setCount ?? values.count
    let ends = Buffer(byteCount: span * 4)
    let ending = ends.base.bindMemory(to: UInt32.self, capacity: span)
    let places = try values.read { source throws(FrameError) in
      try Values<UInt32>(count: span + 1) { places throws(FrameError) in
        try inParallel(ranges.count) { range throws(FrameError) in
          let owned = ranges[range]
          for place in owned { places[place] = 0 }
          forEachPresent(values.count, validity) { row in
            let place = Int(truncatingIfNeeded: source[row]) &- low
            if owned.contains(place) { places[place] &+= 1 }
          }
        }
        var sum: UInt32 = 0
        for place in 0..<span {
          let count = places[place]
          places[place] = sum
          ending[place] = sum
          sum += count
        }
        places[span] = sum
      }
    }
    let rows = try withExtendedLifetime(ends) { () throws(FrameError) in
      try values.read { source throws(FrameError) in
        try Values<UInt32>(count: present) { rows throws(FrameError) in
          try inParallel(ranges.count) { range throws(FrameError) in
            let owned = ranges[range]
            forEachPresent(values.count, validity) { row in
              let place = Int(truncatingIfNeeded: source[row]) &- low
              if owned.contains(place) {
                rows[Int(ending[place])] = UInt32(truncatingIfNeeded: row)
                ending[place] &+= 1
              }
            }
          }
        }
      }
    }
    return (places, rows)
  }

  /// Writes the matches of each number of the asking side.
  func find(
    _ numbers: WholeNumbers, validity: Bitmap?, firsts: UnsafeMutablePointer<UInt32>,
    counts: UnsafeMutablePointer<UInt32>?
  ) throws(FrameError) {
    switch numbers {
    case .narrow(let values): try find(values, validity, firsts, counts)
    case .wide(let values): try find(values, validity, firsts, counts)
    }
  }

  private func find<Element: FixedWidthInteger>(
    _ values: Values<Element>, _ validity: Bitmap?, _ firsts: UnsafeMutablePointer<UInt32>,
    _ counts: UnsafeMutablePointer<UInt32>?
  ) throws(FrameError) {
    let (low, span) = (low, UInt(span))
    try places.read { places throws(FrameError) in
      try values.read { source throws(FrameError) in
        try inParallel(rows: values.count) { rows throws(FrameError) in
          if let counts {
            for row in rows {
              let place = UInt(bitPattern: Int(truncatingIfNeeded: source[row]) &- low)
              let start = place < span ? places[Int(place)] : 0
              let end = place < span ? places[Int(place) + 1] : 0
              firsts[row] = start == end ? RowSelection.missing : start
              counts[row] = end &- start
            }
            forEachAbsent(in: rows, validity) { counts[$0] = 0 }
          } else {
            for row in rows {
              let place = UInt(bitPattern: Int(truncatingIfNeeded: source[row]) &- low)
              firsts[row] = (place < span ? places[Int(place)] : 0) &- 1
            }
          }
          forEachAbsent(in: rows, validity) { firsts[$0] = RowSelection.missing }
        }
      }
    }
  }
}
