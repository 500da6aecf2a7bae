@_implementationOnly import CNumerics
@_implementationOnly import Glibc

/// The gamma distribution.
public struct Gamma: ContinuousDistribution, Equatable {
  /// The shape: the mean over the scale.
  public let shape: Double
  /// The scale: 1 over the rate.
  public let scale: Double

  /// The distribution of this shape and scale.
  public init(shape: Double, scale: Double) {
    requirePositive(shape, "Gamma: shape")
    requirePositive(scale, "Gamma: scale")
    (self.shape, self.scale) = (shape, scale)
  }

  /// The distribution of this shape and rate; 1 over the rate is rounded to a double.
  public init(shape: Double, rate: Double = 1) {
    requirePositive(rate, "Gamma: rate")
    self.init(shape: shape, scale: 1 / rate)
  }

  /// The family and its parameters, as the numerical core knows them.
  public var family: DistributionFamily { DistributionFamily(APUS_GAMMA_FAMILY, shape, scale) }
  /// The least and the largest value.
  public var support: ClosedRange<Double> { 0 ... .infinity }
  /// The expected value.
  public var mean: Double { shape * scale }
  /// The variance.
  public var variance: Double { shape * scale * scale }
  /// The third standardised moment.
  public var skewness: Double { 2 / shape.squareRoot() }
  /// The fourth standardised moment less 3.
  public var kurtosis: Double { 6 / shape }
  /// The entropy in nats.
  public var entropy: Double {
    // Written so that nothing of the size of the shape cancels.
    if shape > 1e6 {
      return 0.5 + 0.5 * log(2 * .pi * shape) + log(scale) - 1 / (3 * shape)
        - 1 / (12 * shape * shape)
    }
    return shape + log(scale) + Special.logGamma(shape) + (1 - shape) * Special.digamma(shape)
  }
  /// The value of the highest density or probability.
  public var mode: Double { Swift.max(shape - 1, 0) * scale }

  /// A random value.
  public func random(using generator: inout RandomGenerator) -> Double {
    scale * standardGamma(shape, using: &generator)
  }
}

/// The beta distribution.
public struct Beta: ContinuousDistribution, Equatable {
  /// The first shape, the weight of 1.
  public let alpha: Double
  /// The second shape, the weight of 0.
  public let beta: Double

  /// The distribution with these shapes.
  public init(alpha: Double, beta: Double) {
    requirePositive(alpha, "Beta: alpha")
    requirePositive(beta, "Beta: beta")
    (self.alpha, self.beta) = (alpha, beta)
  }

  /// The family and its parameters, as the numerical core knows them.
  public var family: DistributionFamily { DistributionFamily(APUS_BETA_FAMILY, alpha, beta) }
  /// The least and the largest value.
  public var support: ClosedRange<Double> { 0...1 }
  /// The expected value.
  public var mean: Double { alpha / (alpha + beta) }
  /// The variance.
  public var variance: Double {
    let sum = alpha + beta
    return (alpha / sum) * (beta / sum) / (sum + 1)
  }
  /// The third standardised moment.
  public var skewness: Double {
    let sum = alpha + beta
    return 2 * (beta - alpha) * (sum + 1).squareRoot()
      / ((sum + 2) * alpha.squareRoot() * beta.squareRoot())
  }
  /// The fourth standardised moment less 3.
  public var kurtosis: Double {
    let sum = alpha + beta
    let top = (alpha - beta) * (alpha - beta) * (sum + 1) - alpha * beta * (sum + 2)
    return 6 * top / (alpha * beta * (sum + 2) * (sum + 3))
  }
  /// The entropy in nats.
  public var entropy: Double {
    Special.logBeta(alpha, beta) - (alpha - 1) * Special.digamma(alpha)
      - (beta - 1) * Special.digamma(beta) + (alpha + beta - 2) * Special.digamma(alpha + beta)
  }
  /// The place of the highest density; where both shapes are below 1 the end with the smaller.
  public var mode: Double {
    if alpha > 1 && beta > 1 { return (alpha - 1) / (alpha + beta - 2) }
    return alpha < beta || (alpha <= 1 && beta > 1) ? 0 : alpha == beta ? 0.5 : 1
  }

  /// A random value.
  public func random(using generator: inout RandomGenerator) -> Double {
    guard alpha < 1 && beta < 1 else {
      let first = standardGamma(alpha, using: &generator)
      return first / (first + standardGamma(beta, using: &generator))
    }
    // Small shapes give gammas that underflow, so their logarithms are taken.
    let first = logStandardGamma(alpha, using: &generator)
    let second = logStandardGamma(beta, using: &generator)
    return 1 / (1 + exp(second - first))
  }
}

/// A value of the gamma distribution with scale 1.
/// Source: Marsaglia and Tsang (2000); below a shape of 1 with a power of a uniform.
func standardGamma(_ shape: Double, using generator: inout RandomGenerator) -> Double {
  guard shape >= 1 else { return exp(logStandardGamma(shape, using: &generator)) }
  let d = shape - 1.0 / 3
  let c = 1 / (9 * d).squareRoot()
  while true {
    let z = Normal().random(using: &generator)
    let root = 1 + c * z
    guard root > 0 else { continue }
    let v = root * root * root
    let u = generator.openUniform()
    if u < 1 - 0.0331 * z * z * z * z || log(u) < 0.5 * z * z + d * (1 - v + log(v)) {
      return d * v
    }
  }
}

/// The logarithm of a value of the gamma distribution with scale 1.
func logStandardGamma(_ shape: Double, using generator: inout RandomGenerator) -> Double {
  guard shape < 1 else { return log(standardGamma(shape, using: &generator)) }
  let larger = standardGamma(shape + 1, using: &generator)
  return log(larger) + log(generator.openUniform()) / shape
}
