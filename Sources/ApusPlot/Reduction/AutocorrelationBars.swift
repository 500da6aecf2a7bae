/// The autocorrelation of a series at lags 0, 1, … and the bounds of a white-noise series.
/// - Source: G. E. P. Box, G. M. Jenkins, Time Series Analysis, formula 2.1.12 (divided by n).
package struct AutocorrelationBars: Sendable {
  /// The correlation at each lag; at 0 it is 1.
  package let values: [Double]
  /// ± this holds 95 % of the correlations of white noise: 1.96 / √n.
  package let bound: Double

  /// The autocorrelation of numbers that are all finite; nothing when they do not vary.
  package init?(_ numbers: [Double], lags: Int) {
    let count = numbers.count
    guard count > 1 else { return nil }
    let mean = numbers.reduce(0) { $0 + $1 / Double(count) }
    let centred = numbers.map { $0 - mean }
    func product(_ lag: Int) -> Double {
      centred.withUnsafeBufferPointer { series in
        // Four sums side by side: one is bound by the time of an addition.
        var sums = SIMD4<Double>.zero
        var place = 0
        while place + lag + 4 <= count {
          let a = SIMD4(
            series[place], series[place + 1], series[place + 2], series[place + 3])
          let b = SIMD4(
            series[place + lag], series[place + lag + 1], series[place + lag + 2],
            series[place + lag + 3])
          sums += a * b
          place += 4
        }
        var sum = sums.sum()
        while place + lag < count {
          sum += series[place] * series[place + lag]
          place += 1
        }
        return sum
      }
    }
    let variance = product(0)
    guard variance > 0, variance.isFinite else { return nil }
    values = (0...Swift.max(Swift.min(lags, count - 1), 0)).map { product($0) / variance }
    bound = 1.959963984540054 / Double(count).squareRoot()
  }
}
