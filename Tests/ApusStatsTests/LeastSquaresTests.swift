import ApusStats
import Testing

@Suite struct LeastSquaresTests {
  @Test("weights enter as in the normal equations")
  func weighted() throws {
    let x = try Matrix(rows: [[1, 2, 0], [0, 1, 3], [4, 1, 1], [2, 2, 5]])
    for refined in [true, false] {
      let fit = try LeastSquares(
        design: x, response: [1, 2, 3, 5], weights: [1, 2, 0.5, 3], refined: refined)
      // numpy: solve(XᵀWX, XᵀWy) and its inverse.
      let wanted = [0.5976789168278531, 0.20116054158607322, 0.6634429400386848]
      for (a, b) in zip(fit.coefficients, wanted) { #expect((a - b).magnitude < 1e-13) }
      let inverse = fit.unscaledCovariance
      #expect((inverse[0, 0] - 0.13979250923158076).magnitude < 1e-13)
      #expect((inverse[1, 2] + 0.08950237383506243).magnitude < 1e-13)
      let fitted = try x * fit.coefficients
      for row in 0..<4 {
        #expect((fit.residuals[row] - ([1, 2, 3, 5][row] - fitted[row])).magnitude < 1e-13)
      }
    }
  }

  /// y = 1 + x + … + x⁵ at 0…20 and with many more rows: whole numbers, so that every coefficient is 1
  /// exactly; sums of products lose all digits of it.
  @Test("refinement wins back the digits of an ill-conditioned design", arguments: [21, 80_000])
  func refined(rowCount: Int) throws {
    let x = (0..<rowCount).map { Double($0 % 21) }
    var columns = [[Double](repeating: 1, count: rowCount)]
    for _ in 0..<5 { columns.append(zip(columns[columns.count - 1], x).map { $0 * $1 }) }
    let y = (0..<rowCount).map { row in columns.reduce(0) { $0 + $1[row] } }
    let fit = try LeastSquares(design: Matrix(columns: columns), response: y)
    for coefficient in fit.coefficients { #expect((coefficient - 1).magnitude < 1e-14) }
    #expect(fit.residualSquares < 1e-20)
  }

  @Test("dependent columns, few rows and unfit shapes are errors")
  func refused() throws {
    let x = try Matrix(rows: [[1, 2, 3], [1, 0, 1], [1, 5, 6], [1, 1, 2]])
    let error = #expect(throws: StatsError.self) {
      try LeastSquares(design: x, response: [1, 2, 3, 4])
    }
    #expect(error?.code == .singular)
    #expect(error?.what.contains("depends on columns") == true)
    let few = #expect(throws: StatsError.self) {
      try LeastSquares(design: Matrix(rows: [[1, 2]]), response: [1])
    }
    #expect(few?.code == .tooFewRows)
    let shapes = #expect(throws: StatsError.self) {
      try LeastSquares(design: x, response: [1])
    }
    #expect(shapes?.what == "a design of 4 × 3 for a response of 1")
    #expect(throws: StatsError.self) {
      try LeastSquares(design: Matrix(rows: [[1], [2]]), response: [1, 2], weights: [1, -1])
    }
  }
}
