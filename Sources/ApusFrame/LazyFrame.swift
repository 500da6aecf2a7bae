/// A question to frames and files that is put together first and answered as a whole, with no more
/// read and computed than it needs.
///
///     let late = try LazyFrame(csv: "flights.csv")
///       .filter(col("dep_delay") > 15)
///       .grouped(by: "origin").aggregate(count())
///     print(late.explain())
///     let frame = try late.collect()
///
/// Names and types are checked as steps are added; nothing is read before `collect()`. When a file's
/// values turn out to need wider types than the part that was looked at, all steps are typed anew.
public struct LazyFrame: Sendable {
  package let plan: LogicalPlan
  private let remake: PlanRemake?

  package init(_ plan: LogicalPlan, remake: PlanRemake? = nil) {
    self.plan = plan
    self.remake = remake
  }

  /// A lazy frame over a file.
  package init(scanning source: any ScanSource) {
    self.init(.scan(source)) { () throws(FrameError) in
      LogicalPlan.scan(try source.widened ?? source)
    }
  }

  /// The names and types of the columns that the answer will have.
  public var schema: Schema { plan.schema }

  /// The answer.
  public func collect() throws(FrameError) -> DataFrame {
    var plan = plan
    while true {
      do throws(FrameError) {
        return try PlanExecutor().run(Optimizer().optimized(plan))
      } catch {
        guard error.code == .badValue, let wider = try retyped(plan, after: error) else {
          throw error
        }
        plan = wider
      }
    }
  }

  /// The plan with the types that its sources have found, if they are wider than those of `plan`.
  private func retyped(
    _ plan: LogicalPlan, after failure: FrameError
  ) throws(FrameError) -> LogicalPlan? {
    guard let remake else { return nil }
    do throws(FrameError) {
      let wider = try remake()
      return wider.scannedSchemas == plan.scannedSchemas ? nil : wider
    } catch {
      // A step does not know the wider type.
      guard error.code == .typeMismatch else { throw error }
      throw FrameError(
        code: .typeMismatch, what: error.what, place: error.place,
        mend: "\(failure.what) in \(failure.place), so its column is wider than it looked; "
          + "give its type when the file is opened")
    }
  }

  /// This frame with a step behind it, which is made anew if the types before it change.
  func step(
    _ make: @escaping @Sendable (LogicalPlan) throws(FrameError) -> LogicalPlan
  ) throws(FrameError) -> LazyFrame {
    LazyFrame(try make(plan), remake: following(make))
  }

  /// This frame with a step behind it that suits all types.
  func simpleStep(_ make: @escaping @Sendable (LogicalPlan) -> LogicalPlan) -> LazyFrame {
    LazyFrame(make(plan), remake: following { (plan) throws(FrameError) in make(plan) })
  }

  /// This frame and another with a step behind both.
  func step(
    with other: LazyFrame,
    _ make: @escaping @Sendable (LogicalPlan, LogicalPlan) throws(FrameError) -> LogicalPlan
  ) throws(FrameError) -> LazyFrame {
    let (left, right) = (self, other)
    return LazyFrame(try make(plan, other.plan)) { () throws(FrameError) in
      try make(left.remade(), right.remade())
    }
  }

  /// The plan, typed anew.
  func remade() throws(FrameError) -> LogicalPlan { if let remake { try remake() } else { plan } }

  private func following(
    _ make: @escaping @Sendable (LogicalPlan) throws(FrameError) -> LogicalPlan
  ) -> PlanRemake? {
    guard let remake else { return nil }
    return { () throws(FrameError) in try make(remake()) }
  }

  /// The answer as it was asked for, step by step: what `collect()` is held against.
  package func collectAsAsked() throws(FrameError) -> DataFrame {
    try PlanExecutor(reordersJoins: false).run(plan)
  }

  /// What will be done, step by step from the bottom up: as it was asked, then as it will be done.
  public func explain() -> String {
    let optimized = Optimizer().optimized(plan)
    return "asked:\n\(PlanPrinter.text(of: plan))done:\n\(PlanPrinter.text(of: optimized))"
  }

  /// The rows for which `predicate` is true.
  public func filter(_ predicate: Expr) throws(FrameError) -> LazyFrame {
    try step { (plan) throws(FrameError) in
      try plan.filter(predicate)
    }
  }

  /// The named columns, in that order.
  public func select(_ names: String...) throws(FrameError) -> LazyFrame {
    try step { (plan) throws(FrameError) in
      try plan.project(names.map(col), label: "select(…)")
    }
  }

  /// One column per expression.
  public func select(_ first: Expr, _ others: Expr...) throws(FrameError) -> LazyFrame {
    try step { (plan) throws(FrameError) in
      try plan.project([first] + others, label: "select(…)")
    }
  }

  /// The frame with a further column, or with another one of that name in the old one's place.
  public func with(_ expression: Expr, as name: String) throws(FrameError) -> LazyFrame {
    try step { (plan) throws(FrameError) in
      try plan.with(expression, as: name)
    }
  }

  /// The frame without the named columns.
  public func drop(_ names: String...) throws(FrameError) -> LazyFrame {
    try step { (plan) throws(FrameError) in
      try plan.drop(names)
    }
  }

  /// The frame with a column renamed.
  public func rename(_ name: String, to newName: String) throws(FrameError) -> LazyFrame {
    try step { (plan) throws(FrameError) in
      try plan.rename(name, to: newName)
    }
  }

  /// The rows in the order of the keys.
  public func sorted(by keys: SortKey...) throws(FrameError) -> LazyFrame {
    try step { (plan) throws(FrameError) in
      try plan.sort(by: keys)
    }
  }

  /// The rows that would come first if the frame were sorted, in that order.
  public func top(_ count: Int, by keys: SortKey...) throws(FrameError) -> LazyFrame {
    precondition(count >= 0, "top(\(count), by:): ask for 0 rows or more")
    return try step { (plan) throws(FrameError) in
      try plan.sort(by: keys, limit: count)
    }
  }

  /// The first rows.
  public func head(_ count: Int = 10) -> LazyFrame {
    precondition(count >= 0, "head(\(count)): ask for 0 rows or more")
    return simpleStep { $0.head(count) }
  }

  /// Groups the rows that agree in all of the named columns; null is a group of its own.
  public func grouped(by first: String, _ others: String...) throws(FrameError) -> LazyGroups {
    let keys = [first] + others
    for key in keys { _ = try schema.place(of: key, in: "grouped(by:)") }
    return LazyGroups(frame: self, keys: keys)
  }

  /// One row of aggregates over all rows.
  public func aggregate(_ expressions: Expr...) throws(FrameError) -> LazyFrame {
    try step { (plan) throws(FrameError) in
      try plan.aggregate(by: [], expressions)
    }
  }

  /// Rows of this frame and another, put together where they agree in the named columns.
  public func joined(
    _ other: LazyFrame, on keys: String..., how: JoinKind = .inner,
    validate: JoinValidation? = nil, options: JoinOptions = JoinOptions()
  ) throws(FrameError) -> LazyFrame {
    try step(with: other) { (left, right) throws(FrameError) in
      try left.join(
        right, leftOn: keys, rightOn: keys, how: how, validate: validate, options: options)
    }
  }

  /// Rows of this frame and another, put together where the columns `leftOn` of this one agree with
  /// the columns `rightOn` of the other. The keys keep the names that they have here.
  public func joined(
    _ other: LazyFrame, leftOn: [String], rightOn: [String], how: JoinKind = .inner,
    validate: JoinValidation? = nil, options: JoinOptions = JoinOptions()
  ) throws(FrameError) -> LazyFrame {
    try step(with: other) { (left, right) throws(FrameError) in
      try left.join(
        right, leftOn: leftOn, rightOn: rightOn, how: how, validate: validate,
        options: options)
    }
  }

  /// The rows of which none before agrees in all of the named columns, or in all columns when none
  /// is named.
  public func unique(by names: String...) throws(FrameError) -> LazyFrame {
    try step { (plan) throws(FrameError) in
      try plan.unique(by: names)
    }
  }
}

/// Rows of a lazy frame in groups, waiting for `aggregate(…)`.
public struct LazyGroups: Sendable {
  let frame: LazyFrame
  let keys: [String]

  /// One row per group: its keys, then the expressions.
  public func aggregate(_ expressions: Expr...) throws(FrameError) -> LazyFrame {
    try frame.step { (plan) throws(FrameError) in
      try plan.aggregate(by: keys, expressions)
    }
  }

  /// The rows of each group that would come first if it were sorted, in that order.
  public func top(_ count: Int, by order: SortKey...) throws(FrameError) -> LazyFrame {
    precondition(count >= 0, "top(\(count), by:): ask for 0 rows or more")
    return try frame.step { (plan) throws(FrameError) in
      try plan.groupTop(count, by: order, in: keys)
    }
  }
}

extension DataFrame {
  /// The frame as the start of a question that is answered as a whole.
  public var lazy: LazyFrame { LazyFrame(.frame(self)) }
}
