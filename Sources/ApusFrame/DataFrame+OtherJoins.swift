extension DataFrame {
  /// Beside each row the row of another frame whose key is nearest to its own, in a direction; null
  /// where there is none. Neither frame need be sorted.
  ///
  ///     try trades.joinedAsOf(quotes, on: "time", by: "symbol")
  ///
  /// Rows come in the order of this frame. Only rows that agree in the columns `by` match; keys that
  /// are null or NaN match nothing. Of several right rows of the same key the last one is taken
  /// backward, the first one forward.
  public func joinedAsOf(
    _ other: DataFrame, on key: String, by groups: String..., options: AsOfOptions = AsOfOptions()
  ) throws(FrameError) -> DataFrame {
    try joinedAsOf(
      other, leftOn: key, rightOn: key, leftBy: groups, rightBy: groups, options: options)
  }

  /// An as-of join on keys and groups of different names.
  public func joinedAsOf(
    _ other: DataFrame, leftOn: String, rightOn: String, leftBy: [String] = [],
    rightBy: [String] = [], options: AsOfOptions = AsOfOptions()
  ) throws(FrameError) -> DataFrame {
    try PlanExecutor().run(
      LogicalPlan.frame(self).asOfJoin(
        .frame(other), leftOn: leftOn, rightOn: rightOn, leftBy: leftBy, rightBy: rightBy,
        options: options))
  }

  /// All pairs of a row of this frame and one of another for which a condition holds; columns of the
  /// right frame whose names are taken have a suffix, in the condition too.
  ///
  ///     try visits.joined(periods, where: col("time") >= col("start") && col("time") < col("end"))
  public func joined(
    _ other: DataFrame, where condition: Expr, suffix: String = "_right"
  ) throws(FrameError) -> DataFrame {
    try PlanExecutor().run(
      LogicalPlan.frame(self).join(.frame(other), where: condition, suffix: suffix))
  }
}

extension LazyFrame {
  /// Beside each row the row of another frame whose key is nearest to its own, in a direction.
  public func joinedAsOf(
    _ other: LazyFrame, on key: String, by groups: String..., options: AsOfOptions = AsOfOptions()
  ) throws(FrameError) -> LazyFrame {
    try joinedAsOf(
      other, leftOn: key, rightOn: key, leftBy: groups, rightBy: groups, options: options)
  }

  /// An as-of join on keys and groups of different names.
  public func joinedAsOf(
    _ other: LazyFrame, leftOn: String, rightOn: String, leftBy: [String] = [],
    rightBy: [String] = [], options: AsOfOptions = AsOfOptions()
  ) throws(FrameError) -> LazyFrame {
    try step(with: other) { (left, right) throws(FrameError) in
      try left.asOfJoin(
        right, leftOn: leftOn, rightOn: rightOn, leftBy: leftBy, rightBy: rightBy,
        options: options)
    }
  }

  /// All pairs of a row of this frame and one of another for which a condition holds.
  public func joined(
    _ other: LazyFrame, where condition: Expr, suffix: String = "_right"
  ) throws(FrameError) -> LazyFrame {
    try step(with: other) { (left, right) throws(FrameError) in
      try left.join(right, where: condition, suffix: suffix)
    }
  }
}
