import ApusFrame
import ApusStats
import Foundation
import Testing

@Suite struct ScoreTests {
  let names = ["x0", "x1", "x2", "x3"]

  @Test("scores of a model are those of its predictions, and unsuited ones are errors")
  func scores() throws {
    let oracle = try LearningOracle()
    let frame = try oracle.frame()
    let two = try Learner.logistic().fit("two", from: xNames, data: frame)
    let truth = oracle["kind"].map { $0 == 1 }
    let chances = try two.predict(frame).probability(of: "true")
    let metrics = try ScoreMetrics(truth: truth, scores: chances)
    expectNear([try ModelScore.rocAUC.value(of: two, on: frame)], [metrics.rocAUC], 1e-12)
    expectNear(
      [try ModelScore.logLoss.value(of: two, on: frame)], [metrics.logLoss ?? .nan], 1e-12)
    #expect(try ModelScore.macroF1.value(of: two, on: frame) > 0.8)
    let named = try ScoreMetrics(
      truth: truth.map { $0 ? "true" : "false" }, of: "true", in: two.predict(frame))
    #expect(named == metrics)
    #expect(throws: StatsError.self) { try two.predict(frame).probability(of: "maybe") }
    #expect(throws: StatsError.self) { try ModelScore.rmse.value(of: two, on: frame) }
    let numbers = try Learner.linear().fit("y", from: xNames, data: frame)
    let regression = try RegressionMetrics(
      truth: oracle["y"], predicted: numbers.predict(frame).values)
    #expect(try ModelScore.mae.value(of: numbers, on: frame) == regression.mae)
    #expect(throws: StatsError.self) { try ModelScore.accuracy.value(of: numbers, on: frame) }
    let three = try Learner.naiveBayes().fit("kind", from: xNames, data: frame)
    #expect(throws: StatsError.self) { try ModelScore.rocAUC.value(of: three, on: frame) }
  }

  @Test("cross-validation judges each fold by a model of the others")
  func crossValidation() throws {
    let frame = try curvedFrame(90, seed: 40)
    let learner = Learner.linear()
    let names = ["x0", "x1", "x2"]
    let found = try learner.crossValidated(
      "y", from: names, data: frame, folds: .plain(3, seed: nil), score: .rmse)
    let wanted = try Folds.plain(3, seed: nil).splits(of: frame).map { split in
      let model = try learner.fit("y", from: names, data: frame.taking(split.training))
      return try ModelScore.rmse.value(of: model, on: frame.taking(split.test))
    }
    #expect(found.values == wanted && wanted.count == 3)
  }

  @Test("missing values become the most frequent, a number or a text")
  func imputation() throws {
    let frame = try DataFrame([
      "a": AnyColumn([2, nil, 2, 5] as [Double?]),
      "b": AnyColumn([1, nil, 3, 4] as [Double?]),
      "t": AnyColumn(["red", nil, "blue", "red"] as [String?]),
      "u": AnyColumn(["red", nil, "blue", "red"] as [String?]),
    ])
    let steps = Preprocessing(
      .impute("a", "t", with: .mostFrequent), .impute("b", with: .constant(-1)),
      .impute("u", with: .text("none")), .oneHot("u", dropsFirst: true))
    let found = try steps.fit(frame).apply(frame)
    #expect(found.columnNames == ["a", "b", "t", "u=none", "u=red"])
    #expect(try found["a", as: Double.self][1] == 2)
    #expect(try found["b", as: Double.self][1] == -1)
    #expect(try found["t", as: String.self][1] == "red")
    #expect(try found["u=none", as: Double.self].compactMap { $0 } == [0, 1, 0, 0])
  }

  @Test("a model is written to a file and read again")
  func file() throws {
    let frame = try curvedFrame(120, seed: 41)
    let model = try Learner.tree(depthLimit: 3).fit("kind", from: names, data: frame)
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "model.json").path
    try model.save(path)
    try model.save(path)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["model.json"])
    #expect(try LearnedModel(path: path).predict(frame) == model.predict(frame))
    #expect(throws: StatsError.self) { try LearnedModel(path: path + ".not") }
    #expect(throws: StatsError.self) { try model.save(folder.path + "/no/model.json") }
  }

  @Test("a task may be asked for, and forests take every choice of columns")
  func options() throws {
    let frame = try curvedFrame(120, seed: 42)
    let model = try Learner.tree().fit(
      "count", from: names, data: frame, task: .classification)
    #expect((model.classes ?? []).count > 2)
    for choice in [ForestOptions.FeatureChoice.all, .squareRoot, .fraction(0.5), .count(2)] {
      var options = ForestOptions(treeCount: 20)
      options.features = choice
      let forest = try Learner.forest(options).fit("y", from: names, data: frame)
      #expect(try ModelScore.r2.value(of: forest, on: frame) > 0.5)
    }
    var wrong = ForestOptions(treeCount: 2)
    wrong.features = .count(9)
    #expect(throws: StatsError.self) {
      try Learner.forest(wrong).fit("y", from: names, data: frame)
    }
  }
}
