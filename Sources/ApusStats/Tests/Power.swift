@_implementationOnly import CNumerics
@_implementationOnly import Glibc

/// How large a sample must be, or how sure a test is to find an effect.
///
/// Each function computes the power of a test; `sampleSize` finds the least size that has it.
public enum Power {
  /// Which t-test is meant.
  public enum TTestKind: Sendable {
    /// One sample, or pairs: `count` values or pairs.
    case oneSample
    /// Two samples of `count` values each, times `ratio` for the second.
    case twoSample
  }

  /// The power of a t-test for a standardised effect d (Cohen's), by the noncentral t.
  public static func tTest(
    effect d: Double, count: Double, kind: TTestKind = .twoSample, ratio: Double = 1,
    alpha: Double = 0.05, alternative: TestResult.Alternative = .twoSided
  ) throws(StatsError) -> Double {
    let place = "Power.tTest(…)"
    try check(alpha, in: place)
    guard d.isFinite, count >= 2, ratio > 0 else {
      throw StatsError(
        code: .badOption,
        what: "an effect of \(NumberText.short(d)) with \(NumberText.short(count)) values",
        place: place, mend: "give a finite effect, at least 2 values and a ratio above 0")
    }
    let freedom = kind == .oneSample ? count - 1 : count * (1 + ratio) - 2
    let scale =
      kind == .oneSample ? count.squareRoot() : (count * ratio / (1 + ratio)).squareRoot()
    let shift = d * scale
    func upper(_ t: Double, _ shift: Double) -> Double {
      Tails.part(APUS_NONCENTRAL_T, APUS_UPPER, t, freedom, shift)
    }
    let critical = Tails.studentTReach(1 - alpha, freedom, alternative)
    switch alternative {
    case .greater: return upper(critical, shift)
    case .less: return upper(critical, -shift)
    case .twoSided: return upper(critical, shift) + upper(critical, -shift)
    }
  }

  /// The power of a one-way analysis of variance with `count` values in each of `groups` for Cohen's
  /// f (the deviation of the means over that within groups), by the noncentral F.
  public static func anova(
    effect f: Double, count: Double, groups: Int, alpha: Double = 0.05
  ) throws(StatsError) -> Double {
    let place = "Power.anova(…)"
    try check(alpha, in: place)
    guard f >= 0, f.isFinite, count >= 2, groups >= 2 else {
      throw StatsError(
        code: .badOption,
        what: "an effect of \(NumberText.short(f)), \(NumberText.short(count)) values, "
          + "\(groups) groups", place: place, mend: "give at least 2 groups of 2 values")
    }
    let total = count * Double(groups)
    let (numerator, denominator) = (Double(groups - 1), total - Double(groups))
    let critical = Tails.part(APUS_F, APUS_UPPER_QUANTILE, alpha, numerator, denominator)
    if f == 0 { return alpha }
    return Tails.part(
      APUS_NONCENTRAL_F, APUS_UPPER, critical, numerator, denominator, f * f * total)
  }

  /// The power of a test of two proportions with `count` trials in each sample, by Cohen's h.
  public static func proportions(
    _ first: Double, _ second: Double, count: Double, ratio: Double = 1, alpha: Double = 0.05,
    alternative: TestResult.Alternative = .twoSided
  ) throws(StatsError) -> Double {
    let place = "Power.proportions(…)"
    try check(alpha, in: place)
    guard (0...1).contains(first), (0...1).contains(second), count >= 1, ratio > 0 else {
      throw StatsError(
        code: .badOption,
        what: "proportions of \(NumberText.short(first)) and \(NumberText.short(second))",
        place: place, mend: "give proportions from 0 to 1, at least 1 trial and a ratio above 0")
    }
    let h = 2 * asin(first.squareRoot()) - 2 * asin(second.squareRoot())
    let shift = h * (count * ratio / (1 + ratio)).squareRoot()
    let critical = Tails.normalReach(1 - alpha, alternative)
    switch alternative {
    case .greater: return Tails.normal(score: critical - shift, .greater)
    case .less: return Tails.normal(score: critical + shift, .greater)
    case .twoSided:
      return Tails.normal(score: critical - shift, .greater)
        + Tails.normal(score: critical + shift, .greater)
    }
  }

  /// The least size (not rounded to whole numbers) that gives a power, such as 0.8.
  ///
  ///     try Power.sampleSize(power: 0.8) { try Power.tTest(effect: 0.5, count: $0) }
  public static func sampleSize(
    power wanted: Double, from least: Double = 2,
    _ power: (Double) throws(StatsError) -> Double
  ) throws(StatsError) -> Double {
    let place = "Power.sampleSize(…)"
    guard wanted > 0, wanted < 1 else {
      throw StatsError(
        code: .badOption, what: "a power of \(NumberText.short(wanted))", place: place,
        mend: "choose one between 0 and 1, such as 0.8")
    }
    if try power(least) >= wanted { return least }
    var (low, high) = (least, 2 * least)
    while try power(high) < wanted {
      (low, high) = (high, 2 * high)
      guard high < 1e9 else {
        throw StatsError(
          code: .noConvergence,
          what: "no size up to 10⁹ has a power of \(NumberText.short(wanted))",
          place: place, mend: "look for a larger effect")
      }
    }
    while high - low > 1e-12 * high {
      let middle = (low + high) / 2
      if middle <= low || middle >= high { break }
      if try power(middle) < wanted { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }

  private static func check(_ alpha: Double, in place: String) throws(StatsError) {
    guard alpha > 0, alpha < 1 else {
      throw StatsError(
        code: .badOption, what: "a level of \(NumberText.short(alpha))", place: place,
        mend: "choose one between 0 and 1, such as 0.05")
    }
  }
}
