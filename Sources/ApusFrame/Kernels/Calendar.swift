/// Days of the calendar by number since 1970-01-01.
extension CivilCalendar {
  /// Monday is 1.
  @inline(__always)
  static func weekday(_ day: Int) -> Int { flooredDivision(day + 3, by: 7).remainder + 1 }

  @inline(__always)
  static func dayOfYear(_ day: Int) -> Int {
    day - self.day(year: components(ofDay: day).year, month: 1, day: 1) + 1
  }

  /// The week of ISO 8601 and the year that it belongs to: that of its Thursday.
  @inline(__always)
  static func isoWeek(_ day: Int) -> (year: Int, week: Int) {
    let thursday = day - weekday(day) + 4
    let year = components(ofDay: thursday).year
    return (year, (thursday - self.day(year: year, month: 1, day: 1)) / 7 + 1)
  }

  @inline(__always)
  static func isLeapYear(_ year: Int) -> Bool { dayCount(year: year, month: 2) == 29 }

  /// The day so many months later; the last of its month when that is shorter.
  @inline(__always)
  static func day(_ day: Int, plusMonths months: Int) -> Int {
    let parts = components(ofDay: day)
    let (year, month) = flooredDivision(parts.year * 12 + parts.month - 1 + months, by: 12)
    let last = dayCount(year: year, month: month + 1)
    return self.day(year: year, month: month + 1, day: Swift.min(parts.day, last))
  }

  /// The first day of the window of so many months, counted from the year 0.
  @inline(__always)
  static func start(of day: Int, months: Int) -> Int {
    let parts = components(ofDay: day)
    let total = parts.year * 12 + parts.month - 1
    let (year, month) = flooredDivision(
      total - flooredDivision(total, by: months).remainder, by: 12)
    return self.day(year: year, month: month + 1, day: 1)
  }

  /// The first day of the window of so many days, weeks from a Monday.
  @inline(__always)
  static func start(of day: Int, days: Int) -> Int {
    // 1970-01-05 was a Monday.
    return day - flooredDivision(day - (days % 7 == 0 ? 4 : 0), by: days).remainder
  }
}

/// Moves and truncates times that are counted in a unit on the clocks of a zone, or on none.
struct StepKernel {
  let step: CalendarInterval
  /// How many units a day has.
  let perDay: Int
  private let nanosecondsPerTick: Int
  private let zone: ZoneRules?
  private let perSecond: Int

  init(_ step: CalendarInterval, unit: TimeUnit, zone: ZoneRules?) {
    self.step = step
    perSecond = unit.ticksPerSecond
    perDay = 86_400 * perSecond
    nanosecondsPerTick = 1_000_000_000 / perSecond
    self.zone = zone
  }

  /// The start of the window that a local time is in; nothing beyond what the unit counts.
  @inline(__always)
  func start(ofLocal ticks: Int) -> Int? {
    if step.nanoseconds > 0 {
      let width = Swift.max(step.nanoseconds / nanosecondsPerTick, 1)
      let (start, overflow) = ticks.subtractingReportingOverflow(
        flooredDivision(ticks, by: width).remainder)
      return overflow ? nil : start
    }
    let day = flooredDivision(ticks, by: perDay).quotient
    let first =
      step.months > 0
      ? CivilCalendar.start(of: day, months: step.months)
      : CivilCalendar.start(of: day, days: step.days)
    let (start, overflow) = first.multipliedReportingOverflow(by: perDay)
    return overflow ? nil : start
  }

  /// A local time moved by the step; nothing beyond what the unit counts.
  @inline(__always)
  func moved(local ticks: Int) -> Int? {
    guard step.months != 0 || step.days != 0 else { return moved(instant: ticks) }
    let (day, clock) = flooredDivision(ticks, by: perDay)
    let later = CivilCalendar.day(day, plusMonths: step.months) + step.days
    let (start, overflow) = later.multipliedReportingOverflow(by: perDay)
    let (sum, isTooFar) = start.addingReportingOverflow(clock)
    return overflow || isTooFar ? nil : sum
  }

  /// An instant moved by the step's nanoseconds.
  @inline(__always)
  func moved(instant ticks: Int) -> Int? {
    let (sum, overflow) = ticks.addingReportingOverflow(step.nanoseconds / nanosecondsPerTick)
    return overflow ? nil : sum
  }

  /// The start of the window that an instant is in; nothing beyond what the unit counts.
  func start(of ticks: Int) -> Int? {
    let shift = shift(at: ticks)
    let (local, overflow) = ticks.addingReportingOverflow(shift)
    guard !overflow, let start = start(ofLocal: local) else { return nil }
    return instant(of: start, near: shift)
  }

  /// An instant moved by months and days of the calendar, then by nanoseconds.
  func moved(_ ticks: Int) -> Int? {
    var result = ticks
    if step.months != 0 || step.days != 0 {
      let shift = shift(at: ticks)
      let (before, overflow) = ticks.addingReportingOverflow(shift)
      guard !overflow, let local = moved(local: before) else { return nil }
      result = instant(of: local, near: shift)
    }
    return step.nanoseconds == 0 ? result : moved(instant: result)
  }

  /// The nearest start of a window.
  func rounded(_ ticks: Int) -> Int? {
    guard let low = start(of: ticks), let high = moved(low) else { return nil }
    return ticks - low < high - ticks ? low : high
  }

  /// How far clocks are from UTC at an instant; 0 without a zone.
  func shift(at ticks: Int) -> Int {
    guard let zone else { return 0 }
    return zone.offset(at: flooredDivision(ticks, by: perSecond).quotient).seconds * perSecond
  }

  /// The instant of a local time; of two the one with the distance to UTC that was there before.
  func instant(of local: Int, near shift: Int) -> Int {
    guard let zone else { return local }
    let (seconds, rest) = flooredDivision(local, by: perSecond)
    switch zone.instants(ofLocal: seconds) {
    case .one(let instant), .none(let instant): return instant * perSecond + rest
    case .two(let early, let late):
      let isLate = seconds - late == shift / perSecond
      return (isLate ? late : early) * perSecond + rest
    }
  }
}
