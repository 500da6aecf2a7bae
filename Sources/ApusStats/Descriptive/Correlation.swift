public import ApusFrame

@_implementationOnly import Glibc

/// Measures of how two samples go together.
public enum CorrelationMethod: Sendable {
  /// Linear: of the values.
  case pearson
  /// Monotone: of the ranks, ties sharing the mean of theirs.
  case spearman
  /// Monotone: of the order of pairs, τ-b.
  case kendall
}

/// The correlation of two samples with its interval and test against 0.
///
/// - Missing: rows where either value is missing are left out; at least 3 are needed.
/// - Pearson: t with n − 2 degrees of freedom; interval by Fisher's z.
/// - Spearman: the same of the ranks; the interval's error is (1 + ρ²/2)/(n − 3), Bonett and
///   Wright 2000.
/// - Kendall: exact without ties up to 33 rows, else normal with the variance for ties; the
///   interval's error is 0.437/(n − 4), Fieller, Hartley and Pearson 1957. Cost: O(n log n).
public func correlation(
  _ x: any SampleValues, _ y: any SampleValues, method: CorrelationMethod = .pearson,
  alternative: TestResult.Alternative = .twoSided, confidence: Double = 0.95
) throws(StatsError) -> TestResult {
  let place = "correlation(…)"
  try StatsError.checkLevel(confidence, in: place)
  let pairs = try PairedSamples([x, y], in: place)
  for sample in pairs.samples {
    try sample.need(3, in: place)
    try sample.needSpread(in: place)
  }
  let (x, y) = (pairs.samples[0], pairs.samples[1])
  let n = Double(x.count)
  var result: TestResult
  let error: Double?
  switch method {
  case .pearson:
    let r = try pearson(x.values, y.values, in: place)
    result = linearTest("Pearson's correlation", "r", r, freedom: n - 2, alternative)
    error = n > 3 ? 1 / (n - 3) : nil
  case .spearman:
    let r = try pearson(Ranks(x.values).ranks, Ranks(y.values).ranks, in: place)
    result = linearTest("Spearman's rank correlation", "ρ", r, freedom: n - 2, alternative)
    error = n > 3 ? (1 + r * r / 2) / (n - 3) : nil
  case .kendall:
    let orders = KendallOrders(x.values, y.values)
    result = orders.test(alternative)
    error = n > 4 ? 0.437 / (n - 4) : nil
  }
  result.estimate = .init(
    result.statistic.name, result.statistic.value,
    error.map { fisherInterval(result.statistic.value, $0, confidence, alternative) })
  result.alternative = alternative
  result.counts = [.init(name: "pairs", count: x.count)]
  result.missingCount = pairs.missingCount
  return try result.checked(in: place)
}

/// The correlation of a binary sample (two different values) with another: Pearson's r with the
/// greater of the two values as 1.
public func pointBiserialCorrelation(
  _ binary: any SampleValues, _ values: any SampleValues, confidence: Double = 0.95
) throws(StatsError) -> TestResult {
  let place = "pointBiserialCorrelation(…)"
  let pairs = try PairedSamples([binary, values], in: place)
  let levels = Set(pairs.samples[0].values)
  guard levels.count == 2, let high = levels.max() else {
    throw StatsError(
      code: .badValue, what: "\(pairs.samples[0].label) has \(levels.count) different values",
      place: place, mend: "give a sample of two, such as 0 and 1")
  }
  var result = try correlation(
    pairs.samples[0].values.map { $0 == high ? 1.0 : 0 }, pairs.samples[1].values,
    confidence: confidence)
  result.name = "point-biserial correlation"
  result.missingCount = pairs.missingCount
  return result
}

/// Pearson's correlation of two samples once what the others explain of both is taken out.
///
/// t with n − 2 − k degrees of freedom for k others; the interval by Fisher's z with n − k − 3.
public func partialCorrelation(
  _ x: any SampleValues, _ y: any SampleValues, given others: [any SampleValues],
  method: CorrelationMethod = .pearson, confidence: Double = 0.95
) throws(StatsError) -> TestResult {
  let place = "partialCorrelation(…)"
  try StatsError.checkLevel(confidence, in: place)
  let rows = try PairedSamples([x, y] + others, in: place)
  for sample in rows.samples {
    try sample.need(others.count + 3, in: place)
    try sample.needSpread(in: place)
  }
  var columns = rows.samples.map(\.values)
  switch method {
  case .pearson: break
  case .spearman: columns = columns.map { Ranks($0).ranks }
  case .kendall:
    throw StatsError(
      code: .badOption, what: "a partial Kendall correlation", place: place,
      mend: "choose .pearson or .spearman")
  }
  let residuals = try columns.residuals(of: 2, in: place)
  for (sample, rest) in zip(rows.samples, residuals) where rest == nil {
    throw StatsError(
      code: .singular, what: "\(sample.label) is explained wholly by the others", place: place,
      mend: "leave out what depends on it")
  }
  let r = try pearson(residuals[0] ?? [], residuals[1] ?? [], in: place)
  let n = Double(columns[0].count)
  let freedom = n - 2 - Double(others.count)
  var result = linearTest(
    "partial correlation given \(others.count)", "r", r, freedom: freedom, .twoSided)
  result.estimate = .init(
    "r", r, freedom > 1 ? fisherInterval(r, 1 / (freedom - 1), confidence, .twoSided) : nil)
  result.counts = [.init(name: "rows", count: columns[0].count)]
  result.missingCount = rows.missingCount
  return try result.checked(in: place)
}

/// The covariance of two samples (n − 1). Rows where either value is missing are left out.
public func covariance(
  _ x: any SampleValues, _ y: any SampleValues
) throws(StatsError) -> Double {
  let pairs = try PairedSamples([x, y], in: "covariance(…)")
  try pairs.samples[0].need(2, in: "covariance(…)")
  let sums = try CrossSums(pairs.samples[0].values, pairs.samples[1].values, in: "covariance(…)")
  return sums.xy / Double(pairs.samples[0].count - 1)
}

extension DataFrame {
  /// The correlation of two columns with its interval and test against 0.
  public func correlation(
    _ x: String, _ y: String, method: CorrelationMethod = .pearson,
    alternative: TestResult.Alternative = .twoSided, confidence: Double = 0.95
  ) throws(StatsError) -> TestResult {
    let place = "correlation(\"\(x)\", \"\(y)\")"
    return try ApusStats.correlation(
      statsColumn(x, in: place), statsColumn(y, in: place), method: method,
      alternative: alternative, confidence: confidence)
  }

  /// The column of a name; an error with the nearest name when there is none.
  func statsColumn(_ name: String, in place: String) throws(StatsError) -> AnyColumn {
    do throws(FrameError) {
      _ = try schema.place(of: name, in: place)
      return try self[name]
    } catch { throw StatsError(error, in: place) }
  }
}

/// The sums of squares and products of two samples around their means.
struct CrossSums: Sendable {
  private(set) var xx = 0.0
  private(set) var yy = 0.0
  private(set) var xy = 0.0

  init(_ x: [Double], _ y: [Double], in place: String) throws(StatsError) {
    let n = x.count
    let centreX = try Sums.total(x, in: place).sum.divided(by: n).value
    let centreY = try Sums.total(y, in: place).sum.divided(by: n).value
    let parts = try Sums.pieces(n, in: place) { rows in
      x.withUnsafeBytes { x in
        y.withUnsafeBytes { y in Self.products(x, y, rows, centreX, centreY) }
      }
    }
    var sums = [CompensatedSum](repeating: CompensatedSum(), count: 5)
    for part in parts { for place in 0..<5 { sums[place].add(part[place]) } }
    let (restX, restY) = (sums[3].value, sums[4].value)
    xx = sums[0].value - restX * restX / Double(n)
    yy = sums[1].value - restY * restY / Double(n)
    xy = sums[2].value - restX * restY / Double(n)
  }

  private static func products(
    _ x: UnsafeRawBufferPointer, _ y: UnsafeRawBufferPointer, _ rows: Range<Int>,
    _ centreX: Double, _ centreY: Double
  ) -> [CompensatedSum] {
    var (xx, yy, xy) = (LaneSum(), LaneSum(), LaneSum())
    var (restX, restY) = (LaneSum(), LaneSum())
    let whole = rows.lowerBound + rows.count & ~3
    var row = rows.lowerBound
    while row < whole {
      let a = x.loadUnaligned(fromByteOffset: row * 8, as: SIMD4<Double>.self) - centreX
      let b = y.loadUnaligned(fromByteOffset: row * 8, as: SIMD4<Double>.self) - centreY
      xx.add(a * a)
      yy.add(b * b)
      xy.add(a * b)
      restX.add(a)
      restY.add(b)
      row += 4
    }
    var sums = [xx.total, yy.total, xy.total, restX.total, restY.total]
    while row < rows.upperBound {
      let a = x.loadUnaligned(fromByteOffset: row * 8, as: Double.self) - centreX
      let b = y.loadUnaligned(fromByteOffset: row * 8, as: Double.self) - centreY
      for (place, product) in [a * a, b * b, a * b, a, b].enumerated() { sums[place].add(product) }
      row += 1
    }
    return sums
  }
}

/// Pearson's correlation of samples of one length with spread.
func pearson(_ x: [Double], _ y: [Double], in place: String) throws(StatsError) -> Double {
  let sums = try CrossSums(x, y, in: place)
  let r = sums.xy / (sums.xx.squareRoot() * sums.yy.squareRoot())
  return Swift.min(Swift.max(r, -1), 1)
}

/// The test of a linear correlation: t = r √(f/(1 − r²)) with f degrees of freedom.
private func linearTest(
  _ name: String, _ symbol: String, _ r: Double, freedom: Double,
  _ alternative: TestResult.Alternative
) -> TestResult {
  let t = r * (freedom / ((1 - r) * (1 + r))).squareRoot()
  let p = abs(r) == 1 ? Tails.certain(r, alternative) : Tails.studentT(t, freedom, alternative)
  var result = TestResult(name, .init(symbol, r), pValue: p)
  result.degreesOfFreedom = [freedom]
  return result
}

/// The interval of a correlation whose Fisher's z has a variance of `variance`.
private func fisherInterval(
  _ r: Double, _ variance: Double, _ level: Double, _ alternative: TestResult.Alternative
) -> TestResult.Interval {
  let z = atanh(r)
  let reach = Tails.normalReach(level, alternative) * variance.squareRoot()
  return TestResult.Interval(
    alternative == .less ? -1 : tanh(z - reach), alternative == .greater ? 1 : tanh(z + reach),
    level: level)
}

extension [[Double]] {
  /// What remains of the first `count` columns once the others and a constant are fitted: by
  /// orthogonalising twice. `nil` for a column that is explained wholly.
  fileprivate func residuals(of count: Int, in place: String) throws(StatsError) -> [[Double]?] {
    let n = self[0].count
    func centred(_ column: [Double]) throws(StatsError) -> [Double] {
      let mean = try Sums.total(column, in: place).sum.divided(by: n).value
      return column.map { $0 - mean }
    }
    func dot(_ a: [Double], _ b: [Double]) -> Double {
      var sum = CompensatedSum()
      for row in 0..<n { sum.add(a[row] * b[row]) }
      return sum.value
    }
    var basis: [[Double]] = []
    func rest(_ column: [Double]) throws(StatsError) -> [Double]? {
      var rest = try centred(column)
      let whole = dot(rest, rest)
      for _ in 0..<2 {
        for direction in basis {
          let share = dot(rest, direction)
          for row in 0..<n { rest[row] -= share * direction[row] }
        }
      }
      return dot(rest, rest) > whole * 1e-24 ? rest : nil
    }
    for column in dropFirst(count) {
      guard let next = try rest(column) else { continue }
      let length = dot(next, next).squareRoot()
      basis.append(next.map { $0 / length })
    }
    var results: [[Double]?] = []
    for column in prefix(count) { results.append(try rest(column)) }
    return results
  }
}
