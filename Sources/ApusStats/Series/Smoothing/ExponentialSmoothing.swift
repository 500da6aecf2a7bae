public import ApusFrame

@_implementationOnly import Glibc

/// The parameters of exponential smoothing; those that a model does not have are `nil`.
public struct SmoothingParameters: Sendable, Equatable {
  /// How far an error moves the level, α.
  public var level: Double?
  /// How far an error moves the slope, β; below α. (Holt's own β* is β / α.)
  public var trend: Double?
  /// How far an error moves the season, γ; below 1 − α.
  public var seasonal: Double?
  /// The share of the slope that each step keeps, φ.
  public var damping: Double?

  /// Parameters; those that are `nil` are estimated.
  public init(
    level: Double? = nil, trend: Double? = nil, seasonal: Double? = nil, damping: Double? = nil
  ) {
    self.level = level
    self.trend = trend
    self.seasonal = seasonal
    self.damping = damping
  }
}

/// Exponential smoothing: simple, Holt's, damped, and Holt and Winters' with a season.
///
///     let model = try ExponentialSmoothing(passengers, trend: .additive, season: .multiplicative)
///     try model.forecast(12)
///
/// The model has additive errors; parameters and first states are those of maximum likelihood.
/// - Source: R. J. Hyndman, A. B. Koehler, J. K. Ord and R. D. Snyder, Forecasting with Exponential
///   Smoothing (2008): the models ETS(A, N/A/Ad, N/A/M).
public struct ExponentialSmoothing: StatsResult {
  /// The series.
  public let series: TimeSeries
  /// The trend.
  public let trend: SmoothingTrend
  /// The season, if there is one.
  public let season: Composition?
  /// How many values make a season; 1 without one.
  public let period: Int
  /// The smoothing parameters.
  public let parameters: SmoothingParameters
  /// The level before the first value.
  public let initialLevel: Double
  /// The slope before the first value; 0 without a trend.
  public let initialSlope: Double
  /// The season before the first value; empty without one.
  public let initialSeasonal: [Double]
  /// The one-step predictions.
  public let fitted: [Double]
  /// The log-likelihood of normal errors.
  public let logLikelihood: Double
  /// How many numbers were estimated, the variance of the errors included.
  public let parameterCount: Int
  private let weights: SmoothingForm.Weights
  private let end: SmoothingForm.State
  private let form: SmoothingForm

  /// Fits a model.
  ///
  /// - Parameters:
  ///   - season: whether the season is added or multiplied; `nil` for none.
  ///   - period: how many values make a season; the series' own when not given.
  ///   - parameters: parameters that are held instead of estimated.
  /// - Throws: for a constant or short series, for values of 0 or below with a multiplicative
  ///   season, and when the search does not settle.
  public init(
    _ series: any SeriesValues, trend: SmoothingTrend = .none, season: Composition? = nil,
    period: Int? = nil, holding parameters: SmoothingParameters = SmoothingParameters()
  ) throws(StatsError) {
    let place = "ExponentialSmoothing(…)"
    let series = try series.series(in: place)
    let period = season == nil ? 1 : try series.season(period, in: place)
    let needed = (season == nil ? 4 : 2 * period) + (trend == .none ? 0 : 3)
    try series.require(needed, for: "this model", in: place)
    try series.requireVariation(in: place)
    if season == .multiplicative, let row = series.values.firstIndex(where: { $0 <= 0 }) {
      throw StatsError(
        code: .badValue,
        what: "row \(row) of \"\(series.name)\" is \(NumberText.short(series.values[row]))",
        place: place, mend: "a multiplicative season needs values above 0: use .additive")
    }
    try Self.check(parameters, in: place)
    let form = SmoothingForm(trend: trend, season: season, period: period)
    let values = series.values
    let mean = values.reduce(0, +) / Double(values.count)
    let spread = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
    let search = SmoothingSearch(
      form: form, values: values, held: parameters, unit: spread.squareRoot())
    guard let found = search.best(), found.isSettled,
      let run = form.run(values, found.weights, from: found.start)
    else {
      throw StatsError(
        code: .noConvergence,
        what: "the search for the parameters of \"\(series.name)\" did not "
          + "settle",
        place: place, mend: "try a model with fewer parts, or hold a parameter with holding:")
    }
    let held = [parameters.level, parameters.trend, parameters.seasonal, parameters.damping]
    let estimated =
      2 + (trend == .none ? 0 : 2) + (trend == .damped ? 1 : 0) + (season == nil ? 0 : period)
      - held.compactMap { $0 }.count + 1
    self.init(series, form, found.weights, start: found.start, run: run, parameterCount: estimated)
    guard variance > 1e-24 * spread else {
      throw StatsError(
        code: .badValue, what: "the model fits \"\(series.name)\" without any error", place: place,
        mend: "the series follows a rule without chance, and intervals have no meaning")
    }
  }

  /// The model at given parameters and first states, without a search.
  package init(
    _ values: [Double], trend: SmoothingTrend, season: Composition?, period: Int,
    at parameters: SmoothingParameters, initialLevel: Double, initialSlope: Double,
    initialSeasonal: [Double]
  ) throws(StatsError) {
    let place = "ExponentialSmoothing(…)"
    let series = try values.series(in: place)
    let form = SmoothingForm(trend: trend, season: season, period: period)
    let weights = SmoothingForm.Weights(
      level: parameters.level ?? 0, trend: parameters.trend ?? 0,
      seasonal: parameters.seasonal ?? 0, damping: parameters.damping ?? 1)
    let start = SmoothingForm.State(
      level: initialLevel, slope: initialSlope, seasonal: initialSeasonal)
    guard let run = form.run(values, weights, from: start) else {
      throw StatsError(
        code: .badOption, what: "predictions overflow at these parameters", place: place)
    }
    self.init(series, form, weights, start: start, run: run, parameterCount: 1)
  }

  private init(
    _ series: TimeSeries, _ form: SmoothingForm, _ weights: SmoothingForm.Weights,
    start: SmoothingForm.State, run: (fitted: [Double], end: SmoothingForm.State),
    parameterCount: Int
  ) {
    self.series = series
    (trend, season, period) = (form.trend, form.season, form.period)
    self.form = form
    self.weights = weights
    end = run.end
    fitted = run.fitted
    initialLevel = start.level
    initialSlope = start.slope
    initialSeasonal = start.seasonal
    parameters = SmoothingParameters(
      level: weights.level, trend: form.trend == .none ? nil : weights.trend,
      seasonal: form.season == nil ? nil : weights.seasonal,
      damping: form.trend == .damped ? weights.damping : nil)
    self.parameterCount = parameterCount
    let count = Double(series.count)
    let sum = zip(series.values, run.fitted).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    logLikelihood = -0.5 * count * (log(2 * Double.pi * sum / count) + 1)
  }

  private static func check(_ held: SmoothingParameters, in place: String) throws(StatsError) {
    let ranges: [(String, Double?, ClosedRange<Double>)] = [
      ("level", held.level, 0...1), ("trend", held.trend, 0...(held.level ?? 1)),
      ("seasonal", held.seasonal, 0...(1 - (held.level ?? 0))), ("damping", held.damping, 0...1),
    ]
    for (name, value, range) in ranges {
      guard let value, !range.contains(value) else { continue }
      throw StatsError(
        code: .badOption, what: "\(name): \(value)", place: place,
        mend: "it lies between \(range.lowerBound) and \(range.upperBound)")
    }
  }

  /// What the predictions leave, as a series.
  public var residuals: [Double] { zip(series.values, fitted).map { $0 - $1 } }

  /// The variance of the errors: the mean of their squares.
  public var variance: Double {
    residuals.reduce(0) { $0 + $1 * $1 } / Double(series.count)
  }

  /// Akaike's criterion.
  public var aic: Double { -2 * logLikelihood + 2 * Double(parameterCount) }
  /// The Bayesian criterion.
  public var bic: Double { -2 * logLikelihood + log(Double(series.count)) * Double(parameterCount) }
  /// Akaike's criterion for short series; `nil` when there are too few values for it.
  public var aicc: Double? {
    let (count, parameters) = (Double(series.count), Double(parameterCount))
    let rest = count - parameters - 1
    return rest > 0 ? aic + 2 * parameters * (parameters + 1) / rest : nil
  }

  /// Values and predictions as a frame beside the times: `observed`, `fitted`, `residual`.
  public var frame: DataFrame {
    series.frame(of: [("observed", series.values), ("fitted", fitted), ("residual", residuals)])
  }

  /// The next values, with intervals.
  ///
  /// Without multiplication in the model the intervals are exact given the parameters; with a
  /// multiplicative season they are quantiles of 5,000 simulated paths, the same at each call with
  /// one `seed`.
  public func forecast(_ steps: Int, level: Double = 0.95, seed: UInt64 = 0) throws(StatsError)
    -> Forecast
  {
    try requireSteps(steps, in: "forecast(…)")
    try requireLevel(level, in: "forecast(…)")
    var state = end
    let mean = (0..<steps).map { step in
      form.step(&state, place: step % period, weights, value: nil)
    }
    let deviation = variance.squareRoot()
    if season != .multiplicative {
      var (sum, errors) = (1.0, [deviation])
      for weight in form.errorWeights(weights, steps: steps) {
        sum += weight * weight
        errors.append(deviation * sum.squareRoot())
      }
      return Forecast(
        mean: mean, standardErrors: errors, level: level, series: series, method: name)
    }
    let paths = simulated(steps, deviation: deviation, seed: seed)
    let errors = (0..<steps).map { step in
      let column = paths.map { $0[step] }
      let middle = column.reduce(0, +) / Double(column.count)
      return (column.reduce(0) { $0 + ($1 - middle) * ($1 - middle) } / Double(column.count - 1))
        .squareRoot()
    }
    func quantile(_ step: Int, _ share: Double) -> Double {
      let sorted = paths.map { $0[step] }.sorted()
      let place = share * Double(sorted.count - 1)
      let low = Int(place)
      let part = place - Double(low)
      return sorted[low] * (1 - part) + sorted[min(low + 1, sorted.count - 1)] * part
    }
    return Forecast(
      mean: mean, standardErrors: errors,
      lower: (0..<steps).map { quantile($0, 0.5 - level / 2) },
      upper: (0..<steps).map { quantile($0, 0.5 + level / 2) }, level: level, series: series,
      method: name, notes: ["Intervals are quantiles of 5000 simulated paths."])
  }

  private func simulated(_ steps: Int, deviation: Double, seed: UInt64) -> [[Double]] {
    var generator = RandomGenerator(seed: seed)
    let noise = Normal(mean: 0, sd: deviation)
    return (0..<5000).map { _ in
      var state = end
      return (0..<steps).map { step in
        var probe = state
        let expected = form.step(&probe, place: step % period, weights, value: nil)
        let value = expected + noise.random(using: &generator)
        _ = form.step(&state, place: step % period, weights, value: value)
        return value
      }
    }
  }

  /// The model in words, such as `Holt–Winters, damped trend, multiplicative season of 12`.
  public var name: String {
    let trendWords =
      switch trend {
      case .none: ""
      case .additive: ", additive trend"
      case .damped: ", damped trend"
      }
    if let season {
      return "Holt–Winters\(trendWords), \(season.rawValue) season of \(period)"
    }
    return trend == .none ? "Simple exponential smoothing" : "Holt's method\(trendWords)"
  }

  /// The result's card.
  public var card: StatsCard {
    var rows = [["level (α)", NumberText.short(weights.level)]]
    if trend != .none { rows.append(["trend (β)", NumberText.short(weights.trend)]) }
    if season != nil { rows.append(["season (γ)", NumberText.short(weights.seasonal)]) }
    if trend == .damped { rows.append(["damping (φ)", NumberText.short(weights.damping)]) }
    rows.append(["first level", NumberText.short(initialLevel, digits: 6)])
    if trend != .none { rows.append(["first slope", NumberText.short(initialSlope)]) }
    var facts = [
      ("values", "\(series.count)"), ("log-likelihood", NumberText.fixed(logLikelihood, digits: 3)),
      ("AIC", NumberText.fixed(aic, digits: 2)), ("BIC", NumberText.fixed(bic, digits: 2)),
    ]
    if let aicc { facts.append(("AICc", NumberText.fixed(aicc, digits: 2))) }
    facts.append(("sd of errors", NumberText.short(variance.squareRoot())))
    return StatsCard(
      title: "\(name) of \(series.name)", facts: facts,
      tables: [.init(header: ["parameter", "estimate"], rows: rows)],
      notes: ["Parameters and first states by maximum likelihood; errors are additive."])
  }
}
