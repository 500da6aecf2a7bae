/// Reads one value's bytes as a type; `nil` when they are not of it. Spaces around are passed over.
enum CSVNumbers {
  /// What the bytes of a number are like.
  enum Kind {
    /// A whole number that `Int` holds.
    case whole(Int)
    /// Digits beyond `Int`.
    case huge
    /// A number with a point or an exponent, an infinity or NaN.
    case fractional
  }

  /// The bytes without spaces and tabs around them.
  @inline(__always)
  static func trimmed(_ bytes: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
    var (start, end) = (0, bytes.count)
    while start < end, bytes[start] == 0x20 || bytes[start] == 0x09 { start += 1 }
    while end > start, bytes[end - 1] == 0x20 || bytes[end - 1] == 0x09 { end -= 1 }
    return UnsafeBufferPointer(rebasing: bytes[start..<end])
  }

  /// What kind of number the bytes are. Leading zeros and a plus sign make them text: they belong
  /// to postcodes and telephone numbers, and a number would lose them.
  static func kind(of bytes: UnsafeBufferPointer<UInt8>) -> Kind? {
    var place = bytes.first == UInt8(ascii: "-") ? 1 : 0
    let isNegative = place == 1
    let firstDigit = place
    var value = 0
    var isHuge = false
    while place < bytes.count, isDigit(bytes[place]) {
      let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
      let digit = Int(bytes[place] &- 0x30)
      let (sum, overflowToo) = tens.subtractingReportingOverflow(digit)
      isHuge = isHuge || overflow || overflowToo
      value = sum
      place += 1
    }
    let digitCount = place - firstDigit
    if digitCount > 1, bytes[firstDigit] == 0x30 { return nil }
    if place == bytes.count, digitCount > 0 {
      // Digits are collected below zero, where `Int` reaches one further.
      if isHuge || (!isNegative && value == .min) { return .huge }
      return .whole(isNegative ? value : -value)
    }
    return isFractional(bytes, from: place, digitCount: digitCount) ? .fractional : nil
  }

  /// Whether the bytes from `place` complete a number: `.5`, `e-3`, or a word for no number.
  private static func isFractional(
    _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, digitCount: Int
  ) -> Bool {
    if digitCount == 0, specials.contains(where: { $0.elementsEqual(bytes) }) { return true }
    var place = start
    var digits = digitCount
    if place < bytes.count, bytes[place] == UInt8(ascii: ".") {
      place += 1
      while place < bytes.count, isDigit(bytes[place]) {
        place += 1
        digits += 1
      }
    }
    guard digits > 0 else { return false }
    if place < bytes.count, bytes[place] | 0x20 == UInt8(ascii: "e") {
      place += 1
      if place < bytes.count, bytes[place] == 0x2b || bytes[place] == 0x2d { place += 1 }
      let firstDigit = place
      while place < bytes.count, isDigit(bytes[place]) { place += 1 }
      guard place > firstDigit else { return false }
    }
    return place == bytes.count
  }

  private static let specials = ["NaN", "nan", "inf", "-inf", "Infinity", "-Infinity"].map {
    Array($0.utf8)
  }

  /// The number, rounded to the nearest of floating point.
  static func double(_ bytes: UnsafeBufferPointer<UInt8>) -> Double? {
    switch kind(of: bytes) {
    case .whole(let value): return Double(value)
    case .huge, .fractional:
      return shortDecimal(bytes) ?? Double(String(decoding: bytes, as: UTF8.self))
    case nil: return nil
    }
  }

  /// The number when it has at most 15 digits and no exponent: digits and power of ten are then
  /// exact, and so one division rounds correctly (W. D. Clinger 1990).
  private static func shortDecimal(_ bytes: UnsafeBufferPointer<UInt8>) -> Double? {
    guard bytes.count <= 17 else { return nil }
    var digits = 0
    var count = 0
    var decimals: Int?
    for (place, byte) in bytes.enumerated() {
      if byte == UInt8(ascii: "-"), place == 0 { continue }
      if byte == UInt8(ascii: "."), decimals == nil {
        decimals = 0
        continue
      }
      guard isDigit(byte), count < 15 else { return nil }
      digits = digits * 10 + Int(byte &- 0x30)
      count += 1
      decimals = decimals.map { $0 + 1 }
    }
    let magnitude = Double(digits) / powers[decimals ?? 0]
    return bytes.first == UInt8(ascii: "-") ? -magnitude : magnitude
  }

  private static let powers: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
  ]

  /// True or false, as programs write them.
  static func bool(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool? {
    if trues.contains(where: { $0.elementsEqual(bytes) }) { return true }
    if falses.contains(where: { $0.elementsEqual(bytes) }) { return false }
    return nil
  }

  private static let trues = ["true", "True", "TRUE"].map { Array($0.utf8) }
  private static let falses = ["false", "False", "FALSE"].map { Array($0.utf8) }

  @inline(__always)
  private static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
}
