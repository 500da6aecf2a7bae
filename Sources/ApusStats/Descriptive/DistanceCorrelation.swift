internal import ApusFrame

@_implementationOnly import Glibc

/// The distance correlation of two samples: 0 only for independent ones, whatever the dependence.
///
/// - Missing: rows where either value is missing are left out; at least 4 are needed.
/// - Test: t of the bias-corrected correlation with n(n − 3)/2 − 1 degrees of freedom, one-sided.
/// - Cost: O(n²) time, O(n) memory. - Source: Székely and Rizzo 2007 and 2013.
public func distanceCorrelation(
  _ x: any SampleValues, _ y: any SampleValues
) throws(StatsError) -> TestResult {
  let place = "distanceCorrelation(…)"
  let pairs = try PairedSamples([x, y], in: place)
  for sample in pairs.samples {
    try sample.need(4, in: place)
    try sample.needSpread(in: place)
  }
  let (x, y) = (pairs.samples[0].values, pairs.samples[1].values)
  let n = Double(x.count)
  let (rowsX, rowsY) = (distanceSums(x), distanceSums(y))
  let totals = (rowsX.reduce(0, +), rowsY.reduce(0, +))
  let xy = try products(x, y, in: place)
  let xx = try products(x, x, in: place)
  let yy = try products(y, y, in: place)

  /// The mean product of distances centred by rows and columns, from sums of products.
  func covariance(_ sum: Double, _ a: [Double], _ b: [Double], _ totals: (Double, Double))
    -> (biased: Double, corrected: Double)
  {
    var rows = CompensatedSum()
    for row in a.indices { rows.add(a[row] * b[row]) }
    let product = totals.0 * totals.1
    let biased = sum / (n * n) - 2 * rows.value / (n * n * n) + product / (n * n * n * n)
    let corrected =
      (sum - 2 * rows.value / (n - 2) + product / ((n - 1) * (n - 2))) / (n * (n - 3))
    return (biased, corrected)
  }
  let both = covariance(xy, rowsX, rowsY, totals)
  let first = covariance(xx, rowsX, rowsX, (totals.0, totals.0))
  let second = covariance(yy, rowsY, rowsY, (totals.1, totals.1))
  let correlation =
    Swift.max(both.biased, 0).squareRoot()
    / (first.biased * second.biased)
    .squareRoot().squareRoot()
  let corrected = both.corrected / (first.corrected * second.corrected).squareRoot()
  let freedom = n * (n - 3) / 2 - 1
  let t = freedom.squareRoot() * corrected / ((1 - corrected) * (1 + corrected)).squareRoot()
  var result = TestResult(
    "distance correlation", .init("distance correlation", Swift.min(correlation, 1)),
    pValue: abs(corrected) >= 1
      ? Tails.certain(corrected, .greater) : Tails.studentT(t, freedom, .greater))
  result.degreesOfFreedom = [freedom]
  result.alternative = .greater
  result.effectSizes = [
    .init("bias-corrected squared", corrected),
    .init("distance covariance", Swift.max(both.biased, 0).squareRoot()),
  ]
  result.counts = [.init(name: "pairs", count: x.count)]
  result.missingCount = pairs.missingCount
  return try result.checked(in: place)
}

/// For each value, the sum of its distances to all others: by sorting.
private func distanceSums(_ values: [Double]) -> [Double] {
  let order = sortedOrder(values).map { Int($0) }
  var sums = [Double](repeating: 0, count: values.count)
  var total = CompensatedSum()
  for value in values { total.add(value - values[order[0]]) }
  var before = CompensatedSum()
  let n = Double(values.count)
  for (place, row) in order.enumerated() {
    let value = values[row] - values[order[0]]
    let k = Double(place)
    sums[row] = (2 * k - n) * value + total.value - 2 * before.value
    before.add(value)
  }
  return sums
}

/// Σ |x_i − x_j| |y_i − y_j| over all pairs.
private func products(_ x: [Double], _ y: [Double], in place: String) throws(StatsError) -> Double {
  let n = x.count
  let block = 64
  do throws(FrameError) {
    let parts = try parallelMap((n + block - 1) / block) { piece in
      var sum = CompensatedSum()
      for row in (piece * block)..<Swift.min((piece + 1) * block, n) {
        var part = 0.0
        for other in 0..<row { part += abs(x[row] - x[other]) * abs(y[row] - y[other]) }
        sum.add(part)
      }
      return sum
    }
    var sum = CompensatedSum()
    for part in parts { sum.add(part) }
    return 2 * sum.value
  } catch { throw StatsError(error, in: place) }
}
