import ApusFrame
import ApusStats
import Testing

@Suite struct GeneralizedModelTests {
  private let oracle: ModelOracle
  private let data: DataFrame

  init() throws {
    oracle = try ModelOracle("models_generalized")
    data = try oracle.frame("data")
  }

  private func check(_ model: GLM, _ wanted: ModelOracle, _ name: String) throws {
    let table = model.coefficients(inOrder: try wanted.texts("names"))
    expectClose(table.map(\.estimate), try wanted.numbers("coef"), name)
    expectClose(table.map(\.standardError), try wanted.numbers("se"), rtol: 1e-8, name)
    expectClose(table.map(\.pValue), try wanted.numbers("p"), rtol: 1e-7, name)
    expectClose(
      [model.deviance, model.nullDeviance, model.pearsonChiSquared, model.dispersion],
      try ["deviance", "null", "pearson", "scale"].map(wanted.number), rtol: 1e-8, name)
    // statsmodels puts the unbiased variance into the likelihood of normal responses with a link.
    if let likelihood = model.logLikelihood, name != "gaussian log" {
      expectClose([likelihood], [try wanted.number("llf")], name)
    }
  }

  @Test(
    "families and links agree with statsmodels",
    arguments: [
      ("binomial logit", Family.binomial()), ("binomial probit", .binomial(.probit)),
      ("binomial cloglog", .binomial(.cloglog)), ("binomial cauchit", .binomial(.cauchit)),
      ("poisson log", .poisson()), ("poisson sqrt", .poisson(.sqrt)), ("gamma inverse", .gamma()),
      ("gamma log", .gamma(.log)), ("inverse gaussian log", .inverseGaussian(.log)),
      ("gaussian identity", .gaussian()), ("gaussian log", .gaussian(.log)),
      ("negative binomial", .negativeBinomial(alpha: 0.7)), ("tweedie", .tweedie(power: 1.5)),
    ])
  func families(name: String, family: Family) throws {
    let wanted = try oracle.part("cases").part(name)
    let model = try GLM(try wanted.text("formula"), data: data, family: family)
    try check(model, wanted, name)
  }

  @Test("exposure, weights, successes beside failures and quasi-likelihoods agree too")
  func options() throws {
    try check(
      GLM("c ~ x + z + g", data: data, family: .poisson(), exposure: "e"),
      oracle.part("exposure"), "exposure")
    try check(
      GLM("b ~ x + z", data: data, family: .binomial(), weights: "w"), oracle.part("weights"),
      "weights")
    try check(
      GLM("cbind(s, f) ~ x + z", data: data, family: .binomial()), oracle.part("cbind"), "cbind")
    try check(
      GLM("c ~ x + z", data: data, family: .quasiPoisson()), oracle.part("quasi"), "quasi")
    let names = ["Intercept", "g[T.b]", "g[T.c]", "x", "z"]
    let robust = try GLM("b ~ x + z + g", data: data, family: .binomial(), errors: .hc0)
    expectClose(
      robust.coefficients(inOrder: names).map(\.standardError), try oracle.numbers("hc0"),
      rtol: 1e-8)
    let clustered = try GLM("c ~ x + z", data: data, family: .poisson(), errors: .cluster("k"))
    expectClose(
      clustered.coefficients.map(\.standardError), try oracle.numbers("cluster"), rtol: 1e-8)
    let counts = try GLM("nb ~ x + z + g", data: data, family: .negativeBinomial())
    let nb = try oracle.part("nb2")
    expectClose(
      counts.coefficients(inOrder: names).map(\.estimate), Array(try nb.numbers("coef").dropLast()),
      rtol: 1e-6, atol: 1e-8, "estimated alpha")
    expectClose([counts.logLikelihood], [try nb.number("llf")], "estimated alpha")
  }

  @Test("predictions and tables of deviance agree with statsmodels")
  func results() throws {
    let model = try GLM("b ~ x + z + g", data: data, family: .binomial())
    let wanted = try oracle.part("predict")
    let found = try model.predict(data, interval: .confidence(0.95))
    for (ours, theirs) in [
      ("prediction", "mean"), ("lower", "mean_ci_lower"), ("upper", "mean_ci_upper"),
    ] {
      let values = try found[ours, as: Double.self].compactMap { $0 }
      expectClose(Array(values.prefix(4)), try wanted.numbers(theirs), rtol: 1e-8, ours)
    }
    let table = try model.devianceTable()
    expectClose(table.rows.map(\.deviance), try oracle.numbers("drops"), rtol: 1e-8)
    let smaller = try GLM("b ~ x + z", data: data, family: .binomial())
    let ratio = try smaller.compared(with: model)
    #expect(abs(ratio.statistic - table.rows[2].deviance) < 1e-9)
    #expect(ratio.degreesOfFreedom == [2])
    #expect(model.description.contains("link") && model.description.contains("logit"))
  }

  @Test("bad data gets an error that says how to mend it")
  func badInput() throws {
    let small = try DataFrame([
      "y": [0.0, 0, 0, 0, 1, 1, 1, 1], "x": [1.0, 2, 3, 4, 5, 6, 7, 8],
      "z": [1.0, 3, 2, 5, 4, 2, 6, 3], "g": ["a", "a", "a", "b", "b", "b", "a", "b"],
      "three": ["a", "b", "c", "a", "b", "c", "a", "b"], "c": [0.0, 0, 0, 2, 4, 1, 0, 3],
      "n": [-1.0, 2, 3, 4, 5, 6, 7, 8], "same": [1.0, 1, 1, 1, 1, 1, 1, 1],
    ])
    func message(_ formula: String, _ family: Family, limit: Int = 100) -> String {
      errorText { _ = try GLM(formula, data: small, family: family, iterationLimit: limit) }
    }
    let separated = message("y ~ x + z", .binomial())
    #expect(separated.contains("\"x\"") && separated.contains("separates the classes"))
    #expect(separated.contains("ElasticNet"))
    #expect(message("y ~ x", .binomial(.probit)).contains("\"x\" separates the classes"))
    #expect(message("c ~ g", .poisson()).contains("the counts are all zero where \"g[T.b]\""))
    #expect(message("three ~ x", .binomial()).contains("the response \"three\" has 3 levels"))
    #expect(message("n ~ x", .poisson()).contains("\"n\" is a negative count in row 0: -1"))
    #expect(message("n ~ x", .gamma()).contains("\"n\" is not positive in row 0"))
    #expect(message("n ~ x", .binomial()).contains("lies outside 0 to 1"))
    #expect(message("same ~ x", .poisson()).contains("is constant"))
    #expect(message("y ~ z + I(2*z)", .binomial()).contains("the design is singular"))
    #expect(message("y ~ z", .binomial(), limit: 2).contains("no convergence in 2 steps"))
    let classes = try GLM("g ~ z", data: small, family: .binomial())
    #expect(classes.description.contains("The model is of the probability of \"b\"."))
  }
}
