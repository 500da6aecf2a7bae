@_implementationOnly import Glibc

// Where the search for the most likely parameters begins, family by family.

extension Normal: FittableDistribution {
  /// The parameters of the family.
  public static var parameters: [(name: String, domain: ParameterDomain)] {
    [("mean", .real), ("sd", .positive)]
  }
  /// The distribution with these parameters.
  public init(parameters: [Double]) {
    self.init(mean: parameters[0], sd: parameters[1])
  }
  /// Where the search begins.
  public static func start(_ summary: SampleSummary) -> [Double] {
    [summary.mean, summary.sd]
  }
}

extension LogNormal: FittableDistribution {
  /// The parameters of the family.
  public static var parameters: [(name: String, domain: ParameterDomain)] {
    [("meanLog", .real), ("sdLog", .positive)]
  }
  /// The distribution with these parameters.
  public init(parameters: [Double]) {
    self.init(meanLog: parameters[0], sdLog: parameters[1])
  }
  /// Where the search begins.
  public static func start(_ summary: SampleSummary) -> [Double] {
    let center = summary.mean { log(Swift.max($0, 1e-300)) }
    let square = summary.mean { value in
      let off = log(Swift.max(value, 1e-300)) - center
      return off * off
    }
    return [center, Swift.max(square.squareRoot(), 1e-8)]
  }
}

extension StudentT: FittableDistribution {
  /// The parameters of the family.
  public static var parameters: [(name: String, domain: ParameterDomain)] {
    [("df", .positive), ("location", .real), ("scale", .positive)]
  }
  /// The distribution with these parameters.
  public init(parameters: [Double]) {
    self.init(df: parameters[0], location: parameters[1], scale: parameters[2])
  }
  /// Where the search begins.
  public static func start(_ summary: SampleSummary) -> [Double] {
    let df = summary.kurtosis > 0.1 ? 4 + 6 / summary.kurtosis : 30
    let scale = (summary.quantile(0.75) - summary.quantile(0.25)) / 1.4
    return [df, summary.quantile(0.5), scale > 0 ? scale : summary.sd]
  }
}

extension ChiSquared: FittableDistribution {
  /// The parameters of the family.
  public static var parameters: [(name: String, domain: ParameterDomain)] {
    [("df", .positive)]
  }
  /// The distribution with these parameters.
  public init(parameters: [Double]) {
    self.init(df: parameters[0])
  }
  /// Where the search begins.
  public static func start(_ summary: SampleSummary) -> [Double] {
    [Swift.max(summary.mean, 1e-3)]
  }
}

extension FDistribution: FittableDistribution {
  /// The parameters of the family.
  public static var parameters: [(name: String, domain: ParameterDomain)] {
    [("df1", .positive), ("df2", .positive)]
  }
  /// The distribution with these parameters.
  public init(parameters: [Double]) {
    self.init(df1: parameters[0], df2: parameters[1])
  }
  /// Where the search begins.
  public static func start(_ summary: SampleSummary) -> [Double] {
    let df2 = summary.mean > 1.02 ? Swift.min(2 * summary.mean / (summary.mean - 1), 100) : 100
    return [Swift.max(2 / Swift.max(summary.sd * summary.sd - 2 / df2, 0.05), 0.5), df2]
  }
}

extension Gamma: FittableDistribution {
  /// The parameters of the family.
  public static var parameters: [(name: String, domain: ParameterDomain)] {
    [("shape", .positive), ("scale", .positive)]
  }
  /// The distribution with these parameters.
  public init(parameters: [Double]) {
    self.init(shape: parameters[0], scale: parameters[1])
  }
  /// Where the search begins.
  public static func start(_ summary: SampleSummary) -> [Double] {
    let gap = log(Swift.max(summary.mean, 1e-300)) - summary.mean { log(Swift.max($0, 1e-300)) }
    let root = ((gap - 3) * (gap - 3) + 24 * gap).squareRoot()
    let shape = Swift.max((3 - gap + root) / (12 * Swift.max(gap, 1e-12)), 1e-6)
    return [shape, Swift.max(summary.mean, 1e-300) / shape]
  }
}

extension Beta: FittableDistribution {
  /// The parameters of the family.
  public static var parameters: [(name: String, domain: ParameterDomain)] {
    [("alpha", .positive), ("beta", .positive)]
  }
  /// The distribution with these parameters.
  public init(parameters: [Double]) {
    self.init(alpha: parameters[0], beta: parameters[1])
  }
  /// Where the search begins.
  public static func start(_ summary: SampleSummary) -> [Double] {
    let mean = Swift.min(Swift.max(summary.mean, 1e-6), 1 - 1e-6)
    let size = Swift.max(mean * (1 - mean) / (summary.sd * summary.sd) - 1, 0.1)
    return [mean * size, (1 - mean) * size]
  }
}

extension Exponential: FittableDistribution {
  /// The parameters of the family.
  public static var parameters: [(name: String, domain: ParameterDomain)] {
    [("rate", .positive)]
  }
  /// The distribution with these parameters.
  public init(parameters: [Double]) {
    self.init(rate: parameters[0])
  }
  /// Where the search begins.
  public static func start(_ summary: SampleSummary) -> [Double] {
    [1 / Swift.max(summary.mean, 1e-280)]
  }
}

extension Weibull: FittableDistribution {
  /// The parameters of the family.
  public static var parameters: [(name: String, domain: ParameterDomain)] {
    [("shape", .positive), ("scale", .positive)]
  }
  /// The distribution with these parameters.
  public init(parameters: [Double]) {
    self.init(shape: parameters[0], scale: parameters[1])
  }
  /// Where the search begins.
  public static func start(_ summary: SampleSummary) -> [Double] {
    let center = summary.mean { log(Swift.max($0, 1e-300)) }
    let square = summary.mean { value in
      let off = log(Swift.max(value, 1e-300)) - center
      return off * off
    }
    let shape = .pi / (6 * Swift.max(square, 1e-12)).squareRoot()
    return [shape, exp(center + eulerGamma / shape)]
  }
}

extension Cauchy: FittableDistribution {
  /// The parameters of the family.
  public static var parameters: [(name: String, domain: ParameterDomain)] {
    [("location", .real), ("scale", .positive)]
  }
  /// The distribution with these parameters.
  public init(parameters: [Double]) {
    self.init(location: parameters[0], scale: parameters[1])
  }
  /// Where the search begins.
  public static func start(_ summary: SampleSummary) -> [Double] {
    let width = (summary.quantile(0.75) - summary.quantile(0.25)) / 2
    return [summary.quantile(0.5), width > 0 ? width : summary.sd]
  }
}

extension Logistic: FittableDistribution {
  /// The parameters of the family.
  public static var parameters: [(name: String, domain: ParameterDomain)] {
    [("location", .real), ("scale", .positive)]
  }
  /// The distribution with these parameters.
  public init(parameters: [Double]) {
    self.init(location: parameters[0], scale: parameters[1])
  }
  /// Where the search begins.
  public static func start(_ summary: SampleSummary) -> [Double] {
    [summary.mean, summary.sd * 3.0.squareRoot() / .pi]
  }
}

extension Gumbel: FittableDistribution {
  /// The parameters of the family.
  public static var parameters: [(name: String, domain: ParameterDomain)] {
    [("location", .real), ("scale", .positive)]
  }
  /// The distribution with these parameters.
  public init(parameters: [Double]) {
    self.init(location: parameters[0], scale: parameters[1])
  }
  /// Where the search begins.
  public static func start(_ summary: SampleSummary) -> [Double] {
    let scale = summary.sd * 6.0.squareRoot() / .pi
    return [summary.mean - eulerGamma * scale, scale]
  }
}

extension InverseGaussian: FittableDistribution {
  /// The parameters of the family.
  public static var parameters: [(name: String, domain: ParameterDomain)] {
    [("mean", .positive), ("shape", .positive)]
  }
  /// The distribution with these parameters.
  public init(parameters: [Double]) {
    self.init(mean: parameters[0], shape: parameters[1])
  }
  /// Where the search begins.
  public static func start(_ summary: SampleSummary) -> [Double] {
    let mean = Swift.max(summary.mean, 1e-280)
    let gap = summary.mean { 1 / Swift.max($0, 1e-280) } - 1 / mean
    return [mean, 1 / Swift.max(gap, 1e-12 / mean)]
  }
}

extension Rayleigh: FittableDistribution {
  /// The parameters of the family.
  public static var parameters: [(name: String, domain: ParameterDomain)] {
    [("scale", .positive)]
  }
  /// The distribution with these parameters.
  public init(parameters: [Double]) {
    self.init(scale: parameters[0])
  }
  /// Where the search begins.
  public static func start(_ summary: SampleSummary) -> [Double] {
    [Swift.max((summary.mean { $0 * $0 } / 2).squareRoot(), 1e-280)]
  }
}

extension Maxwell: FittableDistribution {
  /// The parameters of the family.
  public static var parameters: [(name: String, domain: ParameterDomain)] {
    [("scale", .positive)]
  }
  /// The distribution with these parameters.
  public init(parameters: [Double]) {
    self.init(scale: parameters[0])
  }
  /// Where the search begins.
  public static func start(_ summary: SampleSummary) -> [Double] {
    [Swift.max((summary.mean { $0 * $0 } / 3).squareRoot(), 1e-280)]
  }
}

extension Poisson: FittableDistribution {
  /// The parameters of the family.
  public static var parameters: [(name: String, domain: ParameterDomain)] {
    [("mean", .positive)]
  }
  /// The distribution with these parameters.
  public init(parameters: [Double]) {
    self.init(mean: parameters[0])
  }
  /// Where the search begins.
  public static func start(_ summary: SampleSummary) -> [Double] {
    [Swift.max(summary.mean, 1e-280)]
  }
}

extension Geometric: FittableDistribution {
  /// The parameters of the family.
  public static var parameters: [(name: String, domain: ParameterDomain)] {
    [("probability", .unit)]
  }
  /// The distribution with these parameters.
  public init(parameters: [Double]) {
    self.init(probability: parameters[0])
  }
  /// Where the search begins.
  public static func start(_ summary: SampleSummary) -> [Double] {
    [1 / Swift.max(summary.mean, 1 + 1e-9)]
  }
}

extension Bernoulli: FittableDistribution {
  /// The parameters of the family.
  public static var parameters: [(name: String, domain: ParameterDomain)] {
    [("probability", .unit)]
  }
  /// The distribution with these parameters.
  public init(parameters: [Double]) {
    self.init(probability: parameters[0])
  }
  /// Where the search begins.
  public static func start(_ summary: SampleSummary) -> [Double] {
    [Swift.min(Swift.max(summary.mean, 1e-12), 1 - 1e-12)]
  }
}

extension NegativeBinomial: FittableDistribution {
  /// The parameters of the family.
  public static var parameters: [(name: String, domain: ParameterDomain)] {
    [("size", .positive), ("probability", .unit)]
  }
  /// The distribution with these parameters.
  public init(parameters: [Double]) {
    self.init(size: parameters[0], probability: parameters[1])
  }
  /// Where the search begins.
  public static func start(_ summary: SampleSummary) -> [Double] {
    let mean = Swift.max(summary.mean, 1e-9)
    let extra = Swift.max(summary.sd * summary.sd - mean, 0.01 * mean)
    let size = mean * mean / extra
    return [size, size / (size + mean)]
  }
}

extension Zipf: FittableDistribution {
  /// The parameters of the family.
  public static var parameters: [(name: String, domain: ParameterDomain)] {
    [("exponent", .aboveOne)]
  }
  /// The distribution with these parameters.
  public init(parameters: [Double]) {
    self.init(exponent: parameters[0])
  }
  /// Where the search begins.
  public static func start(_ summary: SampleSummary) -> [Double] {
    [1 + 1 / Swift.max(summary.mean { log(Swift.max($0, 1)) } + 0.4, 1e-3)]
  }
}
