@_implementationOnly import Glibc

/// The exact likelihood of a regression with ARMA errors over differences.
struct ARIMALikelihood {
  let order: ARIMAOrder
  /// The differenced series and its differenced regressors.
  let response: [Double]
  let regressors: [[Double]]

  /// What is best given the coefficients of the ARMA process.
  struct Profile {
    var regression: [Double]
    /// The variance of the errors ε.
    var variance: Double
    var logLikelihood: Double
    var run: ARMAFilter.Run
  }

  private var count: Double { Double(response.count) }

  /// The regression and the variance that go with coefficients: generalised least squares over the
  /// filter's innovations. `nil` when the process is not stationary.
  func profile(_ coefficients: [Double]) -> Profile? {
    guard let filter = ARMAFilter(ARMAPolynomials(coefficients, order)),
      let run = filter.run([response] + regressors)
    else { return nil }
    let scales = run.variances.map { $0.squareRoot() }
    let scaled = run.innovations.map { series in zip(series, scales).map { $0 / $1 } }
    var (regression, sum) = ([Double](), scaled[0].reduce(0) { $0 + $1 * $1 })
    if !regressors.isEmpty {
      guard
        let fit = try? SeriesRegression(Array(scaled.dropFirst()), scaled[0], in: "")
      else { return nil }  // An infinite likelihood: the search turns back.
      (regression, sum) = (fit.coefficients, fit.residualSumOfSquares)
    }
    guard sum > 0 else { return nil }
    let variance = sum / count
    let logs = run.variances.reduce(0) { $0 + log($1) }
    let value = -0.5 * (count * (log(2 * Double.pi * variance) + 1) + logs)
    return value.isFinite
      ? Profile(regression: regression, variance: variance, logLikelihood: value, run: run) : nil
  }

  /// The log-likelihood of regression, coefficients and variance together.
  func value(_ parameters: [Double]) -> Double {
    let width = regressors.count
    let variance = parameters[parameters.count - 1]
    let coefficients = Array(parameters[width..<(parameters.count - 1)])
    var errors = response
    for (column, regressor) in regressors.enumerated() {
      for row in errors.indices { errors[row] -= parameters[column] * regressor[row] }
    }
    guard variance > 0, let filter = ARMAFilter(ARMAPolynomials(coefficients, order)),
      let run = filter.run([errors])
    else { return -.infinity }
    var (sum, logs) = (0.0, 0.0)
    for (error, factor) in zip(run.innovations[0], run.variances) {
      sum += error * error / factor
      logs += log(factor)
    }
    return -0.5 * (count * log(2 * Double.pi * variance) + logs + sum / variance)
  }

  /// The coefficients of the largest likelihood, found from several starts.
  func largest() -> (coefficients: [Double], profile: Profile, slope: Double)? {
    func objective(_ free: [Double]) -> Double {
      guard let profile = profile(ARMAPolynomials.bounded(free, order)) else { return .infinity }
      return -profile.logLikelihood / count
    }
    var best: QuasiNewton.Result?
    for start in starts() {
      guard let found = QuasiNewton().minimum(from: start, objective) else { continue }
      if best.map({ found.value < $0.value - 1e-12 }) ?? true { best = found }
    }
    guard let best else { return nil }
    let coefficients = polished(ARMAPolynomials.bounded(best.point, order))
    return profile(coefficients).map { (coefficients, $0, best.slope) }
  }

  /// Coefficients moved by Newton's method. Near the border of the stationary and invertible
  /// processes the numbers of the search hardly move the coefficients, so its slopes vanish early.
  private func polished(_ coefficients: [Double]) -> [Double] {
    guard !coefficients.isEmpty else { return coefficients }
    func objective(_ point: [Double]) -> Double {
      guard let profile = profile(point) else { return .infinity }
      return -profile.logLikelihood / count
    }
    var (point, value) = (coefficients, objective(coefficients))
    for _ in 0..<8 {
      let widths = point.map { _ in 1e-4 }
      guard let slopes = QuasiNewton.slopes(at: point, width: 1e-6, objective),
        let second = QuasiNewton.secondDerivatives(at: point, widths: widths, objective),
        let move = SmallLinearSystem.solve(second, slopes)
      else { return point }
      let trial = zip(point, move).map { $0 - $1 }
      let next = isInside(trial) ? objective(trial) : .infinity
      guard next < value else { return point }
      (point, value) = (trial, next)
    }
    return point
  }

  private func isInside(_ coefficients: [Double]) -> Bool {
    ARMAPolynomials.blocks(coefficients, order).enumerated().allSatisfy { index, block in
      ARMAPolynomials.isStable(index < 2 ? block : block.map { -$0 }, radius: 1)
    }
  }

  /// Starts of the search: nothing, and what regressions on lags and on the errors of a long
  /// autoregression say. (Hannan and Rissanen, Biometrika 69, 1982.)
  private func starts() -> [[Double]] {
    let zero = [Double](repeating: 0, count: order.coefficientCount)
    guard order.coefficientCount > 0 else { return [zero] }
    return hannanRissanen().map { [ARMAPolynomials.free($0, order), zero] } ?? [zero]
  }

  private func hannanRissanen() -> [Double]? {
    var values = response
    if !regressors.isEmpty {
      guard let fit = try? SeriesRegression(regressors, response, in: "") else { return nil }
      for (column, regressor) in regressors.enumerated() {
        for row in values.indices { values[row] -= fit.coefficients[column] * regressor[row] }
      }
    }
    let season = order.seasonalP + order.seasonalQ > 0 ? order.period : 0
    let long = min(max(order.p + order.q + 2, season + 2, 8), values.count / 4)
    let lags =
      (1...max(order.p, 1)).prefix(order.p).map { $0 }
      + (1...max(order.seasonalP, 1)).prefix(order.seasonalP).map { $0 * order.period }
    let errorLags =
      (1...max(order.q, 1)).prefix(order.q).map { $0 }
      + (1...max(order.seasonalQ, 1)).prefix(order.seasonalQ).map { $0 * order.period }
    func regressed(_ columns: [[Double]], _ rows: Range<Int>) -> SeriesRegression? {
      // A start is not worth an error: the search then goes from 0.
      try? SeriesRegression(columns, rows.map { values[$0] }, in: "")
    }
    var errors = [Double](repeating: 0, count: values.count)
    if !errorLags.isEmpty {
      guard long >= 1 else { return nil }
      let rows = long..<values.count
      let columns = (1...long).map { back in rows.map { values[$0 - back] } }
      guard let fit = regressed(columns, rows) else { return nil }
      for row in rows {
        errors[row] = values[row]
        for back in 1...long { errors[row] -= fit.coefficients[back - 1] * values[row - back] }
      }
    }
    let first = max(lags.max() ?? 0, (errorLags.max() ?? 0) + (errorLags.isEmpty ? 0 : long))
    guard values.count - first > 2 * order.coefficientCount + 2 else { return nil }
    let rows = first..<values.count
    let columns =
      lags.map { back in rows.map { values[$0 - back] } }
      + errorLags.map { back in rows.map { errors[$0 - back] } }
    return regressed(columns, rows).map { $0.coefficients }
  }

  /// The covariance of all estimates (regression, coefficients, variance) from the observed
  /// information, or `nil` when it is not positive at the border of what is stationary.
  func covariance(_ profile: Profile, _ coefficients: [Double]) -> [[Double]]? {
    let parameters = profile.regression + coefficients + [profile.variance]
    // The widths follow the scale of each estimate: the data's for the regression, 1 for the
    // coefficients, the variance's own for the variance.
    var widths: [Double] = []
    for column in regressors.indices {
      let square = profile.run.innovations[column + 1].reduce(0) { $0 + $1 * $1 }
      widths.append(0.02 * (profile.variance / max(square, .leastNormalMagnitude)).squareRoot())
    }
    widths += coefficients.map { _ in 2e-4 }
    widths.append(2e-3 * profile.variance)
    guard let first = inverse(at: parameters, widths: widths) else { return nil }
    // Near the border the likelihood bends within a few hundredths: the errors themselves say how
    // wide a difference may be.
    for index in coefficients.indices {
      let place = regressors.count + index
      widths[place] = min(2e-3, 0.03 * first[place][place].squareRoot())
    }
    return inverse(at: parameters, widths: widths) ?? first
  }

  private func inverse(at parameters: [Double], widths: [Double]) -> [[Double]]? {
    guard
      let second = QuasiNewton.secondDerivatives(at: parameters, widths: widths, value),
      let inverse = SmallLinearSystem.inverse(second.map { row in row.map { -$0 } }),
      inverse.indices.allSatisfy({ inverse[$0][$0] > 0 })
    else { return nil }
    return inverse
  }
}
