extension TimeSeries {
  /// Differences: each value less the one before it, `order` times, after each value less the one a
  /// season before it, `seasonalOrder` times.
  ///
  /// The series loses `order + seasonalOrder * period` values at its start.
  public func differenced(
    _ order: Int = 1, seasonal seasonalOrder: Int = 0, period: Int? = nil
  ) throws(StatsError) -> TimeSeries {
    let place = "differenced(…)"
    guard order >= 0, seasonalOrder >= 0 else {
      throw StatsError(
        code: .badOption, what: "differences of order \(min(order, seasonalOrder))", place: place,
        mend: "an order is 0, 1 or 2")
    }
    let season = seasonalOrder > 0 ? try season(period, in: place) : 1
    let lost = order + seasonalOrder * season
    try require(lost + 1, for: "its difference", in: place)
    var values = values
    for _ in 0..<seasonalOrder { values = Self.difference(values, lag: season) }
    for _ in 0..<order { values = Self.difference(values, lag: 1) }
    let marks =
      (order > 0 ? ["\(order)"] : []) + (seasonalOrder > 0 ? ["\(seasonalOrder)×\(season)"] : [])
    return try TimeSeries(
      name: lost == 0 ? name : "Δ\(marks == ["1"] ? "" : marks.joined(separator: ",")) \(name)",
      values: values, times: times?.dropping(lost), period: self.period ?? period, in: place)
  }

  /// Each value less the one `lag` before it.
  static func difference(_ values: [Double], lag: Int) -> [Double] {
    (lag..<max(values.count, lag)).map { values[$0] - values[$0 - lag] }
  }

  /// The series with a function of each value, such as its logarithm.
  public func mapped(_ transform: (Double) -> Double, name: String? = nil) throws(StatsError)
    -> TimeSeries
  {
    try TimeSeries(
      name: name ?? self.name, values: values.map(transform), times: times, period: period,
      in: "mapped(…)")
  }

  /// The last `count` values: what a forecast is held against; or all but them, see
  /// ``dropLast(_:)``.
  public func suffix(_ count: Int) throws(StatsError) -> TimeSeries {
    try part(from: max(0, values.count - max(0, count)), to: values.count)
  }

  /// All but the last `count` values.
  public func dropLast(_ count: Int) throws(StatsError) -> TimeSeries {
    try part(from: 0, to: max(0, values.count - max(0, count)))
  }

  private func part(from start: Int, to end: Int) throws(StatsError) -> TimeSeries {
    guard start < end else {
      throw StatsError(
        code: .tooFewRows, what: "no value of \"\(name)\" is left", place: "part of a series")
    }
    return try TimeSeries(
      name: name, values: Array(values[start..<end]), times: times?.part(start..<end),
      period: period, in: "part of a series")
  }
}
