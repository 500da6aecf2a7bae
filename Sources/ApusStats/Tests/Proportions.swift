@_implementationOnly import Glibc

/// How the interval of a proportion is made.
public enum ProportionInterval: Sendable {
  /// Wilson 1927: by the score; good for all sizes.
  case wilson
  /// Clopper and Pearson 1934: exact, never too short.
  case exact
  /// Wald's: by the normal distribution of the estimate; for large samples.
  case normal
  /// Agresti and Coull 1998.
  case agrestiCoull
  /// Jeffreys' Bayesian interval.
  case jeffreys
}

/// The confidence interval of a proportion of successes.
public func proportionInterval(
  successes: Int, of trials: Int, confidence: Double = 0.95,
  method: ProportionInterval = .wilson
) throws(StatsError) -> TestResult.Interval {
  try checkCounts(successes, trials, in: "proportionInterval(…)")
  try StatsError.checkLevel(confidence, in: "proportionInterval(…)")
  let n = Double(trials)
  let x = Double(successes)
  let p = x / n
  let z = Tails.normalReach(confidence, .twoSided)
  switch method {
  case .wilson:
    let centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    let reach = z / (1 + z * z / n) * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
    return .init(
      successes == 0 ? 0 : centre - reach, successes == trials ? 1 : centre + reach,
      level: confidence)
  case .exact: return clopperPearson(successes, trials, confidence)
  case .normal:
    let reach = z * (p * (1 - p) / n).squareRoot()
    return .init(Swift.max(0, p - reach), Swift.min(1, p + reach), level: confidence)
  case .agrestiCoull:
    let more = n + z * z
    let centre = (x + z * z / 2) / more
    let reach = z * (centre * (1 - centre) / more).squareRoot()
    return .init(Swift.max(0, centre - reach), Swift.min(1, centre + reach), level: confidence)
  case .jeffreys:
    let alpha = (1 - confidence) / 2
    return .init(
      Tails.betaQuantile(alpha, x + 0.5, n - x + 0.5),
      Tails.betaQuantile(1 - alpha, x + 0.5, n - x + 0.5), level: confidence)
  }
}

func clopperPearson(_ successes: Int, _ trials: Int, _ level: Double) -> TestResult.Interval {
  let alpha = (1 - level) / 2
  let (x, n) = (Double(successes), Double(trials))
  return .init(
    successes == 0 ? 0 : Tails.betaQuantile(alpha, x, n - x + 1),
    successes == trials ? 1 : Tails.betaQuantile(1 - alpha, x + 1, n - x), level: level)
}

private func checkCounts(_ successes: Int, _ trials: Int, in place: String) throws(StatsError) {
  guard trials > 0, successes >= 0, successes <= trials else {
    throw StatsError(
      code: .badValue, what: "\(successes) successes of \(trials) trials", place: place,
      mend: "give at least one trial, and no more successes than trials")
  }
}

private func checkChance(_ p: Double, in place: String) throws(StatsError) {
  guard p > 0, p < 1 else {
    throw StatsError(
      code: .badOption, what: "a probability of \(NumberText.short(p))", place: place,
      mend: "choose one between 0 and 1")
  }
}

/// Tests whether successes have a probability, exactly. A two-sided p-value sums the outcomes that
/// are no more likely; the interval is Clopper and Pearson's.
public func binomialTest(
  successes: Int, of trials: Int, probability: Double = 0.5,
  alternative: TestResult.Alternative = .twoSided, confidence: Double = 0.95
) throws(StatsError) -> TestResult {
  let place = "binomialTest(…)"
  try checkCounts(successes, trials, in: place)
  try checkChance(probability, in: place)
  try StatsError.checkLevel(confidence, in: place)
  let p: Double =
    switch alternative {
    case .less: Tails.binomialLower(successes, trials, probability)
    case .greater: Tails.binomialUpper(successes, trials, probability)
    case .twoSided: twoSidedBinomial(successes, trials, probability)
    }
  let share = Double(successes) / Double(trials)
  var result = TestResult(
    "binomial test", .init("successes", Double(successes)), pValue: p)
  result.alternative = alternative
  let level = alternative == .twoSided ? confidence : 2 * confidence - 1
  let exact =
    level > 0
    ? clopperPearson(successes, trials, level) : TestResult.Interval(0, 1, level: confidence)
  result.estimate = .init(
    "proportion", share,
    .init(
      alternative == .less ? 0 : exact.lower, alternative == .greater ? 1 : exact.upper,
      level: confidence))
  result.effectSizes = [
    .init("Cohen's h", 2 * asin(share.squareRoot()) - 2 * asin(probability.squareRoot()))
  ]
  result.counts = [.init(name: "trials", count: trials)]
  return try result.checked(in: place)
}

/// The sum over outcomes that are no more likely than the observed one.
private func twoSidedBinomial(_ successes: Int, _ trials: Int, _ p: Double) -> Double {
  func logChance(_ k: Int) -> Double {
    Tails.logChoose(trials, k) + Double(k) * log(p) + Double(trials - k) * log1p(-p)
  }
  let own = logChance(successes) + 1e-7
  let mean = Double(trials) * p
  if Double(successes) == mean { return 1 }
  if Double(successes) < mean {
    // The chances fall from the mode on: the first that is no more likely begins the other tail.
    var (low, high) = (Int(mean.rounded(.up)), trials + 1)
    while low < high {
      let middle = (low + high) / 2
      if logChance(middle) <= own { high = middle } else { low = middle + 1 }
    }
    return Swift.min(
      1, Tails.binomialLower(successes, trials, p) + Tails.binomialUpper(low, trials, p))
  }
  var (low, high) = (-1, Int(mean.rounded(.down)))
  while low < high {
    let middle = (low + high + 1) / 2
    if logChance(middle) <= own { low = middle } else { high = middle - 1 }
  }
  return Swift.min(
    1, Tails.binomialLower(low, trials, p) + Tails.binomialUpper(successes, trials, p))
}

/// Tests whether successes have a probability, by the normal score z; the interval is Wilson's.
public func proportionTest(
  successes: Int, of trials: Int, probability: Double,
  alternative: TestResult.Alternative = .twoSided, confidence: Double = 0.95
) throws(StatsError) -> TestResult {
  let place = "proportionTest(…)"
  try checkCounts(successes, trials, in: place)
  try checkChance(probability, in: place)
  let n = Double(trials)
  let share = Double(successes) / n
  let z = (share - probability) / (probability * (1 - probability) / n).squareRoot()
  var result = TestResult(
    "one-sample test of a proportion", .init("z", z), pValue: Tails.normal(score: z, alternative))
  result.alternative = alternative
  result.estimate = .init(
    "proportion", share,
    try proportionInterval(successes: successes, of: trials, confidence: confidence))
  result.effectSizes = [
    .init("Cohen's h", 2 * asin(share.squareRoot()) - 2 * asin(probability.squareRoot()))
  ]
  result.counts = [.init(name: "trials", count: trials)]
  return try result.checked(in: place)
}

/// Tests whether two proportions are equal, by the score z with a pooled proportion. The estimate is
/// their difference with Newcombe's interval (of two Wilson intervals).
public func proportionTest(
  _ first: (successes: Int, trials: Int), _ second: (successes: Int, trials: Int),
  alternative: TestResult.Alternative = .twoSided, confidence: Double = 0.95
) throws(StatsError) -> TestResult {
  let place = "proportionTest(…)"
  try checkCounts(first.successes, first.trials, in: place)
  try checkCounts(second.successes, second.trials, in: place)
  let (n, m) = (Double(first.trials), Double(second.trials))
  let (p, q) = (Double(first.successes) / n, Double(second.successes) / m)
  let pooled = Double(first.successes + second.successes) / (n + m)
  guard pooled > 0, pooled < 1 else {
    throw StatsError(
      code: .badValue, what: "both samples have \(pooled == 0 ? "no" : "only") successes",
      place: place, mend: "the statistic is not defined without spread")
  }
  let z = (p - q) / (pooled * (1 - pooled) * (1 / n + 1 / m)).squareRoot()
  var result = TestResult(
    "two-sample test of proportions", .init("z", z), pValue: Tails.normal(score: z, alternative))
  result.alternative = alternative
  let a = try proportionInterval(
    successes: first.successes, of: first.trials, confidence: confidence)
  let b = try proportionInterval(
    successes: second.successes, of: second.trials, confidence: confidence)
  let low = p - q - ((p - a.lower) * (p - a.lower) + (b.upper - q) * (b.upper - q)).squareRoot()
  let high = p - q + ((a.upper - p) * (a.upper - p) + (q - b.lower) * (q - b.lower)).squareRoot()
  result.estimate = .init("difference of proportions", p - q, .init(low, high, level: confidence))
  result.effectSizes = [.init("Cohen's h", 2 * asin(p.squareRoot()) - 2 * asin(q.squareRoot()))]
  result.counts = [
    .init(name: "sample 1", count: first.trials), .init(name: "sample 2", count: second.trials),
  ]
  return try result.checked(in: place)
}

/// Tests whether the median of a sample is `median`, by the signs of the differences, exactly.
/// Differences of 0 are left out.
public func signTest(
  _ values: any SampleValues, median: Double = 0,
  alternative: TestResult.Alternative = .twoSided
) throws(StatsError) -> TestResult {
  let sample = try Sample(values, in: "signTest(…)")
  return try signs(sample.values.map { $0 - median }, sample.missingCount, alternative)
}

/// Tests whether the differences of pairs have either sign equally often, exactly.
public func signTest(
  _ first: any SampleValues, _ second: any SampleValues,
  alternative: TestResult.Alternative = .twoSided
) throws(StatsError) -> TestResult {
  let pairs = try PairedSamples([first, second], in: "signTest(…)")
  return try signs(
    zip(pairs.samples[0].values, pairs.samples[1].values).map { $0 - $1 }, pairs.missingCount,
    alternative)
}

private func signs(
  _ differences: [Double], _ missing: Int, _ alternative: TestResult.Alternative
) throws(StatsError) -> TestResult {
  let kept = differences.filter { $0 != 0 }
  guard !kept.isEmpty else {
    throw StatsError(
      code: .badValue, what: "no difference is other than 0 (of \(differences.count))",
      place: "signTest(…)", mend: "the statistic is not defined without differences")
  }
  let positive = kept.count { $0 > 0 }
  var result = try binomialTest(successes: positive, of: kept.count, alternative: alternative)
  result.name = "sign test"
  result.statistic.name = "positive differences"
  result.counts = [.init(name: "differences", count: kept.count)]
  result.missingCount = missing
  if kept.count < differences.count {
    result.notes = ["\(differences.count - kept.count) differences of 0 are left out"]
  }
  return result
}

/// Tests whether values come in random order, by the number of runs above and below a cut (the
/// median by default): Wald and Wolfowitz. Values on the cut are counted above it.
public func runsTest(
  _ values: any SampleValues, cut: Double? = nil,
  alternative: TestResult.Alternative = .twoSided
) throws(StatsError) -> TestResult {
  let place = "runsTest(…)"
  let sample = try Sample(values, in: place)
  try sample.need(2, in: place)
  let middle = if let cut { cut } else { try sample.median }
  let isAbove = sample.values.map { $0 >= middle }
  let n = Double(isAbove.count { $0 })
  let m = Double(isAbove.count) - n
  guard n > 0, m > 0 else {
    throw StatsError(
      code: .badValue,
      what: "all values of \(sample.label) lie on one side of "
        + NumberText.short(middle, digits: 6), place: place, mend: "choose another cut")
  }
  var runs = 1
  for place in 1..<isAbove.count where isAbove[place] != isAbove[place - 1] { runs += 1 }
  let total = n + m
  let mean = 1 + 2 * n * m / total
  let variance = 2 * n * m * (2 * n * m - total) / (total * total * (total - 1))
  let z = (Double(runs) - mean) / variance.squareRoot()
  var result = TestResult(
    "runs test", .init("z", z), pValue: Tails.normal(score: z, alternative))
  result.alternative = alternative
  result.estimate = .init("runs", Double(runs))
  result.counts = [.init(name: "above", count: Int(n)), .init(name: "below", count: Int(m))]
  result.missingCount = sample.missingCount
  return try result.checked(in: place)
}
