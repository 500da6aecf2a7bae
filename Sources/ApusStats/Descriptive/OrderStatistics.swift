@_implementationOnly import Glibc

/// Finds values by rank without sorting all: each search divides what is left.
///
/// Source: Floyd and Rivest 1975, algorithm 489 (SELECT).
struct OrderStatistics {
  private var values: [Double]
  /// Ranks below are in their places, and no value behind is less.
  private var floor = 0

  init(_ values: [Double]) { self.values = values }

  /// The value with `rank` values before it. Ranks must be asked for in rising order.
  mutating func value(at rank: Int) -> Double {
    precondition(rank >= floor && rank < values.count, "rank \(rank) of \(values.count) values")
    let start = floor
    values.withUnsafeMutableBufferPointer { all in
      Self.select(all, start, all.count - 1, rank)
    }
    floor = rank
    return values[rank]
  }

  /// The value at `rank` and the one behind it.
  mutating func pair(at rank: Int) -> (Double, Double) {
    let first = value(at: rank)
    guard rank + 1 < values.count else { return (first, first) }
    let second = values.withUnsafeBufferPointer { all in
      var least = Double.infinity
      for place in (rank + 1)..<all.count { least = Swift.min(least, all[place]) }
      return least
    }
    return (first, second)
  }

  private static func select(
    _ all: UnsafeMutableBufferPointer<Double>, _ first: Int, _ last: Int, _ rank: Int
  ) {
    var (left, right) = (first, last)
    while right > left {
      if right - left > 600 {
        let n = Double(right - left + 1)
        let i = Double(rank - left + 1)
        let z = log(n)
        let s = 0.5 * exp(2 * z / 3)
        let deviation = 0.5 * (z * s * (n - s) / n).squareRoot() * (i < n / 2 ? -1 : 1)
        let low = Swift.max(left, Int(Double(rank) - i * s / n + deviation))
        let high = Swift.min(right, Int(Double(rank) + (n - i) * s / n + deviation))
        select(all, low, high, rank)
      }
      let pivot = all[rank]
      var (i, j) = (left, right)
      all.swapAt(left, rank)
      let isRightGreater = all[right] > pivot
      if isRightGreater { all.swapAt(left, right) }
      while i < j {
        all.swapAt(i, j)
        i += 1
        j -= 1
        while all[i] < pivot { i += 1 }
        while all[j] > pivot { j -= 1 }
      }
      if all[left] == pivot {
        all.swapAt(left, j)
      } else {
        j += 1
        all.swapAt(j, right)
      }
      if j <= rank { left = j + 1 }
      if rank <= j { right = j - 1 }
    }
  }
}
