import ApusFrame
import ApusStats
import Testing

@Suite struct LinearModelTests {
  private let oracle: ModelOracle
  private let data: DataFrame
  /// The rows without nulls, which the other programs got.
  private let complete: DataFrame

  /// patsy's order of columns: factors before numbers.
  private let names = ["Intercept", "g[T.b]", "g[T.c]", "x1", "x2"]

  init() throws {
    oracle = try ModelOracle("models_linear")
    data = try oracle.frame("data")
    complete = try data.dropNulls()
  }

  @Test("summaries of many formulas agree with statsmodels")
  func summaries() throws {
    for wanted in try oracle.parts("cases") {
      let text = try wanted.text("formula")
      let model = try OLS(text, data: complete)
      let table = model.coefficients(inOrder: try wanted.texts("names"))
      expectClose(table.map(\.estimate), try wanted.numbers("coef"), text)
      expectClose(table.map(\.standardError), try wanted.numbers("se"), text)
      expectClose(table.map(\.statistic), try wanted.numbers("t"), text)
      expectClose(table.map(\.pValue), try wanted.numbers("p"), text)
      expectClose(table.map(\.lower), try wanted.numbers("low"), atol: 1e-11, text)
      expectClose(table.map(\.upper), try wanted.numbers("high"), atol: 1e-11, text)
      expectClose(
        [model.rSquared, model.adjustedRSquared, model.aic, model.bic, model.logLikelihood],
        try ["r2", "adj", "aic", "bic", "llf"].map(wanted.number), text)
      let f = try #require(model.fTest)
      expectClose([f.statistic, f.pValue], try ["f", "fp"].map(wanted.number), text)
      let jb = model.jarqueBera
      expectClose([model.durbinWatson], [try wanted.number("dw")], text)
      expectClose(
        [jb.statistic, jb.pValue, jb.skewness, jb.kurtosis], try wanted.numbers("jb"), text)
      // statsmodels takes the root of eigenvalues of XᵀX, which loses half of the digits.
      expectClose([model.conditionNumber], [try wanted.number("cond")], rtol: 1e-6, text)
    }
  }

  @Test("robust errors agree with statsmodels")
  func robust() throws {
    let kinds: [(String, StandardErrors)] = [
      ("HC0", .hc0), ("HC1", .hc1), ("HC2", .hc2), ("HC3", .hc3), ("cluster", .cluster("k")),
      ("HAC", .hac(lags: 3)),
    ]
    for (name, errors) in kinds {
      let wanted = try oracle.part("robust").part(name)
      let model = try OLS("y ~ x1 + x2 + g", data: data, errors: errors)
      let table = model.coefficients(inOrder: names)
      expectClose(table.map(\.standardError), try wanted.numbers("se"), name)
      expectClose(table.map(\.pValue), try wanted.numbers("p"), name)
      let f = try #require(model.fTest)
      expectClose([f.statistic, f.pValue], try ["f", "fp"].map(wanted.number), name)
    }
  }

  @Test("weights, predictions and influence agree with statsmodels")
  func others() throws {
    let weighted = try oracle.part("wls")
    let model = try WLS("y ~ x1 + x2 + g", data: data, weights: "w")
    let table = model.coefficients(inOrder: names)
    expectClose(table.map(\.estimate), try weighted.numbers("coef"))
    expectClose(table.map(\.standardError), try weighted.numbers("se"))
    expectClose([model.rSquared, model.logLikelihood], try ["r2", "llf"].map(weighted.number))
    let robust = try model.withErrors(.hc3)
    expectClose(
      robust.coefficients(inOrder: names).map(\.standardError), try weighted.numbers("hc3"))

    let plain = try OLS("y ~ x1 + x2 + g", data: data)
    let new = try DataFrame([
      "x1": [5.0, nil, 12.0], "x2": [1.0, 1.0, 3.0], "g": ["a", "b", "c"],
    ])
    let wanted = try oracle.part("predict")
    let inner = try plain.predict(new, interval: .confidence(0.9))
    let outer = try plain.predict(new, interval: .prediction(0.9))
    func column(_ frame: DataFrame, _ name: String) throws -> [Double] {
      let values = try frame[name, as: Double.self]
      #expect(values[1] == nil)
      return values.compactMap { $0 }
    }
    expectClose(try column(inner, "prediction"), try wanted.numbers("mean"))
    expectClose(try column(inner, "lower"), try wanted.numbers("mean_ci_lower"))
    expectClose(try column(inner, "upper"), try wanted.numbers("mean_ci_upper"))
    expectClose(try column(outer, "lower"), try wanted.numbers("obs_ci_lower"))
    expectClose(try column(outer, "upper"), try wanted.numbers("obs_ci_upper"))

    let influence = try plain.influence()
    let hat = try oracle.part("influence")
    expectClose(influence.hatValues, try hat.numbers("hat"))
    expectClose(influence.standardizedResiduals, try hat.numbers("internal"))
    expectClose(influence.studentizedResiduals, try hat.numbers("external"))
    expectClose(influence.cooksDistances, try hat.numbers("cook"))
    expectClose(influence.dffits, try hat.numbers("dffits"))
    #expect(try influence.frame.rowCount == 56)
  }

  @Test("diagnostics and analyses of variance agree with statsmodels")
  func diagnostics() throws {
    let model = try OLS("y ~ x1 + x2 + g", data: data)
    let tests = [
      ("bp", try model.breuschPagan()), ("white", try model.whiteTest()),
      ("reset", try model.reset()),
    ]
    for (name, test) in tests {
      expectClose([test.statistic, test.pValue], try oracle.numbers(name), rtol: 1e-8, name)
    }
    let inflation = Dictionary(
      uniqueKeysWithValues: model.varianceInflation().map { ($0.name, $0.value) })
    expectClose(names.dropFirst().map { inflation[$0] ?? .nan }, try oracle.numbers("vif"))
    let plain = try OLS("y ~ g*h", data: complete)
    let sums = try OLS("y ~ C(g, Sum)*C(h, Sum)", data: complete)
    let tables = [
      ("anova1", try plain.anova(.sequential)), ("anova2", try plain.anova(.marginal)),
      ("anova3", try sums.anova(.partial)),
    ]
    for (name, table) in tables {
      let wanted = try oracle.part(name)
      expectClose(table.rows.map { Double($0.degreesOfFreedom) }, try wanted.numbers("df"), name)
      expectClose(table.rows.map(\.sumOfSquares), try wanted.numbers("sum_sq"), name)
      expectClose(table.rows.map(\.fStatistic), try wanted.numbers("F"), name)
      expectClose(table.rows.map(\.pValue), try wanted.numbers("PR(>F)"), name)
    }
    #expect(model.missingCount == 4)
    let nested = try OLS("y ~ x1", data: complete).compared(with: model)
    expectClose([nested.statistic, nested.pValue], try oracle.numbers("nested"))
  }

  @Test("many rows go another way to the same numbers")
  func manyRows() throws {
    let n = 40_000
    let x: [Double] = (0..<n).map { row in Double((row * 7919) % 1009) / 100 }
    let z: [Double] = (0..<n).map { row in Double((row * 104_729) % 997) - 300 }
    let y: [Double] = (0..<n).map { row in
      let noise = Double((row * 31) % 17 - 8) / 10
      return 2 + 0.5 * x[row] - 0.01 * z[row] + noise
    }
    let big = try DataFrame(["x": AnyColumn(x), "z": AnyColumn(z), "y": AnyColumn(y)])
    let model = try OLS("y ~ x + z + I(x*z)", data: big)
    // The normal equations hold to the last digits: the residuals are orthogonal to the columns.
    for column in [x, z, zip(x, z).map { $0 * $1 }] {
      let dot = zip(column, model.residuals).reduce(0) { $0 + $1.0 * $1.1 }
      let size = column.reduce(0) { $0 + abs($1) }
      #expect(abs(dot) < 1e-12 * size)
    }
  }

  @Test("bad data gets an error that says how to mend it")
  func badInput() throws {
    let small = try DataFrame([
      "y": [1.0, 2, 4, 3], "x": [1.0, 2, 3, 5], "twice": [2.0, 4, 6, 10], "one": [3.0, 3, 3, 3],
      "zero": [0.0, 0, 0, 0], "w": [1.0, 0, 1, 1], "none": [nil, nil, nil, nil] as AnyColumn,
      "gap": AnyColumn([nil, nil, nil, nil] as [Double?]),
    ])
    func message(_ formula: String, weights: String? = nil) -> String {
      errorText { _ = try OLS(formula, data: small, weights: weights) }
    }
    #expect(
      message("y ~ x + twice")
        == "the design is singular: \"twice\" = 2·x in OLS(\"y ~ x + twice\"); leave \"twice\" or "
        + "one of the others out of the formula")
    #expect(message("y ~ one").contains("the column \"one\" is constant, as the intercept is"))
    #expect(message("y ~ zero").contains("the column \"zero\" is zero in every row"))
    #expect(message("one ~ x").contains("the response \"one\" is constant"))
    #expect(message("y ~ x + I(x^2) + I(x^3)").contains("4 complete rows for 4 coefficients"))
    #expect(message("y ~ gap").contains("no row is complete: 4 rows"))
    #expect(message("y ~ x", weights: "w").contains("the weight of row 1 is 0"))
    #expect(message("y ~ x", weights: "v").contains("no column \"v\""))
    let text = try OLS("y ~ x", data: small).description
    #expect(
      text.contains("OLS: y ~ x") && text.contains("Durbin–Watson") && text.contains("Intercept"))
  }
}
