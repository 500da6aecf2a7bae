import Foundation
import Testing

/// Numbers that statsmodels and scipy made, by Fixtures/oracle/make_series.py.
struct SeriesOracle: Decodable {
  struct Correlations: Decodable, Sendable, CustomStringConvertible {
    var series: String
    var lags: Int
    var acf, acf_low, adjusted, adjusted_high, pacf, pacf_adjusted, pacf_ld: [Double]
    var pacf_ols, pacf_common, pacf_ols_adjusted, q, q_p, bp, bp_p, density: [Double]
    var q_fitted_p: Double
    var description: String { series }
  }
  struct UnitRoot: Decodable, Sendable, CustomStringConvertible {
    var series, terms, choice: String
    var statistic, p: Double
    var lags: Int
    var rows: Int?
    var critical: [Double]?
    var description: String { "\(series) \(terms) \(choice)" }
  }
  struct Parts: Decodable, Sendable, CustomStringConvertible {
    var series: String
    var period: Int
    var model: String
    var trend, remainder: [Double?]
    var seasonal: [Double]
    var description: String { "\(series) \(model)" }
  }
  struct Loess: Decodable, Sendable, CustomStringConvertible {
    struct Options: Decodable, Sendable {
      var robust: Bool?
      var seasonal, trend, seasonal_deg, trend_deg, low_pass_deg: Int?
      var seasonal_jump, trend_jump, low_pass_jump: Int?
    }
    var series: String
    var period: Int
    var options: Options
    var trend, seasonal: [Double]
    var weights: [Double]?
    var description: String { "\(series) \(period) \(options)" }
  }
  struct Smoothing: Decodable, Sendable, CustomStringConvertible {
    var series, trend, season: String
    var damped: Bool
    var period: Int
    var loglik, alpha, level: Double
    var beta, gamma, phi, slope: Double?
    var seasonal, fitted, forecast: [Double]
    var variance: [Double]?
    var description: String { "\(series) \(trend) \(damped ? "damped" : "") \(season)" }
  }
  struct Arima: Decodable, Sendable, CustomStringConvertible {
    var series: String
    var order, seasonal: [Int]
    var constant, exog: Bool
    var params, se, residuals, mean, forecast_se: [Double]
    var loglik, aic, bic, aicc: Double
    var x1, x2, future1, future2: [Double]?
    var description: String { "\(series) \(order) \(seasonal) \(constant) \(exog)" }
  }

  var series: [String: [Double]]
  var correlations: [Correlations]
  var adf, kpss: [UnitRoot]
  var decompositions: [Parts]
  var stl: [Loess]
  var smoothing: [Smoothing]
  var arima: [Arima]

  static let stored: SeriesOracle = {
    let path = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../Fixtures/oracle/series.json")
    do {
      return try JSONDecoder().decode(SeriesOracle.self, from: Data(contentsOf: path))
    } catch {
      preconditionFailure("\(path): \(error)")
    }
  }()

  func values(_ name: String) throws -> [Double] { try #require(series[name]) }
}

/// Expects numbers to agree within a tolerance relative to the largest of the wanted ones.
func expectSeries(
  _ found: [Double], _ wanted: [Double], rtol: Double = 1e-9, _ what: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  guard found.count == wanted.count else {
    Issue.record(
      "\(what): \(found.count) numbers, wanted \(wanted.count)", sourceLocation: sourceLocation)
    return
  }
  let scale = wanted.reduce(0) { max($0, abs($1)) }
  for (index, pair) in zip(found, wanted).enumerated() where !(abs(pair.0 - pair.1) <= rtol * scale)
  {
    Issue.record("\(what)[\(index)]: \(pair.0), wanted \(pair.1)", sourceLocation: sourceLocation)
    return
  }
}
