public import ApusFrame

@_implementationOnly import Glibc

/// Tests whether values of one sample tend to be greater than those of another, by Mann and
/// Whitney's U (Wilcoxon's rank sum).
///
/// - Statistic: U of the first sample: the pairs in which it is greater, ties counting a half.
/// - p-value: exact when both samples have fewer than 50 values, ties included; else normal with the
///   variance for ties and a correction for continuity.
/// - Estimate: Hodges and Lehmann's shift, the median of all differences, with an interval, up to
///   four million differences. Effect size: rank-biserial correlation.
public func mannWhitneyTest(
  _ first: any SampleValues, _ second: any SampleValues,
  alternative: TestResult.Alternative = .twoSided, method: PValueMethod = .automatic,
  confidence: Double = 0.95
) throws(StatsError) -> TestResult {
  try mannWhitney(
    GroupedSamples([first, second], in: "mannWhitneyTest(…)"), alternative, method, confidence)
}

/// Tests whether values of one group tend to be greater than those of the other.
public func mannWhitneyTest(
  _ values: any SampleValues, by groups: AnyColumn,
  alternative: TestResult.Alternative = .twoSided, method: PValueMethod = .automatic,
  confidence: Double = 0.95
) throws(StatsError) -> TestResult {
  try mannWhitney(
    GroupedSamples(values, by: groups, in: "mannWhitneyTest(…)"), alternative, method, confidence)
}

extension DataFrame {
  /// Tests whether a column tends to be greater in one of the two groups of another.
  public func mannWhitneyTest(
    _ column: String, by groups: String, alternative: TestResult.Alternative = .twoSided,
    method: PValueMethod = .automatic, confidence: Double = 0.95
  ) throws(StatsError) -> TestResult {
    try mannWhitney(
      groupedSamples(column, by: groups, in: "mannWhitneyTest(\"\(column)\", by: \"\(groups)\")"),
      alternative, method, confidence)
  }
}

private func mannWhitney(
  _ groups: GroupedSamples, _ alternative: TestResult.Alternative, _ method: PValueMethod,
  _ level: Double
) throws(StatsError) -> TestResult {
  let place = "mannWhitneyTest(…)"
  try StatsError.checkLevel(level, in: place)
  try groups.needTwo(in: place, mend: "for more than two groups use kruskalWallisTest(…)")
  let (x, y) = (groups.samples[0], groups.samples[1])
  let all = x.values + y.values
  guard all.contains(where: { $0 != all[0] }) else {
    throw StatsError(
      code: .badValue, what: "all values of both samples are the same", place: place,
      mend: "the statistic is not defined without spread")
  }
  let ranks = Ranks(all)
  let (n, m) = (Double(x.count), Double(y.count))
  let total = n + m
  let rankSum = ranks.ranks.prefix(x.count).reduce(0, +)
  let u = rankSum - n * (n + 1) / 2
  let isExact: Bool
  switch method {
  case .automatic: isExact = x.count < 50 && y.count < 50
  case .asymptotic: isExact = false
  case .exact:
    guard x.count < 200, y.count < 200 else {
      throw StatsError(
        code: .badOption, what: "an exact p-value of \(x.count) and \(y.count) values",
        place: place, mend: "choose .asymptotic: it differs little in samples of 200 and more")
    }
    isExact = true
  }
  let p: Double
  if isExact {
    let doubled = ranks.ranks.map { Int((2 * $0).rounded()) }
    // The smaller sample is counted: sums of the two add up to the sum of all.
    if x.count <= y.count {
      let shares = RankDistributions.subsetSums(of: doubled, choosing: x.count)
      p = RankDistributions.pValue(Int((2 * rankSum).rounded()), shares, alternative)
    } else {
      let shares = RankDistributions.subsetSums(of: doubled, choosing: y.count)
      let other = doubled.reduce(0, +) - Int((2 * rankSum).rounded())
      let opposite: TestResult.Alternative =
        switch alternative {
        case .twoSided: .twoSided
        case .less: .greater
        case .greater: .less
        }
      p = RankDistributions.pValue(other, shares, opposite)
    }
  } else {
    let variance = n * m / 12 * ((total + 1) - ranks.tieSum / (total * (total - 1)))
    let centre = n * m / 2
    let score: Double =
      switch alternative {
      case .twoSided: Swift.max(abs(u - centre) - 0.5, 0)
      case .greater: u - centre - 0.5
      case .less: u - centre + 0.5
      }
    let z = score / variance.squareRoot()
    p = Tails.normal(score: z, alternative)
  }
  var result = TestResult("Mann–Whitney test", .init("U", u), pValue: p)
  result.alternative = alternative
  result.estimate = shift(x, y, variance: n * m * (total + 1) / 12, level)
  let r = 2 * u / (n * m) - 1
  let reach =
    Tails.normalReach(level, .twoSided) * ((n + m + 1) / (3 * n * m)).squareRoot()
  let z = atanh(Swift.min(Swift.max(r, -1 + 1e-15), 1 - 1e-15))
  result.effectSizes = [
    .init("rank-biserial correlation", r, .init(tanh(z - reach), tanh(z + reach), level: level)),
    .init("probability of a greater value", u / (n * m)),
  ]
  result.counts = groups.counts
  result.missingCount = groups.missingCount
  result.notes =
    [
      isExact
        ? "p-value: exact\(ranks.ties.isEmpty ? "" : ", given the ties")"
        : "p-value: normal approximation, corrected for continuity and ties"
    ] + groups.notes
  return try result.checked(in: place)
}

/// Hodges and Lehmann's estimate of the shift, with the differences at the normal ranks as interval.
private func shift(
  _ x: Sample, _ y: Sample, variance: Double, _ level: Double
) -> TestResult.Named? {
  let count = x.count * y.count
  guard count <= 4_000_000 else { return nil }
  var differences: [Double] = []
  differences.reserveCapacity(count)
  for a in x.values { for b in y.values { differences.append(a - b) } }
  let reach = Tails.normalReach(level, .twoSided) * variance.squareRoot()
  let low = Int((Double(count) / 2 - reach).rounded())
  let high = count - low
  var found = OrderStatistics(differences)
  var interval: TestResult.Interval?
  let isBounded = low >= 1 && high <= count
  let lower = isBounded ? found.value(at: low - 1) : 0
  let (middle, next) = found.pair(at: (count - 1) / 2)
  let median = count % 2 == 1 ? middle : (middle + next) / 2
  if isBounded, high >= (count - 1) / 2 {
    interval = .init(lower, found.value(at: Swift.min(high, count - 1)), level: level)
  }
  return .init("shift of \(x.name) against \(y.name)", median, interval)
}
