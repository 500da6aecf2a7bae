@_implementationOnly import CNumerics
@_implementationOnly import Glibc

/// The binomial distribution: successes in independent trials.
public struct Binomial: DiscreteDistribution, Equatable {
  /// How many trials.
  public let trials: Int
  /// The probability of success in each.
  public let probability: Double

  /// The number of successes in `trials` trials.
  public init(trials: Int, probability: Double) {
    require(trials >= 0, "Binomial: trials must not be negative, got \(trials)")
    requireProbability(probability, "Binomial: probability")
    (self.trials, self.probability) = (trials, probability)
  }

  private var n: Double { Double(trials) }
  /// The family and its parameters, as the numerical core knows them.
  public var family: DistributionFamily { DistributionFamily(APUS_BINOMIAL, n, probability) }
  /// The least and the largest value.
  public var support: ClosedRange<Double> { 0...n }
  /// The expected value.
  public var mean: Double { n * probability }
  /// The variance.
  public var variance: Double { n * probability * (1 - probability) }
  /// The third standardised moment.
  public var skewness: Double { (1 - 2 * probability) / sd }
  /// The fourth standardised moment less 3.
  public var kurtosis: Double { (1 - 6 * probability * (1 - probability)) / variance }
  /// The entropy in nats.
  public var entropy: Double { massEntropy }
  /// The value of the highest density or probability.
  public var mode: Double { Swift.min(((n + 1) * probability).rounded(.down), n) }

  /// A random value.
  public func random(using generator: inout RandomGenerator) -> Double {
    guard mean > 30 && n - mean > 30 else {
      return quantile(generator.openUniform())
    }
    return transformedRejection(
      mode: mode, center: mean + 0.5, spread: sd, using: &generator, logMass: { logPMF($0) })
  }
}

/// The Bernoulli distribution: 1 with a probability, else 0.
public struct Bernoulli: DiscreteDistribution, Equatable {
  /// The probability of 1.
  public let probability: Double

  /// The distribution with this probability of 1.
  public init(probability: Double) {
    requireProbability(probability, "Bernoulli: probability")
    self.probability = probability
  }

  private var binomial: Binomial { Binomial(trials: 1, probability: probability) }
  /// The family and its parameters, as the numerical core knows them.
  public var family: DistributionFamily { binomial.family }
  /// The least and the largest value.
  public var support: ClosedRange<Double> { 0...1 }
  /// The expected value.
  public var mean: Double { probability }
  /// The variance.
  public var variance: Double { probability * (1 - probability) }
  /// The third standardised moment.
  public var skewness: Double { binomial.skewness }
  /// The fourth standardised moment less 3.
  public var kurtosis: Double { binomial.kurtosis }
  /// The entropy in nats.
  public var entropy: Double { massEntropy }
  /// The value of the highest density or probability.
  public var mode: Double { probability > 0.5 ? 1 : 0 }

  /// A random value.
  public func random(using generator: inout RandomGenerator) -> Double {
    generator.uniform() < probability ? 1 : 0
  }

  /// `count` random values.
  public func random(_ count: Int, using generator: inout RandomGenerator) -> [Double] {
    let probability = probability
    return generator.filled(
      count, element: { Double($0 >> 11) * 0x1p-53 < probability ? 1 : 0 }, then: nil)
  }
}

/// The Poisson distribution.
public struct Poisson: DiscreteDistribution, Equatable {
  /// The expected count.
  public let mean: Double

  /// The distribution of counts with this mean; a mean of 0 gives 0 always.
  public init(mean: Double) {
    require(mean >= 0 && mean < .infinity, "Poisson: mean must be 0 or more, got \(mean)")
    self.mean = mean
  }

  /// The family and its parameters, as the numerical core knows them.
  public var family: DistributionFamily { DistributionFamily(APUS_POISSON, mean) }
  /// The least and the largest value.
  public var support: ClosedRange<Double> { 0 ... .infinity }
  /// The variance.
  public var variance: Double { mean }
  /// The third standardised moment.
  public var skewness: Double { 1 / mean.squareRoot() }
  /// The fourth standardised moment less 3.
  public var kurtosis: Double { 1 / mean }
  /// The entropy in nats.
  public var entropy: Double { massEntropy }
  /// The value of the highest density or probability.
  public var mode: Double { mean.rounded(.down) }

  /// A random value.
  public func random(using generator: inout RandomGenerator) -> Double {
    guard mean > 10 else {
      // Inversion from 0 upward.
      var (k, mass, rest) = (0.0, exp(-mean), generator.openUniform())
      while rest > mass && mass > 0 {
        rest -= mass
        k += 1
        mass *= mean / k
      }
      return k
    }
    return transformedRejection(
      mode: mode, center: mean + 0.5, spread: sd, using: &generator, logMass: { logPMF($0) })
  }
}

/// A count by transformed rejection: a ratio-like hat over the masses about the mode.
/// Source: Hörmann, "The transformed rejection method for generating Poisson random variables" and
/// "The generation of binomial random variates" (1993), which share the constants.
func transformedRejection(
  mode: Double, center: Double, spread: Double, using generator: inout RandomGenerator,
  logMass: (Double) -> Double
) -> Double {
  let b = 1.15 + 2.53 * spread
  let a = -0.0873 + 0.0248 * b + 0.01 * Swift.min(Swift.max(center / (spread * spread), 0), 1)
  let alpha = (2.83 + 5.1 / b) * spread
  let scale = 0.92 - 4.2 / b
  let top = logMass(mode)
  while true {
    let v = generator.openUniform()
    let u = generator.uniform() - 0.5
    let us = 0.5 - Swift.abs(u)
    let k = ((2 * a / us + b) * u + center - 0.5).rounded(.down)
    if us >= 0.07 && v <= scale { return k }
    guard k >= 0 else { continue }
    if log(v * alpha / (a / (us * us) + b)) <= logMass(k) - top { return k }
  }
}

/// Stops unless a parameter is a probability.
func requireProbability(_ value: Double, _ name: String) {
  require(value >= 0 && value <= 1, "\(name) must be in 0 ... 1, got \(value)")
}

extension DiscreteDistribution {
  /// The entropy as the sum over all counts that weigh anything.
  var massEntropy: Double {
    var sum = 0.0
    let peak = mode
    for (start, step) in [(peak, 1.0), (peak - 1, -1.0)] {
      var k = start
      while k >= support.lowerBound && k <= support.upperBound {
        let logMass = logPMF(k)
        let term = logMass > -745 ? -exp(logMass) * logMass : 0
        sum += term
        if term < 1e-18 * sum && logMass < -30 { break }
        if logMass == -.infinity { break }
        k += step
      }
    }
    return sum
  }
}
