/// A stretch of the calendar: months, days and a length of time, such as `.months(1)` or
/// `.hours(6)`. Months and days are those of the calendar: how long they are depends on where one
/// stands.
public struct CalendarInterval: Sendable, Hashable, CustomStringConvertible {
  /// Months of the calendar.
  public var months: Int
  /// Days of the calendar; a day of a zone may have 23 or 25 hours.
  public var days: Int
  /// Nanoseconds of a clock.
  public var nanoseconds: Int

  /// A step of these parts.
  public init(months: Int = 0, days: Int = 0, nanoseconds: Int = 0) {
    self.months = months
    self.days = days
    self.nanoseconds = nanoseconds
  }

  /// Years of the calendar.
  public static func years(_ count: Int) -> CalendarInterval {
    CalendarInterval(months: count * 12)
  }
  /// Quarters of a year.
  public static func quarters(_ count: Int) -> CalendarInterval {
    CalendarInterval(months: count * 3)
  }
  /// Months of the calendar.
  public static func months(_ count: Int) -> CalendarInterval { CalendarInterval(months: count) }
  /// Weeks, which begin on Monday.
  public static func weeks(_ count: Int) -> CalendarInterval { CalendarInterval(days: count * 7) }
  /// Days of the calendar.
  public static func days(_ count: Int) -> CalendarInterval { CalendarInterval(days: count) }
  /// Hours.
  public static func hours(_ count: Int) -> CalendarInterval {
    CalendarInterval(nanoseconds: count * 3_600_000_000_000)
  }
  /// Minutes.
  public static func minutes(_ count: Int) -> CalendarInterval {
    CalendarInterval(nanoseconds: count * 60_000_000_000)
  }
  /// Seconds.
  public static func seconds(_ count: Int) -> CalendarInterval {
    CalendarInterval(nanoseconds: count * 1_000_000_000)
  }
  /// Thousandths of a second.
  public static func milliseconds(_ count: Int) -> CalendarInterval {
    CalendarInterval(nanoseconds: count * 1_000_000)
  }
  /// Millionths of a second.
  public static func microseconds(_ count: Int) -> CalendarInterval {
    CalendarInterval(nanoseconds: count * 1000)
  }
  /// Thousand-millionths of a second.
  public static func nanoseconds(_ count: Int) -> CalendarInterval {
    CalendarInterval(nanoseconds: count)
  }

  /// The parts as `1y 2mo 3d 4h`.
  public var description: String {
    var parts: [String] = []
    if months % 12 == 0, months != 0 {
      parts.append("\(months / 12)y")
    } else if months != 0 {
      parts.append("\(months)mo")
    }
    if days != 0 { parts.append(days % 7 == 0 ? "\(days / 7)w" : "\(days)d") }
    if nanoseconds != 0 { parts.append(Duration.nanoseconds(nanoseconds).shownParts) }
    return parts.isEmpty ? "0s" : parts.joined(separator: " ")
  }

  /// The first day of the interval that a day is in; the interval has whole days.
  func start(of day: CivilDate) -> CivilDate {
    let number = Int(day.daysSinceEpoch)
    let first =
      months > 0
      ? CivilCalendar.start(of: number, months: months)
      : CivilCalendar.start(of: number, days: Swift.max(days, 1))
    return CivilDate(daysSinceEpoch: Int32(clamping: first))
  }

  /// The day so many intervals behind `day`; the last day of a month that is too short.
  public func after(_ day: CivilDate, times: Int = 1) -> CivilDate {
    let moved = CivilCalendar.day(Int(day.daysSinceEpoch), plusMonths: months * times)
    return CivilDate(daysSinceEpoch: Int32(clamping: moved + days * times))
  }

  /// Whether the step goes forward by one of its parts only: then it divides time into windows.
  var dividesTime: Bool {
    [months, days, nanoseconds].filter { $0 > 0 }.count == 1 && months >= 0 && days >= 0
      && nanoseconds >= 0
  }
}

/// What a local time becomes that clocks show twice, or never, because they are put back or forward.
public enum AmbiguousTime: Sendable, Hashable {
  /// An error that names it.
  case error
  /// The earlier instant; behind a gap, as long behind it as the time is in it.
  case earliest
  /// The later instant; behind a gap, as long behind it as the time is in it.
  case latest
  /// Null.
  case null
}

/// A unit that lengths of time are told in.
public enum DurationUnit: Sendable, Hashable {
  /// Days of 24 hours.
  case days
  /// Hours.
  case hours
  /// Minutes.
  case minutes
  /// Seconds.
  case seconds
  /// Thousandths of a second.
  case milliseconds
  /// Millionths of a second.
  case microseconds
  /// Thousand-millionths of a second.
  case nanoseconds

  /// How many nanoseconds the unit has.
  var nanoseconds: Int {
    switch self {
    case .days: 86_400_000_000_000
    case .hours: 3_600_000_000_000
    case .minutes: 60_000_000_000
    case .seconds: 1_000_000_000
    case .milliseconds: 1_000_000
    case .microseconds: 1000
    case .nanoseconds: 1
    }
  }
}
