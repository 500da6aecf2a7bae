public import ApusFrame

@_implementationOnly import Glibc

/// An ARIMA model, with a season and with regressors if asked for.
///
///     let model = try ARIMA(passengers, order: ARIMAOrder(0, 1, 1, seasonal: (0, 1, 1), period: 12))
///     try model.forecast(24)
///
/// The series less its regression is differenced, and the differences are an ARMA process with
/// normal errors. The likelihood is exact (a Kalman filter that starts from the stationary
/// distribution); estimates maximise it among the stationary and invertible processes; standard
/// errors come from the observed information.
///
/// In the terms of other tools: the same model as statsmodels' `ARIMA` and R's `arima`, θ with the
/// sign +. Where d + D > 0 the likelihood is that of the differences.
public struct ARIMA: StatsResult {
  /// An estimate with what is known of it.
  public struct Coefficient: Sendable, Equatable {
    /// The name: `ar.L1`, `ma.S.L12`, `constant`, `drift`, a regressor's name, `sigma2`.
    public let name: String
    /// The estimate.
    public let estimate: Double
    /// Its standard error, or `nil` when the likelihood has no peak there.
    public let standardError: Double?
    /// Estimate by standard error.
    public var z: Double? { standardError.map { estimate / $0 } }
    /// The two-sided probability of such a z when the coefficient is 0.
    public var pValue: Double? {
      z.map { 2 * Normal().cdf(-abs($0)) }
    }
  }

  /// The series.
  public let series: TimeSeries
  /// The orders.
  public let order: ARIMAOrder
  /// The estimates: regression, autoregression, moving average, and the variance of the errors.
  public let coefficients: [Coefficient]
  /// The variance of the errors.
  public let variance: Double
  /// The log-likelihood of the differences.
  public let logLikelihood: Double
  /// How many differences the likelihood stands on.
  public let effectiveCount: Int
  /// Whether the model has a constant (or a drift, when it has differences).
  public let hasConstant: Bool
  let fit: ARIMAFit

  /// Fits a model.
  ///
  /// - Parameters:
  ///   - order: the orders.
  ///   - constant: whether there is a constant; with d + D = 1 it is a drift, the mean of the
  ///     differences. Without word there is one when d + D = 0.
  ///   - exogenous: columns of regressors, with as many rows as the series.
  /// - Throws: when the series is too short or its differences are constant, when regressors depend
  ///   on each other or have holes, and when the search does not settle.
  public init(
    _ series: any SeriesValues, order: ARIMAOrder, constant: Bool? = nil,
    exogenous: DataFrame? = nil
  ) throws(StatsError) {
    let place = "ARIMA(…)"
    let series = try series.series(in: place)
    try order.check(in: place)
    let hasConstant = constant ?? (order.d + order.seasonalD == 0)
    let design = try ARIMADesign(
      series, order: order, hasConstant: hasConstant, exogenous: exogenous, in: place)
    let likelihood = ARIMALikelihood(
      order: order, response: order.differenced(series.values),
      regressors: design.columns.map(order.differenced))
    try design.check(likelihood, in: place)
    guard let found = likelihood.largest(), found.slope < 1e-3 else {
      throw StatsError(
        code: .noConvergence,
        what: "the likelihood of ARIMA\(order) on \"\(series.name)\" has no peak that the search "
          + "finds",
        place: place, mend: "try lower orders or other differences")
    }
    let covariance = likelihood.covariance(found.profile, found.coefficients)
    let estimates = found.profile.regression + found.coefficients + [found.profile.variance]
    coefficients = zip(design.names + order.names + ["sigma2"], estimates).enumerated().map {
      index, pair in
      Coefficient(
        name: pair.0, estimate: pair.1,
        standardError: covariance.map { $0[index][index].squareRoot() })
    }
    self.series = series
    self.order = order
    self.hasConstant = hasConstant
    variance = found.profile.variance
    logLikelihood = found.profile.logLikelihood
    effectiveCount = likelihood.response.count
    fit = ARIMAFit(
      design: design, polynomials: ARMAPolynomials(found.coefficients, order),
      arma: found.coefficients, regression: found.profile.regression, run: found.profile.run)
  }

  /// How many numbers were estimated, the variance included.
  public var parameterCount: Int { coefficients.count }
  /// Akaike's criterion.
  public var aic: Double { -2 * logLikelihood + 2 * Double(parameterCount) }
  /// The Bayesian criterion.
  public var bic: Double {
    -2 * logLikelihood + log(Double(effectiveCount)) * Double(parameterCount)
  }
  /// Akaike's criterion for short series; infinite when there are too few values for it.
  public var aicc: Double {
    let rest = Double(effectiveCount - parameterCount - 1)
    let parameters = Double(parameterCount)
    return rest > 0 ? aic + 2 * parameters * (parameters + 1) / rest : .infinity
  }

  /// The one-step errors, from the first difference on.
  public var residuals: [Double] { fit.innovations }

  /// The one-step errors, each by its standard deviation.
  public var standardizedResiduals: [Double] {
    zip(fit.innovations, fit.run.variances).map { $0 / ($1 * variance).squareRoot() }
  }

  /// Observed, one-step predicted and residual values as a frame, from the first difference on:
  /// `observed`, `fitted`, `residual`.
  public var frame: DataFrame {
    let observed = Array(series.values.dropFirst(order.lost))
    let errors = fit.innovations
    return series.frame(
      of: [
        ("observed", observed), ("fitted", zip(observed, errors).map { $0 - $1 }),
        ("residual", errors),
      ], from: order.lost)
  }

  /// The test of Ljung and Box of the residuals, less the degrees of freedom of the coefficients.
  public func ljungBox(lags: [Int]? = nil) throws(StatsError) -> PortmanteauResult {
    let fitted = order.coefficientCount
    let season = order.hasSeason ? 2 * order.period : 10
    let usual = max(fitted + 1, min(season, effectiveCount / 5))
    return try ljungBoxTest(standardizedResiduals, lags: lags ?? [usual], fittedParameters: fitted)
  }

  /// The next values, with intervals.
  ///
  /// The intervals count the errors to come, not those of the estimates.
  /// - Parameter exogenous: the regressors of the steps, one row each, when the model has some.
  public func forecast(_ steps: Int, level: Double = 0.95, exogenous: DataFrame? = nil)
    throws(StatsError) -> Forecast
  {
    let place = "forecast(…)"
    try requireSteps(steps, in: place)
    try requireLevel(level, in: place)
    let columns = try fit.design.future(steps, exogenous: exogenous, in: place)
    let (mean, errors) = fit.forecast(series.values, columns, steps: steps, order: order)
    return Forecast(
      mean: mean, standardErrors: errors.map { ($0 * variance).squareRoot() }, level: level,
      series: series, method: name)
  }

  /// The model in words: `ARIMA(0,1,1)(0,1,1)[12]`.
  public var name: String {
    let extra =
      hasConstant ? (order.d + order.seasonalD > 0 ? " with drift" : " with constant") : ""
    return "ARIMA\(order)\(extra)"
  }

  /// The result's card.
  public var card: StatsCard {
    let width = Normal().quantile(0.975)
    let rows = coefficients.map { coefficient -> [String] in
      guard let error = coefficient.standardError, let z = coefficient.z,
        let pValue = coefficient.pValue
      else {
        return [coefficient.name, NumberText.short(coefficient.estimate), "–", "–", "–", "–"]
      }
      let (low, high) = (coefficient.estimate - width * error, coefficient.estimate + width * error)
      return [
        coefficient.name, NumberText.short(coefficient.estimate), NumberText.short(error),
        NumberText.fixed(z, digits: 2), NumberText.pValue(pValue),
        "[\(NumberText.short(low)), \(NumberText.short(high))]",
      ]
    }
    var notes = ["Exact maximum likelihood; standard errors from the observed information."]
    if coefficients.contains(where: { $0.standardError == nil }) {
      notes.append(
        "No standard errors: the estimates lie at the border of the stationary and invertible "
          + "processes. Fewer terms or other differences may describe the series better.")
    }
    if let test = try? ljungBox() {  // Too short a series has no such test, and the card none.
      notes.append(
        "Ljung–Box of the residuals at lag \(test.rows[0].lag): Q = "
          + "\(NumberText.short(test.statistic)), p \(test.pValue < 0.0001 ? "" : "= ")"
          + "\(NumberText.pValue(test.pValue)).")
    }
    return StatsCard(
      title: "\(name) of \(series.name)",
      facts: [
        ("values", "\(series.count)"),
        ("log-likelihood", NumberText.fixed(logLikelihood, digits: 3)),
        ("AIC", NumberText.fixed(aic, digits: 2)), ("AICc", NumberText.fixed(aicc, digits: 2)),
        ("BIC", NumberText.fixed(bic, digits: 2)),
      ],
      tables: [
        .init(header: ["", "estimate", "se", "z", "p-value", "95 % interval"], rows: rows)
      ], notes: notes)
  }
}
