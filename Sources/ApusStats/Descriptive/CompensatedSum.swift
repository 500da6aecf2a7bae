internal import ApusFrame

/// A sum that keeps what rounding loses: a high part and the rest, about 106 bits together.
///
/// Source: Knuth, The Art of Computer Programming 2, 4.2.2 (the error of a sum is a double).
package struct CompensatedSum: Sendable {
  /// The sum as far as a double holds it.
  package private(set) var high = 0.0
  /// What the high part misses.
  package private(set) var low = 0.0

  /// The sum of nothing.
  package init() {}

  /// Adds a number.
  package mutating func add(_ value: Double) {
    let sum = high + value
    let part = sum - high
    low += (high - (sum - part)) + (value - part)
    high = sum
  }

  /// Adds another sum.
  package mutating func add(_ other: CompensatedSum) {
    add(other.high)
    low += other.low
  }

  /// The sum as one double.
  package var value: Double { high + low }

  /// The sum divided by a whole number, again as two parts.
  package func divided(by count: Int) -> CompensatedSum {
    let divisor = Double(count)
    var result = CompensatedSum()
    result.high = (high + low) / divisor
    let left = (-result.high).timesAdding(divisor, high)
    result.low = (left + low) / divisor
    return result
  }
}

extension Double {
  /// `other + self * factor` with one rounding.
  fileprivate func timesAdding(_ factor: Double, _ other: Double) -> Double {
    other.addingProduct(self, factor)
  }
}

/// Four compensated sums side by side.
struct LaneSum: Sendable {
  private var high = SIMD4<Double>()
  private var low = SIMD4<Double>()

  @inline(__always)
  mutating func add(_ values: SIMD4<Double>) {
    let sum = high + values
    let part = sum - high
    low += (high - (sum - part)) + (values - part)
    high = sum
  }

  var total: CompensatedSum {
    var total = CompensatedSum()
    for lane in 0..<4 { total.add(high[lane]) }
    for lane in 0..<4 { total.add(low[lane]) }
    return total
  }
}

/// Sums over numbers, in pieces of fixed size so that they do not depend on the count of threads.
enum Sums {
  static let chunkSize = 1 << 15

  /// The results of each piece of `0..<count`, in order; pieces run on all threads.
  static func pieces<Part: Sendable>(
    _ count: Int, in place: String, _ body: (Range<Int>) -> Part
  ) throws(StatsError) -> [Part] {
    let size = chunkSize
    let pieceCount = Swift.max((count + size - 1) / size, 1)
    if pieceCount == 1 { return [body(0..<count)] }
    do throws(FrameError) {
      return try parallelMap(pieceCount) { piece in
        body(piece * size..<Swift.min((piece + 1) * size, count))
      }
    } catch { throw StatsError(error, in: place) }
  }

  /// The sum of all numbers and the least and greatest of them.
  static func total(
    _ values: [Double], in place: String
  ) throws(StatsError) -> (sum: CompensatedSum, least: Double, greatest: Double) {
    let parts = try values.withUnsafeBufferPointer {
      (all) throws(StatsError) -> [(CompensatedSum, Double, Double)] in
      nonisolated(unsafe) let all = all
      return try pieces(values.count, in: place) { total(UnsafeBufferPointer(rebasing: all[$0])) }
    }
    var (sum, least, greatest) = (CompensatedSum(), Double.infinity, -Double.infinity)
    for part in parts {
      sum.add(part.0)
      least = Swift.min(least, part.1)
      greatest = Swift.max(greatest, part.2)
    }
    return (sum, least, greatest)
  }

  private static func total(
    _ values: UnsafeBufferPointer<Double>
  ) -> (CompensatedSum, Double, Double) {
    let raw = UnsafeRawBufferPointer(values)
    var lanes = LaneSum()
    var least = SIMD4<Double>(repeating: .infinity)
    var greatest = -least
    let whole = values.count & ~3
    for place in stride(from: 0, to: whole, by: 4) {
      let next = raw.loadUnaligned(fromByteOffset: place * 8, as: SIMD4<Double>.self)
      lanes.add(next)
      least.replace(with: next, where: next .< least)
      greatest.replace(with: next, where: next .> greatest)
    }
    var (sum, low, high) = (lanes.total, least.min(), greatest.max())
    for place in whole..<values.count {
      sum.add(values[place])
      low = Swift.min(low, values[place])
      high = Swift.max(high, values[place])
    }
    return (sum, low, high)
  }

  /// The sums of the first to fourth powers of deviations from a centre.
  static func powers(
    _ values: [Double], around centre: CompensatedSum, in place: String
  ) throws(StatsError) -> [CompensatedSum] {
    let parts = try values.withUnsafeBufferPointer {
      (all) throws(StatsError) -> [[CompensatedSum]] in
      nonisolated(unsafe) let all = all
      return try pieces(values.count, in: place) {
        powers(UnsafeBufferPointer(rebasing: all[$0]), around: centre)
      }
    }
    var sums = [CompensatedSum](repeating: CompensatedSum(), count: 4)
    for part in parts { for order in 0..<4 { sums[order].add(part[order]) } }
    return sums
  }

  private static func powers(
    _ values: UnsafeBufferPointer<Double>, around centre: CompensatedSum
  ) -> [CompensatedSum] {
    let raw = UnsafeRawBufferPointer(values)
    var (first, second, third, fourth) = (LaneSum(), LaneSum(), LaneSum(), LaneSum())
    let whole = values.count & ~3
    for place in stride(from: 0, to: whole, by: 4) {
      let next = raw.loadUnaligned(fromByteOffset: place * 8, as: SIMD4<Double>.self)
      let deviation = (next - centre.high) - centre.low
      let square = deviation * deviation
      first.add(deviation)
      second.add(square)
      third.add(square * deviation)
      fourth.add(square * square)
    }
    var sums = [first.total, second.total, third.total, fourth.total]
    for place in whole..<values.count {
      let deviation = (values[place] - centre.high) - centre.low
      var power = 1.0
      for order in 0..<4 {
        power *= deviation
        sums[order].add(power)
      }
    }
    return sums
  }
}
