@_implementationOnly import CNumerics

/// Special functions, right to about the last bit of a double, in their tails too.
///
/// Where a function is not defined the answer is NaN, as it is for an argument that is NaN.
/// - Source: Boost.Math, worked in 80-bit numbers on x86-64.
public enum Special {
  /// The error function.
  public static func erf(_ x: Double) -> Double { apus_special(APUS_ERF, x, 0, 0) }

  /// 1 - erf(x), with all its digits where erf is near 1.
  public static func erfc(_ x: Double) -> Double { apus_special(APUS_ERFC, x, 0, 0) }

  /// exp(x²) erfc(x), which does not underflow.
  public static func scaledErfc(_ x: Double) -> Double { apus_special(APUS_ERFCX, x, 0, 0) }

  /// The x with erf(x) = `p`, for -1 ... 1.
  public static func inverseErf(_ p: Double) -> Double { apus_special(APUS_ERF_INV, p, 0, 0) }

  /// The x with erfc(x) = `p`, for 0 ... 2.
  public static func inverseErfc(_ p: Double) -> Double { apus_special(APUS_ERFC_INV, p, 0, 0) }

  /// The gamma function; (n - 1)! for whole n.
  public static func gamma(_ x: Double) -> Double { apus_special(APUS_GAMMA, x, 0, 0) }

  /// log |gamma(x)|.
  public static func logGamma(_ x: Double) -> Double { apus_special(APUS_LOG_GAMMA, x, 0, 0) }

  /// The derivative of log gamma.
  public static func digamma(_ x: Double) -> Double { apus_special(APUS_DIGAMMA, x, 0, 0) }

  /// The second derivative of log gamma.
  public static func trigamma(_ x: Double) -> Double { apus_special(APUS_TRIGAMMA, x, 0, 0) }

  /// The beta function of positive numbers.
  public static func beta(_ a: Double, _ b: Double) -> Double { apus_special(APUS_BETA, a, b, 0) }

  /// The logarithm of the beta function.
  public static func logBeta(_ a: Double, _ b: Double) -> Double {
    apus_special(APUS_LOG_BETA, a, b, 0)
  }

  /// The logarithm of the binomial coefficient "n over k"; n and k need not be whole.
  public static func logChoose(_ n: Double, _ k: Double) -> Double {
    apus_special(APUS_LOG_CHOOSE, n, k, 0)
  }

  /// P(a, x), the regularised lower incomplete gamma function.
  public static func gammaP(_ a: Double, _ x: Double) -> Double {
    apus_special(APUS_GAMMA_P, a, x, 0)
  }

  /// Q(a, x) = 1 - P(a, x).
  public static func gammaQ(_ a: Double, _ x: Double) -> Double {
    apus_special(APUS_GAMMA_Q, a, x, 0)
  }

  /// The x with P(a, x) = `p`.
  public static func inverseGammaP(_ a: Double, _ p: Double) -> Double {
    apus_special(APUS_GAMMA_P_INV, a, p, 0)
  }

  /// The x with Q(a, x) = `q`.
  public static func inverseGammaQ(_ a: Double, _ q: Double) -> Double {
    apus_special(APUS_GAMMA_Q_INV, a, q, 0)
  }

  /// I(x; a, b), the regularised incomplete beta function.
  public static func incompleteBeta(_ a: Double, _ b: Double, _ x: Double) -> Double {
    apus_special(APUS_BETA_I, a, b, x)
  }

  /// 1 - I(x; a, b).
  public static func incompleteBetaComplement(_ a: Double, _ b: Double, _ x: Double) -> Double {
    apus_special(APUS_BETA_IC, a, b, x)
  }

  /// The x with I(x; a, b) = `p`.
  public static func inverseIncompleteBeta(_ a: Double, _ b: Double, _ p: Double) -> Double {
    apus_special(APUS_BETA_I_INV, a, b, p)
  }

  /// The x with 1 - I(x; a, b) = `q`.
  public static func inverseIncompleteBetaComplement(
    _ a: Double, _ b: Double, _ q: Double
  ) -> Double {
    apus_special(APUS_BETA_IC_INV, a, b, q)
  }

  /// The modified Bessel function of the first kind.
  public static func besselI(order: Double, _ x: Double) -> Double {
    apus_special(APUS_BESSEL_I, order, x, 0)
  }

  /// exp(-|x|) times the modified Bessel function, which does not overflow.
  public static func scaledBesselI(order: Double, _ x: Double) -> Double {
    apus_special(APUS_BESSEL_I_SCALED, order, x, 0)
  }

  /// Owen's T: P(X > h and 0 < Y < aX) of two independent standard normals.
  public static func owensT(_ h: Double, _ a: Double) -> Double {
    apus_special(APUS_OWENS_T, h, a, 0)
  }

  /// Hurwitz's zeta function: the sum of (k + q)^-s over k = 0, 1, … for s > 1 and q > 0. Riemann's
  /// is that with q = 1.
  public static func zeta(_ s: Double, _ q: Double = 1) -> Double {
    apus_special(APUS_ZETA, s, q, 0)
  }
}
