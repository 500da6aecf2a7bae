/// What `describe` says of a sample.
public struct SampleDescription: StatsResult {
  /// What the numbers are called.
  public let name: String
  /// How many numbers there are.
  public let count: Int
  /// How many rows had none.
  public let missingCount: Int
  /// The mean.
  public let mean: Double
  /// The standard deviation (n − 1); `nil` for one value.
  public let sd: Double?
  /// The standard error of the mean; `nil` for one value.
  public let sem: Double?
  /// The skewness g1; `nil` without spread.
  public let skewness: Double?
  /// The excess kurtosis g2; `nil` without spread.
  public let kurtosis: Double?
  /// The least value.
  public let minimum: Double
  /// The first quartile (type 7).
  public let lowerQuartile: Double
  /// The median.
  public let median: Double
  /// The third quartile (type 7).
  public let upperQuartile: Double
  /// The greatest value.
  public let maximum: Double

  init(_ sample: Sample, in place: String) throws(StatsError) {
    try sample.need(1, in: place)
    let moments = try sample.moments(in: place)
    let quartiles = try sample.quantiles([0.25, 0.5, 0.75])
    name = sample.name
    count = sample.count
    missingCount = sample.missingCount
    mean = moments.mean
    sd = count > 1 ? moments.variance.squareRoot() : nil
    sem = count > 1 ? (moments.variance / Double(count)).squareRoot() : nil
    skewness = moments.hasSpread ? moments.skewness(isUnbiased: false) : nil
    kurtosis = moments.hasSpread ? moments.kurtosis(isUnbiased: false) : nil
    minimum = moments.least
    lowerQuartile = quartiles[0]
    median = quartiles[1]
    upperQuartile = quartiles[2]
    maximum = moments.greatest
  }

  /// The numbers as facts.
  public var card: StatsCard {
    func text(_ value: Double?) -> String {
      value.map { NumberText.short($0, digits: 6) } ?? "not defined"
    }
    return StatsCard(
      title: name.isEmpty ? "Description" : "Description of \(name)",
      facts: [
        ("count", "\(count)"), ("missing", "\(missingCount)"), ("mean", text(mean)),
        ("sd", text(sd)), ("standard error", text(sem)), ("skewness", text(skewness)),
        ("kurtosis (excess)", text(kurtosis)), ("minimum", text(minimum)),
        ("first quartile", text(lowerQuartile)), ("median", text(median)),
        ("third quartile", text(upperQuartile)), ("maximum", text(maximum)),
      ])
  }
}

/// Count, mean, spread, shape and quartiles of a sample. Throws without values.
public func describe(_ values: any SampleValues) throws(StatsError) -> SampleDescription {
  try SampleDescription(Sample(values, in: "describe(…)"), in: "describe(…)")
}
