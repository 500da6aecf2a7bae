/// How STL smooths.
public struct STLOptions: Sendable, Equatable {
  /// How many seasons the smoother of each place of the season sees; odd, at least 3. Larger values
  /// let the season change more slowly.
  public var seasonal: Int
  /// How many values the smoother of the trend sees; odd, above the period. When not given, the
  /// smallest odd number from 1.5 period / (1 − 1.5 / seasonal).
  public var trend: Int?
  /// How many values the low-pass filter sees; odd, above the period. When not given, the smallest
  /// such number.
  public var lowPass: Int?
  /// The degree, 0 or 1, of the lines that each smoother fits.
  public var seasonalDegree, trendDegree, lowPassDegree: Int
  /// Each smoother is computed at every so many values, and drawn straight between.
  public var seasonalJump, trendJump, lowPassJump: Int
  /// Whether outliers lose weight.
  public var isRobust: Bool
  /// How many rounds of season and trend there are; 5, or 2 when robust.
  public var innerIterations: Int?
  /// How many times the weights of outliers are found anew; 0, or 15 when robust.
  public var outerIterations: Int?

  /// Options, with the usual ones where none is given.
  public init(
    seasonal: Int = 7, trend: Int? = nil, lowPass: Int? = nil, isRobust: Bool = false,
    innerIterations: Int? = nil, outerIterations: Int? = nil
  ) {
    self.seasonal = seasonal
    self.trend = trend
    self.lowPass = lowPass
    self.isRobust = isRobust
    self.innerIterations = innerIterations
    self.outerIterations = outerIterations
    (seasonalDegree, trendDegree, lowPassDegree) = (1, 1, 1)
    (seasonalJump, trendJump, lowPassJump) = (1, 1, 1)
  }

  /// The lengths of the smoothers for a period; throws when one is out of range.
  fileprivate func lengths(period: Int, in place: String) throws(StatsError)
    -> (seasonal: Int, trend: Int, lowPass: Int)
  {
    func odd(_ number: Int) -> Int { number % 2 == 0 ? number + 1 : number }
    let usual = (1.5 * Double(period) / (1 - 1.5 / Double(max(seasonal, 3)))).rounded(.up)
    let trend = trend ?? odd(Int(usual))
    let lowPass = lowPass ?? odd(period + 1)
    for (name, length, least) in [
      ("seasonal", seasonal, 3), ("trend", trend, max(3, period + 1)),
      ("lowPass", lowPass, max(3, period + 1)),
    ] where length < least || length % 2 == 0 {
      throw StatsError(
        code: .badOption, what: "\(name): \(length)", place: place,
        mend: "with a period of \(period) it is an odd number from \(odd(least))")
    }
    for (name, degree) in [
      ("seasonalDegree", seasonalDegree), ("trendDegree", trendDegree),
      ("lowPassDegree", lowPassDegree),
    ] where degree < 0 || degree > 1 {
      throw StatsError(
        code: .badOption, what: "\(name): \(degree)", place: place, mend: "a degree is 0 or 1")
    }
    for (name, count) in [
      ("seasonalJump", seasonalJump), ("trendJump", trendJump), ("lowPassJump", lowPassJump),
      ("innerIterations", innerIterations ?? 1),
    ] where count < 1 {
      throw StatsError(
        code: .badOption, what: "\(name): \(count)", place: place, mend: "it is at least 1")
    }
    if let outerIterations, outerIterations < 0 {
      throw StatsError(
        code: .badOption, what: "outerIterations: \(outerIterations)", place: place,
        mend: "it is at least 0")
    }
    return (seasonal, trend, lowPass)
  }
}

/// The decomposition of a series into trend, season and remainder by local regressions (STL).
///
/// - Parameter period: how many values make a season; the series' own when not given.
/// - Source: R. B. Cleveland, W. S. Cleveland, J. E. McRae and I. Terpenning, Journal of Official
///   Statistics 6 (1990).
public func stl(
  _ series: any SeriesValues, period: Int? = nil, options: STLOptions = STLOptions()
) throws(StatsError) -> Decomposition {
  let place = "stl(…)"
  let series = try series.series(in: place)
  let period = try series.season(period, in: place)
  try series.require(2 * period, for: "a decomposition with seasons of \(period)", in: place)
  let lengths = try options.lengths(period: period, in: place)
  var work = STLWork(
    values: series.values, period: period, lengths: lengths, options: options)
  let outer = options.outerIterations ?? (options.isRobust ? 15 : 0)
  for round in 0...outer {
    for _ in 0..<(options.innerIterations ?? (options.isRobust ? 2 : 5)) { work.improve() }
    if round < outer { work.weigh() }
  }
  return Decomposition(
    series: series, trend: work.trend, seasonal: work.seasonal,
    remainder: series.values.indices.map {
      series.values[$0] - work.seasonal[$0] - work.trend[$0]
    },
    weights: work.weights ?? series.values.map { _ in 1 }, period: period,
    composition: .additive, method: options.isRobust ? "Robust STL" : "STL")
}

/// The state of STL between its rounds.
private struct STLWork {
  let values: [Double]
  let period: Int
  let lengths: (seasonal: Int, trend: Int, lowPass: Int)
  let options: STLOptions
  var trend: [Double]
  var seasonal: [Double]
  /// The weights of the last outer round, or `nil` before one.
  var weights: [Double]?

  init(
    values: [Double], period: Int, lengths: (seasonal: Int, trend: Int, lowPass: Int),
    options: STLOptions
  ) {
    self.values = values
    self.period = period
    self.lengths = lengths
    self.options = options
    trend = Array(repeating: 0, count: values.count)
    seasonal = trend
  }

  /// One inner round: the season out of what the trend leaves, the trend out of what the season
  /// leaves.
  mutating func improve() {
    let count = values.count
    let cycles = smoothedCycles(zip(values, trend).map { $0 - $1 })
    // Low-frequency power is taken out of the season: two averages over a period, one over three.
    var passed = Self.average(cycles, over: period)
    passed = Self.average(passed, over: period)
    passed = Self.average(passed, over: 3)
    passed = LocalSmoother(
      length: lengths.lowPass, degree: options.lowPassDegree, jump: options.lowPassJump
    ).smoothed(passed, weights: nil)
    for row in 0..<count { seasonal[row] = cycles[period + row] - passed[row] }
    trend = LocalSmoother(
      length: lengths.trend, degree: options.trendDegree, jump: options.trendJump
    ).smoothed(zip(values, seasonal).map { $0 - $1 }, weights: weights)
  }

  /// Each place of the season smoothed over the years, and carried one season beyond both ends.
  private func smoothedCycles(_ detrended: [Double]) -> [Double] {
    let count = detrended.count
    var result = [Double](repeating: 0, count: count + 2 * period)
    let smoother = LocalSmoother(
      length: lengths.seasonal, degree: options.seasonalDegree, jump: options.seasonalJump)
    for place in 0..<period {
      let rows = stride(from: place, to: count, by: period)
      let cycle = rows.map { detrended[$0] }
      let cycleWeights = weights.map { weights in rows.map { weights[$0] } }
      let smoothed = smoother.smoothed(cycle, weights: cycleWeights)
      let last = cycle.count
      let before = smoother.value(
        of: cycle, at: 0, from: 1, to: min(lengths.seasonal, last), weights: cycleWeights)
      let after = smoother.value(
        of: cycle, at: last + 1, from: max(1, last - lengths.seasonal + 1), to: last,
        weights: cycleWeights)
      result[place] = before ?? smoothed[0]
      for (index, value) in smoothed.enumerated() { result[(index + 1) * period + place] = value }
      result[(last + 1) * period + place] = after ?? smoothed[last - 1]
    }
    return result
  }

  /// The moving average over `length` values, where it reaches.
  private static func average(_ values: [Double], over length: Int) -> [Double] {
    var sum = values[..<length].reduce(0, +)
    var result = [sum / Double(length)]
    result.reserveCapacity(values.count - length + 1)
    for row in length..<values.count {
      sum += values[row] - values[row - length]
      result.append(sum / Double(length))
    }
    return result
  }

  /// Bisquare weights of the remainders, in units of six times their median.
  mutating func weigh() {
    let remainders = values.indices.map { abs(values[$0] - trend[$0] - seasonal[$0]) }
    let sorted = remainders.sorted()
    let middle = sorted.count / 2
    let scale = 3 * (sorted[middle] + sorted[sorted.count - middle - 1])
    guard scale > 0 else {
      weights = values.map { _ in 1 }
      return
    }
    weights = remainders.map { remainder in
      if remainder <= 0.001 * scale { return 1 }
      guard remainder <= 0.999 * scale else { return 0 }
      let part = remainder / scale
      return (1 - part * part) * (1 - part * part)
    }
  }
}
