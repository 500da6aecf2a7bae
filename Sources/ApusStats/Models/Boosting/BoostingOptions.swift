/// How trees are boosted.
public struct BoostingOptions: Sendable, Equatable {
  /// What is minimised.
  public enum Loss: String, Sendable, CaseIterable {
    /// Squared errors of numbers, the logistic loss of two classes, the multinomial loss of more.
    case automatic
    /// Half of squared errors.
    case squared
    /// Poisson deviance with a log link: the target holds counts or rates ≥ 0.
    case poisson
  }

  /// How many rounds; a round grows one tree, or one for each of more than two classes.
  public var roundCount = 100
  /// What part of each tree's answer counts.
  public var learningRate = 0.1
  /// The most leaves a tree may have.
  public var leafLimit = 31
  /// How deep a leaf may lie, if that is limited.
  public var depthLimit: Int?
  /// The fewest rows of a leaf.
  public var minimumLeafRows = 20
  /// The weight of the squared leaf values.
  public var l2 = 0.0
  /// The most bins of a feature, 2 to 255; missing values have a bin of their own besides.
  public var binLimit = 255
  /// What is minimised.
  public var loss = Loss.automatic
  /// After how many rounds without a better loss on held-out rows to stop; `nil` runs all rounds.
  public var patience: Int?
  /// The part of the rows that is held out when `patience` is set.
  public var validationFraction = 0.1
  /// What the random numbers begin with.
  public var seed: UInt64 = 0

  /// The defaults: 100 rounds of trees with 31 leaves, a tenth of each counting.
  public init() {}

  /// Rounds, rate and leaves; everything else by default.
  public init(roundCount: Int, learningRate: Double = 0.1, leafLimit: Int = 31) {
    self.roundCount = roundCount
    self.learningRate = learningRate
    self.leafLimit = leafLimit
  }

  func check(in place: String) throws(StatsError) {
    let faults: [(Bool, String)] = [
      (roundCount < 1, "roundCount \(roundCount) is below 1"),
      (!(learningRate > 0 && learningRate <= 10), "learningRate \(learningRate) is not in (0, 10]"),
      (leafLimit < 2, "leafLimit \(leafLimit) is below 2"),
      (depthLimit.map { $0 < 1 } ?? false, "depthLimit \(depthLimit ?? 0) is below 1"),
      (minimumLeafRows < 1, "minimumLeafRows \(minimumLeafRows) is below 1"),
      (!(l2 >= 0 && l2.isFinite), "l2 \(l2) is not a number ≥ 0"),
      (!(2...255).contains(binLimit), "binLimit \(binLimit) is not in 2...255"),
      (patience.map { $0 < 1 } ?? false, "patience \(patience ?? 0) is below 1"),
      (
        !(validationFraction > 0 && validationFraction < 1),
        "validationFraction \(validationFraction) is not between 0 and 1"
      ),
    ]
    if let fault = faults.first(where: \.0) {
      throw StatsError(code: .badOption, what: fault.1, place: place)
    }
  }
}
