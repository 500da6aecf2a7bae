/// What a hypothesis test, or a measure of association, found.
public struct TestResult: StatsResult, Equatable {
  /// What the null hypothesis is tested against.
  public enum Alternative: String, Sendable {
    /// The parameter differs from that of the null hypothesis.
    case twoSided = "two-sided"
    /// It is less.
    case less
    /// It is greater.
    case greater
  }

  /// A number with a name, such as `t` or `mean difference`.
  public struct Named: Sendable, Equatable {
    /// The name.
    public var name: String
    /// The number.
    public var value: Double
    /// The interval that holds it with the result's confidence, where one is known.
    public var interval: Interval?

    init(_ name: String, _ value: Double, _ interval: Interval? = nil) {
      self.name = name
      self.value = value
      self.interval = interval
    }
  }

  /// A confidence interval.
  public struct Interval: Sendable, Equatable {
    /// The lower end; −∞ for one-sided intervals without one.
    public var lower: Double
    /// The upper end; ∞ for one-sided intervals without one.
    public var upper: Double
    /// The confidence, such as 0.95.
    public var level: Double

    init(_ lower: Double, _ upper: Double, level: Double) {
      self.lower = lower
      self.upper = upper
      self.level = level
    }
  }

  /// What the test takes for granted, and whether the sample speaks against it.
  public struct Assumption: Sendable, Equatable {
    /// The assumption and how it was checked, such as `normality of A (Shapiro–Wilk)`.
    public var name: String
    /// The p-value of the check, where there is one.
    public var pValue: Double?
    /// Whether the check finds nothing against it.
    public var isMet: Bool
    /// What follows.
    public var remark: String
  }

  /// How many values a sample has.
  public struct Count: Sendable, Equatable {
    /// The sample.
    public var name: String
    /// Its number of values.
    public var count: Int
  }

  /// The test, such as `Welch's t-test`.
  public var name: String
  /// The statistic and its name.
  public var statistic: Named
  /// The degrees of freedom: none, one, or numerator and denominator.
  public var degreesOfFreedom: [Double] = []
  /// The probability of a statistic at least as extreme if the null hypothesis holds.
  public var pValue: Double
  /// What was tested against.
  public var alternative: Alternative = .twoSided
  /// What the test is about, such as the difference of means, with its interval.
  public var estimate: Named?
  /// Measures of how large the effect is.
  public var effectSizes: [Named] = []
  /// How many values there were.
  public var counts: [Count] = []
  /// How many rows were left out because a value was missing.
  public var missingCount = 0
  /// What was checked of what the test takes for granted.
  public var assumptions: [Assumption] = []
  /// Further tables, such as pairs of groups.
  public var tables: [StatsCard.Table] = []
  /// Remarks.
  public var notes: [String] = []

  init(_ name: String, _ statistic: Named, pValue: Double) {
    self.name = name
    self.statistic = statistic
    self.pValue = Swift.min(Swift.max(pValue, 0), 1)
    // A p-value that is no number must stay one, so that the check of results finds it.
    if pValue.isNaN { self.pValue = .nan }
  }

  /// The confidence interval of the estimate, where there is one.
  public var confidenceInterval: Interval? { estimate?.interval }
  /// The first effect size, where there is one.
  public var effectSize: Named? { effectSizes.first }

  /// The result, or an error when its statistic or p-value is not a number.
  func checked(in place: String) throws(StatsError) -> TestResult {
    guard !statistic.value.isNaN, !pValue.isNaN else {
      throw StatsError(
        code: .badValue, what: "the statistic is not defined for these values", place: place,
        mend: "look at the samples: they may have no spread")
    }
    return self
  }

  /// The result as a card.
  public var card: StatsCard {
    var facts = [(statistic.name, NumberText.short(statistic.value, digits: 6))]
    if !degreesOfFreedom.isEmpty {
      facts.append(
        (
          "degrees of freedom",
          degreesOfFreedom.map { NumberText.short($0, digits: 6) }.joined(separator: ", ")
        ))
    }
    facts.append(("p-value", NumberText.pValue(pValue) + " (\(alternative.rawValue))"))
    for named in [estimate].compactMap({ $0 }) + effectSizes {
      facts.append((named.name, NumberText.short(named.value, digits: 5)))
      if let interval = named.interval {
        facts.append(
          (
            "  \(NumberText.short(interval.level * 100)) % interval",
            "\(NumberText.short(interval.lower, digits: 5)) to "
              + NumberText.short(interval.upper, digits: 5)
          ))
      }
    }
    for count in counts { facts.append(("n \(count.name)", "\(count.count)")) }
    if missingCount > 0 { facts.append(("rows left out", "\(missingCount)")) }
    var all = tables
    if !assumptions.isEmpty {
      all.append(
        StatsCard.Table(
          header: ["assumption", "p", "remark"],
          rows: assumptions.map {
            [$0.name, $0.pValue.map(NumberText.pValue) ?? "", $0.remark]
          }))
    }
    return StatsCard(title: name, facts: facts, tables: all, notes: notes)
  }
}

extension StatsError {
  /// Throws for a confidence level outside 0…1.
  static func checkLevel(_ level: Double, in place: String) throws(StatsError) {
    guard level > 0, level < 1 else {
      throw StatsError(
        code: .badOption, what: "a confidence level of \(NumberText.short(level))", place: place,
        mend: "choose one between 0 and 1, such as 0.95")
    }
  }
}
