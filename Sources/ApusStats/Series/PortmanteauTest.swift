public import ApusFrame

/// Whether a series is white noise, judged by all autocorrelations up to a lag.
public struct PortmanteauResult: StatsResult, Equatable {
  /// What is known up to one lag.
  public struct Row: Sendable, Equatable {
    /// The highest lag that counts.
    public let lag: Int
    /// The statistic.
    public let statistic: Double
    /// The degrees of freedom: the lag less the parameters that were fitted.
    public let degreesOfFreedom: Int
    /// The probability of such a statistic under white noise.
    public let pValue: Double
  }

  /// The test's name.
  public let method: String
  /// One row for each lag that was asked for.
  public let rows: [Row]
  /// How many values the series has.
  public let count: Int
  let name: String

  /// The statistic of the highest lag.
  public var statistic: Double { rows[rows.count - 1].statistic }
  /// The p-value of the highest lag.
  public var pValue: Double { rows[rows.count - 1].pValue }
  /// The degrees of freedom of the highest lag.
  public var degreesOfFreedom: Int { rows[rows.count - 1].degreesOfFreedom }

  /// The rows as a frame: `lag`, `statistic`, `df`, `p`.
  public var frame: DataFrame {
    DataFrame.ofSeries([
      AnyColumn(name: "lag", AnyColumn(rows.map { $0.lag })),
      AnyColumn(name: "statistic", AnyColumn(rows.map { $0.statistic })),
      AnyColumn(name: "df", AnyColumn(rows.map { $0.degreesOfFreedom })),
      AnyColumn(name: "p", AnyColumn(rows.map { $0.pValue })),
    ])
  }

  /// The result's card.
  public var card: StatsCard {
    StatsCard(
      title: "\(method) test of \(name)", facts: [("values", "\(count)")],
      tables: [
        .init(
          header: ["lag", "Q", "df", "p-value"],
          rows: rows.map {
            [
              "\($0.lag)", NumberText.short($0.statistic, digits: 5), "\($0.degreesOfFreedom)",
              NumberText.pValue($0.pValue),
            ]
          })
      ],
      notes: ["Null hypothesis: no autocorrelation up to the lag."])
  }
}

/// The test of Ljung and Box for white noise.
///
/// - Parameters:
///   - lags: the lags to judge; min(10, n / 5) when not given.
///   - fittedParameters: how many parameters the model has whose residuals these are (p + q of an
///     ARMA model); they are taken from the degrees of freedom.
/// - Source: Ljung and Box, Biometrika 65 (1978).
public func ljungBoxTest(
  _ series: any SeriesValues, lags: [Int]? = nil, fittedParameters: Int = 0
) throws(StatsError) -> PortmanteauResult {
  try portmanteau(
    series, lags, fittedParameters, isLjungBox: true, place: "ljungBoxTest(…)")
}

/// The test of Box and Pierce for white noise; prefer ``ljungBoxTest(_:lags:fittedParameters:)``,
/// which keeps its level in short series.
///
/// - Source: Box and Pierce, Journal of the American Statistical Association 65 (1970).
public func boxPierceTest(
  _ series: any SeriesValues, lags: [Int]? = nil, fittedParameters: Int = 0
) throws(StatsError) -> PortmanteauResult {
  try portmanteau(
    series, lags, fittedParameters, isLjungBox: false, place: "boxPierceTest(…)")
}

private func portmanteau(
  _ series: any SeriesValues, _ lags: [Int]?, _ fitted: Int, isLjungBox: Bool, place: String
) throws(StatsError) -> PortmanteauResult {
  let series = try series.series(in: place)
  try series.require(3, for: "the test", in: place)
  try series.requireVariation(in: place)
  let count = series.count
  let wanted = (lags ?? [max(fitted + 1, max(1, min(10, count / 5)))]).sorted()
  guard let first = wanted.first, let last = wanted.last else {
    throw StatsError(code: .badOption, what: "no lags", place: place, mend: "give lags: [10]")
  }
  try requireLags(first, below: count, in: place)
  try requireLags(last, below: count, in: place)
  guard fitted >= 0, first > fitted else {
    throw StatsError(
      code: .badOption,
      what: "lag \(first) with \(fitted) fitted parameters leaves no degree of "
        + "freedom",
      place: place, mend: "ask for lags above \(max(fitted, 0))")
  }
  let covariances = Autocovariance.of(series.values, lags: last, adjusted: false)
  var rows: [PortmanteauResult.Row] = []
  var sum = 0.0
  for lag in 1...last {
    let correlation = covariances[lag] / covariances[0]
    sum += correlation * correlation / (isLjungBox ? Double(count - lag) : 1)
    guard wanted.contains(lag) else { continue }
    let statistic = Double(count) * (isLjungBox ? Double(count + 2) : 1) * sum
    rows.append(
      .init(
        lag: lag, statistic: statistic, degreesOfFreedom: lag - fitted,
        pValue: ChiSquared(df: Double(lag - fitted)).sf(statistic)))
  }
  return PortmanteauResult(
    method: isLjungBox ? "Ljung–Box" : "Box–Pierce", rows: rows, count: count, name: series.name)
}
