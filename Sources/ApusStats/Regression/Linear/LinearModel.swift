public import ApusFrame

@_implementationOnly import Glibc

/// Ordinary least squares; with weights, weighted ones.
///
///     let model = try OLS("dep_delay ~ distance + C(carrier)", data: flights)
public typealias OLS = LinearModel
/// Weighted least squares.
public typealias WLS = LinearModel

/// A linear model, fitted by least squares.
///
/// - Missing: rows with a null or NaN in a column that is used are left out and counted.
/// - Accuracy: small problems are solved in double-double arithmetic, powers such as `I(x^5)` included:
///   all digits that the numbers determine. Larger ones by Householder's reflections and a step of
///   refinement; with many rows and columns that are far from dependent, sums of products and two
///   steps.
/// - Cost: O(n·p²), on all threads.
public struct LinearModel: FittedModel {
  /// The formula.
  public let formula: Formula
  /// The coefficients, in the order of the design's columns.
  public let coefficients: [Coefficient]
  /// The covariance of the estimates.
  public let covariance: Matrix
  /// How the standard errors are computed.
  public let errors: StandardErrors
  /// The level of the confidence intervals.
  public let level: Double
  /// How many rows were left out because of a null or NaN.
  public let missingCount: Int
  /// The variance of the residuals: their weighted squares by n − p.
  public let residualVariance: Double
  /// The part of the response's variance that the model explains.
  public let rSquared: Double
  /// The logarithm of the likelihood of normal residuals.
  public let logLikelihood: Double

  let design: Design
  let solution: LinearSolution
  let weights: [Double]?
  let data: DataFrame
  let reference: ReferenceDistribution
  /// Whether the columns hold a constant, named or as a sum.
  let hasConstant: Bool
  let totalSquares: Double

  /// Fits a formula in text to a frame.
  /// - Parameters:
  ///   - weights: a column of positive weights: the inverse of each row's variance, up to a factor.
  ///   - errors: how standard errors are computed; t then has n − p degrees of freedom, or one less
  ///     than there are clusters.
  ///   - level: the level of the confidence intervals.
  public init(
    _ formula: String, data: DataFrame, weights: String? = nil, errors: StandardErrors = .classical,
    level: Double = 0.95
  ) throws(StatsError) {
    try self.init(Formula(formula), data: data, weights: weights, errors: errors, level: level)
  }

  /// Fits a formula to a frame.
  public init(
    _ formula: Formula, data: DataFrame, weights: String? = nil,
    errors: StandardErrors = .classical,
    level: Double = 0.95
  ) throws(StatsError) {
    let name = weights == nil ? "OLS" : "WLS"
    let place = "\(name)(\"\(formula.text)\")"
    try Self.checkLevel(level, place: place)
    let design = try Design(
      formula, data: data, kind: .number, extra: weights.map { [$0] } ?? [], model: name)
    let names = design.plan.columnNames
    let (n, p) = (design.rowCount, names.count)
    guard p > 0 else {
      throw StatsError(
        code: .badFormula, what: "there is no term and no intercept", place: place,
        mend: "add a term")
    }
    guard n > p else {
      throw StatsError(
        code: .tooFewRows, what: "\(n) complete rows for \(p) coefficients", place: place,
        mend: "use more rows or fewer terms; \(design.missingCount) rows were left out for nulls")
    }
    let row = weights.flatMap { design.extra[$0] }
    if let row, let bad = row.firstIndex(where: { $0 <= 0 }) {
      throw StatsError(
        code: .badValue,
        what: "the weight of row \(design.keptRows?[bad] ?? bad) is \(NumberText.short(row[bad]))",
        place: place, mend: "weights must be positive; leave rows without weight out")
    }
    var y = design.y
    if let offset = design.offset { for place in y.indices { y[place] -= offset[place] } }
    let solution = try LinearSolution(
      design.x, y, weights: row, tails: design.tails, isPrecise: true, names: names, place: place)
    self.formula = formula
    self.design = design
    self.solution = solution
    self.weights = row
    self.data = data
    self.errors = errors
    self.level = level
    missingCount = design.missingCount
    let freedom = Double(n - p)
    residualVariance = solution.residualSquares / freedom
    hasConstant = try Self.holdsConstant(design, solution)
    var center = 0.0
    if hasConstant {
      var (sum, total) = (0.0, 0.0)
      for place in 0..<n {
        sum += (row?[place] ?? 1) * y[place]
        total += row?[place] ?? 1
      }
      center = sum / total
    }
    totalSquares = LinearSolution.sumOfSquares(y.map { $0 - center }, weights: row)
    guard totalSquares > 0 else {
      throw StatsError(
        code: .badValue, what: "the response \"\(design.plan.responseName)\" is constant",
        place: place, mend: "there is nothing to explain; choose another response")
    }
    rSquared = 1 - solution.residualSquares / totalSquares
    let logs = row?.reduce(0) { $0 + Glibc.log($1) } ?? 0
    logLikelihood =
      -Double(n) / 2 * (Glibc.log(2 * .pi * solution.residualSquares / Double(n)) + 1) + logs / 2
    let inverse = solution.inverse
    var groups: Int?
    if errors == .classical {
      var scaled = inverse
      for place in scaled.elements.indices { scaled.elements[place] *= residualVariance }
      covariance = scaled
    } else {
      var clusters: [Int32]?
      if case .cluster(let column) = errors {
        let codes = try Sandwich.clusters(
          column, of: data, keptRows: design.keptRows, place: place)
        groups = Int(codes.max() ?? 0) + 1
        clusters = codes
      }
      let scores = solution.residuals.indices.map { solution.residuals[$0] * (row?[$0] ?? 1) }
      let triangle = solution.triangle
      covariance = try Sandwich.covariance(
        errors, x: design.x,
        scores: row == nil ? solution.residuals : scores, bread: inverse,
        leverages: { Self.leverages(design.x, triangle, weights: row) }, clusters: clusters,
        place: place)
    }
    reference = .studentT(groups.map { Double($0 - 1) } ?? freedom)
    coefficients = Coefficient.all(
      names: names, estimates: solution.coefficients, covariance: covariance, reference: reference,
      level: level)
  }

  static func checkLevel(_ level: Double, place: String) throws(StatsError) {
    guard level > 0, level < 1 else {
      throw StatsError(
        code: .badOption, what: "a level of \(NumberText.short(level))", place: place,
        mend: "choose one between 0 and 1, such as 0.95")
    }
  }

  /// Whether the design spans the constant, so that R² is about the mean.
  private static func holdsConstant(
    _ design: Design, _ solution: LinearSolution
  ) throws(StatsError) -> Bool {
    if design.plan.hasIntercept { return true }
    let ones = [Double](repeating: 1, count: design.rowCount)
    let b = solution.triangle.solveBoth(CrossProducts.transposedProduct(design.x, ones))
    return try CrossProducts.product(design.x, b).allSatisfy { Swift.abs($0 - 1) < 1e-8 }
  }

  /// The hat values: the weight of each response in its own fit.
  static func leverages(_ x: Matrix, _ triangle: Triangle, weights: [Double]?) -> [Double] {
    (0..<x.rowCount).map { row in
      let z = triangle.solveTransposed(x.row(row))
      return z.reduce(0) { $0 + $1 * $1 } * (weights?[row] ?? 1)
    }
  }

  /// The kind of model: `OLS`, or `WLS` with weights.
  public var modelName: String { weights == nil ? "OLS" : "WLS" }
  /// The response, as the formula writes it.
  public var response: String { design.plan.responseName }
  /// How many rows the model stands on.
  public var rowCount: Int { design.rowCount }
  /// The degrees of freedom of the residuals, n − p.
  public var residualDegreesOfFreedom: Int { rowCount - coefficients.count }
  /// The degrees of freedom of the model: its columns without the constant.
  public var modelDegreesOfFreedom: Int { coefficients.count - (hasConstant ? 1 : 0) }
  /// The residuals, of the rows that are used.
  public var residuals: [Double] { solution.residuals }
  /// The fitted values, of the rows that are used.
  public var fittedValues: [Double] {
    guard let offset = design.offset else { return solution.fitted }
    return offset.indices.map { solution.fitted[$0] + offset[$0] }
  }
  /// R² that counts the columns.
  public var adjustedRSquared: Double {
    1 - (1 - rSquared) * Double(rowCount - (hasConstant ? 1 : 0)) / Double(residualDegreesOfFreedom)
  }
  /// Akaike's criterion, −2 log L + 2p (R counts the variance as one more).
  public var aic: Double { -2 * logLikelihood + 2 * Double(coefficients.count) }
  /// The Bayesian criterion, −2 log L + p log n.
  public var bic: Double {
    -2 * logLikelihood + Glibc.log(Double(rowCount)) * Double(coefficients.count)
  }
  /// The largest singular value of the (weighted) design by the least.
  public var conditionNumber: Double {
    let values = solution.triangle.singularValues
    return (values.first ?? 1) / (values.last ?? 1)
  }

  /// The F statistic of all coefficients but the constant, its degrees of freedom and p-value;
  /// with robust errors Wald's. `nil` when there is nothing but a constant.
  public var fTest: (statistic: Double, df1: Int, df2: Int, pValue: Double)? {
    let df1 = modelDegreesOfFreedom
    guard df1 > 0 else { return nil }
    let statistic: Double
    var df2 = Double(residualDegreesOfFreedom)
    if errors == .classical {
      let explained = totalSquares - solution.residualSquares
      statistic = explained / Double(df1) / residualVariance
    } else {
      // Without a named intercept the constant is a sum of columns: all are tested but it.
      guard !hasConstant || design.plan.hasIntercept else { return nil }
      if case .studentT(let df) = reference { df2 = df }
      let places = design.plan.columnNames.indices.filter {
        design.plan.columnNames[$0] != "Intercept"
      }
      guard let wald = Self.wald(solution.coefficients, covariance, places) else { return nil }
      statistic = wald / Double(df1)
    }
    return (
      statistic, df1, Int(df2), ReferenceDistribution.fTail(statistic, Double(df1), df2)
    )
  }

  /// bᵀV⁻¹b of some coefficients; `nil` when their covariance has no inverse.
  static func wald(_ b: [Double], _ covariance: Matrix, _ places: [Int]) -> Double? {
    var part = Matrix(rowCount: places.count, columnCount: places.count)
    for (i, row) in places.enumerated() {
      for (j, column) in places.enumerated() { part[i, j] = covariance[row, column] }
    }
    let (triangle, dependent) = Triangle.cholesky(part, tolerance: 1e-14)
    guard dependent == nil else { return nil }
    return triangle.solveTransposed(places.map { b[$0] }).reduce(0) { $0 + $1 * $1 }
  }

  /// The same fit with other standard errors.
  public func withErrors(_ errors: StandardErrors) throws(StatsError) -> LinearModel {
    try LinearModel(
      formula, data: data, weights: weightsColumn, errors: errors, level: level)
  }

  private var weightsColumn: String? { design.extra.keys.first }
}
