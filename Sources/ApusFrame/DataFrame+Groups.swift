/// What rows are grouped by: a column, an expression, or the windows of time that a column is in.
public struct GroupKey: Sendable, ExpressibleByStringLiteral {
  let name: String
  let expression: Expr
  private(set) var windows: CalendarWindows?

  /// The column of that name.
  public init(stringLiteral value: String) {
    name = value
    expression = col(value)
  }

  private init(name: String, _ expression: Expr) {
    self.name = name
    self.expression = expression
  }

  /// The windows of time that a column of days, or of days with times, is in, under the column's
  /// name. With a zone, windows are those of its clocks and calendar.
  ///
  ///     try flights.grouped(by: .every(.months(1), of: "day")).aggregate(count())
  ///     try calls.grouped(by: .every(.hours(1), of: "time", period: .hours(3))).aggregate(count())
  ///
  /// - `period` is how long each window is, when that is not up to the next. Rows in several windows
  ///   count in each, and rows in none are left out; so are windows without rows.
  /// - `offset` moves the starts: with `.hours(6)`, days begin at six.
  /// - `closed` says which ends belong to a window, `label` which of them stands for it.
  public static func every(
    _ interval: CalendarInterval, of column: String, period: CalendarInterval? = nil,
    offset: CalendarInterval = CalendarInterval(), closed: WindowEnds = .left,
    label: WindowLabel = .start
  ) -> GroupKey {
    let windows = CalendarWindows(
      every: interval, period: period, offset: offset, closed: closed, label: label)
    guard !windows.isTruncation else {
      return GroupKey(name: column, col(column).truncated(to: interval).as(column))
    }
    var key = GroupKey(name: column, col(column))
    key.windows = windows
    return key
  }

  /// An expression under a name.
  public static func expression(_ expression: Expr, as name: String) -> GroupKey {
    GroupKey(name: name, expression.as(name))
  }
}

extension Expr {
  /// The day so many intervals on, before when `times` is below 0; the last day of a month that is
  /// too short.
  public func adding(_ interval: CalendarInterval, times: Int = 1) -> Expr {
    offset(
      by: CalendarInterval(
        months: interval.months * times, days: interval.days * times,
        nanoseconds: interval.nanoseconds * times))
  }

}

extension LogicalPlan {
  /// The plan with the keys' columns, and their names, to be grouped by.
  func prepared(_ keys: [GroupKey]) throws(FrameError) -> (LogicalPlan, [String]) {
    var plan = self
    for key in keys {
      if let windows = key.windows {
        let label = "grouped(by: .every(…))"
        let place = try plan.schema.place(of: key.name, in: label)
        try windows.check(plan.schema.fields[place], in: label)
        plan = plan.step(
          CalendarWindowsStep(place: place, windows: windows), schema: plan.schema, label: label)
      } else if case .column = key.expression.unnamed.node {
        _ = try schema.place(of: key.name, in: "grouped(by:)")
      } else {
        plan = try plan.with(key.expression, as: key.name)
      }
    }
    return (plan, keys.map(\.name))
  }

  /// Rows around each row by a key: the plan in which each stands once for every row whose window it
  /// is in.
  func windowed(
    _ key: String, span: RollingSpan, by groups: [String]
  ) throws(FrameError) -> LogicalPlan {
    let label = "grouped(rolling: \"\(key)\", …)"
    let place = try schema.place(of: key, in: label)
    var places: [Int] = []
    for name in groups { places.append(try schema.place(of: name, in: label)) }
    let type = schema.fields[place].type
    guard span.fits(type) else { throw span.misfit(type, in: label) }
    let fields = schema.fields + [Schema.Field(RollingStep.groupName, .int64)]
    return step(
      RollingStep(key: place, span: span, groups: places),
      schema: try Schema(fields, for: label), label: label)
  }
}

/// For each row, in the order of rows, the rows of its window: those of its group whose key is at
/// most as great, and less than `period` less. A last column numbers the windows.
struct RollingStep: FrameStep {
  static let groupName = "\u{0}window"

  let key: Int
  let span: RollingSpan
  let groups: [Int]

  func text(_ names: [String]) -> String { "windows of \(span.text) over \(names[key])" }

  func run(
    _ frames: [DataFrame], schema: Schema, label: String
  ) throws(FrameError) -> DataFrame {
    let frame = frames[0]
    let keys = frame.columns[key]
    let isNaN = keys.type.isFloat ? keys.doubles : nil
    for row in 0..<frame.rowCount
    where !(keys.validity?[row] ?? true) || isNaN?.values[row].isNaN ?? false {
      throw FrameError(
        code: .badValue, what: "row \(row) has no \(schema.fields[key].name)", place: label,
        mend: "drop rows without a key")
    }
    let grouping = try Grouping(of: groups.map { frame.columns[$0] }, rowCount: frame.rowCount)
    let order = SortColumn(
      frame.columns[key], SortPlace(place: 0, isDescending: false, nullsFirst: false))
    let partitions = try Partitions(grouping, order: [order])
    let windows = try RollingPlaces(keys, partitions, span: span, closed: .right, label: label)
    let codes = grouping.codes
    var total = 0
    for row in 0..<frame.rowCount { total += Int(windows.ends[row] - windows.firsts[row]) }
    try FrameMemory.check(adding: total * 24)
    guard total < Int(UInt32.max) else {
      throw FrameError(
        code: .tooManyRows, what: "windows of \(total) rows together", place: label,
        mend: "take a shorter period")
    }
    var rows: [UInt32] = []
    var numbers: [Int?] = []
    rows.reserveCapacity(total)
    numbers.reserveCapacity(total)
    for row in 0..<frame.rowCount {
      let start = partitions.starts[grouping.isWhole ? 0 : Int(codes[row])]
      for place in Int(windows.firsts[row])..<Int(windows.ends[row]) {
        rows.append(partitions.rows[start + place])
        numbers.append(row)
      }
    }
    let gathered = try frame.gathered(RowSelection(rows: Values(rows)))
    return DataFrame(
      schema: schema,
      columns: gathered.columns + [.int64(FixedWidthColumn(numbers, hole: 0))],
      rowCount: total)
  }
}

/// Rows in overlapping groups, one for each row, waiting for `aggregate(…)`.
public struct RollingGroups: Sendable {
  let lazy: LazyRollingGroups

  /// One row per row of the frame, in its order: the groups' columns and the key, then the
  /// expressions over the row's window.
  public func aggregate(_ expressions: Expr...) throws(FrameError) -> DataFrame {
    try PlanExecutor().run(lazy.planned(expressions))
  }
}

/// Rows of a lazy frame in overlapping groups, one for each row, waiting for `aggregate(…)`.
public struct LazyRollingGroups: Sendable {
  private let plan: LogicalPlan
  private let windowed: LogicalPlan
  private let kept: [String]

  init(
    _ plan: LogicalPlan, rolling key: String, span: RollingSpan, by groups: [String]
  ) throws(FrameError) {
    self.plan = plan
    windowed = try plan.windowed(key, span: span, by: groups)
    kept = groups + [key]
  }

  /// One row per row of the frame, in its order: the groups' columns and the key, then the
  /// expressions over the row's window.
  public func aggregate(_ expressions: Expr...) throws(FrameError) -> LazyFrame {
    LazyFrame(try planned(expressions))
  }

  func planned(_ expressions: [Expr]) throws(FrameError) -> LogicalPlan {
    let label = "aggregate(…)"
    let windows = try windowed.aggregate(by: [RollingStep.groupName], expressions)
    let columns = windows.schema.names.dropFirst().map(col)
    return try LogicalPlan.concat(
      [
        plan.project(kept.map(col), label: label), windows.project(Array(columns), label: label),
      ], how: .horizontal)
  }
}

extension DataFrame {
  /// Groups the rows that agree in all keys, which may be intervals of time.
  public func grouped(by first: GroupKey, _ others: GroupKey...) throws(FrameError) -> GroupedFrame
  {
    let (plan, names) = try LogicalPlan.frame(self).prepared([first] + others)
    return GroupedFrame(plan: plan, keys: names)
  }

  /// A group for each row: the rows whose key is less than `period` before its own, itself included;
  /// only those that agree in `groups`. Days are counted in days, times in the column's unit.
  ///
  ///     try sales.grouped(rolling: "day", period: 7, by: "shop").aggregate(sum("amount"))
  public func grouped(
    rolling key: String, period: Double, by groups: String...
  ) throws(FrameError) -> RollingGroups {
    precondition(period > 0, "grouped(rolling:, period: \(period)): take more than 0")
    return RollingGroups(
      lazy: try LazyRollingGroups(.frame(self), rolling: key, span: .number(period), by: groups))
  }

  /// A group for each row: the rows from a stretch of the calendar before its time on, that time left
  /// out, up to its own; only those that agree in `groups`.
  ///
  ///     try sales.grouped(rolling: "day", within: .months(1), by: "shop").aggregate(sum("amount"))
  public func grouped(
    rolling key: String, within period: CalendarInterval, by groups: String...
  ) throws(FrameError) -> RollingGroups {
    RollingGroups(
      lazy: try LazyRollingGroups(.frame(self), rolling: key, span: .interval(period), by: groups))
  }
}

extension LazyFrame {
  /// Groups the rows that agree in all keys, which may be intervals of time.
  public func grouped(by first: GroupKey, _ others: GroupKey...) throws(FrameError) -> LazyGroups {
    let keys = [first] + others
    let prepared = try step { (plan) throws(FrameError) in try plan.prepared(keys).0 }
    return LazyGroups(frame: prepared, keys: try plan.prepared(keys).1)
  }

  /// A group for each row: the rows from a stretch of the calendar before its time on, that time left
  /// out, up to its own; only those that agree in `groups`.
  public func grouped(
    rolling key: String, within period: CalendarInterval, by groups: String...
  ) throws(FrameError) -> LazyRollingGroups {
    try LazyRollingGroups(plan, rolling: key, span: .interval(period), by: groups)
  }
}
