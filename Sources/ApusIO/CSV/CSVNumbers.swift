internal import ApusFrame

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

  /// The whole number that the bytes are.
  @inline(__always)
  static func whole(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
    guard let base = bytes.baseAddress, bytes.count > 0, bytes.count < 19 else {
      return longWhole(bytes)
    }
    let isNegative = base[0] == UInt8(ascii: "-")
    var place = isNegative ? 1 : 0
    // A leading zero makes digits a text, but for zero itself.
    if bytes.count == place || (base[place] == 0x30 && bytes.count > place + 1) { return nil }
    var value = 0
    while place < bytes.count {
      let digit = base[place] &- 0x30
      guard digit < 10 else { return nil }
      value = value &* 10 &+ Int(digit)
      place &+= 1
    }
    return isNegative ? 0 &- value : value
  }

  @inline(never)
  private static func longWhole(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
    if case .whole(let value)? = kind(of: bytes) { value } else { nil }
  }

  /// The number, rounded to the nearest of floating point.
  @inline(__always)
  static func double(_ bytes: UnsafeBufferPointer<UInt8>) -> Double? {
    shortDecimal(bytes) ?? longDouble(bytes)
  }

  @inline(never)
  private static func longDouble(_ bytes: UnsafeBufferPointer<UInt8>) -> Double? {
    switch kind(of: bytes) {
    case .whole(let value): Double(value)
    case .huge, .fractional: Double(String(decoding: bytes, as: UTF8.self))
    case nil: nil
    }
  }

  /// The number when it is digits, at most 15 with a point among them: digits and power of ten are
  /// then exact, and so one division rounds correctly (W. D. Clinger 1990).
  @inline(__always)
  private static func shortDecimal(_ bytes: UnsafeBufferPointer<UInt8>) -> Double? {
    guard let base = bytes.baseAddress, bytes.count > 0, bytes.count <= 17 else { return nil }
    let isNegative = base[0] == UInt8(ascii: "-")
    var place = isNegative ? 1 : 0
    let first = place
    var digits = 0
    var point = -1
    while place < bytes.count {
      let digit = base[place] &- 0x30
      if digit < 10 {
        digits = digits &* 10 &+ Int(digit)
      } else if base[place] == UInt8(ascii: "."), point < 0 {
        point = place
      } else {
        return nil
      }
      place &+= 1
    }
    let count = place - first - (point < 0 ? 0 : 1)
    guard count > 0, count <= 15 else { return nil }
    // A leading zero is left to the careful reader, unless a point follows it.
    if base[first] == 0x30, count > 1, point != first + 1 { return nil }
    let magnitude =
      point < 0 ? Double(digits) : Double(digits) / powers[place &- point &- 1]
    return isNegative ? -magnitude : magnitude
  }

  private static let powers: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
  ]

  /// The day that the bytes name.
  static func day(_ bytes: UnsafeBufferPointer<UInt8>) -> CivilDate? { CivilDate.parse(bytes) }

  /// Whether the bytes name a day and a time, to the microsecond at the finest.
  static func isDatetime(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard bytes.count >= 16, bytes.count <= 26, bytes[4] == 0x2d, bytes[7] == 0x2d,
      bytes[10] == 0x20 || bytes[10] == UInt8(ascii: "T")
    else { return false }
    return Datetime(String(decoding: bytes, as: UTF8.self)) != nil
  }

  /// Whether the bytes name a time of the day, `08:30` or `08:30:59.25`.
  static func isTime(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard bytes.count >= 5, bytes.count <= 18, bytes[2] == UInt8(ascii: ":") else { return false }
    return CivilTime(String(decoding: bytes, as: UTF8.self)) != nil
  }

  /// Whether the bytes name no day.
  static func isNoDay(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool { CivilDate.parse(bytes) == nil }

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
