// The verbs that take names and expressions one by one, for lists that a program puts together.

extension DataFrame {
  /// The named columns, in that order.
  public func select(_ names: [String]) throws(FrameError) -> DataFrame {
    try select(names.map(col))
  }

  /// One column per expression.
  public func select(_ expressions: [Expr]) throws(FrameError) -> DataFrame {
    try PlanExecutor().run(LogicalPlan.frame(self).project(expressions, label: "select(…)"))
  }

  /// The frame without the named columns.
  public func drop(_ names: [String]) throws(FrameError) -> DataFrame {
    try PlanExecutor().run(LogicalPlan.frame(self).drop(names))
  }

  /// Groups the rows that agree in all of the named columns; null is a group of its own.
  public func grouped(by names: [String]) throws(FrameError) -> GroupedFrame {
    for name in names { _ = try schema.place(of: name, in: "grouped(by:)") }
    return GroupedFrame(plan: LogicalPlan.frame(self), keys: names)
  }
}

extension GroupedFrame {
  /// One row per group: its keys, then the expressions.
  public func aggregate(_ expressions: [Expr]) throws(FrameError) -> DataFrame {
    try PlanExecutor().run(plan.aggregate(by: keys, expressions))
  }
}

extension LazyFrame {
  /// The named columns, in that order.
  public func select(_ names: [String]) throws(FrameError) -> LazyFrame {
    try select(names.map(col))
  }

  /// One column per expression.
  public func select(_ expressions: [Expr]) throws(FrameError) -> LazyFrame {
    try step { (plan) throws(FrameError) in
      try plan.project(expressions, label: "select(…)")
    }
  }

  /// The frame without the named columns.
  public func drop(_ names: [String]) throws(FrameError) -> LazyFrame {
    try step { (plan) throws(FrameError) in
      try plan.drop(names)
    }
  }

  /// Groups the rows that agree in all of the named columns; null is a group of its own.
  public func grouped(by names: [String]) throws(FrameError) -> LazyGroups {
    for name in names { _ = try schema.place(of: name, in: "grouped(by:)") }
    return LazyGroups(frame: self, keys: names)
  }
}

extension LazyGroups {
  /// One row per group: its keys, then the expressions.
  public func aggregate(_ expressions: [Expr]) throws(FrameError) -> LazyFrame {
    try frame.step { (plan) throws(FrameError) in
      try plan.aggregate(by: keys, expressions)
    }
  }
}
