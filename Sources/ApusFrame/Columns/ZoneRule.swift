/// When clocks are changed from some year on: the footer of a zone file, such as
/// `CET-1CEST,M3.5.0,M10.5.0/3`.
/// - Source: POSIX.1-2017 chapter 8.3; RFC 8536 3.3.1 for hours from -167 to 167.
struct ZoneRule: Sendable {
  /// A day of each year and a time of it.
  private enum Day {
    /// Weekday (0 is Sunday) of a week (5 is the last) of a month.
    case weekday(month: Int, week: Int, day: Int)
    /// Day of the year from 1; 29 February is never counted.
    case plain(Int)
    /// Day of the year from 0.
    case counted(Int)
  }

  private let standard: ZoneRules.Offset
  private let summer: ZoneRules.Offset?
  private let start: (day: Day, time: Int)
  private let end: (day: Day, time: Int)

  init?(_ text: [UInt8]) {
    var reader = RuleText(bytes: text)
    guard let name = reader.name(), let west = reader.time() else { return nil }
    standard = ZoneRules.Offset(seconds: -west, name: name)
    let never = (day: Day.plain(1), time: 0)
    guard !reader.isAtEnd else {
      summer = nil
      start = never
      end = never
      return
    }
    guard let summerName = reader.name() else { return nil }
    var summerWest = west - 3600
    if !reader.isNext(0x2c) {
      guard let found = reader.time() else { return nil }
      summerWest = found
    }
    summer = ZoneRules.Offset(seconds: -summerWest, name: summerName)
    guard let first = ZoneRule.date(&reader), let second = ZoneRule.date(&reader), reader.isAtEnd
    else { return nil }
    start = first
    end = second
  }

  private static func date(_ reader: inout RuleText) -> (day: Day, time: Int)? {
    guard reader.take(0x2c) else { return nil }
    let day: Day
    if reader.take(0x4d) {
      guard let month = reader.number(), reader.take(0x2e), let week = reader.number(),
        reader.take(0x2e), let weekday = reader.number(), (1...12).contains(month),
        (1...5).contains(week), (0...6).contains(weekday)
      else { return nil }
      day = .weekday(month: month, week: week, day: weekday)
    } else if reader.take(0x4a) {
      guard let number = reader.number(), (1...365).contains(number) else { return nil }
      day = .plain(number)
    } else {
      guard let number = reader.number(), (0...365).contains(number) else { return nil }
      day = .counted(number)
    }
    guard reader.take(0x2f) else { return (day, 7200) }
    return reader.time().map { (day, $0) }
  }

  /// The distance to UTC at an instant.
  func offset(at seconds: Int) -> ZoneRules.Offset {
    guard let summer else { return standard }
    let local = seconds + standard.seconds
    let day = flooredDivision(local, by: 86_400).quotient
    let year = CivilCalendar.components(ofDay: day).year
    let from = ZoneRule.seconds(start, year) - standard.seconds
    let to = ZoneRule.seconds(end, year) - summer.seconds
    let isSummer =
      from < to ? seconds >= from && seconds < to : seconds >= from || seconds < to
    return isSummer ? summer : standard
  }

  /// The local time of a change in a year, as seconds since 1970-01-01 00:00.
  private static func seconds(_ change: (day: Day, time: Int), _ year: Int) -> Int {
    let days: Int
    switch change.day {
    case .weekday(let month, let week, let wanted):
      let first = CivilCalendar.day(year: year, month: month, day: 1)
      // 1970-01-01 was a Thursday, 4 counted from Sunday.
      let weekday = flooredDivision(first + 4, by: 7).remainder
      var day = first + (wanted - weekday + 7) % 7 + (week - 1) * 7
      if day >= first + CivilCalendar.dayCount(year: year, month: month) { day -= 7 }
      days = day
    case .plain(let number):
      let isLater = number > 59 && CivilCalendar.dayCount(year: year, month: 2) == 29
      days = CivilCalendar.day(year: year, month: 1, day: 1) + number - 1 + (isLater ? 1 : 0)
    case .counted(let number): days = CivilCalendar.day(year: year, month: 1, day: 1) + number
    }
    return days * 86_400 + change.time
  }
}

/// Reads the footer part by part.
private struct RuleText {
  let bytes: [UInt8]
  private var place = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { place == bytes.count }

  func isNext(_ byte: UInt8) -> Bool { place < bytes.count && bytes[place] == byte }

  mutating func take(_ byte: UInt8) -> Bool {
    guard isNext(byte) else { return false }
    place += 1
    return true
  }

  mutating func number() -> Int? {
    let start = place
    var value = 0
    while place < bytes.count, bytes[place] &- 0x30 < 10, place - start < 4 {
      value = value * 10 + Int(bytes[place] &- 0x30)
      place += 1
    }
    return place > start ? value : nil
  }

  /// A name of letters, or of anything in angle brackets.
  mutating func name() -> String? {
    let isQuoted = take(0x3c)
    let start = place
    while place < bytes.count {
      let byte = bytes[place]
      let isLetter = (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
      guard isQuoted ? byte != 0x3e : isLetter else { break }
      place += 1
    }
    let name = String(decoding: bytes[start..<place], as: UTF8.self)
    if isQuoted { guard take(0x3e) else { return nil } }
    return name.isEmpty ? nil : name
  }

  /// Hours, and perhaps minutes and seconds, with a sign, in seconds.
  mutating func time() -> Int? {
    let sign = take(0x2d) ? -1 : 1
    if sign > 0 { _ = take(0x2b) }
    guard let hours = number(), hours <= 167 else { return nil }
    var seconds = hours * 3600
    if take(0x3a) {
      guard let minutes = number(), minutes < 60 else { return nil }
      seconds += minutes * 60
      if take(0x3a) {
        guard let rest = number(), rest < 60 else { return nil }
        seconds += rest
      }
    }
    return sign * seconds
  }
}
