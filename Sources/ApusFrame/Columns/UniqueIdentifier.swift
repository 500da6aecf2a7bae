/// Sixteen bytes that name a thing, as RFC 9562 has them: a UUID.
public struct UniqueIdentifier: BitwiseCopyable, Sendable, Hashable, Comparable,
  LosslessStringConvertible
{
  // The bytes lie in memory in their order: these are not numbers but eight bytes each.
  private var first: UInt64
  private var second: UInt64

  /// The identifier of two numbers, the upper half first.
  public init(high: UInt64, low: UInt64) {
    first = high.bigEndian
    second = low.bigEndian
  }

  /// The upper eight bytes as a number.
  public var high: UInt64 { first.bigEndian }
  /// The lower eight bytes as a number.
  public var low: UInt64 { second.bigEndian }

  /// The identifier of sixteen bytes; `nil` for another number of them.
  public init?(bytes: [UInt8]) {
    guard bytes.count == 16 else { return nil }
    var (high, low) = (UInt64(0), UInt64(0))
    for place in 0..<8 {
      high = high << 8 | UInt64(bytes[place])
      low = low << 8 | UInt64(bytes[place + 8])
    }
    self.init(high: high, low: low)
  }

  /// The identifier that 32 hexadecimal digits name, with hyphens or without.
  public init?(_ description: String) {
    let digits = description.utf8.filter { $0 != 0x2d }
    guard digits.count == 32, description.utf8.count == 32 || description.utf8.count == 36,
      let high = UInt64(String(decoding: digits[0..<16], as: UTF8.self), radix: 16),
      let low = UInt64(String(decoding: digits[16..<32], as: UTF8.self), radix: 16),
      !digits.contains(0x2b)
    else { return nil }
    self.init(high: high, low: low)
  }

  /// The identifier as `550e8400-e29b-41d4-a716-446655440000`.
  public var description: String {
    func digits(_ value: UInt64) -> [Character] {
      let text = String(value, radix: 16)
      return Array(String(repeating: "0", count: 16 - text.count) + text)
    }
    let all = digits(high) + digits(low)
    return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(all[$0]) }
      .joined(separator: "-")
  }

  /// Whether an identifier's bytes come before another's.
  public static func < (left: UniqueIdentifier, right: UniqueIdentifier) -> Bool {
    (left.high, left.low) < (right.high, right.low)
  }
}
