/// The least-squares solution of a design: coefficients, the triangle of XᵀWX, residuals.
struct LinearSolution: Sendable {
  let coefficients: [Double]
  let triangle: Triangle
  /// (XᵀWX)⁻¹.
  let inverse: Matrix
  /// Qᵀy for each column: their squares are what the columns take off the sum of squares in turn.
  let effects: [Double]
  let fitted: [Double]
  let residuals: [Double]
  /// The weighted sum of squared residuals.
  let residualSquares: Double

  /// Columns of which less than this part is left behind those before them depend on them.
  static let tolerance = 1e-13

  /// Solves by sums of products where rows are many and columns far from dependent, else by
  /// Householder's reflections; then takes one step of refinement.
  /// - Parameters:
  ///   - tails: what rounding took off the columns of some places, such as of powers.
  ///   - isPrecise: whether a small problem is solved in double-double arithmetic.
  init(
    _ x: Matrix, _ y: [Double], weights: [Double]? = nil, tails: [Int: [Double]] = [:],
    isPrecise: Bool = false, names: [String], place: String
  ) throws(StatsError) {
    let p = x.columnCount
    var found: Triangle?
    if x.rowCount * p > 100_000 {
      let gram = try CrossProducts.gram(x, weights: weights)
      let attempt = Triangle.cholesky(gram, tolerance: 1e-7)
      if attempt.dependent == nil { found = attempt.triangle }
    }
    var start = [Double](repeating: 0, count: p)
    if let found {
      triangle = found
    } else {
      let all = try HouseholderTriangle.triangle(x, y, weights: weights)
      var r = Matrix(rowCount: p, columnCount: p)
      for column in 0..<p {
        for row in 0...column { r[row, column] = all[row, column] }
      }
      triangle = Triangle(r)
      try Self.checkRank(triangle, names: names, place: place)
      start = triangle.solve((0..<p).map { all[$0, p] })
    }
    let precise = isPrecise ? Self.precise(x, y, weights: weights, tails: tails) : nil
    if let precise { start = precise.coefficients }
    for _ in 0..<(precise == nil ? 2 : 0) {
      let fit = try CrossProducts.product(x, start)
      var rest = y.indices.map { y[$0] - fit[$0] }
      if let weights { for row in rest.indices { rest[row] *= weights[row] } }
      let step = triangle.solveBoth(CrossProducts.transposedProduct(x, rest))
      for column in 0..<p { start[column] += step[column] }
    }
    coefficients = start
    if let precise {
      fitted = y.indices.map { y[$0] - precise.residuals[$0] }
      residuals = precise.residuals
      residualSquares = precise.residualSquares
      inverse = precise.inverse
    } else {
      let fit = try CrossProducts.product(x, start)
      let rest = y.indices.map { y[$0] - fit[$0] }
      fitted = fit
      residuals = rest
      residualSquares = Self.sumOfSquares(rest, weights: weights)
      inverse = triangle.inverseOfSquare
    }
    var effects = [Double](repeating: 0, count: p)
    for row in 0..<p {
      for column in row..<p { effects[row] += triangle.r[row, column] * start[column] }
    }
    self.effects = effects
  }

  /// The solution with some 31 digits of a problem that is small enough; `nil` of others.
  private static func precise(
    _ x: Matrix, _ y: [Double], weights: [Double]?, tails: [Int: [Double]]
  ) -> PreciseLeastSquares? {
    guard x.rowCount * x.columnCount * x.columnCount <= preciseCost else { return nil }
    let columns = (0..<x.columnCount).map { place in
      let column = x.column(place)
      guard let tail = tails[place] else { return column.map { DoubleDouble($0) } }
      return column.indices.map { DoubleDouble(sumOf: column[$0], tail[$0]) }
    }
    let found = PreciseLeastSquares(columns, y.map { DoubleDouble($0) }, weights: weights)
    return found.dependent == nil ? found : nil
  }

  /// Up to how many products double-double arithmetic is worth its time: some 10 ms.
  private static let preciseCost = 500_000

  /// Σ w·v², with several sums side by side.
  static func sumOfSquares(_ values: [Double], weights: [Double]? = nil) -> Double {
    var sums = SIMD8<Double>()
    for row in values.indices {
      sums[row & 7] += values[row] * values[row] * (weights.map { $0[row] } ?? 1)
    }
    return sums.sum()
  }

  /// Refuses a design of which a column is a combination of those before it, and names them.
  static func checkRank(
    _ triangle: Triangle, names: [String], place: String
  ) throws(StatsError) {
    let r = triangle.r
    for column in 0..<triangle.count {
      var square = 0.0
      for row in 0...column { square += r[row, column] * r[row, column] }
      let length = square.squareRoot()
      guard length == 0 || Swift.abs(r[column, column]) <= tolerance * length else { continue }
      throw dependency(r, column, names: names, place: place)
    }
  }

  private static func dependency(
    _ r: Matrix, _ column: Int, names: [String], place: String
  ) -> StatsError {
    var before = Matrix(rowCount: column, columnCount: column)
    for j in 0..<column { for i in 0...j { before[i, j] = r[i, j] } }
    let factors = Triangle(before).solve((0..<column).map { r[$0, column] })
    var largest = 0.0
    for j in 0..<column {
      var square = 0.0
      for i in 0...j { square += r[i, j] * r[i, j] }
      largest = max(largest, Swift.abs(factors[j]) * square.squareRoot())
    }
    let parts = (0..<column).filter { j in
      var square = 0.0
      for i in 0...j { square += r[i, j] * r[i, j] }
      return Swift.abs(factors[j]) * square.squareRoot() > 1e-7 * largest && largest > 0
    }
    let name = names[column]
    let what: String
    if parts.isEmpty {
      what = "the column \"\(name)\" is zero in every row"
    } else if parts == [0], names[0] == "Intercept" {
      what = "the column \"\(name)\" is constant, as the intercept is"
    } else {
      let sum = parts.prefix(8).map { "\(NumberText.short(factors[$0]))·\(names[$0])" }
      let more = parts.count > 8 ? " + …" : ""
      what = "the design is singular: \"\(name)\" = \(sum.joined(separator: " + "))\(more)"
    }
    return StatsError(
      code: .singular, what: what, place: place,
      mend: "leave \"\(name)\" or one of the others out of the formula")
  }
}
