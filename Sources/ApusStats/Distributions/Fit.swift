@_implementationOnly import CNumerics
@_implementationOnly import Glibc

/// Where a parameter of a distribution may lie.
public enum ParameterDomain: Sendable {
  /// Any number.
  case real
  /// Above 0.
  case positive
  /// Between 0 and 1.
  case unit
  /// Above 1.
  case aboveOne
}

/// A distribution whose parameters can be estimated from data by maximum likelihood.
public protocol FittableDistribution: Distribution {
  /// The names of the parameters and where they lie.
  static var parameters: [(name: String, domain: ParameterDomain)] { get }
  /// The distribution with these parameters, in that order.
  init(parameters: [Double])
  /// Parameters to start the search from: for many families the estimates themselves.
  static func start(_ summary: SampleSummary) -> [Double]
}

/// A parameter that was estimated.
public struct ParameterEstimate: Sendable, Equatable {
  /// The name of the parameter.
  public let name: String
  /// The estimate.
  public let value: Double
  /// Its standard error, from the observed information; nil where the likelihood has no bend there,
  /// as for the ends of a uniform.
  public let standardError: Double?
}

/// A distribution that was fitted to data by maximum likelihood.
public struct DistributionFit<Law: Distribution>: Sendable {
  /// The distribution with the estimated parameters.
  public let distribution: Law
  /// The parameters with their standard errors.
  public let estimates: [ParameterEstimate]
  /// The logarithm of the likelihood at the estimates.
  public let logLikelihood: Double
  /// How many values it was fitted to.
  public let count: Int

  /// Akaike's criterion.
  public var aic: Double { 2 * Double(estimates.count) - 2 * logLikelihood }
  /// The Bayesian (Schwarz) criterion.
  public var bic: Double { Double(estimates.count) * log(Double(count)) - 2 * logLikelihood }
}

extension FittableDistribution {
  /// The distribution of this family under which the data are most likely.
  ///
  /// - Throws: `badValue` for a value that no distribution of the family takes, and for values that
  ///   are all equal where the likelihood then has no bound; `tooFewRows`; `noConvergence`.
  /// - Accuracy: Newton steps until they are below 1e-9 of the parameters' natural scale.
  public static func fit(_ data: [Double]) throws(StatsError) -> DistributionFit<Self> {
    let summary = try SampleSummary(data, family: "\(Self.self)", parameters: parameters.count)
    let guess = start(summary)
    if let index = data.firstIndex(where: { !Self(parameters: guess).takes($0) }) {
      throw StatsError(
        code: .badValue,
        what: "the value \(data[index]) at index \(index) is outside what the family takes",
        place: "\(Self.self).fit(…)", mend: "leave such values out or choose another family")
    }
    var search = LikelihoodSearch<Self>(summary: summary, data: data)
    return try search.run(from: guess)
  }

  /// Whether a value can come from the family at all.
  func takes(_ value: Double) -> Bool {
    if self is any DiscreteDistribution {
      return support.contains(value) && value == value.rounded()
    }
    return support.contains(value) && family.part(APUS_LOG_DENSITY, at: value) < .infinity
      && (support.lowerBound != 0 || value > 0 || Self.takesZero)
  }

  /// Whether a density that starts at 0 takes a value of 0 whatever its parameters.
  static var takesZero: Bool { self == Exponential.self }
}
