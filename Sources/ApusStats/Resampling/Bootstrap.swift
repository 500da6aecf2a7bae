internal import ApusFrame

@_implementationOnly import Glibc

/// Resamples a sample with replacement to learn how a statistic spreads.
///
///     try bootstrap(flights["dep_delay"], .median)
///     try bootstrap(waits, Statistic("spread") { x in try x.quantile(0.9) - x.quantile(0.1) })
///
/// - Missing: left out and counted; at least 2 values are needed.
/// - The statistics that `Statistic` names run on all threads; medians and quantiles need no
///   resampled numbers: the k-th of n resampled values stands in the sorted sample where the k-th of
///   n uniform numbers lies, which is drawn from its beta distribution.
public func bootstrap(
  _ values: any SampleValues, _ statistic: Statistic = .mean,
  options: BootstrapOptions = BootstrapOptions()
) throws(StatsError) -> BootstrapResult {
  let place = "bootstrap(…)"
  try options.check(in: place)
  let sample = try Sample(values, in: place)
  try sample.need(2, in: place)
  try sample.needSpread(in: place)
  let resampler = Resampler(sample: sample, options: options, place: place)
  let distribution: [Double]
  switch statistic.shortcut {
  case .none: distribution = try resampler.serial(statistic)
  case .builtIn:
    distribution = try resampler.parallel { (x) throws(StatsError) in try statistic(x) }
  case .mean: distribution = try resampler.means()
  case .quantile(let p, let type): distribution = try resampler.quantiles(p, type)
  }
  return try BootstrapResult(
    name: statistic.name, estimate: statistic(sample), distribution: distribution,
    influences: { () throws(StatsError) in try jackknifeValues(sample, statistic, in: place) },
    options: options, sample: sample, in: place)
}

/// Resamples rows of several samples together: for correlations, slopes and ratios.
///
///     try bootstrap([heights, weights]) { x in try correlation(x[0], x[1]).statistic.value }
public func bootstrap(
  _ samples: [any SampleValues], options: BootstrapOptions = BootstrapOptions(),
  statistic: ([[Double]]) throws -> Double
) throws -> BootstrapResult {
  let place = "bootstrap(…)"
  try options.check(in: place)
  let rows = try PairedSamples(samples, in: place)
  guard let first = rows.samples.first else {
    throw StatsError(code: .tooFewRows, what: "no samples", place: place)
  }
  try first.need(2, in: place)
  let columns = rows.samples.map(\.values)
  var distribution: [Double] = []
  for number in 0..<options.resamples {
    try checkCancelled(in: place)
    var random = RandomGenerator(seed: options.seed).split(number)
    let picks = (0..<first.count).map { _ in random.index(below: first.count) }
    distribution.append(try statistic(columns.map { column in picks.map { column[$0] } }))
  }
  var jackknife: [Double] = []
  if options.method == .bca {
    for row in 0..<first.count {
      try checkCancelled(in: place)
      jackknife.append(
        try statistic(
          columns.map { column in
            var left = column
            left.remove(at: row)
            return left
          }))
    }
  }
  let influences = jackknife
  return try BootstrapResult(
    name: "statistic", estimate: try statistic(columns), distribution: distribution,
    influences: { influences }, options: options, sample: first, in: place)
}

/// Throws when the running work was asked to stop.
func checkCancelled(in place: String) throws(StatsError) {
  do throws(FrameError) { try inParallel(0) { _ in } } catch { throw StatsError(error, in: place) }
}

/// Makes resamples of a sample, each from its own stream of random numbers.
private struct Resampler {
  let sample: Sample
  let options: BootstrapOptions
  let place: String

  private func generator(_ number: Int) -> RandomGenerator {
    RandomGenerator(seed: options.seed).split(number)
  }

  private func resample(_ number: Int) -> Sample {
    var random = generator(number)
    let values = sample.values
    let count = values.count
    return Sample(
      known: Array(unsafeUninitializedCapacity: count) { target, size in
        for row in 0..<count {
          target.initializeElement(at: row, to: values[random.index(below: count)])
        }
        size = count
      })
  }

  func serial(_ statistic: Statistic) throws(StatsError) -> [Double] {
    var results: [Double] = []
    for number in 0..<options.resamples {
      try checkCancelled(in: place)
      results.append(try statistic(resample(number)))
    }
    return results
  }

  func parallel(
    _ statistic: (Sample) throws(StatsError) -> Double
  ) throws(StatsError) -> [Double] {
    do throws(FrameError) {
      return try parallelMap(options.resamples) { number throws(FrameError) in
        do throws(StatsError) {
          return try statistic(resample(number))
        } catch {
          throw FrameError(code: .badValue, what: error.what, place: place, mend: error.mend)
        }
      }
    } catch { throw StatsError(error, in: place) }
  }

  /// Means of resamples: the numbers are added as they are drawn.
  func means() throws(StatsError) -> [Double] {
    let values = sample.values
    let count = values.count
    do throws(FrameError) {
      return try parallelMap(options.resamples) { number in
        var random = generator(number)
        return values.withUnsafeBufferPointer { values in
          var total = CompensatedSum()
          var drawn = 0
          while drawn < count {
            let end = Swift.min(drawn + 1024, count)
            var part = 0.0
            while drawn < end {
              // The high word of a product with the count: even to 1 part in 2^64 / count.
              let word = random.next().multipliedFullWidth(by: UInt64(count)).high
              part += values[Int(truncatingIfNeeded: word)]
              drawn += 1
            }
            total.add(part)
          }
          return total.value / Double(count)
        }
      }
    } catch { throw StatsError(error, in: place) }
  }

  /// Quantiles of resamples, from the order statistics of uniform numbers.
  func quantiles(_ p: Double, _ type: QuantileType) throws(StatsError) -> [Double] {
    let sorted = sample.values.sorted()
    let count = sorted.count
    let (rank, weight) = type.position(p, count: count)
    do throws(FrameError) {
      return try parallelMap(options.resamples) { number in
        var random = generator(number)
        let uniform = random.orderStatistic(rank + 1, of: count)
        let low = sorted[Swift.min(Int(uniform * Double(count)), count - 1)]
        guard weight > 0, rank + 1 < count else { return low }
        // The next of the uniform numbers is the least of those left above.
        let left = Double(count - rank - 1)
        let next = uniform + (1 - uniform) * -expm1(log(random.openUniform()) / left)
        let high = sorted[Swift.min(Int(next * Double(count)), count - 1)]
        return QuantileType.between(low, high, weight)
      }
    } catch { throw StatsError(error, in: place) }
  }
}

extension RandomGenerator {
  /// The k-th least of n uniform numbers: beta distributed with k and n − k + 1.
  fileprivate mutating func orderStatistic(_ k: Int, of n: Int) -> Double {
    let below = gamma(Double(k))
    return below / (below + gamma(Double(n - k + 1)))
  }

  /// A gamma variate of shape 1 or more. Source: Marsaglia and Tsang 2000.
  private mutating func gamma(_ shape: Double) -> Double {
    let d = shape - 1.0 / 3
    let c = 1 / (9 * d).squareRoot()
    while true {
      let normal =
        (-2 * log(openUniform())).squareRoot() * cos(2 * Double.pi * openUniform())
      let v = 1 + c * normal
      guard v > 0 else { continue }
      let cube = v * v * v
      if log(openUniform()) < normal * normal / 2 + d - d * cube + d * log(cube) { return d * cube }
    }
  }
}
