extension LazyFrame {
  /// The rows that would come last if the frame were sorted, the last of them first. Nulls come
  /// last all the same, unless a key says otherwise.
  public func bottom(_ count: Int, by keys: SortKey...) throws(FrameError) -> LazyFrame {
    precondition(count >= 0, "bottom(\(count), by:): ask for 0 rows or more")
    return try step { (plan) throws(FrameError) in
      try plan.sort(by: keys.map(\.reversed), limit: count)
    }
  }

  /// The last rows, in their order.
  public func tail(_ count: Int = 10) -> LazyFrame {
    precondition(count >= 0, "tail(\(count)): ask for 0 rows or more")
    return simpleStep {
      $0.step(TailStep(count: count), schema: $0.schema, label: "tail(\(count))")
    }
  }

  /// `count` rows from row `from` on, counted from 0; fewer where the frame ends.
  public func slice(from: Int, count: Int) -> LazyFrame {
    precondition(
      from >= 0 && count >= 0, "slice(from: \(from), count: \(count)): both are 0 or more")
    return simpleStep {
      LogicalPlan(.slice($0, from: from, count: count), schema: $0.schema, label: "slice(…)")
    }
  }

  /// The rows of these numbers, in that order and as often as they are named; numbers below 0 count
  /// from the end.
  public func gather(_ rows: [Int]) -> LazyFrame {
    simpleStep { $0.step(GatherStep(rows: rows), schema: $0.schema, label: "gather(…)") }
  }

  /// Every so many rows one, the first being row `from`.
  public func every(_ distance: Int, from: Int = 0) -> LazyFrame {
    precondition(distance > 0 && from >= 0, "every(\(distance), from: \(from)): take at least 1")
    return simpleStep {
      $0.step(
        StrideStep(distance: distance, first: from), schema: $0.schema,
        label: "every(\(distance))")
    }
  }

  /// Of rows that agree in all of the named columns, or in all columns when none is named, the one
  /// that `keep` says; in the order of rows.
  public func unique(by names: [String], keep: UniqueKeep) throws(FrameError) -> LazyFrame {
    try step { (plan) throws(FrameError) in
      try plan.unique(by: names, keep: keep)
    }
  }

  /// So many rows drawn at random, the same ones for the same seed.
  ///
  /// - `weights` names a column of numbers of at least 0: how likely each row is drawn.
  /// - Rows come in their order, unless they are `shuffled`.
  public func sample(
    _ count: Int, replacing: Bool = false, weights: String? = nil, shuffled: Bool = false,
    seed: Int? = nil
  ) throws(FrameError) -> LazyFrame {
    try step { (plan) throws(FrameError) in
      try plan.sample(
        .rows(count), replacing: replacing, weights: weights, shuffled: shuffled, seed: seed)
    }
  }

  /// A share of the rows, drawn at random.
  public func sample(
    fraction: Double, replacing: Bool = false, weights: String? = nil, shuffled: Bool = false,
    seed: Int? = nil
  ) throws(FrameError) -> LazyFrame {
    try step { (plan) throws(FrameError) in
      try plan.sample(
        .share(fraction), replacing: replacing, weights: weights, shuffled: shuffled, seed: seed)
    }
  }

  /// The frame with a first column that numbers the rows.
  public func withRowIndex(_ name: String = "index", from: Int = 0) throws(FrameError) -> LazyFrame
  {
    try step { (plan) throws(FrameError) in
      try plan.numbered(as: name, from: from)
    }
  }
}

/// Lazy frames put together.
public func concat(
  _ frames: [LazyFrame], how kind: ConcatKind = .vertical
) throws(FrameError) -> LazyFrame {
  LazyFrame(try LogicalPlan.concat(frames.map(\.plan), how: kind)) { () throws(FrameError) in
    var plans: [LogicalPlan] = []
    for frame in frames { plans.append(try frame.remade()) }
    return try LogicalPlan.concat(plans, how: kind)
  }
}
