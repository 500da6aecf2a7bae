public import ApusFrame

@_implementationOnly import Glibc

extension GLM {
  /// The kind of model.
  public var modelName: String { "GLM \(family.name)" }
  /// The response, as the formula writes it.
  public var response: String { design.plan.responseName }
  /// How many rows the model stands on.
  public var rowCount: Int { design.rowCount }
  /// The degrees of freedom of the residuals.
  public var residualDegreesOfFreedom: Int { rowCount - coefficients.count }
  /// Pearson's χ².
  public var pearsonChiSquared: Double { pearson }
  /// The fitted means, of the rows that are used.
  public var fittedValues: [Double] { fit.mu }
  /// The responses less their fitted means.
  public var residuals: [Double] { design.y.indices.map { design.y[$0] - fit.mu[$0] } }

  /// The roots of each row's part of the deviance, with the sign of the residual.
  public var devianceResiduals: [Double] {
    design.y.indices.map { row in
      let part = (weights?[row] ?? 1) * family.deviance(design.y[row], fit.mu[row])
      return (design.y[row] < fit.mu[row] ? -1 : 1) * max(part, 0).squareRoot()
    }
  }

  /// Akaike's criterion, −2 log L + 2p; `nil` without a likelihood.
  public var aic: Double? { logLikelihood.map { -2 * $0 + 2 * Double(coefficients.count) } }
  /// The Bayesian criterion, −2 log L + p log n; `nil` without a likelihood.
  public var bic: Double? {
    logLikelihood.map { -2 * $0 + Glibc.log(Double(rowCount)) * Double(coefficients.count) }
  }

  /// Facts on the fit for tables of several models.
  public var fitFacts: [(name: String, value: Double)] {
    var facts: [(name: String, value: Double)] = []
    if let logLikelihood { facts.append(("log-likelihood", logLikelihood)) }
    if let aic { facts.append(("AIC", aic)) }
    if let bic { facts.append(("BIC", bic)) }
    return facts + [("deviance", deviance), ("null deviance", nullDeviance)]
  }

  /// The summary: facts on the fit, the coefficients, and remarks.
  public var card: StatsCard {
    var facts: [(name: String, value: String)] = [
      ("response", response), ("family", family.name), ("link", family.link.rawValue),
      ("rows", "\(rowCount)"), ("residual df", "\(residualDegreesOfFreedom)"),
      ("standard errors", errors.name), ("deviance", NumberText.short(deviance, digits: 6)),
      ("null deviance", NumberText.short(nullDeviance, digits: 6)),
      ("Pearson χ²", NumberText.short(pearson, digits: 6)),
      ("dispersion", NumberText.short(dispersion)),
    ]
    if let logLikelihood, let aic, let bic {
      facts += [
        ("log-likelihood", NumberText.short(logLikelihood, digits: 7)),
        ("AIC", NumberText.short(aic, digits: 7)), ("BIC", NumberText.short(bic, digits: 7)),
      ]
    }
    facts.append(("steps", "\(iterationCount)"))
    var notes: [String] = []
    if let levels = design.responseLevels, levels.count == 2 {
      notes.append("The model is of the probability of \"\(levels[1])\".")
    }
    if missingCount > 0 {
      notes.append(
        "\(missingCount) row\(missingCount == 1 ? " was" : "s were") left out: a null or NaN")
    }
    return StatsCard(
      title: "GLM: \(formula.text)", facts: facts,
      tables: [
        coefficientTable(statistic: family.hasUnitDispersion ? "z" : "t", level: level)
      ], notes: notes)
  }

  /// Predicted means for the rows of a frame: columns `prediction` and, with a confidence interval,
  /// `lower` and `upper`, which are made on the scale of the link; null where a column is null.
  public func predict(
    _ frame: DataFrame, interval: PredictionInterval = .none
  ) throws(StatsError) -> DataFrame {
    let place = "predict(…)"
    let (x, offset, kept) = try design.plan.design(of: frame)
    var eta = try CrossProducts.product(x, fit.coefficients)
    if let offset { for row in eta.indices { eta[row] += offset[row] } }
    var columns = [(name: "prediction", values: eta.map { family.link.mean($0).mu })]
    switch interval {
    case .none: break
    case .prediction:
      throw StatsError(
        code: .badOption, what: "a generalised linear model has no prediction interval",
        place: place, mend: "ask for .confidence(0.95)")
    case .confidence(let level):
      try LinearModel.checkLevel(level, place: place)
      let reach = reference.reach(level)
      let widths = LinearModel.variances(x, covariance).map { reach * $0.squareRoot() }
      let ends = eta.indices.map { row in
        let low = family.link.mean(eta[row] - widths[row]).mu
        let high = family.link.mean(eta[row] + widths[row]).mu
        return (min(low, high), max(low, high))
      }
      columns += [("lower", ends.map(\.0)), ("upper", ends.map(\.1))]
    }
    return try PredictionFrame.frame(
      columns, keptRows: kept, rowCount: frame.rowCount, place: place)
  }

  /// The deviance that each term takes off, in order; χ² where the dispersion is 1, else F.
  public func devianceTable() throws(StatsError) -> DevianceTable {
    var rows: [DevianceTable.Row] = []
    var before = nullDeviance
    var columns: [Int] = []
    for term in design.plan.terms {
      columns += Array(term.columns)
      if term.key.isEmpty { continue }
      let part = Matrix(
        rowCount: rowCount, columnCount: columns.count,
        columnMajor: columns.flatMap { design.x.column($0) })
      let smaller = try ReweightedFit(
        family, x: part, y: design.y, weights: weights, offset: design.offset,
        names: columns.map { design.plan.columnNames[$0] }, limit: limit, place: "devianceTable()")
      let df = term.columns.count
      let drop = before - smaller.deviance
      let f = drop / Double(df) / dispersion
      rows.append(
        DevianceTable.Row(
          term: term.name, degreesOfFreedom: df, deviance: drop,
          residualDeviance: smaller.deviance,
          pValue: family.hasUnitDispersion
            ? ReferenceDistribution.chiSquaredTail(drop, Double(df))
            : ReferenceDistribution.fTail(f, Double(df), Double(residualDegreesOfFreedom))))
      before = smaller.deviance
    }
    return DevianceTable(
      formula: formula.text, test: family.hasUnitDispersion ? "χ²" : "F",
      nullDeviance: nullDeviance, rows: rows)
  }

  /// Wald's test that all coefficients of a term are 0.
  public func waldTest(term: String) throws(StatsError) -> ModelTest {
    guard let found = design.plan.terms.first(where: { $0.name == term }) else {
      let names = design.plan.terms.map(\.name)
      throw StatsError(
        code: .badOption, what: "the model has no term \"\(term)\"", place: "waldTest(term:)",
        mend: NearName.nearest(to: term, in: names).map { "did you mean \"\($0)\"?" }
          ?? "it has \(names.joined(separator: ", "))")
    }
    guard let statistic = LinearModel.wald(fit.coefficients, covariance, Array(found.columns))
    else {
      throw StatsError(
        code: .singular, what: "the covariance of the term has no inverse", place: "waldTest(term:)"
      )
    }
    return ModelTest(
      chiSquared: statistic, Double(found.columns.count), name: "Wald test of \(term)",
      hypothesis: "its coefficients are 0")
  }

  /// The likelihood-ratio test of this model within a larger one on the same rows.
  public func compared(with larger: GLM) throws(StatsError) -> ModelTest {
    let df = larger.coefficients.count - coefficients.count
    guard df > 0, design.y == larger.design.y, family == larger.family else {
      throw StatsError(
        code: .shapeMismatch,
        what: "models of \(rowCount) and \(larger.rowCount) rows, \(coefficients.count) and "
          + "\(larger.coefficients.count) coefficients", place: "compared(with:)",
        mend: "compare a model with a larger one of the same family, response and rows")
    }
    let drop = deviance - larger.deviance
    if family.hasUnitDispersion {
      return ModelTest(
        chiSquared: drop, Double(df), name: "Likelihood-ratio test",
        hypothesis: "the added terms have no effect")
    }
    return ModelTest(
      f: drop / Double(df) / larger.dispersion, Double(df),
      Double(larger.residualDegreesOfFreedom), name: "F test of deviances",
      hypothesis: "the added terms have no effect")
  }
}

/// The deviance that each term of a generalised linear model takes off.
public struct DevianceTable: StatsResult, Equatable {
  /// A term's row.
  public struct Row: Sendable, Equatable {
    /// The term.
    public let term: String
    /// How many columns it has.
    public let degreesOfFreedom: Int
    /// What it takes off the deviance.
    public let deviance: Double
    /// What is left with it.
    public let residualDeviance: Double
    /// The probability of so much if it had no effect.
    public let pValue: Double
  }

  /// The formula.
  public let formula: String
  /// The distribution that the p-values are of.
  public let test: String
  /// The deviance with a constant alone.
  public let nullDeviance: Double
  /// The terms in order.
  public let rows: [Row]

  /// The table as a card.
  public var card: StatsCard {
    let first = ["null", "", "", NumberText.short(nullDeviance, digits: 6), ""]
    let lines = rows.map {
      [
        $0.term, "\($0.degreesOfFreedom)", NumberText.short($0.deviance, digits: 6),
        NumberText.short($0.residualDeviance, digits: 6), NumberText.pValue($0.pValue),
      ]
    }
    return StatsCard(
      title: "Analysis of deviance: \(formula)",
      tables: [.init(header: ["", "df", "deviance", "left", "P(\(test))"], rows: [first] + lines)])
  }
}
