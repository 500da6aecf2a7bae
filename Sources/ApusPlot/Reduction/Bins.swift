package import ApusFrame

@_implementationOnly import Glibc

/// Equally wide intervals along an axis; each holds its lower end, the last its upper end too.
package struct Bins: Sendable, Equatable {
  /// The ends of the intervals, one more than there are intervals.
  package let edges: [Double]

  /// How many intervals there are.
  package var count: Int { edges.count - 1 }

  /// Exactly `count` intervals from the least to the greatest number; around a single number they
  /// are 1 wide together, and without numbers they go from 0 to 1.
  package init(exactly count: Int, over extent: ClosedRange<Double>?) {
    let (low, high) = Bins.widened(extent)
    let width = high / Double(count) - low / Double(count)
    self.init(edges: (0..<count).map { low + width * Double($0) } + [high])
  }

  private init(edges: [Double]) { self.edges = edges }

  /// At most `limit` intervals whose ends are round numbers: the step is 1, 2 or 5 times a power
  /// of ten, chosen as Vega's `bin` does, so that both draw the same bars.
  package init(upTo limit: Int, over extent: ClosedRange<Double>?) {
    let (low, high) = Bins.widened(extent)
    let limit = Double(Swift.max(limit, 1))
    let span = high - low
    // Steps of subnormal numbers would be 0.
    guard span.isFinite, span > 1e-290 else {
      self.init(exactly: Int(limit), over: extent)
      return
    }
    let level = (log(limit) / log(10)).rounded(.up)
    var step = pow(10, (log(span) / log(10)).rounded() - level)
    while (span / step).rounded(.up) > limit { step *= 10 }
    for divisor in [5.0, 2.0] where span / (step / divisor) <= limit { step /= divisor }
    let exponent = log(step) / log(10)
    let precision = exponent >= 0 ? 0 : (-exponent).rounded(.down) + 1
    let epsilon = pow(10, -precision - 1)
    let rounded = ((low / step + epsilon).rounded(.down)) * step
    let start = low < rounded ? rounded - step : rounded
    let stop = (high / step).rounded(.up) * step
    let steps = ((stop - start) / step).rounded()
    guard steps >= 1, steps <= 2 * limit + 2, start + step > start else {
      self.init(exactly: Int(limit), over: extent)
      return
    }
    // Products and not running sums; a step of a negative power of ten divides, which is exact.
    let inverse = (1 / step).rounded()
    let isInverse = step < 1 && abs(inverse * step - 1) < 1e-9
    let first = (start / step).rounded()
    self.init(
      edges: (0...Int(steps)).map {
        let multiple = first + Double($0)
        return isInverse ? multiple / inverse : multiple * step
      })
  }

  private static func widened(_ extent: ClosedRange<Double>?) -> (Double, Double) {
    guard let extent else { return (0, 1) }
    guard extent.lowerBound == extent.upperBound else {
      return (extent.lowerBound, extent.upperBound)
    }
    // Beyond 2^53 half a unit is lost, so the interval grows with the number.
    let half = Swift.max(0.5, abs(extent.lowerBound) * 1e-9)
    let limit = Double.greatestFiniteMagnitude
    return (
      Swift.max(extent.lowerBound - half, -limit), Swift.min(extent.upperBound + half, limit)
    )
  }

  /// What a loop needs to find the interval of a number.
  struct Finder {
    let edges: UnsafePointer<Double>
    let last: Int
    let halfStart: Double
    let scale: Double

    /// The interval of a number that lies within the edges.
    @inline(__always)
    func callAsFunction(_ number: Double) -> Int {
      // The product guesses; the edges decide, whatever they were rounded to.
      var place = Swift.min(Swift.max(Int((number / 2 - halfStart) * scale), 0), last)
      while place > 0, number < edges[place] { place &-= 1 }
      while place < last, number >= edges[place + 1] { place &+= 1 }
      return place
    }
  }

  func withFinder<Result>(_ body: (Finder) -> Result) -> Result {
    edges.withUnsafeBufferPointer { pointer in
      guard let base = pointer.baseAddress else { preconditionFailure("bins without edges") }
      // Halves, because the whole span may be beyond the greatest number.
      let half = edges[count] / 2 - edges[0] / 2
      let scale = Double(count) / half
      return body(
        Finder(
          edges: base, last: count - 1, halfStart: edges[0] / 2,
          scale: scale.isFinite ? scale : 0))
    }
  }
}

/// How many numbers fall into each interval.
package struct BinCounts: Sendable {
  package let bins: Bins
  package let counts: [Int]
  package let tally: RowTally

  /// Counts the finite numbers; all lie within the bins.
  package init(_ numbers: FiniteNumbers, in bins: Bins) throws(FrameError) {
    let parts = try partialCounts(numbers.count, bins.count) { range, counts in
      bins.withFinder { find in
        numbers.values.read { values in
          for row in range {
            let number = values[row]
            if number - number == 0 { counts[find(number)] &+= 1 }
          }
        }
      }
    }
    self.bins = bins
    counts = parts
    tally = numbers.tally
  }
}

/// How many rows fall into each rectangle of two columns' intervals.
package struct BinCounts2D: Sendable {
  package let x: Bins
  package let y: Bins
  /// Row by row of rectangles: those of the lowest y first.
  package let counts: [Int]
  package let tally: RowTally

  package init(
    x: FiniteNumbers, y: FiniteNumbers, in xBins: Bins, _ yBins: Bins
  ) throws(FrameError) {
    let counts = try partialCounts(x.count, xBins.count * yBins.count) { range, counts in
      xBins.withFinder { findX in
        yBins.withFinder { findY in
          x.values.read { xs in
            y.values.read { ys in
              for row in range {
                let (a, b) = (xs[row], ys[row])
                guard a - a == 0, b - b == 0 else { continue }
                counts[findY(b) &* xBins.count &+ findX(a)] &+= 1
              }
            }
          }
        }
      }
    }
    self.x = xBins
    self.y = yBins
    self.counts = counts
    tally = RowTally(total: x.count, drawn: counts.reduce(0, +))
  }
}

/// Counts made over ranges of rows on several threads, and added; the sums do not depend on how
/// many threads there are.
private func partialCounts(
  _ rowCount: Int, _ placeCount: Int,
  _ count: (Range<Int>, UnsafeMutablePointer<Int>) -> Void
) throws(FrameError) -> [Int] {
  let chunk = Swift.max(1 << 17, placeCount)
  let parts = try parallelMap((rowCount + chunk - 1) / chunk) { part throws(FrameError) in
    [Int](unsafeUninitializedCapacity: placeCount) { target, used in
      target.initialize(repeating: 0)
      used = placeCount
      if let base = target.baseAddress {
        count(part * chunk..<Swift.min((part + 1) * chunk, rowCount), base)
      }
    }
  }
  var total = [Int](repeating: 0, count: placeCount)
  for part in parts {
    for place in 0..<placeCount { total[place] += part[place] }
  }
  return total
}
