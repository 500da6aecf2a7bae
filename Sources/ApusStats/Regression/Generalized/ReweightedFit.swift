@_implementationOnly import Glibc

/// The maximum of the likelihood of a generalised linear model, by Fisher's scoring.
///
/// Each step solves weighted normal equations for the score, so that rounding in the sums of
/// products does not stay in the coefficients; a step that raises the deviance is halved.
struct ReweightedFit: Sendable {
  let family: Family
  private(set) var coefficients: [Double]
  private(set) var eta: [Double] = []
  private(set) var mu: [Double] = []
  /// The working weights, and the scores of the linear predictors.
  private(set) var working: [Double] = []
  private(set) var scores: [Double] = []
  private(set) var deviance = Double.infinity
  private(set) var triangle = Triangle(Matrix(rowCount: 0, columnCount: 0))
  private(set) var iterationCount = 0

  private let y: [Double]
  private let weights: [Double]?
  private let offset: [Double]?

  init(
    _ family: Family, x: Matrix, y: [Double], weights: [Double]?, offset: [Double]?,
    names: [String], limit: Int, place: String, start: [Double]? = nil
  ) throws(StatsError) {
    self.family = family
    (self.y, self.weights, self.offset) = (y, weights, offset)
    coefficients = start ?? Array(repeating: 0, count: x.columnCount)
    guard x.columnCount > 0 else {
      eta = offset ?? Array(repeating: 0, count: y.count)
      try update()
      return
    }
    if start == nil { try begin(x, names: names, place: place) }
    eta = try predictor(x)
    try update()
    if !deviance.isFinite { try restart(x, place: place) }
    var last = Double.infinity
    for iteration in 1...max(limit, 1) {
      iterationCount = iteration
      let gradient = CrossProducts.transposedProduct(x, scores)
      let gram = try CrossProducts.gram(x, weights: working)
      let (found, dependent) = Triangle.cholesky(gram, tolerance: 1e-13)
      guard dependent == nil else {
        if let error = separation(x, change: nil, names: names, place: place) { throw error }
        throw StatsError(
          code: .singular, what: "the weighted design became singular", place: place,
          mend: "leave \"\(names[dependent ?? 0])\" or a column that is nearly the same out")
      }
      triangle = found
      let step = found.solveBoth(gradient)
      let decrement = zip(step, gradient).reduce(0) { $0 + $1.0 * $1.1 }
      let isSmall = decrement <= 1e-22 * (deviance + 1)
      if isSmall || (decrement <= 1e-13 * (deviance + 1) && decrement >= last * 0.98) {
        return
      }
      last = decrement
      let before = eta
      try advance(step, x, place: place)
      if iteration >= 8,
        let error = separation(
          x, change: zip(eta, before).map { $0.0 - $0.1 }, names: names, place: place)
      {
        throw error
      }
    }
    if let error = separation(x, change: nil, names: names, place: place) { throw error }
    // Scoring may go slowly where the link is not canonical: this near it has arrived.
    if last <= 1e-14 * (deviance + 1) { return }
    throw StatsError(
      code: .noConvergence, what: "no convergence in \(limit) steps", place: place,
      mend: "raise iterationLimit, scale the columns, or choose another link")
  }

  /// The first coefficients, by least squares on the links of starting means.
  private mutating func begin(_ x: Matrix, names: [String], place: String) throws(StatsError) {
    var (sum, total) = (0.0, 0.0)
    for row in y.indices {
      sum += (weights?[row] ?? 1) * y[row]
      total += weights?[row] ?? 1
    }
    let mean = sum / total
    var target = [Double](repeating: 0, count: y.count)
    var first = target
    for row in y.indices {
      let start = family.start(y[row], weight: weights?[row] ?? 1, mean: mean)
      let eta = family.link.link(start)
      let slope = family.link.mean(eta).slope
      target[row] = eta - (offset?[row] ?? 0)
      first[row] = (weights?[row] ?? 1) * slope * slope / family.variance(start)
    }
    guard target.allSatisfy(\.isFinite), first.allSatisfy({ $0.isFinite && $0 > 0 }) else {
      throw StatsError(
        code: .badOption, what: "the link \(family.link.rawValue) does not fit the response",
        place: place, mend: "choose another link")
    }
    let fit = try LinearSolution(x, target, weights: first, names: names, place: place)
    coefficients = fit.coefficients
  }

  /// Begins again at a constant where the first coefficients give means that cannot be.
  private mutating func restart(_ x: Matrix, place: String) throws(StatsError) {
    let mean = y.reduce(0, +) / Double(y.count)
    if let one = (0..<x.columnCount).first(where: { column in
      x.elements[(column * x.rowCount)..<((column + 1) * x.rowCount)].allSatisfy { $0 == 1 }
    }) {
      coefficients = Array(repeating: 0, count: x.columnCount)
      coefficients[one] = family.link.link(max(mean, 1e-10))
    }
    eta = try predictor(x)
    try update()
    guard deviance.isFinite else {
      throw StatsError(
        code: .noConvergence, what: "no coefficients to begin with give means that can be",
        place: place, mend: "choose another link, such as .log")
    }
  }

  private func predictor(_ x: Matrix) throws(StatsError) -> [Double] {
    var eta = try CrossProducts.product(x, coefficients)
    if let offset { for row in eta.indices { eta[row] += offset[row] } }
    return eta
  }

  private mutating func advance(
    _ step: [Double], _ x: Matrix, place: String
  ) throws(StatsError) {
    let (before, old) = (coefficients, deviance)
    var part = 1.0
    for _ in 0..<40 {
      coefficients = before.indices.map { before[$0] + part * step[$0] }
      eta = try predictor(x)
      try update()
      if deviance.isFinite, deviance <= old + 1e-10 * (old + 1) { return }
      part /= 2
    }
    throw StatsError(
      code: .noConvergence, what: "no step lowers the deviance", place: place,
      mend: "scale the columns, or choose another link")
  }

  /// Means, working weights, scores and the deviance of the linear predictors.
  private mutating func update() throws(StatsError) {
    let n = y.count
    let (family, link) = (family, family.link)
    let run = 1 << 13
    var sums = [Double](repeating: 0, count: (n + run - 1) / run)
    if mu.isEmpty {
      mu = Array(repeating: 0, count: n)
      working = mu
      scores = mu
    }
    let (y, weights, eta) = (y, weights, eta)
    let failure: StatsError? = mu.withUnsafeMutableBufferPointer { mu in
      working.withUnsafeMutableBufferPointer { working in
        scores.withUnsafeMutableBufferPointer { scores in
          sums.withUnsafeMutableBufferPointer { sums in
            nonisolated(unsafe) let (means, factors, slopes, parts) = (mu, working, scores, sums)
            do throws(StatsError) {
              try overRows(n, by: run) { rows in
                var sum = 0.0
                for row in rows {
                  let (mean, slope) = link.mean(eta[row])
                  let weight = weights?[row] ?? 1
                  guard family.isValid(mean) else {
                    sum = .infinity
                    break
                  }
                  let ratio = slope / family.variance(mean)
                  means[row] = mean
                  // Where the mean has reached its bound both go to 0.
                  factors[row] = ratio.isFinite ? weight * slope * ratio : 0
                  slopes[row] = ratio.isFinite ? weight * (y[row] - mean) * ratio : 0
                  sum += weight * family.deviance(y[row], mean)
                }
                parts[rows.lowerBound / run] = sum.isNaN ? .infinity : sum
              }
              return nil
            } catch { return error }
          }
        }
      }
    }
    if let failure { throw failure }
    deviance = sums.reduce(0, +)
  }

  /// The error of classes that the columns separate, or of counts that are all zero in a group:
  /// means at their bound whose linear predictors still run away.
  private func separation(
    _ x: Matrix, change: [Double]?, names: [String], place: String
  ) -> StatsError? {
    let isCount: Bool
    switch family.kind {
    case .binomial, .quasiBinomial: isCount = false
    case .poisson, .quasiPoisson, .negativeBinomial: isCount = true
    default: return nil
    }
    let rows = mu.indices.filter { row in
      let edge = isCount ? mu[row] : min(mu[row], 1 - mu[row])
      guard edge < 1e-6 else { return false }
      guard let change else { return true }
      return change[row] * eta[row] > 0 && Swift.abs(change[row]) > 1e-3 * Swift.abs(eta[row])
    }
    guard !rows.isEmpty else { return nil }
    let n = x.rowCount
    let reaches = names.indices.map { column -> Double in
      var (low, high) = (Double.infinity, -Double.infinity)
      for row in 0..<n {
        low = min(low, x.elements[column * n + row])
        high = max(high, x.elements[column * n + row])
      }
      return Swift.abs(coefficients[column]) * (high - low)
    }
    let largest = reaches.max() ?? 0
    let blamed = names.indices.filter { reaches[$0] > 0.5 * largest && largest > 0 }.map {
      names[$0]
    }
    let list = blamed.prefix(5).map { "\"\($0)\"" }.joined(separator: ", ")
    return StatsError(
      code: .separation,
      what: isCount
        ? "the counts are all zero where \(list) says so: its coefficient has no bound"
        : "\(list) separates the classes in \(rows.count) of \(n) rows: "
          + "its coefficient has no bound",
      place: place,
      mend: "leave it out, join levels, or fit a penalised model: "
        + "ElasticNet(…, family: .binomial())")
  }
}
