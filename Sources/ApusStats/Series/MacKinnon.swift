/// MacKinnon's approximations to the distribution of the Dickey–Fuller statistic.
///
/// - Source: p-values from J. G. MacKinnon, Journal of Business and Economic Statistics 12 (1994),
///   tables 3 and 4; critical values from his "Critical Values for Cointegration Tests", Queen's
///   University working paper 1227 (2010), table 2, and without a constant from his paper of 1996.
struct MacKinnon {
  /// Below this the p-value is 0, above the last it is 1; in between the polynomials meet.
  private let minimum, middle, maximum: Double
  /// Coefficients of the polynomials in the statistic whose normal probability is the p-value.
  private let left, right: [Double]
  /// Coefficients of the polynomials in 1 / n, for 1 %, 5 % and 10 %.
  private let critical: [[Double]]

  init(_ terms: DeterministicTerms) {
    switch terms {
    case .none:
      (minimum, middle, maximum) = (-19.04, -1.04, .infinity)
      left = [0.6344, 1.2378, 0.032496]
      right = [0.4797, 0.93557, -0.06999, 0.033066]
      critical = [
        [-2.56574, -2.2358, -3.627, 0], [-1.94100, -0.2686, -3.365, 31.223],
        [-1.61682, 0.2656, -2.714, 25.364],
      ]
    case .constant:
      (minimum, middle, maximum) = (-18.83, -1.61, 2.74)
      left = [2.1659, 1.4412, 0.038269]
      right = [1.7339, 0.93202, -0.12745, -0.010368]
      critical = [
        [-3.43035, -6.5393, -16.786, -79.433], [-2.86154, -2.8903, -4.234, -40.040],
        [-2.56677, -1.5384, -2.809, 0],
      ]
    case .trend:
      (minimum, middle, maximum) = (-16.18, -2.89, 0.7)
      left = [3.2512, 1.6047, 0.049588]
      right = [2.5261, 0.61654, -0.37956, -0.060285]
      critical = [
        [-3.95877, -9.0531, -28.428, -134.155], [-3.41049, -4.3904, -9.036, -45.374],
        [-3.12705, -2.5856, -3.925, -22.380],
      ]
    case .quadraticTrend:
      (minimum, middle, maximum) = (-17.17, -3.21, 0.54)
      left = [4.0003, 1.658, 0.048288]
      right = [3.0778, 0.49529, -0.41477, -0.059359]
      critical = [
        [-4.37113, -11.5882, -35.819, -334.047], [-3.83239, -5.9057, -12.490, -118.284],
        [-3.55326, -3.6596, -5.293, -63.559],
      ]
    }
  }

  /// The probability of a statistic as low as this one under a unit root.
  func pValue(_ statistic: Double) -> Double {
    if statistic > maximum { return 1 }
    if statistic < minimum { return 0 }
    return Normal().cdf(
      Self.polynomial(statistic <= middle ? left : right, at: statistic))
  }

  /// The critical values at 1 %, 5 % and 10 % for a regression over so many rows.
  func criticalValues(count: Int) -> [Double] {
    critical.map { Self.polynomial($0, at: 1 / Double(count)) }
  }

  private static func polynomial(_ coefficients: [Double], at point: Double) -> Double {
    coefficients.reversed().reduce(0) { $0 * point + $1 }
  }
}
