internal import ApusFrame

@_implementationOnly import Glibc

/// A smooth density of two samples: a normal kernel at each pair, shaped as their covariance.
public struct KernelDensity2D: StatsResult {
  /// The kernel's standard deviations, in units of the samples' own.
  public let factor: Double
  /// How many rows were left out.
  public let missingCount: Int
  /// How many pairs there are.
  public var count: Int { x.count }
  private let names: [String]
  private let x: [Double]
  private let y: [Double]
  private let weights: [Double]?
  /// The kernel's covariance.
  private let xx: Double
  private let xy: Double
  private let yy: Double

  /// The density of pairs, with weights of at least 0 if given. Throws for samples without spread
  /// and such that lie on a line.
  public init(
    _ x: any SampleValues, _ y: any SampleValues, weights: (any SampleValues)? = nil,
    bandwidth: Bandwidth = .scott
  ) throws(StatsError) {
    let place = "KernelDensity2D(…)"
    let rows = try PairedSamples([x, y] + (weights.map { [$0] } ?? []), in: place)
    try rows.samples[0].need(3, in: place)
    try rows.samples[0].needSpread(in: place)
    try rows.samples[1].needSpread(in: place)
    let (a, b) = (rows.samples[0].values, rows.samples[1].values)
    var shares: [Double]?
    if weights != nil {
      let raw = rows.samples[2].values
      let total = raw.reduce(0, +)
      guard total > 0, raw.allSatisfy({ $0 >= 0 }) else {
        throw StatsError(
          code: .badValue, what: "weights that are below 0, or all 0", place: place,
          mend: "weights are at least 0")
      }
      shares = raw.map { $0 / total }
    }
    let all = shares ?? a.map { _ in 1 / Double(a.count) }
    let squares = all.reduce(0) { $0 + $1 * $1 }
    func total(_ body: (Int) -> Double) -> Double {
      var sum = CompensatedSum()
      for row in a.indices { sum.add(all[row] * body(row)) }
      return sum.value
    }
    let (centreX, centreY) = (total { a[$0] }, total { b[$0] })
    let scale = 1 / (1 - squares)
    let covariance = (
      total { (a[$0] - centreX) * (a[$0] - centreX) } * scale,
      total { (a[$0] - centreX) * (b[$0] - centreY) } * scale,
      total { (b[$0] - centreY) * (b[$0] - centreY) } * scale
    )
    let size = 1 / squares
    switch bandwidth {
    // With two dimensions (n (d + 2)/4)^(−1/(d + 4)) is the same.
    case .scott, .silverman: factor = pow(size, -1.0 / 6)
    case .fixed(let width):
      guard width > 0, width.isFinite else {
        throw StatsError(
          code: .badOption, what: "a bandwidth of \(NumberText.short(width))", place: place,
          mend: "choose one above 0")
      }
      factor = width
    case .isj:
      throw StatsError(
        code: .badOption, what: "the bandwidth .isj for two samples", place: place,
        mend: "choose .scott, .silverman or .fixed")
    }
    guard
      covariance.0 * covariance.2 - covariance.1 * covariance.1
        > 1e-12 * covariance.0 * covariance.2
    else {
      throw StatsError(
        code: .singular, what: "the pairs lie on a line", place: place,
        mend: "choose samples that do not determine each other")
    }
    self.x = a
    self.y = b
    self.weights = shares
    names = rows.samples.prefix(2).map(\.name)
    missingCount = rows.missingCount
    let width = factor * factor
    (xx, xy, yy) = (covariance.0 * width, covariance.1 * width, covariance.2 * width)
  }

  /// The density at a place.
  public func density(at u: Double, _ v: Double) -> Double {
    let determinant = xx * yy - xy * xy
    let (a, b, c) = (yy / determinant, -xy / determinant, xx / determinant)
    var sum = CompensatedSum()
    for row in x.indices {
      let (du, dv) = (u - x[row], v - y[row])
      let square = a * du * du + 2 * b * du * dv + c * dv * dv
      if square < 1480 { sum.add(exp(-square / 2) * (weights?[row] ?? 1)) }
    }
    let total = weights == nil ? Double(x.count) : 1
    return sum.value / (total * 2 * Double.pi * determinant.squareRoot())
  }

  /// The density on a grid of `count` by `count` places that reaches `cut` kernel widths beyond the
  /// pairs: element `[row, column]` stands at `y[row]`, `x[column]`.
  ///
  /// Exact for up to 20 million kernel values; beyond, pairs are divided among the nearest places of
  /// a grid of 512 by 512 and the kernel is applied by Fourier transform.
  public func grid(count: Int = 64, cut: Double = 3) throws(StatsError) -> (
    x: [Double], y: [Double], density: Matrix
  ) {
    guard count > 1, cut >= 0 else {
      throw StatsError(
        code: .badOption, what: "a grid of \(count) places a side", place: "grid(…)",
        mend: "ask for 2 or more")
    }
    func places(_ values: [Double], _ variance: Double, _ count: Int) -> (Double, Double) {
      let reach = cut * variance.squareRoot()
      let low = (values.min() ?? 0) - reach
      return (low, ((values.max() ?? 0) + reach - low) / Double(count - 1))
    }
    let (lowX, stepX) = places(x, xx, count)
    let (lowY, stepY) = places(y, yy, count)
    let gridX = (0..<count).map { lowX + stepX * Double($0) }
    let gridY = (0..<count).map { lowY + stepY * Double($0) }
    var matrix = Matrix(rowCount: count, columnCount: count)
    if x.count * count * count <= 20_000_000 {
      let columns: [[Double]]
      do throws(FrameError) {
        columns = try parallelMap(count) { column in
          gridY.map { density(at: gridX[column], $0) }
        }
      } catch { throw StatsError(error, in: "grid(…)") }
      matrix = Matrix(rowCount: count, columnCount: count, columnMajor: Array(columns.joined()))
    } else {
      let fine = BinnedDensity(
        x, y, weights, low: (lowX, lowY),
        high: (gridX[count - 1], gridY[count - 1]), kernel: (xx, xy, yy))
      for column in 0..<count {
        for row in 0..<count { matrix[row, column] = fine.value(gridX[column], gridY[row]) }
      }
    }
    return (gridX, gridY, matrix)
  }

  /// What the density is made of.
  public var card: StatsCard {
    StatsCard(
      title:
        "Kernel density of \(names.map { $0.isEmpty ? "a sample" : $0 }.joined(separator: " and "))",
      facts: [
        ("bandwidth (standard deviations)", NumberText.short(factor, digits: 6)),
        ("n", "\(count)"), ("rows left out", "\(missingCount)"),
      ])
  }
}

/// A density of pairs by Fourier transform on 512 × 512 places, with as many empty ones around.
private struct BinnedDensity {
  private static let size = 512
  private let low: (Double, Double)
  private let step: (Double, Double)
  private var values: [Double]

  init(
    _ x: [Double], _ y: [Double], _ weights: [Double]?, low: (Double, Double),
    high: (Double, Double), kernel: (Double, Double, Double)
  ) {
    let size = Self.size
    let whole = 2 * size
    self.low = low
    step = ((high.0 - low.0) / Double(size - 1), (high.1 - low.1) / Double(size - 1))
    var real = [Double](repeating: 0, count: whole * whole)
    for row in x.indices {
      let (u, v) = ((x[row] - low.0) / step.0, (y[row] - low.1) / step.1)
      let (i, j) = (Swift.min(Int(u), size - 2), Swift.min(Int(v), size - 2))
      let (a, b) = (u - Double(i), v - Double(j))
      let weight = weights?[row] ?? 1 / Double(x.count)
      real[i * whole + j] += weight * (1 - a) * (1 - b)
      real[i * whole + j + 1] += weight * (1 - a) * b
      real[(i + 1) * whole + j] += weight * a * (1 - b)
      real[(i + 1) * whole + j + 1] += weight * a * b
    }
    var imaginary = [Double](repeating: 0, count: whole * whole)
    Self.transform(&real, &imaginary, whole, isInverse: false)
    func frequency(_ place: Int, _ step: Double) -> Double {
      2 * Double.pi * Double(place <= size ? place : place - whole) / (Double(whole) * step)
    }
    for i in 0..<whole {
      let u = frequency(i, step.0)
      for j in 0..<whole {
        let v = frequency(j, step.1)
        let factor = exp(-(kernel.0 * u * u + 2 * kernel.1 * u * v + kernel.2 * v * v) / 2)
        real[i * whole + j] *= factor
        imaginary[i * whole + j] *= factor
      }
    }
    Self.transform(&real, &imaginary, whole, isInverse: true)
    let scale = 1 / (Double(whole) * Double(whole) * step.0 * step.1)
    values = real.map { Swift.max(0, $0 * scale) }
  }

  private static func transform(
    _ real: inout [Double], _ imaginary: inout [Double], _ size: Int, isInverse: Bool
  ) {
    for axis in 0..<2 {
      for line in 0..<size {
        func place(_ i: Int) -> Int { axis == 0 ? line * size + i : i * size + line }
        var re = (0..<size).map { real[place($0)] }
        var im = (0..<size).map { imaginary[place($0)] }
        FourierTransform.transform(&re, &im, isInverse: isInverse)
        for i in 0..<size {
          real[place(i)] = re[i]
          imaginary[place(i)] = im[i]
        }
      }
    }
  }

  /// The density at a place, between the four around it.
  func value(_ x: Double, _ y: Double) -> Double {
    let size = Self.size
    let whole = 2 * size
    let u = Swift.min(Swift.max((x - low.0) / step.0, 0), Double(size) - 1.001)
    let v = Swift.min(Swift.max((y - low.1) / step.1, 0), Double(size) - 1.001)
    let (i, j) = (Int(u), Int(v))
    let (a, b) = (u - Double(i), v - Double(j))
    let first = values[i * whole + j] * (1 - b) + values[i * whole + j + 1] * b
    let second = values[(i + 1) * whole + j] * (1 - b) + values[(i + 1) * whole + j + 1] * b
    return first * (1 - a) + second * a
  }
}
