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
    var expressions = columnNames.map(col)
    let added = expression.as(name)
    if let place = schema.index(of: name) {
      expressions[place] = added
    } else {
      expressions.append(added)
    }
    return try PlanExecutor().run(plan.project(expressions, label: "with(…, as: \"\(name)\")"))
  }

  /// The frame without the named columns.
  public func drop(_ names: String...) throws(FrameError) -> DataFrame {
    for name in names { _ = try schema.place(of: name, in: "drop(…)") }
    let kept = columnNames.filter { !names.contains($0) }
    return try PlanExecutor().run(plan.project(kept.map(col), label: "drop(…)"))
  }

  /// The frame with a column renamed.
  public func rename(_ name: String, to newName: String) throws(FrameError) -> DataFrame {
    _ = try schema.place(of: name, in: "rename(…)")
    let expressions = columnNames.map { $0 == name ? col($0).as(newName) : col($0) }
    return try PlanExecutor().run(plan.project(expressions, label: "rename(…)"))
  }

  /// The rows in the order of the keys, those of equal keys as they were. Nulls come last whatever
  /// the direction; NaN counts as the greatest number; texts are ordered by code points.
  public func sorted(by keys: SortKey...) throws(FrameError) -> DataFrame {
    try PlanExecutor().run(plan.sort(by: keys))
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
}

/// A column to sort by, and the direction.
public struct SortKey: Sendable, ExpressibleByStringLiteral {
  let column: String
  let isDescending: Bool

  private init(_ column: String, isDescending: Bool) {
    self.column = column
    self.isDescending = isDescending
  }

  /// From the least to the greatest.
  public init(stringLiteral value: String) { self.init(value, isDescending: false) }

  /// From the least to the greatest.
  public static func ascending(_ column: String) -> SortKey {
    SortKey(column, isDescending: false)
  }

  /// From the greatest to the least.
  public static func descending(_ column: String) -> SortKey {
    SortKey(column, isDescending: true)
  }
}
