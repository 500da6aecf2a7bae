public import ApusFrame

/// A linear model that outlying responses do not pull: an M-estimate by reweighted least squares.
///
/// The scale is the median of the absolute residuals by 0.6745. Standard errors are Huber's (H1).
/// - Missing: rows with a null or NaN in a column that is used are left out and counted.
/// - Source: Huber, Robust Statistics, 1981, ch. 7.
public struct RobustModel: FittedModel {
  /// How residuals are weighted.
  public enum Norm: Sendable, Equatable {
    /// Full weight up to `tuning` scales, then falling with the size.
    case huber(tuning: Double = 1.345)
    /// Tukey's biweight: none beyond `tuning` scales.
    case bisquare(tuning: Double = 4.685)

    func weight(_ u: Double) -> Double {
      switch self {
      case .huber(let k): Swift.abs(u) <= k ? 1 : k / Swift.abs(u)
      case .bisquare(let c): Swift.abs(u) < c ? (1 - u * u / c / c) * (1 - u * u / c / c) : 0
      }
    }

    func slope(_ u: Double) -> Double {
      switch self {
      case .huber(let k): return Swift.abs(u) <= k ? 1 : 0
      case .bisquare(let c):
        let part = u * u / c / c
        return Swift.abs(u) < c ? (1 - part) * (1 - 5 * part) : 0
      }
    }
  }

  /// The formula.
  public let formula: Formula
  /// The coefficients, in the order of the design's columns.
  public let coefficients: [Coefficient]
  /// The covariance of the estimates.
  public let covariance: Matrix
  /// The scale of the residuals.
  public let scale: Double
  /// The weight of each row that is used.
  public let weights: [Double]
  /// How many rows were left out because of a null or NaN.
  public let missingCount: Int
  /// How residuals are weighted.
  public let norm: Norm
  let design: Design
  let level: Double

  /// Fits a formula to a frame.
  public init(
    _ formula: String, data: DataFrame, norm: Norm = .huber(), level: Double = 0.95,
    iterationLimit: Int = 500
  ) throws(StatsError) {
    let place = "RobustModel(\"\(formula)\")"
    try LinearModel.checkLevel(level, place: place)
    let design = try Design(Formula(formula), data: data, kind: .number, model: "RobustModel")
    let names = design.plan.columnNames
    let (n, p) = (design.rowCount, names.count)
    guard n > p, p > 0, design.offset == nil else {
      throw StatsError(
        code: .tooFewRows, what: "\(n) complete rows for \(p) coefficients", place: place,
        mend: "use more rows or fewer terms, and no offset")
    }
    var fit = try LinearSolution(design.x, design.y, names: names, place: place)
    var scale = Self.scale(fit.residuals)
    var weights = [Double](repeating: 1, count: n)
    var isSettled = false
    for _ in 0..<iterationLimit where !isSettled {
      guard scale > 0 else {
        throw StatsError(
          code: .badValue, what: "more than half of the rows are fitted exactly", place: place,
          mend: "there is no scale to hold residuals against; use OLS")
      }
      weights = fit.residuals.map { norm.weight($0 / scale) }
      let before = fit.coefficients
      // A weight of 0 would make the triangle forget the row's column; so small a one does not.
      fit = try LinearSolution(
        design.x, design.y, weights: weights.map { max($0, 1e-300) }, names: names, place: place)
      scale = Self.scale(fit.residuals)
      isSettled = zip(before, fit.coefficients).allSatisfy {
        Swift.abs($0 - $1) <= 1e-12 * max(Swift.abs($1), 1e-3)
      }
    }
    guard isSettled else {
      throw StatsError(
        code: .noConvergence, what: "no convergence in \(iterationLimit) steps", place: place,
        mend: "raise iterationLimit, or use .huber()")
    }
    let slopes = fit.residuals.map { norm.slope($0 / scale) }
    let mean = slopes.reduce(0, +) / Double(n)
    let spread = slopes.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(n)
    let k = 1 + Double(p) / Double(n) * spread / (mean * mean)
    let squares = fit.residuals.reduce(0.0) { sum, rest in
      let psi = norm.weight(rest / scale) * rest
      return sum + psi * psi
    }
    let plain = try LinearSolution(design.x, design.y, names: names, place: place)
    var covariance = plain.triangle.inverseOfSquare
    let factor = k * k * squares / Double(n - p) / (mean * mean)
    for place in covariance.elements.indices { covariance.elements[place] *= factor }
    self.formula = Formula(formula)
    self.design = design
    self.scale = scale
    self.weights = weights
    self.norm = norm
    self.level = level
    self.covariance = covariance
    missingCount = design.missingCount
    coefficients = Coefficient.all(
      names: names, estimates: fit.coefficients, covariance: covariance, reference: .normal,
      level: level)
  }

  private static func scale(_ residuals: [Double]) -> Double {
    let sizes = residuals.map(Swift.abs).sorted()
    let half = sizes.count / 2
    let median = sizes.count % 2 == 1 ? sizes[half] : (sizes[half - 1] + sizes[half]) / 2
    return median / 0.6744897501960817
  }

  /// The kind of model.
  public var modelName: String { "robust" }
  /// The response, as the formula writes it.
  public var response: String { design.plan.responseName }
  /// How many rows the model stands on.
  public var rowCount: Int { design.rowCount }
  /// Facts on the fit for tables of several models.
  public var fitFacts: [(name: String, value: Double)] { [("scale", scale)] }

  /// The summary.
  public var card: StatsCard {
    StatsCard(
      title: "Robust model: \(formula.text)",
      facts: [
        ("response", response), ("rows", "\(rowCount)"), ("norm", "\(norm)"),
        ("scale", NumberText.short(scale)),
        ("rows of weight below 0.5", "\(weights.count { $0 < 0.5 })"),
      ], tables: [coefficientTable(statistic: "z", level: level)],
      notes: missingCount > 0 ? ["\(missingCount) rows were left out: a null or NaN"] : [])
  }
}
