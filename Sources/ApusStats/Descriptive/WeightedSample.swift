/// Numbers that count with different weights.
///
///     let prices = try WeightedSample(flat["price"], weights: flat["area"])
public struct WeightedSample: Sendable {
  /// What weights mean, which decides the divisor of the variance.
  public enum Weighting: Sendable {
    /// Each weight says how often the value was seen: Σw − 1.
    case frequency
    /// Weights are proportional to the values' precision: Σw − Σw²/Σw.
    case reliability
    /// The sample is the population: Σw.
    case population
  }

  /// The numbers.
  public let values: [Double]
  /// Their weights, at least 0.
  public let weights: [Double]
  /// How many rows were left out because a number or weight was missing.
  public let missingCount: Int

  /// Numbers with weights. Throws for lengths that differ, weights below 0, and weights that are
  /// all 0.
  public init(
    _ values: any SampleValues, weights: any SampleValues
  ) throws(StatsError) {
    let place = "WeightedSample(…)"
    let rows = try PairedSamples([values, weights], in: place)
    self.values = rows.samples[0].values
    self.weights = rows.samples[1].values
    missingCount = rows.missingCount
    try rows.samples[0].need(1, in: place)
    if let wrong = self.weights.first(where: { $0 < 0 }) {
      throw StatsError(
        code: .badValue, what: "a weight of \(NumberText.short(wrong))", place: place,
        mend: "weights are at least 0")
    }
    guard self.weights.contains(where: { $0 > 0 }) else {
      throw StatsError(code: .badValue, what: "every weight is 0", place: place)
    }
  }

  private func total(_ body: (Double, Double) -> Double) -> Double {
    var sum = CompensatedSum()
    for (value, weight) in zip(values, weights) { sum.add(body(value, weight)) }
    return sum.value
  }

  /// The weighted mean.
  public var mean: Double { total { $0 * $1 } / total { $1 } }

  /// The weighted variance.
  public func variance(_ weighting: Weighting = .frequency) throws(StatsError) -> Double {
    let mean = mean
    let squares = total { $1 * ($0 - mean) * ($0 - mean) }
    let sum = total { $1 }
    let divisor: Double =
      switch weighting {
      case .frequency: sum - 1
      case .reliability: sum - total { $1 * $1 } / sum
      case .population: sum
      }
    guard divisor > 0 else {
      throw StatsError(
        code: .tooFewRows, what: "weights with a sum of \(NumberText.short(sum))",
        place: "variance(.\(weighting))", mend: "more than one value must count")
    }
    return squares / divisor
  }

  /// The weighted standard deviation.
  public func sd(_ weighting: Weighting = .frequency) throws(StatsError) -> Double {
    try variance(weighting).squareRoot()
  }

  /// The least value at or below which a proportion `p` of the weight lies; where exactly that
  /// proportion does, `isAveraged` takes the mean with the next value.
  public func quantile(_ p: Double, isAveraged: Bool = false) throws(StatsError) -> Double {
    guard (0...1).contains(p) else {
      throw StatsError(
        code: .badOption, what: "a quantile at \(NumberText.short(p))", place: "quantile(…)",
        mend: "choose a proportion from 0 to 1")
    }
    let order = values.indices.filter { weights[$0] > 0 }.sorted { values[$0] < values[$1] }
    let wanted = p * total { $1 }
    let tolerance = 4 * Double.ulpOfOne * wanted
    var reached = CompensatedSum()
    for (place, row) in order.enumerated() {
      reached.add(weights[row])
      guard reached.value >= wanted - tolerance else { continue }
      let isExact = Swift.abs(reached.value - wanted) <= tolerance
      guard isAveraged, isExact, place + 1 < order.count else { return values[row] }
      return (values[row] + values[order[place + 1]]) / 2
    }
    return values[order[order.count - 1]]
  }

  /// The weighted median.
  public var median: Double { get throws(StatsError) { try quantile(0.5, isAveraged: true) } }
}
