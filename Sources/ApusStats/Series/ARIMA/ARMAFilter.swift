@_implementationOnly import Glibc

/// The Kalman filter of an ARMA process with errors of variance 1, in Harvey's state-space form.
///
/// The state's first number is the process; the filter starts from the stationary distribution, so
/// that the likelihood is exact.
/// - Source: A. C. Harvey, Forecasting, Structural Time Series Models and the Kalman Filter (1989),
///   sections 3.3 and 3.4.
struct ARMAFilter {
  /// φ and θ, filled up with zeros to the size of the state.
  let transition: [Double]
  let noise: [Double]
  /// The size of the state.
  let size: Int
  private let startCovariance: [Double]

  /// What the filter makes of series.
  struct Run {
    /// The one-step errors of each series.
    var innovations: [[Double]]
    /// The variances of the errors, in units of the variance of ε.
    var variances: [Double]
    /// The predicted state of each series behind the last value.
    var states: [[Double]]
    /// The covariance of the predicted state, row by row.
    var covariance: [Double]
  }

  /// The filter of polynomials, or `nil` when the process has no stationary distribution.
  init?(_ polynomials: ARMAPolynomials) {
    let (phi, theta) = (polynomials.autoregression, polynomials.movingAverage)
    size = max(phi.count, theta.count + 1)
    transition = phi + [Double](repeating: 0, count: size - phi.count)
    noise = [1] + theta + [Double](repeating: 0, count: size - 1 - theta.count)
    guard let start = Self.stationaryCovariance(polynomials, transition, noise) else { return nil }
    startCovariance = start
  }

  /// The covariance of the state, from the autocovariances of the process.
  ///
  /// Its first row is a sum of autocovariances and ψ-weights; P = T P Tᵀ + R Rᵀ gives the rest,
  /// diagonal by diagonal from the end.
  private static func stationaryCovariance(
    _ polynomials: ARMAPolynomials, _ transition: [Double], _ noise: [Double]
  ) -> [Double]? {
    let size = transition.count
    let psi = polynomials.psi(size + 1)
    guard let gamma = autocovariances(polynomials, transition, noise, psi) else { return nil }
    var first = [gamma[0]]
    for column in stride(from: 1, to: size, by: 1) {
      var sum = 0.0
      for lag in column..<size {
        sum += transition[lag] * gamma[lag + 1 - column] + noise[lag] * psi[lag - column]
      }
      first.append(sum)
    }
    var covariance = [Double](repeating: 0, count: size * size)
    for column in 0..<size {
      covariance[column] = first[column]
      covariance[column * size] = first[column]
    }
    for row in stride(from: size - 1, through: 1, by: -1) {
      for column in stride(from: size - 1, through: row, by: -1) {
        var value = transition[row] * transition[column] * first[0] + noise[row] * noise[column]
        if column + 1 < size {
          value += transition[row] * first[column + 1] + covariance[(row + 1) * size + column + 1]
        }
        if row + 1 < size { value += transition[column] * first[row + 1] }
        covariance[row * size + column] = value
        covariance[column * size + row] = value
      }
    }
    return covariance[0].isFinite && covariance[0] >= 1 - 1e-9 ? covariance : nil
  }

  /// The autocovariances of lags 0 to the size of the state.
  private static func autocovariances(
    _ polynomials: ARMAPolynomials, _ transition: [Double], _ noise: [Double], _ psi: [Double]
  ) -> [Double]? {
    let (order, size) = (polynomials.autoregression.count, transition.count)
    func right(_ lag: Int) -> Double {
      stride(from: lag, to: size, by: 1).reduce(0) { $0 + noise[$1] * psi[$1 - lag] }
    }
    var matrix = [[Double]](
      repeating: [Double](repeating: 0, count: order + 1), count: order + 1)
    for lag in 0...order {
      matrix[lag][lag] += 1
      for back in stride(from: 1, through: order, by: 1) {
        matrix[lag][abs(lag - back)] -= transition[back - 1]
      }
    }
    guard var gamma = SmallLinearSystem.solve(matrix, (0...order).map(right)), gamma[0] > 0 else {
      return nil
    }
    for lag in stride(from: order + 1, through: size, by: 1) {
      var value = right(lag)
      for back in stride(from: 1, through: order, by: 1) {
        value += transition[back - 1] * gamma[lag - back]
      }
      gamma.append(value)
    }
    return gamma
  }

  /// Filters series of one length side by side; `nil` when a number overflows.
  func run(_ series: [[Double]]) -> Run? {
    let count = series.first?.count ?? 0
    var states = series.map { _ in [Double](repeating: 0, count: size) }
    var innovations = series.map { _ in [Double](repeating: 0, count: count) }
    var variances = [Double](repeating: 1, count: count)
    var covariance = startCovariance
    var next = covariance
    var gain = [Double](repeating: 0, count: size)
    var isSteady = false
    for time in 0..<count {
      let variance = covariance[0]
      guard variance > 0, variance.isFinite else { return nil }
      variances[time] = variance
      if !isSteady {
        for row in 0..<size {
          let below = row + 1 < size ? covariance[(row + 1) * size] : 0
          gain[row] = (transition[row] * variance + below) / variance
        }
      }
      for index in series.indices {
        let error = series[index][time] - states[index][0]
        innovations[index][time] = error
        advance(&states[index])
        for row in 0..<size { states[index][row] += gain[row] * error }
      }
      guard !isSteady else { continue }
      let change = predict(covariance, gain, variance, into: &next)
      swap(&covariance, &next)
      isSteady = change < 1e-17
    }
    guard innovations.allSatisfy({ $0.allSatisfy(\.isFinite) }) else { return nil }
    return Run(
      innovations: innovations, variances: variances, states: states, covariance: covariance)
  }

  /// A state moved on by a step without news.
  func advance(_ state: inout [Double]) {
    let head = state[0]
    for row in 0..<(size - 1) { state[row] = transition[row] * head + state[row + 1] }
    state[size - 1] = transition[size - 1] * head
  }

  /// T P Tᵀ + R Rᵀ − K Kᵀ F, and the largest change against P.
  private func predict(
    _ covariance: [Double], _ gain: [Double], _ variance: Double, into next: inout [Double]
  ) -> Double {
    var change = 0.0
    let size = size
    covariance.withUnsafeBufferPointer { old in
      next.withUnsafeMutableBufferPointer { new in
        for row in 0..<size {
          for column in row..<size {
            var value =
              transition[row] * transition[column] * old[0] + noise[row] * noise[column]
              - gain[row] * gain[column] * variance
            if column + 1 < size {
              value += transition[row] * old[column + 1]
              if row + 1 < size { value += old[(row + 1) * size + column + 1] }
            }
            if row + 1 < size { value += transition[column] * old[row + 1] }
            change = max(change, abs(value - old[row * size + column]))
            new[row * size + column] = value
            new[column * size + row] = value
          }
        }
      }
    }
    return change
  }
}
