@_implementationOnly import Glibc

/// How well chances tell two classes apart: curves and the areas below them.
public struct ScoreMetrics: StatsResult, Equatable {
  /// What holds when every row with at least this score is called positive.
  public struct Point: Sendable, Equatable {
    /// The least score that is called positive.
    public let threshold: Double
    /// The part of the positive rows that is called so (recall).
    public let truePositiveRate: Double
    /// The part of the negative rows that is called positive.
    public let falsePositiveRate: Double
    /// The part of the rows called positive that is.
    public let precision: Double
  }

  /// One bin of a calibration curve.
  public struct CalibrationBin: Sendable, Equatable {
    /// The mean predicted chance.
    public let predicted: Double
    /// The part of the rows that is positive.
    public let observed: Double
    /// How many rows.
    public let count: Int
  }

  /// The points of the curve, one for each distinct score, the highest first.
  public let points: [Point]
  /// The area below the ROC curve: the chance that a positive row has the higher score.
  public let rocAUC: Double
  /// The average precision: the area below the precision–recall curve in steps.
  public let averagePrecision: Double
  /// The mean negative log of the chance given to what is true; `nil` when the scores are no chances.
  public let logLoss: Double?
  /// The mean squared error of the chances; `nil` when the scores are no chances.
  public let brier: Double?
  private let scores: [Double]
  private let truth: [Bool]

  /// Compares scores, higher for likelier, with what is true.
  /// - Throws: `StatsError` for samples of other lengths, missing scores, and one class only.
  public init(truth: [Bool], scores: [Double]) throws(StatsError) {
    let place = "ScoreMetrics"
    try checkPair(truth.map { $0 ? 1 : 0 }, scores, in: place)
    let positives = truth.count { $0 }
    let negatives = truth.count - positives
    guard positives > 0, negatives > 0 else {
      throw StatsError(
        code: .badValue, what: "every row is \(positives > 0 ? "positive" : "negative")",
        place: place, mend: "rows of both classes are needed")
    }
    let order = scores.indices.sorted { scores[$0] > scores[$1] }
    var points: [Point] = []
    var hits = 0
    var misses = 0
    var area = 0.0
    var average = 0.0
    var place1 = 0
    while place1 < order.count {
      let score = scores[order[place1]]
      let before = (hits, misses)
      while place1 < order.count, scores[order[place1]] == score {
        if truth[order[place1]] { hits += 1 } else { misses += 1 }
        place1 += 1
      }
      let precision = Double(hits) / Double(hits + misses)
      area += Double(misses - before.1) * Double(hits + before.0) / 2
      average += Double(hits - before.0) / Double(positives) * precision
      points.append(
        Point(
          threshold: score, truePositiveRate: Double(hits) / Double(positives),
          falsePositiveRate: Double(misses) / Double(negatives), precision: precision))
    }
    self.points = points
    rocAUC = area / Double(positives) / Double(negatives)
    averagePrecision = average
    self.truth = truth
    self.scores = scores
    guard scores.allSatisfy({ $0 >= 0 && $0 <= 1 }) else {
      logLoss = nil
      brier = nil
      return
    }
    var loss = 0.0
    var squares = 0.0
    for (isTrue, score) in zip(truth, scores) {
      // A chance of 0 or 1 is moved by one ulp of 1, so that one wrong row is not infinite.
      let chance = min(max(score, .ulpOfOne), 1 - .ulpOfOne)
      loss -= isTrue ? log(chance) : log1p(-chance)
      squares += (score - (isTrue ? 1 : 0)) * (score - (isTrue ? 1 : 0))
    }
    logLoss = loss / Double(scores.count)
    brier = squares / Double(scores.count)
  }

  /// Compares the chances of a class in a prediction with the true classes.
  public init(truth: [String], of label: String, in prediction: Prediction) throws(StatsError) {
    try self.init(truth: truth.map { $0 == label }, scores: try prediction.probability(of: label))
  }

  /// Predicted chances beside what happened, in bins of equal width over [0, 1]; empty ones are
  /// left out.
  public func calibration(binCount: Int = 10) throws(StatsError) -> [CalibrationBin] {
    guard brier != nil else {
      throw StatsError(
        code: .badValue, what: "the scores are not all in [0, 1]", place: "calibration",
        mend: "give chances")
    }
    guard binCount >= 1 else {
      throw StatsError(
        code: .badOption, what: "binCount \(binCount) is below 1", place: "calibration")
    }
    var sums = [(score: Double, hits: Int, count: Int)](repeating: (0, 0, 0), count: binCount)
    for (isTrue, score) in zip(truth, scores) {
      // A chance at the bound of two bins belongs to the lower one.
      let bin = min(max(Int((score * Double(binCount)).rounded(.up)) - 1, 0), binCount - 1)
      sums[bin].score += score
      sums[bin].hits += isTrue ? 1 : 0
      sums[bin].count += 1
    }
    return sums.filter { $0.count > 0 }.map {
      CalibrationBin(
        predicted: $0.score / Double($0.count), observed: Double($0.hits) / Double($0.count),
        count: $0.count)
    }
  }

  /// The areas and losses.
  public var card: StatsCard {
    StatsCard(
      title: "Scores of two classes",
      facts: [
        ("Rows", "\(truth.count)"), ("Positive", "\(truth.count { $0 })"),
        ("ROC AUC", NumberText.fixed(rocAUC, digits: 4)),
        ("Average precision", NumberText.fixed(averagePrecision, digits: 4)),
        (
          "Log-loss", logLoss.map { NumberText.fixed($0, digits: 4) } ?? "the scores are no chances"
        ),
        (
          "Brier score",
          brier.map { NumberText.fixed($0, digits: 4) } ?? "the scores are no chances"
        ),
      ])
  }
}

extension Prediction {
  /// The mean negative log of the chances given to the true classes.
  public func logLoss(truth: [String]) throws(StatsError) -> Double {
    guard let classes else {
      throw StatsError(code: .badOption, what: "numbers are predicted", place: "logLoss(truth:)")
    }
    guard truth.count == count, count > 0 else {
      throw StatsError(
        code: .shapeMismatch, what: "\(truth.count) true classes and \(count) predicted ones",
        place: "logLoss(truth:)")
    }
    let places = Dictionary(uniqueKeysWithValues: zip(classes, 0...))
    var sum = 0.0
    for (row, label) in truth.enumerated() {
      guard let place = places[label] else {
        throw StatsError(
          code: .badValue, what: "the model knows no class \"\(label)\" (row \(row))",
          place: "logLoss(truth:)", mend: "the classes are \(classes.joined(separator: ", "))")
      }
      sum -= log(max(numbers[row * classes.count + place], .ulpOfOne))
    }
    return sum / Double(count)
  }
}
