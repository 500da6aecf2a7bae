@_implementationOnly import CNumerics
@_implementationOnly import Glibc

/// The negative binomial distribution: failures before the `size`-th success.
public struct NegativeBinomial: DiscreteDistribution, Equatable {
  /// How many successes are waited for; need not be whole.
  public let size: Double
  /// The probability of success.
  public let probability: Double

  /// The distribution of the number of failures.
  public init(size: Double, probability: Double) {
    requirePositive(size, "NegativeBinomial: size")
    require(
      probability > 0 && probability <= 1,
      "NegativeBinomial: probability must be above 0 and at most 1, got \(probability)")
    (self.size, self.probability) = (size, probability)
  }

  /// The distribution of counts with this mean and a variance of mean + mean² / size.
  public init(mean: Double, size: Double) {
    requirePositive(mean, "NegativeBinomial: mean")
    self.init(size: size, probability: size / (size + mean))
  }

  private var q: Double { 1 - probability }
  /// The family and its parameters, as the numerical core knows them.
  public var family: DistributionFamily {
    DistributionFamily(APUS_NEGATIVE_BINOMIAL, size, probability)
  }
  /// The least and the largest value.
  public var support: ClosedRange<Double> { 0 ... .infinity }
  /// The expected value.
  public var mean: Double { size * q / probability }
  /// The variance.
  public var variance: Double { size * q / (probability * probability) }
  /// The third standardised moment.
  public var skewness: Double { (1 + q) / (size * q).squareRoot() }
  /// The fourth standardised moment less 3.
  public var kurtosis: Double { 6 / size + probability * probability / (size * q) }
  /// The entropy in nats.
  public var entropy: Double { massEntropy }
  /// The value of the highest density or probability.
  public var mode: Double { size > 1 ? ((size - 1) * q / probability).rounded(.down) : 0 }

  /// A random value.
  public func random(using generator: inout RandomGenerator) -> Double {
    let rate = standardGamma(size, using: &generator) * (q / probability)
    return Poisson(mean: rate).random(using: &generator)
  }
}

/// The geometric distribution: trials up to the first success, which counts (1, 2, …).
public struct Geometric: DiscreteDistribution, Equatable {
  /// The probability of success.
  public let probability: Double

  /// The distribution of the number of trials.
  public init(probability: Double) {
    require(
      probability > 0 && probability <= 1,
      "Geometric: probability must be above 0 and at most 1, got \(probability)")
    self.probability = probability
  }

  private var q: Double { 1 - probability }
  /// The family and its parameters, as the numerical core knows them.
  public var family: DistributionFamily { DistributionFamily(APUS_GEOMETRIC, probability) }
  /// The least and the largest value.
  public var support: ClosedRange<Double> { 1 ... .infinity }
  /// The expected value.
  public var mean: Double { 1 / probability }
  /// The variance.
  public var variance: Double { q / (probability * probability) }
  /// The third standardised moment.
  public var skewness: Double { (2 - probability) / q.squareRoot() }
  /// The fourth standardised moment less 3.
  public var kurtosis: Double { 6 + probability * probability / q }
  /// The entropy in nats.
  public var entropy: Double {
    probability == 1 ? 0 : -log(probability) - q * log1p(-probability) / probability
  }
  /// The value of the highest density or probability.
  public var mode: Double { 1 }

  /// A random value.
  public func random(using generator: inout RandomGenerator) -> Double {
    guard probability < 1 else { return 1 }
    return Swift.max((log(generator.openUniform()) / log1p(-probability)).rounded(.up), 1)
  }
}

/// The Zipf (zeta) distribution: P(X = k) in proportion to k^-exponent, for k = 1, 2, …
public struct Zipf: DiscreteDistribution, Equatable {
  /// The exponent, above 1.
  public let exponent: Double

  /// The distribution with this exponent.
  public init(exponent: Double) {
    require(
      exponent > 1 && exponent < .infinity, "Zipf: exponent must be above 1, got \(exponent)")
    self.exponent = exponent
  }

  /// The expected value of a power.
  private func moment(_ power: Double) -> Double {
    exponent > power + 1 ? Special.zeta(exponent - power) / Special.zeta(exponent) : .infinity
  }
  /// The family and its parameters, as the numerical core knows them.
  public var family: DistributionFamily { DistributionFamily(APUS_ZIPF, exponent) }
  /// The least and the largest value.
  public var support: ClosedRange<Double> { 1 ... .infinity }
  /// The expected value.
  public var mean: Double { moment(1) }
  /// The variance.
  public var variance: Double {
    exponent > 3 ? moment(2) - mean * mean : exponent > 2 ? .infinity : .nan
  }
  /// The third standardised moment.
  public var skewness: Double {
    guard exponent > 4 else { return .nan }
    let m = mean
    return (moment(3) - 3 * m * moment(2) + 2 * m * m * m) / pow(variance, 1.5)
  }
  /// The fourth standardised moment less 3.
  public var kurtosis: Double {
    guard exponent > 5 else { return .nan }
    let m = mean
    let fourth = moment(4) - 4 * m * moment(3) + 6 * m * m * moment(2) - 3 * m * m * m * m
    return fourth / (variance * variance) - 3
  }
  /// The entropy, log ζ(s) - s ζ'(s) / ζ(s); the derivative by Richardson's differences.
  public var entropy: Double {
    let h = Swift.min(0.01, (exponent - 1) / 64)
    let slope = { (h: Double) -> Double in
      (log(Special.zeta(exponent + h)) - log(Special.zeta(exponent - h))) / (2 * h)
    }
    let (a, b, c) = (slope(h), slope(h / 2), slope(h / 4))
    let derivative = (64 * (4 * c - b) / 3 - 4 * (4 * b - a) / 3) / 60
    return log(Special.zeta(exponent)) - exponent * derivative
  }
  /// The value of the highest density or probability.
  public var mode: Double { 1 }

  /// A random value. Source: Devroye, "Non-uniform random variate generation" (1986), X.6.1.
  public func random(using generator: inout RandomGenerator) -> Double {
    let b = pow(2, exponent - 1)
    while true {
      let u = generator.openUniform()
      let v = generator.openUniform()
      let x = pow(u, -1 / (exponent - 1)).rounded(.down)
      let t = pow(1 + 1 / x, exponent - 1)
      if v * x * (t - 1) / (b - 1) <= t / b { return x }
    }
  }
}
