@_implementationOnly import Glibc

/// The first four moments of a sample, each around the mean.
struct Moments: Sendable {
  let count: Int
  let mean: Double
  let least: Double
  let greatest: Double
  /// Sums of squared, cubed and fourth powers of the deviations from the mean.
  let squares: Double
  let cubes: Double
  let fourths: Double

  init(_ values: [Double], in place: String) throws(StatsError) {
    let n = Double(values.count)
    let total = try Sums.total(values, in: place)
    let centre = total.sum.divided(by: values.count)
    let sums = try Sums.powers(values, around: centre, in: place).map(\.value)
    count = values.count
    mean = centre.value
    least = total.least
    greatest = total.greatest
    // The centre is rounded at its 106th bit: what the deviations still sum to is taken out.
    squares = Swift.max(sums[1] - sums[0] * sums[0] / n, 0)
    cubes = sums[2]
    fourths = sums[3]
    guard mean.isFinite, squares.isFinite, fourths.isFinite else {
      throw StatsError(
        code: .badValue, what: "the sums go beyond the greatest number", place: place,
        mend: "divide the values by a power of ten")
    }
  }

  var variance: Double { squares / Double(count - 1) }
  /// Whether the spread is more than what rounding of the mean makes.
  var hasSpread: Bool { least < greatest }

  func skewness(isUnbiased: Bool) -> Double {
    let n = Double(count)
    let deviation = (squares / n).squareRoot()
    let skew = cubes / n / (deviation * deviation * deviation)
    return isUnbiased ? skew * (n * (n - 1)).squareRoot() / (n - 2) : skew
  }

  func kurtosis(isUnbiased: Bool) -> Double {
    let n = Double(count)
    let variance = squares / n
    let excess = fourths / n / (variance * variance) - 3
    return isUnbiased ? (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * excess + 6) : excess
  }
}

extension Sample {
  func moments(in place: String) throws(StatsError) -> Moments { try Moments(values, in: place) }

  /// The sum. Compensated: as if added with twice the digits.
  public var sum: Double {
    get throws(StatsError) { try Sums.total(values, in: "sum").sum.value }
  }

  /// The arithmetic mean. Throws without values.
  public var mean: Double {
    get throws(StatsError) {
      try need(1, in: "mean")
      return try Sums.total(values, in: "mean").sum.divided(by: count).value
    }
  }

  /// The mean squared deviation from the mean, divided by n − `freedom`: 1 for an estimate, 0 for
  /// the sample itself. Two passes, compensated.
  public func variance(freedom: Double = 1) throws(StatsError) -> Double {
    try need(Int(freedom.rounded(.up)) + 1, in: "variance")
    return try moments(in: "variance").squares / (Double(count) - freedom)
  }

  /// The standard deviation: the root of the variance.
  public func sd(freedom: Double = 1) throws(StatsError) -> Double {
    try variance(freedom: freedom).squareRoot()
  }

  /// The standard error of the mean.
  public var sem: Double {
    get throws(StatsError) { try sd() / Double(count).squareRoot() }
  }

  /// The third standardised moment g1, or with `isUnbiased` G1, corrected for the sample's size.
  /// Throws for samples without spread. Source: Joanes and Gill 1998.
  public func skewness(isUnbiased: Bool = false) throws(StatsError) -> Double {
    try need(isUnbiased ? 3 : 2, in: "skewness")
    try needSpread(in: "skewness")
    return try moments(in: "skewness").skewness(isUnbiased: isUnbiased)
  }

  /// The fourth standardised moment: Fisher's (0 for the normal distribution) or, with `isExcess`
  /// false, Pearson's (3); with `isUnbiased` corrected for the sample's size.
  public func kurtosis(isUnbiased: Bool = false, isExcess: Bool = true) throws(StatsError) -> Double
  {
    try need(isUnbiased ? 4 : 2, in: "kurtosis")
    try needSpread(in: "kurtosis")
    let excess = try moments(in: "kurtosis").kurtosis(isUnbiased: isUnbiased)
    return isExcess ? excess : excess + 3
  }

  /// The coefficient of variation: standard deviation over mean.
  public var coefficientOfVariation: Double {
    get throws(StatsError) {
      let mean = try mean
      guard mean != 0 else {
        throw StatsError(
          code: .badValue, what: "the mean of \(label) is 0", place: "coefficientOfVariation")
      }
      return try sd() / mean
    }
  }

  /// The root of the product of n values, which must be above 0.
  public var geometricMean: Double {
    get throws(StatsError) {
      try needPositive(in: "geometricMean")
      return exp(try Sample(known: values.map { log($0) }).mean)
    }
  }

  /// n over the sum of reciprocals of values, which must be above 0.
  public var harmonicMean: Double {
    get throws(StatsError) {
      try needPositive(in: "harmonicMean")
      return Double(count) / (try Sample(known: values.map { 1 / $0 }).sum)
    }
  }

  private func needPositive(in place: String) throws(StatsError) {
    try need(1, in: place)
    guard let wrong = values.first(where: { $0 <= 0 }) else { return }
    throw StatsError(
      code: .badValue, what: "\(label) holds \(NumberText.short(wrong, digits: 6))", place: place,
      mend: "every value must be above 0")
  }

  /// The mean of what is left when a proportion of values is cut from each end: `0.1` cuts the
  /// lowest and the highest tenth, in whole values.
  public func trimmedMean(_ proportion: Double) throws(StatsError) -> Double {
    let cut = try cutCount(proportion, in: "trimmedMean(…)")
    return try Sample(known: Array(values.sorted()[cut..<(count - cut)])).mean
  }

  /// The mean when the values of each end are replaced by the nearest one that stays.
  public func winsorizedMean(_ proportion: Double) throws(StatsError) -> Double {
    let cut = try cutCount(proportion, in: "winsorizedMean(…)")
    var sorted = values.sorted()
    for place in 0..<cut {
      sorted[place] = sorted[cut]
      sorted[count - 1 - place] = sorted[count - 1 - cut]
    }
    return try Sample(known: sorted).mean
  }

  private func cutCount(_ proportion: Double, in place: String) throws(StatsError) -> Int {
    try need(1, in: place)
    guard proportion >= 0, proportion < 0.5 else {
      throw StatsError(
        code: .badOption, what: "a proportion of \(NumberText.short(proportion))", place: place,
        mend: "choose one from 0 to below 0.5")
    }
    return Int(proportion * Double(count))
  }

  /// The entropy of how often each value occurs, −Σ p ln p, in nats, or in units of `base`.
  public func entropy(base: Double? = nil) throws(StatsError) -> Double {
    try need(1, in: "entropy")
    return try Sample.entropy(ofWeights: runs.map { Double($0.count) }, base: base)
  }

  /// The entropy of a distribution given by weights, which are divided by their sum.
  public static func entropy(
    ofWeights weights: [Double], base: Double? = nil
  ) throws(StatsError) -> Double {
    let total = weights.reduce(0, +)
    guard total > 0, total.isFinite, weights.allSatisfy({ $0 >= 0 }) else {
      throw StatsError(
        code: .badValue, what: "weights that are not all at least 0 with a sum above 0",
        place: "entropy(ofWeights:)")
    }
    var sum = CompensatedSum()
    for weight in weights where weight > 0 {
      let share = weight / total
      sum.add(-share * log(share))
    }
    return base.map { sum.value / log($0) } ?? sum.value
  }

  /// The values that occur most often, in order.
  public var modes: [Double] {
    let runs = runs
    let most = runs.map(\.count).max() ?? 0
    return runs.filter { $0.count == most }.map(\.value)
  }

  /// The distinct values in order, and how often each occurs.
  var runs: [(value: Double, count: Int)] {
    var runs: [(value: Double, count: Int)] = []
    for value in values.sorted() {
      if let last = runs.last, last.value == value {
        runs[runs.count - 1].count += 1
      } else {
        runs.append((value, 1))
      }
    }
    return runs
  }
}
