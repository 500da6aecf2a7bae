public import ApusFrame

@_implementationOnly import Glibc

/// Tests whether differences of pairs lie around 0, by Wilcoxon's signed ranks.
///
/// - Statistic: W, the sum of the ranks of positive differences; differences of 0 are left out.
/// - p-value: exact up to 50 differences, ties included; else normal with the variance for ties.
/// - Effect size: rank-biserial correlation of matched pairs.
public func wilcoxonTest(
  _ first: any SampleValues, _ second: any SampleValues,
  alternative: TestResult.Alternative = .twoSided, method: PValueMethod = .automatic
) throws(StatsError) -> TestResult {
  let pairs = try PairedSamples([first, second], in: "wilcoxonTest(…)")
  return try wilcoxon(
    zip(pairs.samples[0].values, pairs.samples[1].values).map { $0 - $1 }, pairs.missingCount,
    alternative, method)
}

/// Tests whether a sample lies around `median`, by Wilcoxon's signed ranks.
public func wilcoxonTest(
  _ values: any SampleValues, median: Double = 0,
  alternative: TestResult.Alternative = .twoSided, method: PValueMethod = .automatic
) throws(StatsError) -> TestResult {
  let sample = try Sample(values, in: "wilcoxonTest(…)")
  return try wilcoxon(sample.values.map { $0 - median }, sample.missingCount, alternative, method)
}

private func wilcoxon(
  _ differences: [Double], _ missing: Int, _ alternative: TestResult.Alternative,
  _ method: PValueMethod
) throws(StatsError) -> TestResult {
  let place = "wilcoxonTest(…)"
  let kept = differences.filter { $0 != 0 }
  guard !kept.isEmpty else {
    throw StatsError(
      code: .badValue, what: "no difference is other than 0 (of \(differences.count))",
      place: place, mend: "the statistic is not defined without differences")
  }
  let ranks = Ranks(kept.map { abs($0) })
  var w = 0.0
  for (difference, rank) in zip(kept, ranks.ranks) where difference > 0 { w += rank }
  let n = Double(kept.count)
  let isExact: Bool
  switch method {
  case .automatic: isExact = kept.count <= 50
  case .asymptotic: isExact = false
  case .exact:
    guard kept.count <= 1000 else {
      throw StatsError(
        code: .badOption, what: "an exact p-value of \(kept.count) differences", place: place,
        mend: "choose .asymptotic: it differs little in large samples")
    }
    isExact = true
  }
  let p: Double
  if isExact {
    let shares = RankDistributions.signedSums(of: ranks.ranks.map { Int((2 * $0).rounded()) })
    p = RankDistributions.pValue(Int((2 * w).rounded()), shares, alternative)
  } else {
    let variance = n * (n + 1) * (2 * n + 1) / 24 - ranks.tieSum / 48
    let z = (w - n * (n + 1) / 4) / variance.squareRoot()
    p = Tails.normal(score: z, alternative)
  }
  var result = TestResult("Wilcoxon signed-rank test", .init("W", w), pValue: p)
  result.alternative = alternative
  result.effectSizes = [.init("rank-biserial correlation", 4 * w / (n * (n + 1)) - 1)]
  result.counts = [.init(name: "differences", count: kept.count)]
  result.missingCount = missing
  result.notes = [isExact ? "p-value: exact" : "p-value: normal approximation"]
  if kept.count < differences.count {
    result.notes.append("\(differences.count - kept.count) differences of 0 are left out")
  }
  return try result.checked(in: place)
}

/// Tests whether values of some group tend to be greater than those of others, by the ranks of
/// Kruskal and Wallis. Effect sizes: ε² = H/(n − 1) and η² = (H − k + 1)/(n − k).
public func kruskalWallisTest(
  _ values: any SampleValues, by groups: AnyColumn
) throws(StatsError) -> TestResult {
  try kruskalWallis(GroupedSamples(values, by: groups, in: "kruskalWallisTest(…)"))
}

/// Tests whether values of some sample tend to be greater than those of others.
public func kruskalWallisTest(_ samples: [any SampleValues]) throws(StatsError) -> TestResult {
  try kruskalWallis(GroupedSamples(samples, in: "kruskalWallisTest(…)"))
}

private func kruskalWallis(_ groups: GroupedSamples) throws(StatsError) -> TestResult {
  let place = "kruskalWallisTest(…)"
  try groups.needGroups(of: 1, in: place)
  let ranks = Ranks(groups.samples.flatMap(\.values))
  let n = Double(groups.totalCount)
  let correction = 1 - ranks.tieSum / (n * (n * n - 1))
  guard correction > 0 else {
    throw StatsError(
      code: .badValue, what: "all values are the same", place: place,
      mend: "the statistic is not defined without spread")
  }
  var (sum, start) = (0.0, 0)
  for sample in groups.samples {
    let size = Double(sample.count)
    let rankSum = ranks.ranks[start..<(start + sample.count)].reduce(0, +)
    let difference = rankSum / size - (n + 1) / 2
    sum += size * difference * difference
    start += sample.count
  }
  let h = 12 / (n * (n + 1)) * sum / correction
  let k = Double(groups.samples.count)
  var result = TestResult("Kruskal–Wallis test", .init("H", h), pValue: Tails.chiSquared(h, k - 1))
  result.degreesOfFreedom = [k - 1]
  result.effectSizes = [.init("ε²", h / (n - 1))]
  if n > k { result.effectSizes.append(.init("η²", Swift.max(0, (h - k + 1) / (n - k)))) }
  result.counts = groups.counts
  result.missingCount = groups.missingCount
  result.notes = groups.notes
  return try result.checked(in: place)
}

/// Tests whether some of the treatments that each block (row) got tend to greater values, by
/// Friedman's ranks. Effect size: Kendall's W.
public func friedmanTest(_ treatments: [any SampleValues]) throws(StatsError) -> TestResult {
  let place = "friedmanTest(…)"
  guard treatments.count >= 3 else {
    throw StatsError(
      code: .tooFewRows, what: "\(treatments.count) treatments", place: place,
      mend: "at least 3 are needed; for two use wilcoxonTest(…)")
  }
  let rows = try PairedSamples(treatments, in: place)
  try rows.samples[0].need(2, in: place)
  let k = Double(treatments.count)
  let n = Double(rows.samples[0].count)
  var sums = [Double](repeating: 0, count: treatments.count)
  var ties = 0.0
  for row in 0..<rows.samples[0].count {
    let ranks = Ranks(rows.samples.map { $0.values[row] })
    for (place, rank) in ranks.ranks.enumerated() { sums[place] += rank }
    ties += ranks.tieSum
  }
  let correction = 1 - ties / (n * k * (k * k - 1))
  guard correction > 0 else {
    throw StatsError(
      code: .badValue, what: "each row's values are all the same", place: place,
      mend: "the statistic is not defined without spread")
  }
  let centre = n * (k + 1) / 2
  let squares = sums.reduce(0) { $0 + ($1 - centre) * ($1 - centre) }
  let q = 12 / (n * k * (k + 1)) * squares / correction
  var result = TestResult("Friedman test", .init("Q", q), pValue: Tails.chiSquared(q, k - 1))
  result.degreesOfFreedom = [k - 1]
  result.effectSizes = [.init("Kendall's W", q / (n * (k - 1)))]
  result.counts = [
    .init(name: "rows", count: rows.samples[0].count),
    .init(name: "treatments", count: treatments.count),
  ]
  result.missingCount = rows.missingCount
  return try result.checked(in: place)
}

extension DataFrame {
  /// Tests whether two columns differ, row by row, by Wilcoxon's signed ranks.
  public func wilcoxonTest(
    _ first: String, _ second: String, alternative: TestResult.Alternative = .twoSided,
    method: PValueMethod = .automatic
  ) throws(StatsError) -> TestResult {
    let place = "wilcoxonTest(\"\(first)\", \"\(second)\")"
    return try ApusStats.wilcoxonTest(
      statsColumn(first, in: place), statsColumn(second, in: place), alternative: alternative,
      method: method)
  }

  /// Tests whether a column tends to greater values in some groups of another.
  public func kruskalWallisTest(_ column: String, by groups: String) throws(StatsError)
    -> TestResult
  {
    try kruskalWallis(
      groupedSamples(column, by: groups, in: "kruskalWallisTest(\"\(column)\", by: \"\(groups)\")"))
  }

  /// Tests whether columns, the treatments of each row, tend to different values.
  public func friedmanTest(_ columns: String...) throws(StatsError) -> TestResult {
    var sources: [any SampleValues] = []
    for name in columns { sources.append(try statsColumn(name, in: "friedmanTest(…)")) }
    return try ApusStats.friedmanTest(sources)
  }
}
