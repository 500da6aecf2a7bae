/// What a coefficient's statistic is held against: Student's t, or the normal where there are no
/// degrees of freedom.
enum ReferenceDistribution: Sendable {
  case normal
  case studentT(Double)

  /// The probability of a statistic at least as far from 0.
  func twoSided(_ statistic: Double) -> Double {
    let size = Swift.abs(statistic)
    if size.isInfinite { return 0 }
    switch self {
    case .normal: return 2 * Normal().sf(size)
    case .studentT(let df): return 2 * StudentT(df: df).sf(size)
    }
  }

  /// How many standard errors an interval of a level reaches to each side.
  func reach(_ level: Double) -> Double {
    switch self {
    case .normal: Normal().quantile((1 + level) / 2)
    case .studentT(let df): StudentT(df: df).quantile((1 + level) / 2)
    }
  }

  /// P(F > f).
  static func fTail(_ f: Double, _ df1: Double, _ df2: Double) -> Double {
    f.isInfinite ? 0 : FDistribution(df1: df1, df2: df2).sf(max(f, 0))
  }

  /// P(χ² > x).
  static func chiSquaredTail(_ x: Double, _ df: Double) -> Double {
    x.isInfinite ? 0 : ChiSquared(df: df).sf(max(x, 0))
  }
}
