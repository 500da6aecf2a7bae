/// Sorting of floating-point numbers without comparisons: by eleven bits at a time, lowest first.
/// −0 comes before 0; NaN has no place among drawn numbers.
package enum NumberSort {
  private static let bits: UInt64 = 11
  private static let digits = 1 << 11

  /// Sorts the numbers in place, in ascending order.
  package static func sort(_ numbers: UnsafeMutableBufferPointer<Double>) {
    guard numbers.count > 256 else {
      var few = numbers
      few.sort()
      return
    }
    let count = numbers.count
    let keys = UnsafeMutablePointer<UInt64>.allocate(capacity: 2 * count)
    defer { keys.deallocate() }
    var (from, to) = (keys, keys + count)
    let counts = UnsafeMutablePointer<Int>.allocate(capacity: 6 * digits)
    counts.initialize(repeating: 0, count: 6 * digits)
    defer { counts.deallocate() }
    for place in 0..<count {
      let bits = numbers[place].bitPattern
      // Negative numbers turn round whole, others get the highest bit: unsigned order is theirs.
      let key = bits >> 63 == 1 ? ~bits : bits | 1 << 63
      from[place] = key
      for digit in 0..<6 { counts[digit << 11 + digitOf(key, digit)] &+= 1 }
    }
    for digit in 0..<6 {
      let row = counts + digit << 11
      // A digit that all share moves nothing.
      guard row[digitOf(from[0], digit)] < count else { continue }
      var start = 0
      for value in 0..<digits {
        let here = row[value]
        row[value] = start
        start += here
      }
      for place in 0..<count {
        let key = from[place]
        let value = digitOf(key, digit)
        to[row[value]] = key
        row[value] &+= 1
      }
      swap(&from, &to)
    }
    for place in 0..<count {
      let key = from[place]
      numbers[place] = Double(bitPattern: key >> 63 == 1 ? key & ~(1 << 63) : ~key)
    }
  }

  @inline(__always)
  private static func digitOf(_ key: UInt64, _ digit: Int) -> Int {
    Int(truncatingIfNeeded: key >> (UInt64(digit) &* bits)) & (digits - 1)
  }
}

/// The quantile of sorted numbers between the two nearest ranks (R's type 7, as Vega takes it);
/// `fraction` is 0 to 1, and there is at least one number.
package func quantile(_ sorted: some RandomAccessCollection<Double>, _ fraction: Double) -> Double {
  let place = fraction * Double(sorted.count - 1)
  let low = Int(place.rounded(.down))
  let first = sorted[sorted.index(sorted.startIndex, offsetBy: low)]
  guard low + 1 < sorted.count, place > Double(low) else { return first }
  let second = sorted[sorted.index(sorted.startIndex, offsetBy: low + 1)]
  let weight = place - Double(low)
  // Weighted ends and not a step of their difference, which may overflow.
  return first * (1 - weight) + second * weight
}
