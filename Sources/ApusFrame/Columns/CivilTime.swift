/// A time of the day, without a day or a zone.
public struct CivilTime: BitwiseCopyable, Sendable, Hashable, Comparable,
  LosslessStringConvertible
{
  /// Nanoseconds since midnight, below 86 400 thousand millions.
  public var nanosecondsSinceMidnight: Int

  static let nanosecondsPerDay = 86_400_000_000_000

  /// The time so many nanoseconds after midnight.
  public init(nanosecondsSinceMidnight: Int) {
    self.nanosecondsSinceMidnight = nanosecondsSinceMidnight
  }

  /// The time of an hour, minute, second and part of it; `nil` when there is none.
  public init?(hour: Int, minute: Int, second: Int = 0, nanosecond: Int = 0) {
    guard (0..<24).contains(hour), (0..<60).contains(minute), (0..<60).contains(second),
      (0..<1_000_000_000).contains(nanosecond)
    else { return nil }
    nanosecondsSinceMidnight = (hour * 3600 + minute * 60 + second) * 1_000_000_000 + nanosecond
  }

  /// The time that a text such as `08:30`, `08:30:59` or `08:30:59.25` names.
  public init?(_ description: String) {
    var text = description
    let parsed = text.withUTF8 { bytes -> CivilTime? in
      var cursor = DatetimeText(bytes)
      guard let time = cursor.time(), cursor.isAtEnd else { return nil }
      return time
    }
    guard let parsed else { return nil }
    self = parsed
  }

  /// The hour, 0 to 23.
  public var hour: Int { nanosecondsSinceMidnight / 3_600_000_000_000 }
  /// The minute of the hour.
  public var minute: Int { nanosecondsSinceMidnight / 60_000_000_000 % 60 }
  /// The second of the minute.
  public var second: Int { nanosecondsSinceMidnight / 1_000_000_000 % 60 }
  /// The nanosecond of the second.
  public var nanosecond: Int { nanosecondsSinceMidnight % 1_000_000_000 }

  /// The time as ISO 8601 writes it, with as many thousands of decimals as it needs.
  public var description: String {
    "\(padded(hour, 2)):\(padded(minute, 2)):\(padded(second, 2))\(fractionText(nanosecond))"
  }

  /// Whether a time is earlier than another.
  public static func < (left: CivilTime, right: CivilTime) -> Bool {
    left.nanosecondsSinceMidnight < right.nanosecondsSinceMidnight
  }
}

/// A number with zeros before it up to a width.
func padded(_ value: Int, _ width: Int) -> String {
  let digits = String(value.magnitude)
  return (value < 0 ? "-" : "")
    + String(repeating: "0", count: Swift.max(0, width - digits.count)) + digits
}

/// A part of a second as `.123`, `.123456` or `.123456789`; nothing for none.
func fractionText(_ nanosecond: Int) -> String {
  if nanosecond == 0 { return "" }
  if nanosecond % 1_000_000 == 0 { return "." + padded(nanosecond / 1_000_000, 3) }
  if nanosecond % 1000 == 0 { return "." + padded(nanosecond / 1000, 6) }
  return "." + padded(nanosecond, 9)
}

/// Division that rounds down, and what is left; for a divisor above 0.
@inline(__always)
func flooredDivision(_ dividend: Int, by divisor: Int) -> (quotient: Int, remainder: Int) {
  let (quotient, remainder) = dividend.quotientAndRemainder(dividingBy: divisor)
  return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
}
