/// A set of ASCII bytes.
struct ASCIISet: Equatable {
  private var low: UInt64 = 0
  private var high: UInt64 = 0

  init() {}

  init(_ bytes: ClosedRange<UInt8>...) {
    for range in bytes { insert(range) }
  }

  static let digits = ASCIISet(0x30...0x39)
  /// Letters, digits and the underscore.
  static let wordBytes = ASCIISet(0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A)
  static let spaces = ASCIISet(0x09...0x0D, 0x20...0x20)
  /// What `.` matches.
  static let allButNewlines = ASCIISet(0x0A...0x0D).complement

  func contains(_ byte: UInt8) -> Bool {
    (byte < 64 ? low >> UInt64(byte) : high >> UInt64(byte & 63)) & 1 != 0 && byte < 128
  }

  mutating func insert(_ bytes: ClosedRange<UInt8>) {
    for byte in bytes where byte < 128 {
      if byte < 64 { low |= 1 << UInt64(byte) } else { high |= 1 << UInt64(byte & 63) }
    }
  }

  mutating func formUnion(_ other: ASCIISet) {
    low |= other.low
    high |= other.high
  }

  func isDisjoint(with other: ASCIISet) -> Bool { low & other.low == 0 && high & other.high == 0 }

  var complement: ASCIISet {
    var set = ASCIISet()
    set.low = ~low
    set.high = ~high
    return set
  }

  var count: Int { low.nonzeroBitCount + high.nonzeroBitCount }

  /// The only byte of the set, if it has just one.
  var single: UInt8? {
    guard count == 1 else { return nil }
    return UInt8(low != 0 ? low.trailingZeroBitCount : 64 + high.trailingZeroBitCount)
  }
}
