@_implementationOnly import Glibc

/// What of the mean a generalised linear model is linear in.
public enum Link: String, Sendable {
  /// μ
  case identity
  /// log μ
  case log
  /// log(μ / (1 − μ))
  case logit
  /// The normal quantile of μ.
  case probit
  /// log(−log(1 − μ))
  case cloglog
  /// The Cauchy quantile of μ.
  case cauchit
  /// 1 / μ
  case inverse
  /// 1 / μ²
  case inverseSquared
  /// √μ
  case sqrt

  func link(_ mu: Double) -> Double {
    switch self {
    case .identity: mu
    case .log: Glibc.log(mu)
    case .logit: Glibc.log(mu / (1 - mu))
    case .probit: Normal().quantile(mu)
    case .cloglog: Glibc.log(-log1p(-mu))
    case .cauchit: tan(.pi * (mu - 0.5))
    case .inverse: 1 / mu
    case .inverseSquared: 1 / (mu * mu)
    case .sqrt: mu.squareRoot()
    }
  }

  /// The mean of a linear predictor, and its slope there.
  @inline(__always)
  func mean(_ eta: Double) -> (mu: Double, slope: Double) {
    switch self {
    case .identity: return (eta, 1)
    case .log:
      let mu = Glibc.exp(eta)
      return (mu, mu)
    case .logit:
      let small = Glibc.exp(-Swift.abs(eta))
      let low = small / (1 + small)
      return (eta < 0 ? low : 1 / (1 + small), low / (1 + small))
    case .probit:
      return (
        0.5 * erfc(-eta / 2.0.squareRoot()),
        Glibc.exp(-eta * eta / 2) / (2 * Double.pi).squareRoot()
      )
    case .cloglog:
      let power = Glibc.exp(eta)
      return (-expm1(-power), Glibc.exp(eta - power))
    case .cauchit:
      return (0.5 + atan(eta) / .pi, 1 / (.pi * (1 + eta * eta)))
    case .inverse: return (1 / eta, -1 / (eta * eta))
    case .inverseSquared:
      let mu = 1 / eta.squareRoot()
      return (mu, -0.5 * mu / eta)
    case .sqrt: return (eta * eta, 2 * eta)
    }
  }
}
