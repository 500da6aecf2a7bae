extension DataFrame {
  private func run(_ plan: LogicalPlan) throws(FrameError) -> DataFrame {
    try PlanExecutor().run(plan)
  }

  /// The chosen columns, in their order.
  public func select(_ columns: ColumnSelector) throws(FrameError) -> DataFrame {
    try run(lazy.select(columns).plan)
  }

  /// The frame without the chosen columns.
  public func drop(_ columns: ColumnSelector) throws(FrameError) -> DataFrame {
    try run(lazy.drop(columns).plan)
  }

  /// The frame with each chosen column changed, in its place; with a `suffix`, under its name and
  /// that, beside the old one.
  ///
  ///     try birds.with(each: .numeric, suffix: "_z") { ($0 - mean($0).over()) / std($0).over() }
  public func with(
    each columns: ColumnSelector, suffix: String = "", _ body: (Expr) -> Expr
  ) throws(FrameError) -> DataFrame {
    try run(LogicalPlan.frame(self).with(each: columns, suffix: suffix, body))
  }

  /// One row: the expressions over all rows, then an aggregate of each chosen column.
  public func aggregate(
    _ expressions: Expr..., each columns: ColumnSelector, suffix: String = "",
    _ body: (Expr) -> Expr
  ) throws(FrameError) -> DataFrame {
    try run(
      LogicalPlan.frame(self).aggregate(by: [], expressions, each: columns, suffix: suffix, body))
  }

  /// The rows that have a value in all of the named columns; in all columns when none is named.
  public func dropNulls(_ names: String...) throws(FrameError) -> DataFrame {
    try run(LogicalPlan.frame(self).dropNulls(names))
  }
}

extension GroupedFrame {
  /// One row per group: its keys, the expressions, then an aggregate of each chosen column that is
  /// no key.
  ///
  ///     try birds.grouped(by: "species").aggregate(count(), each: .numeric) { mean($0) }
  public func aggregate(
    _ expressions: Expr..., each columns: ColumnSelector, suffix: String = "",
    _ body: (Expr) -> Expr
  ) throws(FrameError) -> DataFrame {
    try PlanExecutor().run(
      plan.aggregate(by: keys, expressions, each: columns, suffix: suffix, body))
  }
}

extension LazyFrame {
  /// The chosen columns, in their order.
  public func select(_ columns: ColumnSelector) throws(FrameError) -> LazyFrame {
    let names = try plan.names(of: columns, in: "select(…)")
    return try step { (plan) throws(FrameError) in
      try plan.project(names.map(col), label: "select(…)")
    }
  }

  /// The frame without the chosen columns.
  public func drop(_ columns: ColumnSelector) throws(FrameError) -> LazyFrame {
    try step { (plan) throws(FrameError) in
      try plan.drop(plan.names(of: columns, in: "drop(…)"))
    }
  }

  /// The frame with each chosen column changed, in its place; with a `suffix`, under its name and
  /// that, beside the old one.
  public func with(
    each columns: ColumnSelector, suffix: String = "", _ body: (Expr) -> Expr
  ) throws(FrameError) -> LazyFrame {
    LazyFrame(try plan.with(each: columns, suffix: suffix, body))
  }

  /// One row: the expressions over all rows, then an aggregate of each chosen column.
  public func aggregate(
    _ expressions: Expr..., each columns: ColumnSelector, suffix: String = "",
    _ body: (Expr) -> Expr
  ) throws(FrameError) -> LazyFrame {
    LazyFrame(try plan.aggregate(by: [], expressions, each: columns, suffix: suffix, body))
  }

  /// The rows that have a value in all of the named columns; in all columns when none is named.
  public func dropNulls(_ names: String...) throws(FrameError) -> LazyFrame {
    try step { (plan) throws(FrameError) in try plan.dropNulls(names) }
  }
}

extension LazyGroups {
  /// One row per group: its keys, the expressions, then an aggregate of each chosen column that is
  /// no key.
  public func aggregate(
    _ expressions: Expr..., each columns: ColumnSelector, suffix: String = "",
    _ body: (Expr) -> Expr
  ) throws(FrameError) -> LazyFrame {
    LazyFrame(
      try frame.plan.aggregate(by: keys, expressions, each: columns, suffix: suffix, body))
  }
}
