@_implementationOnly import Glibc

/// Orders of an ARIMA model that were chosen by a criterion.
public struct AutoARIMA: StatsResult {
  /// A model that was tried.
  public struct Trial: Sendable, Equatable {
    /// Its orders.
    public let order: ARIMAOrder
    /// Whether it has a constant or drift.
    public let hasConstant: Bool
    /// Its criterion, or `nil` when it could not be fitted or lies too close to the border.
    public let criterion: Double?
  }

  /// The best model.
  public let model: ARIMA
  /// All models that were tried, in order.
  public let trials: [Trial]
  /// The criterion's name.
  public let criterion: Criterion

  /// What the best model is best in.
  public enum Criterion: String, Sendable, Equatable {
    /// Akaike's criterion.
    case aic
    /// Akaike's criterion for short series.
    case aicc
    /// The Bayesian criterion.
    case bic
  }

  /// The result's card: the model's, with the models that came closest.
  public var card: StatsCard {
    var card = model.card
    let best = trials.filter { $0.criterion != nil }
      .sorted { ($0.criterion ?? 0) < ($1.criterion ?? 0) }.prefix(5)
    let label = criterion == .aicc ? "AICc" : criterion.rawValue.uppercased()
    card.tables.append(
      .init(
        header: ["closest of \(trials.count) models", label],
        rows: best.map { trial in
          [
            "\(trial.order)\(trial.hasConstant ? " with constant" : "")",
            trial.criterion.map { NumberText.fixed($0, digits: 2) } ?? "–",
          ]
        }))
    return card
  }
}

/// The ARIMA model of least criterion that a search in steps finds.
///
/// Seasonal differences are taken when the season's strength in an STL decomposition exceeds 0.64,
/// plain ones until the KPSS test no longer speaks against stationarity at 5 %, at most two. From
/// four small models the search goes to the best neighbour in p, q, P, Q and the constant as long
/// as there is a better one.
/// - Parameters:
///   - period: how many values make a season; the series' own when not given, and 1 for none.
///   - highest: the highest p and q; P and Q go to 2.
/// - Source: Hyndman and Khandakar, Journal of Statistical Software 27 (2008).
public func autoARIMA(
  _ series: any SeriesValues, period: Int? = nil, highest: Int = 5,
  criterion: AutoARIMA.Criterion = .aicc
) throws(StatsError) -> AutoARIMA {
  let place = "autoARIMA(…)"
  let series = try series.series(in: place)
  try series.require(10, for: "a search for orders", in: place)
  try series.requireVariation(in: place)
  guard highest >= 0, highest <= 10 else {
    throw StatsError(
      code: .badOption, what: "highest: \(highest)", place: place, mend: "it lies between 0 and 10")
  }
  let wanted = period ?? series.period ?? 1
  let season = wanted >= 2 && series.count >= 3 * wanted ? wanted : 1
  var search = OrderSearch(series: series, season: season, highest: highest, criterion: criterion)
  try search.chooseDifferences()
  return try search.run(in: place)
}

/// The search of ``autoARIMA(_:period:highest:criterion:)``.
private struct OrderSearch {
  let series: TimeSeries
  let season: Int
  let highest: Int
  let criterion: AutoARIMA.Criterion
  var (d, seasonalD) = (0, 0)
  var trials: [AutoARIMA.Trial] = []
  var best: (model: ARIMA, criterion: Double)?

  init(series: TimeSeries, season: Int, highest: Int, criterion: AutoARIMA.Criterion) {
    self.series = series
    self.season = season
    self.highest = highest
    self.criterion = criterion
  }

  mutating func chooseDifferences() throws(StatsError) {
    var current = series
    if season > 1 {
      let strength = try stl(series, period: season).seasonalStrength ?? 0
      if strength > 0.64 {
        seasonalD = 1
        current = try current.differenced(0, seasonal: 1, period: season)
      }
    }
    while d < 2, current.count > 6 {
      // Constant differences are stationary, and the test knows no answer for them.
      guard let first = current.values.first, current.values.contains(where: { $0 != first }),
        try kpssTest(current, lags: .fixed(Int(3 * Double(current.count).squareRoot() / 13))).pValue
          < 0.05
      else { return }
      d += 1
      current = try current.differenced()
    }
  }

  mutating func run(in place: String) throws(StatsError) -> AutoARIMA {
    let constant = d + seasonalD <= 1
    let seasonal = season > 1 ? 1 : 0
    for (p, q, seasonalP, seasonalQ) in [
      (2, 2, seasonal, seasonal), (0, 0, 0, 0), (1, 0, seasonal, 0), (0, 1, 0, seasonal),
    ] {
      try attempt(min(p, highest), min(q, highest), seasonalP, seasonalQ, constant)
    }
    if constant { try attempt(0, 0, 0, 0, false) }
    var isBetter = best != nil
    while isBetter, trials.count < 94, let centre = best {
      isBetter = false
      let order = centre.model.order
      let steps = [
        (0, 0, -1, 0), (0, 0, 0, -1), (0, 0, 1, 0), (0, 0, 0, 1), (0, 0, -1, -1), (0, 0, -1, 1),
        (0, 0, 1, -1), (0, 0, 1, 1), (-1, 0, 0, 0), (0, -1, 0, 0), (1, 0, 0, 0), (0, 1, 0, 0),
        (-1, -1, 0, 0), (-1, 1, 0, 0), (1, -1, 0, 0), (1, 1, 0, 0),
      ]
      for step in steps where !isBetter {
        isBetter = try attempt(
          order.p + step.0, order.q + step.1, order.seasonalP + step.2, order.seasonalQ + step.3,
          centre.model.hasConstant)
      }
      if !isBetter, constant {
        isBetter = try attempt(
          order.p, order.q, order.seasonalP, order.seasonalQ, !centre.model.hasConstant)
      }
    }
    guard let best else {
      throw StatsError(
        code: .noConvergence, what: "none of \(trials.count) ARIMA models fits \"\(series.name)\"",
        place: place, mend: "fit one model with ARIMA(…), whose error says why")
    }
    return AutoARIMA(model: best.model, trials: trials, criterion: criterion)
  }

  /// Fits one model; whether it is better than all before.
  @discardableResult
  private mutating func attempt(
    _ p: Int, _ q: Int, _ seasonalP: Int, _ seasonalQ: Int, _ constant: Bool
  ) throws(StatsError) -> Bool {
    guard (0...highest).contains(p), (0...highest).contains(q), (0...2).contains(seasonalP),
      (0...2).contains(seasonalQ), season > 1 || seasonalP + seasonalQ == 0
    else { return false }
    let order = ARIMAOrder(
      p, d, q, seasonal: (seasonalP, seasonalD, seasonalQ), period: season)
    guard !trials.contains(where: { $0.order == order && $0.hasConstant == constant }) else {
      return false
    }
    var value: Double?
    var fitted: ARIMA?
    do {
      let model = try ARIMA(series, order: order, constant: constant)
      fitted = model
      if model.isInside { value = self.value(of: model) }
    } catch {
      // A model that cannot be fitted is out of the race; others may well be.
      guard [.noConvergence, .tooFewRows, .singular].contains(error.code) else { throw error }
    }
    trials.append(.init(order: order, hasConstant: constant, criterion: value))
    guard let value, let fitted, best.map({ value < $0.criterion }) ?? true else { return false }
    best = (fitted, value)
    return true
  }

  private func value(of model: ARIMA) -> Double? {
    let value =
      switch criterion {
      case .aic: model.aic
      case .aicc: model.aicc
      case .bic: model.bic
      }
    return value.isFinite ? value : nil
  }
}

extension ARIMA {
  /// Whether all roots of the model stay clear of the unit circle.
  fileprivate var isInside: Bool {
    let blocks = ARMAPolynomials.blocks(fit.arma, order)
    return blocks.enumerated().allSatisfy { index, block in
      ARMAPolynomials.isStable(index < 2 ? block : block.map { -$0 }, radius: 1.001)
    }
  }
}
