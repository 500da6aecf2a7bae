@_implementationOnly import CNumerics
@_implementationOnly import Glibc

/// Effect sizes, and intervals for them by the noncentral distributions of their statistics.
///
/// Source: Smithson 2003; Hedges 1981 for the correction of d.
enum EffectIntervals {
  /// Hedges' factor that makes d unbiased: Γ(f/2) / (√(f/2) Γ((f − 1)/2)).
  static func hedges(_ freedom: Double) -> Double {
    freedom > 1
      ? exp(Tails.logGamma(freedom / 2) - Tails.logGamma((freedom - 1) / 2))
        / (freedom / 2).squareRoot() : 1
  }

  /// The noncentralities between which a value t of Student's t lies with confidence `level`.
  static func studentT(_ t: Double, _ freedom: Double, _ level: Double) -> (Double, Double)? {
    // Far out the noncentral t is as good as normal, and its series takes long.
    guard abs(t) < 30, freedom < 1e5 else {
      let error = (1 + t * t / (2 * freedom)).squareRoot()
      let reach = Tails.normalReach(level, .twoSided) * error
      return (t - reach, t + reach)
    }
    func lower(_ shift: Double) -> Double {
      Tails.part(APUS_NONCENTRAL_T, APUS_LOWER, t, freedom, shift)
    }
    let alpha = (1 - level) / 2
    let reach = 8 + abs(t) * 8 / freedom.squareRoot()
    guard
      let low = root(t - reach, t + reach, { lower($0) - (1 - alpha) }),
      let high = root(t - reach, t + reach, { lower($0) - alpha })
    else { return nil }
    return (low, high)
  }

  /// The noncentralities of a χ² value; 0 where even a central one is unlikely to be so small.
  static func chiSquared(_ x: Double, _ freedom: Double, _ level: Double) -> (Double, Double)? {
    noncentral(x, level, spread: x + freedom) { shift in
      Tails.part(APUS_NONCENTRAL_CHI_SQUARED, APUS_LOWER, x, freedom, shift)
    }
  }

  /// The noncentralities of an F value.
  static func fisherF(
    _ f: Double, _ numerator: Double, _ denominator: Double, _ level: Double
  ) -> (Double, Double)? {
    noncentral(f, level, spread: f * numerator + numerator) { shift in
      Tails.part(APUS_NONCENTRAL_F, APUS_LOWER, f, numerator, denominator, shift)
    }
  }

  private static func noncentral(
    _ value: Double, _ level: Double, spread: Double, _ lower: (Double) -> Double
  ) -> (Double, Double)? {
    guard value.isFinite, spread < 1e5 else { return nil }
    let alpha = (1 - level) / 2
    let start = 1e-10
    func bound(_ p: Double) -> Double? {
      guard lower(start) > p else { return 0 }
      var high = spread + 10
      while lower(high) > p, high < 1e7 { high *= 2 }
      return root(start, high) { lower($0) - p }
    }
    guard let low = bound(1 - alpha), let high = bound(alpha) else { return nil }
    return (low, high)
  }

  /// Where a continuous function that changes its sign between two places is 0: Brent 1973.
  static func root(_ first: Double, _ last: Double, _ body: (Double) -> Double) -> Double? {
    var (a, b) = (first, last)
    var (fa, fb) = (body(a), body(b))
    guard fa.isFinite, fb.isFinite, fa * fb <= 0 else { return nil }
    var (c, fc) = (a, fa)
    var step = b - a
    var before = step
    for _ in 0..<200 {
      if abs(fc) < abs(fb) { (a, b, c, fa, fb, fc) = (b, c, b, fb, fc, fb) }
      let tolerance = 4 * Double.ulpOfOne * abs(b) + 1e-300
      let half = (c - b) / 2
      if fb == 0 || abs(half) <= tolerance { return b }
      if abs(before) >= tolerance, abs(fa) > abs(fb) {
        let s = fb / fa
        var (p, q) = (2 * half * s, 1 - s)
        if a != c {
          let (u, v) = (fa / fc, fb / fc)
          p = s * (2 * half * u * (u - v) - (b - a) * (v - 1))
          q = (u - 1) * (v - 1) * (s - 1)
        }
        if p > 0 { q = -q } else { p = -p }
        if 2 * p < Swift.min(3 * half * q - abs(tolerance * q), abs(before * q)) {
          (before, step) = (step, p / q)
        } else {
          (before, step) = (half, half)
        }
      } else {
        (before, step) = (half, half)
      }
      (a, fa) = (b, fb)
      b += abs(step) > tolerance ? step : (half > 0 ? tolerance : -tolerance)
      fb = body(b)
      guard fb.isFinite else { return nil }
      if (fb > 0) == (fc > 0) {
        (c, fc) = (a, fa)
        step = b - a
        before = step
      }
    }
    return b
  }
}
