public import ApusFrame

@_implementationOnly import Glibc

/// Sums of squares between groups and within them, as if computed with twice the digits.
package struct GroupSums: Sendable {
  /// Σ n (mean of the group − mean of all)².
  package let between: Double
  /// Σ (value − mean of its group)².
  package let within: Double
  /// Groups − 1, and values − groups.
  package let freedom: (Double, Double)
  /// The mean of each group.
  package let means: [Double]
  /// The sum of squares of each group around its mean.
  package let squares: [Double]

  init(_ samples: [Sample]) {
    let sums = PreciseSums.groupSquares(samples.map(\.values))
    between = sums.between.high
    within = sums.within.high
    let centres = samples.map { PreciseSums.mean($0.values) }
    means = centres.map(\.high)
    squares = zip(samples, centres).map { PreciseSums.squares($0.values, around: $1).high }
    let count = samples.reduce(0) { $0 + $1.count }
    freedom = (Double(samples.count - 1), Double(count - samples.count))
  }
}

/// Tests whether the means of groups are equal: one-way analysis of variance.
///
/// - `variances`: `.equal` for Fisher's F, `.unequal` for Welch's.
/// - Effect sizes: η² with an interval by the noncentral F, and ω².
/// - Accuracy: sums and means are held with about 106 bits.
public func anova(
  _ values: any SampleValues, by groups: AnyColumn, variances: VarianceAssumption = .equal,
  confidence: Double = 0.95
) throws(StatsError) -> TestResult {
  try analysis(GroupedSamples(values, by: groups, in: "anova(…)"), variances, confidence)
}

/// Tests whether the means of samples are equal: one-way analysis of variance.
public func anova(
  _ samples: [any SampleValues], variances: VarianceAssumption = .equal, confidence: Double = 0.95
) throws(StatsError) -> TestResult {
  try analysis(GroupedSamples(samples, in: "anova(…)"), variances, confidence)
}

/// Compares the means of all pairs of groups: Tukey's honest significant differences, after Tukey
/// and Kramer for groups of different size. The table holds a row for each pair; the statistic and
/// p-value are those of the pair that differs most.
public func tukeyTest(
  _ values: any SampleValues, by groups: AnyColumn, confidence: Double = 0.95
) throws(StatsError) -> TukeyResult {
  try TukeyResult(GroupedSamples(values, by: groups, in: "tukeyTest(…)"), confidence)
}

/// Compares the means of all pairs of samples by Tukey's honest significant differences.
public func tukeyTest(
  _ samples: [any SampleValues], confidence: Double = 0.95
) throws(StatsError) -> TukeyResult {
  try TukeyResult(GroupedSamples(samples, in: "tukeyTest(…)"), confidence)
}

extension DataFrame {
  /// Tests whether the mean of a column is equal in all groups of another.
  public func anova(
    _ column: String, by groups: String, variances: VarianceAssumption = .equal,
    confidence: Double = 0.95
  ) throws(StatsError) -> TestResult {
    try analysis(
      groupedSamples(column, by: groups, in: "anova(\"\(column)\", by: \"\(groups)\")"), variances,
      confidence)
  }

  /// Compares the means of a column between all pairs of groups of another, by Tukey.
  public func tukeyTest(
    _ column: String, by groups: String, confidence: Double = 0.95
  ) throws(StatsError) -> TukeyResult {
    try TukeyResult(
      groupedSamples(column, by: groups, in: "tukeyTest(\"\(column)\", by: \"\(groups)\")"),
      confidence)
  }
}

/// Throws unless an analysis of variance can be made of the groups.
private func check(_ groups: GroupedSamples, in place: String) throws(StatsError) {
  try groups.needGroups(of: 1, in: place)
  guard groups.totalCount > groups.samples.count else {
    throw StatsError(
      code: .tooFewRows,
      what: "\(groups.totalCount) values in \(groups.samples.count) groups", place: place,
      mend: "a group with more than one value is needed")
  }
  guard !groups.isEachConstant else {
    throw StatsError(
      code: .badValue, what: "every group is constant", place: place,
      mend: "the statistic is not defined without spread within groups")
  }
}

private func analysis(
  _ groups: GroupedSamples, _ variances: VarianceAssumption, _ level: Double
) throws(StatsError) -> TestResult {
  let place = "anova(…)"
  try StatsError.checkLevel(level, in: place)
  try check(groups, in: place)
  let sums = GroupSums(groups.samples)
  let (numerator, denominator) = sums.freedom
  let meanWithin = sums.within / denominator
  let f = sums.between / numerator / meanWithin
  var result: TestResult
  switch variances {
  case .equal:
    result = TestResult(
      "one-way analysis of variance", .init("F", f),
      pValue: Tails.fisherF(f, numerator, denominator))
    result.degreesOfFreedom = [numerator, denominator]
    result.tables = [
      StatsCard.Table(
        header: ["source", "sum of squares", "df", "mean square"],
        rows: [
          [
            groups.groupName, NumberText.short(sums.between, digits: 6),
            NumberText.short(numerator, digits: 9),
            NumberText.short(sums.between / numerator, digits: 6),
          ],
          [
            "within", NumberText.short(sums.within, digits: 6),
            NumberText.short(denominator, digits: 9), NumberText.short(meanWithin, digits: 6),
          ],
        ])
    ]
  case .unequal:
    let welch = try welchF(groups, sums, in: place)
    result = TestResult(
      "Welch's analysis of variance", .init("F", welch.f),
      pValue: Tails.fisherF(welch.f, numerator, welch.freedom))
    result.degreesOfFreedom = [numerator, welch.freedom]
  }
  let total = sums.between + sums.within
  let n = Double(groups.totalCount)
  let bounds = EffectIntervals.fisherF(f, numerator, denominator, level).map {
    TestResult.Interval($0.0 / ($0.0 + n), $0.1 / ($0.1 + n), level: level)
  }
  result.effectSizes = [
    .init("η²", sums.between / total, bounds),
    .init("ω²", Swift.max(0, (sums.between - numerator * meanWithin) / (total + meanWithin))),
  ]
  result.counts = groups.counts
  result.missingCount = groups.missingCount
  for sample in groups.samples.prefix(12) {
    result.assumptions.append(try Assumptions.normality(of: sample))
  }
  result.assumptions.append(try Assumptions.equalVariances(of: groups))
  result.notes = groups.notes
  return try result.checked(in: place)
}

/// Welch's F of groups with variances of their own. Source: Welch 1951.
private func welchF(
  _ groups: GroupedSamples, _ sums: GroupSums, in place: String
) throws(StatsError) -> (f: Double, freedom: Double) {
  let k = Double(groups.samples.count)
  var weights: [Double] = []
  for (number, sample) in groups.samples.enumerated() {
    try sample.need(2, in: place)
    try sample.needSpread(in: place)
    let n = Double(sample.count)
    weights.append(n * (n - 1) / sums.squares[number])
  }
  let total = weights.reduce(0, +)
  let mean = zip(weights, sums.means).reduce(0) { $0 + $1.0 * $1.1 } / total
  var (between, correction) = (0.0, 0.0)
  for (number, weight) in weights.enumerated() {
    let difference = sums.means[number] - mean
    between += weight * difference * difference
    let rest = 1 - weight / total
    correction += rest * rest / Double(groups.samples[number].count - 1)
  }
  let f =
    between / (k - 1) / (1 + 2 * (k - 2) / (k * k - 1) * correction)
  return (f, (k * k - 1) / (3 * correction))
}

/// The pairs of groups that Tukey's test compares.
public struct TukeyResult: StatsResult, Equatable {
  /// Two groups and how their means differ.
  public struct Pair: Sendable, Equatable {
    /// The first group.
    public let first: String
    /// The second group.
    public let second: String
    /// The mean of the first less that of the second.
    public let difference: Double
    /// The interval of the difference; all pairs hold together with its confidence.
    public let interval: TestResult.Interval
    /// The studentized range of the pair.
    public let statistic: Double
    /// The p-value, corrected for the number of pairs.
    public let pValue: Double
  }

  /// The pairs, in the order of groups.
  public let pairs: [Pair]
  /// The degrees of freedom of the variance within groups.
  public let degreesOfFreedom: Double
  /// How many values each group has.
  public let counts: [TestResult.Count]
  /// How many rows were left out.
  public let missingCount: Int

  init(_ groups: GroupedSamples, _ level: Double) throws(StatsError) {
    let place = "tukeyTest(…)"
    try StatsError.checkLevel(level, in: place)
    try check(groups, in: place)
    let sums = GroupSums(groups.samples)
    let freedom = sums.freedom.1
    let groupCount = Double(groups.samples.count)
    let variance = sums.within / freedom
    let reach = Tails.studentizedRangeQuantile(level, groupCount, freedom)
    var pairs: [Pair] = []
    for first in groups.samples.indices {
      for second in groups.samples.indices where second > first {
        let (a, b) = (groups.samples[first], groups.samples[second])
        let difference = sums.means[first] - sums.means[second]
        let error = (variance / 2 * (1 / Double(a.count) + 1 / Double(b.count))).squareRoot()
        let q = abs(difference) / error
        let p = Tails.studentizedRange(q, groupCount, freedom)
        guard p.isFinite, reach.isFinite else {
          throw StatsError(
            code: .badValue, what: "the studentized range is not defined here", place: place)
        }
        pairs.append(
          Pair(
            first: a.name, second: b.name, difference: difference,
            interval: .init(difference - reach * error, difference + reach * error, level: level),
            statistic: q, pValue: p))
      }
    }
    self.pairs = pairs
    degreesOfFreedom = freedom
    counts = groups.counts
    missingCount = groups.missingCount
  }

  /// The pairs as a table.
  public var card: StatsCard {
    let rows = pairs.map { pair in
      [
        "\(pair.first) − \(pair.second)", NumberText.short(pair.difference, digits: 5),
        "\(NumberText.short(pair.interval.lower, digits: 5)) to "
          + NumberText.short(pair.interval.upper, digits: 5),
        NumberText.short(pair.statistic, digits: 5), NumberText.pValue(pair.pValue),
      ]
    }
    let level = pairs.first.map { NumberText.short($0.interval.level * 100) } ?? "95"
    return StatsCard(
      title: "Tukey's honest significant differences",
      facts: [("degrees of freedom", NumberText.short(degreesOfFreedom, digits: 9))],
      tables: [
        StatsCard.Table(
          header: ["pair", "difference", "\(level) % interval", "q", "p-value"], rows: rows)
      ], notes: missingCount > 0 ? ["\(missingCount) rows left out"] : [])
  }
}
