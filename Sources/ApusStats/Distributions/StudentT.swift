@_implementationOnly import CNumerics
@_implementationOnly import Glibc

/// Student's t distribution, moved and stretched where `location` and `scale` say so.
public struct StudentT: ContinuousDistribution, Equatable {
  /// The degrees of freedom; infinity makes it a normal.
  public let df: Double
  /// The centre.
  public let location: Double
  /// What the standard t is multiplied by.
  public let scale: Double

  /// The distribution with these degrees of freedom, which need not be whole.
  public init(df: Double, location: Double = 0, scale: Double = 1) {
    require(df > 0, "StudentT: df must be positive, got \(df)")
    requireFinite(location, "StudentT: location")
    requirePositive(scale, "StudentT: scale")
    (self.df, self.location, self.scale) = (df, location, scale)
  }

  /// The family and its parameters, as the numerical core knows them.
  public var family: DistributionFamily { DistributionFamily(APUS_STUDENT_T, df, location, scale) }
  /// The least and the largest value.
  public var support: ClosedRange<Double> { -.infinity ... .infinity }
  /// The expected value.
  public var mean: Double { df > 1 ? location : .nan }
  /// The variance.
  public var variance: Double {
    guard df > 2 else { return df > 1 ? .infinity : .nan }
    return scale * scale * (df == .infinity ? 1 : df / (df - 2))
  }
  /// The third standardised moment.
  public var skewness: Double { df > 3 ? 0 : .nan }
  /// The fourth standardised moment less 3.
  public var kurtosis: Double { df > 4 ? 6 / (df - 4) : df > 2 ? .infinity : .nan }
  /// The entropy in nats.
  public var entropy: Double {
    guard df < 1e10 else { return 0.5 + 0.5 * log(2 * .pi) + log(scale) }
    let half = (df + 1) / 2
    return half * (Special.digamma(half) - Special.digamma(df / 2)) + 0.5 * log(df)
      + Special.logBeta(df / 2, 0.5) + log(scale)
  }
  /// The value of the highest density or probability.
  public var mode: Double { location }
  /// The quantile of one half.
  public var median: Double { location }

  /// A random value.
  public func random(using generator: inout RandomGenerator) -> Double {
    let normal = Normal().random(using: &generator)
    guard df < .infinity else { return location + scale * normal }
    let square = 2 * standardGamma(df / 2, using: &generator)
    return location + scale * normal / (square / df).squareRoot()
  }
}

/// The chi-squared distribution: that of the sum of squares of `df` standard normals.
public struct ChiSquared: ContinuousDistribution, Equatable {
  /// The degrees of freedom.
  public let df: Double

  /// The distribution with these degrees of freedom, which need not be whole.
  public init(df: Double) {
    requirePositive(df, "ChiSquared: df")
    self.df = df
  }

  /// The family and its parameters, as the numerical core knows them.
  public var family: DistributionFamily { DistributionFamily(APUS_CHI_SQUARED, df) }
  /// The least and the largest value.
  public var support: ClosedRange<Double> { 0 ... .infinity }
  /// The expected value.
  public var mean: Double { df }
  /// The variance.
  public var variance: Double { 2 * df }
  /// The third standardised moment.
  public var skewness: Double { (8 / df).squareRoot() }
  /// The fourth standardised moment less 3.
  public var kurtosis: Double { 12 / df }
  /// The entropy in nats.
  public var entropy: Double { Gamma(shape: df / 2, scale: 2).entropy }
  /// The value of the highest density or probability.
  public var mode: Double { Swift.max(df - 2, 0) }

  /// A random value.
  public func random(using generator: inout RandomGenerator) -> Double {
    2 * standardGamma(df / 2, using: &generator)
  }
}

/// The F distribution: that of the ratio of two chi-squareds over their degrees of freedom.
public struct FDistribution: ContinuousDistribution, Equatable {
  /// The degrees of freedom of the numerator.
  public let df1: Double
  /// The degrees of freedom of the denominator; may be infinite.
  public let df2: Double

  /// The distribution with these degrees of freedom, which need not be whole.
  public init(df1: Double, df2: Double) {
    requirePositive(df1, "FDistribution: df1")
    require(df2 > 0, "FDistribution: df2 must be positive, got \(df2)")
    (self.df1, self.df2) = (df1, df2)
  }

  /// The family and its parameters, as the numerical core knows them.
  public var family: DistributionFamily { DistributionFamily(APUS_F, df1, df2) }
  /// The least and the largest value.
  public var support: ClosedRange<Double> { 0 ... .infinity }
  /// The expected value.
  public var mean: Double { df2 == .infinity ? 1 : df2 > 2 ? df2 / (df2 - 2) : .infinity }
  /// The variance.
  public var variance: Double {
    guard df2 > 4 else { return df2 > 2 ? .infinity : .nan }
    guard df2 < .infinity else { return 2 / df1 }
    return 2 * mean * mean * ((df1 + df2 - 2) / (df1 * (df2 - 4)))
  }
  /// The third standardised moment.
  public var skewness: Double {
    guard df2 > 6 else { return .nan }
    guard df2 < .infinity else { return (8 / df1).squareRoot() }
    return (2 * df1 + df2 - 2) / (df2 - 6)
      * (8 * (df2 - 4) / (df1 * (df1 + df2 - 2))).squareRoot()
  }
  /// The fourth standardised moment less 3.
  public var kurtosis: Double {
    guard df2 > 8 else { return .nan }
    guard df2 < .infinity else { return 12 / df1 }
    let sum = df1 + df2 - 2
    return 12 * (df1 * (5 * df2 - 22) * sum + (df2 - 4) * (df2 - 2) * (df2 - 2))
      / (df1 * (df2 - 6) * (df2 - 8) * sum)
  }
  /// The entropy in nats.
  public var entropy: Double {
    guard df2 < .infinity else { return Gamma(shape: df1 / 2, scale: 2 / df1).entropy }
    let (a, b) = (df1 / 2, df2 / 2)
    return log(df2 / df1) + Special.logBeta(a, b) + (1 - a) * Special.digamma(a)
      - (1 + b) * Special.digamma(b) + (a + b) * Special.digamma(a + b)
  }
  /// The value of the highest density or probability.
  public var mode: Double {
    guard df1 > 2 else { return 0 }
    return (df1 - 2) / df1 * (df2 == .infinity ? 1 : df2 / (df2 + 2))
  }

  /// A random value.
  public func random(using generator: inout RandomGenerator) -> Double {
    let above = standardGamma(df1 / 2, using: &generator) / (df1 / 2)
    guard df2 < .infinity else { return above }
    return above / (standardGamma(df2 / 2, using: &generator) / (df2 / 2))
  }
}
