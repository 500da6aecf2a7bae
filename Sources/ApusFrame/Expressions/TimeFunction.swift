/// What is done with days, times and lengths of time.
package enum TimeFunction: Sendable, Hashable {
  case part(TimePart)
  case truncated(CalendarInterval)
  case rounded(CalendarInterval)
  case offset(CalendarInterval)
  case formatted(String)
  case date, time
  case inZone(String)
  case replacingZone(String?, AmbiguousTime)
  case total(DurationUnit)

  /// The type of the result, or nothing when there is none for the operand's.
  func type(of operand: DataType) -> DataType? {
    switch self {
    case .part(let part): part.isPart(of: operand) ? part.type : nil
    case .truncated(let step), .rounded(let step):
      step.dividesTime ? moved(operand, by: step) : nil
    case .offset(let step): moved(operand, by: step)
    case .formatted(let pattern):
      operand.isTemporal && !operand.isDuration && TimePattern(pattern, writing: operand) != nil
        ? .string : nil
    case .date: if case .datetime = operand { .date } else { nil }
    case .time: if case .datetime = operand { .time } else { nil }
    case .inZone(let zone):
      if case .datetime(let unit, _) = operand { .datetime(unit, zone: zone) } else { nil }
    case .replacingZone(let zone, _):
      if case .datetime(let unit, _) = operand { .datetime(unit, zone: zone) } else { nil }
    case .total: operand.isDuration ? .float64 : nil
    }
  }

  private func moved(_ operand: DataType, by step: CalendarInterval) -> DataType? {
    switch operand {
    case .date: step.nanoseconds == 0 ? .date : nil
    case .datetime: operand
    default: nil
    }
  }

  /// What the operand should be, for the error when it is not.
  var rule: String {
    switch self {
    case .part(let part):
      part.isOfDays ? "it takes Date or Datetime" : "it takes Datetime or Time"
    case .truncated, .rounded:
      "it takes Datetime and a step of one part above 0, or Date and one of months or days"
    case .offset: "it takes Datetime, or Date and a step of months and days"
    case .formatted:
      "it takes Date, Datetime or Time, and directives such as %Y-%m-%d that they have"
    case .date, .time, .inZone, .replacingZone: "it takes Datetime"
    case .total: "it takes Duration"
    }
  }

  var text: String {
    switch self {
    case .part(let part): part.rawValue
    case .truncated(let step): "truncated(to: \(step))"
    case .rounded(let step): "rounded(to: \(step))"
    case .offset(let step): "offset(by: \(step))"
    case .formatted(let pattern): "formatted(\"\(pattern)\")"
    case .date: "date"
    case .time: "time"
    case .inZone(let zone): "inZone(\"\(zone)\")"
    case .replacingZone(let zone, _): "replacingZone(\(zone.map { "\"\($0)\"" } ?? "nil"))"
    case .total(let unit): "total(in: .\(unit))"
    }
  }
}

/// A part of a day or of a time.
package enum TimePart: String, Sendable, Hashable {
  case year, isoYear, quarter, month, week, day, weekday, dayOfYear, isLeapYear, daysInMonth
  case hour, minute, second, millisecond, microsecond, nanosecond

  /// Whether days have it; else times have.
  var isOfDays: Bool {
    switch self {
    case .year, .isoYear, .quarter, .month, .week, .day, .weekday, .dayOfYear, .isLeapYear,
      .daysInMonth:
      true
    case .hour, .minute, .second, .millisecond, .microsecond, .nanosecond: false
    }
  }

  var type: DataType { self == .isLeapYear ? .bool : .int64 }

  func isPart(of type: DataType) -> Bool {
    switch type {
    case .datetime: true
    case .date: isOfDays
    case .time: !isOfDays
    default: false
    }
  }
}

extension Expr {
  private func call(_ function: TimeFunction) -> Expr { Expr(.call(.time(function), [self])) }
  private func part(_ part: TimePart) -> Expr { call(.part(part)) }

  /// The year of a day. Of a day with a time and a zone, parts are those that clocks there show.
  public var year: Expr { part(.year) }
  /// The year that the week of ISO 8601 belongs to.
  public var isoYear: Expr { part(.isoYear) }
  /// The quarter, 1 to 4.
  public var quarter: Expr { part(.quarter) }
  /// The month, 1 to 12.
  public var month: Expr { part(.month) }
  /// The week of ISO 8601, 1 to 53.
  public var week: Expr { part(.week) }
  /// The day of the month, from 1.
  public var day: Expr { part(.day) }
  /// The day of the week, Monday being 1.
  public var weekday: Expr { part(.weekday) }
  /// The day of the year, from 1.
  public var dayOfYear: Expr { part(.dayOfYear) }
  /// Whether the year has 366 days.
  public var isLeapYear: Expr { part(.isLeapYear) }
  /// How many days the month has.
  public var daysInMonth: Expr { part(.daysInMonth) }
  /// The hour, 0 to 23.
  public var hour: Expr { part(.hour) }
  /// The minute of the hour.
  public var minute: Expr { part(.minute) }
  /// The second of the minute.
  public var second: Expr { part(.second) }
  /// The thousandth of the second, 0 to 999.
  public var millisecond: Expr { part(.millisecond) }
  /// The millionth of the second, 0 to 999 999.
  public var microsecond: Expr { part(.microsecond) }
  /// The thousand-millionth of the second, 0 to 999 999 999.
  public var nanosecond: Expr { part(.nanosecond) }
  /// The day of a day with a time.
  public var date: Expr { call(.date) }
  /// The time of a day with a time.
  public var time: Expr { call(.time) }

  /// The first day of the week, month, quarter or year that the day is in.
  public func truncated(to unit: CalendarUnit) -> Expr { truncated(to: unit.step) }
  /// The start of the window that the value is in: windows of days and shorter ones are counted from
  /// 1970-01-01, weeks from a Monday, months from the year 0; with a zone, on its clocks.
  public func truncated(to step: CalendarInterval) -> Expr { call(.truncated(step)) }
  /// The nearest start of a window; from the middle of one, the next.
  public func rounded(to step: CalendarInterval) -> Expr { call(.rounded(step)) }
  /// The value moved by a step. A day that the month does not have becomes its last one; with a
  /// zone, months and days are those of its calendar.
  public func offset(by step: CalendarInterval) -> Expr { call(.offset(step)) }

  /// The value as text by the directives of strftime, such as `%Y-%m-%d %H:%M:%S%.3f`.
  public func formatted(_ pattern: String) -> Expr { call(.formatted(pattern)) }
  /// The text read as a day, a time, or both, by the directives of strptime; a text that does not
  /// fit is an error.
  ///
  ///     col("when").parsed("%d.%m.%Y %H:%M", as: .datetime(.microseconds))
  public func parsed(_ pattern: String, as type: DataType) -> Expr {
    Expr(.call(.parse(pattern, type, isStrict: true), [self]))
  }
  /// The text read as a day, a time, or both; null where it does not fit.
  public func parsedOrNull(_ pattern: String, as type: DataType) -> Expr {
    Expr(.call(.parse(pattern, type, isStrict: false), [self]))
  }

  /// The same instant as clocks in another zone show it; a value without a zone is taken for UTC.
  public func inZone(_ zone: String) -> Expr { call(.inZone(zone)) }
  /// What the clocks show, in another zone or in none: another instant.
  public func replacingZone(_ zone: String?, ambiguous: AmbiguousTime = .error) -> Expr {
    call(.replacingZone(zone, ambiguous))
  }

  /// A length of time as a number of units, with its fraction.
  public func total(in unit: DurationUnit) -> Expr { call(.total(unit)) }
}

extension CalendarUnit {
  var step: CalendarInterval {
    switch self {
    case .day: .days(1)
    case .week: .weeks(1)
    case .month: .months(1)
    case .quarter: .quarters(1)
    case .year: .years(1)
    }
  }
}
