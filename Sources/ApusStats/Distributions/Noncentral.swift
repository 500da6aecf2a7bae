@_implementationOnly import CNumerics
@_implementationOnly import Glibc

/// Student's t distribution about a mean that is not 0: the power of t tests.
public struct NoncentralT: ContinuousDistribution, Equatable {
  /// The degrees of freedom.
  public let df: Double
  /// The mean of the normal over its standard deviation.
  public let noncentrality: Double

  /// The distribution of (Z + noncentrality) / sqrt(chi-squared / df).
  public init(df: Double, noncentrality: Double) {
    requirePositive(df, "NoncentralT: df")
    requireFinite(noncentrality, "NoncentralT: noncentrality")
    (self.df, self.noncentrality) = (df, noncentrality)
  }

  /// The family and its parameters, as the numerical core knows them.
  public var family: DistributionFamily {
    DistributionFamily(APUS_NONCENTRAL_T, df, noncentrality)
  }
  /// The least and the largest value.
  public var support: ClosedRange<Double> { -.infinity ... .infinity }
  /// E(sqrt(df / chi-squared)).
  private var root: Double {
    exp(0.5 * log(df / 2) + Special.logGamma((df - 1) / 2) - Special.logGamma(df / 2))
  }
  /// The expected value.
  public var mean: Double { df > 1 ? noncentrality * root : .nan }
  /// The variance.
  public var variance: Double {
    guard df > 2 else { return .nan }
    let d = noncentrality
    return df / (df - 2) * (1 + d * d) - mean * mean
  }
  /// The third standardised moment.
  public var skewness: Double {
    guard df > 3 else { return .nan }
    let (d, m) = (noncentrality, mean)
    return m * (df * (d * d + 2 * df - 3) / ((df - 2) * (df - 3)) - 2 * variance)
      / pow(variance, 1.5)
  }
  /// The fourth standardised moment less 3.
  public var kurtosis: Double {
    guard df > 4 else { return .nan }
    let (d2, m2, v) = (noncentrality * noncentrality, mean * mean, variance)
    let fourth = df * df * (d2 * d2 + 6 * d2 + 3) / ((df - 2) * (df - 4))
    let third = (df * ((df + 1) * d2 + 3 * (3 * df - 5)) / ((df - 2) * (df - 3))) - 3 * v
    return (fourth - m2 * third) / (v * v) - 3
  }
  /// The entropy in nats.
  public var entropy: Double { tailEntropy }
  /// The value of the highest density or probability.
  public var mode: Double { peakOfDensity }

  /// A random value.
  public func random(using generator: inout RandomGenerator) -> Double {
    let z = Normal().random(using: &generator) + noncentrality
    return z / (standardGamma(df / 2, using: &generator) / (df / 2)).squareRoot()
  }
}

/// The chi-squared distribution of normals whose means are not 0.
public struct NoncentralChiSquared: ContinuousDistribution, Equatable {
  /// The degrees of freedom.
  public let df: Double
  /// The sum of the squared means.
  public let noncentrality: Double

  /// The distribution with these degrees of freedom and this noncentrality.
  public init(df: Double, noncentrality: Double) {
    requirePositive(df, "NoncentralChiSquared: df")
    requireNonnegative(noncentrality, "NoncentralChiSquared: noncentrality")
    (self.df, self.noncentrality) = (df, noncentrality)
  }

  /// The family and its parameters, as the numerical core knows them.
  public var family: DistributionFamily {
    DistributionFamily(APUS_NONCENTRAL_CHI_SQUARED, df, noncentrality)
  }
  /// The least and the largest value.
  public var support: ClosedRange<Double> { 0 ... .infinity }
  /// The expected value.
  public var mean: Double { df + noncentrality }
  /// The variance.
  public var variance: Double { 2 * (df + 2 * noncentrality) }
  /// The third standardised moment.
  public var skewness: Double {
    pow(2, 1.5) * (df + 3 * noncentrality) / pow(df + 2 * noncentrality, 1.5)
  }
  /// The fourth standardised moment less 3.
  public var kurtosis: Double {
    let spread = df + 2 * noncentrality
    return 12 * (df + 4 * noncentrality) / (spread * spread)
  }
  /// The entropy in nats.
  public var entropy: Double { tailEntropy }
  /// The value of the highest density or probability.
  public var mode: Double { df <= 2 && noncentrality < 2 ? 0 : peakOfDensity }

  /// A random value.
  public func random(using generator: inout RandomGenerator) -> Double {
    let extra = Poisson(mean: noncentrality / 2).random(using: &generator)
    return 2 * standardGamma(df / 2 + extra, using: &generator)
  }
}

/// The F distribution whose numerator is non-central: the power of F tests.
public struct NoncentralF: ContinuousDistribution, Equatable {
  /// The degrees of freedom of the numerator.
  public let df1: Double
  /// The degrees of freedom of the denominator.
  public let df2: Double
  /// The noncentrality of the numerator.
  public let noncentrality: Double

  /// The distribution with these degrees of freedom and this noncentrality.
  public init(df1: Double, df2: Double, noncentrality: Double) {
    requirePositive(df1, "NoncentralF: df1")
    requirePositive(df2, "NoncentralF: df2")
    requireNonnegative(noncentrality, "NoncentralF: noncentrality")
    (self.df1, self.df2, self.noncentrality) = (df1, df2, noncentrality)
  }

  /// The family and its parameters, as the numerical core knows them.
  public var family: DistributionFamily {
    DistributionFamily(APUS_NONCENTRAL_F, df1, df2, noncentrality)
  }
  /// The least and the largest value.
  public var support: ClosedRange<Double> { 0 ... .infinity }

  /// The expected value of a power: that of the numerator times that of 1 / denominator.
  private func moment(_ power: Int) -> Double {
    guard df2 > 2 * Double(power) else { return .infinity }
    // Raw moments of the non-central chi-squared from its cumulants.
    let cumulant = { (k: Int) -> Double in
      [0, 1, 2, 8, 48][k] * (df1 + Double(k) * noncentrality)
    }
    let (a, b, c, d) = (cumulant(1), cumulant(2), cumulant(3), cumulant(4))
    let above = [
      1, a, b + a * a, c + 3 * a * b + a * a * a,
      d + 4 * a * c + 3 * b * b + 6 * a * a * b + a * a * a * a,
    ][power]
    var factor = 1.0
    for k in 1...power { factor *= df2 / (df1 * (df2 - 2 * Double(k))) }
    return above * factor
  }

  /// The expected value.
  public var mean: Double { moment(1) }
  /// The variance.
  public var variance: Double {
    guard df2 > 4 else { return df2 > 2 ? .infinity : .nan }
    let sum = df1 + noncentrality
    let top = sum * sum + (df1 + 2 * noncentrality) * (df2 - 2)
    let ratio = df2 / (df1 * (df2 - 2))
    return 2 * ratio * ratio * top / (df2 - 4)
  }
  /// The third standardised moment.
  public var skewness: Double {
    guard df2 > 6 else { return .nan }
    let m = mean
    return (moment(3) - 3 * m * moment(2) + 2 * m * m * m) / pow(variance, 1.5)
  }
  /// The fourth standardised moment less 3.
  public var kurtosis: Double {
    guard df2 > 8 else { return .nan }
    let m = mean
    let fourth = moment(4) - 4 * m * moment(3) + 6 * m * m * moment(2) - 3 * m * m * m * m
    return fourth / (variance * variance) - 3
  }
  /// The entropy in nats.
  public var entropy: Double { tailEntropy }
  /// The value of the highest density or probability.
  public var mode: Double { df1 <= 2 && noncentrality < 2 ? 0 : peakOfDensity }

  /// A random value.
  public func random(using generator: inout RandomGenerator) -> Double {
    let above = NoncentralChiSquared(df: df1, noncentrality: noncentrality)
      .random(using: &generator)
    return above / df1 / (standardGamma(df2 / 2, using: &generator) / (df2 / 2))
  }
}

/// Stops unless a parameter is finite and 0 or more.
func requireNonnegative(_ value: Double, _ name: String) {
  require(value >= 0 && value < .infinity, "\(name) must be 0 or more, got \(value)")
}
