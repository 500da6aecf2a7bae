extension ModelCore {
  var savedValue: SavedValue {
    switch self {
    case .linear(let model):
      .fields([
        "kind": .text("linear"), "intercept": .number(model.intercept),
        "slopes": .numbers(model.slopes),
      ])
    case .logistic(let model):
      .fields([
        "kind": .text("logistic"), "intercepts": .numbers(model.rows.map(\.intercept)),
        "slopes": .list(model.rows.map { .numbers($0.slopes) }),
      ])
    case .neighbours(let model):
      .fields([
        "kind": .text("neighbours"), "count": .number(Double(model.count)),
        "weights": .text(model.weights.rawValue), "answers": .numbers(model.answers),
        "points": .numbers(model.tree.points),
      ])
    case .naiveBayes(let model):
      .fields([
        "kind": .text("naiveBayes"), "form": .text(model.form.rawValue),
        "priors": .numbers(model.priors), "first": .list(model.first.map(SavedValue.numbers)),
        "second": .list(model.second.map(SavedValue.numbers)),
      ])
    case .forest(let model):
      .fields(["kind": .text("forest"), "trees": .list(model.trees.map(\.savedValue))])
    case .boosted(let model):
      .fields([
        "kind": .text("boosted"), "loss": .text(model.loss.savedName),
        "start": .numbers(model.start), "trees": .list(model.trees.map(\.savedValue)),
      ])
    case .xgboost(let model):
      .fields([
        "kind": .text("xgboost"), "booster": .text(String(decoding: model.json, as: UTF8.self)),
      ])
    }
  }

  init(_ value: SavedValue, inputCount: Int, classCount: Int?) throws(StatsError) {
    func fault(_ what: String) -> StatsError {
      StatsError(
        code: .malformedFile, what: what, place: "saved model", mend: "save the model again")
    }
    let kind = try value.text("kind")
    let isForClasses = ["logistic", "naiveBayes"].contains(kind)
    if (isForClasses && classCount == nil) || (kind == "linear" && classCount != nil) {
      throw fault("a \(kind) model does not fit the classes")
    }
    let width = classCount ?? 1
    switch kind {
    case "linear":
      self = .linear(
        LinearPredictor(
          intercept: try value.number("intercept"),
          slopes: try value.numbers("slopes", count: inputCount)))
    case "logistic":
      let intercepts = try value.numbers("intercepts", count: width == 2 ? 1 : width)
      let slopes = try value.list("slopes")
      guard slopes.count == intercepts.count else { throw fault("a row of slopes is missing") }
      var rows: [LogisticPredictor.Row] = []
      for (intercept, row) in zip(intercepts, slopes) {
        rows.append(
          .init(
            intercept: intercept,
            slopes: try SavedValue.fields(["slopes": row]).numbers("slopes", count: inputCount)))
      }
      self = .logistic(LogisticPredictor(rows: rows))
    case "neighbours":
      let answers = try value.numbers("answers")
      guard let weights = NeighbourWeights(rawValue: try value.text("weights")) else {
        throw fault("the weights are not known")
      }
      guard !answers.isEmpty else { throw fault("there are no rows to be near to") }
      if let classCount {
        _ = try value.wholes("answers", count: answers.count, in: 0...(classCount - 1))
      }
      let points = try value.numbers("points", count: answers.count * inputCount)
      guard (answers + points).allSatisfy(\.isFinite) else { throw fault("a row is not finite") }
      self = .neighbours(
        Neighbours(
          count: try value.whole("count", in: 1...answers.count), weights: weights, width: width,
          answers: answers, points: points, side: inputCount))
    case "naiveBayes":
      guard let form = NaiveBayes.Form(rawValue: try value.text("form")) else {
        throw fault("the form of naive Bayes is not known")
      }
      func table(_ name: String, _ count: Int) throws(StatsError) -> [[Double]] {
        let rows = try value.list(name)
        guard rows.count == count else { throw fault("\"\(name)\" has \(rows.count) rows") }
        var result: [[Double]] = []
        for row in rows {
          result.append(try SavedValue.fields([name: row]).numbers(name, count: inputCount))
        }
        return result
      }
      self = .naiveBayes(
        NaiveBayes(
          form: form, priors: try value.numbers("priors", count: width),
          first: try table("first", width),
          second: try table("second", form == .multinomial ? 0 : width)))
    case "forest":
      var trees: [TreeNodes] = []
      for tree in try value.list("trees") {
        trees.append(try TreeNodes(tree, width: width, inputCount: inputCount))
      }
      guard !trees.isEmpty else { throw fault("there are no trees") }
      self = .forest(Forest(trees: trees, width: width))
    case "boosted":
      let loss = try BoostingLoss(savedName: try value.text("loss"), classCount: classCount)
      var trees: [TreeNodes] = []
      for tree in try value.list("trees") {
        trees.append(try TreeNodes(tree, width: 1, inputCount: inputCount))
      }
      guard trees.count % loss.width == 0 else { throw fault("a round lacks trees") }
      self = .boosted(
        BoostedTrees(
          loss: loss, start: try value.numbers("start", count: loss.width), trees: trees))
    case "xgboost":
      self = .xgboost(
        XGBoostModel(
          json: Array(try value.text("booster").utf8), width: width, featureCount: inputCount))
    default: throw fault("the kind of model \"\(kind)\" is not known")
    }
  }
}

extension BoostingLoss {
  fileprivate var savedName: String {
    switch self {
    case .squared: "squared"
    case .poisson: "poisson"
    case .logistic: "logistic"
    case .multinomial: "multinomial"
    }
  }

  fileprivate init(savedName: String, classCount: Int?) throws(StatsError) {
    switch (savedName, classCount) {
    case ("squared", nil): self = .squared
    case ("poisson", nil): self = .poisson
    case ("logistic", 2): self = .logistic
    case ("multinomial", let count?) where count > 2: self = .multinomial(count)
    default:
      throw StatsError(
        code: .malformedFile, what: "the loss \"\(savedName)\" does not fit the classes",
        place: "saved model", mend: "save the model again")
    }
  }
}

extension TreeNodes {
  fileprivate var savedValue: SavedValue {
    .fields([
      "features": .numbers(features.map(Double.init)), "thresholds": .numbers(thresholds),
      "missingLeft": .list(missingLeft.map(SavedValue.bool)),
      "children": .numbers(children.map(Double.init)), "values": .numbers(values),
      "gains": .numbers(gains),
    ])
  }

  /// A tree whose children come after their parents, so that every row comes to a leaf.
  fileprivate init(_ value: SavedValue, width: Int, inputCount: Int) throws(StatsError) {
    func fault(_ what: String) -> StatsError {
      StatsError(
        code: .malformedFile, what: what, place: "saved model", mend: "save the model again")
    }
    self.init(width: width)
    let count = try value.list("features").count
    guard count > 0 else { throw fault("a tree has no nodes") }
    features = try value.wholes("features", count: count, in: -1...(inputCount - 1)).map(Int32.init)
    thresholds = try value.numbers("thresholds", count: count)
    children = try value.wholes("children", count: count, in: 0...count).map(Int32.init)
    values = try value.numbers("values", count: count * width)
    gains = try value.numbers("gains", count: count)
    for flag in try value.list("missingLeft") {
      guard case .bool(let isLeft) = flag else { throw fault("a tree's flag is no flag") }
      missingLeft.append(isLeft)
    }
    guard missingLeft.count == count else { throw fault("a tree lacks flags") }
    for node in 0..<count where features[node] >= 0 {
      guard children[node] > node, Int(children[node]) + 1 < count else {
        throw fault("a tree's node has no children behind it")
      }
    }
  }
}
