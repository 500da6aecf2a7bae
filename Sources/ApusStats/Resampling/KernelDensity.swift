internal import ApusFrame

@_implementationOnly import Glibc

/// How wide a kernel density's kernel is.
public enum Bandwidth: Sendable, Equatable {
  /// Scott 1992: n^(−1/(d + 4)) standard deviations.
  case scott
  /// Silverman 1986: (n (d + 2)/4)^(−1/(d + 4)) standard deviations.
  case silverman
  /// Improved Sheather–Jones (Botev, Grotowski and Kroese 2010): for samples with several modes.
  /// In one dimension only.
  case isj
  /// A standard deviation of the kernel in the sample's units; with two samples, in units of their
  /// standard deviations.
  case fixed(Double)
}

/// A smooth density of a sample: a normal kernel at each value.
///
///     let density = try KernelDensity(flights["dep_delay"])
///     let curve = try density.grid(count: 512)
public struct KernelDensity: StatsResult {
  /// The standard deviation of the kernel.
  public let bandwidth: Double
  /// How many values there are.
  public var count: Int { values.count }
  /// How many rows were left out.
  public let missingCount: Int
  private let name: String
  /// The values in rising order, and their weights, which sum to 1.
  private let values: [Double]
  private let weights: [Double]?

  /// The density of a sample, with weights of at least 0 if given. Throws without spread.
  public init(
    _ values: any SampleValues, weights: (any SampleValues)? = nil,
    bandwidth: Bandwidth = .scott
  ) throws(StatsError) {
    let place = "KernelDensity(…)"
    let sample: Sample
    if let weights {
      let weighted = try WeightedSample(values, weights: weights)
      let order = sortedOrder(weighted.values).map { Int($0) }
      let total = weighted.weights.reduce(0, +)
      self.values = order.map { weighted.values[$0] }
      self.weights = order.map { weighted.weights[$0] / total }
      sample = Sample(known: self.values, missingCount: weighted.missingCount)
    } else {
      sample = try Sample(values, in: place)
      self.values = sample.values.sorted()
      self.weights = nil
    }
    name = sample.name
    missingCount = sample.missingCount
    try sample.need(2, in: place)
    try sample.needSpread(in: place)
    // The effective number of values, and the variance that is unbiased for reliability weights.
    var (size, variance) = (Double(sample.count), 0.0)
    if let weights = self.weights {
      let squares = weights.reduce(0) { $0 + $1 * $1 }
      size = 1 / squares
      let weighted = try WeightedSample(self.values, weights: weights)
      variance = try weighted.variance(.reliability)
    } else {
      variance = try sample.variance()
    }
    switch bandwidth {
    case .scott: self.bandwidth = pow(size, -0.2) * variance.squareRoot()
    case .silverman: self.bandwidth = pow(size * 0.75, -0.2) * variance.squareRoot()
    case .isj:
      self.bandwidth = try ImprovedSheatherJones.bandwidth(self.values, self.weights, in: place)
    case .fixed(let width):
      guard width > 0, width.isFinite else {
        throw StatsError(
          code: .badOption, what: "a bandwidth of \(NumberText.short(width))", place: place,
          mend: "choose one above 0")
      }
      self.bandwidth = width
    }
  }

  /// The density at a place.
  public func density(at x: Double) -> Double {
    // Beyond 39 bandwidths the kernel is below the least number.
    let first = values.partitionIndex { $0 >= x - 39 * bandwidth }
    let last = values.partitionIndex { $0 > x + 39 * bandwidth }
    var sum = 0.0
    for place in first..<last {
      let z = (x - values[place]) / bandwidth
      sum += exp(-z * z / 2) * (weights?[place] ?? 1)
    }
    let total = weights == nil ? Double(values.count) : 1
    return sum / (total * bandwidth * (2 * Double.pi).squareRoot())
  }

  /// The densities at places.
  public func density(at places: [Double]) throws(StatsError) -> [Double] {
    do throws(FrameError) {
      return try parallelMap(places.count) { density(at: places[$0]) }
    } catch { throw StatsError(error, in: "density(at:)") }
  }

  /// The probability of values up to `x`.
  public func cdf(_ x: Double) -> Double {
    var sum = CompensatedSum()
    for (place, value) in values.enumerated() {
      sum.add(
        Tails.normalLower((x - value) / bandwidth) * (weights?[place] ?? 1 / Double(values.count)))
    }
    return sum.value
  }

  /// The density at equally distant places from `cut` bandwidths below the least value to as many
  /// above the greatest.
  ///
  /// Exact for up to 50 million kernel values; beyond, values are divided among the nearest of 2^14
  /// or more places and the kernel is applied by Fourier transform: off by less than 1e-4 of the
  /// greatest density.
  public func grid(count: Int = 512, cut: Double = 3) throws(StatsError) -> (
    x: [Double], density: [Double]
  ) {
    guard count > 1, cut >= 0 else {
      throw StatsError(
        code: .badOption, what: "a grid of \(count) places", place: "grid(…)",
        mend: "ask for 2 or more")
    }
    let low = values[0] - cut * bandwidth
    let high = values[values.count - 1] + cut * bandwidth
    let step = (high - low) / Double(count - 1)
    let places = (0..<count).map { low + step * Double($0) }
    guard values.count * count > 50_000_000 else { return (places, try density(at: places)) }
    let fine = binned(low, high)
    return (
      places,
      places.map { x in
        let place = Swift.min((x - low) / fine.step, Double(fine.density.count) - 1.001)
        let whole = Int(place)
        let rest = place - Double(whole)
        return fine.density[whole] * (1 - rest) + fine.density[whole + 1] * rest
      }
    )
  }

  /// The density on a fine grid by Fourier transform.
  private func binned(_ low: Double, _ high: Double) -> (step: Double, density: [Double]) {
    var size = 1 << 14
    while (high - low) / Double(size - 1) > bandwidth / 50, size < 1 << 21 { size *= 2 }
    let step = (high - low) / Double(size - 1)
    let all = values.count
    var masses = [Double](repeating: 0, count: 2 * size)
    for (row, value) in values.enumerated() {
      let place = (value - low) / step
      let whole = Swift.min(Int(place), size - 2)
      let rest = place - Double(whole)
      let weight = weights?[row] ?? 1 / Double(all)
      masses[whole] += weight * (1 - rest)
      masses[whole + 1] += weight * rest
    }
    var imaginary = [Double](repeating: 0, count: 2 * size)
    FourierTransform.transform(&masses, &imaginary, isInverse: false)
    // The transform of the normal kernel is known: exp(−(ω h)²/2).
    for place in masses.indices {
      let frequency = Double(place <= size ? place : place - 2 * size)
      let w = 2 * Double.pi * frequency / (Double(2 * size) * step) * bandwidth
      let factor = exp(-w * w / 2)
      masses[place] *= factor
      imaginary[place] *= factor
    }
    FourierTransform.transform(&masses, &imaginary, isInverse: true)
    let scale = 1 / (Double(2 * size) * step)
    return (step, masses.prefix(size).map { Swift.max(0, $0 * scale) })
  }

  /// What the density is made of.
  public var card: StatsCard {
    StatsCard(
      title: name.isEmpty ? "Kernel density" : "Kernel density of \(name)",
      facts: [
        ("bandwidth", NumberText.short(bandwidth, digits: 6)), ("n", "\(count)"),
        ("rows left out", "\(missingCount)"),
      ])
  }
}

extension [Double] {
  /// The first place from which on a claim holds, of numbers in an order in which it stays true.
  fileprivate func partitionIndex(_ holds: (Double) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if holds(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

/// The bandwidth as the fixed point of Botev, Grotowski and Kroese 2010, algorithm 1 with 7 steps.
enum ImprovedSheatherJones {
  static func bandwidth(
    _ sorted: [Double], _ weights: [Double]?, in place: String
  ) throws(StatsError) -> Double {
    let size = 1 << 14
    let reach = sorted[sorted.count - 1] - sorted[0]
    let low = sorted[0] - reach / 10
    let step = 1.2 * reach / Double(size - 1)
    var masses = [Double](repeating: 0, count: size)
    var distinct = 1
    for (row, value) in sorted.enumerated() {
      if row > 0, value != sorted[row - 1] { distinct += 1 }
      let at = (value - low) / step
      let whole = Swift.min(Int(at), size - 2)
      let rest = at - Double(whole)
      let weight = weights?[row] ?? 1 / Double(sorted.count)
      masses[whole] += weight * (1 - rest)
      masses[whole + 1] += weight * rest
    }
    let squares = FourierTransform.cosine(masses).dropFirst().map { $0 * $0 / 4 }
    let n = Double(distinct)
    func functional(_ s: Int, _ time: Double) -> Double {
      var sum = 0.0
      for (number, square) in squares.enumerated() {
        let index = Double(number + 1) * Double(number + 1)
        let factor = exp(-index * Double.pi * Double.pi * time)
        if factor == 0 { break }
        sum += pow(index, Double(s)) * square * factor
      }
      return 2 * pow(Double.pi, Double(2 * s)) * sum
    }
    func difference(_ time: Double) -> Double {
      var f = functional(7, time)
      for s in stride(from: 6, through: 2, by: -1) {
        var odd = 1.0
        for factor in stride(from: 1, to: 2 * s, by: 2) { odd *= Double(factor) }
        let k = odd / (2 * Double.pi).squareRoot()
        let constant = (1 + pow(0.5, Double(s) + 0.5)) / 3
        f = functional(s, pow(2 * constant * k / n / f, 2 / (3 + 2 * Double(s))))
      }
      return time - pow(2 * n * Double.pi.squareRoot() * f, -0.4)
    }
    var high = 1e-12
    while !(difference(high) > 0) {
      high *= 2
      guard high < 1 else {
        throw StatsError(
          code: .noConvergence, what: "no bandwidth fits these \(sorted.count) values",
          place: place,
          mend: "choose .silverman, or give more values")
      }
    }
    guard let time = EffectIntervals.root(high / 2, high, difference) else {
      throw StatsError(
        code: .noConvergence, what: "no bandwidth fits these \(sorted.count) values", place: place,
        mend: "choose .silverman, or give more values")
    }
    return time.squareRoot() * step * Double(size)
  }
}
