public import ApusFrame

@_implementationOnly import Glibc

/// The statistic of Shapiro and Wilk with its p-value.
///
/// Source: Royston 1995, algorithm AS R94.
struct ShapiroWilk {
  let w: Double
  let pValue: Double

  /// Of 3 to 5000 values with spread.
  init(_ values: [Double]) throws(StatsError) {
    let sorted = values.sorted()
    let n = sorted.count
    let half = n / 2
    let weights = Self.weights(n)
    let range = sorted[n - 1] - sorted[0]
    // By symmetry the weights sum to 0; values are scaled by their range.
    let mean = try Sample(known: sorted).mean
    var (product, squares, weightSquares) = (CompensatedSum(), CompensatedSum(), CompensatedSum())
    for (place, value) in sorted.enumerated() {
      let weight =
        place < half ? -weights[place] : place >= n - half ? weights[n - 1 - place] : 0
      let deviation = (value - mean) / range
      product.add(weight * deviation)
      squares.add(deviation * deviation)
      weightSquares.add(weight * weight)
    }
    let length = (weightSquares.value * squares.value).squareRoot()
    let missing =
      (length - product.value) * (length + product.value) / (weightSquares.value * squares.value)
    w = 1 - missing
    pValue = Self.pValue(w, missing, n)
  }

  /// The weights of the upper half, the greatest first.
  private static func weights(_ n: Int) -> [Double] {
    if n == 3 { return [(0.5).squareRoot()] }
    let half = n / 2
    let scores = (1...half).map {
      Tails.normalQuantile((Double($0) - 0.375) / (Double(n) + 0.25))
    }
    let squares = 2 * scores.reduce(0) { $0 + $1 * $1 }
    let root = squares.squareRoot()
    let small = 1 / Double(n).squareRoot()
    let first =
      polynomial([0, 0.221157, -0.147981, -2.07119, 4.434685, -2.706056], small) - scores[0] / root
    var weights = [first]
    var left = squares - 2 * scores[0] * scores[0]
    var share = 1 - 2 * first * first
    if n > 5 {
      let second =
        polynomial([0, 0.042981, -0.293762, -1.752461, 5.682633, -3.582633], small)
        - scores[1] / root
      weights.append(second)
      left -= 2 * scores[1] * scores[1]
      share -= 2 * second * second
    }
    let factor = (left / share).squareRoot()
    for score in scores.dropFirst(weights.count) { weights.append(-score / factor) }
    return weights
  }

  private static func pValue(_ w: Double, _ missing: Double, _ n: Int) -> Double {
    if n == 3 {
      return Swift.max(6 / Double.pi * (asin(w.squareRoot()) - asin(0.75.squareRoot())), 0)
    }
    let size = Double(n)
    let logSize = log(size)
    var y = log(missing)
    let (mean, deviation): (Double, Double)
    if n <= 11 {
      let limit = polynomial([-2.273, 0.459], size)
      if y >= limit { return 1e-99 }
      y = -log(limit - y)
      mean = polynomial([0.544, -0.39978, 0.025054, -6.714e-4], size)
      deviation = exp(polynomial([1.3822, -0.77857, 0.062767, -0.0020322], size))
    } else {
      mean = polynomial([-1.5861, -0.31082, -0.083751, 0.0038915], logSize)
      deviation = exp(polynomial([-0.4803, -0.082676, 0.0030302], logSize))
    }
    return Tails.normal(score: (y - mean) / deviation, .greater)
  }

  private static func polynomial(_ coefficients: [Double], _ x: Double) -> Double {
    coefficients.reversed().reduce(0) { $0 * x + $1 }
  }
}

/// Tests whether a sample of 3 to 5000 values is normal, by Shapiro and Wilk's W.
public func shapiroWilkTest(_ values: any SampleValues) throws(StatsError) -> TestResult {
  let place = "shapiroWilkTest(…)"
  let sample = try Sample(values, in: place)
  try sample.need(3, in: place)
  try sample.needSpread(in: place)
  guard sample.count <= 5000 else {
    throw StatsError(
      code: .badValue, what: "\(sample.count) values", place: place,
      mend: "the test knows 3 to 5000; use andersonDarlingTest(…) or a sample of the rows")
  }
  let found = try ShapiroWilk(sample.values)
  var result = TestResult(
    "Shapiro–Wilk test of normality", .init("W", found.w), pValue: found.pValue)
  result.counts = [.init(name: sample.name, count: sample.count)]
  result.missingCount = sample.missingCount
  return try result.checked(in: place)
}

extension DataFrame {
  /// Tests whether a column is normal, by Shapiro and Wilk's W.
  public func shapiroWilkTest(_ column: String) throws(StatsError) -> TestResult {
    try ApusStats.shapiroWilkTest(statsColumn(column, in: "shapiroWilkTest(\"\(column)\")"))
  }
}
