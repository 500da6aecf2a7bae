@_implementationOnly import CNumerics

/// The hypergeometric distribution: successes among draws without replacement.
public struct Hypergeometric: DiscreteDistribution, Equatable {
  /// How many there are to draw from.
  public let population: Int
  /// How many of them are successes.
  public let successes: Int
  /// How many are drawn.
  public let draws: Int

  /// The number of successes among `draws` of a population.
  public init(population: Int, successes: Int, draws: Int) {
    require(population >= 0, "Hypergeometric: population must not be negative, got \(population)")
    require(
      (0...population).contains(successes),
      "Hypergeometric: successes must be in 0 ... \(population), got \(successes)")
    require(
      (0...population).contains(draws),
      "Hypergeometric: draws must be in 0 ... \(population), got \(draws)")
    (self.population, self.successes, self.draws) = (population, successes, draws)
  }

  private var size: Double { Double(population) }
  private var good: Double { Double(successes) }
  private var taken: Double { Double(draws) }
  /// The family and its parameters, as the numerical core knows them.
  public var family: DistributionFamily {
    DistributionFamily(APUS_HYPERGEOMETRIC, size, good, taken)
  }
  /// The least and the largest value.
  public var support: ClosedRange<Double> {
    Swift.max(0, taken + good - size)...Swift.min(taken, good)
  }
  /// The expected value.
  public var mean: Double { population == 0 ? 0 : taken * (good / size) }
  /// The variance.
  public var variance: Double {
    guard population > 1 else { return 0 }
    return taken * (good / size) * ((size - good) / size) * ((size - taken) / (size - 1))
  }
  /// The third standardised moment.
  public var skewness: Double {
    (size - 2 * good) / (size - 2) * (size - 2 * taken)
      * ((size - 1) / (taken * good * (size - good) * (size - taken))).squareRoot()
  }
  /// The fourth standardised moment less 3.
  public var kurtosis: Double {
    let (n, k, m) = (size, good, taken)
    let head = (n - 1) * n * n * (n * (n + 1) - 6 * k * (n - k) - 6 * m * (n - m))
    let tail = 6 * m * k * (n - k) * (n - m) * (5 * n - 6)
    return (head + tail) / (m * k * (n - k) * (n - m) * (n - 2) * (n - 3))
  }
  /// The entropy in nats.
  public var entropy: Double { massEntropy }
  /// The value of the highest density or probability.
  public var mode: Double { ((taken + 1) * ((good + 1) / (size + 2))).rounded(.down) }
}
