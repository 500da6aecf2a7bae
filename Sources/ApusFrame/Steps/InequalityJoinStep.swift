/// Pairs of rows of two frames for which a condition over the columns of both holds, in the order of
/// the left frame, the partners of one row in that of the right.
///
/// Where a part of the condition compares something of the left with something of the right, rows
/// of the right are sorted by it, so that each left row meets only a range of them; what is left of
/// the condition is computed for those pairs, a block at a time.
struct InequalityJoinStep: FrameStep {
  /// A comparison of an expression over the left frame with one over the right.
  struct Bound: Hashable {
    let operation: BinaryOperator
    let left: TypedExpr
    let right: TypedExpr
  }

  let bound: Bound?
  let rest: TypedExpr?
  let leftCount: Int

  func text(_ names: [String]) -> String {
    "join where " + (bound.map { "\($0.left.text(names)) \($0.operation.rawValue) …" } ?? "…")
  }

  private static let blockSize = 1 << 16

  func run(
    _ frames: [DataFrame], schema: Schema, label: String
  ) throws(FrameError) -> DataFrame {
    let (left, right) = (frames[0], frames[1])
    let (ranges, order) = try candidates(left, right, label: label)
    // Blocks of left rows whose candidates together fill a block of pairs.
    var blocks: [Range<Int>] = []
    var start = 0
    var pairs = 0
    for row in 0..<left.rowCount {
      pairs += ranges[row].count
      if pairs >= InequalityJoinStep.blockSize {
        blocks.append(start..<(row + 1))
        (start, pairs) = (row + 1, 0)
      }
    }
    if start < left.rowCount { blocks.append(start..<left.rowCount) }
    let found = try parallelMap(blocks.count) { block throws(FrameError) in
      try self.pairs(of: blocks[block], ranges, order, left, right, label: label)
    }
    let total = found.reduce(0) { $0 + $1.left.count }
    guard total < Int(UInt32.max) else {
      throw FrameError(
        code: .tooManyRows, what: "a join of more than \(UInt32.max - 1) rows", place: label,
        mend: "ask for more, or filter before")
    }
    let leftRows = Values(found.flatMap(\.left))
    let rightRows = Values(found.flatMap(\.right))
    let columns =
      try gathered(left.columns, RowSelection(rows: leftRows))
      + gathered(
        right.columns, RowSelection(rows: rightRows, isScattered: right.rowCount > 1 << 16))
    return DataFrame(schema: schema, columns: columns, rowCount: total)
  }

  /// The pairs of a run of left rows for which all of the condition holds.
  private func pairs(
    of rows: Range<Int>, _ ranges: [Range<Int>], _ order: [UInt32], _ left: DataFrame,
    _ right: DataFrame, label: String
  ) throws(FrameError) -> (left: [UInt32], right: [UInt32]) {
    var leftRows: [UInt32] = []
    var rightRows: [UInt32] = []
    for row in rows {
      let partners = order[ranges[row]].sorted()
      leftRows.append(contentsOf: repeatElement(UInt32(row), count: partners.count))
      rightRows.append(contentsOf: partners)
    }
    guard let rest, !leftRows.isEmpty else { return (leftRows, rightRows) }
    let wanted = rest.columns.sorted()
    var columns: [ColumnStorage] = []
    for place in wanted {
      columns.append(
        place < leftCount
          ? left.columns[place].gathered(Values(leftRows))
          : right.columns[place - leftCount].gathered(Values(rightRows)))
    }
    let moved = rest.moved { place in wanted.firstIndex(of: place) ?? 0 }
    let evaluator = ExprEvaluator(columns: columns, rowCount: leftRows.count, step: label)
    guard case .bool(let holds) = try evaluator.column(moved) else {
      preconditionFailure("a condition is not Bool")
    }
    let kept = rowNumbers(of: holds.isTrue)
    return (
      (0..<kept.count).map { leftRows[Int(kept[$0])] },
      (0..<kept.count).map { rightRows[Int(kept[$0])] }
    )
  }

  /// For each left row the run of right rows that the bound allows, in an order of the right rows.
  private func candidates(
    _ left: DataFrame, _ right: DataFrame, label: String
  ) throws(FrameError) -> (ranges: [Range<Int>], order: [UInt32]) {
    guard let bound else {
      let all = 0..<right.rowCount
      return (
        [Range<Int>](repeating: all, count: left.rowCount), (0..<right.rowCount).map { UInt32($0) }
      )
    }
    let a = try ChunkedEvaluation(left, step: label).columns([bound.left])[0]
    let b = try ChunkedEvaluation(right, step: label).columns([bound.right])[0]
    // For `less` and `greaterOrEqual` equal right values come before the left ones, else behind.
    let rightFirst = bound.operation == .less || bound.operation == .greaterOrEqual
    let firstCount = rightFirst ? right.rowCount : left.rowCount
    let key = try concatenated(rightFirst ? [b, a] : [a, b], type: a.type)
    let place = SortPlace(place: 0, isDescending: false, nullsFirst: false)
    let sorted = try sortedRows(
      by: [SortColumn(key, place)], rowCount: left.rowCount + right.rowCount)
    var order: [UInt32] = []
    var before = [Int](repeating: 0, count: left.rowCount)
    var isKnown = [Bool](repeating: false, count: left.rowCount)
    for step in 0..<sorted.count {
      let row = Int(sorted[step])
      // Nulls and NaN compare with nothing.
      guard key.hasOrder(row) else { continue }
      let own = row < firstCount ? row : row - firstCount
      if (row < firstCount) == rightFirst {
        order.append(UInt32(truncatingIfNeeded: own))
      } else {
        before[own] = order.count
        isKnown[own] = true
      }
    }
    let isBelow = bound.operation == .greater || bound.operation == .greaterOrEqual
    let ranges = (0..<left.rowCount).map { row -> Range<Int> in
      guard isKnown[row] else { return 0..<0 }
      return isBelow ? 0..<before[row] : before[row]..<order.count
    }
    return (ranges, order)
  }
}

extension LogicalPlan {
  /// The pairs of rows for which `condition` holds, over the columns of both, those of the right
  /// whose names are taken with a suffix.
  package func join(
    _ other: LogicalPlan, where condition: Expr, suffix: String
  ) throws(FrameError) -> LogicalPlan {
    let label = "joined(…, where:)"
    let fields =
      schema.fields
      + other.schema.fields.map { field in
        Schema.Field(
          schema.index(of: field.name) == nil ? field.name : field.name + suffix, field.type)
      }
    let both = try Schema(fields, for: label)
    let typed = try ExprTyping(schema: both, step: label).predicate(condition)
    guard !typed.hasWindow else {
      throw FrameError(
        code: .typeMismatch, what: "\"\(condition)\" looks at other rows", place: label,
        mend: "compute it before, in with(…, as:)")
    }
    let leftCount = schema.fields.count
    var parts = typed.conjuncts
    // Equal keys are found by a table; the columns that hold them stay.
    var keys: [(left: TypedExpr, right: TypedExpr)] = []
    parts.removeAll { part in
      // A table of keys takes NaN for equal to NaN, which a comparison does not.
      guard case .comparison(.equal, let a, let b) = part, a.type == b.type, a.type != .float64,
        a.type != .float32
      else { return false }
      guard let pair = LogicalPlan.sides(a, b, leftCount) else { return false }
      keys.append((pair.left, pair.right))
      return true
    }
    guard keys.isEmpty else {
      return try keyed(other, keys, parts, both, label: label)
    }
    let place = parts.firstIndex { LogicalPlan.bound($0, leftCount) != nil }
    let bound = place.flatMap { LogicalPlan.bound(parts[$0], leftCount) }
    if let place { parts.remove(at: place) }
    return step(
      InequalityJoinStep(bound: bound, rest: parts.allHold, leftCount: leftCount),
      beside: [other], schema: both, label: label)
  }

  /// A join on equal expressions, and a filter by what is left of the condition.
  private func keyed(
    _ other: LogicalPlan, _ keys: [(left: TypedExpr, right: TypedExpr)], _ rest: [TypedExpr],
    _ both: Schema, label: String
  ) throws(FrameError) -> LogicalPlan {
    func extended(_ plan: LogicalPlan, _ added: [TypedExpr], _ mark: String) -> LogicalPlan {
      let columns = plan.schema.fields.enumerated()
        .map { TypedExpr.column($0.offset, $0.element.type) }
      let names = added.enumerated().map {
        Schema.Field("\u{0}\(mark)\($0.offset)", $0.element.type)
      }
      return LogicalPlan(
        .project(plan, columns + added), schema: Schema(distinct: plan.schema.fields + names),
        label: label)
    }
    let left = extended(self, keys.map(\.left), "left")
    let leftCount = schema.fields.count
    let right = extended(
      other, keys.map { $0.right.moved { $0 - leftCount } }, "right")
    let rightCount = other.schema.fields.count
    let join = JoinPlan(
      kind: .inner, leftKeys: keys.indices.map { leftCount + $0 },
      rightKeys: keys.indices.map { rightCount + $0 }, rightColumns: Array(0..<rightCount),
      validation: nil, options: JoinOptions())
    let rightFields = both.fields.dropFirst(leftCount)
    let joined = LogicalPlan(
      .join(left, right, join), schema: Schema(distinct: left.schema.fields + rightFields),
      label: label)
    let kept = Array(0..<leftCount) + (0..<rightCount).map { leftCount + keys.count + $0 }
    let chosen = LogicalPlan(
      .project(joined, kept.map { .column($0, joined.schema.fields[$0].type) }), schema: both,
      label: label)
    guard let predicate = rest.allHold else { return chosen }
    return LogicalPlan(.filter(chosen, predicate), schema: both, label: label)
  }

  /// The sides of a comparison, when one is over the left frame and the other over the right.
  private static func sides(
    _ a: TypedExpr, _ b: TypedExpr, _ leftCount: Int
  ) -> (left: TypedExpr, right: TypedExpr, isTurned: Bool)? {
    guard !a.columns.isEmpty, !b.columns.isEmpty else { return nil }
    let isLeft: (TypedExpr) -> Bool = { $0.columns.allSatisfy { $0 < leftCount } }
    let isRight: (TypedExpr) -> Bool = { $0.columns.allSatisfy { $0 >= leftCount } }
    if isLeft(a), isRight(b) { return (a, b, false) }
    return isLeft(b) && isRight(a) ? (b, a, true) : nil
  }

  private static func bound(_ part: TypedExpr, _ leftCount: Int) -> InequalityJoinStep.Bound? {
    guard case .comparison(let operation, let a, let b) = part, a.type == b.type,
      operation != .equal, operation != .notEqual, let sides = sides(a, b, leftCount)
    else { return nil }
    return InequalityJoinStep.Bound(
      operation: sides.isTurned ? operation.mirrored : operation, left: sides.left,
      right: sides.right.moved { $0 - leftCount })
  }
}

extension TypedExpr {
  /// The conditions that must all hold.
  fileprivate var conjuncts: [TypedExpr] {
    guard case .logic(.and, let left, let right) = self else { return [self] }
    return left.conjuncts + right.conjuncts
  }
}

extension [TypedExpr] {
  /// All of the conditions as one.
  fileprivate var allHold: TypedExpr? {
    guard let first else { return nil }
    return dropFirst().reduce(first) { .logic(.and, $0, $1) }
  }
}
