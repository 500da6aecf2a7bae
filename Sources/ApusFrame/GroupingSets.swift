/// Rows of a lazy frame in several ways of grouping at once, waiting for `aggregate(…)`.
public struct LazyGroupingSets: Sendable {
  let sets: GroupingSets

  /// One row per group of each set: the keys, null where the set does not have one, then the
  /// expressions, then, when `level` names it, a number whose bits say which keys the set lacks, the
  /// last key's bit being the lowest, as SQL's `GROUPING`.
  public func aggregate(
    _ expressions: Expr..., level: String? = nil
  ) throws(FrameError) -> LazyFrame {
    LazyFrame(try sets.planned(expressions, level: level))
  }
}

extension LazyFrame {
  /// Groups the rows by each set of keys, one after the other.
  public func grouped(bySets sets: [[String]]) throws(FrameError) -> LazyGroupingSets {
    LazyGroupingSets(sets: try plan.groupingSets(sets, "grouped(bySets:)"))
  }

  /// Groups by all of the keys, then by all but the last, and so on to the whole frame.
  public func rollup(_ names: String...) throws(FrameError) -> LazyGroupingSets {
    LazyGroupingSets(sets: try plan.rollup(names))
  }

  /// Groups by every set of the keys, from all of them to none.
  public func cube(_ names: String...) throws(FrameError) -> LazyGroupingSets {
    LazyGroupingSets(sets: try plan.cube(names))
  }
}

/// Rows in several ways of grouping at once, waiting for `aggregate(…)`.
public struct GroupingSets: Sendable {
  let plan: LogicalPlan
  let keys: [String]
  let sets: [[String]]

  /// One row per group of each set: the keys, null where the set does not have one, then the
  /// expressions, then, when `level` names it, a number whose bits say which keys the set lacks, the
  /// last key's bit being the lowest, as SQL's `GROUPING`.
  public func aggregate(
    _ expressions: Expr..., level: String? = nil
  ) throws(FrameError) -> DataFrame {
    try PlanExecutor().run(Optimizer().optimized(planned(expressions, level: level)))
  }

  func planned(_ expressions: [Expr], level: String?) throws(FrameError) -> LogicalPlan {
    var parts: [LogicalPlan] = []
    for set in sets {
      let groups = try plan.aggregate(by: set, expressions)
      var columns: [TypedExpr] = []
      var fields: [Schema.Field] = []
      for key in keys {
        let field = Schema.Field(key, plan.schema[key] ?? .string)
        fields.append(field)
        columns.append(
          set.firstIndex(of: key).map { .column($0, field.type) } ?? .literal(.null, field.type))
      }
      for place in set.count..<groups.schema.fields.count {
        fields.append(groups.schema.fields[place])
        columns.append(.column(place, groups.schema.fields[place].type))
      }
      if let level {
        let bits = keys.reduce(0) { $0 << 1 | (set.contains($1) ? 0 : 1) }
        fields.append(Schema.Field(level, .int64))
        columns.append(.literal(.int(bits), .int64))
      }
      parts.append(
        LogicalPlan(
          .project(groups, columns), schema: try Schema(fields, for: "aggregate(…)"),
          label: "aggregate(…)"))
    }
    return try LogicalPlan.concat(parts, how: .vertical)
  }
}

extension LogicalPlan {
  func groupingSets(_ sets: [[String]], _ label: String) throws(FrameError) -> GroupingSets {
    var keys: [String] = []
    for name in sets.joined() where !keys.contains(name) {
      _ = try schema.place(of: name, in: label)
      keys.append(name)
    }
    guard !sets.isEmpty else {
      throw FrameError(
        code: .shapeMismatch, what: "no set of keys", place: label,
        mend: "give at least one, such as [[\"city\"], []]")
    }
    return GroupingSets(plan: self, keys: keys, sets: sets)
  }

  func rollup(_ names: [String]) throws(FrameError) -> GroupingSets {
    try groupingSets((0...names.count).reversed().map { Array(names.prefix($0)) }, "rollup(…)")
  }

  func cube(_ names: [String]) throws(FrameError) -> GroupingSets {
    guard names.count <= 12 else {
      throw FrameError(
        code: .shapeMismatch, what: "a cube of \(names.count) keys", place: "cube(…)",
        mend: "each key doubles the sets: name at most 12")
    }
    // From all keys to none; of sets of one size those of the first keys first.
    let subsets = (0..<(1 << names.count)).map { bits in
      names.indices.filter { bits >> (names.count - 1 - $0) & 1 == 1 }.map { names[$0] }
    }
    return try groupingSets(
      subsets.reversed().enumerated()
        .sorted { ($1.element.count, $0.offset) < ($0.element.count, $1.offset) }.map(\.element),
      "cube(…)")
  }
}

extension DataFrame {
  /// Groups the rows by each set of keys, one after the other.
  public func grouped(bySets sets: [[String]]) throws(FrameError) -> GroupingSets {
    try LogicalPlan.frame(self).groupingSets(sets, "grouped(bySets:)")
  }

  /// Groups by all of the keys, then by all but the last, and so on to the whole frame.
  public func rollup(_ names: String...) throws(FrameError) -> GroupingSets {
    try LogicalPlan.frame(self).rollup(names)
  }

  /// Groups by every set of the keys, from all of them to none.
  public func cube(_ names: String...) throws(FrameError) -> GroupingSets {
    try LogicalPlan.frame(self).cube(names)
  }
}
