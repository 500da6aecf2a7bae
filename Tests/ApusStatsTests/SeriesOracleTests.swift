import ApusFrame
import ApusStats
import Testing

private let oracle = SeriesOracle.stored

@Suite("Series beside statsmodels and scipy")
struct SeriesOracleTests {
  @Test("autocorrelations, their tests and periodograms", arguments: oracle.correlations)
  func correlations(_ wanted: SeriesOracle.Correlations) throws {
    let values = try oracle.values(wanted.series)
    let lags = wanted.lags
    let acf = try autocorrelation(values, lags: lags)
    expectSeries(acf.values, wanted.acf, "acf")
    expectSeries(acf.lower, wanted.acf_low, "lower end")
    let adjusted = try autocorrelation(
      values, lags: lags, adjusted: true, interval: .whiteNoise, level: 0.9)
    expectSeries(adjusted.values, wanted.adjusted, "adjusted acf")
    expectSeries(adjusted.upper, wanted.adjusted_high, "upper end")
    func pacf(_ method: PartialAutocorrelationMethod) throws -> [Double] {
      try partialAutocorrelation(values, lags: lags, method: method).values
    }
    expectSeries(try pacf(.yuleWalker), wanted.pacf, "pacf")
    expectSeries(try pacf(.yuleWalker), wanted.pacf_ld, "pacf by Levinson and Durbin")
    expectSeries(try pacf(.adjustedYuleWalker), wanted.pacf_adjusted, "adjusted pacf")
    expectSeries(try pacf(.leastSquares), wanted.pacf_ols, "pacf by regressions")
    expectSeries(try pacf(.commonLeastSquares), wanted.pacf_common, "pacf over common rows")
    expectSeries(try pacf(.adjustedLeastSquares), wanted.pacf_ols_adjusted, "adjusted regressions")
    let box = try ljungBoxTest(values, lags: [1, 4])
    expectSeries(box.rows.map(\.statistic), wanted.q, "Ljung–Box")
    expectSeries(box.rows.map(\.pValue), wanted.q_p, "p of Ljung–Box")
    let pierce = try boxPierceTest(values, lags: [1, 4])
    expectSeries(pierce.rows.map(\.statistic), wanted.bp, "Box–Pierce")
    expectSeries(pierce.rows.map(\.pValue), wanted.bp_p, "p of Box–Pierce")
    let fitted = try ljungBoxTest(values, lags: [4], fittedParameters: 2)
    expectSeries([fitted.pValue], [wanted.q_fitted_p], "p of Ljung–Box with fitted parameters")
    expectSeries(try periodogram(values).density, wanted.density, "periodogram")
  }

  @Test("the Dickey–Fuller test", arguments: oracle.adf)
  func dickeyFuller(_ wanted: SeriesOracle.UnitRoot) throws {
    let terms: DeterministicTerms = try #require(
      ["n": .none, "c": .constant, "ct": .trend, "ctt": .quadraticTrend][wanted.terms])
    let choice: LagChoice = try #require(
      ["AIC": .aic, "BIC": .bic, "t-stat": .tStatistic, "1": .fixed(1)][wanted.choice])
    let found = try adfTest(
      try oracle.values(wanted.series), terms: terms, lags: choice,
      highestLag: wanted.series == "short" ? 2 : nil)
    #expect(found.lags == wanted.lags)
    #expect(found.count == wanted.rows)
    // A squared trend beside 13 lags makes the regression of either side lose digits.
    expectSeries([found.statistic], [wanted.statistic], "statistic")
    expectSeries([found.pValue], [wanted.p], rtol: 1e-8, "p")
    expectSeries(found.criticalValues.map(\.value), try #require(wanted.critical), "critical")
  }

  @Test("the KPSS test", arguments: oracle.kpss)
  func kpss(_ wanted: SeriesOracle.UnitRoot) throws {
    let choice: KPSSLags = try #require(
      ["auto": .automatic, "legacy": .schwert, "3": .fixed(3)][wanted.choice])
    let found = try kpssTest(
      try oracle.values(wanted.series), terms: wanted.terms == "c" ? .constant : .trend,
      lags: choice)
    #expect(found.lags == wanted.lags)
    expectSeries([found.statistic, found.pValue], [wanted.statistic, wanted.p], "statistic and p")
  }

  @Test("the classical decomposition", arguments: oracle.decompositions)
  func classical(_ wanted: SeriesOracle.Parts) throws {
    let found = try decompose(
      try oracle.values(wanted.series), period: wanted.period,
      composition: wanted.model == "additive" ? .additive : .multiplicative)
    #expect(found.trend.map { $0 == nil } == wanted.trend.map { $0 == nil })
    #expect(found.remainder.map { $0 == nil } == wanted.remainder.map { $0 == nil })
    expectSeries(found.trend.compactMap { $0 }, wanted.trend.compactMap { $0 }, "trend")
    expectSeries(Array(found.seasonal.prefix(wanted.period)), wanted.seasonal, "season")
    expectSeries(
      found.remainder.compactMap { $0 }, wanted.remainder.compactMap { $0 }, "remainder")
  }

  @Test("STL", arguments: oracle.stl)
  func loess(_ wanted: SeriesOracle.Loess) throws {
    let given = wanted.options
    var options = STLOptions(
      seasonal: given.seasonal ?? 7, trend: given.trend, isRobust: given.robust ?? false)
    options.seasonalDegree = given.seasonal_deg ?? 1
    options.trendDegree = given.trend_deg ?? 1
    options.lowPassDegree = given.low_pass_deg ?? 1
    options.seasonalJump = given.seasonal_jump ?? 1
    options.trendJump = given.trend_jump ?? 1
    options.lowPassJump = given.low_pass_jump ?? 1
    let found = try stl(
      try oracle.values(wanted.series), period: wanted.period, options: options)
    expectSeries(found.trend.compactMap { $0 }, wanted.trend, "trend")
    expectSeries(found.seasonal, wanted.seasonal, "season")
    if let weights = wanted.weights { expectSeries(found.weights, weights, "weights") }
  }

  @Test("exponential smoothing", arguments: oracle.smoothing)
  func smoothing(_ wanted: SeriesOracle.Smoothing) throws {
    let values = try oracle.values(wanted.series)
    let trend: SmoothingTrend =
      wanted.trend == "none" ? .none : (wanted.damped ? .damped : .additive)
    let season: Composition? =
      switch wanted.season {
      case "add": .additive
      case "mul": .multiplicative
      default: nil
      }
    // The recursions at statsmodels' own estimates: all its numbers come out again.
    let given = try ExponentialSmoothing(
      values, trend: trend, season: season, period: wanted.period,
      at: SmoothingParameters(
        level: wanted.alpha, trend: wanted.beta, seasonal: wanted.gamma, damping: wanted.phi),
      initialLevel: wanted.level, initialSlope: wanted.slope ?? 0,
      initialSeasonal: wanted.seasonal)
    expectSeries(given.fitted, wanted.fitted, "fitted")
    expectSeries([given.logLikelihood], [wanted.loglik], "log-likelihood")
    let next = try given.forecast(wanted.forecast.count)
    expectSeries(next.mean, wanted.forecast, "forecast")
    if let variance = wanted.variance {
      expectSeries(next.standardErrors.map { $0 * $0 }, variance, "variance of the forecast")
    }
    // The likelihood is flat in some directions (the start of the season against the level), so
    // fits are held to their likelihood: never below statsmodels' own.
    let fit = try ExponentialSmoothing(values, trend: trend, season: season, period: wanted.period)
    #expect(fit.logLikelihood >= wanted.loglik - 1e-5)
  }

  @Test("ARIMA", arguments: oracle.arima)
  func arima(_ wanted: SeriesOracle.Arima) throws {
    let values = try oracle.values(wanted.series)
    func frame(_ one: [Double]?, _ two: [Double]?, _ count: Int) throws -> DataFrame? {
      guard let one, let two else { return nil }
      return try DataFrame([
        "x1": AnyColumn(one.prefix(count).map { $0 }),
        "x2": AnyColumn(two.prefix(count).map { $0 }),
      ])
    }
    let model = try ARIMA(
      values,
      order: ARIMAOrder(
        wanted.order[0], wanted.order[1], wanted.order[2],
        seasonal: (wanted.seasonal[0], wanted.seasonal[1], wanted.seasonal[2]),
        period: wanted.seasonal[3]),
      constant: wanted.constant,
      exogenous: try frame(wanted.x1, wanted.x2, values.count))
    // statsmodels' order: regression, ar, ma, seasonal ar, seasonal ma, sigma2.
    func rank(_ name: String) -> Int {
      if name.hasPrefix("ar.S") { return 3 }
      if name.hasPrefix("ma.S") { return 4 }
      if name.hasPrefix("ar.") { return 1 }
      if name.hasPrefix("ma.") { return 2 }
      return name == "sigma2" ? 5 : 0
    }
    let sorted = model.coefficients.enumerated().sorted {
      (rank($0.element.name), $0.offset) < (rank($1.element.name), $1.offset)
    }.map(\.element)
    #expect(model.logLikelihood >= wanted.loglik - 1e-8)
    expectSeries([model.logLikelihood], [wanted.loglik], rtol: 1e-8, "log-likelihood")
    expectSeries(
      [model.aic, model.bic, model.aicc], [wanted.aic, wanted.bic, wanted.aicc], rtol: 1e-8,
      "criteria")
    // statsmodels' search ends where slopes are about 1e-6, which leaves its estimates some
    // 1e-4 of a standard error from the peak; its likelihood is never above ours.
    for (found, pair) in zip(sorted, zip(wanted.params, wanted.se)) {
      #expect(abs(found.estimate - pair.0) <= 1e-3 * pair.1, "\(found.name)")
      let error = try #require(found.standardError)
      #expect(abs(error - pair.1) <= 1e-3 * pair.1, "se of \(found.name): \(error), \(pair.1)")
    }
    expectSeries(Array(model.residuals.prefix(20)), wanted.residuals, rtol: 1e-4, "residuals")
    let next = try model.forecast(
      wanted.mean.count,
      exogenous: try frame(wanted.future1, wanted.future2, wanted.mean.count))
    expectSeries(next.mean, wanted.mean, rtol: 1e-4, "forecast")
    expectSeries(next.standardErrors, wanted.forecast_se, rtol: 1e-4, "errors of the forecast")
  }
}
