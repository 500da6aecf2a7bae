/// Sums of squares of a model's terms.
public struct AnovaTable: StatsResult, Equatable {
  /// Which sums of squares a table holds.
  public enum Kind: String, Sendable {
    /// Each term after those before it.
    case sequential = "I"
    /// Each term after all that do not contain it.
    case marginal = "II"
    /// Each term after all others; meaningful with sum or Helmert contrasts.
    case partial = "III"
  }

  /// A term's row.
  public struct Row: Sendable, Equatable {
    /// The term.
    public let term: String
    /// How many columns it has.
    public let degreesOfFreedom: Int
    /// Its sum of squares.
    public let sumOfSquares: Double
    /// Its mean square by that of the residuals.
    public let fStatistic: Double
    /// The probability of an F as large if the term had no effect.
    public let pValue: Double
  }

  /// Which sums of squares the table holds.
  public let kind: Kind
  /// The formula.
  public let formula: String
  /// The terms.
  public let rows: [Row]
  /// The degrees of freedom of the residuals.
  public let residualDegreesOfFreedom: Int
  /// The sum of squared residuals.
  public let residualSumOfSquares: Double
  let notes: [String]

  /// The table as a card.
  public var card: StatsCard {
    var lines = rows.map {
      [
        $0.term, "\($0.degreesOfFreedom)", NumberText.short($0.sumOfSquares, digits: 6),
        NumberText.short($0.sumOfSquares / Double($0.degreesOfFreedom), digits: 6),
        NumberText.short($0.fStatistic), NumberText.pValue($0.pValue),
      ]
    }
    lines.append([
      "Residuals", "\(residualDegreesOfFreedom)", NumberText.short(residualSumOfSquares, digits: 6),
      NumberText.short(residualSumOfSquares / Double(residualDegreesOfFreedom), digits: 6), "", "",
    ])
    return StatsCard(
      title: "Analysis of variance, type \(kind.rawValue): \(formula)",
      tables: [.init(header: ["", "df", "sum sq", "mean sq", "F", "P>F"], rows: lines)],
      notes: notes)
  }
}

extension LinearModel {
  /// The analysis of variance of the model's terms.
  public func anova(_ kind: AnovaTable.Kind = .sequential) throws(StatsError) -> AnovaTable {
    guard solution.residualSquares > 0 else {
      throw StatsError(
        code: .badValue, what: "the fit is exact, there is no residual variance", place: "anova(…)",
        mend: "use more rows or fewer terms")
    }
    let terms = design.plan.terms.filter { kind == .partial || !$0.key.isEmpty }
    var rows: [AnovaTable.Row] = []
    for term in terms {
      let squares =
        switch kind {
        case .sequential:
          term.columns.reduce(0) { $0 + solution.effects[$1] * solution.effects[$1] }
        case .marginal: marginalSquares(term)
        case .partial: partialSquares(term)
        }
      let df = term.columns.count
      let f = squares / Double(df) / residualVariance
      rows.append(
        AnovaTable.Row(
          term: term.name, degreesOfFreedom: df, sumOfSquares: squares, fStatistic: f,
          pValue: ReferenceDistribution.fTail(f, Double(df), Double(residualDegreesOfFreedom))))
    }
    let isTreatment = design.plan.codings.values.contains {
      if case .treatment = $0.contrast { return true }
      return false
    }
    let hasProducts = terms.contains { $0.key.count > 1 }
    return AnovaTable(
      kind: kind, formula: formula.text, rows: rows,
      residualDegreesOfFreedom: residualDegreesOfFreedom,
      residualSumOfSquares: solution.residualSquares,
      notes: kind == .partial && isTreatment && hasProducts
        ? [
          "Type III with treatment contrasts tests main effects at the reference levels; "
            + "use C(g, Sum) for effects at the mean."
        ] : [])
  }

  /// What a term takes off the squares left by all terms that do not contain it.
  private func marginalSquares(_ term: DesignPlan.Term) -> Double {
    let others = design.plan.terms.filter {
      $0.name != term.name && !$0.key.isSuperset(of: term.key)
    }
    let without = others.flatMap { Array($0.columns) }
    return explained(without + Array(term.columns)) - explained(without)
  }

  /// The squares that some columns explain: of Qᵀy on those columns of R.
  private func explained(_ columns: [Int]) -> Double {
    guard !columns.isEmpty else { return 0 }
    let p = coefficients.count
    var block = columns.flatMap { solution.triangle.r.column($0) } + solution.effects
    HouseholderTriangle.reduce(&block, p, columns.count + 1)
    var sum = 0.0
    for row in 0..<min(columns.count, p) {
      let value = block[columns.count * p + row]
      sum += value * value
    }
    return sum
  }

  private func partialSquares(_ term: DesignPlan.Term) -> Double {
    let inverse = solution.inverse
    return Self.wald(solution.coefficients, inverse, Array(term.columns)) ?? .nan
  }

  /// An F test of this model within a larger one on the same rows.
  public func compared(with larger: LinearModel) throws(StatsError) -> ModelTest {
    let df1 = larger.coefficients.count - coefficients.count
    guard rowCount == larger.rowCount, design.y == larger.design.y, df1 > 0 else {
      throw StatsError(
        code: .shapeMismatch,
        what: "models of \(rowCount) and \(larger.rowCount) rows, \(coefficients.count) and "
          + "\(larger.coefficients.count) coefficients", place: "compared(with:)",
        mend: "compare a model with a larger one of the same response and rows; leave nulls out "
          + "before both fits")
    }
    let df2 = Double(larger.residualDegreesOfFreedom)
    let f =
      (solution.residualSquares - larger.solution.residualSquares) / Double(df1)
      / larger.residualVariance
    return ModelTest(
      f: f, Double(df1), df2, name: "F test of nested models",
      hypothesis: "the added terms have no effect")
  }
}
