/// Puts rows of two frames together where their keys agree.
///
/// Rows come in the order of the left frame, the matches of one row in the order of the right one;
/// those that only the right frame has come last. A right join is a left join from the other side.
struct JoinStep {
  let join: JoinPlan
  let label: String

  func run(
    _ left: DataFrame, _ right: DataFrame, schema: Schema
  ) throws(FrameError) -> DataFrame {
    var leftKeys = join.leftKeys.map { left.columns[$0] }
    var rightKeys = join.rightKeys.map { right.columns[$0] }
    for place in leftKeys.indices {
      let shared = ColumnStorage.sharingCategories([leftKeys[place], rightKeys[place]])
      (leftKeys[place], rightKeys[place]) = ColumnStorage.sharingTexts(shared[0], shared[1])
    }
    if join.kind == .cross {
      let pairs = try JoinPairs.crossed(left.rowCount, right.rowCount, label: label)
      return try frame(left, right, pairs, schema)
    }
    if join.validation == .oneToOne || join.validation == .oneToMany {
      try check(leftKeys, left, join.leftKeys, side: "left")
    }
    if join.validation == .oneToOne || join.validation == .manyToOne {
      try check(rightKeys, right, join.rightKeys, side: "right")
    }
    let nullsEqual = join.options.nullsEqual
    if join.kind == .right {
      let index = try JoinIndex(
        leftKeys, rowCount: left.rowCount, nullsEqual: nullsEqual, askedBy: right.rowCount)
      let matches = try index.matches(rightKeys, rowCount: right.rowCount)
      let pairs = try JoinPairs(matches, index, keepsAll: true, label: label)
      return try frameFromRight(left, right, pairs, schema)
    }
    if join.kind == .semi || join.kind == .anti, right.rowCount / 2 > left.rowCount {
      let rows = try JoinIndex.rows(
        of: leftKeys, rowCount: left.rowCount, haveMatchIn: rightKeys, rowCount: right.rowCount,
        nullsEqual: nullsEqual, wantsMatch: join.kind == .semi)
      return try left.gathered(RowSelection(rows: rows))
    }
    let index = try JoinIndex(
      rightKeys, rowCount: right.rowCount, nullsEqual: nullsEqual, askedBy: left.rowCount)
    let matches = try index.matches(leftKeys, rowCount: left.rowCount)
    if join.kind == .semi || join.kind == .anti {
      let rows = try matches.rows(haveMatch: join.kind == .semi)
      return try left.gathered(RowSelection(rows: rows))
    }
    var pairs = try JoinPairs(matches, index, keepsAll: join.kind != .inner, label: label)
    if join.kind == .full { pairs.rightOnly = try pairs.unmatched(of: right.rowCount) }
    return try frame(left, right, pairs, schema)
  }

  private func frame(
    _ left: DataFrame, _ right: DataFrame, _ pairs: JoinPairs, _ schema: Schema
  ) throws(FrameError) -> DataFrame {
    let others = join.rightColumns.map { right.columns[$0] }
    var columns = left.columns
    if let rows = pairs.left { columns = try gathered(columns, rows) }
    var rightRows = pairs.right
    if pairs.rightOnly.count > 0 {
      let nothing = RowSelection(
        rows: Values(repeating: RowSelection.missing, count: pairs.rightOnly.count), mayMiss: true)
      var tail = try gathered(left.columns, nothing)
      let keys = try gathered(
        join.rightKeys.map { right.columns[$0] }, RowSelection(rows: pairs.rightOnly))
      for (place, key) in zip(join.leftKeys, keys) { tail[place] = key }
      for place in columns.indices {
        columns[place] = try concatenated(
          [columns[place], tail[place]], type: left.schema.fields[place].type)
      }
      rightRows.rows = pairs.right.rows.followed(by: pairs.rightOnly)
    }
    rightRows.isScattered = right.rowCount > 1 << 16
    columns += try gathered(others, rightRows)
    if join.options.indicator != nil { columns.append(pairs.origins(first: "left_only")) }
    return DataFrame(schema: schema, columns: columns, rowCount: rightRows.rows.count)
  }

  /// The frame of a right join: `pairs` have the right frame for their left.
  private func frameFromRight(
    _ left: DataFrame, _ right: DataFrame, _ pairs: JoinPairs, _ schema: Schema
  ) throws(FrameError) -> DataFrame {
    var leftRows = pairs.right
    leftRows.isScattered = left.rowCount > 1 << 16
    var columns = try gathered(left.columns, leftRows)
    var keys = join.rightKeys.map { right.columns[$0] }
    var others = join.rightColumns.map { right.columns[$0] }
    if let rows = pairs.left {
      keys = try gathered(keys, rows)
      others = try gathered(others, rows)
    }
    for (place, key) in zip(join.leftKeys, keys) { columns[place] = key }
    columns += others
    if join.options.indicator != nil { columns.append(pairs.origins(first: "right_only")) }
    return DataFrame(schema: schema, columns: columns, rowCount: leftRows.rows.count)
  }

  /// Holds that no two rows have equal keys; names those of the first that do.
  private func check(
    _ keys: [ColumnStorage], _ frame: DataFrame, _ places: [Int], side: String
  ) throws(FrameError) {
    let index = try JoinIndex(
      keys, rowCount: frame.rowCount, nullsEqual: join.options.nullsEqual)
    guard let rows = index.rows else { return }
    // Rows of equal keys stand side by side in the index.
    let keyRows = try KeyRows(keys)
    var example: Int?
    for place in 1..<Swift.max(rows.count, 1)
    where keyRows.isEqual(Int(rows[place - 1]), to: keyRows, Int(rows[place])) {
      example = Int(rows[place])
      break
    }
    let shown = zip(places, keys).map { place, key in
      "\(frame.schema.fields[place].name) = \(example.map { key.scalar(at: $0).shown } ?? "?")"
    }
    throw FrameError(
      code: .badValue,
      what: "the \(side) frame has several rows of \(shown.joined(separator: ", "))",
      place: label, mend: "drop them with unique(…), or ask for another validation")
  }
}

/// Which rows of two frames stand side by side.
struct JoinPairs {
  /// Rows of the left frame; nothing when they are all of them, in order.
  var left: RowSelection?
  var right: RowSelection
  /// Rows of the right frame without a match, which follow.
  var rightOnly = Values<UInt32>([])

  /// The pairs that an index found; rows without a match are kept when `keepsAll`.
  init(
    _ matches: JoinIndex.Matches, _ index: JoinIndex, keepsAll: Bool, label: String
  ) throws(FrameError) {
    guard let counts = matches.counts, let listed = index.rows else {
      if keepsAll {
        right = RowSelection(rows: matches.firsts, mayMiss: true)
      } else {
        let rows = try matches.rows(haveMatch: true)
        left = RowSelection(rows: rows)
        let count = rows.count
        right = RowSelection(
          rows: try matches.firsts.read { firsts throws(FrameError) in
            try rows.read { rows throws(FrameError) in
              try Values.inParallel(count: count) { firsts[Int(rows[$0])] }
            }
          })
      }
      return
    }
    let least: UInt32 = keepsAll ? 1 : 0
    let chunkCount = (counts.count + chunkRowCount - 1) / chunkRowCount
    let totals = try parallelMap(chunkCount) { chunk in
      let first = chunk * chunkRowCount
      return counts.read { counts in
        (first..<Swift.min(first + chunkRowCount, matches.firsts.count)).reduce(0) {
          $0 + Int(Swift.max(counts[$1], least))
        }
      }
    }
    let starts = starts(totals)
    let total = starts[chunkCount]
    try JoinPairs.check(total, label: label)
    let rightBuffer = Buffer(byteCount: total * 4)
    let rightRows = rightBuffer.base.bindMemory(to: UInt32.self, capacity: Swift.max(total, 1))
    let leftRows = try Values<UInt32>(count: total) { leftRows throws(FrameError) in
      try inParallel(rows: counts.count) { rows throws(FrameError) in
        var next = starts[rows.lowerBound / chunkRowCount]
        counts.read { counts in
          matches.firsts.read { firsts in
            listed.read { listed in
              for row in rows {
                let count = Int(counts[row])
                for place in 0..<count {
                  leftRows[next] = UInt32(truncatingIfNeeded: row)
                  rightRows[next] = listed[Int(firsts[row]) + place]
                  next += 1
                }
                if count == 0, keepsAll {
                  leftRows[next] = UInt32(truncatingIfNeeded: row)
                  rightRows[next] = RowSelection.missing
                  next += 1
                }
              }
            }
          }
        }
      }
    }
    left = RowSelection(rows: leftRows)
    right = RowSelection(
      rows: Values(buffer: rightBuffer, start: 0, count: total), mayMiss: keepsAll)
  }

  private init(left: Values<UInt32>, right: Values<UInt32>) {
    self.left = RowSelection(rows: left)
    self.right = RowSelection(rows: right)
  }

  /// Every row of one side beside every row of the other.
  static func crossed(_ left: Int, _ right: Int, label: String) throws(FrameError) -> JoinPairs {
    let (total, overflow) = left.multipliedReportingOverflow(by: right)
    try check(overflow ? .max : total, label: label)
    return JoinPairs(
      left: try Values.inParallel(count: total) { UInt32(truncatingIfNeeded: $0 / right) },
      right: try Values.inParallel(count: total) { UInt32(truncatingIfNeeded: $0 % right) })
  }

  private static func check(_ total: Int, label: String) throws(FrameError) {
    guard total < Int(UInt32.max) else {
      throw FrameError(
        code: .tooManyRows, what: "a join of more than \(UInt32.max - 1) rows", place: label,
        mend: "join on more keys, or filter before")
    }
  }

  /// The rows of the right frame that stand in no pair.
  func unmatched(of rowCount: Int) throws(FrameError) -> Values<UInt32> {
    let ranks = RowRanks(rowCount: rowCount)
    try right.rows.read { rows throws(FrameError) in
      try inParallel(rows: right.rows.count) { places throws(FrameError) in
        for place in places where rows[place] != RowSelection.missing { ranks.mark(rows[place]) }
      }
    }
    ranks.invert(rowCount: rowCount)
    ranks.count()
    return ranks.rows
  }

  /// Where each row comes from; `first` is the name for rows without a partner.
  func origins(first: String) -> ColumnStorage {
    let names = StringColumn(["both", first, "right_only"])
    let pairCount = right.rows.count
    let views = Values<StringView>(count: pairCount + rightOnly.count) { target in
      right.rows.read { rows in
        for row in 0..<pairCount {
          target[row] = names.views[rows[row] == RowSelection.missing ? 1 : 0]
        }
      }
      for row in pairCount..<(pairCount + rightOnly.count) { target[row] = names.views[2] }
    }
    return .string(StringColumn(views: views, heaps: names.heaps))
  }
}

extension JoinIndex.Matches {
  /// The asking rows that have a match, or those that have none.
  func rows(haveMatch: Bool) throws(FrameError) -> Values<UInt32> {
    let chunkCount = (firsts.count + chunkRowCount - 1) / chunkRowCount
    return try firsts.read { firsts throws(FrameError) in
      let count = self.firsts.count
      let totals = try parallelMap(chunkCount) { chunk in
        let start = chunk * chunkRowCount
        var total = 0
        for row in start..<Swift.min(start + chunkRowCount, count) {
          total &+= (firsts[row] != RowSelection.missing) == haveMatch ? 1 : 0
        }
        return total
      }
      let starts = starts(totals)
      // A row without a match is written too, over the one that comes next; the last one has room.
      let rows = try Values<UInt32>(count: starts[chunkCount] + 1) { target throws(FrameError) in
        try inParallel(rows: count) { rows throws(FrameError) in
          var next = starts[rows.lowerBound / chunkRowCount]
          let end = starts[rows.lowerBound / chunkRowCount + 1]
          for row in rows where next < end {
            target[next] = UInt32(truncatingIfNeeded: row)
            next &+= (firsts[row] != RowSelection.missing) == haveMatch ? 1 : 0
          }
        }
      }
      return rows.sliced(0..<starts[chunkCount])
    }
  }
}

extension Values {
  /// The values, then those of `other`.
  func followed(by other: Values) -> Values {
    Values(count: count + other.count) { target in
      read { target.update(from: $0, count: count) }
      other.read { (target + count).update(from: $0, count: other.count) }
    }
  }
}
