import ApusStats
import Testing

private let alternatives: [(String, TestResult.Alternative)] = [
  ("two-sided", .twoSided), ("less", .less), ("greater", .greater),
]

extension TestResult {
  fileprivate var ends: [Double?] { [confidenceInterval?.lower, confidenceInterval?.upper] }
  fileprivate var pair: [Double?] { [statistic.value, pValue] }
}

@Suite("Tests of two samples and of normality beside scipy and statsmodels")
struct TwoSampleOracleTests {
  let oracle: StatsOracle
  init() throws { oracle = try StatsOracle() }

  @Test("t-tests of one and two samples and of pairs, with intervals and effect sizes")
  func tTests() throws {
    for one in try oracle.cases("two") {
      let (x, y) = (try one.list("x"), try one.list("y"))
      for (name, variances) in [("student", VarianceAssumption.equal), ("welch", .unequal)] {
        let found = try tTest(x, y, variances: variances)
        expectClose(
          [found.statistic.value, found.degreesOfFreedom[0], found.pValue] + found.ends,
          try one.list(name), name)
        expectClose(
          try tTest(x, y, variances: variances, alternative: .less).pValue,
          try one.number(name + "_less"))
      }
      let effects = try tTest(x, y, variances: .equal).effectSizes
      // The interval's ends are roots of scipy's noncentral t, good to about eight digits.
      expectClose(effects[0].value, try one.list("d")[0])
      expectClose(
        [effects[0].interval?.lower, effects[0].interval?.upper],
        Array(try one.list("d").dropFirst()), 1e-7, absolute: 1e-8, "d")
      expectClose(effects[1].value, try one.number("g"))
      let single = try tTest(x, mean: 2.5)
      expectClose(
        [single.statistic.value, single.degreesOfFreedom[0], single.pValue] + single.ends,
        try one.list("one"), "one")
      expectClose(
        try tTest(x, mean: 2.5, alternative: .greater).pValue, try one.number("one_greater"))
      let size = min(x.count, y.count)
      let paired = try pairedTTest(Array(x.prefix(size)), Array(y.prefix(size)))
      expectClose(
        [paired.statistic.value, paired.degreesOfFreedom[0], paired.pValue] + paired.ends,
        try one.list("paired"), "paired")
    }
  }

  @Test("rank tests of two samples and of pairs, exact and asymptotic")
  func ranks() throws {
    for one in try oracle.cases("two") {
      let (x, y) = (try one.list("x"), try one.list("y"))
      if one.has("mannwhitney_exact") {
        expectClose(
          try mannWhitneyTest(x, y, method: .exact).pair, try one.list("mannwhitney_exact"))
        expectClose(
          try mannWhitneyTest(x, y, alternative: .less, method: .exact).pValue,
          try one.number("mannwhitney_exact_less"))
      }
      for (name, alternative) in alternatives {
        expectClose(
          try mannWhitneyTest(x, y, alternative: alternative, method: .asymptotic).pair,
          try one.list("mannwhitney_" + name), "mannwhitney " + name)
      }
      let differences = zip(x, y).map { $0 - $1 }
      if one.has("wilcoxon_exact") {
        expectClose(
          try wilcoxonTest(differences, alternative: .greater, method: .exact).pair,
          try one.list("wilcoxon_exact"))
        expectClose(
          try wilcoxonTest(differences, method: .exact).pValue,
          try one.number("wilcoxon_exact_two"))
      }
      expectClose(
        try wilcoxonTest(differences, alternative: .greater, method: .asymptotic).pair,
        try one.list("wilcoxon_asymptotic"))
    }
  }

  @Test("exact rank tests with ties agree with counting every permutation")
  func exactTies() throws {
    let (x, y) = ([1.0, 2, 2, 5], [2.0, 3, 3, 5, 6])
    let exact = try mannWhitneyTest(x, y, alternative: .less)
    let counted = try permutationTest(x, y, alternative: .less) { a, b in
      var u = 0.0
      for one in a { for other in b { u += one > other ? 1 : one == other ? 0.5 : 0 } }
      return u
    }
    expectClose(exact.pValue, counted.pValue, 1e-12)
    let signed = try wilcoxonTest([1.0, -2, 2, 3, 3, 4], alternative: .greater)
    let flipped = try permutationTest(
      [1.0, -2, 2, 3, 3, 4], [0.0, 0, 0, 0, 0, 0], kind: .pairs, alternative: .greater
    ) { a, b in
      let ranks = [1: 1.0, 2: 2.5, 3: 4.5, 4: 6]
      return zip(a, b).reduce(0) { $0 + ($1.0 > $1.1 ? ranks[Int(abs($1.0 - $1.1))] ?? 0 : 0) }
    }
    expectClose(signed.pValue, flipped.pValue, 1e-12)
  }

  @Test("Kolmogorov–Smirnov, exact, of one sample and two")
  func kolmogorovSmirnov() throws {
    let normal = Normal(mean: 3, sd: 2)
    for one in try oracle.cases("two") {
      let (x, y) = (try one.list("x"), try one.list("y"))
      for (name, alternative) in alternatives {
        expectClose(
          try kolmogorovSmirnovTest(x, y, alternative: alternative).pair,
          try one.list("ks_" + name), "two samples, " + name)
        expectClose(
          try kolmogorovSmirnovTest(x, alternative: alternative) { normal.cdf($0) }.pair,
          try one.list("ks1_" + name), 1e-9, absolute: 1e-12, "one sample, " + name)
      }
    }
  }

  @Test("tests of normality")
  func normality() throws {
    for one in try oracle.cases("normality") {
      let x = try one.list("x")
      let shapiro = try shapiroWilkTest(x)
      expectClose(shapiro.statistic.value, try one.number("royston"), 1e-12, "W")
      // scipy's normal quantiles in this test have about nine digits, its tails eight.
      expectClose(shapiro.pair, try one.list("shapiro"), 1e-6, "Shapiro of \(x.count)")
      expectClose(try jarqueBeraTest(x).pair, try one.list("jarque_bera"), "JB")
      if one.has("anderson") {
        expectClose(try andersonDarlingTest(x).pair, try one.list("anderson"), "AD")
        expectClose(try dAgostinoTest(x).pair, try one.list("dagostino"), "K²")
      }
    }
  }

  @Test("the runs test")
  func runs() throws {
    for one in try oracle.cases("runs") {
      expectClose(try runsTest(one.list("x")).pair, try one.list("z"))
    }
  }
}

@Suite("Tests of groups, tables and proportions beside scipy and statsmodels")
struct GroupOracleTests {
  let oracle: StatsOracle
  init() throws { oracle = try StatsOracle() }

  @Test("analysis of variance, Tukey, ranks and equal variances")
  func groups() throws {
    for one in try oracle.cases("groups") {
      let groups: [any SampleValues] = try one.rows("groups")
      let classical = try anova(groups)
      expectClose(classical.pair, try one.list("anova"), "anova")
      expectClose(
        classical.effectSizes.map(\.value), [try one.number("eta2"), try one.number("omega2")],
        1e-9, absolute: 1e-12)
      let welch = try anova(groups, variances: .unequal)
      expectClose(
        [welch.statistic.value, welch.degreesOfFreedom[1], welch.pValue], try one.list("welch"),
        "welch")
      for (pair, wanted) in zip(try tukeyTest(groups).pairs, try one.rows("tukey")) {
        // scipy integrates the studentized range to about eight digits.
        expectClose(
          [pair.difference, pair.pValue, pair.interval.lower, pair.interval.upper], wanted, 1e-6,
          absolute: 1e-8, "tukey")
      }
      expectClose(try kruskalWallisTest(groups).pair, try one.list("kruskal"), "kruskal")
      expectClose(try leveneTest(groups).pair, try one.list("levene"), "levene")
      expectClose(try leveneTest(groups, centre: .mean).pair, try one.list("levene_mean"))
      expectClose(try bartlettTest(groups).pair, try one.list("bartlett"), "bartlett")
      expectClose(try flignerTest(groups).pair, try one.list("fligner"), "fligner")
      if one.has("friedman") {
        expectClose(try friedmanTest(groups).pair, try one.list("friedman"), "friedman")
      }
    }
  }

  @Test("tables: χ², Fisher, McNemar")
  func tables() throws {
    for one in try oracle.cases("tables") {
      let table = try ContingencyTable(one.rows("counts").map { $0.map { Int($0) } })
      let plain = try chiSquaredTest(table, isCorrected: false)
      expectClose(
        [plain.statistic.value, plain.degreesOfFreedom[0], plain.pValue], try one.list("plain"))
      expectClose(plain.effectSize?.value, try one.number("cramer"))
      if one.has("fisher") {
        expectClose(try fisherExactTest(table).pValue, try one.number("fisher"))
      }
      guard one.has("yates") else { continue }
      let yates = try chiSquaredTest(table)
      expectClose(
        [yates.statistic.value, yates.degreesOfFreedom[0], yates.pValue], try one.list("yates"))
      for (name, alternative) in alternatives {
        expectClose(
          try fisherExactTest(table, alternative: alternative).pValue,
          try one.number("fisher_" + name), "fisher " + name)
      }
      let fisher = try fisherExactTest(table)
      // scipy stops its search for the odds ratio and its ends at about ten digits.
      expectClose(
        [fisher.estimate?.value] + fisher.ends, try one.list("odds"), 1e-6, absolute: 1e-8)
      if one.has("mcnemar") {
        expectClose(try mcNemarTest(table, method: .exact).pair, try one.list("mcnemar_exact"))
        expectClose(try mcNemarTest(table, method: .asymptotic).pair, try one.list("mcnemar"))
      }
    }
    for one in try oracle.cases("goodness") {
      let expected = one.content["expected"] as? [Double]
      expectClose(
        try chiSquaredTest(counts: one.ints("counts"), expected: expected).pair,
        try one.list("result"))
    }
  }

  @Test("proportions: exact, by z, and five intervals")
  func proportions() throws {
    let all = try oracle.one("proportions")
    for one in try all.cases("one") {
      let (successes, trials) = (try one.int("successes"), try one.int("trials"))
      let p = try one.number("p")
      for (name, alternative) in alternatives {
        expectClose(
          try binomialTest(
            successes: successes, of: trials, probability: p, alternative: alternative
          ).pValue,
          try one.number("binomial_" + name), name)
      }
      let intervals: [(String, ProportionInterval)] = [
        ("exact", .exact), ("wilson", .wilson), ("normal", .normal),
        ("agrestiCoull", .agrestiCoull), ("jeffreys", .jeffreys),
      ]
      for (name, method) in intervals {
        let found = try proportionInterval(successes: successes, of: trials, method: method)
        expectClose(
          [found.lower, found.upper], try one.list(name), 1e-9, absolute: 1e-12,
          "\(name) of \(successes)/\(trials)")
      }
      expectClose(
        try proportionTest(successes: successes, of: trials, probability: p).pair,
        try one.list("z"))
    }
    let two = try proportionTest((30, 100), (45, 110))
    expectClose(two.pair + two.ends, try all.list("two"))
  }

  @Test("corrections for many tests")
  func corrections() throws {
    let one = try oracle.one("corrections")
    for method in PValueCorrection.allCases {
      expectClose(try adjustedPValues(one.list("p"), method: method), try one.list("\(method)"))
    }
  }

  @Test("power and sample size")
  func power() throws {
    let one = try oracle.one("power")
    for row in try one.rows("two") {
      expectClose(try Power.tTest(effect: row[0], count: row[1], ratio: row[2]), row[3])
    }
    expectClose(
      try Power.tTest(effect: 0.5, count: 30, alternative: .greater),
      try one.number("two_larger"))
    for row in try one.rows("one") {
      expectClose(try Power.tTest(effect: row[0], count: row[1], kind: .oneSample), row[2])
    }
    for row in try one.rows("anova") {
      expectClose(try Power.anova(effect: row[0], count: row[1], groups: Int(row[2])), row[3])
    }
    expectClose(try Power.proportions(0.4, 0.25, count: 90), try one.number("proportions"))
    // statsmodels stops its search at about eight digits.
    expectClose(
      try Power.sampleSize(power: 0.8) { n throws(StatsError) in
        try Power.tTest(effect: 0.5, count: n)
      }, try one.number("size_two"), 1e-7)
  }
}
