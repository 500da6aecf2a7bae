public import ApusFrame

/// A model that is not linear in its parameters, fitted by least squares.
///
///     try NonlinearLeastSquares(
///       "y", on: ["x"], data: frame, start: ["b1": 500, "b2": 0.0001]
///     ) { b, x in b[0] * (1 - .exp(-b[1] * x[0])) }
///
/// Derivatives are exact, and residuals have some 31 digits; columns of decimals are taken as they
/// are written.
public struct NonlinearLeastSquares: StatsResult {
  /// A parameter's estimate.
  public struct Coefficient: Sendable, Equatable {
    /// The parameter's name.
    public let name: String
    /// The value with the least sum of squares.
    public let estimate: Double
    /// Its standard error, from the derivatives at the estimate.
    public let standardError: Double
    /// The estimate in standard errors.
    public var statistic: Double { estimate / standardError }
  }

  /// The parameters, in order.
  public let coefficients: [Coefficient]
  /// The sum of squared residuals, weighted if there are weights.
  public let residualSquares: Double
  /// Rows less parameters.
  public let degreesOfFreedom: Int
  /// Response less prediction, a row each.
  public let residuals: [Double]
  /// How many steps the search took.
  public let steps: Int
  /// Rows left out because a value was null or NaN.
  public let missingCount: Int

  /// The standard deviation of the residuals.
  public var residualStandardError: Double {
    (residualSquares / Double(degreesOfFreedom)).squareRoot()
  }

  /// Fits `model` of a response to predictors of a frame, from start values.
  ///
  /// - Parameter model: what a row's response is predicted to be, of the parameters in the order of
  ///   `start` and the row's predictors in the order of `predictors`.
  /// - Throws: `StatsError` for missing columns, too few rows, parameters that the rows do not
  ///   determine, and a search that does not settle.
  public init(
    _ response: String, on predictors: [String], data: DataFrame,
    start: KeyValuePairs<String, Double>, weights: String? = nil, maximumSteps: Int = 2000,
    model: ([DualNumber], [DualNumber]) -> DualNumber
  ) throws(StatsError) {
    try self.init(
      response, on: predictors, data: data, start: Array(start), weights: weights,
      maximumSteps: maximumSteps, model: model)
  }

  /// The same with parameters that are called b1, b2, …
  package init(
    _ response: String, on predictors: [String], data: DataFrame, startValues: [Double],
    model: ([DualNumber], [DualNumber]) -> DualNumber
  ) throws(StatsError) {
    try self.init(
      response, on: predictors, data: data,
      start: startValues.enumerated().map { ("b\($0 + 1)", $1) }, weights: nil,
      maximumSteps: 2000, model: model)
  }

  private init(
    _ response: String, on predictors: [String], data: DataFrame,
    start: [(key: String, value: Double)], weights: String?, maximumSteps: Int,
    model: ([DualNumber], [DualNumber]) -> DualNumber
  ) throws(StatsError) {
    let place = "NonlinearLeastSquares(\"\(response)\", …)"
    let names = [response] + predictors + [weights].compactMap { $0 }
    var columns: [[DoubleDouble]] = []
    for name in names { columns.append(try data.preciseNumbers(name, in: place)) }
    let kept = (0..<data.rowCount).filter { row in columns.allSatisfy { !$0[row].high.isNaN } }
    let values = columns.map { column in kept.map { column[$0] } }
    try self.init(
      response: values[0], predictors: Array(values[1..<(1 + predictors.count)]), start: start,
      weights: weights == nil ? nil : values[names.count - 1].map(\.high),
      maximumSteps: maximumSteps, missingCount: data.rowCount - kept.count, place: place,
      model: model)
  }

  /// Fits `model` to numbers, a response and predictors of the same length.
  public init(
    response: [Double], predictors: [[Double]], start: KeyValuePairs<String, Double>,
    weights: [Double]? = nil, maximumSteps: Int = 2000,
    model: ([DualNumber], [DualNumber]) -> DualNumber
  ) throws(StatsError) {
    try self.init(
      response: response.map { DoubleDouble($0) },
      predictors: predictors.map { $0.map { DoubleDouble($0) } }, start: Array(start),
      weights: weights,
      maximumSteps: maximumSteps, missingCount: 0, place: "NonlinearLeastSquares(response:…)",
      model: model)
  }

  private init(
    response: [DoubleDouble], predictors: [[DoubleDouble]],
    start: [(key: String, value: Double)], weights: [Double]?, maximumSteps: Int,
    missingCount: Int, place: String,
    model: ([DualNumber], [DualNumber]) -> DualNumber
  ) throws(StatsError) {
    for column in predictors where column.count != response.count {
      throw StatsError(
        code: .shapeMismatch,
        what: "\(column.count) values of a predictor for \(response.count) of the response",
        place: place)
    }
    guard response.count > start.count else {
      throw StatsError(
        code: .tooFewRows,
        what: "\(response.count) complete rows for \(start.count) parameters", place: place,
        mend: "a fit needs more rows than parameters")
    }
    if let bad = weights?.first(where: { !($0 >= 0) || $0.isInfinite }) {
      throw StatsError(
        code: .badValue, what: "a weight is \(bad)", place: place,
        mend: "weights are finite and not negative")
    }
    let all = predictors + [response]
    if all.contains(where: { $0.contains { !$0.high.isFinite } }) {
      throw StatsError(
        code: .badValue, what: "a value is infinite or NaN", place: place,
        mend: "leave such rows out")
    }
    self = try withoutActuallyEscaping(model) { model throws(StatsError) in
      let problem = NonlinearProblem(
        response: response,
        rows: response.indices.map { row in predictors.map { DualNumber($0[row]) } },
        weightRoots: weights?.map { $0.squareRoot() }, model: model)
      return try Self(
        problem, start: start, maximumSteps: maximumSteps, missingCount: missingCount,
        place: place)
    }
  }

  private init(
    _ problem: NonlinearProblem, start: [(key: String, value: Double)], maximumSteps: Int,
    missingCount: Int, place: String
  ) throws(StatsError) {
    let search = TrustRegionSearch(problem: problem, limit: maximumSteps)
    guard let (point, steps) = search.minimum(from: start.map(\.value)) else {
      throw StatsError(
        code: .noConvergence, what: "the search did not settle in \(maximumSteps) steps",
        place: place,
        mend: "start nearer to the solution: plot the model at the start values over the data")
    }
    let solution = PreciseLeastSquares(
      point.slopes.map { $0.map { DoubleDouble($0) } }, point.residuals)
    if let dependent = solution.dependent {
      throw StatsError(
        code: .singular,
        what: "the rows do not determine \"\(start[dependent].key)\" beside the other parameters",
        place: place, mend: "fix it, or leave it out of the model")
    }
    let free = problem.response.count - start.count
    let variance = point.cost.high / Double(free)
    coefficients = start.indices.map { place in
      Coefficient(
        name: start[place].key, estimate: point.parameters[place].high,
        standardError: (variance * solution.inverse[place, place]).squareRoot())
    }
    residualSquares = point.cost.high
    degreesOfFreedom = free
    residuals = problem.response.indices.map { row in
      let root = problem.weightRoots?[row] ?? 1
      return root == 0 ? .nan : point.residuals[row].high / root
    }
    self.steps = steps
    self.missingCount = missingCount
  }

  /// Estimates with standard errors, t and p values, and 95 % intervals.
  public var card: StatsCard {
    let t = StudentT(df: Double(degreesOfFreedom))
    let reach = t.quantile(0.975)
    let rows = coefficients.map { coefficient -> [String] in
      let (estimate, error) = (coefficient.estimate, coefficient.standardError)
      return [
        coefficient.name, NumberText.short(estimate, digits: 6),
        NumberText.short(error), NumberText.short(coefficient.statistic),
        NumberText.pValue(2 * t.sf(coefficient.statistic.magnitude)),
        NumberText.short(estimate - reach * error), NumberText.short(estimate + reach * error),
      ]
    }
    return StatsCard(
      title: "Nonlinear least squares",
      facts: [
        ("rows", "\(residuals.count)"),
        ("degrees of freedom", "\(degreesOfFreedom)"),
        ("residual standard error", NumberText.short(residualStandardError)),
        ("steps", "\(steps)"),
      ],
      tables: [
        .init(
          header: ["", "estimate", "std. error", "t", "p-value", "2.5 %", "97.5 %"], rows: rows)
      ],
      notes: missingCount > 0 ? ["\(missingCount) rows with a null or NaN were left out"] : [])
  }
}

extension DataFrame {
  /// A column's numbers, decimals with all their digits; NaN where a value is null.
  func preciseNumbers(_ name: String, in place: String) throws(StatsError) -> [DoubleDouble] {
    let column: AnyColumn
    do throws(FrameError) {
      _ = try schema.place(of: name, in: place)
      column = try self[name]
      if case .decimal = column.type {
        return try column.as(Decimal128.self).map { value in
          value.map { DoubleDouble($0) } ?? DoubleDouble(.nan)
        }
      }
    } catch {
      throw StatsError(error, in: place)
    }
    return try column.numbers(in: place).map { DoubleDouble($0) }
  }
}

extension DoubleDouble {
  /// The decimal number, to 31 digits.
  package init(_ decimal: Decimal128) {
    let coefficient = DoubleDouble(whole: decimal.coefficient)
    self = coefficient / DoubleDouble(whole: Decimal128.powers[decimal.scale])
  }

  /// A whole number, rounded twice where it has more digits than two doubles hold.
  private init(whole value: Int128) {
    let high = Double(value)
    let rest = high.magnitude < 1e38 ? Double(value - Int128(high)) : 0
    self.init(sumOf: high, rest)
  }
}
