import ApusFrame
import ApusStats
import Testing

@Suite struct FormulaTests {
  private func frame() throws -> DataFrame {
    try DataFrame([
      "y": [1.0, 3, 2, 5, 4, 7, 5.5, 9], "x": [1.0, 2, 3, 4, 5, 6, 7, 9],
      "g": ["a", "b", "a", "c", "b", "c", "a", "b"],
      "net income": [2.0, 1, 4, 3, 9, 5, 7, 6],
      "flag": [true, false, true, true, false, true, false, false],
    ])
  }

  @Test(
    "errors in a formula show the place",
    arguments: [
      (
        "y ~ x +",
        "nothing stands behind \"+\" in OLS(…)\n  y ~ x +\n         ^; write a column or a function there"
      ),
      (
        "y x",
        "\"x\" does not belong here in OLS(…)\n  y x\n    ^; a formula is written as response ~ terms"
      ),
      (
        "y ~ (x + g",
        "the parenthesis is not closed in OLS(…)\n  y ~ (x + g\n      ^; write \")\" where it ends"
      ),
      ("y ~ xx", "no column \"xx\" in OLS(…)\n  y ~ xx\n      ^; did you mean \"x\"?"),
      (
        "y ~ lob(x)",
        "there is no function \"lob\" in OLS(…)\n  y ~ lob(x)\n      ^; did you mean \"log\"?"
      ),
      (
        "y ~ x ^ 2",
        "a power of one term is the term itself in OLS(…)\n  y ~ x ^ 2\n        ^; write the square of a column as I(x^2)"
      ),
      (
        "y ~ log(g)",
        "\"g\" is String, not a number in OLS(…)\n  y ~ log(g)\n          ^; name it alone, or as C(g), to use it as a factor"
      ),
      (
        "y ~ C(g, Treatment(\"d\"))",
        "there is no level \"d\" in OLS(…)\n  y ~ C(g, Treatment(\"d\"))\n                     ^; did you mean \"a\"?"
      ),
      (
        "y ~ log(x - 1)",
        "log has no finite value in 1 row, first at 0 in OLS(…)\n  y ~ log(x - 1)\n      ^; leave such rows out, or transform them before"
      ),
      (
        "y ~ 2",
        "2 is no term in OLS(…)\n  y ~ 2\n      ^; 1 is the intercept and 0 none; write arithmetic in I(…)"
      ),
      (
        "g ~ x",
        "the response \"g\" is String, not a number in OLS(…)\n  g ~ x\n  ^; a logistic model, GLM(…, family: .binomial()), takes classes"
      ),
    ])
  func errors(formula: String, message: String) throws {
    let data = try frame()
    #expect(errorText { _ = try OLS(formula, data: data) } == message)
  }

  @Test("names in backticks, Booleans, powers of sums and removed terms are read")
  func names() throws {
    let data = try frame()
    let model = try OLS("y ~ `net income` + flag", data: data)
    #expect(model.coefficients.map(\.name) == ["Intercept", "`net income`", "flag[T.true]"])
    let power = try OLS("y ~ (x + flag)^2 - flag", data: data)
    #expect(power.coefficients.map(\.name) == ["Intercept", "x", "x:flag[T.true]"])
    let dot = try OLS("y ~ . - g - flag", data: data)
    #expect(dot.coefficients.map(\.name) == ["Intercept", "x", "`net income`"])
  }

  @Test("a typed formula is the same model as its text")
  func typed() throws {
    let data = try frame()
    let typed = try OLS(
      Formula("y", by: .power(.column("x"), 2) + .factor("g", .treatment(reference: "b"))),
      data: data)
    let text = try OLS("y ~ I(x^2) + C(g, Treatment(\"b\"))", data: data)
    #expect(typed.coefficients.map(\.name) == text.coefficients.map(\.name))
    #expect(typed.coefficients.map(\.estimate) == text.coefficients.map(\.estimate))
  }

  @Test("an offset takes part with the coefficient 1")
  func offset() throws {
    let data = try frame()
    let model = try OLS("y ~ x + offset(`net income`)", data: data)
    let direct = try OLS("I(y - `net income`) ~ x", data: data)
    expectClose(model.coefficients.map(\.estimate), direct.coefficients.map(\.estimate))
    let shown = try model.predict(data)["prediction", as: Double.self].compactMap { $0 }
    expectClose(shown, model.fittedValues)
  }

  @Test("a level that the fit did not have, and a column of another type, are errors")
  func newLevels() throws {
    let data = try frame()
    let model = try OLS("y ~ x + g", data: data)
    let odd = try DataFrame(["x": [1.0], "g": ["bb"]])
    #expect(
      errorText { _ = try model.predict(odd) }
        == "the model has no level \"bb\" of \"g\" in predict(…); did you mean \"b\"?")
    let number = try DataFrame(["x": [1.0], "g": [2.0]])
    #expect(errorText { _ = try model.predict(number) }.contains("it was a factor"))
  }

  @Test("splines and polynomials give the same at prediction as at the fit")
  func learned() throws {
    let data = try frame()
    for term in ["poly(x, 3)", "bs(x, 4)", "ns(x, 3)", "scale(x)", "log(center(x) + 10)"] {
      let model = try OLS("y ~ \(term)", data: data)
      let half = try data.filter(col("x") > 4)
      let found = try model.predict(half)["prediction", as: Double.self].compactMap { $0 }
      expectClose(found, Array(model.fittedValues.suffix(4)), term)
    }
    let model = try OLS("y ~ bs(x, 4)", data: data)
    let outside = try DataFrame(["x": [12.0]])
    #expect(
      errorText { _ = try model.predict(outside) }.contains(
        "12 lies outside the spline's range 1 to 9"))
  }
}
