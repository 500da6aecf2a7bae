@_implementationOnly import Glibc

/// What a coefficient's statistic is held against: Student's t, or the normal where there are no
/// degrees of freedom.
enum ReferenceDistribution: Sendable {
  case normal
  case studentT(Double)

  /// The probability of a statistic at least as far from 0.
  func twoSided(_ statistic: Double) -> Double {
    let size = Swift.abs(statistic)
    switch self {
    case .normal: return erfc(size / 2.0.squareRoot())
    case .studentT(let df):
      if size.isInfinite { return 0 }
      return Self.incompleteBeta(df / (df + size * size), df / 2, 0.5)
    }
  }

  /// How many standard errors an interval of a level reaches to each side.
  func reach(_ level: Double) -> Double {
    var (low, high) = (0.0, 1.0)
    while twoSided(high) > 1 - level, high < 1e300 { high *= 2 }
    for _ in 0..<200 {
      let middle = (low + high) / 2
      if middle <= low || middle >= high { break }
      if twoSided(middle) > 1 - level { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }

  /// P(F > f).
  static func fTail(_ f: Double, _ df1: Double, _ df2: Double) -> Double {
    if f.isNaN || df1 <= 0 || df2 <= 0 { return .nan }
    if f <= 0 { return 1 }
    if f.isInfinite { return 0 }
    return incompleteBeta(df2 / (df2 + df1 * f), df2 / 2, df1 / 2)
  }

  /// P(χ² > x).
  static func chiSquaredTail(_ x: Double, _ df: Double) -> Double {
    if x.isNaN || df <= 0 { return .nan }
    if x <= 0 { return 1 }
    let (a, z) = (df / 2, x / 2)
    let front = Glibc.exp(a * Glibc.log(z) - z - lgamma(a))
    if z < a + 1 {
      var (term, sum, n) = (1 / a, 1 / a, a)
      for _ in 0..<10_000 {
        n += 1
        term *= z / n
        sum += term
        if term < sum * 1e-17 { break }
      }
      return 1 - front * sum
    }
    // Lentz's way through the continued fraction.
    var b = z + 1 - a
    var c = 1e300
    var d = 1 / b
    var h = d
    for i in 1..<10_000 {
      let an = -Double(i) * (Double(i) - a)
      b += 2
      d = 1 / (an * d + b)
      c = b + an / c
      h *= d * c
      if Swift.abs(d * c - 1) < 1e-16 { break }
    }
    return front * h
  }

  /// I(x; a, b), by its continued fraction.
  private static func incompleteBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
    if x <= 0 { return 0 }
    if x >= 1 { return 1 }
    let front = Glibc.exp(
      lgamma(a + b) - lgamma(a) - lgamma(b) + a * Glibc.log(x) + b * log1p(-x))
    return x < (a + 1) / (a + b + 2)
      ? front * fraction(x, a, b) / a : 1 - front * fraction(1 - x, b, a) / b
  }

  private static func fraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
    var c = 1.0
    var d = 1 / (1 - (a + b) * x / (a + 1))
    var h = d
    for i in 1..<100_000 {
      let m = Double(i)
      let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
      d = 1 / (1 + even * d)
      c = 1 + even / c
      h *= d * c
      let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      d = 1 / (1 + odd * d)
      c = 1 + odd / c
      h *= d * c
      if Swift.abs(d * c - 1) < 1e-16 { break }
    }
    return h
  }
}
