import ApusFrame
import ApusStats
import Testing

@Suite struct ModelOracleTests {
  let oracle: LearningOracle
  let frame: DataFrame

  init() throws {
    oracle = try LearningOracle()
    frame = try oracle.frame()
  }

  private func flat(_ model: LearnedModel) -> [Double] {
    (model.coefficients ?? []).flatMap { [$0.intercept] + $0.slopes }
  }

  @Test("least squares and ridge have scikit-learn's coefficients")
  func linear() throws {
    expectNear(flat(try Learner.linear().fit("y", from: xNames, data: frame)), oracle["ols"])
    expectNear(
      flat(try Learner.linear(l2: 2.5).fit("y", from: xNames, data: frame)), oracle["ridge"])
  }

  // scikit-learn's own solver stops at gradients of about 1e-8 of the loss.
  @Test("logistic models of two and three classes have scikit-learn's coefficients")
  func logistic() throws {
    expectNear(
      flat(try Learner.logistic(l2: 2).fit("two", from: xNames, data: frame)), oracle["logistic2"],
      1e-6)
    let model = try Learner.logistic(l2: 2).fit("kind", from: xNames, data: frame)
    expectNear(flat(model), oracle["logistic3"], 1e-6)
    expectNear(
      Array(try model.predict(frame).probabilities.byRows.prefix(30)), oracle["logistic3-chances"],
      1e-6)
  }

  @Test("nearest neighbours vote and weigh as scikit-learn's")
  func neighbours() throws {
    let even = try frame.strided(2)
    let odd = try frame.strided(2, from: 1)
    let votes = try Learner.nearestNeighbours(count: 7).fit("kind", from: xNames, data: even)
    expectNear(try votes.predict(odd).probabilities.byRows, oracle["knn"])
    let mean = try Learner.nearestNeighbours(count: 5, weights: .distance).fit(
      "y", from: xNames, data: even)
    expectNear(try mean.predict(frame).values, oracle["knn-distance"])
  }

  @Test("naive Bayes gives scikit-learn's chances")
  func bayes() throws {
    let some = try frame.strided(9)
    let counts = ["n0", "n1", "n2"]
    let gaussian = try Learner.naiveBayes().fit("kind", from: xNames, data: frame)
    expectNear(try gaussian.predict(some).probabilities.byRows, oracle["gaussian"])
    let multinomial = try Learner.naiveBayes(.multinomial).fit("kind", from: counts, data: frame)
    expectNear(try multinomial.predict(some).probabilities.byRows, oracle["multinomial"])
    var columns = counts.map { name in
      AnyColumn(
        name: name, AnyColumn(oracle[name].map { $0 > 2 ? 1 : 0 } as [Double?]))
    }
    columns.append(try frame["kind"])
    let present = try DataFrame(columns: columns)
    let bernoulli = try Learner.naiveBayes(.bernoulli).fit("kind", from: counts, data: present)
    expectNear(try bernoulli.predict(present.strided(9)).probabilities.byRows, oracle["bernoulli"])
  }

  @Test("scaling gives scikit-learn's numbers")
  func scaling() throws {
    for (method, name) in [
      (Preprocessing.Scaling.standard, "standard"), (.minMax, "minmax"), (.robust, "robust"),
    ] {
      let fitted = try Preprocessing(.scale("x0", by: method)).fit(frame)
      let column = try fitted.apply(frame)["x0"].as(Double.self)
      expectNear((0..<6).map { column[$0] ?? .nan }, oracle[name])
    }
  }

  @Test("metrics give scikit-learn's numbers")
  func metrics() throws {
    let scores = try ScoreMetrics(truth: oracle["kind"].map { $0 == 1 }, scores: oracle["score"])
    expectNear([scores.rocAUC], oracle["auc"])
    expectNear([scores.averagePrecision], oracle["average-precision"])
    expectNear([scores.logLoss ?? .nan], oracle["log-loss"])
    expectNear([scores.brier ?? .nan], oracle["brier"])
    expectNear(
      try scores.calibration(binCount: 5).flatMap { [$0.predicted, $0.observed] },
      oracle["calibration"])
    let classes = try ClassMetrics(
      truth: oracle["kind"].map { "\(Int($0))" }, predicted: oracle["guess"].map { "\(Int($0))" })
    #expect(classes.confusion.flatMap { $0 }.map(Double.init) == oracle["confusion"])
    expectNear([classes.accuracy], oracle["accuracy"])
    expectNear([classes.macroF1], oracle["macro-f1"])
    expectNear(
      classes.byClass.flatMap { [$0.precision ?? .nan, $0.recall ?? .nan, $0.f1 ?? .nan] },
      oracle["by-class"])
    let numbers = try RegressionMetrics(truth: oracle["y"], predicted: oracle["y"].reversed())
    expectNear([numbers.rmse, numbers.mae, numbers.r2 ?? .nan], oracle["regression"])
  }
}
