/// An estimated coefficient with its uncertainty.
public struct Coefficient: Sendable, Equatable {
  /// The design's column, such as `distance` or `C(carrier)[T.UA]`.
  public let name: String
  /// The estimate.
  public let estimate: Double
  /// The estimate's standard error.
  public let standardError: Double
  /// The estimate by its standard error: t, or z.
  public let statistic: Double
  /// The probability of a statistic as far from 0 if the coefficient were 0.
  public let pValue: Double
  /// The lower end of the confidence interval.
  public let lower: Double
  /// The upper end of the confidence interval.
  public let upper: Double

  static func all(
    names: [String], estimates: [Double], covariance: Matrix, reference: ReferenceDistribution,
    level: Double
  ) -> [Coefficient] {
    let reach = reference.reach(level)
    return names.indices.map { place in
      let error = covariance[place, place].squareRoot()
      // An exact fit has no error: a coefficient of 0 is then as expected as can be.
      let statistic = error == 0 && estimates[place] == 0 ? 0 : estimates[place] / error
      return Coefficient(
        name: names[place], estimate: estimates[place], standardError: error,
        statistic: statistic, pValue: reference.twoSided(statistic),
        lower: estimates[place] - reach * error, upper: estimates[place] + reach * error)
    }
  }
}

/// A fitted model with coefficients: what tables of several models show.
public protocol FittedModel: StatsResult {
  /// What kind of model it is, such as `OLS`.
  var modelName: String { get }
  /// The response, as the formula writes it.
  var response: String { get }
  /// The coefficients, in the order of the design's columns.
  var coefficients: [Coefficient] { get }
  /// How many rows the model stands on.
  var rowCount: Int { get }
  /// Facts on the fit, such as R² and AIC, for tables of several models.
  var fitFacts: [(name: String, value: Double)] { get }
}

extension FittedModel {
  /// The coefficient of a column of the design; a missing one is an error that names the nearest.
  public func coefficient(_ name: String) throws(StatsError) -> Coefficient {
    if let found = coefficients.first(where: { $0.name == name }) { return found }
    throw StatsError(
      code: .badOption, what: "the model has no coefficient \"\(name)\"",
      place: "coefficient(…)",
      mend: NearName.nearest(to: name, in: coefficients.map(\.name)).map {
        "did you mean \"\($0)\"?"
      }
        ?? "it has \(coefficients.map(\.name).prefix(12).joined(separator: ", "))")
  }

  func coefficientTable(statistic: String, level: Double) -> StatsCard.Table {
    let percent = NumberText.short(level * 100)
    return StatsCard.Table(
      header: ["", "coef", "std err", statistic, "P>|\(statistic)|", "\(percent) % low", "high"],
      rows: coefficients.map {
        [
          $0.name, NumberText.short($0.estimate, digits: 5),
          NumberText.short($0.standardError, digits: 4), NumberText.fixed($0.statistic, digits: 3),
          NumberText.pValue($0.pValue), NumberText.short($0.lower, digits: 4),
          NumberText.short($0.upper, digits: 4),
        ]
      })
  }
}
