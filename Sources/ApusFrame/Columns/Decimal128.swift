/// A decimal number of up to 38 digits: a whole number and how many of its digits stand behind the
/// point.
public struct Decimal128: BitwiseCopyable, Sendable, Hashable, Comparable,
  LosslessStringConvertible
{
  /// The number without its point.
  public var coefficient: Int128
  /// How many digits stand behind the point, 0 to 38.
  public var scale: Int

  /// The number `coefficient` / 10 to the power of `scale`.
  public init(coefficient: Int128, scale: Int) {
    precondition((0...38).contains(scale), "a decimal has 0 to 38 digits behind its point")
    self.coefficient = coefficient
    self.scale = scale
  }

  /// The number that a text such as `-12.50` writes; `nil` for another text, or beyond 38 digits.
  public init?(_ description: String) {
    var text = description
    let parsed = text.withUTF8 { Decimal128.parse($0) }
    guard let parsed else { return nil }
    self = parsed
  }

  /// The number that a text writes, without an exponent.
  package static func parse(_ bytes: UnsafeBufferPointer<UInt8>) -> Decimal128? {
    var place = 0
    let isNegative = bytes.first == 0x2d
    if isNegative || bytes.first == 0x2b { place = 1 }
    var (value, digits, scale, seesPoint) = (Int128(0), 0, 0, false)
    while place < bytes.count {
      let byte = bytes[place]
      place += 1
      if byte == 0x2e, !seesPoint {
        seesPoint = true
        continue
      }
      let digit = byte &- 0x30
      guard digit < 10 else { return nil }
      let (product, tooLarge) = value.multipliedReportingOverflow(by: 10)
      guard !tooLarge else { return nil }
      value = product + Int128(digit)
      digits += 1
      if seesPoint { scale += 1 }
    }
    guard digits > 0, value < powers[38], scale <= 38 else { return nil }
    return Decimal128(coefficient: isNegative ? -value : value, scale: scale)
  }

  /// The powers of ten from 0 to 38.
  package static let powers: [Int128] = {
    var powers: [Int128] = [1]
    for _ in 0..<38 { powers.append(powers[powers.count - 1] * 10) }
    return powers
  }()

  /// The coefficient at another scale, rounded half away from 0; `nil` beyond 38 digits.
  package static func rescaled(_ coefficient: Int128, from scale: Int, to other: Int) -> Int128? {
    if scale == other { return coefficient }
    if other > scale {
      let (value, overflow) = coefficient.multipliedReportingOverflow(by: powers[other - scale])
      return overflow || value.magnitude >= powers[38].magnitude ? nil : value
    }
    let power = powers[scale - other]
    let (quotient, rest) = coefficient.quotientAndRemainder(dividingBy: power)
    let half = power / 2
    return rest >= half ? quotient + 1 : rest <= -half ? quotient - 1 : quotient
  }

  /// The nearest floating-point number.
  public var double: Double { Decimal128.double(coefficient, scale: scale) }

  /// The nearest floating-point number to `coefficient` / 10 to the power of `scale`.
  @inline(__always)
  package static func double(_ coefficient: Int128, scale: Int) -> Double {
    // Both sides are exact up to these, and the quotient is then rounded once.
    if coefficient.magnitude <= 1 << 53, scale <= 22 {
      return Double(coefficient) / exactPowers[scale]
    }
    return Double(text(coefficient, scale: scale)) ?? .nan
  }

  private static let exactPowers: [Double] = (0...22).map { Double(powers[$0]) }

  /// The number as it is written, with all digits behind its point.
  public var description: String { Decimal128.text(coefficient, scale: scale) }

  /// A coefficient with its point.
  static func text(_ coefficient: Int128, scale: Int) -> String {
    var digits = String(coefficient.magnitude)
    if digits.count <= scale {
      digits = String(repeating: "0", count: scale + 1 - digits.count) + digits
    }
    let sign = coefficient < 0 ? "-" : ""
    guard scale > 0 else { return sign + digits }
    return "\(sign)\(digits.dropLast(scale)).\(digits.suffix(scale))"
  }

  /// The number without zeros at its end.
  private var reduced: Decimal128 {
    var (value, scale) = (coefficient, scale)
    while scale > 0, value % 10 == 0 {
      value /= 10
      scale -= 1
    }
    return Decimal128(coefficient: value, scale: scale)
  }

  /// Whether two numbers are equal; 1.5 equals 1.50.
  public static func == (left: Decimal128, right: Decimal128) -> Bool {
    let (a, b) = (left.reduced, right.reduced)
    return a.coefficient == b.coefficient && a.scale == b.scale
  }

  /// Feeds the number to a hasher.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(reduced.coefficient)
    hasher.combine(reduced.scale)
  }

  /// Whether a number is less than another.
  public static func < (left: Decimal128, right: Decimal128) -> Bool {
    let scale = Swift.max(left.scale, right.scale)
    let a = left.coefficient.multipliedFullWidth(by: powers[scale - left.scale])
    let b = right.coefficient.multipliedFullWidth(by: powers[scale - right.scale])
    return (a.high, a.low) < (b.high, b.low)
  }
}
