public import ApusFrame

@_implementationOnly import Glibc

/// Whether two samples of a t-test share one variance.
public enum VarianceAssumption: Sendable {
  /// Each has its own: Welch's test.
  case unequal
  /// One for both: Student's test.
  case equal
}

/// Tests whether the mean of a sample is `mean`, by Student's t.
///
/// - Missing: left out and counted; at least 2 values are needed.
/// - Effect sizes: Cohen's d and Hedges' g, with intervals by the noncentral t.
public func tTest(
  _ values: any SampleValues, mean: Double = 0,
  alternative: TestResult.Alternative = .twoSided, confidence: Double = 0.95
) throws(StatsError) -> TestResult {
  let place = "tTest(…)"
  let sample = try Sample(values, in: place)
  var result = try oneSampleTTest(sample, mean, alternative, confidence, in: place)
  result.counts = [.init(name: sample.name, count: sample.count)]
  result.missingCount = sample.missingCount
  return result
}

/// Tests whether the means of two samples differ; by default Welch's test, which lets the variances
/// differ. The estimate is the mean of the first less that of the second.
public func tTest(
  _ first: any SampleValues, _ second: any SampleValues,
  variances: VarianceAssumption = .unequal, alternative: TestResult.Alternative = .twoSided,
  confidence: Double = 0.95
) throws(StatsError) -> TestResult {
  try twoSampleTTest(
    GroupedSamples([first, second], in: "tTest(…)"), variances, alternative, confidence,
    in: "tTest(…)")
}

/// Tests whether the means of the two groups of a sample differ. Groups stand in the order of their
/// keys; three or more are an error.
///
///     try tTest(delays, by: flights["origin"])
public func tTest(
  _ values: any SampleValues, by groups: AnyColumn,
  variances: VarianceAssumption = .unequal, alternative: TestResult.Alternative = .twoSided,
  confidence: Double = 0.95
) throws(StatsError) -> TestResult {
  try twoSampleTTest(
    GroupedSamples(values, by: groups, in: "tTest(…)"), variances, alternative, confidence,
    in: "tTest(…)")
}

/// Tests whether the mean difference of pairs is 0: rows that miss either value are left out.
public func pairedTTest(
  _ first: any SampleValues, _ second: any SampleValues,
  alternative: TestResult.Alternative = .twoSided, confidence: Double = 0.95
) throws(StatsError) -> TestResult {
  let place = "pairedTTest(…)"
  let pairs = try PairedSamples([first, second], in: place)
  let differences = zip(pairs.samples[0].values, pairs.samples[1].values).map { $0 - $1 }
  let sample = Sample(
    name: "the differences", known: differences, missingCount: pairs.missingCount)
  var result = try oneSampleTTest(sample, 0, alternative, confidence, in: place)
  result.name = "paired t-test"
  result.estimate?.name = "mean difference"
  result.counts = [.init(name: "pairs", count: sample.count)]
  result.missingCount = pairs.missingCount
  return result
}

extension DataFrame {
  /// Tests whether the mean of a column differs between the two groups of another.
  public func tTest(
    _ column: String, by groups: String, variances: VarianceAssumption = .unequal,
    alternative: TestResult.Alternative = .twoSided, confidence: Double = 0.95
  ) throws(StatsError) -> TestResult {
    let place = "tTest(\"\(column)\", by: \"\(groups)\")"
    return try twoSampleTTest(
      groupedSamples(column, by: groups, in: place), variances, alternative, confidence, in: place)
  }

  /// Tests whether the mean of a column is `mean`.
  public func tTest(
    _ column: String, mean: Double = 0, alternative: TestResult.Alternative = .twoSided,
    confidence: Double = 0.95
  ) throws(StatsError) -> TestResult {
    try ApusStats.tTest(
      statsColumn(column, in: "tTest(\"\(column)\")"), mean: mean, alternative: alternative,
      confidence: confidence)
  }

  /// Tests whether the mean difference of two columns is 0, row by row.
  public func pairedTTest(
    _ first: String, _ second: String, alternative: TestResult.Alternative = .twoSided,
    confidence: Double = 0.95
  ) throws(StatsError) -> TestResult {
    let place = "pairedTTest(\"\(first)\", \"\(second)\")"
    return try ApusStats.pairedTTest(
      statsColumn(first, in: place), statsColumn(second, in: place), alternative: alternative,
      confidence: confidence)
  }

  /// The numbers of a column by the groups of another.
  func groupedSamples(
    _ column: String, by groups: String, in place: String
  ) throws(StatsError) -> GroupedSamples {
    try GroupedSamples(
      statsColumn(column, in: place), by: statsColumn(groups, in: place), in: place)
  }
}

private func oneSampleTTest(
  _ sample: Sample, _ mean: Double, _ alternative: TestResult.Alternative, _ level: Double,
  in place: String
) throws(StatsError) -> TestResult {
  try StatsError.checkLevel(level, in: place)
  try sample.need(2, in: place)
  try sample.needSpread(in: place)
  let moments = try sample.moments(in: place)
  let n = Double(sample.count)
  let freedom = n - 1
  let sd = moments.variance.squareRoot()
  let error = sd / n.squareRoot()
  let t = (moments.mean - mean) / error
  var result = TestResult(
    "one-sample t-test", .init("t", t), pValue: Tails.studentT(t, freedom, alternative))
  result.degreesOfFreedom = [freedom]
  result.alternative = alternative
  result.estimate = .init(
    "mean", moments.mean, interval(moments.mean, error, freedom, level, alternative))
  let d = (moments.mean - mean) / sd
  result.effectSizes = effects(d, t, freedom, scale: 1 / n.squareRoot(), level)
  result.assumptions = [try Assumptions.normality(of: sample)]
  return try result.checked(in: place)
}

private func twoSampleTTest(
  _ groups: GroupedSamples, _ variances: VarianceAssumption,
  _ alternative: TestResult.Alternative, _ level: Double, in place: String
) throws(StatsError) -> TestResult {
  try StatsError.checkLevel(level, in: place)
  try groups.needTwo(
    in: place, mend: "for more than two groups use anova(…), or filter two of them")
  try groups.needGroups(of: 2, in: place)
  guard !groups.isEachConstant else {
    throw StatsError(
      code: .badValue, what: "both samples are constant", place: place,
      mend: "the statistic is not defined without spread; look at the columns")
  }
  let a = try groups.samples[0].moments(in: place)
  let b = try groups.samples[1].moments(in: place)
  let (n, m) = (Double(a.count), Double(b.count))
  let pooledFreedom = n + m - 2
  let pooled = (a.squares + b.squares) / pooledFreedom
  let difference = a.mean - b.mean
  let error: Double
  let freedom: Double
  switch variances {
  case .equal:
    error = (pooled * (1 / n + 1 / m)).squareRoot()
    freedom = pooledFreedom
  case .unequal:
    let (va, vb) = (a.variance / n, b.variance / m)
    error = (va + vb).squareRoot()
    freedom = (va + vb) * (va + vb) / (va * va / (n - 1) + vb * vb / (m - 1))
  }
  let t = difference / error
  var result = TestResult(
    variances == .equal ? "Student's two-sample t-test" : "Welch's t-test", .init("t", t),
    pValue: Tails.studentT(t, freedom, alternative))
  result.degreesOfFreedom = [freedom]
  result.alternative = alternative
  let names = groups.samples.map(\.name)
  result.estimate = .init(
    "mean of \(names[0]) − \(names[1])", difference,
    interval(difference, error, freedom, level, alternative))
  let scale = (1 / n + 1 / m).squareRoot()
  let d = difference / pooled.squareRoot()
  result.effectSizes = effects(d, d / scale, pooledFreedom, scale: scale, level)
  result.counts = groups.counts
  result.missingCount = groups.missingCount
  for sample in groups.samples { result.assumptions.append(try Assumptions.normality(of: sample)) }
  result.assumptions.append(try Assumptions.equalVariances(of: groups))
  if variances == .unequal {
    result.assumptions[2].remark += "; not needed by Welch's test"
  }
  result.notes = groups.notes
  return try result.checked(in: place)
}

/// The interval of an estimate with a standard error and degrees of freedom.
func interval(
  _ estimate: Double, _ error: Double, _ freedom: Double, _ level: Double,
  _ alternative: TestResult.Alternative
) -> TestResult.Interval {
  let reach = Tails.studentTReach(level, freedom, alternative) * error
  return TestResult.Interval(
    alternative == .less ? -.infinity : estimate - reach,
    alternative == .greater ? .infinity : estimate + reach, level: level)
}

/// Cohen's d and Hedges' g with intervals: d = t · scale.
private func effects(
  _ d: Double, _ t: Double, _ freedom: Double, scale: Double, _ level: Double
) -> [TestResult.Named] {
  let factor = EffectIntervals.hedges(freedom)
  let bounds = EffectIntervals.studentT(t, freedom, level)
  func interval(_ factor: Double) -> TestResult.Interval? {
    bounds.map {
      TestResult.Interval($0.0 * scale * factor, $0.1 * scale * factor, level: level)
    }
  }
  return [
    .init("Cohen's d", d, interval(1)), .init("Hedges' g", d * factor, interval(factor)),
  ]
}
