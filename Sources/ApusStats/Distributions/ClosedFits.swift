@_implementationOnly import CNumerics
@_implementationOnly import Glibc

// Fits whose estimates are order statistics or shares: no search.

extension Uniform {
  /// The uniform between the least and the largest value. The estimates have no standard errors, as
  /// the likelihood ends there.
  public static func fit(_ data: [Double]) throws(StatsError) -> DistributionFit<Uniform> {
    let summary = try SampleSummary(data, family: "Uniform", parameters: 2)
    let (low, high) = (summary.sorted[0], summary.sorted[data.count - 1])
    return closedFit(
      Uniform(lower: low, upper: high), data, [("lower", low, nil), ("upper", high, nil)])
  }
}

extension Laplace {
  /// The Laplace distribution about the median. The standard errors are those of large samples.
  public static func fit(_ data: [Double]) throws(StatsError) -> DistributionFit<Laplace> {
    let summary = try SampleSummary(data, family: "Laplace", parameters: 2)
    let center = summary.quantile(0.5)
    let scale = summary.mean { Swift.abs($0 - center) }
    let error = scale / Double(data.count).squareRoot()
    return closedFit(
      Laplace(location: center, scale: scale), data,
      [("location", center, error), ("scale", scale, error)])
  }
}

extension Pareto {
  /// The Pareto distribution from the least value on, whose estimate has no standard error.
  public static func fit(_ data: [Double]) throws(StatsError) -> DistributionFit<Pareto> {
    let summary = try SampleSummary(data, family: "Pareto", parameters: 2)
    let least = summary.sorted[0]
    guard least > 0 else {
      throw StatsError(
        code: .badValue, what: "the value \(least) is not above 0", place: "Pareto.fit(…)",
        mend: "leave such values out or choose another family")
    }
    let shape = 1 / summary.mean { log($0 / least) }
    return closedFit(
      Pareto(minimum: least, shape: shape), data,
      [("minimum", least, nil), ("shape", shape, shape / Double(data.count).squareRoot())])
  }
}

extension Binomial {
  /// The binomial of so many trials: its probability is the share of successes.
  public static func fit(
    _ data: [Double], trials: Int
  ) throws(StatsError) -> DistributionFit<Binomial> {
    let summary = try SampleSummary(data, family: "Binomial", parameters: 1)
    guard trials > 0 else {
      throw StatsError(
        code: .badOption, what: "\(trials) trials", place: "Binomial.fit(…)",
        mend: "trials must be 1 or more")
    }
    let allowed = 0...Double(trials)
    if let index = data.firstIndex(where: { !allowed.contains($0) || $0 != $0.rounded() }) {
      throw StatsError(
        code: .badValue,
        what: "the value \(data[index]) at index \(index) is no count of successes",
        place: "Binomial.fit(…)", mend: "give whole numbers from 0 to \(trials)")
    }
    let share = Swift.min(summary.mean / Double(trials), 1)
    let size = Double(trials) * Double(data.count)
    let error = (share * (1 - share) / size).squareRoot()
    return closedFit(
      Binomial(trials: trials, probability: share), data,
      [("probability", share, error > 0 ? error : nil)])
  }
}

/// The fit with these estimates.
private func closedFit<Law: Distribution>(
  _ law: Law, _ data: [Double], _ estimates: [(String, Double, Double?)]
) -> DistributionFit<Law> {
  DistributionFit(
    distribution: law,
    estimates: estimates.map { ParameterEstimate(name: $0.0, value: $0.1, standardError: $0.2) },
    logLikelihood: compensatedSum(law.family.part(APUS_LOG_DENSITY, at: data)), count: data.count)
}
