public import ApusFrame

/// How the parts of a decomposition make the series.
public enum Composition: String, Sendable, Equatable {
  /// trend + seasonal + remainder
  case additive
  /// trend × seasonal × remainder
  case multiplicative
}

/// A series taken apart into trend, season and remainder.
public struct Decomposition: StatsResult, Equatable {
  /// The series that was taken apart.
  public let series: TimeSeries
  /// The trend; `nil` where a moving average does not reach.
  public let trend: [Double?]
  /// The season's part.
  public let seasonal: [Double]
  /// What is left; `nil` where the trend is.
  public let remainder: [Double?]
  /// The weight of each value in a robust decomposition; 1 in others.
  public let weights: [Double]
  /// How many values make a season.
  public let period: Int
  /// Whether the parts are added or multiplied.
  public let composition: Composition
  /// How the parts were found.
  public let method: String

  /// The parts as a frame beside the times: `observed`, `trend`, `seasonal`, `remainder`.
  public var frame: DataFrame {
    series.frame(of: [
      ("observed", series.values), ("trend", trend.map { $0 ?? .nan }), ("seasonal", seasonal),
      ("remainder", remainder.map { $0 ?? .nan }),
    ])
  }

  /// The series without its season.
  public var seasonallyAdjusted: [Double] {
    zip(series.values, seasonal).map {
      composition == .additive ? $0 - $1 : $0 / $1
    }
  }

  /// How strong the trend is, from 0 to 1: 1 − Var(remainder) / Var(trend + remainder), of an
  /// additive decomposition. (Wang, Smith and Hyndman 2006.)
  public var trendStrength: Double? { strength { trend, _ in trend } }

  /// How strong the season is, from 0 to 1: 1 − Var(remainder) / Var(seasonal + remainder).
  public var seasonalStrength: Double? { strength { _, seasonal in seasonal } }

  private func strength(_ part: (Double, Double) -> Double) -> Double? {
    guard composition == .additive else { return nil }
    var (rest, both) = ([Double](), [Double]())
    for row in seasonal.indices {
      guard let trend = trend[row], let remainder = remainder[row] else { continue }
      rest.append(remainder)
      both.append(part(trend, seasonal[row]) + remainder)
    }
    let whole = Self.variance(both)
    return whole > 0 ? max(0, 1 - Self.variance(rest) / whole) : nil
  }

  private static func variance(_ values: [Double]) -> Double {
    let mean = values.reduce(0, +) / Double(values.count)
    return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
  }

  /// The result's card.
  public var card: StatsCard {
    var facts = [
      ("values", "\(series.count)"), ("period", "\(period)"),
      ("composition", composition.rawValue),
    ]
    if let trendStrength {
      facts.append(("strength of trend", NumberText.fixed(trendStrength, digits: 3)))
    }
    if let seasonalStrength {
      facts.append(("strength of season", NumberText.fixed(seasonalStrength, digits: 3)))
    }
    func row(_ name: String, _ values: [Double]) -> [String] {
      [
        name, NumberText.short(values.min() ?? .nan), NumberText.short(values.max() ?? .nan),
        NumberText.short(Self.variance(values).squareRoot()),
      ]
    }
    return StatsCard(
      title: "\(method) of \(series.name)", facts: facts,
      tables: [
        .init(
          header: ["part", "lowest", "highest", "sd"],
          rows: [
            row("observed", series.values), row("trend", trend.compactMap { $0 }),
            row("seasonal", seasonal), row("remainder", remainder.compactMap { $0 }),
          ])
      ])
  }
}

/// The classical decomposition: the trend is a centred moving average over a season, the season the
/// average of what it leaves at each place of the season.
///
/// The trend has no value at half a season from either end.
/// - Parameter period: how many values make a season; the series' own when not given.
/// - Throws: for fewer than two seasons, and for values of 0 or below when the parts are multiplied.
public func decompose(
  _ series: any SeriesValues, period: Int? = nil, composition: Composition = .additive
) throws(StatsError) -> Decomposition {
  let place = "decompose(…)"
  let series = try series.series(in: place)
  let period = try series.season(period, in: place)
  try series.require(2 * period, for: "a decomposition with seasons of \(period)", in: place)
  let values = series.values
  if composition == .multiplicative, let row = values.firstIndex(where: { $0 <= 0 }) {
    throw StatsError(
      code: .badValue,
      what: "row \(row) of \"\(series.name)\" is \(NumberText.short(values[row]))", place: place,
      mend: "a multiplicative decomposition needs values above 0: use .additive")
  }
  let trend = centredAverage(values, period: period)
  let detrended: [Double?] = zip(values, trend).map { value, trend in
    trend.map { composition == .additive ? value - $0 : value / $0 }
  }
  var figure = (0..<period).map { place in
    let known = stride(from: place, to: values.count, by: period).compactMap { detrended[$0] }
    return known.reduce(0, +) / Double(known.count)
  }
  let mean = figure.reduce(0, +) / Double(period)
  figure = figure.map { composition == .additive ? $0 - mean : $0 / mean }
  let seasonal = values.indices.map { figure[$0 % period] }
  let remainder: [Double?] = values.indices.map { row in
    trend[row].map {
      composition == .additive ? values[row] - $0 - seasonal[row] : values[row] / $0 / seasonal[row]
    }
  }
  return Decomposition(
    series: series, trend: trend, seasonal: seasonal, remainder: remainder,
    weights: values.map { _ in 1 }, period: period, composition: composition,
    method: "Classical decomposition")
}

/// The centred moving average over a season; at an even period both ends have half a weight.
private func centredAverage(_ values: [Double], period: Int) -> [Double?] {
  let half = period / 2
  return values.indices.map { row in
    guard row >= half, row + half < values.count else { return nil }
    var sum = 0.0
    if period % 2 == 0 {
      sum = 0.5 * (values[row - half] + values[row + half])
      for place in (row - half + 1)..<(row + half) { sum += values[place] }
    } else {
      for place in (row - half)...(row + half) { sum += values[place] }
    }
    return sum / Double(period)
  }
}
