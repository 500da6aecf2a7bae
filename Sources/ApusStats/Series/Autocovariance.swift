/// Autocovariances and what is made of them.
enum Autocovariance {
  /// The autocovariances of lags 0 to `lags`, the mean taken out.
  ///
  /// Divided by the count of values, or by the count of pairs when `adjusted`. Long series with many
  /// lags go through a Fourier transform, others through sums; both agree to rounding.
  static func of(_ values: [Double], lags: Int, adjusted: Bool) -> [Double] {
    let count = values.count
    let mean = values.reduce(0, +) / Double(count)
    let shift = values.reduce(0) { $0 + ($1 - mean) } / Double(count)
    let deviations = values.map { $0 - mean - shift }
    var sums: [Double]
    if Double(count) * Double(lags) > 400 * Double(count).squareRoot() * 64, lags > 64 {
      sums = transformed(deviations, lags: lags)
    } else {
      sums = (0...lags).map { lag in
        deviations.withUnsafeBufferPointer { numbers in
          var sum = 0.0
          for index in 0..<(count - lag) { sum += numbers[index] * numbers[index + lag] }
          return sum
        }
      }
    }
    for lag in 0...lags { sums[lag] /= Double(adjusted ? count - lag : count) }
    return sums
  }

  private static func transformed(_ values: [Double], lags: Int) -> [Double] {
    let size = FastFourier.powerOfTwo(atLeast: values.count + lags)
    var real = values + [Double](repeating: 0, count: size - values.count)
    var imaginary = [Double](repeating: 0, count: size)
    FastFourier.transform(&real, &imaginary)
    for index in 0..<size {
      real[index] = real[index] * real[index] + imaginary[index] * imaginary[index]
      imaginary[index] = 0
    }
    FastFourier.transform(&real, &imaginary, inverse: true)
    return (0...lags).map { real[$0] / Double(size) }
  }

  /// Levinson's and Durbin's recursion: the partial autocorrelations of lags 1 and up, and the
  /// coefficients and innovation variance of the autoregression of the highest order. (Brockwell
  /// and Davis 1991, proposition 5.2.1.)
  static func levinsonDurbin(_ covariances: [Double], order: Int)
    -> (partials: [Double], coefficients: [Double], variance: Double)
  {
    var coefficients: [Double] = []
    var partials: [Double] = []
    var variance = covariances[0]
    for lag in stride(from: 1, through: order, by: 1) {
      var sum = covariances[lag]
      for index in coefficients.indices {
        sum -= coefficients[index] * covariances[lag - 1 - index]
      }
      let partial = sum / variance
      let reversed = Array(coefficients.reversed())
      for index in coefficients.indices { coefficients[index] -= partial * reversed[index] }
      coefficients.append(partial)
      partials.append(partial)
      variance *= 1 - partial * partial
    }
    return (partials, coefficients, variance)
  }
}
