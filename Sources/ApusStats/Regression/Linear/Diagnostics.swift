/// A test of a model's assumptions.
public struct ModelTest: StatsResult, Equatable {
  /// The test's name.
  public let name: String
  /// What holds if the test finds nothing.
  public let hypothesis: String
  /// The name of the statistic: `F`, `χ²`.
  public let statisticName: String
  /// The statistic.
  public let statistic: Double
  /// Its degrees of freedom: one number for χ², two for F.
  public let degreesOfFreedom: [Double]
  /// The probability of a statistic as large if the hypothesis holds.
  public let pValue: Double

  init(f statistic: Double, _ df1: Double, _ df2: Double, name: String, hypothesis: String) {
    (self.name, self.hypothesis, statisticName) = (name, hypothesis, "F")
    self.statistic = statistic
    degreesOfFreedom = [df1, df2]
    pValue = ReferenceDistribution.fTail(statistic, df1, df2)
  }

  init(chiSquared statistic: Double, _ df: Double, name: String, hypothesis: String) {
    (self.name, self.hypothesis, statisticName) = (name, hypothesis, "χ²")
    self.statistic = statistic
    degreesOfFreedom = [df]
    pValue = ReferenceDistribution.chiSquaredTail(statistic, df)
  }

  /// The test as a card.
  public var card: StatsCard {
    let freedom = degreesOfFreedom.map { NumberText.short($0, digits: 8) }.joined(separator: ", ")
    return StatsCard(
      title: name,
      facts: [
        ("\(statisticName)(\(freedom))", NumberText.short(statistic)),
        ("p-value", NumberText.pValue(pValue)), ("hypothesis", hypothesis),
      ])
  }
}

extension LinearModel {
  /// Breusch and Pagan's test (Koenker's form) of equal variances: n·R² of the squared residuals on
  /// the design.
  public func breuschPagan() throws(StatsError) -> ModelTest {
    try squaresTest(
      columns: design.x, names: design.plan.columnNames, name: "Breusch–Pagan test")
  }

  /// White's test of equal variances: squared residuals on the columns, their squares and products.
  public func whiteTest() throws(StatsError) -> ModelTest {
    let (n, p) = (rowCount, coefficients.count)
    var columns: [[Double]] = []
    for i in 0..<p {
      let left = design.x.column(i)
      for j in i..<p {
        let right = design.x.column(j)
        columns.append((0..<n).map { left[$0] * right[$0] })
      }
    }
    // Products of dummies repeat columns: those that add nothing are left out.
    let kept = try Self.independentColumns(columns, rowCount: n)
    return try squaresTest(
      columns: Matrix(columns: kept), names: kept.indices.map { "product \($0)" },
      name: "White's test")
  }

  private static func independentColumns(
    _ columns: [[Double]], rowCount: Int
  ) throws(StatsError) -> [[Double]] {
    var basis: [[Double]] = []
    var kept: [[Double]] = []
    for column in columns {
      let length = LinearSolution.sumOfSquares(column).squareRoot()
      guard length > 0 else { continue }
      var rest = column
      for _ in 0..<2 {
        for unit in basis {
          var dot = 0.0
          for row in rest.indices { dot += unit[row] * rest[row] }
          for row in rest.indices { rest[row] -= dot * unit[row] }
        }
      }
      let left = LinearSolution.sumOfSquares(rest).squareRoot()
      guard left > 1e-10 * length else { continue }
      basis.append(rest.map { $0 / left })
      kept.append(column)
    }
    return kept
  }

  private func squaresTest(
    columns: Matrix, names: [String], name: String
  ) throws(StatsError) -> ModelTest {
    let squares = whitened.map { $0 * $0 }
    let n = Double(rowCount)
    guard rowCount > columns.columnCount, columns.columnCount > 1, solution.residualSquares > 0
    else {
      throw StatsError(
        code: .tooFewRows, what: "\(rowCount) rows for \(columns.columnCount) columns", place: name,
        mend: "the test needs more rows than columns, two columns and a fit that is not exact")
    }
    let fit = try LinearSolution(columns, squares, names: names, place: name)
    let mean = squares.reduce(0, +) / n
    let total = LinearSolution.sumOfSquares(squares.map { $0 - mean })
    let statistic = n * (1 - fit.residualSquares / total)
    return ModelTest(
      chiSquared: statistic, Double(columns.columnCount - 1), name: name,
      hypothesis: "the residuals have equal variance")
  }

  /// Ramsey's RESET: whether powers of the fitted values, up to `power`, improve the model.
  public func reset(power: Int = 3) throws(StatsError) -> ModelTest {
    guard power >= 2, power <= 6, rowCount > coefficients.count + power else {
      throw StatsError(
        code: .badOption, what: "RESET with power \(power) and \(rowCount) rows", place: "reset()",
        mend: "choose 2 to 6, and use more rows than columns")
    }
    var columns = (0..<coefficients.count).map { design.x.column($0) }
    var names = design.plan.columnNames
    var now = solution.fitted
    let scale = now.map(Swift.abs).max() ?? 1
    for step in 2...power {
      for row in now.indices { now[row] *= solution.fitted[row] / (scale > 0 ? scale : 1) }
      columns.append(now)
      names.append("fitted^\(step)")
    }
    let wide = try LinearSolution(
      Matrix(columns: columns), design.y, weights: weights, names: names, place: "reset()")
    let (df1, df2) = (Double(power - 1), Double(rowCount - columns.count))
    let statistic =
      (solution.residualSquares - wide.residualSquares) / df1 / (wide.residualSquares / df2)
    return ModelTest(
      f: statistic, df1, df2, name: "RESET test",
      hypothesis: "powers of the fitted values add nothing")
  }

  /// The variance inflation of each column but the intercept: 1 / (1 − R²) of it on the others.
  public func varianceInflation() -> [(name: String, value: Double)] {
    let inverse = solution.inverse
    return design.plan.columnNames.indices.compactMap { column in
      let name = design.plan.columnNames[column]
      if name == "Intercept" { return nil }
      let values = design.x.column(column)
      let total = weights?.reduce(0, +) ?? Double(rowCount)
      var mean = 0.0
      if hasConstant {
        for row in values.indices { mean += values[row] * (weights?[row] ?? 1) }
        mean /= total
      }
      let square = LinearSolution.sumOfSquares(values.map { $0 - mean }, weights: weights)
      return (name, square * inverse[column, column])
    }
  }
}
