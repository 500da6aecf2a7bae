public import ApusFrame

/// What a model expects of the times to come, with intervals.
public struct Forecast: StatsResult {
  /// The expected values.
  public let mean: [Double]
  /// The standard deviation of each forecast's error.
  public let standardErrors: [Double]
  /// The lower end of each interval.
  public let lower: [Double]
  /// The upper end of each interval.
  public let upper: [Double]
  /// The level of the intervals, such as 0.95.
  public let level: Double
  /// The series that is carried on.
  public let series: TimeSeries
  let method: String
  let notes: [String]

  /// Forecasts with intervals of the normal distribution.
  init(
    mean: [Double], standardErrors: [Double], level: Double, series: TimeSeries, method: String
  ) {
    let width = Normal().quantile(0.5 + level / 2)
    self.init(
      mean: mean, standardErrors: standardErrors,
      lower: zip(mean, standardErrors).map { $0 - width * $1 },
      upper: zip(mean, standardErrors).map { $0 + width * $1 }, level: level, series: series,
      method: method, notes: [])
  }

  init(
    mean: [Double], standardErrors: [Double], lower: [Double], upper: [Double], level: Double,
    series: TimeSeries, method: String, notes: [String]
  ) {
    self.mean = mean
    self.standardErrors = standardErrors
    self.lower = lower
    self.upper = upper
    self.level = level
    self.series = series
    self.method = method
    self.notes = notes
  }

  /// The forecasts as a frame beside their times: `mean`, `se`, `lower`, `upper`.
  public var frame: DataFrame {
    series.frame(
      of: [("mean", mean), ("se", standardErrors), ("lower", lower), ("upper", upper)],
      from: series.count)
  }

  /// The result's card.
  public var card: StatsCard {
    let rows = mean.indices.map { step in
      [
        series.label(at: series.count + step), NumberText.short(mean[step], digits: 6),
        NumberText.short(standardErrors[step]),
        "[\(NumberText.short(lower[step], digits: 6)), \(NumberText.short(upper[step], digits: 6))]",
      ]
    }
    return StatsCard(
      title: "Forecast of \(series.name)", facts: [("model", method)],
      tables: [
        .init(
          header: [
            series.times?.name ?? "position", "mean", "se",
            "\(NumberText.short(100 * level)) % interval",
          ], rows: rows)
      ], notes: notes)
  }

  /// How far the forecasts are from what came: the mean absolute error, the root of the mean squared
  /// error, the mean absolute error in percent, and the share of values inside their interval.
  public func accuracy(against actual: any SeriesValues) throws(StatsError) -> ForecastAccuracy {
    let actual = try actual.series(in: "accuracy(against:)")
    guard actual.count == mean.count else {
      throw StatsError(
        code: .shapeMismatch, what: "\(actual.count) values against \(mean.count) forecasts",
        place: "accuracy(against:)", mend: "forecast as many steps as there are values")
    }
    let errors = zip(actual.values, mean).map { $0 - $1 }
    let count = Double(errors.count)
    let inside = actual.values.indices.filter {
      lower[$0] <= actual.values[$0] && actual.values[$0] <= upper[$0]
    }
    let hasZero = actual.values.contains(0)
    return ForecastAccuracy(
      meanAbsoluteError: errors.reduce(0) { $0 + abs($1) } / count,
      rootMeanSquaredError: (errors.reduce(0) { $0 + $1 * $1 } / count).squareRoot(),
      meanAbsolutePercentageError: hasZero
        ? nil : 100 * zip(errors, actual.values).reduce(0) { $0 + abs($1.0 / $1.1) } / count,
      coverage: Double(inside.count) / count, level: level)
  }
}

/// How far forecasts are from what came.
public struct ForecastAccuracy: StatsResult, Equatable {
  /// The mean of the absolute errors.
  public let meanAbsoluteError: Double
  /// The root of the mean of the squared errors.
  public let rootMeanSquaredError: Double
  /// The mean of the absolute errors in percent of the values; `nil` when a value is 0.
  public let meanAbsolutePercentageError: Double?
  /// The share of values inside their interval.
  public let coverage: Double
  /// The level of the intervals.
  public let level: Double

  /// The result's card.
  public var card: StatsCard {
    var facts = [
      ("mean absolute error", NumberText.short(meanAbsoluteError)),
      ("root mean squared error", NumberText.short(rootMeanSquaredError)),
    ]
    if let meanAbsolutePercentageError {
      facts.append(
        ("mean absolute percentage error", NumberText.short(meanAbsolutePercentageError) + " %"))
    }
    facts.append(
      (
        "inside the \(NumberText.short(100 * level)) % interval",
        NumberText.short(100 * coverage) + " %"
      ))
    return StatsCard(title: "Accuracy of the forecast", facts: facts)
  }
}

/// Throws when a forecast is asked for no step.
func requireSteps(_ steps: Int, in place: String) throws(StatsError) {
  guard steps >= 1 else {
    throw StatsError(
      code: .badOption, what: "a forecast of \(steps) steps", place: place,
      mend: "ask for at least 1")
  }
}
