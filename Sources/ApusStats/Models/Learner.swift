public import ApusFrame

/// A way to learn, with its options; `fit` makes a model of it.
///
/// ```swift
/// let model = try Learner.boosting().fit("fare", from: ["distance", "hour"], data: trips)
/// let guess = try model.predict(newTrips)
/// ```
public enum Learner: Sendable, Equatable {
  /// Least squares, with a penalty of `l2` times the squared slopes (ridge) when that is not 0.
  case linear(l2: Double = 0)
  /// Logistic regression of two or more classes; the penalty is `l2` / 2 times the squared slopes.
  case logistic(l2: Double = 1)
  /// The `count` nearest training rows; their mean or their votes.
  case nearestNeighbours(count: Int = 5, weights: NeighbourWeights = .uniform)
  /// Naive Bayes.
  case naiveBayes(NaiveBayesKind = .gaussian)
  /// One decision tree.
  case tree(depthLimit: Int? = nil, minimumLeafRows: Int = 1)
  /// A random forest.
  case forest(ForestOptions = ForestOptions())
  /// Gradient boosting on histograms.
  case boosting(BoostingOptions = BoostingOptions())
  /// XGBoost through its C library, which must be installed (`libxgboost0`).
  case xgboost(XGBoostOptions = XGBoostOptions())

  /// What is predicted.
  public enum Task: Sendable {
    /// Classes for columns of texts, categories and Booleans, numbers for columns of numbers; for
    /// learners that know classes only, classes.
    case automatic
    /// Classes: every distinct value is one.
    case classification
    /// Numbers.
    case regression
  }

  /// The learner's name in words.
  public var name: String {
    switch self {
    case .linear(let l2): l2 == 0 ? "linear regression" : "ridge regression"
    case .logistic: "logistic regression"
    case .nearestNeighbours: "nearest neighbours"
    case .naiveBayes(let kind): "\(kind.name) naive Bayes"
    case .tree: "decision tree"
    case .forest: "random forest"
    case .boosting: "gradient boosting"
    case .xgboost: "XGBoost"
    }
  }

  /// Learns to predict a column from others: from all others when none are named. The preprocessing
  /// is fitted on the same rows, and applied again whenever the model predicts.
  /// - Throws: `StatsError` for unknown columns, columns that are not numbers after preprocessing,
  ///   missing values that the learner cannot take, one class only, and too few rows.
  public func fit(
    _ target: String, from features: [String]? = nil, data: DataFrame,
    preprocessing: Preprocessing = Preprocessing(), task: Task = .automatic
  ) throws(StatsError) -> LearnedModel {
    let place = "\(name) of \"\(target)\""
    let column = try data.column(target, in: place)
    let names = features ?? data.columnNames.filter { $0 != target }
    if names.contains(target) {
      throw StatsError(
        code: .badOption, what: "the target \"\(target)\" is also a feature", place: place,
        mend: "leave it out of the features")
    }
    for name in names { _ = try data.column(name, in: place) }
    guard data.rowCount >= 2 else {
      throw StatsError(
        code: .tooFewRows, what: "\(data.rowCount) rows are too few", place: place,
        mend: "at least 2 are needed")
    }
    let goal = try goal(column, task, in: place)
    let fitted = try preprocessing.fit(data, columns: names)
    let prepared = try fitted.apply(data)
    let table = try FeatureTable(
      prepared, fitted.outputNames(of: names), in: place)
    let core = try learn(table, goal, in: place)
    var classes: [String]?
    if case .classes(let found) = goal { classes = found.labels }
    return LearnedModel(
      name: name, target: target, features: names, classes: classes, rowCount: data.rowCount,
      inputs: table.names, preprocessing: fitted, core: core.core, outOfBag: core.outOfBag)
  }

  /// The target column as what the task wants.
  private func goal(
    _ column: AnyColumn, _ task: Task, in place: String
  ) throws(StatsError) -> LearningTarget {
    let isClasses: Bool
    switch (self, task) {
    case (.linear, .classification):
      throw StatsError(
        code: .badOption, what: "linear regression predicts numbers only", place: place,
        mend: "use .logistic")
    case (.logistic, .regression), (.naiveBayes, .regression):
      throw StatsError(
        code: .badOption, what: "\(name) predicts classes only", place: place,
        mend: "use .linear")
    case (_, .classification), (.logistic, _), (.naiveBayes, _): isClasses = true
    case (_, .regression), (.linear, _): isClasses = false
    case (_, .automatic): isClasses = !column.type.isNumeric
    }
    guard isClasses else {
      let values = try column.numbers(in: place)
      if let row = values.firstIndex(where: { !$0.isFinite }) {
        throw StatsError(
          code: .badValue,
          what: "the target \"\(column.name)\" is \(values[row].isNaN ? "missing" : "infinite") "
            + "in row \(row)",
          place: place, mend: "leave those rows out")
      }
      return .numbers(values)
    }
    let target = try ClassTarget(column, in: place)
    guard target.labels.count >= 2 else {
      throw StatsError(
        code: .badValue,
        what: "the target \"\(column.name)\" has one class only, \"\(target.labels.first ?? "")\"",
        place: place, mend: "at least 2 classes are needed")
    }
    if target.labels.count > 1000 {
      throw StatsError(
        code: .badValue,
        what: "the target \"\(column.name)\" has \(target.labels.count) classes", place: place,
        mend: "at most 1000 are allowed; use task: .regression for numbers")
    }
    return .classes(target)
  }

  /// Learns from numbers.
  func learn(
    _ table: FeatureTable, _ target: LearningTarget, in place: String
  ) throws(StatsError) -> (core: ModelCore, outOfBag: [Double]?) {
    do {
      switch self {
      case .linear(let l2):
        return (.linear(try LinearPredictor.fit(table, target, l2: l2, in: place)), nil)
      case .logistic(let l2):
        return (.logistic(try LogisticPredictor.fit(table, target, l2: l2, in: place)), nil)
      case .nearestNeighbours(let count, let weights):
        return (
          .neighbours(
            try Neighbours.fit(table, target, count: count, weights: weights, in: place)), nil
        )
      case .naiveBayes(let kind):
        return (.naiveBayes(try NaiveBayes.fit(table, target, kind: kind, in: place)), nil)
      case .tree(let depthLimit, let minimumLeafRows):
        let options = ForestOptions.singleTree(
          depthLimit: depthLimit, minimumLeafRows: minimumLeafRows)
        return try Learner.forest(options).learn(table, target, in: place)
      case .forest(let options):
        try options.check(table.columns.count, in: place)
        try table.requireNoInfinity(in: place)
        let fit = try Forest.fit(table, target, options: options)
        return (.forest(fit.forest), fit.outOfBag)
      case .boosting(let options):
        try options.check(in: place)
        try table.requireNoInfinity(in: place)
        let (numbers, loss) = try Self.boostingGoal(target, options, in: place)
        return (.boosted(try BoostedTrees.fit(table, numbers, loss: loss, options: options)), nil)
      case .xgboost(let options):
        return (.xgboost(try XGBoostModel.fit(table, target, options: options, in: place)), nil)
      }
    } catch let error as StatsError {
      throw error
    } catch let error as FrameError {
      throw StatsError(error, in: place)
    } catch {
      preconditionFailure("an error of another kind: \(error)")
    }
  }

  private static func boostingGoal(
    _ target: LearningTarget, _ options: BoostingOptions, in place: String
  ) throws(StatsError) -> ([Double], BoostingLoss) {
    switch target {
    case .classes(let classes):
      guard options.loss == .automatic else {
        throw StatsError(
          code: .badOption, what: "the loss \(options.loss.rawValue) is for numbers, not classes",
          place: place, mend: "use loss .automatic")
      }
      return (
        classes.codes.map(Double.init),
        classes.labels.count == 2 ? .logistic : .multinomial(classes.labels.count)
      )
    case .numbers(let values):
      guard options.loss == .poisson else { return (values, .squared) }
      if let row = values.firstIndex(where: { $0 < 0 }) {
        throw StatsError(
          code: .badValue, what: "the target is \(values[row]) in row \(row)", place: place,
          mend: "the Poisson loss needs counts ≥ 0")
      }
      guard values.contains(where: { $0 > 0 }) else {
        throw StatsError(
          code: .badValue, what: "the target is 0 in every row", place: place,
          mend: "the Poisson loss needs a count above 0")
      }
      return (values, .poisson)
    }
  }
}
