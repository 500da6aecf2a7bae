@_implementationOnly import CNumerics
@_implementationOnly import Glibc

/// The Cauchy distribution, which has no mean and no variance.
public struct Cauchy: ContinuousDistribution, Equatable {
  /// The centre.
  public let location: Double
  /// Half the distance of the quartiles.
  public let scale: Double

  /// The distribution of this centre and scale.
  public init(location: Double = 0, scale: Double = 1) {
    requireFinite(location, "Cauchy: location")
    requirePositive(scale, "Cauchy: scale")
    (self.location, self.scale) = (location, scale)
  }

  /// The family and its parameters, as the numerical core knows them.
  public var family: DistributionFamily { DistributionFamily(APUS_CAUCHY, location, scale) }
  /// The least and the largest value.
  public var support: ClosedRange<Double> { -.infinity ... .infinity }
  /// The expected value.
  public var mean: Double { .nan }
  /// The variance.
  public var variance: Double { .nan }
  /// The third standardised moment.
  public var skewness: Double { .nan }
  /// The fourth standardised moment less 3.
  public var kurtosis: Double { .nan }
  /// The entropy in nats.
  public var entropy: Double { log(4 * .pi * scale) }
  /// The value of the highest density or probability.
  public var mode: Double { location }
  /// The quantile of one half.
  public var median: Double { location }
}

/// The Laplace (double exponential) distribution.
public struct Laplace: ContinuousDistribution, Equatable {
  /// The centre.
  public let location: Double
  /// The mean distance from the centre.
  public let scale: Double

  /// The distribution of this centre and scale.
  public init(location: Double = 0, scale: Double = 1) {
    requireFinite(location, "Laplace: location")
    requirePositive(scale, "Laplace: scale")
    (self.location, self.scale) = (location, scale)
  }

  /// The family and its parameters, as the numerical core knows them.
  public var family: DistributionFamily { DistributionFamily(APUS_LAPLACE, location, scale) }
  /// The least and the largest value.
  public var support: ClosedRange<Double> { -.infinity ... .infinity }
  /// The expected value.
  public var mean: Double { location }
  /// The variance.
  public var variance: Double { 2 * scale * scale }
  /// The third standardised moment.
  public var skewness: Double { 0 }
  /// The fourth standardised moment less 3.
  public var kurtosis: Double { 3 }
  /// The entropy in nats.
  public var entropy: Double { 1 + log(2 * scale) }
  /// The value of the highest density or probability.
  public var mode: Double { location }
  /// The quantile of one half.
  public var median: Double { location }
}

/// The logistic distribution.
public struct Logistic: ContinuousDistribution, Equatable {
  /// The centre.
  public let location: Double
  /// The scale.
  public let scale: Double

  /// The distribution of this centre and scale.
  public init(location: Double = 0, scale: Double = 1) {
    requireFinite(location, "Logistic: location")
    requirePositive(scale, "Logistic: scale")
    (self.location, self.scale) = (location, scale)
  }

  /// The family and its parameters, as the numerical core knows them.
  public var family: DistributionFamily { DistributionFamily(APUS_LOGISTIC, location, scale) }
  /// The least and the largest value.
  public var support: ClosedRange<Double> { -.infinity ... .infinity }
  /// The expected value.
  public var mean: Double { location }
  /// The variance.
  public var variance: Double { scale * scale * .pi * .pi / 3 }
  /// The third standardised moment.
  public var skewness: Double { 0 }
  /// The fourth standardised moment less 3.
  public var kurtosis: Double { 1.2 }
  /// The entropy in nats.
  public var entropy: Double { log(scale) + 2 }
  /// The value of the highest density or probability.
  public var mode: Double { location }
  /// The quantile of one half.
  public var median: Double { location }
}

/// The Gumbel distribution of largest values.
public struct Gumbel: ContinuousDistribution, Equatable {
  /// The mode.
  public let location: Double
  /// The scale.
  public let scale: Double

  /// The distribution of this mode and scale.
  public init(location: Double = 0, scale: Double = 1) {
    requireFinite(location, "Gumbel: location")
    requirePositive(scale, "Gumbel: scale")
    (self.location, self.scale) = (location, scale)
  }

  /// The family and its parameters, as the numerical core knows them.
  public var family: DistributionFamily { DistributionFamily(APUS_GUMBEL, location, scale) }
  /// The least and the largest value.
  public var support: ClosedRange<Double> { -.infinity ... .infinity }
  /// The expected value.
  public var mean: Double { location + eulerGamma * scale }
  /// The variance.
  public var variance: Double { scale * scale * .pi * .pi / 6 }
  /// The third standardised moment.
  public var skewness: Double { 12 * 6.0.squareRoot() * aperyConstant / (.pi * .pi * .pi) }
  /// The fourth standardised moment less 3.
  public var kurtosis: Double { 2.4 }
  /// The entropy in nats.
  public var entropy: Double { log(scale) + eulerGamma + 1 }
  /// The value of the highest density or probability.
  public var mode: Double { location }
}
