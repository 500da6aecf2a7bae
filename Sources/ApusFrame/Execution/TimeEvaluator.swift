extension ExprEvaluator {
  /// What a function makes of days, times and lengths of time.
  func computed(
    _ function: TimeFunction, _ column: ColumnStorage, type: DataType
  ) throws(FrameError) -> ColumnStorage {
    let casts = Casts(step: step, firstRow: firstRow, isStrict: true)
    switch function {
    case .part(let part): return try self.part(part, column)
    case .date, .time: return try casts.cast(column, to: type)
    case .truncated(let step):
      return try moved(column, by: step) { kernel, ticks in kernel.start(of: ticks) }
    case .rounded(let step):
      return try moved(column, by: step) { kernel, ticks in kernel.rounded(ticks) }
    case .offset(let step):
      return try moved(column, by: step) { kernel, ticks in kernel.moved(ticks) }
    case .formatted(let text):
      guard let pattern = TimePattern(text, writing: column.type) else {
        preconditionFailure("the pattern \(text) was let through")
      }
      return .string(try pattern.texts(of: column, step: step))
    case .inZone(let zone):
      _ = try ZoneRules.named(zone, in: step)
      guard case .datetime(let ticks, let unit, _) = column else { break }
      return .datetime(ticks, unit, zone: zone)
    case .replacingZone(let zone, let ambiguous):
      guard case .datetime(let ticks, let unit, let old) = column else { break }
      let local = try casts.localTicks(ticks, unit, old)
      guard let zone else { return .datetime(local, unit, zone: nil) }
      return .datetime(
        try instants(of: local, unit, try ZoneRules.named(zone, in: step), ambiguous), unit,
        zone: zone)
    case .total(let wanted):
      guard case .duration(let ticks, let unit) = column else { break }
      let perTick = 1_000_000_000 / unit.ticksPerSecond
      // One rounding: both factors are whole and one divides the other.
      if wanted.nanoseconds >= perTick {
        let divisor = Double(wanted.nanoseconds / perTick)
        return .float64(ticks.mapped { Double($0) / divisor })
      }
      let factor = Double(perTick / wanted.nanoseconds)
      return .float64(ticks.mapped { Double($0) * factor })
    }
    preconditionFailure("\(function) of \(column.type)")
  }

  /// The ticks that local clocks show, and how many a day has.
  private func localTicks(
    _ column: ColumnStorage
  ) throws(FrameError) -> (ticks: FixedWidthColumn<Int>, perDay: Int, perSecond: Int) {
    switch column {
    case .date(let days): return (days.mapped { Int($0.daysSinceEpoch) }, 1, 1)
    case .time(let ticks): return (ticks, CivilTime.nanosecondsPerDay, 1_000_000_000)
    case .datetime(let ticks, let unit, let zone):
      let local = try Casts(step: step, firstRow: firstRow, isStrict: true)
        .localTicks(ticks, unit, zone)
      return (local, 86_400 * unit.ticksPerSecond, unit.ticksPerSecond)
    default: preconditionFailure("a part of \(column.type)")
    }
  }

  private func part(
    _ part: TimePart, _ column: ColumnStorage
  ) throws(FrameError) -> ColumnStorage {
    let (ticks, perDay, perSecond) = try localTicks(column)
    func ofDay(_ body: (Int) -> Int) -> ColumnStorage {
      .int64(ticks.mapped { body(flooredDivision($0, by: perDay).quotient) })
    }
    func ofClock(_ divisor: Int, _ count: Int) -> ColumnStorage {
      .int64(
        ticks.mapped { flooredDivision($0, by: perDay).remainder / (perSecond * divisor) % count })
    }
    func ofSecond(_ scale: Int) -> ColumnStorage {
      .int64(
        ticks.mapped {
          let rest = flooredDivision($0, by: perSecond).remainder
          return scale >= perSecond ? rest * (scale / perSecond) : rest / (perSecond / scale)
        })
    }
    switch part {
    case .year: return ofDay { CivilCalendar.components(ofDay: $0).year }
    case .isoYear: return ofDay { CivilCalendar.isoWeek($0).year }
    case .quarter: return ofDay { (CivilCalendar.components(ofDay: $0).month - 1) / 3 + 1 }
    case .month: return ofDay { CivilCalendar.components(ofDay: $0).month }
    case .week: return ofDay { CivilCalendar.isoWeek($0).week }
    case .day: return ofDay { CivilCalendar.components(ofDay: $0).day }
    case .weekday: return ofDay { CivilCalendar.weekday($0) }
    case .dayOfYear: return ofDay { CivilCalendar.dayOfYear($0) }
    case .daysInMonth:
      return ofDay {
        let parts = CivilCalendar.components(ofDay: $0)
        return CivilCalendar.dayCount(year: parts.year, month: parts.month)
      }
    case .isLeapYear:
      let days = ticks.mapped { flooredDivision($0, by: perDay).quotient }
      return .bool(
        ApusFrame.tested(.column(days), .constant(0), days.count) { day, _ in
          CivilCalendar.isLeapYear(CivilCalendar.components(ofDay: day).year)
        })
    case .hour: return ofClock(3600, 24)
    case .minute: return ofClock(60, 60)
    case .second: return ofClock(1, 60)
    case .millisecond: return ofSecond(1000)
    case .microsecond: return ofSecond(1_000_000)
    case .nanosecond: return ofSecond(1_000_000_000)
    }
  }

  private func moved(
    _ column: ColumnStorage, by step: CalendarInterval, _ body: (StepKernel, Int) -> Int?
  ) throws(FrameError) -> ColumnStorage {
    let casts = Casts(step: self.step, firstRow: firstRow, isStrict: true)
    let shown = { (row: Int) in "\(column.scalar(at: row).shown) moved by \(step)" }
    switch column {
    case .date(let days):
      // Seconds hold every day, and their steps are those of days.
      let kernel = StepKernel(step, unit: .milliseconds, zone: nil)
      return .date(
        try casts.attempted(
          days, as: column.type, hole: CivilDate(daysSinceEpoch: 0),
          { day in
            body(kernel, Int(day.daysSinceEpoch) * kernel.perDay).flatMap {
              Int32(exactly: flooredDivision($0, by: kernel.perDay).quotient)
            }.map { CivilDate(daysSinceEpoch: $0) }
          }, shown: shown))
    case .datetime(let ticks, let unit, let zone):
      let rules: ZoneRules? = if let zone { try ZoneRules.named(zone, in: self.step) } else { nil }
      let kernel = StepKernel(step, unit: unit, zone: rules)
      return .datetime(
        try casts.attempted(
          ticks, as: column.type, hole: 0, { body(kernel, $0) }, shown: shown), unit, zone: zone)
    default: preconditionFailure("a step of \(column.type)")
    }
  }

  /// The instants at which clocks in a zone show local times.
  private func instants(
    of local: FixedWidthColumn<Int>, _ unit: TimeUnit, _ rules: ZoneRules,
    _ ambiguous: AmbiguousTime
  ) throws(FrameError) -> FixedWidthColumn<Int> {
    let perSecond = unit.ticksPerSecond
    let casts = Casts(
      step: step, firstRow: firstRow, isStrict: ambiguous == .error,
      mend: "say which is meant, as in ambiguous: .earliest")
    return try casts.attempted(
      local, as: .datetime(unit, zone: rules.name), hole: 0,
      { ticks in
        let (seconds, rest) = flooredDivision(ticks, by: perSecond)
        switch rules.instants(ofLocal: seconds) {
        case .one(let instant): return instant * perSecond + rest
        case .two(let early, let late):
          guard ambiguous != .error, ambiguous != .null else { return nil }
          return (ambiguous == .latest ? late : early) * perSecond + rest
        case .none(let shifted):
          guard ambiguous != .error, ambiguous != .null else { return nil }
          return shifted * perSecond + rest
        }
      }, shown: { "\(Datetime(ticks: local.values[$0], unit)), which clocks show twice or never," })
  }
}
