@_implementationOnly import CNumerics

/// A distribution of one number: its tails, quantiles, moments and random values.
///
/// A parameter that no distribution of the family has (a negative standard deviation) traps with a
/// message; what depends on data (`fit`) throws. A value or probability outside what a function
/// takes gives NaN, and so does a NaN.
/// - Accuracy: relative error at most 1e-13, in the tails too (tested against mpmath, 50 digits).
public protocol Distribution: Sendable {
  /// The family and its parameters, as the numerical core knows them.
  var family: DistributionFamily { get }
  /// The least and the largest value.
  var support: ClosedRange<Double> { get }
  /// The expected value; NaN where there is none.
  var mean: Double { get }
  /// The variance; infinite or NaN where there is none.
  var variance: Double { get }
  /// The third standardised moment.
  var skewness: Double { get }
  /// The fourth standardised moment less 3: 0 for a normal.
  var kurtosis: Double { get }
  /// The entropy, in nats; the differential entropy of a continuous distribution.
  var entropy: Double { get }
  /// The value of the highest density or probability.
  var mode: Double { get }
  /// A random value.
  func random(using generator: inout RandomGenerator) -> Double
  /// `count` random values; the same for a generator in the same state at any number of threads.
  func random(_ count: Int, using generator: inout RandomGenerator) -> [Double]
}

/// A distribution with a density.
public protocol ContinuousDistribution: Distribution {}

/// A distribution of counts.
public protocol DiscreteDistribution: Distribution {}

extension Distribution {
  /// P(X ≤ x).
  public func cdf(_ x: Double) -> Double { family.part(APUS_LOWER, at: x) }

  /// P(X > x), with all its digits where the cdf is near 1.
  public func sf(_ x: Double) -> Double { family.part(APUS_UPPER, at: x) }

  /// The least x with P(X ≤ x) ≥ `p`.
  public func quantile(_ p: Double) -> Double { family.part(APUS_QUANTILE, at: p) }

  /// The least x with P(X > x) ≤ `q`: the quantile of 1 - q, where that would be rounded.
  public func upperQuantile(_ q: Double) -> Double { family.part(APUS_UPPER_QUANTILE, at: q) }

  /// log P(X ≤ x).
  public func logCDF(_ x: Double) -> Double { family.part(APUS_LOG_LOWER, at: x) }

  /// log P(X > x).
  public func logSF(_ x: Double) -> Double { family.part(APUS_LOG_UPPER, at: x) }

  /// P(X ≤ x) at each of the values.
  public func cdf(_ values: [Double]) -> [Double] { family.part(APUS_LOWER, at: values) }

  /// P(X > x) at each of the values.
  public func sf(_ values: [Double]) -> [Double] { family.part(APUS_UPPER, at: values) }

  /// The quantiles of the probabilities.
  public func quantile(_ probabilities: [Double]) -> [Double] {
    family.part(APUS_QUANTILE, at: probabilities)
  }

  /// The square root of the variance.
  public var sd: Double { variance.squareRoot() }

  /// The quantile of one half.
  public var median: Double { quantile(0.5) }

  /// The central interval that holds a value with a probability of `level`.
  public func interval(_ level: Double) -> ClosedRange<Double> {
    require(level >= 0 && level <= 1, "interval: a level of \(level), which is not in 0 ... 1")
    let tail = (1 - level) / 2
    return quantile(tail)...upperQuantile(tail)
  }

  /// A random value, by inversion where the family knows no faster way.
  public func random(using generator: inout RandomGenerator) -> Double {
    quantile(generator.openUniform())
  }

  /// `count` random values; the same for a generator in the same state at any number of threads.
  public func random(_ count: Int, using generator: inout RandomGenerator) -> [Double] {
    generator.drawn(count) { random(using: &$0) }
  }
}

extension ContinuousDistribution {
  /// The density at x.
  public func pdf(_ x: Double) -> Double { family.part(APUS_DENSITY, at: x) }

  /// The logarithm of the density.
  public func logPDF(_ x: Double) -> Double { family.part(APUS_LOG_DENSITY, at: x) }

  /// The density at each of the values.
  public func pdf(_ values: [Double]) -> [Double] { family.part(APUS_DENSITY, at: values) }

  /// The logarithm of the density at each of the values.
  public func logPDF(_ values: [Double]) -> [Double] { family.part(APUS_LOG_DENSITY, at: values) }
}

extension DiscreteDistribution {
  /// P(X = x); 0 where x is no whole number.
  public func pmf(_ x: Double) -> Double { family.part(APUS_DENSITY, at: x) }

  /// P(X = k).
  public func pmf(_ k: Int) -> Double { pmf(Double(k)) }

  /// log P(X = x).
  public func logPMF(_ x: Double) -> Double { family.part(APUS_LOG_DENSITY, at: x) }

  /// log P(X = k).
  public func logPMF(_ k: Int) -> Double { logPMF(Double(k)) }

  /// P(X = x) at each of the values.
  public func pmf(_ values: [Double]) -> [Double] { family.part(APUS_DENSITY, at: values) }

  /// log P(X = x) at each of the values.
  public func logPMF(_ values: [Double]) -> [Double] { family.part(APUS_LOG_DENSITY, at: values) }
}
