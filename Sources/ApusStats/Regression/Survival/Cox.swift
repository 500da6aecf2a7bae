public import ApusFrame

@_implementationOnly import Glibc

/// Cox's proportional hazards.
///
///     try Cox("Surv(time, event) ~ age + C(treatment)", data: patients)
///
/// - Missing: rows with a null or NaN in a column that is used are left out and counted.
/// - Cost: O(n·p²) a step, after a sort.
/// - Source: Cox, 1972; ties by Efron, 1977, or Breslow, 1974.
public struct Cox: FittedModel {
  /// How events at the same time are counted.
  public enum Ties: String, Sendable {
    /// Each as if it came after part of the others.
    case efron
    /// All with the whole risk set.
    case breslow
  }

  /// The formula.
  public let formula: Formula
  /// The coefficients: logarithms of hazard ratios.
  public let coefficients: [Coefficient]
  /// The covariance of the estimates.
  public let covariance: Matrix
  /// The logarithm of the partial likelihood.
  public let logLikelihood: Double
  /// That of the model without columns.
  public let nullLogLikelihood: Double
  /// Harrell's concordance: how often the shorter of two times has the higher risk.
  public let concordance: Double
  /// How events at the same time are counted.
  public let ties: Ties
  /// How many rows were left out because of a null or NaN.
  public let missingCount: Int
  /// How many events there are.
  public let eventCount: Int
  /// The level of the confidence intervals.
  public let level: Double
  /// The means of the columns, at which a relative hazard is 1.
  let centers: [Double]
  let design: Design

  /// Fits a formula with the response `Surv(time, event)`.
  /// - Parameter strata: a column; groups of it have hazards of their own.
  public init(
    _ formula: String, data: DataFrame, ties: Ties = .efron, strata: String? = nil,
    level: Double = 0.95
  ) throws(StatsError) {
    try self.init(Formula(formula), data: data, ties: ties, strata: strata, level: level)
  }

  /// Fits a formula with the response `.survival(time, event)`.
  public init(
    _ formula: Formula, data: DataFrame, ties: Ties = .efron, strata: String? = nil,
    level: Double = 0.95
  ) throws(StatsError) {
    let place = "Cox(\"\(formula.text)\")"
    try LinearModel.checkLevel(level, place: place)
    let design = try Design(
      formula, data: data, kind: .survival, model: "Cox", leavesOutIntercept: true)
    let events = try SurvivalRows.events(design, model: "Cox")
    let names = design.plan.columnNames
    guard !names.isEmpty, design.rowCount > names.count else {
      throw StatsError(
        code: .tooFewRows,
        what: "\(design.rowCount) complete rows for \(names.count) coefficients", place: place,
        mend: "the model needs a term, and more rows than coefficients")
    }
    var groups = [Int32](repeating: 0, count: design.rowCount)
    if let strata {
      groups = try Sandwich.clusters(strata, of: data, keptRows: design.keptRows, place: place)
    }
    var likelihood = PartialLikelihood(
      times: design.y, events: events, x: design.x, groups: groups, ties: ties)
    try likelihood.checkColumns(names, place: place)
    let fit = try likelihood.maximum(names, place: place)
    self.formula = formula
    self.ties = ties
    self.level = level
    self.design = design
    missingCount = design.missingCount
    eventCount = events.count { $0 }
    centers = likelihood.centers
    covariance = fit.covariance
    logLikelihood = fit.logLikelihood
    nullLogLikelihood = fit.nullLogLikelihood
    coefficients = Coefficient.all(
      names: names, estimates: fit.coefficients, covariance: fit.covariance, reference: .normal,
      level: level)
    concordance = PartialLikelihood.concordance(
      design.y, events, try CrossProducts.product(design.x, fit.coefficients), groups)
  }

  /// The kind of model.
  public var modelName: String { "Cox" }
  /// The response, as the formula writes it.
  public var response: String { design.plan.responseName }
  /// How many rows the model stands on.
  public var rowCount: Int { design.rowCount }
  /// Akaike's criterion of the partial likelihood.
  public var aic: Double { -2 * logLikelihood + 2 * Double(coefficients.count) }
  /// The likelihood-ratio test of all coefficients.
  public var likelihoodRatioTest: ModelTest {
    ModelTest(
      chiSquared: 2 * (logLikelihood - nullLogLikelihood), Double(coefficients.count),
      name: "Likelihood-ratio test", hypothesis: "no column changes the hazard")
  }
  /// Facts on the fit for tables of several models.
  public var fitFacts: [(name: String, value: Double)] {
    [("log-likelihood", logLikelihood), ("AIC", aic), ("concordance", concordance)]
  }

  /// The summary: facts on the fit, coefficients and hazard ratios.
  public var card: StatsCard {
    let test = likelihoodRatioTest
    let ratios = coefficients.map {
      [
        $0.name, NumberText.short(Glibc.exp($0.estimate)), NumberText.short(Glibc.exp($0.lower)),
        NumberText.short(Glibc.exp($0.upper)),
      ]
    }
    return StatsCard(
      title: "Cox: \(formula.text)",
      facts: [
        ("response", response), ("rows", "\(rowCount)"), ("events", "\(eventCount)"),
        ("ties", ties.rawValue), ("concordance", NumberText.fixed(concordance, digits: 4)),
        ("partial log-likelihood", NumberText.short(logLikelihood, digits: 7)),
        (
          "likelihood ratio, χ²(\(coefficients.count))",
          "\(NumberText.short(test.statistic)), p \(test.pValue < 0.0001 ? "" : "= ")"
            + NumberText.pValue(test.pValue)
        ),
      ],
      tables: [
        coefficientTable(statistic: "z", level: level),
        .init(
          header: [
            "", "hazard ratio", "\(NumberText.short(level * 100)) % low", "high",
          ], rows: ratios),
      ],
      notes: missingCount > 0 ? ["\(missingCount) rows were left out: a null or NaN"] : [])
  }

  /// Hazards relative to a row at the means of the columns: a column `relative_hazard`.
  public func predict(_ frame: DataFrame) throws(StatsError) -> DataFrame {
    let (x, _, kept) = try design.plan.design(of: frame, leavesOutIntercept: true)
    let estimates = coefficients.map(\.estimate)
    let center = zip(estimates, centers).reduce(0) { $0 + $1.0 * $1.1 }
    let hazards = try CrossProducts.product(x, estimates).map { Glibc.exp($0 - center) }
    return try PredictionFrame.frame(
      [("relative_hazard", hazards)], keptRows: kept, rowCount: frame.rowCount,
      place: "predict(…)")
  }
}
