extension DataFrame {
  private var plan: LogicalPlan { .frame(self) }

  /// The rows for which `predicate` is true; rows for which it is false or null are left out.
  public func filter(_ predicate: Expr) throws(FrameError) -> DataFrame {
    try PlanExecutor().run(plan.filter(predicate))
  }

  /// The named columns, in that order.
  public func select(_ names: String...) throws(FrameError) -> DataFrame {
    try PlanExecutor().run(plan.project(names.map(col), label: "select(…)"))
  }

  /// One column per expression.
  public func select(_ first: Expr, _ others: Expr...) throws(FrameError) -> DataFrame {
    try PlanExecutor().run(plan.project([first] + others, label: "select(…)"))
  }

  /// The frame with a further column, or with another one of that name in the old one's place.
  public func with(_ expression: Expr, as name: String) throws(FrameError) -> DataFrame {
    try PlanExecutor().run(plan.with(expression, as: name))
  }

  /// The frame without the named columns.
  public func drop(_ names: String...) throws(FrameError) -> DataFrame {
    try PlanExecutor().run(plan.drop(names))
  }

  /// The frame with a column renamed.
  public func rename(_ name: String, to newName: String) throws(FrameError) -> DataFrame {
    try PlanExecutor().run(plan.rename(name, to: newName))
  }

  /// The rows of which none before agrees in all of the named columns, or in all columns when none
  /// is named.
  public func unique(by names: String...) throws(FrameError) -> DataFrame {
    try PlanExecutor().run(plan.unique(by: names))
  }

  /// The rows in the order of the keys, those of equal keys as they were. Nulls come last whatever
  /// the direction, unless a key says otherwise; NaN counts as the greatest number; texts are
  /// ordered by code points.
  public func sorted(by keys: SortKey...) throws(FrameError) -> DataFrame {
    try sorted(by: keys)
  }

  /// The rows in the order of the keys.
  public func sorted(by keys: [SortKey]) throws(FrameError) -> DataFrame {
    try PlanExecutor().run(plan.sort(by: keys))
  }

  /// The rows that would come first if the frame were sorted, in that order. Much faster than
  /// sorting all rows.
  public func top(_ count: Int, by keys: SortKey...) throws(FrameError) -> DataFrame {
    try top(count, by: keys)
  }

  /// The rows that would come first if the frame were sorted, in that order.
  public func top(_ count: Int, by keys: [SortKey]) throws(FrameError) -> DataFrame {
    precondition(count >= 0, "top(\(count), by:): ask for 0 rows or more")
    return try PlanExecutor().run(plan.sort(by: keys, limit: count))
  }

  /// The first rows.
  public func head(_ count: Int = 10) -> DataFrame {
    precondition(count >= 0, "head(\(count)): ask for 0 rows or more")
    return sliced(0..<Swift.min(count, rowCount))
  }

  /// The last rows, in their order.
  public func tail(_ count: Int = 10) -> DataFrame {
    precondition(count >= 0, "tail(\(count)): ask for 0 rows or more")
    return sliced((rowCount - Swift.min(count, rowCount))..<rowCount)
  }

  /// Groups the rows that agree in all of the named columns; null is a group of its own.
  public func grouped(by first: String, _ others: String...) throws(FrameError) -> GroupedFrame {
    let keys = [first] + others
    for key in keys { _ = try schema.place(of: key, in: "grouped(by:)") }
    return GroupedFrame(plan: plan, keys: keys)
  }

  /// One row of aggregates over all rows.
  public func aggregate(_ expressions: Expr...) throws(FrameError) -> DataFrame {
    try PlanExecutor().run(plan.aggregate(by: [], expressions))
  }
}

/// Rows in groups, waiting for `aggregate(…)`.
public struct GroupedFrame: Sendable {
  let plan: LogicalPlan
  let keys: [String]

  /// One row per group: its keys, then the expressions. Groups come in the order of their first
  /// rows.
  public func aggregate(_ expressions: Expr...) throws(FrameError) -> DataFrame {
    try PlanExecutor().run(plan.aggregate(by: keys, expressions))
  }

  /// The rows of each group that would come first if it were sorted, in that order. Groups come in
  /// the order of their first rows.
  public func top(_ count: Int, by order: SortKey...) throws(FrameError) -> DataFrame {
    precondition(count >= 0, "top(\(count), by:): ask for 0 rows or more")
    return try PlanExecutor().run(plan.groupTop(count, by: order, in: keys))
  }
}

/// A column to sort by, the direction, and where nulls come.
public struct SortKey: Sendable, ExpressibleByStringLiteral {
  let column: String
  let isDescending: Bool
  let nullsFirst: Bool

  /// Where rows without a value come, whatever the direction.
  public enum Nulls: Sendable {
    /// Before all values.
    case first
    /// Behind all values.
    case last
  }

  private init(_ column: String, isDescending: Bool, nulls: Nulls) {
    self.column = column
    self.isDescending = isDescending
    nullsFirst = nulls == .first
  }

  /// From the least to the greatest, nulls last.
  public init(stringLiteral value: String) {
    self.init(value, isDescending: false, nulls: .last)
  }

  /// From the least to the greatest.
  public static func ascending(_ column: String, nulls: Nulls = .last) -> SortKey {
    SortKey(column, isDescending: false, nulls: nulls)
  }

  /// From the greatest to the least.
  public static func descending(_ column: String, nulls: Nulls = .last) -> SortKey {
    SortKey(column, isDescending: true, nulls: nulls)
  }
}
