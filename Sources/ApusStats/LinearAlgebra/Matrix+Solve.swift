@_implementationOnly import Glibc

// Systems of equations. - Source: LAPACK, dgetrf, dgetrs, dgecon, dtrtrs.
extension Matrix {
  private typealias Factor =
    @convention(c) (
      Lapack.Whole, Lapack.Whole, Lapack.Numbers, Lapack.Whole, Lapack.Whole, Lapack.Whole
    ) -> Void
  private typealias Solve =
    @convention(c) (
      Lapack.Flag, Lapack.Whole, Lapack.Whole, UnsafePointer<Double>, Lapack.Whole,
      UnsafePointer<Int32>, Lapack.Numbers, Lapack.Whole, Lapack.Whole, Int
    ) -> Void
  private typealias Condition =
    @convention(c) (
      Lapack.Flag, Lapack.Whole, UnsafePointer<Double>, Lapack.Whole, Lapack.Numbers,
      Lapack.Numbers, Lapack.Numbers, Lapack.Whole, Lapack.Whole, Int
    ) -> Void
  private typealias SolveTriangle =
    @convention(c) (
      Lapack.Flag, Lapack.Flag, Lapack.Flag, Lapack.Whole, Lapack.Whole, UnsafePointer<Double>,
      Lapack.Whole, Lapack.Numbers, Lapack.Whole, Lapack.Whole, Int, Int, Int
    ) -> Void

  /// The factors of elimination with row exchanges, and whether a pivot is zero.
  private func eliminated(
    in place: String
  ) throws(StatsError) -> (elements: [Double], exchanges: [Int32], isSingular: Bool) {
    try Lapack.checkSquare(self, in: place)
    try Lapack.checkFinite(self, in: place)
    let factor = try NumericLibrary.function("dgetrf_", as: Factor.self)
    var (m, n) = try Lapack.size(self, in: place)
    var (leading, status, result) = (max(1, m), Int32(0), elements)
    var exchanges = [Int32](repeating: 0, count: rowCount)
    if m > 0 { factor(&m, &n, &result, &leading, &exchanges, &status) }
    return (result, exchanges, status > 0)
  }

  /// The solution X of AX = B.
  /// - Throws: for a matrix that is not square, whose rows do not meet B's, or whose columns depend
  ///   on each other as far as doubles can tell (a reciprocal condition number below 1e-16).
  public func solve(_ b: Matrix) throws(StatsError) -> Matrix {
    let place = "solve(…)"
    let (factors, exchanges, isSingular) = try eliminated(in: place)
    guard b.rowCount == rowCount else {
      throw StatsError(
        code: .shapeMismatch, what: "a matrix of \(shape) for a right side of \(b.shape)",
        place: place)
    }
    try Lapack.checkFinite(b, in: place)
    guard rowCount > 0, b.columnCount > 0 else { return b }
    var (n, _) = try Lapack.size(self, in: place)
    let condition = try NumericLibrary.function("dgecon_", as: Condition.self)
    var leading = n
    var status = Int32(0)
    var (norm, reciprocal) = (0.0, 0.0)
    for column in 0..<columnCount {
      norm = max(norm, self.column(column).reduce(0) { $0 + $1.magnitude })
    }
    var work = [Double](repeating: 0, count: 4 * rowCount)
    var whole = [Int32](repeating: 0, count: rowCount)
    if !isSingular {
      condition("1", &n, factors, &leading, &norm, &reciprocal, &work, &whole, &status, 1)
    }
    guard reciprocal > 1e-16 else {
      let factors = try QRFactors(self, tolerance: 1e-13, place: place)
      throw factors.singularError(in: place)
        ?? StatsError(
          code: .singular,
          what: "the matrix is singular as far as doubles can tell: its condition number is "
            + NumberText.short(1 / reciprocal), place: place,
          mend: "scale the columns, or leave those out that nearly depend on others")
    }
    let solve = try NumericLibrary.function("dgetrs_", as: Solve.self)
    var (result, columns, resultLeading) = (b, Int32(b.columnCount), n)
    solve(
      "N", &n, &columns, factors, &leading, exchanges, &result.elements, &resultLeading, &status, 1)
    return result
  }

  /// The solution x of Ax = b.
  public func solve(_ b: [Double]) throws(StatsError) -> [Double] {
    try solve(Matrix(rowCount: b.count, columnCount: 1, columnMajor: b)).elements
  }

  /// The matrix that undoes this one.
  public func inverse() throws(StatsError) -> Matrix { try solve(.identity(rowCount)) }

  /// The determinant.
  public func determinant() throws(StatsError) -> Double {
    let (factors, exchanges, isSingular) = try eliminated(in: "determinant()")
    guard !isSingular else { return 0 }
    var product = 1.0
    for place in 0..<rowCount {
      product *= factors[place * rowCount + place]
      if Int(exchanges[place]) != place + 1 { product = -product }
    }
    return product
  }

  /// The solution of Ax = b where A is a triangle: only its upper or lower half is looked at.
  public func solveTriangle(
    _ b: [Double], isUpper: Bool = true, isTransposed: Bool = false
  ) throws(StatsError) -> [Double] {
    let place = "solveTriangle(…)"
    try Lapack.checkSquare(self, in: place)
    guard b.count == rowCount else {
      throw StatsError(
        code: .shapeMismatch, what: "a matrix of \(shape) for a right side of \(b.count)",
        place: place)
    }
    guard rowCount > 0 else { return [] }
    let solve = try NumericLibrary.function("dtrtrs_", as: SolveTriangle.self)
    var (n, one) = (try Lapack.size(self, in: place).0, Int32(1))
    var (leading, resultLeading, status, result) = (n, n, Int32(0), b)
    solve(
      isUpper ? "U" : "L", isTransposed ? "T" : "N", "N", &n, &one, elements, &leading, &result,
      &resultLeading, &status, 1, 1, 1)
    guard status == 0 else {
      throw StatsError(
        code: .singular, what: "place \(status - 1) of the diagonal is zero", place: place,
        mend: "the system has no single solution")
    }
    return result
  }
}
