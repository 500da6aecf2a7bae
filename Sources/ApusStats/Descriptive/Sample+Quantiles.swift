@_implementationOnly import Glibc

/// How a quantile between two values is defined: the nine types of Hyndman and Fan 1996, which R
/// numbers 1 to 9.
public enum QuantileType: Int, Sendable, CaseIterable {
  /// Type 1: the inverse of the empirical distribution function.
  case inverse = 1
  /// Type 2: as type 1, with averages where the function is flat (SAS).
  case averagedInverse
  /// Type 3: the nearest value, the even one of two.
  case nearest
  /// Type 4: linear interpolation of the empirical distribution function.
  case linearInverse
  /// Type 5: values stand in the middle of their steps (Hazen).
  case hazen
  /// Type 6: values divide into n + 1 parts (Weibull, Minitab, SPSS).
  case weibull
  /// Type 7: values divide into n − 1 parts (R, NumPy, Excel).
  case linear
  /// Type 8: about unbiased for the median, whatever the distribution.
  case medianUnbiased
  /// Type 9: about unbiased for normal samples.
  case normalUnbiased

  /// What lies between two values, the second of which has a weight.
  static func between(_ low: Double, _ high: Double, _ weight: Double) -> Double {
    if low == high || weight == 1 { return high }
    // The middle as everyone rounds it: deviations from it then tie as those of the peers.
    if weight == 0.5 { return low / 2 + high / 2 }
    // From the nearer value, so that the ends are met exactly.
    return weight < 0.5 ? low + (high - low) * weight : high - (high - low) * (1 - weight)
  }

  /// The rank (from 0, below `count`) before the quantile, and the weight of the value behind.
  func position(_ p: Double, count: Int) -> (rank: Int, weight: Double) {
    let n = Double(count)
    let tolerance = 4 * Double.ulpOfOne
    func split(_ place: Double) -> (whole: Double, rest: Double) {
      // A product that misses a whole number by rounding stands for it.
      let whole = (place + tolerance * Swift.max(1, abs(place))).rounded(.down)
      let rest = place - whole
      return (whole, abs(rest) < tolerance * Swift.max(1, abs(place)) ? 0 : rest)
    }
    var (whole, weight): (Double, Double)
    switch self {
    case .inverse:
      (whole, weight) = split(n * p)
      weight = weight > 0 ? 1 : 0
    case .averagedInverse:
      (whole, weight) = split(n * p)
      weight = weight > 0 ? 1 : 0.5
    case .nearest:
      (whole, weight) = split(n * p - 0.5)
      weight = weight == 0 && whole.truncatingRemainder(dividingBy: 2) == 0 ? 0 : 1
    case .linearInverse: (whole, weight) = split(n * p)
    case .hazen: (whole, weight) = split(n * p + 0.5)
    case .weibull: (whole, weight) = split((n + 1) * p)
    case .linear: (whole, weight) = split((n - 1) * p + 1)
    case .medianUnbiased: (whole, weight) = split((n + 1.0 / 3) * p + 1.0 / 3)
    case .normalUnbiased: (whole, weight) = split((n + 0.25) * p + 3.0 / 8)
    }
    if whole < 1 { return (0, 0) }
    if whole >= n { return (count - 1, 0) }
    return (Int(whole) - 1, weight)
  }
}

extension Sample {
  /// The value below which a proportion `p` of the sample lies. Throws without values and for `p`
  /// outside 0…1. Cost: O(n), no full sort.
  public func quantile(_ p: Double, type: QuantileType = .linear) throws(StatsError) -> Double {
    try quantiles([p], type: type)[0]
  }

  /// The quantiles of several proportions, found together.
  public func quantiles(
    _ ps: [Double], type: QuantileType = .linear
  ) throws(StatsError) -> [Double] {
    try need(1, in: "quantile(…)")
    if let wrong = ps.first(where: { !(0...1).contains($0) }) {
      throw StatsError(
        code: .badOption, what: "a quantile at \(NumberText.short(wrong))", place: "quantile(…)",
        mend: "choose a proportion from 0 to 1")
    }
    var found = OrderStatistics(values)
    var result = [Double](repeating: 0, count: ps.count)
    for place in ps.indices.sorted(by: { ps[$0] < ps[$1] }) {
      let (rank, weight) = type.position(ps[place], count: count)
      if weight == 0 {
        result[place] = found.value(at: rank)
      } else {
        let (low, high) = found.pair(at: rank)
        result[place] = QuantileType.between(low, high, weight)
      }
    }
    return result
  }

  /// The middle value, or the mean of the two in the middle.
  public var median: Double {
    get throws(StatsError) {
      try need(1, in: "median")
      return try quantile(0.5, type: .averagedInverse)
    }
  }

  /// The distance from the first to the third quartile.
  public func interquartileRange(type: QuantileType = .linear) throws(StatsError) -> Double {
    let quartiles = try quantiles([0.25, 0.75], type: type)
    return quartiles[1] - quartiles[0]
  }

  /// The median of the distances from the median; with `isNormalScaled` times 1.4826, which
  /// estimates the standard deviation of normal samples.
  public func medianAbsoluteDeviation(isNormalScaled: Bool = false) throws(StatsError) -> Double {
    let centre = try median
    let deviation = try Sample(known: values.map { abs($0 - centre) }).median
    return isNormalScaled ? deviation * 1.482_602_218_505_601_9 : deviation
  }

  /// The least value. Throws without values.
  public var minimum: Double {
    get throws(StatsError) {
      try need(1, in: "minimum")
      return try Sums.total(values, in: "minimum").least
    }
  }

  /// The greatest value. Throws without values.
  public var maximum: Double {
    get throws(StatsError) {
      try need(1, in: "maximum")
      return try Sums.total(values, in: "maximum").greatest
    }
  }
}
