@_implementationOnly import CNumerics
@_implementationOnly import Glibc

/// Tail probabilities and quantiles that tests need, for one value.
enum Tails {
  static func part(
    _ family: apus_family, _ part: apus_part, _ value: Double, _ a: Double = 0, _ b: Double = 0,
    _ c: Double = 0
  ) -> Double {
    var (value, result) = (value, Double.nan)
    apus_distribution(family, part, a, b, c, &value, &result, 1)
    return result
  }

  /// The p-value of a standard normal score.
  static func normal(score z: Double, _ alternative: TestResult.Alternative) -> Double {
    switch alternative {
    case .twoSided: erfc(abs(z) / 2.0.squareRoot())
    case .less: 0.5 * erfc(-z / 2.0.squareRoot())
    case .greater: 0.5 * erfc(z / 2.0.squareRoot())
    }
  }

  static func normalLower(_ z: Double) -> Double { 0.5 * erfc(-z / 2.0.squareRoot()) }
  static func normalQuantile(_ p: Double) -> Double { part(APUS_NORMAL, APUS_QUANTILE, p, 0, 1) }

  /// How many standard errors an interval of a normal estimate reaches to a side.
  static func normalReach(_ level: Double, _ alternative: TestResult.Alternative) -> Double {
    normalQuantile(alternative == .twoSided ? (1 + level) / 2 : level)
  }

  /// The p-value of Student's t.
  static func studentT(
    _ t: Double, _ freedom: Double, _ alternative: TestResult.Alternative
  ) -> Double {
    switch alternative {
    case .twoSided: 2 * part(APUS_STUDENT_T, APUS_UPPER, abs(t), freedom, 0, 1)
    case .less: part(APUS_STUDENT_T, APUS_LOWER, t, freedom, 0, 1)
    case .greater: part(APUS_STUDENT_T, APUS_UPPER, t, freedom, 0, 1)
    }
  }

  static func studentTReach(
    _ level: Double, _ freedom: Double, _ alternative: TestResult.Alternative
  ) -> Double {
    part(
      APUS_STUDENT_T, APUS_QUANTILE, alternative == .twoSided ? (1 + level) / 2 : level, freedom, 0,
      1)
  }

  /// The p-value of a statistic that cannot be more extreme.
  static func certain(_ value: Double, _ alternative: TestResult.Alternative) -> Double {
    switch alternative {
    case .twoSided: 0
    case .less: value < 0 ? 0 : 1
    case .greater: value > 0 ? 0 : 1
    }
  }

  /// P(χ² > x).
  static func chiSquared(_ x: Double, _ freedom: Double) -> Double {
    part(APUS_CHI_SQUARED, APUS_UPPER, Swift.max(x, 0), freedom)
  }

  /// P(F > x).
  static func fisherF(_ x: Double, _ numerator: Double, _ denominator: Double) -> Double {
    part(APUS_F, APUS_UPPER, Swift.max(x, 0), numerator, denominator)
  }
}

extension Tails {
  /// P(Q > q) of the studentized range of so many means.
  static func studentizedRange(_ q: Double, _ means: Double, _ freedom: Double) -> Double {
    q <= 0 ? 1 : part(APUS_STUDENTIZED_RANGE, APUS_UPPER, q, means, freedom)
  }

  static func studentizedRangeQuantile(_ p: Double, _ means: Double, _ freedom: Double) -> Double {
    part(APUS_STUDENTIZED_RANGE, APUS_QUANTILE, p, means, freedom)
  }

  /// P(X ≤ successes) of a binomial.
  static func binomialLower(_ successes: Int, _ trials: Int, _ p: Double) -> Double {
    if successes < 0 { return 0 }
    if successes >= trials { return 1 }
    return betaUpper(p, Double(successes + 1), Double(trials - successes))
  }

  /// P(X ≥ successes) of a binomial.
  static func binomialUpper(_ successes: Int, _ trials: Int, _ p: Double) -> Double {
    if successes <= 0 { return 1 }
    if successes > trials { return 0 }
    return part(
      APUS_BETA_FAMILY, APUS_LOWER, p, Double(successes), Double(trials - successes + 1))
  }

  private static func betaUpper(_ p: Double, _ a: Double, _ b: Double) -> Double {
    part(APUS_BETA_FAMILY, APUS_UPPER, p, a, b)
  }

  static func betaQuantile(_ p: Double, _ a: Double, _ b: Double) -> Double {
    part(APUS_BETA_FAMILY, APUS_QUANTILE, p, a, b)
  }

  static func logGamma(_ x: Double) -> Double { apus_special(APUS_LOG_GAMMA, x, 0, 0) }

  static func logChoose(_ n: Int, _ k: Int) -> Double {
    logGamma(Double(n) + 1) - logGamma(Double(k) + 1) - logGamma(Double(n - k) + 1)
  }
}
