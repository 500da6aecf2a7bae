@_implementationOnly import Glibc

/// Tests whether a sample of 8 or more values is normal, by Anderson and Darling's A² with mean and
/// variance estimated. The p-value is Stephens' approximation (D'Agostino and Stephens 1986, table
/// 4.9).
public func andersonDarlingTest(_ values: any SampleValues) throws(StatsError) -> TestResult {
  let place = "andersonDarlingTest(…)"
  let sample = try Sample(values, in: place)
  try sample.need(8, in: place)
  try sample.needSpread(in: place)
  let moments = try sample.moments(in: place)
  let sd = moments.variance.squareRoot()
  let n = Double(sample.count)
  let scores = sample.values.sorted().map { ($0 - moments.mean) / sd }
  var sum = CompensatedSum()
  for (place, score) in scores.enumerated() {
    let other = scores[scores.count - 1 - place]
    sum.add(
      (2 * Double(place) + 1)
        * (logLower(score) + logLower(-other)))
  }
  let a = -n - sum.value / n
  let x = a * (1 + 0.75 / n + 2.25 / (n * n))
  let p: Double =
    if x < 0.2 {
      1 - exp(-13.436 + 101.14 * x - 223.73 * x * x)
    } else if x < 0.34 {
      1 - exp(-8.318 + 42.796 * x - 59.938 * x * x)
    } else if x < 0.6 {
      exp(0.9177 - 4.279 * x - 1.38 * x * x)
    } else {
      exp(1.2937 - 5.709 * x + 0.0186 * x * x)
    }
  return try finished(
    TestResult("Anderson–Darling test of normality", .init("A²", a), pValue: x > 153 ? 0 : p),
    sample, in: place)
}

/// Tests whether a sample is normal by its skewness and kurtosis: Jarque and Bera's statistic, χ²
/// with 2 degrees of freedom in large samples.
public func jarqueBeraTest(_ values: any SampleValues) throws(StatsError) -> TestResult {
  let place = "jarqueBeraTest(…)"
  let sample = try Sample(values, in: place)
  try sample.need(3, in: place)
  try sample.needSpread(in: place)
  let moments = try sample.moments(in: place)
  let skew = moments.skewness(isUnbiased: false)
  let excess = moments.kurtosis(isUnbiased: false)
  let jb = Double(sample.count) / 6 * (skew * skew + excess * excess / 4)
  var result = TestResult(
    "Jarque–Bera test of normality", .init("JB", jb), pValue: Tails.chiSquared(jb, 2))
  result.degreesOfFreedom = [2]
  result.effectSizes = [.init("skewness", skew), .init("excess kurtosis", excess)]
  if sample.count < 2000 {
    result.notes = ["the χ² distribution is right for large samples; this one has \(sample.count)"]
  }
  return try finished(result, sample, in: place)
}

/// Tests whether a sample of 8 or more values is normal: D'Agostino and Pearson's K², made of the
/// scores of its skewness and kurtosis.
public func dAgostinoTest(_ values: any SampleValues) throws(StatsError) -> TestResult {
  let place = "dAgostinoTest(…)"
  let sample = try Sample(values, in: place)
  try sample.need(8, in: place)
  try sample.needSpread(in: place)
  let moments = try sample.moments(in: place)
  let n = Double(sample.count)
  let first = skewnessScore(moments.skewness(isUnbiased: false), n)
  let second = kurtosisScore(moments.kurtosis(isUnbiased: false) + 3, n)
  let k = first * first + second * second
  var result = TestResult(
    "D'Agostino–Pearson test of normality", .init("K²", k), pValue: Tails.chiSquared(k, 2))
  result.degreesOfFreedom = [2]
  result.effectSizes = [
    .init("score of the skewness", first), .init("score of the kurtosis", second),
  ]
  if sample.count < 20 {
    result.notes = ["the score of the kurtosis is rough below 20 values"]
  }
  return try finished(result, sample, in: place)
}

private func finished(
  _ result: TestResult, _ sample: Sample, in place: String
) throws(StatsError) -> TestResult {
  var result = result
  result.counts = [.init(name: sample.name, count: sample.count)]
  result.missingCount = sample.missingCount
  return try result.checked(in: place)
}

/// ln Φ(z), right in the lower tail too.
private func logLower(_ z: Double) -> Double {
  if z > -5 { return z > 5 ? log1p(-0.5 * erfc(z / 2.0.squareRoot())) : log(Tails.normalLower(z)) }
  if z > -37 { return log(0.5 * erfc(-z / 2.0.squareRoot())) }
  // The continued fraction's first terms, for what a double cannot hold.
  let square = z * z
  return -square / 2 - log(-z) - 0.5 * log(2 * Double.pi)
    + log1p(-1 / square + 3 / (square * square) - 15 / (square * square * square))
}

/// The score of a skewness among normal samples of n values. Source: D'Agostino 1970.
private func skewnessScore(_ skew: Double, _ n: Double) -> Double {
  let y = skew * ((n + 1) * (n + 3) / (6 * (n - 2))).squareRoot()
  let beta =
    3 * (n * n + 27 * n - 70) * (n + 1) * (n + 3) / ((n - 2) * (n + 5) * (n + 7) * (n + 9))
  let square = -1 + (2 * (beta - 1)).squareRoot()
  let delta = 1 / (0.5 * log(square)).squareRoot()
  let alpha = (2 / (square - 1)).squareRoot()
  return delta * asinh(y / alpha)
}

/// The score of a kurtosis (3 for normal ones) among normal samples. Source: Anscombe and Glynn 1983.
private func kurtosisScore(_ kurtosis: Double, _ n: Double) -> Double {
  let mean = 3 * (n - 1) / (n + 1)
  let variance =
    24 * n * (n - 2) * (n - 3) / ((n + 1) * (n + 1) * (n + 3) * (n + 5))
  let x = (kurtosis - mean) / variance.squareRoot()
  let root =
    6 * (n * n - 5 * n + 2) / ((n + 7) * (n + 9))
    * (6 * (n + 3) * (n + 5) / (n * (n - 2) * (n - 3))).squareRoot()
  let a = 6 + 8 / root * (2 / root + (1 + 4 / (root * root)).squareRoot())
  let first = 1 - 2 / (9 * a)
  let denominator = 1 + x * (2 / (a - 4)).squareRoot()
  let ratio = (1 - 2 / a) / abs(denominator)
  let second = denominator < 0 ? -cbrt(ratio) : cbrt(ratio)
  return (first - second) / (2 / (9 * a)).squareRoot()
}
