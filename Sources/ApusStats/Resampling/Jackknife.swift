/// What leaving out each value once says of a statistic.
public struct JackknifeResult: StatsResult, Equatable {
  /// The statistic.
  public let name: String
  /// The statistic of the sample, corrected for bias.
  public let estimate: Double
  /// The jackknife's estimate of the bias.
  public let bias: Double
  /// The standard error.
  public let standardError: Double
  /// The interval by the normal distribution.
  public let interval: TestResult.Interval
  /// The statistic without each value.
  public let values: [Double]

  /// The result as a card.
  public var card: StatsCard {
    func text(_ value: Double) -> String { NumberText.short(value, digits: 6) }
    return StatsCard(
      title: "Jackknife of the \(name)",
      facts: [
        ("estimate", text(estimate)), ("standard error", text(standardError)),
        ("bias", text(bias)),
        (
          "\(NumberText.short(interval.level * 100)) % interval",
          "\(text(interval.lower)) to \(text(interval.upper))"
        ), ("n", "\(values.count)"),
      ])
  }
}

/// Bias and standard error of a statistic by leaving out each value once. Not for medians and other
/// quantiles, whose jackknife is inconsistent: use `bootstrap`.
public func jackknife(
  _ values: any SampleValues, _ statistic: Statistic, confidence: Double = 0.95
) throws(StatsError) -> JackknifeResult {
  let place = "jackknife(…)"
  try StatsError.checkLevel(confidence, in: place)
  let sample = try Sample(values, in: place)
  try sample.need(3, in: place)
  if case .quantile = statistic.shortcut {
    throw StatsError(
      code: .badOption, what: "the jackknife of a quantile is inconsistent", place: place,
      mend: "use bootstrap(…)")
  }
  let whole = try statistic(sample)
  let left = try jackknifeValues(sample, statistic, in: place)
  let moments = try Moments(left, in: place)
  let n = Double(sample.count)
  let bias = (n - 1) * (moments.mean - whole)
  let error = ((n - 1) / n * moments.squares).squareRoot()
  let reach = Tails.normalReach(confidence, .twoSided) * error
  let estimate = whole - bias
  return JackknifeResult(
    name: statistic.name, estimate: estimate, bias: bias, standardError: error,
    interval: .init(estimate - reach, estimate + reach, level: confidence), values: left)
}

/// The statistic without each value in turn.
func jackknifeValues(
  _ sample: Sample, _ statistic: Statistic, in place: String
) throws(StatsError) -> [Double] {
  let values = sample.values
  switch statistic.shortcut {
  case .mean:
    let sum = try sample.sum
    return values.map { (sum - $0) / Double(values.count - 1) }
  case .quantile(let p, let type):
    // Without a value, the ranks from its own on move down by one.
    let order = sortedOrder(values)
    let (rank, weight) = type.position(p, count: values.count - 1)
    var result = [Double](repeating: 0, count: values.count)
    for (place, row) in order.enumerated() {
      func value(_ rank: Int) -> Double {
        let rank = Swift.min(rank, values.count - 2)
        return values[Int(order[rank >= place ? rank + 1 : rank])]
      }
      let low = value(rank)
      result[Int(row)] =
        weight == 0 ? low : QuantileType.between(low, value(rank + 1), weight)
    }
    return result
  case .none, .builtIn:
    var result: [Double] = []
    for row in values.indices {
      try checkCancelled(in: place)
      var left = values
      left.remove(at: row)
      result.append(try statistic(Sample(known: left)))
    }
    return result
  }
}
