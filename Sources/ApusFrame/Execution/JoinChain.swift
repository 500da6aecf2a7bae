/// Joins one after the other, of which only row numbers are kept until the last: columns are then
/// gathered once. Right frames are looked at before the order is chosen: what drops most rows, told
/// by a sample, comes first. Rows come as they would from one join after the other.
struct JoinChain {
  /// A column of the chain: which frame it comes from, 0 being the leftmost, and where it stands.
  private struct Place {
    let source: Int
    let column: Int
  }

  private enum Item {
    /// The join with the source of that number, its keys being columns of the chain.
    case join(source: Int, JoinPlan, keys: [Place])
    case filter(TypedExpr, columns: [Place], label: String)
  }

  private let base: LogicalPlan
  private let basePredicate: TypedExpr?
  private let rights: [LogicalPlan]
  private let items: [Item]
  private let columns: [Place]
  private let schema: Schema
  private let label: String

  /// The chain that ends in `plan`, or nothing when there is no more than one join.
  init?(_ plan: LogicalPlan) {
    guard plan.isChainable else { return nil }
    var steps: [LogicalPlan] = []
    var current = plan
    var joinCount = 0
    while true {
      if case .join(let left, _, _) = current.step, current.isChainable {
        joinCount += 1
        steps.append(current)
        current = left
      } else if case .filter(let input, let predicate) = current.step, !predicate.hasWindow,
        input.isChainable
      {
        steps.append(current)
        current = input
      } else if case .project(let input, let expressions) = current.step,
        expressions.allSatisfy(\.isColumn), input.isChainable
      {
        steps.append(current)
        current = input
      } else {
        break
      }
    }
    if case .filter(let input, let predicate) = current.step, !predicate.hasWindow {
      (base, basePredicate) = (input, predicate)
    } else {
      guard joinCount > 1 else { return nil }
      (base, basePredicate) = (current, nil)
    }
    var columns = base.schema.fields.indices.map { Place(source: 0, column: $0) }
    var rights: [LogicalPlan] = []
    var items: [Item] = []
    for step in steps.reversed() {
      switch step.step {
      case .join(_, let right, let join):
        rights.append(right)
        items.append(
          .join(source: rights.count, join, keys: join.leftKeys.map { columns[$0] }))
        guard join.kind == .inner else { continue }
        columns += join.rightColumns.map { Place(source: rights.count, column: $0) }
      case .filter(_, let predicate):
        items.append(.filter(predicate, columns: columns, label: step.label))
      case .project(_, let expressions): columns = expressions.map { columns[$0.place] }
      default: preconditionFailure("no step of a chain of joins: \(step.label)")
      }
    }
    self.rights = rights
    self.items = items
    self.columns = columns
    schema = plan.schema
    label = plan.label
  }

  func run(_ executor: PlanExecutor) throws(FrameError) -> DataFrame {
    var frames = [try executor.run(base)]
    for right in rights { frames.append(try executor.run(right)) }
    var state = State(frames: frames)
    if let basePredicate {
      let rows = try ChunkedEvaluation(frames[0], step: "filter(…)").rows(where: basePredicate)
      if rows.count < frames[0].rowCount { state.start(with: rows) }
    }
    var pending = Array(items.indices)
    while let next = try next(of: pending, &state) {
      pending.removeAll { $0 == next }
      switch items[next] {
      case .join(let source, let join, let keys):
        try state.join(source, join, keys: keys, label: label)
      case .filter(let predicate, let columns, let label):
        try state.filter(predicate, columns, label: label)
      }
    }
    return DataFrame(
      schema: schema, columns: try state.columns(columns), rowCount: state.count)
  }

  /// The item that comes next: the join that drops most rows, among those that may come before all
  /// that are left.
  private func next(of pending: [Int], _ state: inout State) throws(FrameError) -> Int? {
    guard let first = pending.first else { return nil }
    if case .filter = items[first] { return first }
    var candidates: [(item: Int, share: Double)] = []
    var hasExpanding = false
    for item in pending {
      // Filters may fail on rows that joins before them drop: they stay where they are.
      guard case .join(let source, let join, let keys) = items[item] else { break }
      guard keys.allSatisfy({ state.isJoined($0.source) }) else {
        hasExpanding = hasExpanding || join.kind == .inner
        continue
      }
      // Two joins that make more rows of one decide their order.
      let index = join.kind == .inner ? try state.index(of: source, join) : nil
      let expands = index.map { !$0.isUnique } ?? false
      if expands {
        if hasExpanding { continue }
        hasExpanding = true
      }
      candidates.append((item, 0))
    }
    guard candidates.count > 1 else { return candidates.first?.item ?? first }
    for place in candidates.indices {
      guard case .join(let source, let join, let keys) = items[candidates[place].item] else {
        continue
      }
      candidates[place].share = try state.share(source, join, keys: keys)
    }
    return candidates.min { $0.share < $1.share }?.item
  }

  /// Which rows of the frames stand side by side so far.
  private struct State {
    let frames: [DataFrame]
    private(set) var count: Int
    /// The rows of each frame; nothing for all rows of the first one, in order.
    private var rows: [Values<UInt32>?]
    private var isJoined: [Bool]
    private var indexes: [JoinIndex?]

    init(frames: [DataFrame]) {
      self.frames = frames
      count = frames[0].rowCount
      rows = frames.map { _ in nil }
      isJoined = frames.indices.map { $0 == 0 }
      indexes = frames.map { _ in nil }
    }

    func isJoined(_ source: Int) -> Bool { isJoined[source] }

    mutating func start(with rows: Values<UInt32>) {
      self.rows[0] = rows
      count = rows.count
    }

    mutating func index(of source: Int, _ join: JoinPlan) throws(FrameError) -> JoinIndex {
      if let index = indexes[source] { return index }
      let right = frames[source]
      let index = try JoinIndex(
        join.rightKeys.map { right.columns[$0] }, rowCount: right.rowCount,
        nullsEqual: join.options.nullsEqual, askedBy: count)
      indexes[source] = index
      return index
    }

    /// The columns at `places`, as they stand side by side.
    func columns(_ places: [Place]) throws(FrameError) -> [ColumnStorage] {
      var found = [ColumnStorage?](repeating: nil, count: places.count)
      for source in frames.indices {
        let wanted = places.indices.filter { places[$0].source == source }
        guard !wanted.isEmpty else { continue }
        var columns = wanted.map { frames[source].columns[places[$0].column] }
        if let rows = rows[source] {
          let isScattered = source > 0 && frames[source].rowCount > 1 << 16
          columns = try gathered(columns, RowSelection(rows: rows, isScattered: isScattered))
        }
        for (place, column) in zip(wanted, columns) { found[place] = column }
      }
      return found.compactMap { $0 }
    }

    /// The share of rows that a join keeps, or how many it makes of one, told by a sample.
    mutating func share(
      _ source: Int, _ join: JoinPlan, keys: [Place]
    ) throws(FrameError) -> Double {
      guard count > 0 else { return 1 }
      if join.kind != .inner, frames[source].rowCount / 2 > count { return 0.75 }
      let index = try index(of: source, join)
      let sampleCount = Swift.min(count, 1024)
      let (total, rows) = (count, rows)
      var sampled: [ColumnStorage] = []
      for key in keys {
        let places = Values<UInt32>(count: sampleCount) { target in
          for place in 0..<sampleCount {
            let row = place * total / sampleCount
            target[place] = rows[key.source].map { $0[row] } ?? UInt32(truncatingIfNeeded: row)
          }
        }
        sampled += try gathered(
          [frames[key.source].columns[key.column]], RowSelection(rows: places))
      }
      let matches = try index.matches(sampled, rowCount: sampleCount)
      if join.kind == .inner, let counts = matches.counts {
        return Double((0..<sampleCount).reduce(0) { $0 + Int(counts[$1]) }) / Double(sampleCount)
      }
      let found = try matches.rows(haveMatch: join.kind != .anti).count
      return Double(found) / Double(sampleCount)
    }

    mutating func join(
      _ source: Int, _ join: JoinPlan, keys: [Place], label: String
    ) throws(FrameError) {
      isJoined[source] = true
      let keyColumns = try columns(keys)
      let right = frames[source]
      guard join.kind == .inner else {
        let rightKeys = join.rightKeys.map { right.columns[$0] }
        if right.rowCount / 2 > count {
          return try keep(
            JoinIndex.rows(
              of: keyColumns, rowCount: count, haveMatchIn: rightKeys, rowCount: right.rowCount,
              nullsEqual: join.options.nullsEqual, wantsMatch: join.kind == .semi))
        }
        let matches = try index(of: source, join).matches(keyColumns, rowCount: count)
        return try keep(matches.rows(haveMatch: join.kind == .semi))
      }
      let index = try index(of: source, join)
      let matches = try index.matches(keyColumns, rowCount: count)
      let pairs = try JoinPairs(matches, index, keepsAll: false, label: label)
      if let left = pairs.left { try keep(left.rows) }
      rows[source] = pairs.right.rows
      indexes[source] = nil
    }

    mutating func filter(
      _ predicate: TypedExpr, _ columns: [Place], label: String
    ) throws(FrameError) {
      let wanted = predicate.columns.sorted()
      let values = try self.columns(wanted.map { columns[$0] })
      let moved = predicate.moved { place in wanted.firstIndex(of: place) ?? 0 }
      let evaluation = ChunkedEvaluation(columns: values, rowCount: count, step: label)
      try keep(evaluation.rows(where: moved))
    }

    /// Keeps the named of the rows so far, each as often as it is named.
    private mutating func keep(_ kept: Values<UInt32>) throws(FrameError) {
      for source in frames.indices where isJoined[source] {
        guard let known = rows[source] else {
          if source == 0 { rows[0] = kept }
          continue
        }
        let keptCount = kept.count
        rows[source] = try known.read { known throws(FrameError) in
          try kept.read { kept throws(FrameError) in
            try Values.inParallel(count: keptCount) { known[Int(kept[$0])] }
          }
        }
      }
      count = kept.count
    }
  }
}

extension LogicalPlan {
  /// Whether the step is a join, or a filter or choice of columns over one, that may be part of a
  /// chain.
  var isChainable: Bool {
    switch step {
    case .join(_, _, let join):
      join.validation == nil && join.options.indicator == nil
        && (join.kind == .inner || join.kind == .semi || join.kind == .anti)
    case .filter(let input, let predicate): !predicate.hasWindow && input.isChainable
    case .project(let input, let expressions):
      expressions.allSatisfy(\.isColumn) && input.isChainable
    case .frame, .scan, .aggregate, .sort, .groupTop, .unique, .slice, .other, .shared: false
    }
  }

  /// Whether the step is a join over another one, so that their order is chosen.
  var isChainedJoin: Bool {
    guard case .join(let left, _, _) = step, isChainable else { return false }
    return left.isChainable
  }
}

extension JoinIndex {
  /// The rows of one side that have a match on the other, or those that have none, found from the
  /// index of that side: for a side that is much smaller than the other.
  static func rows(
    of keys: [ColumnStorage], rowCount: Int, haveMatchIn others: [ColumnStorage],
    rowCount otherCount: Int, nullsEqual: Bool, wantsMatch: Bool
  ) throws(FrameError) -> Values<UInt32> {
    let index = try JoinIndex(keys, rowCount: rowCount, nullsEqual: nullsEqual, askedBy: otherCount)
    let found = try index.matches(others, rowCount: otherCount).firsts
    // A byte a row, or a place in the list of rows: tasks that write the same one write the same.
    let marks = try Values<UInt8>(count: Swift.max(rowCount, 1)) { marks throws(FrameError) in
      marks.update(repeating: 0, count: Swift.max(rowCount, 1))
      try found.read { found throws(FrameError) in
        try inParallel(rows: otherCount) { rows throws(FrameError) in
          for row in rows where found[row] != RowSelection.missing { marks[Int(found[row])] = 1 }
        }
      }
    }
    guard !index.isUnique else {
      return rowNumbers(of: Bitmap(count: rowCount) { (marks[$0] == 1) == wantsMatch })
    }
    let own = try index.matches(keys, rowCount: rowCount).firsts
    return rowNumbers(
      of: Bitmap(count: rowCount) { row in
        let first = own[row]
        return (first != RowSelection.missing && marks[Int(first)] == 1) == wantsMatch
      })
  }
}
