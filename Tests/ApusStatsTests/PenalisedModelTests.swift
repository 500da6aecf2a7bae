import ApusFrame
import ApusStats
import Testing

@Suite struct PenalisedModelTests {
  private let oracle: ModelOracle
  private let data: DataFrame

  init() throws {
    oracle = try ModelOracle("models_penalised")
    data = try oracle.frame("data")
  }

  private func numbers(_ step: ElasticNet.Step) -> [Double] {
    [step.intercept] + step.coefficients
  }

  @Test("lasso, elastic net and ridge agree with scikit-learn")
  func penalties() throws {
    let formula = "y ~ x0 + x1 + x2 + x3 + x4"
    for (name, mixing) in [("lasso", 1.0), ("net", 0.4)] {
      let model = try ElasticNet(
        formula, data: data, mixing: mixing, penalties: [0.15], folds: 0, isStandardized: false)
      expectClose(numbers(model.path[0]), try oracle.numbers(name), rtol: 1e-7, atol: 1e-9, name)
    }
    let logistic = try ElasticNet(
      "b ~ x0 + x1 + x2 + x3 + x4", data: data, family: .binomial(), mixing: 0, penalties: [0.05],
      folds: 0, isStandardized: false)
    expectClose(
      numbers(logistic.path[0]), try oracle.numbers("ridge logistic"), rtol: 1e-6, atol: 1e-8,
      "ridge logistic")
  }

  @Test("the path begins with no column, and cross-validation chooses within it")
  func path() throws {
    let model = try ElasticNet("y ~ x0 + x1 + x2 + x3 + x4", data: data, folds: 5)
    #expect(model.path[0].activeCount == 0)
    #expect(model.path[1].activeCount >= 1)
    #expect(model.path.count == 100)
    #expect(model.chosenWithinOneError <= model.chosen)
    let again = try ElasticNet("y ~ x0 + x1 + x2 + x3 + x4", data: data, folds: 5)
    #expect(again.path == model.path)
    #expect(try model.predict(data).rowCount == 80)
    // Without a penalty it is least squares.
    let free = try ElasticNet("y ~ x0 + x1", data: data, penalties: [0], folds: 0)
    let plain = try OLS("y ~ x0 + x1", data: data)
    expectClose(numbers(free.path[0]), plain.coefficients.map(\.estimate), rtol: 1e-8)
    #expect(
      errorText { _ = try ElasticNet("y ~ x0", data: data, mixing: 2) }.contains("mixing is 0 to 1")
    )
  }

  @Test("Huber's and Tukey's estimates agree with statsmodels")
  func robust() throws {
    for (name, norm) in [("huber", RobustModel.Norm.huber()), ("bisquare", .bisquare())] {
      let wanted = try oracle.part(name)
      let model = try RobustModel("y ~ x0 + x1 + x2", data: data, norm: norm)
      // The other program stops its steps a little earlier.
      expectClose(
        model.coefficients.map(\.estimate), try wanted.numbers("coef"), rtol: 1e-7, atol: 1e-9, name
      )
      expectClose(
        model.coefficients.map(\.standardError), try wanted.numbers("se"), rtol: 1e-7, name)
      expectClose([model.scale], [try wanted.number("scale")], rtol: 1e-7, name)
    }
  }
}
