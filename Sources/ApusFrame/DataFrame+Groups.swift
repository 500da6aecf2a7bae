/// What rows are grouped by: a column, or the interval of time that a day is in.
public struct GroupKey: Sendable, ExpressibleByStringLiteral {
  let name: String
  let expression: Expr

  /// The column of that name.
  public init(stringLiteral value: String) {
    name = value
    expression = col(value)
  }

  private init(name: String, _ expression: Expr) {
    self.name = name
    self.expression = expression
  }

  /// The first day of the interval that the column's day is in, under the column's name.
  ///
  ///     try flights.grouped(by: .every(.months(1), of: "day")).aggregate(count())
  public static func every(_ interval: CalendarInterval, of column: String) -> GroupKey {
    GroupKey(name: column, col(column).truncated(to: interval).as(column))
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
      if case .column = key.expression.unnamed.node {
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
    _ key: String, period: Double, by groups: [String]
  ) throws(FrameError) -> LogicalPlan {
    let label = "grouped(rolling: \"\(key)\", …)"
    let place = try schema.place(of: key, in: label)
    var places: [Int] = []
    for name in groups { places.append(try schema.place(of: name, in: label)) }
    let type = schema.fields[place].type
    guard type.hasDistance else {
      throw FrameError(
        code: .typeMismatch, what: "windows over \(type)", place: label,
        mend: "numbers and days have a distance")
    }
    let fields = schema.fields + [Schema.Field(RollingStep.groupName, .int64)]
    return step(
      RollingStep(key: place, period: period, groups: places),
      schema: try Schema(fields, for: label), label: label)
  }
}

/// For each row, in the order of rows, the rows of its window: those of its group whose key is at
/// most as great, and less than `period` less. A last column numbers the windows.
struct RollingStep: FrameStep {
  static let groupName = "\u{0}window"

  let key: Int
  let period: Double
  let groups: [Int]

  func text(_ names: [String]) -> String { "windows of \(period) over \(names[key])" }

  func run(
    _ frames: [DataFrame], schema: Schema, label: String
  ) throws(FrameError) -> DataFrame {
    let frame = frames[0]
    guard let keys = frame.columns[key].doubles else {
      preconditionFailure("windows over a column without numbers")
    }
    for row in 0..<frame.rowCount where keys[row].map(\.isNaN) ?? true {
      throw FrameError(
        code: .badValue, what: "row \(row) has no \(schema.fields[key].name)", place: label,
        mend: "drop rows without a key")
    }
    let grouping = try Grouping(of: groups.map { frame.columns[$0] }, rowCount: frame.rowCount)
    let order = SortColumn(
      frame.columns[key], SortPlace(place: 0, isDescending: false, nullsFirst: false))
    let partitions = try Partitions(grouping, order: [order])
    var members = [Range<Int>](repeating: 0..<0, count: frame.rowCount)
    for group in 0..<(partitions.starts.count - 1) {
      let places = partitions.starts[group]..<partitions.starts[group + 1]
      var (first, last) = (places.lowerBound, places.lowerBound)
      for place in places {
        let row = Int(partitions.rows[place])
        let value = keys.values[row]
        while keys.values[Int(partitions.rows[first])] <= value - period { first += 1 }
        while last < places.upperBound, keys.values[Int(partitions.rows[last])] <= value {
          last += 1
        }
        members[row] = first..<last
      }
    }
    let total = members.reduce(0) { $0 + $1.count }
    guard total < Int(UInt32.max) else {
      throw FrameError(
        code: .tooManyRows, what: "windows of \(total) rows together", place: label,
        mend: "take a shorter period")
    }
    var rows: [UInt32] = []
    var windows: [Int?] = []
    rows.reserveCapacity(total)
    windows.reserveCapacity(total)
    for row in 0..<frame.rowCount {
      for place in members[row] {
        rows.append(partitions.rows[place])
        windows.append(row)
      }
    }
    let gathered = try frame.gathered(RowSelection(rows: Values(rows)))
    return DataFrame(
      schema: schema,
      columns: gathered.columns + [.int64(FixedWidthColumn(windows, hole: 0))],
      rowCount: total)
  }
}

/// Rows in overlapping groups, one for each row, waiting for `aggregate(…)`.
public struct RollingGroups: Sendable {
  let frame: DataFrame
  let key: String
  let windowed: LogicalPlan
  let groups: [String]

  /// One row per row of the frame, in its order: the groups' columns and the key, then the
  /// expressions over the row's window.
  public func aggregate(_ expressions: Expr...) throws(FrameError) -> DataFrame {
    let windows = try windowed.aggregate(by: [RollingStep.groupName], expressions)
    let computed = try PlanExecutor().run(windows)
    let kept = try PlanExecutor().run(
      LogicalPlan.frame(frame).project((groups + [key]).map(col), label: "aggregate(…)"))
    let fields = kept.schema.fields + computed.schema.fields.dropFirst()
    return DataFrame(
      schema: try Schema(fields, for: "aggregate(…)"),
      columns: kept.columns + computed.columns.dropFirst(), rowCount: frame.rowCount)
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
      frame: self, key: key,
      windowed: try LogicalPlan.frame(self).windowed(key, period: period, by: groups),
      groups: groups)
  }

  /// The frame with a row for each interval from the first to the last day of a column, of each
  /// group: those that it does not have are null but for the day and the groups. Rows come by group
  /// and day.
  public func upsample(
    _ column: String, every interval: CalendarInterval, by groups: String...
  ) throws(FrameError) -> DataFrame {
    let label = "upsample(\"\(column)\", …)"
    guard try self[column].type == .date else {
      throw FrameError(
        code: .typeMismatch, what: "\"\(column)\" of \(try self[column].type)", place: label,
        mend: "it takes Date")
    }
    let days = try self[column, as: CivilDate.self]
    var keys: [ColumnStorage] = []
    for name in groups { keys.append(columns[try schema.place(of: name, in: label)]) }
    let grouping = try Grouping(of: keys, rowCount: rowCount)
    var ends = [(CivilDate, CivilDate)?](repeating: nil, count: grouping.groupCount)
    let codes = grouping.codes
    for row in 0..<rowCount {
      guard let day = days[row] else { continue }
      let group = grouping.isWhole ? 0 : Int(codes[row])
      let known = ends[group] ?? (day, day)
      ends[group] = (Swift.min(known.0, day), Swift.max(known.1, day))
    }
    var rows: [UInt32] = []
    var made: [CivilDate?] = []
    for (group, range) in ends.enumerated() {
      guard let range else { continue }
      var count = 0
      while true {
        let day = interval.after(range.0, times: count)
        guard day <= range.1 else { break }
        rows.append(grouping.firstRows[group])
        made.append(day)
        count += 1
      }
    }
    var grid: [AnyColumn] = []
    for name in groups {
      grid.append(AnyColumn(name: name, try self[name].storage.gathered(Values(rows))))
    }
    grid.append(AnyColumn(name: column, AnyColumn(made)))
    let names = groups + [column]
    let joined = try DataFrame(columns: grid).joined(
      self, leftOn: names, rightOn: names, how: .left, options: JoinOptions(nullsEqual: true))
    return try PlanExecutor().run(
      LogicalPlan.frame(joined).project(columnNames.map(col), label: label))
  }
}

extension LazyFrame {
  /// Groups the rows that agree in all keys, which may be intervals of time.
  public func grouped(by first: GroupKey, _ others: GroupKey...) throws(FrameError) -> LazyGroups {
    let keys = [first] + others
    let prepared = try step { (plan) throws(FrameError) in try plan.prepared(keys).0 }
    return LazyGroups(frame: prepared, keys: try plan.prepared(keys).1)
  }
}
