@_implementationOnly import Synchronization

/// Which group each row belongs to. Groups are numbered in the order of their first rows; null is
/// a key like another, and so is NaN; −0 is 0.
///
/// Few different keys: a code a row and column (KeyCodes), combined by multiplication, then looked
/// up in a table. Many: rows are divided by a hash of their keys (DividedGrouping).
package struct Grouping: Sendable {
  /// A number for each row, equal in all rows of a group; empty when all rows are one group because
  /// there are no keys. What does not ask for groups by their numbers need not wait for those.
  let raw: Values<UInt32>
  /// All raw numbers are below.
  let rawCount: Int
  private let numbering: GroupNumbering?
  /// The first row of each group.
  let firstRows: Values<UInt32>

  /// The group of each row; empty when all rows are one group because there are no keys.
  var codes: Values<UInt32> { numbering?.codes(of: raw) ?? raw }

  /// How many groups there are.
  var groupCount: Int { firstRows.count }
  /// Whether all rows are one group because there are no keys.
  let isWhole: Bool

  /// How many rows are grouped.
  let rowCount: Int
  private let memo = RowCountsMemo()

  init(codes: Values<UInt32>, firstRows: Values<UInt32>) {
    self.init(
      rowCount: codes.count, raw: codes, rawCount: firstRows.count, numbering: nil,
      firstRows: firstRows, isWhole: false)
  }

  private init(
    rowCount: Int, raw: Values<UInt32>, rawCount: Int, numbering: GroupNumbering?,
    firstRows: Values<UInt32>, isWhole: Bool
  ) {
    self.rowCount = rowCount
    self.raw = raw
    self.rawCount = rawCount
    self.numbering = numbering
    self.firstRows = firstRows
    self.isWhole = isWhole
  }

  /// Values by raw number, in the order of groups.
  func ordered<State>(_ states: Values<State>) -> Values<State> {
    guard numbering != nil else { return states }
    return Values(count: groupCount) { target in
      for group in 0..<groupCount { target[group] = states[Int(raw[Int(firstRows[group])])] }
    }
  }

  /// All rows as one group, which is there even when no row is.
  init(wholeOf rowCount: Int) {
    self.init(
      rowCount: rowCount, raw: Values(repeating: 0, count: 0), rawCount: 1, numbering: nil,
      firstRows: Values(repeating: 0, count: 1), isWhole: true)
  }

  /// How large a table over all combinations of keys may be.
  private static func tableLimit(_ rowCount: Int) -> Int {
    Swift.max(1 << 16, Swift.min(rowCount * 4, 1 << 24))
  }

  /// The groups of rows that agree in all of `keys`; without keys all rows are one group.
  init(of keys: [ColumnStorage], rowCount: Int) throws(FrameError) {
    guard !keys.isEmpty else {
      self.init(wholeOf: rowCount)
      return
    }
    var parts: [KeyCodes] = []
    for key in keys {
      guard let part = try KeyCodes.of(key) else {
        self = try DividedGrouping.byHash(of: keys, rowCount: rowCount)
        return
      }
      parts.append(part)
    }
    try self.init(combining: parts, keys: keys, rowCount: rowCount)
  }

  /// The groups of rows whose codes agree in all of `parts`, which are the codes of `keys`.
  private init(
    combining parts: [KeyCodes], keys: [ColumnStorage], rowCount: Int
  ) throws(FrameError) {
    if parts.count == 1, let firstRows = parts[0].firstRows {
      self.init(codes: parts[0].codes, firstRows: firstRows)
      return
    }
    var combinations = 1
    for part in parts {
      let (product, overflow) = combinations.multipliedReportingOverflow(by: part.cardinality)
      guard !overflow else {
        self = try DividedGrouping.byHash(of: keys, rowCount: rowCount)
        return
      }
      combinations = product
    }
    if combinations <= Grouping.tableLimit(rowCount) {
      let codes = try Grouping.mixed(parts, rowCount)
      try self.init(numbering: codes, cardinality: combinations)
    } else {
      self = try DividedGrouping.byCodes(parts, rowCount: rowCount)
    }
  }

  /// One code of each row's codes, as digits of a number.
  private static func mixed(_ parts: [KeyCodes], _ rowCount: Int) throws(FrameError) -> Values<
    UInt32
  > {
    guard parts.count > 1 else { return parts[0].codes }
    return try Values(count: rowCount) { target throws(FrameError) in
      try inParallel(rows: rowCount, by: 1 << 13) { rows throws(FrameError) in
        for (place, part) in parts.enumerated() {
          let radix = UInt32(truncatingIfNeeded: part.cardinality)
          part.codes.read { codes in
            if place == 0 {
              for row in rows { target[row] = codes[row] }
            } else {
              for row in rows { target[row] = target[row] &* radix &+ codes[row] }
            }
          }
        }
      }
    }
  }

  /// The groups of rows of equal codes.
  init(numbering codes: Values<UInt32>, cardinality: Int) throws(FrameError) {
    let rowCount = codes.count
    let runCount =
      cardinality > 1 << 20 || rowCount < chunkRowCount ? 1 : ThreadPool.shared.threadCount
    let runs = RowRuns(rowCount: rowCount, count: runCount)
    // The first row of each code in each run, then in all of them.
    let first = try Values<UInt32>(count: cardinality * runs.count) { target throws(FrameError) in
      try codes.read { codes throws(FrameError) in
        try inParallel(runs.count) { run throws(FrameError) in
          let table = target + run * cardinality
          table.update(repeating: .max, count: cardinality)
          if cardinality > 1 << 12 {
            for row in runs[run].reversed() {
              table[Int(codes[row])] = UInt32(truncatingIfNeeded: row)
            }
            return
          }
          // Few codes have mostly all come after a few rows.
          var missing = cardinality
          for row in runs[run] where table[Int(codes[row])] == .max {
            table[Int(codes[row])] = UInt32(truncatingIfNeeded: row)
            missing -= 1
            if missing == 0 { break }
          }
        }
      }
      for run in 1..<Swift.max(runs.count, 1) {
        for code in 0..<cardinality {
          target[code] = Swift.min(target[code], target[run * cardinality + code])
        }
      }
    }
    let ranks = RowRanks(rowCount: rowCount)
    let numbers = try Values<UInt32>(count: cardinality) { target throws(FrameError) in
      try first.read { first throws(FrameError) in
        for code in 0..<cardinality where first[code] != .max { ranks.mark(first[code]) }
        ranks.count()
        try ranks.read { rank in
          for code in 0..<cardinality where first[code] != .max { target[code] = rank(first[code]) }
        }
      }
    }
    let numbering = GroupNumbering(numbers)
    // A table by raw numbers must not be much larger than one by groups.
    if cardinality <= ranks.total * 2 + 1024 {
      self.init(
        rowCount: rowCount, raw: codes, rawCount: cardinality, numbering: numbering,
        firstRows: ranks.rows, isWhole: false)
    } else {
      self.init(codes: numbering.codes(of: codes), firstRows: ranks.rows)
    }
  }
}

/// Counts rows.
struct RowCount: Reducer {
  static let isUnordered = true
  let initial = 0

  @inline(__always)
  func update(_ count: inout Int, _ row: Int) { count &+= 1 }

  func merge(_ count: inout Int, _ other: Int) { count &+= other }
}

/// How many rows each group has, once somebody asks.
private final class RowCountsMemo: Sendable {
  let found = Mutex<Values<Int>?>(nil)
}

extension Grouping {
  /// How many rows each group has.
  func rowCounts() throws(FrameError) -> Values<Int> {
    if let found = memo.found.withLock({ $0 }) { return found }
    let counts = try reduced(self, nil, by: RowCount())
    memo.found.withLock { $0 = counts }
    return counts
  }
}

/// Turns raw numbers of rows into the numbers of their groups, once somebody asks.
private final class GroupNumbering: Sendable {
  private let numbers: Values<UInt32>
  private let found = Mutex<Values<UInt32>?>(nil)

  init(_ numbers: Values<UInt32>) { self.numbers = numbers }

  func codes(of raw: Values<UInt32>) -> Values<UInt32> {
    found.withLock { found in
      if let found { return found }
      let count = raw.count
      let codes = Values<UInt32>(count: raw.count) { target in
        raw.read { raw in
          numbers.read { numbers in
            let chunkCount = (count + chunkRowCount - 1) / chunkRowCount
            let isComplete = ThreadPool.shared.forEach(chunkCount) { chunk in
              let first = chunk * chunkRowCount
              for row in first..<Swift.min(first + chunkRowCount, count) {
                target[row] = numbers[Int(raw[row])]
              }
            }
            // A query that was asked to stop ends at its next step, not in here.
            if !isComplete {
              for row in 0..<count { target[row] = numbers[Int(raw[row])] }
            }
          }
        }
      }
      found = codes
      return codes
    }
  }
}
