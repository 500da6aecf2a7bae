/// A day with a time, to the nanosecond: seconds since 1970-01-01 00:00, leap seconds left out.
///
/// What it means is for the column to say: in a column with a zone it is an instant counted from
/// UTC, in one without what a calendar and a clock show.
public struct Datetime: BitwiseCopyable, Sendable, Hashable, Comparable, LosslessStringConvertible {
  /// Whole seconds since 1970-01-01 00:00, below 0 before.
  public var secondsSinceEpoch: Int
  /// The nanosecond of that second, 0 to 999 999 999.
  public var nanosecond: Int

  /// The second so many after 1970-01-01 00:00, and a part of it.
  public init(secondsSinceEpoch: Int, nanosecond: Int = 0) {
    self.secondsSinceEpoch = secondsSinceEpoch
    self.nanosecond = nanosecond
  }

  /// A day and a time.
  public init(_ date: CivilDate, _ time: CivilTime) {
    let (seconds, rest) = time.nanosecondsSinceMidnight.quotientAndRemainder(
      dividingBy: 1_000_000_000)
    self.init(
      secondsSinceEpoch: Int(date.daysSinceEpoch) * 86_400 + seconds, nanosecond: rest)
  }

  /// The day and time of these parts; `nil` when there is none.
  public init?(
    year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0,
    nanosecond: Int = 0
  ) {
    guard let date = CivilDate(year: year, month: month, day: day),
      let time = CivilTime(hour: hour, minute: minute, second: second, nanosecond: nanosecond)
    else { return nil }
    self.init(date, time)
  }

  /// So many units since 1970-01-01 00:00.
  package init(ticks: Int, _ unit: TimeUnit) {
    let perSecond = unit.ticksPerSecond
    let (seconds, rest) = flooredDivision(ticks, by: perSecond)
    self.init(secondsSinceEpoch: seconds, nanosecond: rest * (1_000_000_000 / perSecond))
  }

  /// How many units since 1970-01-01 00:00, rounded down; `nil` when they exceed 64 bits.
  package func ticks(_ unit: TimeUnit) -> Int? {
    let perSecond = unit.ticksPerSecond
    let whole = secondsSinceEpoch.multipliedReportingOverflow(by: perSecond)
    let sum = whole.partialValue.addingReportingOverflow(nanosecond / (1_000_000_000 / perSecond))
    return whole.overflow || sum.overflow ? nil : sum.partialValue
  }

  /// The day and time that a text such as `2026-01-31 08:30:59.25` or `2026-01-31T08:30` names; a
  /// day alone means its midnight, and `Z` or `+02:00` behind it is counted in.
  public init?(_ description: String) {
    var text = description
    let parsed = text.withUTF8 { DatetimeText.parse($0)?.datetime }
    guard let parsed else { return nil }
    self = parsed
  }

  /// The day.
  public var date: CivilDate {
    CivilDate(
      daysSinceEpoch: Int32(
        clamping: flooredDivision(secondsSinceEpoch, by: 86_400).quotient))
  }

  /// The time of the day.
  public var time: CivilTime {
    CivilTime(
      nanosecondsSinceMidnight: flooredDivision(secondsSinceEpoch, by: 86_400).remainder
        * 1_000_000_000 + nanosecond)
  }

  /// The day and time as ISO 8601 writes them, with a space between.
  public var description: String { "\(date) \(time)" }

  /// Whether a day and time is earlier than another.
  public static func < (left: Datetime, right: Datetime) -> Bool {
    (left.secondsSinceEpoch, left.nanosecond) < (right.secondsSinceEpoch, right.nanosecond)
  }
}

/// Reads days and times from text, part by part.
struct DatetimeText {
  private let bytes: UnsafeBufferPointer<UInt8>
  private(set) var place = 0

  init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  var isAtEnd: Bool { place == bytes.count }

  /// The whole text as a day, a time behind it and perhaps the distance to UTC, in seconds.
  static func parse(
    _ bytes: UnsafeBufferPointer<UInt8>
  ) -> (datetime: Datetime, offset: Int?)? {
    guard bytes.count >= 10,
      let day = CivilDate.parse(UnsafeBufferPointer(rebasing: bytes[0..<10]))
    else { return nil }
    var text = DatetimeText(bytes)
    text.place = 10
    if text.isAtEnd { return (Datetime(day, CivilTime(nanosecondsSinceMidnight: 0)), nil) }
    guard text.take(0x54) || text.take(0x74) || text.take(0x20), let time = text.time() else {
      return nil
    }
    var result = Datetime(day, time)
    if text.isAtEnd { return (result, nil) }
    guard let offset = text.offset(), text.isAtEnd else { return nil }
    result.secondsSinceEpoch -= offset
    return (result, offset)
  }

  /// Takes a byte, if it is the next.
  mutating func take(_ byte: UInt8) -> Bool {
    guard place < bytes.count, bytes[place] == byte else { return false }
    place += 1
    return true
  }

  /// A number of exactly so many digits.
  mutating func number(_ digits: Int) -> Int? {
    guard place + digits <= bytes.count else { return nil }
    var value = 0
    for index in place..<(place + digits) {
      let digit = bytes[index] &- 0x30
      guard digit < 10 else { return nil }
      value = value * 10 + Int(digit)
    }
    place += digits
    return value
  }

  /// `HH:MM`, `HH:MM:SS` or `HH:MM:SS.f…`; digits beyond the ninth are left out.
  mutating func time() -> CivilTime? {
    guard let hour = number(2), take(0x3a), let minute = number(2) else { return nil }
    var second = 0
    var nanosecond = 0
    if take(0x3a) {
      guard let found = number(2) else { return nil }
      second = found
      if take(0x2e) {
        guard let found = fraction() else { return nil }
        nanosecond = found
      }
    }
    return CivilTime(hour: hour, minute: minute, second: second, nanosecond: nanosecond)
  }

  /// Decimals of a second as nanoseconds.
  mutating func fraction() -> Int? {
    let start = place
    var value = 0
    while place < bytes.count, bytes[place] &- 0x30 < 10 {
      if place - start < 9 { value = value * 10 + Int(bytes[place] &- 0x30) }
      place += 1
    }
    guard place > start else { return nil }
    for _ in Swift.min(place - start, 9)..<9 { value *= 10 }
    return value
  }

  /// `Z`, `+02:00`, `+0200` or `+02`, in seconds.
  mutating func offset() -> Int? {
    if take(0x5a) || take(0x7a) { return 0 }
    let sign = take(0x2d) ? -1 : take(0x2b) ? 1 : 0
    guard sign != 0, let hours = number(2), hours < 24 else { return nil }
    if isAtEnd { return sign * hours * 3600 }
    _ = take(0x3a)
    guard let minutes = number(2), minutes < 60 else { return nil }
    return sign * (hours * 3600 + minutes * 60)
  }
}

extension Duration {
  /// So many units.
  package init(ticks: Int, _ unit: TimeUnit) {
    switch unit {
    case .milliseconds: self = .milliseconds(ticks)
    case .microseconds: self = .microseconds(ticks)
    case .nanoseconds: self = .nanoseconds(ticks)
    }
  }

  /// How many whole units, rounded down; `nil` when they exceed 64 bits.
  package func ticks(_ unit: TimeUnit) -> Int? {
    let perSecond = unit.ticksPerSecond
    let (seconds, attoseconds) = components
    let whole = Int(seconds).multipliedReportingOverflow(by: perSecond)
    let part = flooredDivision(
      Int(attoseconds), by: 1_000_000_000_000_000_000 / perSecond
    ).quotient
    let sum = whole.partialValue.addingReportingOverflow(part)
    return whole.overflow || sum.overflow ? nil : sum.partialValue
  }

  /// The length as days, hours, minutes and seconds: `1d 2h 30m 5.25s`.
  var shownParts: String {
    let nanoseconds =
      Int128(components.seconds) * 1_000_000_000
      + Int128(components.attoseconds / 1_000_000_000)
    if nanoseconds == 0 { return "0s" }
    var rest = nanoseconds.magnitude
    var parts: [String] = []
    for (name, size) in [
      ("d", UInt128(86_400_000_000_000)), ("h", 3_600_000_000_000), ("m", 60_000_000_000),
    ] where rest >= size {
      parts.append("\(rest / size)\(name)")
      rest %= size
    }
    if rest > 0 {
      parts.append("\(rest / 1_000_000_000)\(fractionText(Int(rest % 1_000_000_000)))s")
    }
    return (nanoseconds < 0 ? "-" : "") + parts.joined(separator: " ")
  }
}
