@_implementationOnly import Glibc

extension LinearModel {
  /// Durbin and Watson's statistic: near 2 when neighbouring residuals do not depend on each other.
  public var durbinWatson: Double {
    let e = whitened
    var sum = 0.0
    for row in 1..<max(e.count, 1) { sum += (e[row] - e[row - 1]) * (e[row] - e[row - 1]) }
    return sum / LinearSolution.sumOfSquares(e)
  }

  /// The residuals times the root of the weights.
  var whitened: [Double] {
    guard let weights else { return solution.residuals }
    return weights.indices.map { solution.residuals[$0] * weights[$0].squareRoot() }
  }

  /// Jarque and Bera's test of normal residuals, with their skewness and (plain) kurtosis.
  public var jarqueBera: (statistic: Double, pValue: Double, skewness: Double, kurtosis: Double) {
    let e = whitened
    let n = Double(e.count)
    let mean = e.reduce(0, +) / n
    var (second, third, fourth) = (0.0, 0.0, 0.0)
    for value in e {
      let d = value - mean
      second += d * d
      third += d * d * d
      fourth += d * d * d * d
    }
    let variance = second / n
    let skewness = third / n / Glibc.pow(variance, 1.5)
    let kurtosis = fourth / n / (variance * variance)
    let statistic = n / 6 * (skewness * skewness + (kurtosis - 3) * (kurtosis - 3) / 4)
    return (
      statistic, ReferenceDistribution.chiSquaredTail(statistic, 2), skewness, kurtosis
    )
  }

  /// Facts on the fit for tables of several models.
  public var fitFacts: [(name: String, value: Double)] {
    [
      ("R²", rSquared), ("adjusted R²", adjustedRSquared), ("log-likelihood", logLikelihood),
      ("AIC", aic), ("BIC", bic),
    ]
  }

  /// The summary: facts on the fit, the coefficients, and remarks.
  public var card: StatsCard {
    var facts: [(name: String, value: String)] = [
      ("response", response), ("rows", "\(rowCount)"),
      ("residual df", "\(residualDegreesOfFreedom)"), ("standard errors", errors.name),
      (hasConstant ? "R²" : "R² (uncentred)", NumberText.fixed(rSquared, digits: 4)),
      ("adjusted R²", NumberText.fixed(adjustedRSquared, digits: 4)),
    ]
    if let f = fTest {
      facts.append(
        (
          "F(\(f.df1), \(f.df2))",
          "\(NumberText.short(f.statistic)), p \(f.pValue < 0.0001 ? "" : "= ")"
            + NumberText.pValue(f.pValue)
        ))
    }
    let jb = jarqueBera
    let condition = conditionNumber
    facts += [
      ("residual standard error", NumberText.short(residualVariance.squareRoot())),
      ("log-likelihood", NumberText.short(logLikelihood, digits: 7)),
      ("AIC", NumberText.short(aic, digits: 7)), ("BIC", NumberText.short(bic, digits: 7)),
    ]
    if solution.residualSquares > 0 {
      facts += [
        ("Durbin–Watson", NumberText.fixed(durbinWatson, digits: 3)),
        (
          "Jarque–Bera",
          "\(NumberText.short(jb.statistic)), p \(jb.pValue < 0.0001 ? "" : "= ")"
            + NumberText.pValue(jb.pValue)
        ),
        (
          "skewness, kurtosis",
          "\(NumberText.short(jb.skewness)), \(NumberText.short(jb.kurtosis))"
        ),
      ]
    }
    facts.append(("condition number", NumberText.short(condition)))
    return StatsCard(
      title: "\(modelName): \(formula.text)", facts: facts,
      tables: [coefficientTable(statistic: "t", level: level)], notes: notes(condition))
  }

  private func notes(_ condition: Double) -> [String] {
    var notes: [String] = []
    if missingCount > 0 {
      notes.append(
        "\(missingCount) row\(missingCount == 1 ? " was" : "s were") left out: a null or NaN")
    }
    if solution.residualSquares == 0 {
      notes.append("The fit is exact: there are no residuals to judge it by.")
    }
    if condition > 1e8 {
      notes.append(
        "The condition number is large: columns are nearly dependent, or of very different size.")
    }
    return notes
  }
}
