extension DataFrame {
  private func run(_ plan: LogicalPlan) throws(FrameError) -> DataFrame {
    try PlanExecutor().run(plan)
  }

  /// The rows that would come last if the frame were sorted, the last of them first. Nulls come
  /// last all the same, unless a key says otherwise.
  public func bottom(_ count: Int, by keys: SortKey...) throws(FrameError) -> DataFrame {
    precondition(count >= 0, "bottom(\(count), by:): ask for 0 rows or more")
    return try run(LogicalPlan.frame(self).sort(by: keys.map(\.reversed), limit: count))
  }

  /// `count` rows from row `from` on, counted from 0; fewer where the frame ends.
  public func slice(from: Int, count: Int) -> DataFrame {
    precondition(
      from >= 0 && count >= 0, "slice(from: \(from), count: \(count)): both are 0 or more")
    let start = Swift.min(from, rowCount)
    return sliced(start..<(start + Swift.min(count, rowCount - start)))
  }

  /// The rows of these numbers, in that order and as often as they are named; numbers below 0 count
  /// from the end.
  public func gather(_ rows: [Int]) throws(FrameError) -> DataFrame {
    try run(lazy.gather(rows).plan)
  }

  /// Every so many rows one, the first being row `from`.
  public func every(_ distance: Int, from: Int = 0) throws(FrameError) -> DataFrame {
    try run(lazy.every(distance, from: from).plan)
  }

  /// Of rows that agree in all of the named columns, or in all columns when none is named, the one
  /// that `keep` says; in the order of rows.
  public func unique(by names: [String], keep: UniqueKeep) throws(FrameError) -> DataFrame {
    try run(LogicalPlan.frame(self).unique(by: names, keep: keep))
  }

  /// So many rows drawn at random, the same ones for the same seed.
  ///
  /// - `weights` names a column of numbers of at least 0: how likely each row is drawn.
  /// - Rows come in their order, unless they are `shuffled`.
  public func sample(
    _ count: Int, replacing: Bool = false, weights: String? = nil, shuffled: Bool = false,
    seed: Int? = nil
  ) throws(FrameError) -> DataFrame {
    try run(
      LogicalPlan.frame(self).sample(
        .rows(count), replacing: replacing, weights: weights, shuffled: shuffled, seed: seed))
  }

  /// A share of the rows, drawn at random.
  public func sample(
    fraction: Double, replacing: Bool = false, weights: String? = nil, shuffled: Bool = false,
    seed: Int? = nil
  ) throws(FrameError) -> DataFrame {
    try run(
      LogicalPlan.frame(self).sample(
        .share(fraction), replacing: replacing, weights: weights, shuffled: shuffled, seed: seed))
  }

  /// The frame with a first column that numbers the rows.
  public func withRowIndex(_ name: String = "index", from: Int = 0) throws(FrameError) -> DataFrame
  {
    try run(LogicalPlan.frame(self).numbered(as: name, from: from))
  }
}

/// Frames put together.
public func concat(
  _ frames: [DataFrame], how kind: ConcatKind = .vertical
) throws(FrameError) -> DataFrame {
  try PlanExecutor().run(LogicalPlan.concat(frames.map(LogicalPlan.frame), how: kind))
}

extension SortKey {
  /// The key in the other direction; nulls come where they came.
  var reversed: SortKey {
    let nulls: Nulls = nullsFirst ? .first : .last
    return isDescending ? .ascending(column, nulls: nulls) : .descending(column, nulls: nulls)
  }
}

extension LogicalPlan {
  /// The rows of which one, or none, of those that agree is kept.
  package func unique(by names: [String], keep: UniqueKeep) throws(FrameError) -> LogicalPlan {
    let first = try unique(by: names)
    guard keep != .first, case .unique(let input, let places) = first.step else { return first }
    return input.step(
      UniqueStep(places: places, keep: keep), schema: schema, label: first.label)
  }

  /// Rows drawn at random.
  package func sample(
    _ size: SampleSize, replacing: Bool, weights: String?, shuffled: Bool, seed: Int?
  ) throws(FrameError) -> LogicalPlan {
    let label = "sample(…)"
    let isPossible =
      switch size {
      case .rows(let count): count >= 0
      case .share(let share): share >= 0 && (share <= 1 || replacing) && share.isFinite
      }
    guard isPossible else {
      throw FrameError(
        code: .badValue, what: "a sample of \(size)", place: label,
        mend: "take 0 rows or more, or a share from 0 to 1")
    }
    var place: Int?
    if let weights {
      place = try schema.place(of: weights, in: label)
      guard schema[weights]?.isNumeric == true else {
        throw FrameError(
          code: .typeMismatch, what: "weights of \(schema.fields[place ?? 0].type)", place: label,
          mend: "weights are numbers")
      }
    }
    let start = seed.map { UInt64(bitPattern: Int64($0)) } ?? UInt64.random(in: 0 ... .max)
    return step(
      SampleStep(
        size: size, isReplacing: replacing, weights: place, isShuffled: shuffled, seed: start),
      schema: schema, label: label)
  }

  /// The rows with their numbers.
  package func numbered(as name: String, from: Int) throws(FrameError) -> LogicalPlan {
    let number = (rowNumber() + (from - 1)).as(name)
    return try project([number] + schema.names.map(col), label: "withRowIndex(\"\(name)\")")
  }
}
