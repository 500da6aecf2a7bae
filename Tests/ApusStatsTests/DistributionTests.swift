import ApusStats
import Foundation
import Testing

/// A line of a file of numbers: a name and what follows it.
private struct OracleLine: Sendable, CustomTestStringConvertible {
  let name: String
  let numbers: [Double]
  var testDescription: String { "\(name) \(numbers)" }

  static func lines(of file: String) throws -> [OracleLine] {
    let path = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../Fixtures/oracle/\(file)")
    return try String(contentsOf: path, encoding: .utf8).split(separator: "\n")
      .filter { !$0.hasPrefix("#") }
      .map { line in
        let parts = line.split(separator: " ")
        let numbers = parts.dropFirst().map { Double($0) ?? .nan }
        return OracleLine(name: String(parts[0]), numbers: numbers)
      }
  }

  var distribution: any Distribution {
    let (a, b, c) = (numbers[0], numbers[1], numbers[2])
    switch name {
    case "normal": return Normal(mean: a, sd: b)
    case "student": return StudentT(df: a, location: b, scale: c)
    case "chi_squared": return ChiSquared(df: a)
    case "f": return FDistribution(df1: a, df2: b)
    case "gamma": return Gamma(shape: a, scale: b)
    case "beta": return Beta(alpha: a, beta: b)
    case "exponential": return Exponential(rate: a)
    case "uniform": return Uniform(lower: a, upper: b)
    case "weibull": return Weibull(shape: a, scale: b)
    case "log_normal": return LogNormal(meanLog: a, sdLog: b)
    case "cauchy": return Cauchy(location: a, scale: b)
    case "laplace": return Laplace(location: a, scale: b)
    case "logistic": return Logistic(location: a, scale: b)
    case "pareto": return Pareto(minimum: a, shape: b)
    case "gumbel": return Gumbel(location: a, scale: b)
    case "triangular": return Triangular(lower: a, mode: b, upper: c)
    case "inverse_gaussian": return InverseGaussian(mean: a, shape: b)
    case "rayleigh": return Rayleigh(scale: a)
    case "maxwell": return Maxwell(scale: a)
    case "von_mises": return VonMises(location: a, concentration: b)
    case "noncentral_t": return NoncentralT(df: a, noncentrality: b)
    case "noncentral_f": return NoncentralF(df1: a, df2: b, noncentrality: c)
    case "noncentral_chi_squared": return NoncentralChiSquared(df: a, noncentrality: b)
    case "studentized_range": return StudentizedRange(groups: Int(a), df: b)
    case "binomial": return Binomial(trials: Int(a), probability: b)
    case "negative_binomial": return NegativeBinomial(size: a, probability: b)
    case "poisson": return Poisson(mean: a)
    case "geometric": return Geometric(probability: a)
    case "hypergeometric":
      return Hypergeometric(population: Int(a), successes: Int(b), draws: Int(c))
    case "zipf": return Zipf(exponent: a)
    default: fatalError("no family \(name)")
    }
  }
}

private func density(_ distribution: any Distribution, _ x: Double) -> (Double, log: Double) {
  if let law = distribution as? any ContinuousDistribution { return (law.pdf(x), law.logPDF(x)) }
  if let law = distribution as? any DiscreteDistribution { return (law.pmf(x), law.logPMF(x)) }
  return (.nan, .nan)
}

private func relative(_ got: Double, _ want: Double) -> Double {
  got == want ? 0 : abs(got / want - 1)
}

@Suite("distributions")
struct DistributionTests {
  @Test("densities and both tails agree with mpmath to 1e-13, far out too")
  func tails() throws {
    let lines = try OracleLine.lines(of: "distributions.txt")
    #expect(lines.count > 1300)
    for line in lines {
      let (law, x) = (line.distribution, line.numbers[3])
      let got = [density(law, x).0, law.cdf(x), law.sf(x)]
      for (got, want) in zip(got, line.numbers[4...]) where want > 1e-300 {
        #expect(relative(got, want) <= 1e-13, "\(line): \(got) is not \(want)")
      }
    }
  }

  @Test("logarithms are those of the values, and go on where these underflow")
  func logarithms() throws {
    for line in try OracleLine.lines(of: "distributions.txt") {
      let (law, x) = (line.distribution, line.numbers[3])
      for (got, want) in zip(
        [density(law, x).log, law.logCDF(x), law.logSF(x)], line.numbers[4...])
      where want > 1e-300 && want < 0.999 {
        // A log is as right as its value: 1e-13 of the value, or of the log.
        #expect(abs(got - log(want)) <= 2e-13 * max(1, abs(log(want))), "\(line)")
      }
    }
    // log of Q(100) = -5005.52420869420508…, mpmath.
    #expect(relative(Normal().logSF(100), -5005.524208694205) < 1e-13)
    #expect(relative(Normal().logCDF(-1000), -500007.8266948121) < 1e-13)
    #expect(Exponential(rate: 2).logSF(1e6) == -2e6)
  }

  @Test("quantiles lead back to the value that a tail came from")
  func quantiles() throws {
    for line in try OracleLine.lines(of: "distributions.txt") {
      let (law, x) = (line.distribution, line.numbers[3])
      let isDiscrete = law is any DiscreteDistribution
      for (p, back) in [(law.cdf(x), law.quantile), (law.sf(x), law.upperQuantile)]
      where p > 1e-300 && p < (isDiscrete ? 1 : 0.9) {
        let y = back(p)
        if isDiscrete {
          #expect(y == x || law.cdf(y) == p || law.sf(y) == p, "\(line): \(y)")
        } else {
          // What the rounding of p alone moves x by.
          let rounding = p * 2.3e-16 / (density(law, x).0 * abs(x))
          #expect(abs(y - x) <= (1e-13 + rounding) * abs(x), "\(line): \(y)")
        }
      }
    }
  }

  @Test("moments, entropy and median agree with scipy, those of the von Mises with mpmath")
  func moments() throws {
    for line in try OracleLine.lines(of: "moments.txt") {
      let law = line.distribution
      let got = [law.mean, law.variance, law.skewness, law.kurtosis, law.entropy, law.median]
      for (got, want) in zip(got, line.numbers[3...]) {
        // scipy integrates the entropy of some families to 1e-8.
        let isIntegral = line.name.hasPrefix("noncentral") || line.name == "inverse_gaussian"
        let tolerance = isIntegral ? 1e-7 : 1e-10
        #expect(abs(got - want) <= tolerance * max(1, abs(want)), "\(line): \(got) is not \(want)")
      }
    }
  }

  @Test("the ends of the support, infinities and numbers outside have their values")
  func edges() {
    let normal = Normal()
    #expect(normal.cdf(-.infinity) == 0 && normal.cdf(.infinity) == 1)
    #expect(normal.sf(-.infinity) == 1 && normal.sf(.infinity) == 0)
    #expect(normal.quantile(0) == -.infinity && normal.quantile(1) == .infinity)
    #expect(normal.quantile(-0.1).isNaN && normal.quantile(1.1).isNaN && normal.cdf(.nan).isNaN)
    for law in [
      StudentT(df: 3), ChiSquared(df: 2), FDistribution(df1: 2, df2: 3), Gamma(shape: 2, scale: 1),
      Weibull(shape: 2), LogNormal(), Cauchy(), Laplace(), Logistic(), Gumbel(), Maxwell(),
      InverseGaussian(mean: 1, shape: 1), NoncentralT(df: 3, noncentrality: 1), Exponential(),
      NoncentralChiSquared(df: 3, noncentrality: 1), StudentizedRange(groups: 3, df: 5),
      NoncentralF(df1: 2, df2: 3, noncentrality: 1), Pareto(shape: 3),
    ] as [any ContinuousDistribution] {
      #expect(law.cdf(.infinity) == 1 && law.sf(.infinity) == 0, "\(law)")
      #expect(law.cdf(-.infinity) == 0 && law.sf(-.infinity) == 1, "\(law)")
      #expect(law.quantile(0) == law.support.lowerBound, "\(law)")
      #expect(law.quantile(1) == law.support.upperBound, "\(law)")
      #expect(law.pdf(.infinity) == 0, "\(law)")
    }
    #expect(Uniform(lower: 1, upper: 3).cdf(0) == 0 && Uniform(lower: 1, upper: 3).pdf(4) == 0)
    #expect(
      Gamma(shape: 1, scale: 2).pdf(0) == 0.5 && Gamma(shape: 0.5, scale: 1).pdf(0) == .infinity)
    #expect(StudentT(df: .infinity).cdf(1.5) == normal.cdf(1.5))
  }

  @Test("quantiles of counts are the least count that reaches the probability")
  func discreteQuantiles() {
    let laws: [any DiscreteDistribution] = [
      Binomial(trials: 10, probability: 0.3), Binomial(trials: 10, probability: 0),
      Binomial(trials: 10, probability: 1), Binomial(trials: 0, probability: 0.5),
      Poisson(mean: 3), Poisson(mean: 0), Geometric(probability: 0.2), Geometric(probability: 1),
      NegativeBinomial(size: 2.5, probability: 0.4), Bernoulli(probability: 0.25),
      Hypergeometric(population: 20, successes: 7, draws: 12), Zipf(exponent: 3),
      Hypergeometric(population: 5, successes: 5, draws: 5),
    ]
    for law in laws {
      for p in [1e-12, 0.01, 0.25, 0.5, 0.75, 0.9, 0.999, 1 - 1e-9] {
        let k = law.quantile(p)
        #expect(
          law.cdf(k) >= p && (k == law.support.lowerBound || law.cdf(k - 1) < p), "\(law) \(p)")
        let upper = law.upperQuantile(p)
        #expect(law.sf(upper) <= p, "\(law) \(p)")
        #expect(upper == law.support.lowerBound || law.sf(upper - 1) > p, "\(law) \(p)")
      }
      #expect(law.quantile(0) == law.support.lowerBound, "\(law)")
      #expect(law.pmf(1.5) == 0 && law.cdf(law.support.lowerBound - 1) == 0, "\(law)")
      let total = (0...200).reduce(0) { $0 + law.pmf($1) }
      #expect(abs(total - law.cdf(200)) < 1e-14, "\(law)")
    }
  }

  @Test("extreme parameters keep their digits")
  func extremes() {
    // Q(a, 1) of a tiny a is a E1(1); E1(1) = 0.21938393439552027368, mpmath.
    #expect(relative(Gamma(shape: 1e-300, scale: 1).sf(1), 0.21938393439552027e-300) < 1e-13)
    #expect(relative(StudentT(df: 1e8).quantile(0.975), 1.9599640082627664) < 1e-13)
    #expect(StudentT(df: 1e-3).sf(1) > 0.49)
    #expect(relative(Normal(mean: 0, sd: 1e-300).cdf(1e-300), Normal().cdf(1)) < 1e-15)
    #expect(relative(Normal().quantile(1e-300), -37.0470962993612) < 1e-13)
    #expect(relative(Normal().upperQuantile(.leastNonzeroMagnitude), 38.467405617144346) < 1e-13)
    for (mean, shape) in [(1, 1e-6), (1, 1e-3), (1e-4, 1e5), (1e3, 1), (1, 1e6)] {
      let law = InverseGaussian(mean: mean, shape: shape)
      for q in [1e-300, 1e-225, 1e-30, 1e-3, 0.4] {
        for (x, got) in [
          (law.upperQuantile(q), law.logSF), (law.quantile(q), law.logCDF),
        ] as [(Double, (Double) -> Double)] {
          // What the rounding of x moves the logarithm of the tail by, beside 1e-13 of that.
          let rounding = 2.3e-16 * x * law.pdf(x) / q + 1e-13 * max(1, -log(q))
          #expect(abs(got(x) - log(q)) <= rounding, "\(law) \(q): \(x)")
        }
      }
    }
  }

  @Test("whole arrays give what single values give")
  func arrays() {
    var random = RandomGenerator(seed: 5)
    let values = Normal(mean: 1, sd: 6).random(50_000, using: &random)
    let normal = Normal(mean: 1, sd: 2)
    for (got, x) in zip(normal.sf(values), values) where normal.sf(x) > 1e-300 {
      #expect(relative(got, normal.sf(x)) < 1e-14)
    }
    let gamma = Gamma(shape: 2, scale: 3)
    #expect(gamma.cdf(values) == values.map { gamma.cdf($0) })
  }
}
