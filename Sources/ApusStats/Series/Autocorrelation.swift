public import ApusFrame

@_implementationOnly import Glibc

/// The correlations of a series with itself at lags, with intervals.
public struct Autocorrelation: StatsResult, Equatable {
  /// Whether correlations between are taken out.
  public let isPartial: Bool
  /// The lags, from 0.
  public let lags: [Int]
  /// The correlation of each lag; 1 at lag 0.
  public let values: [Double]
  /// The lower end of each interval around the correlation.
  public let lower: [Double]
  /// The upper end of each interval around the correlation.
  public let upper: [Double]
  /// The level of the intervals, such as 0.95.
  public let level: Double
  /// How many values the series has.
  public let count: Int
  let name: String
  let method: String

  /// The bound that a correlation exceeds by chance with probability `1 - level` when the series is
  /// white noise.
  public var whiteNoiseBound: Double {
    Normal().quantile(0.5 + level / 2) / Double(count).squareRoot()
  }

  /// Lags, correlations and intervals as a frame: `lag`, `acf` or `pacf`, `lower`, `upper`.
  public var frame: DataFrame {
    DataFrame.ofSeries([
      AnyColumn(name: "lag", AnyColumn(lags.map { $0 })),
      AnyColumn(name: isPartial ? "pacf" : "acf", AnyColumn(values.map { $0 })),
      AnyColumn(name: "lower", AnyColumn(lower.map { $0 })),
      AnyColumn(name: "upper", AnyColumn(upper.map { $0 })),
    ])
  }

  /// The result's card.
  public var card: StatsCard {
    let percent = NumberText.short(100 * level)
    let bound = whiteNoiseBound
    let beyond = lags.dropFirst().filter { abs(values[$0]) > bound }
    let rows = lags.map { lag in
      [
        "\(lag)", NumberText.fixed(values[lag], digits: 4),
        "[\(NumberText.fixed(lower[lag], digits: 4)), \(NumberText.fixed(upper[lag], digits: 4))]",
      ]
    }
    return StatsCard(
      title: "\(isPartial ? "Partial autocorrelations" : "Autocorrelations") of \(name)",
      facts: [("values", "\(count)"), ("method", method)],
      tables: [
        .init(header: ["lag", isPartial ? "pacf" : "acf", "\(percent) % interval"], rows: rows)
      ],
      notes: [
        beyond.isEmpty
          ? "No lag exceeds ±\(NumberText.short(bound)), the bound of white noise."
          : "Beyond ±\(NumberText.short(bound)), the bound of white noise: lag"
            + "\(beyond.count == 1 ? "" : "s") \(beyond.map(String.init).joined(separator: ", "))."
      ])
  }
}

/// How wide the intervals of autocorrelations are.
public enum AutocorrelationInterval: Sendable {
  /// Bartlett's formula: lag k as if the series were a moving average of order k - 1.
  case bartlett
  /// The same width at every lag, as if the series were white noise.
  case whiteNoise
}

/// How partial autocorrelations are estimated.
public enum PartialAutocorrelationMethod: Sendable {
  /// The Yule–Walker equations, solved by Levinson's and Durbin's recursion; autocovariances divided
  /// by the count of values.
  case yuleWalker
  /// The same with autocovariances divided by the count of pairs; values beyond ±1 can come out.
  case adjustedYuleWalker
  /// Regressions on the lags, each over all rows that it can use, with a constant.
  case leastSquares
  /// Regressions on the lags of the series without its mean, all over the same rows.
  case commonLeastSquares
  /// As ``leastSquares``, multiplied by n / (n - lag).
  case adjustedLeastSquares
}

/// The autocorrelations of a series (ACF), with intervals.
///
/// - Parameters:
///   - lags: the highest lag; 10 log₁₀ n when not given.
///   - adjusted: whether autocovariances are divided by the count of pairs instead of the count of
///     values.
///   - level: the level of the intervals.
/// - Throws: when a number is missing, when there are fewer than 2 values or no more than `lags`,
///   and when all are the same.
public func autocorrelation(
  _ series: any SeriesValues, lags: Int? = nil, adjusted: Bool = false,
  interval: AutocorrelationInterval = .bartlett, level: Double = 0.95
) throws(StatsError) -> Autocorrelation {
  let place = "autocorrelation(…)"
  let series = try series.series(in: place)
  try requireLevel(level, in: place)
  try series.require(2, for: "an autocorrelation", in: place)
  try series.requireVariation(in: place)
  let count = series.count
  let lags = lags ?? min(Int(10 * log10(Double(count))), count - 1)
  try requireLags(lags, below: count, in: place)
  let covariances = Autocovariance.of(series.values, lags: lags, adjusted: adjusted)
  let values = covariances.map { $0 / covariances[0] }
  var variances = [Double](repeating: 1 / Double(count), count: lags + 1)
  if interval == .bartlett {
    variances[0] = 0
    var sum = 0.0
    for lag in stride(from: 2, through: lags, by: 1) {
      sum += values[lag - 1] * values[lag - 1]
      variances[lag] *= 1 + 2 * sum
    }
  }
  let quantile = Normal().quantile(0.5 + level / 2)
  let widths = variances.map { quantile * $0.squareRoot() }
  return Autocorrelation(
    isPartial: false, lags: Array(0...lags), values: values,
    lower: zip(values, widths).map { $0 - $1 }, upper: zip(values, widths).map { $0 + $1 },
    level: level, count: count, name: series.name,
    method: (adjusted ? "divided by pairs" : "divided by values")
      + (interval == .bartlett ? ", Bartlett's intervals" : ", intervals of white noise"))
}

/// The partial autocorrelations of a series (PACF), with the intervals of white noise.
///
/// - Parameter lags: the highest lag, at most half of the count of values; 10 log₁₀ n when not
///   given.
/// - Throws: as ``autocorrelation(_:lags:adjusted:interval:level:)``.
public func partialAutocorrelation(
  _ series: any SeriesValues, lags: Int? = nil,
  method: PartialAutocorrelationMethod = .yuleWalker, level: Double = 0.95
) throws(StatsError) -> Autocorrelation {
  let place = "partialAutocorrelation(…)"
  let series = try series.series(in: place)
  try requireLevel(level, in: place)
  try series.require(4, for: "a partial autocorrelation", in: place)
  try series.requireVariation(in: place)
  let count = series.count
  let lags = lags ?? max(1, min(Int(10 * log10(Double(count))), count / 2 - 1))
  try requireLags(lags, below: count / 2 + 1, in: place)
  var values: [Double]
  let words: String
  switch method {
  case .yuleWalker:
    values = partials(series, lags: lags, adjusted: false)
    words = "Yule–Walker"
  case .adjustedYuleWalker:
    values = partials(series, lags: lags, adjusted: true)
    words = "Yule–Walker, adjusted"
  case .leastSquares, .adjustedLeastSquares:
    values = try regressedPartials(series, lags: lags, in: place)
    words = method == .leastSquares ? "least squares" : "least squares, adjusted"
    if method == .adjustedLeastSquares {
      for lag in 0...lags { values[lag] *= Double(count) / Double(count - lag) }
    }
  case .commonLeastSquares:
    values = try commonPartials(series, lags: lags, in: place)
    words = "least squares over common rows"
  }
  if let lag = values.firstIndex(where: { !$0.isFinite }) {
    throw StatsError(
      code: .singular, what: "the partial autocorrelation of lag \(lag) is not defined",
      place: place, mend: "ask for fewer lags than \(lag)")
  }
  let width =
    Normal().quantile(0.5 + level / 2) / Double(count).squareRoot()
  return Autocorrelation(
    isPartial: true, lags: Array(0...lags), values: values,
    lower: values.enumerated().map { $0.offset == 0 ? $0.element : $0.element - width },
    upper: values.enumerated().map { $0.offset == 0 ? $0.element : $0.element + width },
    level: level, count: count, name: series.name, method: words)
}

private func partials(_ series: TimeSeries, lags: Int, adjusted: Bool) -> [Double] {
  let covariances = Autocovariance.of(series.values, lags: lags, adjusted: adjusted)
  return [1] + Autocovariance.levinsonDurbin(covariances, order: lags).partials
}

private func regressedPartials(_ series: TimeSeries, lags: Int, in place: String)
  throws(StatsError) -> [Double]
{
  let values = series.values
  var result = [1.0]
  for lag in 1...lags {
    let rows = lag..<values.count
    var columns = [[Double](repeating: 1, count: rows.count)]
    for back in 1...lag { columns.append(rows.map { values[$0 - back] }) }
    let fit = try SeriesRegression(columns, rows.map { values[$0] }, in: place)
    result.append(fit.coefficients[lag])
  }
  return result
}

private func commonPartials(_ series: TimeSeries, lags: Int, in place: String)
  throws(StatsError) -> [Double]
{
  let mean = series.values.reduce(0, +) / Double(series.count)
  let values = series.values.map { $0 - mean }
  let rows = lags..<values.count
  var result = [1.0]
  for lag in 1...lags {
    let columns = (1...lag).map { back in rows.map { values[$0 - back] } }
    let fit = try SeriesRegression(columns, rows.map { values[$0] }, in: place)
    result.append(fit.coefficients[lag - 1])
  }
  return result
}

/// Throws when a number of lags is not between 1 and the bound.
func requireLags(_ lags: Int, below bound: Int, in place: String) throws(StatsError) {
  guard lags >= 1, lags < bound else {
    throw StatsError(
      code: .badOption, what: "\(lags) lags", place: place,
      mend: bound > 1 ? "the series allows 1 to \(bound - 1)" : "the series is too short for lags")
  }
}

/// Throws when the level of an interval is not between 0 and 1.
func requireLevel(_ level: Double, in place: String) throws(StatsError) {
  guard level > 0, level < 1 else {
    throw StatsError(
      code: .badOption, what: "an interval of level \(level)", place: place,
      mend: "a level lies between 0 and 1, such as 0.95")
  }
}
