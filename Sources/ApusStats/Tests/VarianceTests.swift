public import ApusFrame

@_implementationOnly import Glibc

/// What deviations are taken from.
public enum DeviationCentre: Sendable {
  /// The mean of each group (Levene's own test).
  case mean
  /// The median of each group (Brown and Forsythe), robust.
  case median
}

/// Levene's statistic: the F of the absolute deviations from each group's centre.
struct LeveneStatistic {
  let f: Double
  let freedom: (Double, Double)
  var pValue: Double { Tails.fisherF(f, freedom.0, freedom.1) }

  /// `nil` when the deviations have no spread within groups.
  init?(_ samples: [Sample], centre: DeviationCentre) throws(StatsError) {
    var deviations: [Sample] = []
    for sample in samples {
      let middle =
        switch centre {
        case .mean: try sample.mean
        case .median: try sample.median
        }
      deviations.append(Sample(known: sample.values.map { abs($0 - middle) }))
    }
    let parts = GroupSums(deviations)
    guard parts.within > 0, parts.freedom.1 > 0 else { return nil }
    f = parts.between / parts.freedom.0 / (parts.within / parts.freedom.1)
    freedom = parts.freedom
  }
}

/// Tests whether groups have one variance, by Levene: robust with deviations from medians.
public func leveneTest(
  _ values: any SampleValues, by groups: AnyColumn, centre: DeviationCentre = .median
) throws(StatsError) -> TestResult {
  try levene(GroupedSamples(values, by: groups, in: "leveneTest(…)"), centre)
}

/// Tests whether samples have one variance, by Levene.
public func leveneTest(
  _ samples: [any SampleValues], centre: DeviationCentre = .median
) throws(StatsError) -> TestResult {
  try levene(GroupedSamples(samples, in: "leveneTest(…)"), centre)
}

private func levene(
  _ groups: GroupedSamples, _ centre: DeviationCentre
) throws(StatsError) -> TestResult {
  let place = "leveneTest(…)"
  try groups.needGroups(of: 2, in: place)
  guard let found = try LeveneStatistic(groups.samples, centre: centre) else {
    throw noSpread(place)
  }
  var result = TestResult("Levene's test (\(centre))", .init("W", found.f), pValue: found.pValue)
  result.degreesOfFreedom = [found.freedom.0, found.freedom.1]
  return try finished(result, groups, in: place)
}

/// Tests whether normal groups have one variance, by Bartlett's statistic.
public func bartlettTest(
  _ values: any SampleValues, by groups: AnyColumn
) throws(StatsError) -> TestResult {
  try bartlett(GroupedSamples(values, by: groups, in: "bartlettTest(…)"))
}

/// Tests whether normal samples have one variance, by Bartlett's statistic.
public func bartlettTest(_ samples: [any SampleValues]) throws(StatsError) -> TestResult {
  try bartlett(GroupedSamples(samples, in: "bartlettTest(…)"))
}

private func bartlett(_ groups: GroupedSamples) throws(StatsError) -> TestResult {
  let place = "bartlettTest(…)"
  try groups.needGroups(of: 2, in: place)
  let k = Double(groups.samples.count)
  let n = Double(groups.totalCount)
  var (squares, logs, inverses) = (0.0, 0.0, 0.0)
  for sample in groups.samples {
    try sample.needSpread(in: place)
    let moments = try sample.moments(in: place)
    let freedom = Double(moments.count - 1)
    squares += moments.squares
    logs += freedom * log(moments.variance)
    inverses += 1 / freedom
  }
  let t =
    ((n - k) * log(squares / (n - k)) - logs) / (1 + (inverses - 1 / (n - k)) / (3 * (k - 1)))
  var result = TestResult("Bartlett's test", .init("T", t), pValue: Tails.chiSquared(t, k - 1))
  result.degreesOfFreedom = [k - 1]
  for sample in groups.samples { result.assumptions.append(try Assumptions.normality(of: sample)) }
  return try finished(result, groups, in: place)
}

/// Tests whether groups have one variance by the ranks of deviations from medians: Fligner and
/// Killeen's, robust against other distributions.
public func flignerTest(
  _ values: any SampleValues, by groups: AnyColumn
) throws(StatsError) -> TestResult {
  try fligner(GroupedSamples(values, by: groups, in: "flignerTest(…)"))
}

/// Tests whether samples have one variance by the ranks of deviations from medians.
public func flignerTest(_ samples: [any SampleValues]) throws(StatsError) -> TestResult {
  try fligner(GroupedSamples(samples, in: "flignerTest(…)"))
}

private func fligner(_ groups: GroupedSamples) throws(StatsError) -> TestResult {
  let place = "flignerTest(…)"
  try groups.needGroups(of: 2, in: place)
  var deviations: [Double] = []
  for sample in groups.samples {
    let centre = try sample.median
    deviations += sample.values.map { abs($0 - centre) }
  }
  let n = Double(deviations.count)
  let scores = Ranks(deviations).ranks.map {
    Tails.normalQuantile(0.5 + $0 / (2 * (n + 1)))
  }
  let all = try Sample(known: scores).moments(in: place)
  guard all.hasSpread else { throw noSpread(place) }
  var (sum, start) = (0.0, 0)
  for sample in groups.samples {
    let part = try Sample(known: Array(scores[start..<(start + sample.count)])).mean
    sum += Double(sample.count) * (part - all.mean) * (part - all.mean)
    start += sample.count
  }
  let freedom = Double(groups.samples.count - 1)
  let x = sum / all.variance
  var result = TestResult(
    "Fligner–Killeen test", .init("χ²", x), pValue: Tails.chiSquared(x, freedom))
  result.degreesOfFreedom = [freedom]
  return try finished(result, groups, in: place)
}

private func noSpread(_ place: String) -> StatsError {
  StatsError(
    code: .badValue, what: "the deviations within groups are all the same", place: place,
    mend: "the statistic is not defined without spread")
}

private func finished(
  _ result: TestResult, _ groups: GroupedSamples, in place: String
) throws(StatsError) -> TestResult {
  var result = result
  result.counts = groups.counts
  result.missingCount = groups.missingCount
  result.notes += groups.notes
  return try result.checked(in: place)
}

extension DataFrame {
  /// Tests whether the groups of a column have one variance, by Levene.
  public func leveneTest(
    _ column: String, by groups: String, centre: DeviationCentre = .median
  ) throws(StatsError) -> TestResult {
    try levene(groupedSamples(column, by: groups, in: "leveneTest(\"\(column)\")"), centre)
  }

  /// Tests whether the groups of a column have one variance, by Bartlett.
  public func bartlettTest(_ column: String, by groups: String) throws(StatsError) -> TestResult {
    try bartlett(groupedSamples(column, by: groups, in: "bartlettTest(\"\(column)\")"))
  }

  /// Tests whether the groups of a column have one variance, by Fligner and Killeen.
  public func flignerTest(_ column: String, by groups: String) throws(StatsError) -> TestResult {
    try fligner(groupedSamples(column, by: groups, in: "flignerTest(\"\(column)\")"))
  }
}
