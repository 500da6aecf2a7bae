@_implementationOnly import CNumerics
@_implementationOnly import Glibc

/// The exponential distribution.
public struct Exponential: ContinuousDistribution, Equatable {
  /// The rate: 1 over the mean.
  public let rate: Double

  /// The distribution of this rate.
  public init(rate: Double = 1) {
    requirePositive(rate, "Exponential: rate")
    self.rate = rate
  }

  /// The family and its parameters, as the numerical core knows them.
  public var family: DistributionFamily { DistributionFamily(APUS_EXPONENTIAL, rate) }
  /// The least and the largest value.
  public var support: ClosedRange<Double> { 0 ... .infinity }
  /// The expected value.
  public var mean: Double { 1 / rate }
  /// The variance.
  public var variance: Double { 1 / (rate * rate) }
  /// The third standardised moment.
  public var skewness: Double { 2 }
  /// The fourth standardised moment less 3.
  public var kurtosis: Double { 6 }
  /// The entropy in nats.
  public var entropy: Double { 1 - log(rate) }
  /// The value of the highest density or probability.
  public var mode: Double { 0 }

  /// A random value.
  public func random(using generator: inout RandomGenerator) -> Double {
    -log(generator.openUniform()) / rate
  }

  /// `count` random values.
  public func random(_ count: Int, using generator: inout RandomGenerator) -> [Double] {
    let rate = rate
    return generator.filled(count, element: { -log(RandomGenerator.open($0)) / rate }, then: nil)
  }
}

/// The continuous uniform distribution.
public struct Uniform: ContinuousDistribution, Equatable {
  /// The least value.
  public let lower: Double
  /// The largest value.
  public let upper: Double

  /// The distribution over `lower` … `upper`, which is not empty.
  public init(lower: Double = 0, upper: Double = 1) {
    requireFinite(lower, "Uniform: lower")
    requireFinite(upper, "Uniform: upper")
    require(lower < upper, "Uniform: lower (\(lower)) must be below upper (\(upper))")
    (self.lower, self.upper) = (lower, upper)
  }

  /// The family and its parameters, as the numerical core knows them.
  public var family: DistributionFamily { DistributionFamily(APUS_UNIFORM, lower, upper) }
  /// The least and the largest value.
  public var support: ClosedRange<Double> { lower...upper }
  /// The expected value.
  public var mean: Double { lower / 2 + upper / 2 }
  /// The variance.
  public var variance: Double {
    let width = upper - lower
    return width * width / 12
  }
  /// The third standardised moment.
  public var skewness: Double { 0 }
  /// The fourth standardised moment less 3.
  public var kurtosis: Double { -1.2 }
  /// The entropy in nats.
  public var entropy: Double { log(upper - lower) }
  /// Any value is; the middle is told.
  public var mode: Double { mean }

  /// A random value.
  public func random(using generator: inout RandomGenerator) -> Double {
    lower + (upper - lower) * generator.uniform()
  }

  /// `count` random values.
  public func random(_ count: Int, using generator: inout RandomGenerator) -> [Double] {
    let (lower, width) = (lower, upper - lower)
    return generator.filled(
      count, element: { lower + width * (Double($0 >> 11) * 0x1p-53) }, then: nil)
  }
}
