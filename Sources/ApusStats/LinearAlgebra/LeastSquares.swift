/// The solution of a linear least-squares problem: the coefficients b with the least Σ w(y − Xb)².
///
/// - Accuracy: refined, all digits that the design and the response determine, also of
///   ill-conditioned designs: small problems are solved in double-double arithmetic, large ones by
///   Householder's reflections and refinement of coefficients and residuals with sums of 31 digits.
/// - Cost: O(n·p²); each refinement O(n·p).
/// - Source: Björck, "Iterative refinement of linear least squares solutions", 1967.
public struct LeastSquares: Sendable {
  /// The coefficients, a column of the design each.
  public let coefficients: [Double]
  /// Response less fit, unweighted.
  public let residuals: [Double]
  /// The weighted sum of squared residuals.
  public let residualSquares: Double
  /// (XᵀWX)⁻¹: times the residual variance the covariance of the coefficients.
  public let unscaledCovariance: Matrix

  /// Up to how many multiplications a problem is solved in double-double arithmetic as a whole.
  static let smallCost = 2_000_000

  /// Solves for the columns of a design and a response of as many rows.
  /// - Parameters:
  ///   - weights: of each row, not negative.
  ///   - refined: whether digits lost by rounding are won back.
  /// - Throws: for shapes that do not fit, fewer rows than columns, numbers that are not finite, and
  ///   columns that depend on each other, which are named.
  public init(
    design: Matrix, response: [Double], weights: [Double]? = nil, refined: Bool = true
  ) throws(StatsError) {
    let place = "LeastSquares(design:response:)"
    try Self.check(design, response, weights, place)
    let (n, p) = (design.rowCount, design.columnCount)
    if refined, n * p * p <= Self.smallCost {
      let solution = PreciseLeastSquares(
        (0..<p).map { design.column($0).map { DoubleDouble($0) } },
        response.map { DoubleDouble($0) }, weights: weights)
      if solution.dependent != nil {
        let factors = try QRFactors(design, tolerance: 1e-13, place: place)
        throw factors.singularError(in: place) ?? Self.singular(place)
      }
      coefficients = solution.coefficients
      residuals = solution.residuals
      residualSquares = solution.residualSquares
      unscaledCovariance = solution.inverse
      return
    }
    let (x, y) = Self.scaled(design, response, weights)
    let factors = try QRFactors(x, tolerance: 1e-13, place: place)
    if let error = factors.singularError(in: place) { throw error }
    var refinement = LeastSquaresRefinement(x: x, y: y, factors: factors)
    for _ in 0..<(refined ? 4 : 1) { try refinement.step() }
    let found = refinement.coefficients.map(\.high)
    coefficients = found
    residualSquares = refinement.residuals.reduce(DoubleDouble.zero) { $0 + $1 * $1 }.high
    if weights == nil {
      residuals = refinement.residuals.map(\.high)
    } else {
      let fit = try design * found
      residuals = response.indices.map { response[$0] - fit[$0] }
    }
    unscaledCovariance = Self.inverse(factors)
  }

  private static func check(
    _ design: Matrix, _ response: [Double], _ weights: [Double]?, _ place: String
  ) throws(StatsError) {
    guard response.count == design.rowCount, weights.map({ $0.count == response.count }) ?? true
    else {
      let more = weights.map { " and \($0.count) weights" } ?? ""
      throw StatsError(
        code: .shapeMismatch,
        what: "a design of \(design.shape) for a response of \(response.count)\(more)",
        place: place)
    }
    guard response.count >= design.columnCount else {
      throw StatsError(
        code: .tooFewRows, what: "\(response.count) rows for \(design.columnCount) columns",
        place: place, mend: "use more rows or fewer columns")
    }
    try Lapack.checkFinite(design, in: place)
    if let bad = response.firstIndex(where: { !$0.isFinite }) {
      throw StatsError(
        code: .badValue, what: "the response of row \(bad) is \(response[bad])", place: place,
        mend: "leave such rows out")
    }
    if let weights, let bad = weights.firstIndex(where: { !($0 >= 0) || $0.isInfinite }) {
      throw StatsError(
        code: .badValue, what: "the weight of row \(bad) is \(weights[bad])", place: place,
        mend: "weights are finite and not negative")
    }
  }

  private static func singular(_ place: String) -> StatsError {
    StatsError(
      code: .singular, what: "the columns of the design depend on each other", place: place,
      mend: "leave one of them out")
  }

  private static func scaled(
    _ design: Matrix, _ response: [Double], _ weights: [Double]?
  ) -> (Matrix, [Double]) {
    guard let roots = weights?.map({ $0.squareRoot() }) else { return (design, response) }
    var x = design
    for column in 0..<x.columnCount {
      for row in 0..<x.rowCount { x.elements[column * x.rowCount + row] *= roots[row] }
    }
    return (x, response.indices.map { response[$0] * roots[$0] })
  }

  private static func inverse(_ factors: QRFactors) -> Matrix {
    let inverse = Triangle(factors.r).inverseOfSquare
    var result = inverse
    for (i, row) in factors.order.enumerated() {
      for (j, column) in factors.order.enumerated() { result[row, column] = inverse[i, j] }
    }
    return result
  }
}

/// Refinement of a least-squares solution: coefficients and residuals are kept with 31 digits, what is
/// wrong with both is computed with as many and mended by the factors.
private struct LeastSquaresRefinement {
  let x: Matrix
  let y: [Double]
  let factors: QRFactors
  var coefficients: [DoubleDouble]
  var residuals: [DoubleDouble]

  init(x: Matrix, y: [Double], factors: QRFactors) {
    self.x = x
    self.y = y
    self.factors = factors
    coefficients = Array(repeating: .zero, count: x.columnCount)
    residuals = Array(repeating: .zero, count: x.rowCount)
  }

  mutating func step() throws(StatsError) {
    let (n, p) = (x.rowCount, x.columnCount)
    // What is wrong: f = y − r − Xb and g = −Xᵀr.
    var f = y.indices.map { DoubleDouble(y[$0]) - residuals[$0] }
    var g = [Double](repeating: 0, count: p)
    for column in 0..<p {
      let b = coefficients[column]
      var sum = DoubleDouble.zero
      x.elements.withUnsafeBufferPointer { elements in
        for row in 0..<n {
          let value = elements[column * n + row]
          f[row] = f[row] - b * value
          sum = sum + residuals[row] * value
        }
      }
      g[column] = -sum.high
    }
    let triangle = Triangle(factors.r)
    let u = triangle.solveTransposed(factors.order.map { g[$0] })
    var w = try factors.transposedQ(times: f.map(\.high))
    let change = triangle.solve((0..<p).map { w[$0] - u[$0] })
    for (place, column) in factors.order.enumerated() {
      coefficients[column] = coefficients[column] + DoubleDouble(change[place])
    }
    for place in 0..<p { w[place] = u[place] }
    let rest = try factors.q(times: w)
    for row in 0..<n { residuals[row] = residuals[row] + DoubleDouble(rest[row]) }
  }
}
