extension DataFrame {
  /// Rows of this frame and another, put together where they agree in the named columns.
  ///
  ///     try flights.joined(airlines, on: "carrier", how: .left, validate: .manyToOne)
  ///
  /// Rows come in the order of this frame, of a right join in that of the other. A null key matches
  /// nothing, unless `options` say so; NaN matches NaN, and −0 matches 0. Each key stands in the
  /// result once. Other columns of the right frame whose names are taken get a suffix.
  public func joined(
    _ other: DataFrame, on keys: String..., how: JoinKind = .inner,
    validate: JoinValidation? = nil, options: JoinOptions = JoinOptions()
  ) throws(FrameError) -> DataFrame {
    try joined(
      other, leftOn: keys, rightOn: keys, how: how, validate: validate, options: options)
  }

  /// Rows of this frame and another, put together where the columns `leftOn` of this one agree with
  /// the columns `rightOn` of the other. The keys keep the names that they have here.
  public func joined(
    _ other: DataFrame, leftOn: [String], rightOn: [String], how: JoinKind = .inner,
    validate: JoinValidation? = nil, options: JoinOptions = JoinOptions()
  ) throws(FrameError) -> DataFrame {
    try PlanExecutor().run(
      LogicalPlan.frame(self).join(
        .frame(other), leftOn: leftOn, rightOn: rightOn, how: how, validate: validate,
        options: options))
  }
}
