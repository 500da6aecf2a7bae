@_implementationOnly import CNumerics
@_implementationOnly import Glibc

/// The Weibull distribution.
public struct Weibull: ContinuousDistribution, Equatable {
  /// The shape; 1 makes it an exponential.
  public let shape: Double
  /// The scale: the quantile of 1 - 1/e.
  public let scale: Double

  /// The distribution of this shape and scale.
  public init(shape: Double, scale: Double = 1) {
    requirePositive(shape, "Weibull: shape")
    requirePositive(scale, "Weibull: scale")
    (self.shape, self.scale) = (shape, scale)
  }

  private func power(_ k: Double) -> Double { Special.gamma(1 + k / shape) }
  /// The family and its parameters, as the numerical core knows them.
  public var family: DistributionFamily { DistributionFamily(APUS_WEIBULL, shape, scale) }
  /// The least and the largest value.
  public var support: ClosedRange<Double> { 0 ... .infinity }
  /// The expected value.
  public var mean: Double { scale * power(1) }
  /// The variance.
  public var variance: Double { scale * scale * (power(2) - power(1) * power(1)) }
  /// The third standardised moment.
  public var skewness: Double {
    let (a, b, c) = (power(1), power(2), power(3))
    return (c - 3 * a * b + 2 * a * a * a) / pow(b - a * a, 1.5)
  }
  /// The fourth standardised moment less 3.
  public var kurtosis: Double {
    let (a, b, c, d) = (power(1), power(2), power(3), power(4))
    let square = b - a * a
    return (d - 4 * a * c + 6 * a * a * b - 3 * a * a * a * a) / (square * square) - 3
  }
  /// The entropy in nats.
  public var entropy: Double { eulerGamma * (1 - 1 / shape) + log(scale / shape) + 1 }
  /// The value of the highest density or probability.
  public var mode: Double { shape > 1 ? scale * pow((shape - 1) / shape, 1 / shape) : 0 }

  /// A random value.
  public func random(using generator: inout RandomGenerator) -> Double {
    scale * pow(-log(generator.openUniform()), 1 / shape)
  }
}

/// The Rayleigh distribution: the length of two independent normals of mean 0.
public struct Rayleigh: ContinuousDistribution, Equatable {
  /// The standard deviation of the normals.
  public let scale: Double

  /// The distribution of this scale.
  public init(scale: Double = 1) {
    requirePositive(scale, "Rayleigh: scale")
    self.scale = scale
  }

  /// The family and its parameters, as the numerical core knows them.
  public var family: DistributionFamily { DistributionFamily(APUS_RAYLEIGH, scale) }
  /// The least and the largest value.
  public var support: ClosedRange<Double> { 0 ... .infinity }
  /// The expected value.
  public var mean: Double { scale * (.pi / 2).squareRoot() }
  /// The variance.
  public var variance: Double { (2 - .pi / 2) * scale * scale }
  /// The third standardised moment.
  public var skewness: Double { 2 * Double.pi.squareRoot() * (.pi - 3) / pow(4 - .pi, 1.5) }
  /// The fourth standardised moment less 3.
  public var kurtosis: Double {
    let rest = 4 - Double.pi
    return -(6 * Double.pi * Double.pi - 24 * Double.pi + 16) / (rest * rest)
  }
  /// The entropy in nats.
  public var entropy: Double { 1 + log(scale / 2.0.squareRoot()) + eulerGamma / 2 }
  /// The value of the highest density or probability.
  public var mode: Double { scale }

  /// A random value.
  public func random(using generator: inout RandomGenerator) -> Double {
    scale * (-2 * log(generator.openUniform())).squareRoot()
  }
}

/// The Maxwell distribution: the length of three independent normals of mean 0.
public struct Maxwell: ContinuousDistribution, Equatable {
  /// The standard deviation of the normals.
  public let scale: Double

  /// The distribution of this scale.
  public init(scale: Double = 1) {
    requirePositive(scale, "Maxwell: scale")
    self.scale = scale
  }

  /// The family and its parameters, as the numerical core knows them.
  public var family: DistributionFamily { DistributionFamily(APUS_MAXWELL, scale) }
  /// The least and the largest value.
  public var support: ClosedRange<Double> { 0 ... .infinity }
  /// The expected value.
  public var mean: Double { 2 * scale * (2 / Double.pi).squareRoot() }
  /// The variance.
  public var variance: Double { scale * scale * (3 - 8 / .pi) }
  /// The third standardised moment.
  public var skewness: Double {
    2 * 2.0.squareRoot() * (16 - 5 * .pi) / pow(3 * .pi - 8, 1.5)
  }
  /// The fourth standardised moment less 3.
  public var kurtosis: Double {
    let rest = 3 * Double.pi - 8
    return 4 * (-96 + 40 * Double.pi - 3 * Double.pi * Double.pi) / (rest * rest)
  }
  /// The entropy in nats.
  public var entropy: Double { log(scale * (2 * Double.pi).squareRoot()) + eulerGamma - 0.5 }
  /// The value of the highest density or probability.
  public var mode: Double { scale * 2.0.squareRoot() }

  /// A random value.
  public func random(using generator: inout RandomGenerator) -> Double {
    scale * (2 * standardGamma(1.5, using: &generator)).squareRoot()
  }
}

/// Euler's constant.
let eulerGamma = 0.577_215_664_901_532_860_6
/// Riemann's zeta at 3.
let aperyConstant = 1.202_056_903_159_594_285_4
