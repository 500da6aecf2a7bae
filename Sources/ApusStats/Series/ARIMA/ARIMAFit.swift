/// What a fitted ARIMA model keeps for residuals and forecasts.
struct ARIMAFit: Sendable {
  let design: ARIMADesign
  let polynomials: ARMAPolynomials
  let arma: [Double]
  let regression: [Double]
  let run: ARMAFilter.Run

  /// The one-step errors of the series less its regression.
  var innovations: [Double] {
    var errors = run.innovations[0]
    for (column, coefficient) in regression.enumerated() {
      for row in errors.indices { errors[row] -= coefficient * run.innovations[column + 1][row] }
    }
    return errors
  }

  /// Expected values and the variances of their errors, in units of the variance of ε.
  ///
  /// The state of the filter is lengthened by the last values of the series, which are known: so
  /// differences are summed up again along with their errors.
  func forecast(_ values: [Double], _ future: [[Double]], steps: Int, order: ARIMAOrder)
    -> (mean: [Double], variances: [Double])
  {
    guard let filter = ARMAFilter(polynomials) else {
      preconditionFailure("a fitted process has no stationary distribution")
    }
    var process = run.states[0]
    for (column, coefficient) in regression.enumerated() {
      for row in process.indices { process[row] -= coefficient * run.states[column + 1][row] }
    }
    let levels = values.indices.map { row in
      zip(regression, design.columns).reduce(values[row]) { $0 - $1.0 * $1.1[row] }
    }
    let step = ForecastStep(filter: filter, differences: order.differencePolynomial)
    var state = process + levels.suffix(step.differences.count).reversed()
    let size = state.count
    var covariance = [[Double]](repeating: [Double](repeating: 0, count: size), count: size)
    for row in 0..<filter.size {
      for column in 0..<filter.size {
        covariance[row][column] = run.covariance[row * filter.size + column]
      }
    }
    var (mean, variances) = ([Double](), [Double]())
    for time in 0..<steps {
      // The next value is the process plus the known part of the difference equation.
      var reading = [Double](repeating: 0, count: size)
      reading[0] = 1
      for (lag, weight) in step.differences.enumerated() { reading[filter.size + lag] = weight }
      let level = zip(reading, state).reduce(0) { $0 + $1.0 * $1.1 }
      mean.append(zip(regression, future).reduce(level) { $0 + $1.0 * $1.1[time] })
      let spread = covariance.map { row in zip(row, reading).reduce(0) { $0 + $1.0 * $1.1 } }
      variances.append(zip(reading, spread).reduce(0) { $0 + $1.0 * $1.1 })
      state = step.moved(state)
      covariance = step.moved(covariance)
    }
    return (mean, variances)
  }
}

/// One step of the lengthened state: the ARMA state, then the last values.
private struct ForecastStep {
  let filter: ARMAFilter
  let differences: [Double]

  func moved(_ state: [Double]) -> [Double] {
    let size = filter.size
    var process = Array(state[..<size])
    var value = process[0]
    for (lag, weight) in differences.enumerated() { value += weight * state[size + lag] }
    filter.advance(&process)
    guard !differences.isEmpty else { return process }
    return process + [value] + state[size..<(state.count - 1)]
  }

  func moved(_ covariance: [[Double]]) -> [[Double]] {
    func turned(_ matrix: [[Double]]) -> [[Double]] {
      matrix.indices.map { column in matrix.map { $0[column] } }
    }
    var result = turned(turned(covariance.map(moved)).map(moved))
    for row in 0..<filter.size {
      for column in 0..<filter.size {
        result[row][column] += filter.noise[row] * filter.noise[column]
      }
    }
    return result
  }
}
