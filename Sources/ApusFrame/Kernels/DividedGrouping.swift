/// Groups of rows whose keys have too many combinations for a table: rows are divided by a hash of
/// their keys, and each part is grouped by itself.
enum DividedGrouping {
  /// Groups by a hash of all keys; rows of equal hashes are compared.
  static func byHash(of columns: [ColumnStorage], rowCount: Int) throws(FrameError) -> Grouping {
    let keys = try KeyRows(columns)
    if let words = keys.exactWords {
      return try withExtendedLifetime(keys) { () throws(FrameError) -> Grouping in
        try grouped(rowCount) { rows, target in
          target.update(from: words + rows.lowerBound, count: rows.count)
        } isSame: { _, _ in
          true
        }
      }
    }
    return try grouped(rowCount) { rows, target in
      keys.hash(rows, to: target)
    } isSame: { row, other in
      keys.isEqual(Int(row), to: keys, Int(other))
    }
  }

  /// Groups by codes that together fit a word.
  static func byCodes(_ parts: [KeyCodes], rowCount: Int) throws(FrameError) -> Grouping {
    try grouped(rowCount) { rows, target in
      for (place, part) in parts.enumerated() {
        let radix = UInt64(part.cardinality)
        part.codes.read { codes in
          let codes = codes + rows.lowerBound
          if place == 0 {
            for row in 0..<rows.count { target[row] = UInt64(codes[row]) }
          } else {
            for row in 0..<rows.count { target[row] = target[row] &* radix &+ UInt64(codes[row]) }
          }
        }
      }
    } isSame: { _, _ in
      true
    }
  }

  /// Groups of rows of equal words for which `isSame` holds.
  @inline(__always)
  private static func grouped(
    _ rowCount: Int, fill: (Range<Int>, UnsafeMutablePointer<UInt64>) -> Void,
    isSame: (UInt32, UInt32) -> Bool
  ) throws(FrameError) -> Grouping {
    let divided = try DividedRows(
      rowCount: rowCount, bits: DividedRows.bits(for: rowCount), fill: fill)
    let ranks = RowRanks(rowCount: rowCount)
    // Each part's groups stand at the part's start: their first entries.
    let entries = divided.entries
    let firsts = try Values<UInt32>(count: rowCount) { firsts throws(FrameError) in
      try inParallel(divided.partCount) { part throws(FrameError) in
        let start = divided.starts[part]
        let end = divided.starts[part + 1]
        var table = PartTable(expecting: (end - start) / 4)
        defer { table.deallocate() }
        var count = 0
        for place in start..<end {
          let entry = entries[place]
          let number = table.number(of: entry.word, count: count) { number in
            let first = entries[Int(firsts[start + number])]
            return first.word == entry.word && isSame(first.row, entry.row)
          } wordAt: { number in
            entries[Int(firsts[start + number])].word
          }
          if number == count {
            firsts[start + count] = UInt32(truncatingIfNeeded: place)
            count += 1
            ranks.mark(entry.row)
          }
          entries[place].number = firsts[start + number]
        }
      }
    }
    ranks.count()
    let codes = try withExtendedLifetime((divided, firsts)) { () throws(FrameError) in
      try Values<UInt32>(count: rowCount) { target throws(FrameError) in
        try ranks.read { rank throws(FrameError) in
          try inParallel(divided.partCount) { part throws(FrameError) in
            for place in divided.starts[part]..<divided.starts[part + 1] {
              let first = entries[Int(entries[place].number)].row
              target[Int(entries[place].row)] = rank(first)
            }
          }
        }
      }
    }
    return Grouping(codes: codes, firstRows: ranks.rows)
  }
}
