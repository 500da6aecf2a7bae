/// Sums of doubles without loss: each is the nearest double to the exact value, or a few units of its
/// last place from it.
package enum PreciseSums {
  /// Σ x.
  package static func sum(_ values: [Double]) -> DoubleDouble {
    var sum = DoubleDouble.zero
    for value in values { sum = sum + DoubleDouble(value) }
    return sum
  }

  /// The mean.
  package static func mean(_ values: [Double]) -> DoubleDouble {
    sum(values) / DoubleDouble(Double(values.count))
  }

  /// Σ (x − center)².
  package static func squares(_ values: [Double], around center: DoubleDouble) -> DoubleDouble {
    var sum = DoubleDouble.zero
    for value in values {
      let difference = DoubleDouble(value) - center
      sum = sum + difference * difference
    }
    return sum
  }

  /// The standard deviation of a sample, with n − 1.
  package static func standardDeviation(_ values: [Double]) -> Double {
    (squares(values, around: mean(values)) / DoubleDouble(Double(values.count - 1))).squareRoot.high
  }

  /// The autocorrelation at a lag.
  package static func autocorrelation(_ values: [Double], lag: Int) -> Double {
    let center = mean(values)
    var sum = DoubleDouble.zero
    for row in lag..<max(values.count, lag) {
      sum = sum + (DoubleDouble(values[row]) - center) * (DoubleDouble(values[row - lag]) - center)
    }
    return (sum / squares(values, around: center)).high
  }

  /// The sums of squares between and within groups.
  package static func groupSquares(
    _ groups: [[Double]]
  ) -> (between: DoubleDouble, within: DoubleDouble) {
    let count = groups.reduce(0) { $0 + $1.count }
    let total = groups.reduce(DoubleDouble.zero) { $0 + sum($1) }
    let center = total / DoubleDouble(Double(count))
    var (between, within) = (DoubleDouble.zero, DoubleDouble.zero)
    for group in groups where !group.isEmpty {
      let own = mean(group)
      let difference = own - center
      between = between + difference * difference * Double(group.count)
      within = within + squares(group, around: own)
    }
    return (between, within)
  }
}
