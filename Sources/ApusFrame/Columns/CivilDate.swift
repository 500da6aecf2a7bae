/// A day of the proleptic Gregorian calendar, without a time or a zone.
public struct CivilDate: BitwiseCopyable, Sendable, Hashable, Comparable,
  LosslessStringConvertible
{
  /// Days since 1970-01-01.
  public var daysSinceEpoch: Int32

  /// The day so many days after 1970-01-01.
  public init(daysSinceEpoch: Int32) { self.daysSinceEpoch = daysSinceEpoch }

  /// The day of a year, month and day of the month; `nil` when there is none, as 30 February.
  public init?(year: Int, month: Int, day: Int) {
    guard (1...12).contains(month), day >= 1, abs(year) < 5_000_000,
      day <= CivilCalendar.dayCount(year: year, month: month)
    else { return nil }
    daysSinceEpoch = Int32(CivilCalendar.day(year: year, month: month, day: day))
  }

  /// The day that a text such as `2026-01-31` names; `nil` when it names none.
  public init?(_ description: String) {
    var text = description
    let parsed = text.withUTF8 { CivilDate.parse($0) }
    guard let parsed else { return nil }
    self = parsed
  }

  /// Year, month and day of the month.
  public var components: (year: Int, month: Int, day: Int) {
    CivilCalendar.components(ofDay: Int(daysSinceEpoch))
  }

  /// The year.
  public var year: Int { components.year }
  /// The month, 1 to 12.
  public var month: Int { components.month }
  /// The day of the month, from 1.
  public var day: Int { components.day }
  /// The day of the week, Monday being 1.
  public var weekday: Int { ((Int(daysSinceEpoch) + 3) % 7 + 7) % 7 + 1 }

  /// The day as ISO 8601 writes it.
  public var description: String {
    let (year, month, day) = components
    return "\(year < 0 ? "-" : "")\(padded(abs(year), 4))-\(padded(month, 2))-\(padded(day, 2))"
  }

  /// Whether a day is earlier than another.
  public static func < (left: CivilDate, right: CivilDate) -> Bool {
    left.daysSinceEpoch < right.daysSinceEpoch
  }

  /// The day that `YYYY-MM-DD` names.
  package static func parse(_ bytes: UnsafeBufferPointer<UInt8>) -> CivilDate? {
    guard bytes.count == 10, bytes[4] == 0x2d, bytes[7] == 0x2d else { return nil }
    func number(_ range: Range<Int>) -> Int? {
      var value = 0
      for index in range {
        let digit = bytes[index] &- 0x30
        guard digit < 10 else { return nil }
        value = value * 10 + Int(digit)
      }
      return value
    }
    guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10) else {
      return nil
    }
    return CivilDate(year: year, month: month, day: day)
  }
}

/// Days, months and years of the proleptic Gregorian calendar.
/// - Source: H. Hinnant, "chrono-compatible low-level date algorithms".
enum CivilCalendar {
  /// The number of a day since 1970-01-01.
  @inline(__always)
  static func day(year: Int, month: Int, day: Int) -> Int {
    // Years start in March here, so that the leap day is the last.
    let shifted = month > 2 ? year : year - 1
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  /// Year, month and day of the month of a day since 1970-01-01.
  @inline(__always)
  static func components(ofDay number: Int) -> (year: Int, month: Int, day: Int) {
    let days = number + 719_468
    let era = (days >= 0 ? days : days - 146_096) / 146_097
    let dayOfEra = days - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * shifted + 2) / 5 + 1)
  }

  /// How many days a month has.
  @inline(__always)
  static func dayCount(year: Int, month: Int) -> Int {
    switch month {
    case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}
