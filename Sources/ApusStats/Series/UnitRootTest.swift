@_implementationOnly import Glibc

/// What a series is taken to move around.
public enum DeterministicTerms: String, Sendable, Equatable {
  /// Zero.
  case none
  /// A constant.
  case constant
  /// A straight line.
  case trend
  /// A parabola.
  case quadraticTrend

  /// How many columns the terms are.
  var count: Int {
    switch self {
    case .none: 0
    case .constant: 1
    case .trend: 2
    case .quadraticTrend: 3
    }
  }

  var words: String {
    switch self {
    case .none: "no constant"
    case .constant: "constant"
    case .trend: "constant and trend"
    case .quadraticTrend: "constant, trend and squared trend"
    }
  }
}

/// How many lags of differences the Dickey–Fuller regression has.
public enum LagChoice: Sendable, Equatable {
  /// The least Akaike criterion among 0 to the highest.
  case aic
  /// The least Bayesian criterion among 0 to the highest.
  case bic
  /// From the highest down, the first whose last lag has a t-statistic beyond 1.645.
  case tStatistic
  /// This many.
  case fixed(Int)
}

/// A test of a series for a unit root or for stationarity.
public struct UnitRootResult: StatsResult, Equatable {
  /// The test's name.
  public let method: String
  /// The statistic.
  public let statistic: Double
  /// The p-value.
  public let pValue: Double
  /// How many lags were used.
  public let lags: Int
  /// How many rows the statistic stands on.
  public let count: Int
  /// The critical values, with the levels that they belong to.
  public let criticalValues: [CriticalValue]
  /// What the series is taken to move around.
  public let terms: DeterministicTerms
  let name: String
  let notes: [String]

  /// A statistic that is exceeded with a given probability when the null hypothesis holds.
  public struct CriticalValue: Sendable, Equatable {
    /// The probability, such as 0.05.
    public let level: Double
    /// The statistic.
    public let value: Double
  }

  /// The result's card.
  public var card: StatsCard {
    StatsCard(
      title: "\(method) test of \(name)",
      facts: [
        ("statistic", NumberText.short(statistic, digits: 5)),
        ("p-value", NumberText.pValue(pValue)), ("lags", "\(lags)"), ("rows", "\(count)"),
        ("terms", terms.words),
      ],
      tables: [
        .init(
          header: ["level", "critical value"],
          rows: criticalValues.map {
            ["\(NumberText.short(100 * $0.level)) %", NumberText.fixed($0.value, digits: 4)]
          })
      ], notes: notes)
  }
}

/// The augmented test of Dickey and Fuller: the null hypothesis is a unit root.
///
/// The differences are regressed on the level before, on `terms`, and on lagged differences. The
/// p-value is MacKinnon's of 1994, the critical values are his of 2010.
/// - Parameters:
///   - terms: what the series is taken to move around when it has no unit root.
///   - lags: how the number of lagged differences is chosen.
///   - highestLag: the highest number to try; 12 (n / 100)^¼, rounded up, when not given.
public func adfTest(
  _ series: any SeriesValues, terms: DeterministicTerms = .constant, lags: LagChoice = .aic,
  highestLag: Int? = nil
) throws(StatsError) -> UnitRootResult {
  let place = "adfTest(…)"
  let series = try series.series(in: place)
  try series.require(terms.count + 6, for: "the test", in: place)
  try series.requireVariation(in: place)
  let count = series.count
  let bound = count / 2 - terms.count - 1
  let usual = Int((12 * pow(Double(count) / 100, 0.25)).rounded(.up))
  // A regression with as many columns as rows has no residuals to judge by.
  var highest = highestLag ?? min(usual, bound, (count - 3 - terms.count) / 2)
  if case .fixed(let fixed) = lags { highest = fixed }
  guard highest >= 0, highest <= bound else {
    throw StatsError(
      code: .badOption, what: "\(highest) lags", place: place,
      mend: "\(count) values allow 0 to \(bound)")
  }
  let regression = DickeyFullerRegression(values: series.values, terms: terms)
  let chosen = try regression.lag(lags, highest: highest, in: place)
  let (fit, rows) = try regression.fit(lag: chosen, in: place)
  guard fit.residualSumOfSquares > 0, fit.standardErrors[0] > 0 else {
    throw StatsError(
      code: .singular, what: "the regression of the test leaves no residuals", place: place,
      mend: "the series follows a rule without chance, and the test has no statistic")
  }
  let statistic = fit.coefficients[0] / fit.standardErrors[0]
  let table = MacKinnon(terms)
  let critical = table.criticalValues(count: rows)
  return UnitRootResult(
    method: "Augmented Dickey–Fuller", statistic: statistic, pValue: table.pValue(statistic),
    lags: chosen, count: rows,
    criticalValues: zip([0.01, 0.05, 0.1], critical).map { .init(level: $0, value: $1) },
    terms: terms, name: series.name,
    notes: ["Null hypothesis: the series has a unit root. Low statistics speak against it."])
}

/// The regression of the Dickey–Fuller test.
private struct DickeyFullerRegression {
  let values: [Double]
  let terms: DeterministicTerms

  /// The fit with a number of lags, over the rows that `highest` lags leave; the level comes first.
  func fit(lag: Int, highest: Int? = nil, in place: String) throws(StatsError)
    -> (fit: SeriesRegression, rows: Int)
  {
    let differences = zip(values.dropFirst(), values).map { $0 - $1 }
    let rows = (highest ?? lag)..<differences.count
    var columns = [rows.map { values[$0] }]
    if terms != .none { columns.append([Double](repeating: 1, count: rows.count)) }
    if terms.count > 1 { columns.append((1...rows.count).map(Double.init)) }
    if terms.count > 2 { columns.append((1...rows.count).map { Double($0) * Double($0) }) }
    for back in stride(from: 1, through: lag, by: 1) {
      columns.append(rows.map { differences[$0 - back] })
    }
    let fit = try SeriesRegression(columns, rows.map { differences[$0] }, in: place)
    return (fit, rows.count)
  }

  func lag(_ choice: LagChoice, highest: Int, in place: String) throws(StatsError) -> Int {
    switch choice {
    case .fixed(let lag): return lag
    case .tStatistic:
      for lag in stride(from: highest, through: 1, by: -1) {
        let (fit, _) = try fit(lag: lag, highest: highest, in: place)
        let last = fit.coefficients.count - 1
        if abs(fit.coefficients[last] / fit.standardErrors[last]) >= 1.6448536269514722 {
          return lag
        }
      }
      return 0
    case .aic, .bic:
      var best: (lag: Int, criterion: Double)?
      for lag in 0...highest {
        let (fit, rows) = try fit(lag: lag, highest: highest, in: place)
        let criterion = fit.criterion(penalty: choice == .aic ? 2 : log(Double(rows)))
        if best.map({ criterion < $0.criterion }) ?? true { best = (lag, criterion) }
      }
      return best?.lag ?? 0
    }
  }
}

/// How many lags the variance of the KPSS test counts.
public enum KPSSLags: Sendable, Equatable {
  /// The data-dependent choice of Hobijn, Franses and Ooms (1998).
  case automatic
  /// 12 (n / 100)^¼, rounded up.
  case schwert
  /// This many.
  case fixed(Int)
}

/// The test of Kwiatkowski, Phillips, Schmidt and Shin: the null hypothesis is stationarity.
///
/// The p-value is interpolated in the paper's table, which reaches from 0.01 to 0.1; beyond it the
/// card says so.
/// - Parameter terms: `.constant` for stationarity around a level, `.trend` around a line.
/// - Source: Journal of Econometrics 54 (1992).
public func kpssTest(
  _ series: any SeriesValues, terms: DeterministicTerms = .constant, lags: KPSSLags = .automatic
) throws(StatsError) -> UnitRootResult {
  let place = "kpssTest(…)"
  let series = try series.series(in: place)
  try series.require(4, for: "the test", in: place)
  try series.requireVariation(in: place)
  let count = series.count
  let critical: [Double]
  let residuals: [Double]
  switch terms {
  case .constant:
    critical = [0.347, 0.463, 0.574, 0.739]
    let mean = series.values.reduce(0, +) / Double(count)
    residuals = series.values.map { $0 - mean }
  case .trend:
    critical = [0.119, 0.146, 0.176, 0.216]
    let middle = Double(count + 1) / 2
    let mean = series.values.reduce(0, +) / Double(count)
    var (product, square) = (0.0, 0.0)
    for (row, value) in series.values.enumerated() {
      let time = Double(row + 1) - middle
      product += time * (value - mean)
      square += time * time
    }
    residuals = series.values.enumerated().map { row, value in
      value - mean - product / square * (Double(row + 1) - middle)
    }
  case .none, .quadraticTrend:
    throw StatsError(
      code: .badOption, what: "no table for \(terms.words)", place: place,
      mend: "the test knows .constant and .trend")
  }
  let lag = try kpssLag(lags, residuals, in: place)
  let variance = newey(residuals, lag: lag)
  let scale = series.values.reduce(0) { max($0, abs($1)) }
  guard variance > 1e-26 * scale * scale else {
    throw StatsError(
      code: .singular, what: "the series lies on its \(terms == .trend ? "line" : "level")",
      place: place, mend: "without residuals the test has no statistic")
  }
  var (sum, squares) = (0.0, 0.0)
  for residual in residuals {
    sum += residual
    squares += sum * sum
  }
  let statistic = squares / Double(count * count) / variance
  let levels = [0.1, 0.05, 0.025, 0.01]
  var notes = ["Null hypothesis: the series is stationary. High statistics speak against it."]
  let pValue: Double
  if statistic <= critical[0] {
    pValue = 0.1
    notes.append("The p-value is at least 0.1, the end of the table.")
  } else if statistic >= critical[3] {
    pValue = 0.01
    notes.append("The p-value is at most 0.01, the end of the table.")
  } else {
    let place = (critical.firstIndex { $0 > statistic } ?? 3) - 1
    let part = (statistic - critical[place]) / (critical[place + 1] - critical[place])
    pValue = levels[place] + part * (levels[place + 1] - levels[place])
  }
  return UnitRootResult(
    method: "KPSS", statistic: statistic, pValue: pValue, lags: lag, count: count,
    criticalValues: zip(levels, critical).map { .init(level: $0, value: $1) }, terms: terms,
    name: series.name, notes: notes)
}

private func kpssLag(_ choice: KPSSLags, _ residuals: [Double], in place: String)
  throws(StatsError) -> Int
{
  let count = residuals.count
  switch choice {
  case .fixed(let lag):
    guard lag >= 0, lag < count else {
      throw StatsError(
        code: .badOption, what: "\(lag) lags", place: place,
        mend: "\(count) values allow 0 to \(count - 1)")
    }
    return lag
  case .schwert:
    return min(Int((12 * pow(Double(count) / 100, 0.25)).rounded(.up)), count - 1)
  case .automatic:
    let highest = Int(pow(Double(count), 2.0 / 9))
    var (zeroth, first) = (product(residuals, lag: 0) / Double(count), 0.0)
    for lag in stride(from: 1, through: highest, by: 1) {
      let covariance = 2 * product(residuals, lag: lag) / Double(count)
      zeroth += covariance
      first += Double(lag) * covariance
    }
    let ratio = first / zeroth
    let wanted = 1.1447 * pow(ratio * ratio, 1.0 / 3) * pow(Double(count), 1.0 / 3)
    return wanted.isFinite ? min(Int(wanted), count - 1) : 0
  }
}

private func product(_ values: [Double], lag: Int) -> Double {
  zip(values.dropFirst(lag), values).reduce(0) { $0 + $1.0 * $1.1 }
}

/// Newey's and West's estimate of the variance of a mean, with Bartlett's weights.
private func newey(_ residuals: [Double], lag: Int) -> Double {
  var sum = product(residuals, lag: 0)
  for back in stride(from: 1, through: lag, by: 1) {
    sum += 2 * product(residuals, lag: back) * (1 - Double(back) / Double(lag + 1))
  }
  return sum / Double(residuals.count)
}
