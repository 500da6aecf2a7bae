@_implementationOnly import CNumerics
@_implementationOnly import Glibc

/// The search for the maximum, in coordinates in which the parameters are free.
struct LikelihoodSearch<Law: FittableDistribution> {
  let summary: SampleSummary
  let data: [Double]
  var scales: [Double]

  init(summary: SampleSummary, data: [Double]) {
    (self.summary, self.data) = (summary, data)
    scales = Law.parameters.map { _ in summary.sd > 0 ? summary.sd : 1 }
  }

  private func free(_ values: [Double]) -> [Double] {
    zip(zip(values, Law.parameters), scales).map { pair, scale in
      switch pair.1.domain {
      case .real: pair.0 / scale
      case .positive: log(pair.0)
      case .unit: log(pair.0) - log1p(-pair.0)
      case .aboveOne: log(pair.0 - 1)
      }
    }
  }

  private func natural(_ free: [Double]) -> [Double] {
    zip(zip(free, Law.parameters), scales).map { pair, scale in
      switch pair.1.domain {
      case .real: pair.0 * scale
      case .positive: exp(pair.0)
      case .unit: 1 / (1 + exp(-pair.0))
      case .aboveOne: 1 + exp(pair.0)
      }
    }
  }

  /// The derivative of each natural parameter by its free one.
  private func slopes(_ free: [Double]) -> [Double] {
    zip(zip(natural(free), Law.parameters), scales).map { pair, scale in
      switch pair.1.domain {
      case .real: scale
      case .positive: pair.0
      case .unit: pair.0 * (1 - pair.0)
      case .aboveOne: pair.0 - 1
      }
    }
  }

  /// Minus the mean log-likelihood; infinite where there is no such distribution.
  private func loss(_ free: [Double]) -> Double {
    let values = natural(free)
    for (value, parameter) in zip(values, Law.parameters) {
      let isInside =
        switch parameter.domain {
        case .real: value.isFinite
        case .positive: value > 1e-290 && value < 1e290
        case .unit: value > 0 && value < 1
        case .aboveOne: value > 1 && value < 1e290
        }
      guard isInside else { return .infinity }
    }
    let sum = compensatedSum(Law(parameters: values).family.part(APUS_LOG_DENSITY, at: data))
    return sum.isNaN ? .infinity : -sum / Double(data.count)
  }

  /// Gradient and matrix of second derivatives by central differences of fourth order.
  private func bend(_ at: [Double]) -> (gradient: [Double], hessian: [[Double]]) {
    let count = at.count
    let h = 2e-3
    let middle = loss(at)
    func moved(_ i: Int, _ a: Double, _ j: Int, _ b: Double) -> Double {
      var point = at
      point[i] += a * h
      point[j] += b * h
      return loss(point)
    }
    var gradient = [Double](repeating: 0, count: count)
    var hessian = [[Double]](repeating: gradient, count: count)
    for i in 0..<count {
      let (a, b) = (moved(i, -2, i, 0), moved(i, -1, i, 0))
      let (c, d) = (moved(i, 1, i, 0), moved(i, 2, i, 0))
      gradient[i] = (a - 8 * b + 8 * c - d) / (12 * h)
      hessian[i][i] = (-a + 16 * b - 30 * middle + 16 * c - d) / (12 * h * h)
      for j in 0..<i {
        let near = moved(i, 1, j, 1) - moved(i, 1, j, -1) - moved(i, -1, j, 1) + moved(i, -1, j, -1)
        let far = moved(i, 2, j, 2) - moved(i, 2, j, -2) - moved(i, -2, j, 2) + moved(i, -2, j, -2)
        hessian[i][j] = (16 * near - far) / (48 * h * h)
        hessian[j][i] = hessian[i][j]
      }
    }
    return (gradient, hessian)
  }

  mutating func run(from start: [Double]) throws(StatsError) -> DistributionFit<Law> {
    var at = free(start)
    var value = loss(at)
    for _ in 0..<200 {
      let (gradient, hessian) = bend(at)
      var (damping, moved) = (0.0, false)
      for _ in 0..<60 {
        guard let step = solvePositive(hessian, gradient, damping: damping) else {
          damping = Swift.max(damping * 4, 1e-3)
          continue
        }
        let next = zip(at, step).map { $0 - $1 }
        let size = step.map(Swift.abs).max() ?? 0
        let reached = loss(next)
        if size < 1e-9 && damping == 0 { return try result(at: reached <= value ? next : at) }
        if reached < value || (size < 1e-6 && reached <= value + 1e-14 * Swift.abs(value)) {
          (at, value, moved) = (next, reached, true)
          break
        }
        damping = Swift.max(damping * 4, 1e-3)
      }
      guard moved else { break }
    }
    throw StatsError(
      code: .noConvergence, what: "the likelihood has no maximum that the search finds",
      place: "\(Law.self).fit(…)", mend: "the family may not suit the data: plot them, try another")
  }

  private func result(at free: [Double]) throws(StatsError) -> DistributionFit<Law> {
    let (_, hessian) = bend(free)
    let slopes = slopes(free)
    let values = natural(free)
    let estimates = values.indices.map { index in
      var unit = [Double](repeating: 0, count: values.count)
      unit[index] = 1
      let variance = solvePositive(hessian, unit, damping: 0).map { $0[index] / Double(data.count) }
      return ParameterEstimate(
        name: Law.parameters[index].name, value: values[index],
        standardError: variance.map { $0.squareRoot() * slopes[index] })
    }
    return DistributionFit(
      distribution: Law(parameters: values), estimates: estimates,
      logLikelihood: -loss(free) * Double(data.count), count: data.count)
  }
}

/// The solution of (matrix + damping · 1) x = right by Cholesky; nil where it is not positive.
func solvePositive(_ matrix: [[Double]], _ right: [Double], damping: Double) -> [Double]? {
  let count = right.count
  var factor = matrix
  var x = right
  for i in 0..<count {
    for j in 0...i {
      var sum = matrix[i][j] + (i == j ? damping : 0)
      for k in 0..<j { sum -= factor[i][k] * factor[j][k] }
      if i == j {
        guard sum > 0, sum < .infinity else { return nil }
        factor[i][i] = sum.squareRoot()
      } else {
        factor[i][j] = sum / factor[j][j]
      }
    }
    for k in 0..<i { x[i] -= factor[i][k] * x[k] }
    x[i] /= factor[i][i]
  }
  for i in stride(from: count - 1, through: 0, by: -1) {
    for k in (i + 1)..<Swift.max(count, i + 1) { x[i] -= factor[k][i] * x[k] }
    x[i] /= factor[i][i]
  }
  return x
}

/// Neumaier's compensated sum.
func compensatedSum(_ values: [Double]) -> Double {
  var (sum, rest) = (0.0, 0.0)
  for value in values {
    let next = sum + value
    rest += Swift.abs(sum) >= Swift.abs(value) ? (sum - next) + value : (value - next) + sum
    sum = next
  }
  return rest.isFinite ? sum + rest : sum
}
