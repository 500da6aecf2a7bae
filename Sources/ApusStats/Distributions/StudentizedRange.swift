@_implementationOnly import CNumerics

/// Tukey's studentized range: the range of the means of groups over their standard error.
public struct StudentizedRange: ContinuousDistribution, Equatable {
  /// How many groups.
  public let groups: Int
  /// The degrees of freedom of the standard error; may be infinite.
  public let df: Double

  /// The distribution for at least two groups.
  public init(groups: Int, df: Double) {
    require(groups >= 2, "StudentizedRange: there must be 2 groups or more, got \(groups)")
    require(df > 0, "StudentizedRange: df must be positive, got \(df)")
    (self.groups, self.df) = (groups, df)
  }

  /// The family and its parameters, as the numerical core knows them.
  public var family: DistributionFamily {
    DistributionFamily(APUS_STUDENTIZED_RANGE, Double(groups), df)
  }
  /// The least and the largest value.
  public var support: ClosedRange<Double> { 0 ... .infinity }
  /// The expected value.
  public var mean: Double { df > 1 ? tailMoment(1) : .nan }
  /// The variance.
  public var variance: Double { df > 2 ? centralMoment(2) : .nan }
  /// The third standardised moment.
  public var skewness: Double { df > 3 ? standardizedMoment(3) : .nan }
  /// The fourth standardised moment less 3.
  public var kurtosis: Double { df > 4 ? standardizedMoment(4) - 3 : .nan }
  /// The entropy in nats.
  public var entropy: Double { tailEntropy }
  /// The value of the highest density or probability.
  public var mode: Double { peakOfDensity }
  /// A random value.
  public func random(using generator: inout RandomGenerator) -> Double {
    var (least, largest) = (Double.infinity, -Double.infinity)
    for _ in 0..<groups {
      let value = Normal().random(using: &generator)
      (least, largest) = (Swift.min(least, value), Swift.max(largest, value))
    }
    guard df < .infinity else { return largest - least }
    return (largest - least) / (standardGamma(df / 2, using: &generator) / (df / 2)).squareRoot()
  }
}
