/// Least squares in double-double arithmetic: Householder's reflections with some 31 digits, so that
/// the coefficients of ill-conditioned designs have all digits that their data allow.
///
/// - Cost: some 20 times that of doubles, O(n·p²).
package struct PreciseLeastSquares: Sendable {
  /// The coefficients.
  package let coefficients: [Double]
  /// The inverse of XᵀWX.
  package let inverse: Matrix
  /// What is left of each response, unweighted.
  package let residuals: [Double]
  /// The weighted sum of squared residuals.
  package let residualSquares: Double
  /// The first column that depends on those before it, if one does.
  package let dependent: Int?

  /// Solves for the columns of a design and a response of the same length.
  /// - Parameter weights: of each row, not negative; 1 by default.
  package init(
    _ columns: [[DoubleDouble]], _ response: [DoubleDouble], weights: [Double]? = nil
  ) {
    let (n, p) = (response.count, columns.count)
    var work = columns + [response]
    if let weights {
      let roots = weights.map { DoubleDouble($0).squareRoot }
      for column in work.indices {
        for row in 0..<n { work[column][row] = work[column][row] * roots[row] }
      }
    }
    // Columns of like length; powers of two lose nothing.
    var exponents = [Int](repeating: 0, count: p)
    for column in 0..<p {
      let largest = work[column].reduce(0) { max($0, $1.high.magnitude) }
      exponents[column] = largest > 0 && largest.isFinite ? Int(largest.exponent) : 0
      for row in 0..<n { work[column][row] = work[column][row].scaled(by: -exponents[column]) }
    }
    dependent = Self.reflect(&work, p)
    let r = (0..<p).map { column in Array(work[column].prefix(min(column + 1, n))) }
    guard dependent == nil else {
      coefficients = []
      inverse = Matrix(rowCount: 0, columnCount: 0)
      residuals = []
      residualSquares = .nan
      return
    }
    let scaled = Self.solve(r, Array(work[p].prefix(p)))
    let solution = (0..<p).map { scaled[$0].scaled(by: -exponents[$0]) }
    coefficients = solution.map(\.high)
    var rest = DoubleDouble.zero
    for row in p..<max(n, p) { rest = rest + work[p][row] * work[p][row] }
    residualSquares = rest.high
    residuals = (0..<n).map { row in
      var value = response[row]
      for column in 0..<p { value = value - columns[column][row] * solution[column] }
      return value.high
    }
    inverse = Self.inverse(r, exponents)
  }

  /// Turns the first `p` columns into a triangle, and the others along with them.
  private static func reflect(_ work: inout [[DoubleDouble]], _ p: Int) -> Int? {
    let n = work[0].count
    for step in 0..<p {
      guard step < n else { return step }
      var before = DoubleDouble.zero
      for row in 0..<step { before = before + work[step][row] * work[step][row] }
      var square = DoubleDouble.zero
      for row in step..<n { square = square + work[step][row] * work[step][row] }
      // A column of which 26 digits are gone holds only what rounding left.
      guard square.high > 1e-52 * (before + square).high else { return step }
      let root = square.squareRoot
      let length = work[step][step].high > 0 ? -root : root
      let scale = square - work[step][step] * length
      work[step][step] = work[step][step] - length
      let mirror = work[step]
      for column in (step + 1)..<work.count {
        work[column].withUnsafeMutableBufferPointer { other in
          var dot = DoubleDouble.zero
          for row in step..<n { dot = dot + mirror[row] * other[row] }
          let factor = dot / scale
          for row in step..<n { other[row] = other[row] - factor * mirror[row] }
        }
      }
      work[step][step] = length
    }
    return nil
  }

  /// The solution of Rb = c; `r` holds the triangle column by column.
  private static func solve(_ r: [[DoubleDouble]], _ c: [DoubleDouble]) -> [DoubleDouble] {
    var b = c
    for i in stride(from: b.count - 1, through: 0, by: -1) {
      b[i] = b[i] / r[i][i]
      for k in 0..<i { b[k] = b[k] - r[i][k] * b[i] }
    }
    return b
  }

  private static func inverse(_ r: [[DoubleDouble]], _ exponents: [Int]) -> Matrix {
    let p = r.count
    let columns = (0..<p).map { j in
      solve(r, (0..<p).map { DoubleDouble($0 == j ? 1 : 0) })
    }
    var result = Matrix(rowCount: p, columnCount: p)
    for i in 0..<p {
      for j in 0...i {
        var sum = DoubleDouble.zero
        for k in i..<p { sum = sum + columns[k][i] * columns[k][j] }
        let value = sum.scaled(by: -exponents[i] - exponents[j]).high
        result[i, j] = value
        result[j, i] = value
      }
    }
    return result
  }
}
