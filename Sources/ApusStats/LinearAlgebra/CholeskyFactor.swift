@_implementationOnly import Glibc

/// The lower triangle L of a symmetric positive definite matrix A = LLᵀ.
///
/// - Source: LAPACK, dpotrf, dpotrs.
public struct CholeskyFactor: Sendable {
  /// The triangle; above the diagonal zero.
  public let lower: Matrix

  private typealias Factor =
    @convention(c) (Lapack.Flag, Lapack.Whole, Lapack.Numbers, Lapack.Whole, Lapack.Whole, Int) ->
    Void
  private typealias Solve =
    @convention(c) (
      Lapack.Flag, Lapack.Whole, Lapack.Whole, UnsafePointer<Double>, Lapack.Whole, Lapack.Numbers,
      Lapack.Whole, Lapack.Whole, Int
    ) -> Void

  init(_ matrix: Matrix) throws(StatsError) {
    let place = "cholesky()"
    try Lapack.checkFinite(matrix, in: place)
    try Lapack.checkSymmetric(matrix, in: place)
    var result = matrix
    if matrix.rowCount > 0 {
      let factor = try NumericLibrary.function("dpotrf_", as: Factor.self)
      var (n, _) = try Lapack.size(matrix, in: place)
      var (leading, status) = (n, Int32(0))
      factor("L", &n, &result.elements, &leading, &status, 1)
      guard status == 0 else {
        let factors = try QRFactors(matrix, tolerance: 1e-13, place: place)
        throw factors.singularError(in: place)
          ?? StatsError(
            code: .badValue,
            what: "the matrix is not positive definite: its first \(status) rows and columns have "
              + "an eigenvalue that is not positive", place: place,
            mend: "a covariance matrix of complete rows is positive definite; see eigen()")
      }
    }
    for column in 0..<matrix.columnCount { for row in 0..<column { result[row, column] = 0 } }
    lower = result
  }

  /// The solution of Ax = b.
  public func solve(_ b: [Double]) throws(StatsError) -> [Double] {
    guard b.count == lower.rowCount else {
      throw StatsError(
        code: .shapeMismatch, what: "a matrix of \(lower.shape) for a right side of \(b.count)",
        place: "CholeskyFactor.solve(…)")
    }
    guard !b.isEmpty else { return b }
    let solve = try NumericLibrary.function("dpotrs_", as: Solve.self)
    var (n, one) = (Int32(b.count), Int32(1))
    var (leading, resultLeading, status, result) = (n, n, Int32(0), b)
    solve("L", &n, &one, lower.elements, &leading, &result, &resultLeading, &status, 1)
    return result
  }

  /// The logarithm of A's determinant.
  public var logDeterminant: Double {
    2 * (0..<lower.rowCount).reduce(0) { $0 + log(lower[$1, $1]) }
  }
}

extension Matrix {
  /// The triangle of a symmetric positive definite matrix.
  public func cholesky() throws(StatsError) -> CholeskyFactor { try CholeskyFactor(self) }
}
