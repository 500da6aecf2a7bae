internal import ApusFrame

/// Times as text; milliseconds since 1970-01-01 00:00 of the clock that the column shows.
enum TimeText {
  static func parts(_ milliseconds: Double) -> (day: CivilDate, milliseconds: Int) {
    let limit = 1e15
    let whole = Int(Swift.max(-limit * 200, Swift.min(limit * 200, milliseconds)).rounded(.down))
    let day = Int((Double(whole) / 86_400_000).rounded(.down))
    return (CivilDate(daysSinceEpoch: Int32(clamping: day)), whole - day * 86_400_000)
  }

  /// A day, or a day and a time in UTC, as Vega reads them.
  static func iso(_ milliseconds: Double) -> String {
    let (day, rest) = parts(milliseconds)
    if rest == 0 { return day.description }
    let seconds = rest / 1000
    let clock = "\(two(seconds / 3600)):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
    let fraction = rest % 1000
    return "\(day)T\(clock)" + (fraction == 0 ? "" : "." + three(fraction)) + "Z"
  }

  private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
  private static func three(_ number: Int) -> String {
    number < 10 ? "00\(number)" : number < 100 ? "0\(number)" : String(number)
  }

  private static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
  ]
  private static let days = [
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
  ]

  /// Whether a format has only the directives that are known here.
  static func isKnown(_ format: String) -> Bool {
    var isDirective = false
    for character in format {
      if isDirective {
        guard "YymBbdeHIMSLpjAa%-".contains(character) else { return false }
        if character == "-" { continue }
        isDirective = false
      } else {
        isDirective = character == "%"
      }
    }
    return !isDirective
  }

  /// A time in a format of d3-time-format: `%Y %y %m %B %b %d %e %H %I %M %S %L %p %j %A %a`.
  static func text(_ milliseconds: Double, _ format: String) -> String {
    let (date, rest) = parts(milliseconds)
    let (year, month, day) = date.components
    let hour = rest / 3_600_000
    var result = ""
    var isDirective = false
    var isPlain = false
    for character in format {
      guard isDirective else {
        if character == "%" { isDirective = true } else { result.append(character) }
        continue
      }
      func number(_ value: Int) -> String { isPlain ? String(value) : two(value) }
      switch character {
      case "-":
        isPlain = true
        continue
      case "Y": result += year >= 0 && year < 1000 ? "0" + three(year) : String(year)
      case "y": result += number(((year % 100) + 100) % 100)
      case "m": result += number(month)
      case "B": result += months[month - 1]
      case "b": result += months[month - 1].prefix(3)
      case "d": result += number(day)
      case "e": result += isPlain || day > 9 ? String(day) : " \(day)"
      case "H": result += number(hour)
      case "I": result += number((hour + 11) % 12 + 1)
      case "M": result += number(rest / 60_000 % 60)
      case "S": result += number(rest / 1000 % 60)
      case "L": result += isPlain ? String(rest % 1000) : three(rest % 1000)
      case "p": result += hour < 12 ? "AM" : "PM"
      case "A": result += days[date.weekday - 1]
      case "a": result += days[date.weekday - 1].prefix(3)
      case "j":
        let first = CivilDate(year: year, month: 1, day: 1)?.daysSinceEpoch ?? date.daysSinceEpoch
        let ordinal = Int(date.daysSinceEpoch - first) + 1
        result += isPlain ? String(ordinal) : three(ordinal)
      default: result.append(character)
      }
      (isDirective, isPlain) = (false, false)
    }
    return result
  }
}

/// Ticks of an axis of times: round seconds, minutes, hours, days, months or years, with a format
/// that says no more than tells them apart.
enum TimeTicks {
  private static let second = 1000.0
  private static let day = 86_400_000.0

  static func ticks(_ low: Double, _ high: Double, _ count: Int) -> (
    values: [Double], format: String
  ) {
    let span = high - low
    guard span > 0, span.isFinite, count > 0 else { return ([low], "%Y-%m-%d") }
    let target = span / Double(count)
    if target < 0.75 * second { return subseconds(low, high, count) }
    let steps: [(Double, String)] = [
      (second, "%H:%M:%S"), (5 * second, "%H:%M:%S"), (15 * second, "%H:%M:%S"),
      (30 * second, "%H:%M:%S"), (60 * second, "%H:%M"), (300 * second, "%H:%M"),
      (900 * second, "%H:%M"), (1800 * second, "%H:%M"), (3600 * second, "%H:%M"),
      (3 * 3600 * second, "%H:%M"), (6 * 3600 * second, "%H:%M"), (12 * 3600 * second, "%H:%M"),
      (day, "%b %d"), (2 * day, "%b %d"), (7 * day, "%b %d"), (14 * day, "%b %d"),
    ]
    if let (step, format) = steps.first(where: { $0.0 >= target * 0.8 }), span < 150 * day {
      return even(low, high, step, format)
    }
    let months: [Int] = [
      1, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 2400, 6000, 12_000, 24_000, 60_000, 120_000,
      1_200_000, 12_000_000, 120_000_000,
    ]
    let wanted = target / (30.44 * day)
    let step = months.first { Double($0) >= wanted * 0.8 } ?? 1_200_000_000
    return calendar(low, high, step)
  }

  private static func subseconds(_ low: Double, _ high: Double, _ count: Int)
    -> (values: [Double], format: String)
  {
    let values = NumberTicks.ticks(low, high, count).filter { $0 == $0.rounded() }
    return (values.isEmpty ? [low] : values, "%S.%L")
  }

  private static func even(_ low: Double, _ high: Double, _ step: Double, _ format: String)
    -> (values: [Double], format: String)
  {
    // Weeks start on Mondays: 1970-01-05 was one.
    let origin = step >= 7 * day ? 4 * day : 0
    var values: [Double] = []
    var value = ((low - origin) / step).rounded(.up) * step + origin
    while value <= high, values.count < 200 {
      values.append(value)
      value += step
    }
    guard let first = values.first, let last = values.last else { return ([low], "%Y-%m-%d %H:%M") }
    let (start, end) =
      step < day
      ? (TimeText.parts(low).day, TimeText.parts(high).day)
      : (TimeText.parts(first).day, TimeText.parts(last).day)
    var format = format
    if step < day, start != end { format = "%b %d, " + format }
    if step >= day, start.year != end.year { format = "%Y-%m-%d" }
    return (values, format)
  }

  private static func calendar(_ low: Double, _ high: Double, _ step: Int)
    -> (values: [Double], format: String)
  {
    let first = TimeText.parts(low).day.components
    var month = first.year * 12 + first.month - 1
    month = Int((Double(month) / Double(step)).rounded(.down)) * step
    var values: [Double] = []
    while values.count < 200 {
      let year = Int((Double(month) / 12).rounded(.down))
      guard let date = CivilDate(year: year, month: month - year * 12 + 1, day: 1) else {
        if year > 0 { break }
        month += step
        continue
      }
      let value = Double(date.daysSinceEpoch) * day
      if value > high { break }
      if value >= low { values.append(value) }
      month += step
    }
    return (values.isEmpty ? [low] : values, step >= 12 ? "%Y" : "%b %Y")
  }
}
