public import ApusFrame

@_implementationOnly import Glibc

/// A generalised linear model, fitted by maximum likelihood.
///
///     try GLM("late ~ distance + C(carrier)", data: flights, family: .binomial())
///
/// - Missing: rows with a null or NaN in a column that is used are left out and counted.
/// - Statistics: z where the dispersion is 1, Student's t where it is estimated (Pearson's χ² by
///   n − p).
/// - Source: McCullagh & Nelder, Generalized Linear Models, 1989.
public struct GLM: FittedModel {
  /// The formula.
  public let formula: Formula
  /// The family and its link; the dispersion of counts as it was estimated.
  public let family: Family
  /// The coefficients, in the order of the design's columns.
  public let coefficients: [Coefficient]
  /// The covariance of the estimates.
  public let covariance: Matrix
  /// How the standard errors are computed.
  public let errors: StandardErrors
  /// The level of the confidence intervals.
  public let level: Double
  /// How many rows were left out because of a null or NaN.
  public let missingCount: Int
  /// The deviance.
  public let deviance: Double
  /// The deviance of the model with a constant alone.
  public let nullDeviance: Double
  /// 1, or Pearson's χ² by the degrees of freedom of the residuals.
  public let dispersion: Double
  /// The logarithm of the likelihood; `nil` for quasi-likelihoods and Tweedie's family.
  public let logLikelihood: Double?
  /// How many steps the fit took.
  public let iterationCount: Int

  let design: Design
  let fit: ReweightedFit
  let weights: [Double]?
  let pearson: Double
  let reference: ReferenceDistribution
  let limit: Int

  /// Fits a formula in text to a frame.
  /// - Parameters:
  ///   - weights: a column of positive prior weights: the trials behind proportions, or how often
  ///     a row counts.
  ///   - exposure: a column whose logarithm is an offset; for the log link.
  ///   - iterationLimit: how many steps are taken before it is an error.
  public init(
    _ formula: String, data: DataFrame, family: Family, weights: String? = nil,
    exposure: String? = nil, errors: StandardErrors = .classical, level: Double = 0.95,
    iterationLimit: Int = 100
  ) throws(StatsError) {
    try self.init(
      Formula(formula), data: data, family: family, weights: weights, exposure: exposure,
      errors: errors, level: level, iterationLimit: iterationLimit)
  }

  /// Fits a formula to a frame.
  public init(
    _ formula: Formula, data: DataFrame, family: Family, weights: String? = nil,
    exposure: String? = nil, errors: StandardErrors = .classical, level: Double = 0.95,
    iterationLimit: Int = 100
  ) throws(StatsError) {
    let place = "GLM(\"\(formula.text)\")"
    try LinearModel.checkLevel(level, place: place)
    if exposure != nil, family.link != .log {
      throw StatsError(
        code: .badOption, what: "an exposure with the link \(family.link.rawValue)", place: place,
        mend: "use the log link, or write the offset into the formula")
    }
    let full = exposure.map { formula.withOffset(logOf: $0) } ?? formula
    var design = try Design(
      full, data: data, kind: .numberOrClass, extra: weights.map { [$0] } ?? [], model: "GLM")
    var prior = weights.flatMap { design.extra[$0] }
    if let prior, let bad = prior.firstIndex(where: { $0 <= 0 }) {
      throw StatsError(
        code: .badValue,
        what: "the weight of row \(design.keptRows?[bad] ?? bad) is "
          + NumberText.short(prior[bad]),
        place: place, mend: "weights must be positive; leave rows without weight out")
    }
    try Self.readResponse(&design, &prior, family, place: place)
    let names = design.plan.columnNames
    let (n, p) = (design.rowCount, names.count)
    guard n > p, p > 0 else {
      throw StatsError(
        code: .tooFewRows, what: "\(n) complete rows for \(p) coefficients", place: place,
        mend: "use more rows or fewer terms; \(design.missingCount) rows were left out for nulls")
    }
    let fit = try Self.fitted(
      family, design, prior, names: names, limit: iterationLimit, place: place)
    self.formula = formula
    self.family = fit.family
    self.design = design
    self.fit = fit
    self.weights = prior
    self.errors = errors
    self.level = level
    limit = iterationLimit
    missingCount = design.missingCount
    deviance = fit.deviance
    iterationCount = fit.iterationCount
    var squares = 0.0
    for row in 0..<n {
      let rest = design.y[row] - fit.mu[row]
      if rest != 0 {
        squares += (prior?[row] ?? 1) * rest * rest / fit.family.variance(fit.mu[row])
      }
    }
    pearson = squares
    dispersion = family.hasUnitDispersion ? 1 : squares / Double(n - p)
    guard dispersion > 0 else {
      throw StatsError(
        code: .badValue, what: "the fit is exact, there is no dispersion to estimate", place: place,
        mend: "use more rows or fewer terms")
    }
    logLikelihood = fit.family.logLikelihood(
      design.y, fit.mu, weights: prior, dispersion: dispersion)
    nullDeviance = try Self.nullDeviance(fit.family, design, prior, limit: limit, place: place)
    let inverse = fit.triangle.inverseOfSquare
    if errors == .classical {
      var scaled = inverse
      for place in scaled.elements.indices { scaled.elements[place] *= dispersion }
      covariance = scaled
    } else {
      var clusters: [Int32]?
      if case .cluster(let column) = errors {
        clusters = try Sandwich.clusters(
          column, of: data, keptRows: design.keptRows, place: place)
      }
      let x = design.x
      covariance = try Sandwich.covariance(
        errors, x: x, scores: fit.scores, bread: inverse,
        leverages: { LinearModel.leverages(x, fit.triangle, weights: fit.working) },
        clusters: clusters, place: place)
    }
    reference = family.hasUnitDispersion ? .normal : .studentT(Double(n - p))
    coefficients = Coefficient.all(
      names: names, estimates: fit.coefficients, covariance: covariance, reference: reference,
      level: level)
  }

  /// Makes numbers of classes and of successes beside failures, and checks them.
  private static func readResponse(
    _ design: inout Design, _ prior: inout [Double]?, _ family: Family, place: String
  ) throws(StatsError) {
    let name = design.plan.responseName
    if let levels = design.responseLevels {
      guard family.isBinomial, levels.count == 2 else {
        throw StatsError(
          code: .typeMismatch,
          what: "the response \"\(name)\" has \(levels.count) level\(levels.count == 1 ? "" : "s")",
          place: place,
          mend: family.isBinomial
            ? "a binomial model needs two: the second one counts as success"
            : "the family \(family.name) needs numbers")
      }
    }
    if let failures = design.second {
      guard family.isBinomial else {
        throw StatsError(
          code: .typeMismatch, what: "cbind(…) with the family \(family.name)", place: place,
          mend: "use .binomial()")
      }
      var totals = failures
      for row in totals.indices {
        totals[row] += design.y[row]
        guard design.y[row] >= 0, failures[row] >= 0, totals[row] > 0 else {
          throw StatsError(
            code: .badValue,
            what: "row \(design.keptRows?[row] ?? row) has "
              + "\(NumberText.short(design.y[row])) successes and "
              + "\(NumberText.short(failures[row])) failures",
            place: place, mend: "counts must not be negative, nor both 0")
        }
        design.y[row] /= totals[row]
      }
      prior = prior.map { weights in weights.indices.map { weights[$0] * totals[$0] } } ?? totals
    }
    for row in design.y.indices {
      if let refusal = family.refusal(of: design.y[row]) {
        throw StatsError(
          code: .badValue,
          what: "\"\(name)\" \(refusal) in row \(design.keptRows?[row] ?? row): "
            + NumberText.short(design.y[row]),
          place: place, mend: "choose another family, or leave such rows out")
      }
    }
    if design.y.allSatisfy({ $0 == design.y[0] }) {
      throw StatsError(
        code: .badValue, what: "the response \"\(name)\" is constant", place: place,
        mend: "there is nothing to explain; choose another response")
    }
  }

  /// The fit; of counts whose dispersion is not given, in turn with that.
  private static func fitted(
    _ family: Family, _ design: Design, _ prior: [Double]?, names: [String], limit: Int,
    place: String
  ) throws(StatsError) -> ReweightedFit {
    var family = family
    var fit = try ReweightedFit(
      family, x: design.x, y: design.y, weights: prior, offset: design.offset, names: names,
      limit: limit, place: place)
    guard family.estimatesAlpha else { return fit }
    var alpha = 1.0
    for _ in 0..<200 {
      let next = try Dispersion.alpha(design.y, fit.mu, weights: prior, place: place)
      family.kind = .negativeBinomial(alpha: next)
      fit = try ReweightedFit(
        family, x: design.x, y: design.y, weights: prior, offset: design.offset, names: names,
        limit: limit, place: place, start: fit.coefficients)
      if Swift.abs(next - alpha) <= 1e-12 * alpha { return fit }
      alpha = next
    }
    throw StatsError(
      code: .noConvergence, what: "the dispersion of the counts does not settle", place: place,
      mend: "give it: .negativeBinomial(alpha: 1)")
  }

  private static func nullDeviance(
    _ family: Family, _ design: Design, _ prior: [Double]?, limit: Int, place: String
  ) throws(StatsError) -> Double {
    let columns = design.plan.hasIntercept ? 1 : 0
    return try ReweightedFit(
      family, x: Matrix(rowCount: design.rowCount, columnCount: columns, repeating: 1),
      y: design.y, weights: prior, offset: design.offset,
      names: Array(repeating: "Intercept", count: columns), limit: limit, place: place
    ).deviance
  }
}

extension Formula {
  /// The formula with the logarithm of a column as an offset.
  func withOffset(logOf column: String) -> Formula {
    Formula("\(text) + offset(log(`\(column)`))")
  }
}

/// The dispersion of negative binomial counts.
enum Dispersion {
  /// The alpha of the greatest likelihood at given means, where the slope of it is 0.
  static func alpha(
    _ y: [Double], _ mu: [Double], weights: [Double]?, place: String
  ) throws(StatsError) -> Double {
    // The slope by the size 1/α; it falls through 0 once.
    func slope(_ size: Double) -> Double {
      let base = Special.digamma(size)
      var known: [Double: Double] = [:]
      var sum = 0.0
      for row in y.indices {
        let gamma = known[y[row]] ?? Special.digamma(y[row] + size)
        known[y[row]] = gamma
        let part = -log1p(mu[row] / size) + (mu[row] - y[row]) / (size + mu[row])
        sum += (weights?[row] ?? 1) * (gamma - base + part)
      }
      return sum
    }
    var (low, high) = (-12.0, 14.0)
    guard slope(Glibc.exp(low)) > 0, slope(Glibc.exp(high)) < 0 else {
      throw StatsError(
        code: .noConvergence, what: "the counts vary no more than Poisson's", place: place,
        mend: "use the family .poisson()")
    }
    for _ in 0..<100 {
      let middle = (low + high) / 2
      if slope(Glibc.exp(middle)) > 0 { low = middle } else { high = middle }
    }
    return Glibc.exp(-(low + high) / 2)
  }
}
