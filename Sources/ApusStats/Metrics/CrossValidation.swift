public import ApusFrame

/// What a model is judged by.
public enum ModelScore: String, Sendable, CaseIterable {
  /// The part of the rows that is right. Higher is better.
  case accuracy
  /// The mean F1 of the classes. Higher is better.
  case macroF1
  /// The area below the ROC curve, for two classes; of the second one. Higher is better.
  case rocAUC
  /// The mean negative log of the chances of what is true. Lower is better.
  case logLoss
  /// The root of the mean squared error. Lower is better.
  case rmse
  /// The mean absolute error. Lower is better.
  case mae
  /// The part of the variance that is explained. Higher is better.
  case r2

  /// Whether more is better.
  public var isHigherBetter: Bool {
    switch self {
    case .accuracy, .macroF1, .rocAUC, .r2: true
    case .logLoss, .rmse, .mae: false
    }
  }

  /// The score of a model on a frame that has the target.
  /// - Throws: `StatsError` when the score does not suit what is predicted.
  public func value(of model: LearnedModel, on data: DataFrame) throws(StatsError) -> Double {
    let prediction = try model.predict(data)
    let column = try data.column(model.target, in: rawValue)
    switch (self, prediction.classes) {
    case (.rmse, nil), (.mae, nil), (.r2, nil):
      let metrics = try RegressionMetrics(
        truth: try column.numbers(in: rawValue), predicted: prediction.values)
      guard self != .r2 else {
        guard let r2 = metrics.r2 else {
          throw StatsError(
            code: .badValue, what: "the target is constant in the rows to be judged", place: "r2",
            mend: "use rmse, or fewer folds")
        }
        return r2
      }
      return self == .rmse ? metrics.rmse : metrics.mae
    case (.accuracy, .some), (.macroF1, .some), (.rocAUC, .some), (.logLoss, .some):
      let truth = try column.texts(in: rawValue).map { $0 ?? "" }
      switch self {
      case .logLoss: return try prediction.logLoss(truth: truth)
      case .rocAUC:
        guard let classes = prediction.classes, classes.count == 2 else {
          throw StatsError(
            code: .badOption,
            what: "rocAUC is for two classes, there are "
              + "\(prediction.classes?.count ?? 0)",
            place: rawValue, mend: "use logLoss or accuracy")
        }
        return try ScoreMetrics(truth: truth, of: classes[1], in: prediction).rocAUC
      default:
        let metrics = try ClassMetrics(truth: truth, predicted: prediction.labels)
        return self == .accuracy ? metrics.accuracy : metrics.macroF1
      }
    default:
      throw StatsError(
        code: .badOption,
        what: "\(rawValue) does not suit a model that predicts "
          + (prediction.classes == nil ? "numbers" : "classes"),
        place: "score of \(model.name)",
        mend: prediction.classes == nil ? "use rmse, mae or r2" : "use accuracy, macroF1 or logLoss"
      )
    }
  }
}

/// What a learner reached on rows that it had not seen, fold by fold.
public struct CrossValidation: StatsResult, Equatable {
  /// How it learned, in words.
  public let name: String
  /// What it was judged by.
  public let score: ModelScore
  /// The score of each fold.
  public let values: [Double]
  /// The mean over the folds.
  public var mean: Double { values.reduce(0, +) / Double(values.count) }
  /// The standard deviation over the folds (with n − 1).
  public var deviation: Double {
    let mean = mean
    return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1))
      .squareRoot()
  }

  /// The scores.
  public var card: StatsCard {
    StatsCard(
      title: "Cross-validation",
      facts: [
        ("Learner", name), ("Score", score.rawValue), ("Folds", "\(values.count)"),
        ("Mean", NumberText.short(mean)), ("Deviation", NumberText.short(deviation)),
      ],
      tables: [
        .init(
          header: ["fold", score.rawValue],
          rows: values.enumerated().map { ["\($0.offset + 1)", NumberText.short($0.element)] })
      ])
  }
}

extension Learner {
  /// Learns from all folds but one and is judged by that one, in turn; the preprocessing is fitted
  /// on the rows that are learned from only.
  public func crossValidated(
    _ target: String, from features: [String]? = nil, data: DataFrame,
    preprocessing: Preprocessing = Preprocessing(), task: Task = .automatic,
    folds: Folds = .plain(5), score: ModelScore
  ) throws(StatsError) -> CrossValidation {
    var values: [Double] = []
    for split in try folds.splits(of: data) {
      let model = try fit(
        target, from: features, data: data.taking(split.training), preprocessing: preprocessing,
        task: task)
      values.append(try score.value(of: model, on: data.taking(split.test)))
    }
    return CrossValidation(name: name, score: score, values: values)
  }
}

/// Learners compared by cross-validation on the same folds.
public struct LearnerSearch: StatsResult, Equatable {
  /// A learner with what it reached.
  public struct Trial: Sendable, Equatable {
    /// The learner.
    public let learner: Learner
    /// What it reached.
    public let result: CrossValidation
  }

  /// The trials, the best first; among equal ones in the order they were given.
  public let trials: [Trial]
  /// The best learner.
  public var best: Learner { trials[0].learner }

  /// Tries every learner of a list, or `sampleCount` of them drawn by chance.
  public init(
    _ learners: [Learner], target: String, from features: [String]? = nil, data: DataFrame,
    preprocessing: Preprocessing = Preprocessing(), task: Learner.Task = .automatic,
    folds: Folds = .plain(5), score: ModelScore, sampleCount: Int? = nil, seed: UInt64 = 0
  ) throws(StatsError) {
    guard !learners.isEmpty, sampleCount ?? 1 >= 1 else {
      throw StatsError(
        code: .badOption, what: "no learner to try", place: "LearnerSearch",
        mend: "give at least one")
    }
    var chosen = learners
    if let sampleCount, sampleCount < learners.count {
      var random = StreamRandom(seed: seed, stream: 1)
      chosen = random.permutation(learners.count).prefix(sampleCount).sorted().map { learners[$0] }
    }
    var found: [Trial] = []
    for learner in chosen {
      found.append(
        Trial(
          learner: learner,
          result: try learner.crossValidated(
            target, from: features, data: data, preprocessing: preprocessing, task: task,
            folds: folds, score: score)))
    }
    let sign: Double = score.isHigherBetter ? -1 : 1
    trials = found.enumerated().sorted {
      (sign * $0.element.result.mean, $0.offset) < (sign * $1.element.result.mean, $1.offset)
    }.map(\.element)
  }

  /// The trials, the best first.
  public var card: StatsCard {
    StatsCard(
      title: "Search of learners", facts: [("Trials", "\(trials.count)")],
      tables: [
        .init(
          header: ["learner", trials[0].result.score.rawValue, "deviation"],
          rows: trials.prefix(30).map {
            [
              "\($0.learner)", NumberText.short($0.result.mean),
              NumberText.short($0.result.deviation),
            ]
          })
      ])
  }
}

/// How much worse a model is when one column is shuffled.
public struct PermutationImportance: StatsResult, Equatable {
  /// One column.
  public struct Feature: Sendable, Equatable {
    /// The column.
    public let name: String
    /// By how much the score worsens on average; negative when it gets better.
    public let mean: Double
    /// The standard deviation over the shuffles (with n − 1).
    public let deviation: Double
  }

  /// The score of the frame as it is.
  public let baseline: Double
  /// The columns, the most important first.
  public let features: [Feature]
  private let score: ModelScore

  /// Shuffles each feature of a model a few times.
  public init(
    of model: LearnedModel, data: DataFrame, score: ModelScore, repeats: Int = 5, seed: UInt64 = 0
  ) throws(StatsError) {
    guard repeats >= 2 else {
      throw StatsError(
        code: .badOption, what: "\(repeats) repeats are too few", place: "PermutationImportance",
        mend: "at least 2 are needed")
    }
    let baseline = try score.value(of: model, on: data)
    var found: [Feature] = []
    for (number, name) in model.features.enumerated() {
      var drops: [Double] = []
      for round in 0..<repeats {
        var random = StreamRandom(seed: seed, stream: UInt64(number * repeats + round))
        let shuffled = try data.shuffling(name, random.permutation(data.rowCount))
        let value = try score.value(of: model, on: shuffled)
        drops.append(score.isHigherBetter ? baseline - value : value - baseline)
      }
      let mean = drops.reduce(0, +) / Double(repeats)
      let squares = drops.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      found.append(
        Feature(name: name, mean: mean, deviation: (squares / Double(repeats - 1)).squareRoot()))
    }
    self.baseline = baseline
    self.score = score
    features = found.enumerated().sorted {
      (-$0.element.mean, $0.offset) < (-$1.element.mean, $1.offset)
    }.map(\.element)
  }

  /// The columns, the most important first.
  public var card: StatsCard {
    StatsCard(
      title: "Permutation importance",
      facts: [("Score", score.rawValue), ("Unshuffled", NumberText.short(baseline))],
      tables: [
        .init(
          header: ["column", "worse by", "deviation"],
          rows: features.map {
            [$0.name, NumberText.short($0.mean), NumberText.short($0.deviation)]
          })
      ])
  }
}

extension DataFrame {
  /// The frame with one column in another order.
  fileprivate func shuffling(_ name: String, _ order: [Int]) throws(StatsError) -> DataFrame {
    let moved = try column(name, in: "PermutationImportance").storage.gathered(
      Values<UInt32>(order.map { UInt32($0) }))
    do throws(FrameError) {
      var columns: [AnyColumn] = []
      for other in columnNames {
        columns.append(other == name ? AnyColumn(name: name, moved) : try self[other])
      }
      return try DataFrame(columns: columns)
    } catch {
      throw StatsError(error, in: "PermutationImportance")
    }
  }
}
