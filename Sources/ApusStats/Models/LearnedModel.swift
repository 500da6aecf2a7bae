public import ApusFrame

/// A model that has learned: predicts for frames with the columns that it was fitted on.
public struct LearnedModel: StatsResult {
  /// How it learned, in words.
  public let name: String
  /// The column that it predicts.
  public let target: String
  /// The columns that it predicts from.
  public let features: [String]
  /// The classes that it tells apart; `nil` when it predicts numbers.
  public let classes: [String]?
  /// How many rows it learned from.
  public let rowCount: Int
  /// The columns of numbers that the model itself sees, after preprocessing.
  public let inputs: [String]
  /// What is done to a frame before.
  public let preprocessing: FittedPreprocessing
  let core: ModelCore
  let outOfBag: [Double]?

  /// Predicts the rows of a frame.
  /// - Throws: `StatsError` for missing columns, and for missing values that the model cannot take.
  public func predict(_ frame: DataFrame) throws(StatsError) -> Prediction {
    let place = "predict of \(name)"
    for name in features { _ = try frame.column(name, in: place) }
    let prepared = try preprocessing.apply(frame)
    let table = try FeatureTable(prepared, inputs, in: place)
    return Prediction(classes: classes, numbers: try core.predict(table, in: place))
  }

  /// What the trees of a forest say of the training rows that they did not see; `nil` unless the
  /// options asked for it. NaN where every tree saw the row.
  public var outOfBagPrediction: Prediction? {
    outOfBag.map { Prediction(classes: classes, numbers: $0) }
  }

  /// How much the splits of each input lowered the loss, as parts of 1; `nil` for models without
  /// trees.
  public var gainImportance: [(input: String, importance: Double)]? {
    let trees: [TreeNodes]
    switch core {
    case .boosted(let model): trees = model.trees
    case .forest(let model): trees = model.trees
    case .linear, .logistic, .neighbours, .naiveBayes, .xgboost: return nil
    }
    var sums = [Double](repeating: 0, count: inputs.count)
    for tree in trees {
      for node in 0..<tree.count where tree.features[node] >= 0 {
        sums[Int(tree.features[node])] += tree.gains[node]
      }
    }
    let total = sums.reduce(0, +)
    return zip(inputs, sums).map { ($0, total > 0 ? $1 / total : 0) }
  }

  /// The intercept and slopes of a linear or logistic model: a row for each class that has any;
  /// `nil` for others.
  public var coefficients: [(intercept: Double, slopes: [Double])]? {
    switch core {
    case .linear(let model): [(model.intercept, model.slopes)]
    case .logistic(let model): model.rows.map { ($0.intercept, $0.slopes) }
    case .boosted, .forest, .neighbours, .naiveBayes, .xgboost: nil
    }
  }

  /// How many trees there are; `nil` for models without.
  public var treeCount: Int? {
    switch core {
    case .boosted(let model): model.trees.count
    case .forest(let model): model.trees.count
    case .linear, .logistic, .neighbours, .naiveBayes, .xgboost: nil
    }
  }

  /// What the model is.
  public var card: StatsCard {
    var facts: [(name: String, value: String)] = [
      ("Target", target), ("Rows", "\(rowCount)"), ("Inputs", "\(inputs.count)"),
    ]
    if let classes { facts.append(("Classes", classes.prefix(8).joined(separator: ", "))) }
    if let treeCount { facts.append(("Trees", "\(treeCount)")) }
    var tables: [StatsCard.Table] = []
    if let importance = gainImportance {
      let top = importance.sorted { $0.importance > $1.importance }.prefix(10)
      tables.append(
        .init(
          header: ["input", "importance"],
          rows: top.map { [$0.input, NumberText.fixed($0.importance, digits: 4)] }))
    }
    if let rows = coefficients {
      let names = rows.count > 1 ? (classes ?? []) : ["coefficient"]
      var table = StatsCard.Table(header: [""] + names, rows: [])
      table.rows.append(["intercept"] + rows.map { NumberText.short($0.intercept) })
      for (place, input) in inputs.prefix(30).enumerated() {
        table.rows.append([input] + rows.map { NumberText.short($0.slopes[place]) })
      }
      tables.append(table)
    }
    let first = name.prefix(1).uppercased() + name.dropFirst()
    return StatsCard(title: first, facts: facts, tables: tables)
  }
}

/// What a model itself knows.
enum ModelCore: Sendable, Equatable {
  case linear(LinearPredictor)
  case logistic(LogisticPredictor)
  case neighbours(Neighbours)
  case naiveBayes(NaiveBayes)
  case forest(Forest)
  case boosted(BoostedTrees)
  case xgboost(XGBoostModel)

  /// Numbers, or chances of classes, row by row.
  func predict(_ table: FeatureTable, in place: String) throws(StatsError) -> [Double] {
    do {
      switch self {
      case .linear(let model): return try model.predict(table, in: place)
      case .logistic(let model): return try model.predict(table, in: place)
      case .neighbours(let model): return try model.predict(table, in: place)
      case .naiveBayes(let model): return try model.predict(table, in: place)
      case .forest(let model):
        try table.requireNoInfinity(in: place)
        return try model.predict(table)
      case .boosted(let model):
        try table.requireNoInfinity(in: place)
        let numbers = try model.predict(table)
        return model.loss == .logistic ? Self.bothChances(numbers) : numbers
      case .xgboost(let model): return try model.predict(table, in: place)
      }
    } catch let error as StatsError {
      throw error
    } catch let error as FrameError {
      throw StatsError(error, in: place)
    } catch {
      preconditionFailure("an error of another kind: \(error)")
    }
  }

  /// The chances of both classes, of those of the second.
  static func bothChances(_ chances: [Double]) -> [Double] {
    var both = [Double](repeating: 0, count: chances.count * 2)
    for (row, chance) in chances.enumerated() {
      both[2 * row] = 1 - chance
      both[2 * row + 1] = chance
    }
    return both
  }
}

/// What a model predicts for the rows of a frame.
public struct Prediction: Sendable, Equatable {
  /// The classes; `nil` when numbers are predicted.
  public let classes: [String]?
  /// Numbers, or the chances of the classes, row by row.
  let numbers: [Double]

  /// How many rows were predicted.
  public var count: Int { numbers.count / width }

  /// The predicted numbers. Traps when classes are predicted.
  public var values: [Double] {
    precondition(classes == nil, "classes are predicted: use labels or probabilities")
    return numbers
  }

  /// The place of the likeliest class of each row, the first of equal ones. Traps when numbers are
  /// predicted.
  public var classIndices: [Int] {
    precondition(classes != nil, "numbers are predicted: use values")
    let width = width
    return (0..<count).map { row in
      var best = 0
      for place in 1..<width where numbers[row * width + place] > numbers[row * width + best] {
        best = place
      }
      return best
    }
  }

  /// The likeliest class of each row. Traps when numbers are predicted.
  public var labels: [String] {
    let names = classes ?? []
    return classIndices.map { names[$0] }
  }

  /// The chances of each class, a column a class. Traps when numbers are predicted.
  public var probabilities: Matrix {
    precondition(classes != nil, "numbers are predicted: use values")
    let width = width
    let count = count
    var matrix = Matrix(rowCount: count, columnCount: width)
    for row in 0..<count {
      for place in 0..<width { matrix[row, place] = numbers[row * width + place] }
    }
    return matrix
  }

  /// The chances of one class.
  public func probability(of label: String) throws(StatsError) -> [Double] {
    guard let classes, let place = classes.firstIndex(of: label) else {
      let known = classes.map { "the classes are \($0.joined(separator: ", "))" }
      throw StatsError(
        code: .badOption, what: "no class \"\(label)\"", place: "probability(of:)",
        mend: known ?? "numbers are predicted: use values")
    }
    let width = width
    return (0..<count).map { numbers[$0 * width + place] }
  }

  private var width: Int { classes?.count ?? 1 }
}
