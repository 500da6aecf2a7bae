@_implementationOnly import Glibc

/// The distribution of the response of a generalised linear model, with its link.
public struct Family: Sendable, Equatable, CustomStringConvertible {
  enum Kind: Sendable, Equatable {
    case gaussian, binomial, poisson, gamma, inverseGaussian
    case negativeBinomial(alpha: Double)
    case quasiBinomial, quasiPoisson
    case tweedie(power: Double)
  }

  var kind: Kind
  /// The link.
  public let link: Link
  /// Whether the dispersion of counts is estimated with the coefficients.
  let estimatesAlpha: Bool

  private init(_ kind: Kind, _ link: Link, estimatesAlpha: Bool = false) {
    self.kind = kind
    self.link = link
    self.estimatesAlpha = estimatesAlpha
  }

  /// Normal responses of equal variance.
  public static func gaussian(_ link: Link = .identity) -> Family { Family(.gaussian, link) }
  /// Classes of two, or proportions with their counts as weights.
  public static func binomial(_ link: Link = .logit) -> Family { Family(.binomial, link) }
  /// Counts whose variance is their mean.
  public static func poisson(_ link: Link = .log) -> Family { Family(.poisson, link) }
  /// Positive responses whose standard deviation grows with the mean.
  public static func gamma(_ link: Link = .inverse) -> Family { Family(.gamma, link) }
  /// Positive responses whose variance grows with the cube of the mean.
  public static func inverseGaussian(_ link: Link = .inverseSquared) -> Family {
    Family(.inverseGaussian, link)
  }
  /// Counts of variance μ + αμ²; without `alpha` it is estimated by maximum likelihood.
  public static func negativeBinomial(alpha: Double? = nil, _ link: Link = .log) -> Family {
    Family(.negativeBinomial(alpha: alpha ?? 1), link, estimatesAlpha: alpha == nil)
  }
  /// As binomial, with a dispersion that is estimated.
  public static func quasiBinomial(_ link: Link = .logit) -> Family { Family(.quasiBinomial, link) }
  /// As Poisson, with a dispersion that is estimated.
  public static func quasiPoisson(_ link: Link = .log) -> Family { Family(.quasiPoisson, link) }
  /// Variance μ to a power, with a dispersion that is estimated.
  public static func tweedie(power: Double, _ link: Link = .log) -> Family {
    Family(.tweedie(power: power), link)
  }

  /// The family's name, with its link.
  public var description: String { "\(name)(\(link.rawValue))" }

  var name: String {
    switch kind {
    case .gaussian: "gaussian"
    case .binomial: "binomial"
    case .poisson: "poisson"
    case .gamma: "gamma"
    case .inverseGaussian: "inverse gaussian"
    case .negativeBinomial(let alpha): "negative binomial, alpha \(NumberText.short(alpha))"
    case .quasiBinomial: "quasibinomial"
    case .quasiPoisson: "quasipoisson"
    case .tweedie(let power): "tweedie, power \(NumberText.short(power))"
    }
  }

  var isBinomial: Bool { kind == .binomial || kind == .quasiBinomial }

  /// Whether the dispersion is 1 rather than estimated.
  var hasUnitDispersion: Bool {
    switch kind {
    case .binomial, .poisson, .negativeBinomial: true
    default: false
    }
  }

  @inline(__always)
  func variance(_ mu: Double) -> Double {
    switch kind {
    case .gaussian: 1
    case .binomial, .quasiBinomial: mu * (1 - mu)
    case .poisson, .quasiPoisson: mu
    case .gamma: mu * mu
    case .inverseGaussian: mu * mu * mu
    case .negativeBinomial(let alpha): mu + alpha * mu * mu
    case .tweedie(let power): pow(mu, power)
    }
  }

  /// Why a response cannot be of the family.
  func refusal(of y: Double) -> String? {
    switch kind {
    case .gaussian: nil
    case .binomial, .quasiBinomial: y < 0 || y > 1 ? "lies outside 0 to 1" : nil
    case .poisson, .quasiPoisson, .negativeBinomial: y < 0 ? "is a negative count" : nil
    case .gamma, .inverseGaussian: y <= 0 ? "is not positive" : nil
    case .tweedie(let power): y < 0 || (power >= 2 && y == 0) ? "is not positive" : nil
    }
  }

  /// A mean to begin with.
  func start(_ y: Double, weight: Double, mean: Double) -> Double {
    switch kind {
    case .binomial, .quasiBinomial: (weight * y + 0.5) / (weight + 1)
    case .gaussian:
      link == .identity ? y : max((y + mean) / 2, 1e-3 * max(Swift.abs(mean), 1e-3))
    case .poisson, .quasiPoisson, .negativeBinomial, .gamma, .inverseGaussian, .tweedie:
      (y + mean) / 2
    }
  }

  /// Whether a mean may be: else a step is halved.
  @inline(__always)
  func isValid(_ mu: Double) -> Bool {
    switch kind {
    case .gaussian: mu.isFinite
    case .binomial, .quasiBinomial: mu >= 0 && mu <= 1
    case .poisson, .quasiPoisson, .negativeBinomial: mu >= 0 && mu.isFinite
    case .gamma, .inverseGaussian, .tweedie: mu > 0 && mu.isFinite
    }
  }

  /// A row's part of the deviance.
  @inline(__always)
  func deviance(_ y: Double, _ mu: Double) -> Double {
    func part(_ a: Double, _ b: Double) -> Double { a == 0 ? 0 : a * Glibc.log(a / b) }
    switch kind {
    case .gaussian: return (y - mu) * (y - mu)
    case .binomial, .quasiBinomial: return 2 * (part(y, mu) + part(1 - y, 1 - mu))
    case .poisson, .quasiPoisson: return 2 * (part(y, mu) - (y - mu))
    case .gamma: return 2 * ((y - mu) / mu - Glibc.log(y / mu))
    case .inverseGaussian: return (y - mu) * (y - mu) / (y * mu * mu)
    case .negativeBinomial(let alpha):
      return 2 * (part(y, mu) - (y + 1 / alpha) * Glibc.log((1 + alpha * y) / (1 + alpha * mu)))
    case .tweedie(let p):
      if p == 1 { return 2 * (part(y, mu) - (y - mu)) }
      if p == 2 { return 2 * ((y - mu) / mu - Glibc.log(y / mu)) }
      return 2
        * (pow(y, 2 - p) / ((1 - p) * (2 - p)) - y * pow(mu, 1 - p) / (1 - p)
          + pow(mu, 2 - p) / (2 - p))
    }
  }

  /// The logarithm of the likelihood; `nil` for families that have none in closed form.
  func logLikelihood(
    _ y: [Double], _ mu: [Double], weights: [Double]?, dispersion: Double
  ) -> Double? {
    var sum = 0.0
    for row in y.indices {
      let w = weights?[row] ?? 1
      let (y, mu) = (y[row], mu[row])
      switch kind {
      case .quasiBinomial, .quasiPoisson, .tweedie: return nil
      case .gaussian: sum += w * (y - mu) * (y - mu)
      case .binomial:
        if y > 0 { sum += w * y * Glibc.log(mu) }
        if y < 1 {
          sum += w * (1 - y) * log1p(-mu)
          if y > 0 { sum += lgamma(w + 1) - lgamma(w * y + 1) - lgamma(w * (1 - y) + 1) }
        }
      case .poisson: sum += w * ((y == 0 ? 0 : y * Glibc.log(mu)) - mu - lgamma(y + 1))
      case .gamma:
        let scale = dispersion / w
        sum +=
          Glibc.log(y / (scale * mu)) / scale - y / (scale * mu) - lgamma(1 / scale)
          - Glibc.log(y)
      case .inverseGaussian:
        let scale = dispersion / w
        let distance = (y - mu) * (y - mu) / (scale * y * mu * mu)
        sum -= (distance + Glibc.log(2 * .pi * scale * y * y * y)) / 2
      case .negativeBinomial(let alpha):
        let size = 1 / alpha
        let counts = lgamma(y + size) - lgamma(size) - lgamma(y + 1)
        let rate = y == 0 ? 0 : y * Glibc.log(alpha * mu / (1 + alpha * mu))
        sum += w * (counts + rate - size * log1p(alpha * mu))
      }
    }
    guard kind == .gaussian else { return sum }
    let n = Double(y.count)
    let logs = weights?.reduce(0) { $0 + Glibc.log($1) } ?? 0
    return -n / 2 * (Glibc.log(2 * .pi * sum / n) + 1) + logs / 2
  }
}
