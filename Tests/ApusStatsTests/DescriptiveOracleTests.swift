import ApusFrame
import ApusStats
import Testing

@Suite("Descriptive statistics beside numpy, scipy and statsmodels")
struct DescriptiveOracleTests {
  let oracle: StatsOracle
  init() throws { oracle = try StatsOracle() }

  @Test("moments, means and spreads")
  func moments() throws {
    for one in try oracle.cases("descriptive") {
      let x = try Sample(one.list("x"))
      expectClose(try x.mean, try one.number("mean"), 1e-15, "mean")
      expectClose(try x.variance(), try one.number("variance"), 1e-9, "variance")
      expectClose(try x.sem, try one.number("sem"), 1e-9, "sem")
      // The peers centre on a rounded mean, which a sample at 1e7 shows.
      let isLarge = try x.mean > 1e6
      let tolerance = isLarge ? 1e-6 : 1e-9
      let absolute = isLarge ? 1e-8 : 1e-13
      expectClose(
        try x.skewness(), try one.number("skewness"), tolerance, absolute: absolute, "skewness")
      expectClose(
        try x.kurtosis(), try one.number("kurtosis"), tolerance, absolute: absolute, "kurtosis")
      expectClose(try x.kurtosis(isExcess: false), try one.number("kurtosis") + 3, tolerance)
      if one.has("skewness_unbiased") {
        expectClose(
          try x.skewness(isUnbiased: true), try one.number("skewness_unbiased"), tolerance,
          absolute: absolute)
        expectClose(
          try x.kurtosis(isUnbiased: true), try one.number("kurtosis_unbiased"), tolerance,
          absolute: absolute)
      }
      expectClose(try x.medianAbsoluteDeviation(), try one.number("mad"), 1e-9, absolute: 1e-9)
      expectClose(try x.trimmedMean(0.1), try one.number("trimmed"))
      expectClose(try x.winsorizedMean(0.1), try one.number("winsorized"))
      if one.has("geometric") {
        expectClose(try x.geometricMean, try one.number("geometric"))
        expectClose(try x.harmonicMean, try one.number("harmonic"))
      }
      expectClose(x.modes.first, try one.number("mode"))
      expectClose(try x.entropy(), try one.number("entropy"))
    }
  }

  @Test("all nine types of quantiles")
  func quantiles() throws {
    for one in try oracle.cases("descriptive") {
      let x = try Sample(one.list("x"))
      let ps = try one.list("ps")
      for (type, wanted) in zip(QuantileType.allCases, try one.rows("quantiles")) {
        expectClose(try x.quantiles(ps, type: type), wanted, 1e-12, "\(type) of \(x.count)")
        expectClose(try ps.map { try x.quantile($0, type: type) }, wanted, 1e-12)
      }
    }
  }

  @Test("weighted means, variances and quantiles")
  func weighted() throws {
    for one in try oracle.cases("descriptive") {
      let x = try WeightedSample(one.list("x"), weights: one.list("weights"))
      expectClose(x.mean, try one.number("weighted_mean"), 1e-12)
      let tolerance = x.mean > 1e6 ? 1e-6 : 1e-9
      expectClose(
        try x.variance(.reliability), try one.number("weighted_variance"), tolerance)
      expectClose(
        try x.variance(.frequency), try one.number("weighted_frequency_variance"), tolerance)
      let ps = try one.list("ps")
      expectClose(try ps.map { try x.quantile($0) }, try one.list("weighted_quantiles"), 1e-12)
    }
  }

  @Test("correlations with tests and intervals")
  func correlations() throws {
    for one in try oracle.cases("correlations") {
      let (x, y) = (try one.list("x"), try one.list("y"))
      let pearson = try correlation(x, y)
      expectClose([pearson.statistic.value, pearson.pValue], try one.list("pearson"), "pearson")
      let interval = try one.list("pearson_interval")
      expectClose(
        [pearson.confidenceInterval?.lower, pearson.confidenceInterval?.upper], interval)
      expectClose(
        try correlation(x, y, alternative: .greater).pValue, try one.number("pearson_greater"))
      let spearman = try correlation(x, y, method: .spearman)
      expectClose(
        [spearman.statistic.value, spearman.pValue], try one.list("spearman"), "spearman")
      let kendall = try correlation(x, y, method: .kendall)
      expectClose([kendall.statistic.value, kendall.pValue], try one.list("kendall"), "kendall")
      expectClose(
        try correlation(x, y, method: .kendall, alternative: .less).pValue,
        try one.number("kendall_less"), "kendall less")
      expectClose(try distanceCorrelation(x, y).statistic.value, try one.number("distance"))
      expectClose(try covariance(x, y), try one.number("covariance"))
      if one.has("partial") {
        let partial = try partialCorrelation(x, y, given: [one.list("z")])
        expectClose([partial.statistic.value, partial.pValue], try one.list("partial"), "partial")
      }
      let frame = try DataFrame([
        "x": AnyColumn(x.map(Optional.some)), "y": AnyColumn(y.map(Optional.some)),
      ])
      for method in [CorrelationMethod.pearson, .spearman, .kendall] {
        let single = try frame.correlation("x", "y", method: method)
        let matrix = try frame.correlations("x", "y", method: method)
        expectClose(matrix["x", "y"], single.statistic.value, 1e-13)
        expectClose(matrix.pValues[0, 1], single.pValue, 1e-10)
      }
    }
  }
}
