import ApusStats
import Testing

@Suite("Resampling and kernel densities beside scipy")
struct ResamplingOracleTests {
  let oracle: StatsOracle
  init() throws { oracle = try StatsOracle() }

  @Test("intervals of a given distribution of resampled means")
  func intervals() throws {
    let one = try oracle.one("resampling")
    let x = try one.list("x")
    let distribution = try one.list("distribution")
    let sum = x.reduce(0, +)
    let acceleration = BootstrapResult.acceleration(
      x.map { (sum - $0) / Double(x.count - 1) })
    for (name, method) in [
      ("percentile", BootstrapInterval.percentile), ("basic", .basic), ("bca", .bca),
    ] {
      let found = try BootstrapResult.interval(
        distribution, one.number("estimate"), method, 0.95, acceleration: acceleration)
      expectClose([found.lower, found.upper], try one.list(name), name)
    }
  }

  @Test("the jackknife of a standard deviation")
  func jackknifed() throws {
    let one = try oracle.one("resampling")
    let found = try jackknife(one.list("x"), .sd)
    expectClose(
      [found.bias, found.standardError], try one.list("jackknife"), 1e-9, absolute: 1e-12)
  }

  @Test("exact permutation tests of differences, pairs and pairings")
  func permutations() throws {
    let one = try oracle.one("resampling")
    let (y, z) = (try one.list("y"), try one.list("z"))
    let alternatives: [(String, TestResult.Alternative)] = [
      ("two-sided", .twoSided), ("less", .less), ("greater", .greater),
    ]
    for (name, alternative) in alternatives {
      expectClose(
        try permutationTest(y, z, alternative: alternative).pValue,
        try one.number("independent_" + name), name)
      expectClose(
        try permutationTest(
          Array(y.prefix(5)), z, kind: .pairs, alternative: alternative
        ).pValue,
        try one.number("samples_" + name), name)
    }
    let pairings = try permutationTest(Array(y.prefix(5)), z, kind: .pairings) { a, b in
      try correlation(a, b).statistic.value
    }
    expectClose(pairings.pValue, try one.number("pairings"))
    #expect(pairings.notes == ["p-value: exact, by all 120 permutations"])
  }

  @Test("kernel densities of one sample, with each bandwidth and with weights")
  func densities() throws {
    let one = try oracle.one("densities")
    let (x, at) = (try one.list("x"), try one.list("at"))
    for (name, bandwidth) in [("scott", Bandwidth.scott), ("silverman", .silverman)] {
      let wanted = try #require(one.content[name] as? [Any])
      let density = try KernelDensity(x, bandwidth: bandwidth)
      expectClose(density.bandwidth, try #require(wanted[0] as? Double))
      expectClose(try density.density(at: at), try #require(wanted[1] as? [Double]), name)
    }
    let wanted = try #require(one.content["weighted"] as? [Any])
    let weighted = try KernelDensity(x, weights: one.list("weights"))
    expectClose(weighted.bandwidth, try #require(wanted[0] as? Double))
    expectClose(try weighted.density(at: at), try #require(wanted[1] as? [Double]), "weighted")
    let plain = try KernelDensity(x)
    expectClose(plain.cdf(2) - plain.cdf(0), try one.number("integral"))
    expectClose(try KernelDensity(x, bandwidth: .isj).bandwidth, try one.number("isj"))
  }

  @Test("kernel densities of two samples")
  func pairs() throws {
    let one = try oracle.one("densities")
    let density = try KernelDensity2D(one.list("x"), one.list("y"))
    let points = try one.rows("points")
    let found = zip(points[0], points[1]).map { density.density(at: $0, $1) }
    expectClose(found, try one.list("both"))
    let grid = try density.grid(count: 32)
    expectClose(grid.density[5, 9], density.density(at: grid.x[9], grid.y[5]), 1e-12)
  }

  @Test("a large sample's density by Fourier transform agrees with the exact one")
  func binned() throws {
    var random = RandomGenerator(seed: 3)
    let x = random.normals(120_000)
    let density = try KernelDensity(x)
    let curve = try density.grid(count: 512)
    let greatest = try #require(curve.density.max())
    for place in stride(from: 0, to: 512, by: 37) {
      #expect(abs(curve.density[place] - density.density(at: curve.x[place])) < 1e-4 * greatest)
    }
    let y = random.normals(120_000)
    let both = try KernelDensity2D(x, y)
    let grid = try both.grid(count: 16)
    for place in 4..<12 {
      let exact = both.density(at: grid.x[place], grid.y[place])
      #expect(abs(grid.density[place, place] - exact) < 2e-3 * 0.16)
    }
  }

  @Test("the bootstrap of a median from order statistics spreads as resampling does")
  func medians() throws {
    var random = RandomGenerator(seed: 11)
    for size in [25, 26, 101] {
      let x = random.normals(size)
      let options = BootstrapOptions(resamples: 2000, seed: 5)
      let fast = try bootstrap(x, .median, options: options)
      let slow = try bootstrap(
        x, Statistic("median") { sample throws(StatsError) in try sample.median }, options: options)
      #expect(fast.estimate == slow.estimate)
      // Two samples of one distribution: they differ at one in ten thousand seeds.
      let test = try kolmogorovSmirnovTest(fast.distribution, slow.distribution)
      #expect(test.pValue > 1e-4, "size \(size): \(test.pValue)")
      #expect(abs(fast.standardError / slow.standardError - 1) < 0.1)
    }
  }

  @Test("a seed gives the same resamples, another seed others, and rows are resampled together")
  func seeds() throws {
    let x = (0..<50).map { Double($0 * $0 % 37) }
    let first = try bootstrap(x, .mean, options: BootstrapOptions(resamples: 200, seed: 1))
    #expect(try bootstrap(x, .mean, options: BootstrapOptions(resamples: 200, seed: 1)) == first)
    #expect(
      try bootstrap(x, .mean, options: BootstrapOptions(resamples: 200, seed: 2)).distribution
        != first.distribution)
    let rows: [any SampleValues] = [x, x.map { 2 * $0 + 1 }]
    let together = try bootstrap(
      rows, options: BootstrapOptions(resamples: 50, method: .percentile)
    ) { columns in
      try correlation(columns[0], columns[1]).statistic.value
    }
    for value in together.distribution { expectClose(value, 1, 1e-12) }
  }

  @Test("a Monte-Carlo test finds a shifted sample and passes a model's own")
  func monteCarlo() throws {
    var random = RandomGenerator(seed: 8)
    let own = random.normals(40)
    func p(_ x: [Double]) throws -> Double {
      try monteCarloTest(x, samples: 499) { random, count in
        random.normals(count)
      } statistic: {
        $0.reduce(0, +) / Double($0.count)
      }.pValue
    }
    #expect(try p(own) > 0.02)
    #expect(try p(own.map { $0 + 2 }) <= 0.004)
  }
}
