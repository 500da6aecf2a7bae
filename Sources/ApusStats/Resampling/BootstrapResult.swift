@_implementationOnly import Glibc

/// How the interval is made of resampled statistics.
public enum BootstrapInterval: Sendable {
  /// Their quantiles.
  case percentile
  /// Their quantiles mirrored at the estimate.
  case basic
  /// Their quantiles, corrected for bias and for a spread that changes with the estimate (Efron
  /// 1987).
  case bca
}

/// What resampling says of a statistic.
public struct BootstrapResult: StatsResult, Equatable {
  /// The statistic.
  public let name: String
  /// The statistic of the sample itself.
  public let estimate: Double
  /// The mean of the resampled statistics less the estimate.
  public let bias: Double
  /// The standard deviation of the resampled statistics.
  public let standardError: Double
  /// The confidence interval.
  public let interval: TestResult.Interval
  /// How the interval was made.
  public let method: BootstrapInterval
  /// The resampled statistics, in the order of resamples.
  public let distribution: [Double]
  /// The seed that gives the same resamples again.
  public let seed: UInt64
  /// How many values the sample has.
  public let count: Int
  /// How many rows were left out.
  public let missingCount: Int

  init(
    name: String, estimate: Double, distribution: [Double],
    influences: () throws(StatsError)
      -> [Double], options: BootstrapOptions, sample: Sample, in place: String
  ) throws(StatsError) {
    guard !distribution.contains(where: \.isNaN) else {
      throw StatsError(
        code: .badValue, what: "the statistic of a resample is not a number", place: place,
        mend: "let the statistic throw, or give a number for resamples with many ties")
    }
    let all = try Moments(distribution, in: place)
    self.name = name
    self.estimate = estimate
    self.distribution = distribution
    method = options.method
    seed = options.seed
    count = sample.count
    missingCount = sample.missingCount
    bias = all.mean - estimate
    standardError = all.variance.squareRoot()
    let acceleration =
      options.method == .bca ? Self.acceleration(try influences()) : 0
    interval = try Self.interval(
      distribution, estimate, options.method, options.confidence, acceleration: acceleration)
  }

  /// The acceleration of jackknife values: a sixth of the skewness of their influences.
  package static func acceleration(_ jackknife: [Double]) -> Double {
    let mean = jackknife.reduce(0, +) / Double(jackknife.count)
    var (squares, cubes) = (0.0, 0.0)
    for value in jackknife {
      let influence = mean - value
      squares += influence * influence
      cubes += influence * influence * influence
    }
    return squares > 0 ? cubes / (6 * pow(squares, 1.5)) : 0
  }

  /// The interval of a distribution of resampled statistics.
  package static func interval(
    _ distribution: [Double], _ estimate: Double, _ method: BootstrapInterval, _ level: Double,
    acceleration: Double
  ) throws(StatsError) -> TestResult.Interval {
    let alpha = (1 - level) / 2
    var shares = [alpha, 1 - alpha]
    if method == .bca {
      var below = 0.0
      for value in distribution {
        below += value < estimate ? 1 : value == estimate ? 0.5 : 0
      }
      let share = below / Double(distribution.count)
      guard share > 0, share < 1 else {
        throw StatsError(
          code: .badValue, what: "all resampled statistics lie on one side of the estimate",
          place: "bootstrap(…)", mend: "choose the method .percentile")
      }
      let shift = Tails.normalQuantile(share)
      shares = shares.map { share in
        let z = shift + Tails.normalQuantile(share)
        return Tails.normalLower(shift + z / (1 - acceleration * z))
      }
    }
    let ends = try Sample(known: distribution).quantiles(shares)
    return method == .basic
      ? .init(2 * estimate - ends[1], 2 * estimate - ends[0], level: level)
      : .init(ends[0], ends[1], level: level)
  }

  /// The result as a card.
  public var card: StatsCard {
    func text(_ value: Double) -> String { NumberText.short(value, digits: 6) }
    return StatsCard(
      title: "Bootstrap of the \(name)",
      facts: [
        ("estimate", text(estimate)), ("standard error", text(standardError)),
        ("bias", text(bias)),
        (
          "\(NumberText.short(interval.level * 100)) % interval (\(method))",
          "\(text(interval.lower)) to \(text(interval.upper))"
        ), ("resamples", "\(distribution.count)"), ("n", "\(count)"), ("seed", "\(seed)"),
      ], notes: missingCount > 0 ? ["\(missingCount) rows left out"] : [])
  }
}

/// What a bootstrap is asked for.
public struct BootstrapOptions: Sendable {
  /// How many resamples are made.
  public var resamples: Int
  /// How the interval is made.
  public var method: BootstrapInterval
  /// The confidence of the interval.
  public var confidence: Double
  /// The seed of the resamples: the same seed gives the same numbers at any number of threads.
  public var seed: UInt64

  /// Options, each with what it is by default.
  public init(
    resamples: Int = 9999, method: BootstrapInterval = .bca, confidence: Double = 0.95,
    seed: UInt64 = 0
  ) {
    self.resamples = resamples
    self.method = method
    self.confidence = confidence
    self.seed = seed
  }

  func check(in place: String) throws(StatsError) {
    try StatsError.checkLevel(confidence, in: place)
    guard resamples >= 2 else {
      throw StatsError(
        code: .badOption, what: "\(resamples) resamples", place: place,
        mend: "ask for 1000 or more")
    }
  }
}
