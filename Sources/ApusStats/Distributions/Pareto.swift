@_implementationOnly import CNumerics
@_implementationOnly import Glibc

/// The Pareto distribution: a power law above a least value.
public struct Pareto: ContinuousDistribution, Equatable {
  /// The least value.
  public let minimum: Double
  /// The exponent of the tail.
  public let shape: Double

  /// The distribution with this least value and exponent: P(X > x) = (minimum / x)^shape.
  public init(minimum: Double = 1, shape: Double) {
    requirePositive(minimum, "Pareto: minimum")
    requirePositive(shape, "Pareto: shape")
    (self.minimum, self.shape) = (minimum, shape)
  }

  /// The family and its parameters, as the numerical core knows them.
  public var family: DistributionFamily { DistributionFamily(APUS_PARETO, minimum, shape) }
  /// The least and the largest value.
  public var support: ClosedRange<Double> { minimum ... .infinity }
  /// The expected value.
  public var mean: Double { shape > 1 ? shape * minimum / (shape - 1) : .infinity }
  /// The variance.
  public var variance: Double {
    guard shape > 2 else { return .infinity }
    let ratio = minimum / (shape - 1)
    return ratio * ratio * shape / (shape - 2)
  }
  /// The third standardised moment.
  public var skewness: Double {
    guard shape > 3 else { return .nan }
    return 2 * (1 + shape) / (shape - 3) * ((shape - 2) / shape).squareRoot()
  }
  /// The fourth standardised moment less 3.
  public var kurtosis: Double {
    guard shape > 4 else { return .nan }
    let top = shape * shape * shape + shape * shape - 6 * shape - 2
    return 6 * top / (shape * (shape - 3) * (shape - 4))
  }
  /// The entropy in nats.
  public var entropy: Double { log(minimum / shape) + 1 / shape + 1 }
  /// The value of the highest density or probability.
  public var mode: Double { minimum }
}

/// The triangular distribution.
public struct Triangular: ContinuousDistribution, Equatable {
  /// The least value.
  public let lower: Double
  /// The place of the peak.
  public let mode: Double
  /// The largest value.
  public let upper: Double

  /// The distribution over `lower` … `upper` with its peak at `mode`.
  public init(lower: Double, mode: Double, upper: Double) {
    requireFinite(lower, "Triangular: lower")
    requireFinite(upper, "Triangular: upper")
    require(
      lower <= mode && mode <= upper && lower < upper,
      "Triangular: lower (\(lower)), mode (\(mode)) and upper (\(upper)) are not in order")
    (self.lower, self.mode, self.upper) = (lower, mode, upper)
  }

  /// The family and its parameters, as the numerical core knows them.
  public var family: DistributionFamily { DistributionFamily(APUS_TRIANGULAR, lower, mode, upper) }
  /// The least and the largest value.
  public var support: ClosedRange<Double> { lower...upper }
  /// The expected value.
  public var mean: Double { (lower + mode + upper) / 3 }
  /// Sides from the least value, so that a common offset does not cancel.
  private var square: Double {
    let (c, b) = (mode - lower, upper - lower)
    return c * c + b * b - b * c
  }
  /// The variance.
  public var variance: Double { square / 18 }
  /// The third standardised moment.
  public var skewness: Double {
    let (c, b) = (mode - lower, upper - lower)
    return 2.0.squareRoot() * (b + c) * (2 * b - c) * (b - 2 * c) / (5 * pow(square, 1.5))
  }
  /// The fourth standardised moment less 3.
  public var kurtosis: Double { -0.6 }
  /// The entropy in nats.
  public var entropy: Double { 0.5 + log((upper - lower) / 2) }
}

/// The inverse Gaussian (Wald) distribution: the first time at which a drifting walk gets somewhere.
public struct InverseGaussian: ContinuousDistribution, Equatable {
  /// The expected value.
  public let mean: Double
  /// The shape: mean³ over the variance.
  public let shape: Double

  /// The distribution of this mean and shape.
  public init(mean: Double, shape: Double) {
    requirePositive(mean, "InverseGaussian: mean")
    requirePositive(shape, "InverseGaussian: shape")
    (self.mean, self.shape) = (mean, shape)
  }

  /// The family and its parameters, as the numerical core knows them.
  public var family: DistributionFamily { DistributionFamily(APUS_INVERSE_GAUSSIAN, mean, shape) }
  /// The least and the largest value.
  public var support: ClosedRange<Double> { 0 ... .infinity }
  /// The variance.
  public var variance: Double { mean * mean * (mean / shape) }
  /// The third standardised moment.
  public var skewness: Double { 3 * (mean / shape).squareRoot() }
  /// The fourth standardised moment less 3.
  public var kurtosis: Double { 15 * mean / shape }
  /// The entropy in nats.
  public var entropy: Double { tailEntropy }
  /// The value of the highest density or probability.
  public var mode: Double {
    let ratio = 1.5 * mean / shape
    return mean / ((1 + ratio * ratio).squareRoot() + ratio)
  }

  /// A random value. Source: Michael, Schucany and Haas (1976).
  public func random(using generator: inout RandomGenerator) -> Double {
    let z = Normal().random(using: &generator)
    let y = mean * z * z / (2 * shape)
    // mean · (1 + y - sqrt(y² + 2y)) without its cancellation.
    let root = mean / (1 + y + (y * (y + 2)).squareRoot())
    return generator.uniform() * (mean + root) <= mean ? root : mean * (mean / root)
  }
}
