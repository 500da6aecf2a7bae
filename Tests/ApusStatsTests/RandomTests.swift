import ApusStats
import Foundation
import Testing

@Suite("random numbers")
struct RandomTests {
  @Test("Philox gives the known answers of its authors")
  func knownAnswers() {
    let ones = UInt32.max
    #expect(
      Philox.block(SIMD4(0, 0, 0, 0), key: SIMD2(0, 0))
        == SIMD4(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
    #expect(
      Philox.block(SIMD4(ones, ones, ones, ones), key: SIMD2(ones, ones))
        == SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
    #expect(
      Philox.block(
        SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344),
        key: SIMD2(0xa409_3822, 0x299f_31d0))
        == SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
  }

  @Test("a fill on many threads gives what one value after the other gives")
  func threads() {
    var whole = RandomGenerator(seed: 42, stream: 3)
    var single = whole
    let filled = whole.uniforms(100_001)
    #expect(filled == (0..<100_001).map { _ in single.uniform() })
    // After an odd number of values the fill has begun the next block, one by one has not.
    #expect(whole.position == 50_001)
    var again = RandomGenerator(seed: 42, stream: 3)
    _ = again.uniforms(100_001)
    let law = Gamma(shape: 0.7, scale: 2)
    let base = again
    let gammas = law.random(20_000, using: &again)
    for row in [0, 1, 777, 19_999] {
      var own = base.at(base.position + UInt64(row) * 16)
      #expect(gammas[row] == law.random(using: &own))
    }
    let elsewhere = Normal().random(3, using: &again)
    #expect(Set(elsewhere).isDisjoint(with: Set(gammas)))
  }

  @Test("streams and splits differ, seeds repeat")
  func streams() {
    var a = RandomGenerator(seed: 1)
    var b = RandomGenerator(seed: 1, stream: 1)
    var c = a.split(0)
    var d = a.split(1)
    var again = RandomGenerator(seed: 1)
    let first = a.uniforms(100)
    #expect(first == again.uniforms(100))
    for other in [b.uniforms(100), c.uniforms(100), d.uniforms(100)] {
      #expect(Set(first).isDisjoint(with: Set(other)))
    }
  }

  @Test(
    "random values of every family have its distribution",
    arguments: [
      Normal(mean: 2, sd: 3), LogNormal(meanLog: 0, sdLog: 0.4), StudentT(df: 12),
      ChiSquared(df: 3),
      FDistribution(df1: 5, df2: 20), Gamma(shape: 0.4, scale: 2), Gamma(shape: 5, scale: 1),
      Beta(alpha: 0.4, beta: 0.6), Beta(alpha: 3, beta: 2), Exponential(rate: 2),
      Uniform(lower: 1, upper: 4), Weibull(shape: 2), Cauchy(), Laplace(), Logistic(), Gumbel(),
      Pareto(shape: 6), Triangular(lower: 0, mode: 1, upper: 3), Rayleigh(), Maxwell(),
      InverseGaussian(mean: 1, shape: 2), VonMises(concentration: 2),
      VonMises(location: 1, concentration: 0.1), NoncentralT(df: 9, noncentrality: 1),
      NoncentralChiSquared(df: 3, noncentrality: 2),
      NoncentralF(df1: 3, df2: 20, noncentrality: 2), StudentizedRange(groups: 4, df: 30),
      Binomial(trials: 9, probability: 0.3), Binomial(trials: 1000, probability: 0.4),
      Poisson(mean: 3), Poisson(mean: 60), Bernoulli(probability: 0.3), Geometric(probability: 0.2),
      NegativeBinomial(size: 3, probability: 0.3), Zipf(exponent: 2.5),
      Hypergeometric(population: 40, successes: 15, draws: 12),
    ] as [any Distribution])
  func distribution(law: any Distribution) {
    var random = RandomGenerator(seed: 20)
    let count = 20_000
    let values = law.random(count, using: &random).sorted()
    // The largest distance of the empirical distribution at its steps; by Kolmogorov's bound less
    // than 1.95 / sqrt(n) but once in a thousand, and the seed is fixed.
    var largest = 0.0
    var index = 0
    while index < count {
      var next = index
      while next < count && values[next] == values[index] { next += 1 }
      if index == 0 || next - index > 1 || index % 40 == 0 {
        largest = max(largest, abs(law.cdf(values[index]) - Double(next) / Double(count)))
      }
      index = next
    }
    #expect(largest < 1.95 / Double(count).squareRoot(), "\(law): \(largest)")
    #expect(values.allSatisfy { law.support.contains($0) })
  }

  @Test("whole numbers below a bound are all equally likely")
  func indices() {
    var random = RandomGenerator(seed: 3)
    var counts = [Int](repeating: 0, count: 7)
    for index in random.indices(70_000, below: 7) { counts[index] += 1 }
    #expect(counts.allSatisfy { abs($0 - 10_000) < 400 })
  }
}
