import ApusFrame
import ApusStats
import Testing

@Suite struct SurvivalTests {
  private let oracle: ModelOracle
  private let data: DataFrame

  init() throws {
    oracle = try ModelOracle("models_survival")
    data = try oracle.frame("data")
  }

  @Test("Kaplan–Meier curves and the log-rank test agree with lifelines")
  func curves() throws {
    let estimate = try KaplanMeier(time: "t", event: "e", by: "g", data: data)
    for curve in estimate.curves {
      let wanted = try oracle.part("km").part(curve.group)
      expectClose(curve.times, try wanted.numbers("times"), curve.group)
      expectClose(curve.survival, try wanted.numbers("survival"), curve.group)
      expectClose(curve.lower, try wanted.numbers("lower"), curve.group)
      expectClose(curve.upper, try wanted.numbers("upper"), curve.group)
      #expect(curve.median == (try wanted.number("median")))
    }
    let test = try logRankTest(time: "t", event: "e", by: "g", data: data)
    expectClose([test.statistic, test.pValue], try oracle.numbers("logrank"))
    let all = try KaplanMeier(time: "t", event: "e", data: data)
    #expect(all.curves.count == 1 && all.curves[0].rowCount == 70)
  }

  @Test(
    "Cox's model agrees with statsmodels and lifelines",
    arguments: ["efron", "breslow", "efron_strata", "breslow_strata"])
  func cox(name: String) throws {
    let wanted = try oracle.part(name)
    let model = try Cox(
      "Surv(t, e) ~ x + z + g", data: data, ties: name.hasPrefix("efron") ? .efron : .breslow,
      strata: name.hasSuffix("strata") ? "s" : nil)
    expectClose(model.coefficients.map(\.estimate), try wanted.numbers("coef"), name)
    expectClose(model.coefficients.map(\.standardError), try wanted.numbers("se"), name)
    expectClose([model.logLikelihood], [try wanted.number("llf")], name)
    if !name.hasSuffix("strata") {
      expectClose([model.concordance], [try wanted.number("c")], name)
    }
    #expect(model.description.contains("hazard ratio"))
    #expect(try model.predict(data).rowCount == 70)
  }

  @Test("bad data gets an error that says how to mend it")
  func badInput() throws {
    let small = try DataFrame([
      "t": [1.0, 2, 3, 4, 5, 6], "e": [1.0, 1, 1, 1, 1, 1], "order": [6.0, 5, 4, 3, 2, 1],
      "zero": [0.0, 0, 0, 0, 0, 0], "two": [2.0, 1, 1, 1, 1, 1], "x": [1.0, 3, 2, 5, 4, 1],
    ])
    func message(_ formula: String) -> String { errorText { _ = try Cox(formula, data: small) } }
    #expect(message("Surv(t, e) ~ order").contains("\"order\" orders the events"))
    #expect(message("Surv(t, zero) ~ x").contains("there is no event"))
    #expect(message("Surv(t, two) ~ x").contains("row 0 has the time 1 and the event 2"))
    #expect(message("Surv(t, e) ~ zero").contains("the column \"zero\" is constant"))
    #expect(message("Surv(t, e) ~ x + I(2*x)").contains("the design is singular"))
    #expect(message("t ~ x").contains("the response must be Surv(time, event)"))
  }

  @Test("models stand side by side as text, HTML, Markdown and LaTeX")
  func tables() throws {
    let one = try OLS("x ~ z", data: data)
    let two = try OLS("x ~ z + g", data: data)
    let table = try compare(one, two, names: ["small", "large_one"])
    #expect(table.coefficients == ["Intercept", "z", "g[T.b]", "g[T.c]"])
    let lines = table.markdown.split(separator: "\n").map(String.init)
    #expect(lines[0] == "|  | small | large\\_one |")
    #expect(lines[1] == "|---|---:|---:|")
    #expect(lines[6].hasPrefix("| g[T.b] |  | "))
    #expect(table.latex.contains("large\\_one") && table.latex.contains("R$^2$"))
    #expect(table.latex.contains("\\begin{tabular}{lrr}"))
    #expect(table.html.contains("<th") && table.html.contains("large_one"))
    #expect(errorText { _ = try compare(one, names: ["a", "b"]) }.contains("2 names for 1 models"))
  }
}
