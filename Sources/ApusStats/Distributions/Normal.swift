@_implementationOnly import CNumerics
@_implementationOnly import Glibc

/// The normal distribution.
public struct Normal: ContinuousDistribution, Equatable {
  /// The expected value.
  public let mean: Double
  private let deviation: Double

  /// A normal distribution; its standard deviation is positive.
  public init(mean: Double = 0, sd: Double = 1) {
    requireFinite(mean, "Normal: mean")
    requirePositive(sd, "Normal: sd")
    (self.mean, deviation) = (mean, sd)
  }

  /// The standard deviation.
  public var sd: Double { deviation }
  /// The family and its parameters, as the numerical core knows them.
  public var family: DistributionFamily { DistributionFamily(APUS_NORMAL, mean, deviation) }
  /// The least and the largest value.
  public var support: ClosedRange<Double> { -.infinity ... .infinity }
  /// The variance.
  public var variance: Double { deviation * deviation }
  /// The third standardised moment.
  public var skewness: Double { 0 }
  /// The fourth standardised moment less 3.
  public var kurtosis: Double { 0 }
  /// The entropy in nats.
  public var entropy: Double { 0.5 + 0.5 * log(2 * .pi) + log(deviation) }
  /// The value of the highest density or probability.
  public var mode: Double { mean }
  /// The quantile of one half.
  public var median: Double { mean }

  /// A random value.
  public func random(using generator: inout RandomGenerator) -> Double {
    var probability = generator.openUniform()
    var value = 0.0
    apus_normal_quantiles(&probability, &value, 1)
    return mean + deviation * value
  }

  /// `count` random values.
  public func random(_ count: Int, using generator: inout RandomGenerator) -> [Double] {
    let (mean, deviation) = (mean, deviation)
    return generator.filled(count, element: RandomGenerator.open) { values in
      guard let start = values.baseAddress else { return }
      apus_normal_quantiles(start, start, values.count)
      for row in values.indices { values[row] = mean + deviation * values[row] }
    }
  }
}

/// The log-normal distribution: that of exp(X) for a normal X.
public struct LogNormal: ContinuousDistribution, Equatable {
  /// The expected value of the logarithm.
  public let meanLog: Double
  /// The standard deviation of the logarithm.
  public let sdLog: Double

  /// The distribution whose logarithm has this mean and standard deviation.
  public init(meanLog: Double = 0, sdLog: Double = 1) {
    requireFinite(meanLog, "LogNormal: meanLog")
    requirePositive(sdLog, "LogNormal: sdLog")
    (self.meanLog, self.sdLog) = (meanLog, sdLog)
  }

  /// The family and its parameters, as the numerical core knows them.
  public var family: DistributionFamily { DistributionFamily(APUS_LOG_NORMAL, meanLog, sdLog) }
  /// The least and the largest value.
  public var support: ClosedRange<Double> { 0 ... .infinity }
  /// The expected value.
  public var mean: Double { exp(meanLog + sdLog * sdLog / 2) }
  /// The variance.
  public var variance: Double { expm1(sdLog * sdLog) * exp(2 * meanLog + sdLog * sdLog) }
  /// The third standardised moment.
  public var skewness: Double { (exp(sdLog * sdLog) + 2) * expm1(sdLog * sdLog).squareRoot() }
  /// The fourth standardised moment less 3.
  public var kurtosis: Double {
    let square = sdLog * sdLog
    return expm1(4 * square) + 2 * expm1(3 * square) + 3 * expm1(2 * square)
  }
  /// The entropy in nats.
  public var entropy: Double { 0.5 + 0.5 * log(2 * .pi) + log(sdLog) + meanLog }
  /// The value of the highest density or probability.
  public var mode: Double { exp(meanLog - sdLog * sdLog) }
  /// The quantile of one half.
  public var median: Double { exp(meanLog) }

  /// A random value.
  public func random(using generator: inout RandomGenerator) -> Double {
    exp(Normal(mean: meanLog, sd: sdLog).random(using: &generator))
  }

  /// `count` random values.
  public func random(_ count: Int, using generator: inout RandomGenerator) -> [Double] {
    var values = Normal(mean: meanLog, sd: sdLog).random(count, using: &generator)
    for row in values.indices { values[row] = exp(values[row]) }
    return values
  }
}
