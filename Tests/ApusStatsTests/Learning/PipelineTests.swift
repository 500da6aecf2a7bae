import ApusFrame
import ApusStats
import Testing

@Suite struct PipelineTests {
  private func mixed() throws -> DataFrame {
    try DataFrame([
      "size": AnyColumn([1, nil, 3, 4, 5, 6, 7, 8] as [Double?]),
      "colour": AnyColumn(["red", "blue", nil, "red", "green", "blue", "red", "red"] as [String?]),
      "late": AnyColumn([true, false, true, true, false, false, true, false] as [Bool?]),
    ])
  }

  @Test("steps are fitted once and applied to other frames")
  func steps() throws {
    let steps = Preprocessing(.impute(with: .median), .scale(by: .minMax), .oneHot())
    let fitted = try steps.fit(try mixed(), columns: ["size", "colour"])
    let other = try DataFrame([
      "size": AnyColumn([nil, 15] as [Double?]),
      "colour": AnyColumn(["violet", nil] as [String?]),
    ])
    let result = try fitted.apply(other)
    #expect(result.columnNames == ["size", "colour=blue", "colour=green", "colour=red"])
    let size = try result["size", as: Double.self]
    expectNear([size[0] ?? .nan, size[1] ?? .nan], [4.0 / 7, 2])
    let red = try result["colour=red", as: Double.self]
    #expect(red[0] == 0 && red[1] == 1)
  }

  @Test("an unseen level is zeros, or an error that names it")
  func unseen() throws {
    let strict = try Preprocessing(.oneHot("colour", unseen: .error)).fit(try mixed())
    let other = try DataFrame(["colour": AnyColumn(["violet"] as [String?])])
    #expect(throws: StatsError.self) { try strict.apply(other) }
    do {
      _ = try strict.apply(other)
    } catch {
      #expect(error.description.contains("\"colour\" is \"violet\" in row 0"))
    }
  }

  @Test("a model takes its preprocessing along")
  func model() throws {
    let steps = Preprocessing(.impute(), .scale(), .oneHot())
    let model = try Learner.logistic().fit("late", data: try mixed(), preprocessing: steps)
    #expect(model.inputs == ["size", "colour=blue", "colour=green", "colour=red"])
    #expect(try model.predict(try mixed()).labels.count == 8)
    #expect(model.card.description.contains("Logistic regression"))
  }

  @Test("folds hold every row once; groups stay together, classes keep their parts")
  func folds() throws {
    let frame = try DataFrame([
      "g": AnyColumn((0..<60).map { "\($0 % 7)" } as [String?]),
      "k": AnyColumn((0..<60).map { $0 < 20 ? "a" : "b" } as [String?]),
    ])
    for folds in [Folds.plain(5), .stratified(5, by: "k"), .grouped(3, by: "g")] {
      let splits = try folds.splits(of: frame)
      #expect(splits.flatMap(\.test).sorted() == Array(0..<60))
      for split in splits { #expect((split.training + split.test).sorted() == Array(0..<60)) }
    }
    for split in try Folds.stratified(5, by: "k").splits(of: frame) {
      #expect(split.test.count { $0 < 20 } == 4)
    }
    for split in try Folds.grouped(3, by: "g").splits(of: frame) {
      #expect(Set(split.test.map { $0 % 7 }).isDisjoint(with: split.training.map { $0 % 7 }))
    }
    for split in try Folds.time(4).splits(of: frame) {
      #expect(split.training == Array(0..<(split.test.first ?? 0)))
    }
    #expect(throws: StatsError.self) { try Folds.plain(61).splits(of: frame) }
  }

  @Test("rows are parted by classes and groups")
  func split() throws {
    let frame = try DataFrame([
      "g": AnyColumn((0..<80).map { "\($0 % 8)" } as [String?]),
      "k": AnyColumn((0..<80).map { $0 < 20 ? "a" : "b" } as [String?]),
    ])
    let (train, test) = try frame.trainTestSplit(test: 0.25, stratifiedBy: "k", seed: 3)
    #expect(train.rowCount == 60 && test.rowCount == 20)
    #expect(try test["k", as: String.self].count { $0 == "a" } == 5)
    let (one, other) = try frame.trainTestSplit(groupedBy: "g")
    let groups = Set(try one["g", as: String.self].compactMap { $0 })
    #expect(groups.isDisjoint(with: try other["g", as: String.self].compactMap { $0 }))
  }

  @Test("cross-validation, search and permutation find what matters")
  func judging() throws {
    let frame = try curvedFrame(900, seed: 20)
    let names = ["x0", "x1", "x2", "x4"]
    let search = try LearnerSearch(
      [.linear(), .boosting(BoostingOptions(roundCount: 50)), .nearestNeighbours(count: 10)],
      target: "y", from: names, data: frame, folds: .plain(3), score: .rmse)
    #expect(search.best == .boosting(BoostingOptions(roundCount: 50)))
    #expect(search.trials[0].result.values.count == 3)
    let model = try search.best.fit("y", from: names, data: frame)
    let importance = try PermutationImportance(of: model, data: frame, score: .r2, repeats: 2)
    #expect(importance.features.last?.name == "x4")
  }

  @Test(
    "bad input is an error that says what and how to mend it",
    arguments: [
      ("lat", "size", "colour"), ("size", "late", "colour"), ("late", "size", "size"),
    ])
  func badInput(_ target: String, _ one: String, _ other: String) throws {
    let frame = try mixed()
    do {
      _ = try Learner.logistic().fit(target, from: [one, other], data: frame)
      Issue.record("no error")
    } catch {
      #expect(!error.what.isEmpty && error.mend != nil, "\(error)")
    }
  }

  @Test("one class, separated classes, dependent columns and too many neighbours are named")
  func named() throws {
    let frame = try DataFrame([
      "x": AnyColumn([1, 2, 3, 4] as [Double?]), "z": AnyColumn([2, 4, 6, 8] as [Double?]),
      "k": AnyColumn(["a", "a", "b", "b"] as [String?]),
      "c": AnyColumn(["a", "a", "a", "a"] as [String?]),
      "y": AnyColumn([1, 3, 2, 5] as [Double?]),
    ])
    func code(_ body: () throws -> LearnedModel) -> StatsError.Code? {
      do {
        _ = try body()
        return nil
      } catch {
        return (error as? StatsError)?.code
      }
    }
    #expect(code { try Learner.boosting().fit("c", from: ["x"], data: frame) } == .badValue)
    #expect(code { try Learner.logistic(l2: 0).fit("k", from: ["x"], data: frame) } == .separation)
    #expect(code { try Learner.linear().fit("y", from: ["x", "z"], data: frame) } == .singular)
    #expect(
      code { try Learner.nearestNeighbours(count: 9).fit("k", from: ["x"], data: frame) }
        == .badOption)
    #expect(code { try Learner.linear().fit("k", from: ["x"], data: frame) } == .typeMismatch)
  }
}
