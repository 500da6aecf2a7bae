public import ApusFrame

@_implementationOnly import Glibc

/// Tests whether a sample comes from a distribution, given by its cdf: Kolmogorov and Smirnov's
/// greatest distance. With `.greater`, whether the sample's function lies above.
///
///     try kolmogorovSmirnovTest(waits) { 1 - exp(-$0 / 5) }
///
/// p-values are exact up to 2000 values and for every one-sided test, else asymptotic. The
/// distribution's parameters must not be estimated from the sample.
public func kolmogorovSmirnovTest(
  _ values: any SampleValues, alternative: TestResult.Alternative = .twoSided,
  cdf: (Double) -> Double
) throws(StatsError) -> TestResult {
  let place = "kolmogorovSmirnovTest(…)"
  let sample = try Sample(values, in: place)
  try sample.need(1, in: place)
  let sorted = sample.values.sorted()
  let n = Double(sorted.count)
  var (above, below) = (0.0, 0.0)
  for (row, value) in sorted.enumerated() {
    let expected = cdf(value)
    guard (0...1).contains(expected) else {
      throw StatsError(
        code: .badValue,
        what: "the cdf gives \(NumberText.short(expected)) at \(NumberText.short(value))",
        place: place, mend: "a cdf lies between 0 and 1")
    }
    above = Swift.max(above, Double(row + 1) / n - expected)
    below = Swift.max(below, expected - Double(row) / n)
  }
  let d: Double
  let p: Double
  switch alternative {
  case .greater: (d, p) = (above, KolmogorovDistribution.oneSided(above, sorted.count))
  case .less: (d, p) = (below, KolmogorovDistribution.oneSided(below, sorted.count))
  case .twoSided:
    d = Swift.max(above, below)
    p = KolmogorovDistribution.twoSided(d, sorted.count)
  }
  var result = TestResult("Kolmogorov–Smirnov test", .init("D", d), pValue: p)
  result.alternative = alternative
  result.counts = [.init(name: sample.name, count: sample.count)]
  result.missingCount = sample.missingCount
  return try result.checked(in: place)
}

/// Tests whether two samples come from one distribution. With `.greater`, whether the first's
/// distribution function lies above (its values tend to be less).
///
/// p-values are exact while the product of the counts is at most 25 million, by counting paths as if
/// there were no ties; else asymptotic.
public func kolmogorovSmirnovTest(
  _ first: any SampleValues, _ second: any SampleValues,
  alternative: TestResult.Alternative = .twoSided
) throws(StatsError) -> TestResult {
  try twoSamples(GroupedSamples([first, second], in: "kolmogorovSmirnovTest(…)"), alternative)
}

/// Tests whether two groups come from one distribution.
public func kolmogorovSmirnovTest(
  _ values: any SampleValues, by groups: AnyColumn,
  alternative: TestResult.Alternative = .twoSided
) throws(StatsError) -> TestResult {
  try twoSamples(
    GroupedSamples(values, by: groups, in: "kolmogorovSmirnovTest(…)"), alternative)
}

extension DataFrame {
  /// Tests whether a column has one distribution in the two groups of another.
  public func kolmogorovSmirnovTest(
    _ column: String, by groups: String, alternative: TestResult.Alternative = .twoSided
  ) throws(StatsError) -> TestResult {
    try twoSamples(
      groupedSamples(
        column, by: groups, in: "kolmogorovSmirnovTest(\"\(column)\", by: \"\(groups)\")"),
      alternative)
  }
}

private func twoSamples(
  _ groups: GroupedSamples, _ alternative: TestResult.Alternative
) throws(StatsError) -> TestResult {
  let place = "kolmogorovSmirnovTest(…)"
  try groups.needTwo(in: place, mend: "filter two groups, or compare them pair by pair")
  try groups.needGroups(of: 1, in: place)
  let (x, y) = (groups.samples[0].values.sorted(), groups.samples[1].values.sorted())
  let (n, m) = (x.count, y.count)
  // Distances in steps of 1/(n·m), so that equal ones are equal.
  var (i, j, above, below) = (0, 0, 0, 0)
  while i < n || j < m {
    let value = i < n ? (j < m ? Swift.min(x[i], y[j]) : x[i]) : y[j]
    while i < n, x[i] == value { i += 1 }
    while j < m, y[j] == value { j += 1 }
    above = Swift.max(above, i * m - j * n)
    below = Swift.max(below, j * n - i * m)
  }
  let steps =
    switch alternative {
    case .twoSided: Swift.max(above, below)
    case .greater: above
    case .less: below
    }
  let d = Double(steps) / (Double(n) * Double(m))
  let isExact = n * m <= 25_000_000
  let p: Double
  if isExact {
    p = touching(steps, n, m, isTwoSided: alternative == .twoSided)
  } else {
    let size = Double(n) * Double(m) / Double(n + m)
    if alternative == .twoSided {
      p = KolmogorovDistribution.twoSided(d, Int(size.rounded()))
    } else {
      let (big, small) = (Double(Swift.max(n, m)), Double(Swift.min(n, m)))
      let z = size.squareRoot() * d
      p = exp(
        -2 * z * z - 2 * z * (big + 2 * small) / (big * small * (big + small)).squareRoot() / 3)
    }
  }
  var result = TestResult("two-sample Kolmogorov–Smirnov test", .init("D", d), pValue: p)
  result.alternative = alternative
  result.counts = groups.counts
  result.missingCount = groups.missingCount
  result.notes = [isExact ? "p-value: exact without ties" : "p-value: asymptotic"] + groups.notes
  return try result.checked(in: place)
}

/// The share of paths from (0, 0) to (n, m) that somewhere are `steps` or more from the diagonal.
private func touching(_ steps: Int, _ n: Int, _ m: Int, isTwoSided: Bool) -> Double {
  if steps <= 0 { return 1 }
  func isOutside(_ i: Int, _ j: Int) -> Bool {
    let distance = i * m - j * n
    return distance >= steps || (isTwoSided && -distance >= steps)
  }
  var shares = [Double](repeating: 0, count: m + 1)
  for j in 0...m { shares[j] = isOutside(0, j) || (j > 0 && shares[j - 1] == 1) ? 1 : 0 }
  for i in 1...n {
    if isOutside(i, 0) { shares[0] = 1 }
    for j in 1...m {
      if isOutside(i, j) {
        shares[j] = 1
      } else {
        let all = Double(i + j)
        shares[j] = Double(i) / all * shares[j] + Double(j) / all * shares[j - 1]
      }
    }
  }
  return shares[m]
}

/// The distribution of the greatest distance of a sample's function from the true one.
enum KolmogorovDistribution {
  /// P(D⁺ ≥ d) of n values. Source: Birnbaum and Tingey 1951.
  static func oneSided(_ d: Double, _ n: Int) -> Double {
    if d <= 0 { return 1 }
    if d >= 1 { return 0 }
    let size = Double(n)
    var sum = CompensatedSum()
    for j in 0...Int((size * (1 - d)).rounded(.down)) {
      let up = d + Double(j) / size
      let down = 1 - up
      if down <= 0, j < n { continue }
      let log =
        Tails.logChoose(n, j) + (j < n ? Double(n - j) * Glibc.log(down) : 0)
        + Double(j - 1) * Glibc.log(up)
      sum.add(exp(log))
    }
    return Swift.min(1, d * sum.value)
  }

  /// P(D ≥ d) of n values: by powers of a matrix (Marsaglia, Tsang and Wang 2003) in the middle, by
  /// the one-sided probability in the tail, and by Kolmogorov's limit with Vrbik's correction (2018)
  /// beyond 2000 values.
  static func twoSided(_ d: Double, _ n: Int) -> Double {
    let size = Double(n)
    if d * size <= 0.5 { return 1 }
    if d >= 1 { return 0 }
    let square = size * d * d
    if square > 4 || d >= 0.5 { return Swift.min(1, 2 * oneSided(d, n)) }
    if n <= 2000 { return 1 - lower(d, n) }
    let root = size.squareRoot()
    let z = root * d
    return limit(z + 1 / (6 * root) + (z - 1) / (4 * size))
  }

  /// Kolmogorov's limit: 2 Σ (−1)^(k−1) exp(−2 k² z²).
  static func limit(_ z: Double) -> Double {
    if z < 0.5 {
      var sum = 0.0
      for k in 1...20 {
        let odd = Double(2 * k - 1) * Double.pi
        sum += exp(-odd * odd / (8 * z * z))
      }
      return 1 - (2 * Double.pi).squareRoot() / z * sum
    }
    var sum = 0.0
    for k in 1...40 {
      let term = exp(-2 * Double(k * k) * z * z)
      sum += k % 2 == 1 ? term : -term
    }
    return 2 * sum
  }

  private static func lower(_ d: Double, _ n: Int) -> Double {
    let k = Int(Double(n) * d) + 1
    let h = Double(k) - Double(n) * d
    let m = 2 * k - 1
    var matrix = [Double](repeating: 0, count: m * m)
    for i in 0..<m { for j in 0..<m where i - j + 1 >= 0 { matrix[i * m + j] = 1 } }
    for i in 0..<m {
      matrix[i * m] -= pow(h, Double(i + 1))
      matrix[(m - 1) * m + i] -= pow(h, Double(m - i))
    }
    matrix[(m - 1) * m] += 2 * h - 1 > 0 ? pow(2 * h - 1, Double(m)) : 0
    for i in 0..<m {
      for j in 0..<m where i - j + 1 > 0 {
        for g in 1...(i - j + 1) { matrix[i * m + j] /= Double(g) }
      }
    }
    // The power, numbers kept near 1 by powers of ten that are counted.
    var (result, exponent) = (identity(m), 0)
    var (base, baseExponent) = (matrix, 0)
    var left = n
    while left > 0 {
      if left & 1 == 1 {
        result = product(result, base, m)
        exponent += baseExponent
      }
      base = product(base, base, m)
      baseExponent *= 2
      if base[(k - 1) * m + k - 1] > 1e140 {
        for place in base.indices { base[place] *= 1e-140 }
        baseExponent += 140
      }
      if result[(k - 1) * m + k - 1] > 1e140 {
        for place in result.indices { result[place] *= 1e-140 }
        exponent += 140
      }
      left >>= 1
    }
    var value = result[(k - 1) * m + k - 1]
    for i in 1...n {
      value = value * Double(i) / Double(n)
      if value < 1e-140 {
        value *= 1e140
        exponent -= 140
      }
    }
    return value * pow(10, Double(exponent))
  }

  private static func identity(_ m: Int) -> [Double] {
    var result = [Double](repeating: 0, count: m * m)
    for place in 0..<m { result[place * m + place] = 1 }
    return result
  }

  private static func product(_ a: [Double], _ b: [Double], _ m: Int) -> [Double] {
    var result = [Double](repeating: 0, count: m * m)
    result.withUnsafeMutableBufferPointer { result in
      a.withUnsafeBufferPointer { a in
        b.withUnsafeBufferPointer { b in
          for i in 0..<m {
            for k in 0..<m {
              let factor = a[i * m + k]
              if factor == 0 { continue }
              for j in 0..<m { result[i * m + j] += factor * b[k * m + j] }
            }
          }
        }
      }
    }
    return result
  }
}
