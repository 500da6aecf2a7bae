/// A row for each step of the calendar from the first to the last time of each group; rows that are
/// not there are null but for the time and the groups.
struct UpsampleStep: FrameStep {
  let place: Int
  let interval: CalendarInterval
  let groups: [Int]

  func text(_ names: [String]) -> String { "upsample \(names[place]) every \(interval)" }

  func run(
    _ frames: [DataFrame], schema: Schema, label: String
  ) throws(FrameError) -> DataFrame {
    let frame = frames[0]
    let times = try InstantColumn(frame.columns[place], in: label)
    let grouping = try Grouping(
      of: groups.map { frame.columns[$0] }, rowCount: frame.rowCount)
    var ends = [(first: Int, last: Int)?](repeating: nil, count: grouping.groupCount)
    let codes = grouping.codes
    for row in 0..<frame.rowCount {
      guard let time = times[row] else { continue }
      let group = grouping.isWhole ? 0 : Int(codes[row])
      let known = ends[group] ?? (time, time)
      ends[group] = (Swift.min(known.first, time), Swift.max(known.last, time))
    }
    try check(ends.compactMap { $0 }, times.unit, label)
    var rows: [UInt32] = []
    var made: [Int?] = []
    for (group, range) in ends.enumerated() {
      guard let range else { continue }
      var count = 0
      // Each time is moved from the first one: months from the 31st keep to the ends of months.
      while let step = interval.multiplied(by: count),
        let time = StepKernel(step, unit: times.unit, zone: times.zone).moved(range.first),
        time <= range.last
      {
        rows.append(grouping.firstRows[group])
        made.append(time)
        count += 1
      }
    }
    let names = (groups + [place]).map { schema.fields[$0].name }
    var grid: [AnyColumn] = []
    for (name, group) in zip(names, groups) {
      grid.append(AnyColumn(name: name, frame.columns[group].gathered(Values(rows))))
    }
    grid.append(AnyColumn(name: names[groups.count], try times.column(of: made, in: label)))
    let joined = try LogicalPlan.frame(DataFrame(columns: grid)).join(
      .frame(frame), leftOn: names, rightOn: names, how: .left, validate: nil,
      options: JoinOptions(nullsEqual: true))
    return try PlanExecutor().run(joined.project(schema.names.map(col), label: label))
  }

  /// The error of more rows than a frame holds, or than there may be memory for, before they are
  /// made.
  private func check(
    _ ends: [(first: Int, last: Int)], _ unit: TimeUnit, _ label: String
  ) throws(FrameError) {
    // A step is at least so many seconds long: no month has fewer days, no day fewer hours.
    let seconds =
      Double(interval.months) * 28 * 86_400 + Double(interval.days) * 72_000
      + Double(interval.nanoseconds) / 1e9
    let total = ends.reduce(0.0) { total, range in
      total + (Double(range.last) - Double(range.first)) / Double(unit.ticksPerSecond) / seconds + 1
    }
    guard total < Double(UInt32.max) else {
      throw FrameError(
        code: .tooManyRows, what: "some \(Int(Swift.min(total, 1e18))) rows", place: label,
        mend: "take longer steps, or fewer days")
    }
    try FrameMemory.check(adding: Int(total) * 24)
  }
}

extension LogicalPlan {
  func upsample(
    _ column: String, every interval: CalendarInterval, by groups: [String]
  ) throws(FrameError) -> LogicalPlan {
    let label = "upsample(\"\(column)\", …)"
    let place = try schema.place(of: column, in: label)
    var places: [Int] = []
    for name in groups { places.append(try schema.place(of: name, in: label)) }
    guard interval.goesForward else {
      throw FrameError(
        code: .badValue, what: "a step of \(interval)", place: label,
        mend: "take one above 0, such as .days(1)")
    }
    let type = schema.fields[place].type
    var isTime = type == .date && interval.nanoseconds == 0
    if case .datetime = type { isTime = true }
    guard isTime else {
      throw FrameError(
        code: .typeMismatch, what: "steps of \(interval) over \"\(column)\" of \(type)",
        place: label, mend: "it takes Datetime, or Date and steps of months and days")
    }
    guard !groups.contains(column) else {
      throw FrameError(
        code: .duplicateColumn, what: "\"\(column)\" as time and group", place: label,
        mend: "group by other columns")
    }
    return step(
      UpsampleStep(place: place, interval: interval, groups: places), schema: schema, label: label)
  }
}

extension DataFrame {
  /// The frame with a row for each step from the first to the last time of a column of days, or of
  /// days with times, of each group: those that it does not have are null but for the time and the
  /// groups. Rows come by group and time; those between steps are left out.
  ///
  ///     try readings.upsample("time", every: .minutes(10), by: "sensor")
  public func upsample(
    _ column: String, every interval: CalendarInterval, by groups: String...
  ) throws(FrameError) -> DataFrame {
    try PlanExecutor().run(LogicalPlan.frame(self).upsample(column, every: interval, by: groups))
  }
}

extension LazyFrame {
  /// The frame with a row for each step from the first to the last time of a column of days, or of
  /// days with times, of each group.
  public func upsample(
    _ column: String, every interval: CalendarInterval, by groups: String...
  ) throws(FrameError) -> LazyFrame {
    LazyFrame(try plan.upsample(column, every: interval, by: groups))
  }
}
