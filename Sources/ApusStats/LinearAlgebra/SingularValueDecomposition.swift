/// The factors A = U·diag(s)·Vᵀ, singular values largest first.
///
/// - Source: LAPACK, dgesdd.
public struct SingularValueDecomposition: Sendable {
  /// The singular values, largest first.
  public let values: [Double]
  /// U, rows by the lesser side.
  public let left: Matrix
  /// V, columns by the lesser side.
  public let right: Matrix

  private typealias Decompose =
    @convention(c) (
      Lapack.Flag, Lapack.Whole, Lapack.Whole, Lapack.Numbers, Lapack.Whole, Lapack.Numbers,
      Lapack.Numbers, Lapack.Whole, Lapack.Numbers, Lapack.Whole, Lapack.Numbers, Lapack.Whole,
      Lapack.Whole, Lapack.Whole, Int
    ) -> Void

  init(_ matrix: Matrix, place: String = "svd()") throws(StatsError) {
    try Lapack.checkFinite(matrix, in: place)
    let decompose = try NumericLibrary.function("dgesdd_", as: Decompose.self)
    var (m, n) = try Lapack.size(matrix, in: place)
    let least = min(matrix.rowCount, matrix.columnCount)
    var left = Matrix(rowCount: matrix.rowCount, columnCount: least)
    var right = Matrix(rowCount: least, columnCount: matrix.columnCount)
    var values = [Double](repeating: 0, count: least)
    if least > 0 {
      var (elements, leading, leftLeading) = (matrix.elements, m, m)
      var (rightLeading, status) = (Int32(least), Int32(0))
      var whole = [Int32](repeating: 0, count: 8 * least)
      Lapack.withWorkspace { work, size in
        decompose(
          "S", &m, &n, &elements, &leading, &values, &left.elements, &leftLeading, &right.elements,
          &rightLeading, work, size, &whole, &status, 1)
      }
      guard status == 0 else {
        throw StatsError(
          code: .noConvergence, what: "the singular values did not settle", place: place,
          mend: "scale the columns")
      }
    }
    self.values = values
    self.left = left
    self.right = right.transposed
  }

  /// How many singular values are larger than rounding of the largest leaves.
  /// - Parameter tolerance: the part of the largest that counts; by default the longer side times ε.
  public func rank(tolerance: Double? = nil) -> Int {
    let longer = Double(max(left.rowCount, right.rowCount))
    let limit = (tolerance ?? longer * Double.ulpOfOne) * (values.first ?? 0)
    return values.prefix { $0 > limit }.count
  }

  /// The largest singular value by the least; infinite when that is zero.
  public var conditionNumber: Double {
    guard let first = values.first, let last = values.last else { return 1 }
    return last == 0 ? .infinity : first / last
  }

  /// Moore and Penrose's inverse: times a right side, the shortest of the least-squares solutions.
  public func pseudoInverse(tolerance: Double? = nil) throws(StatsError) -> Matrix {
    let rank = rank(tolerance: tolerance)
    var scaled = Matrix(rowCount: right.rowCount, columnCount: rank)
    var first = Matrix(rowCount: rank, columnCount: left.rowCount)
    for place in 0..<rank {
      for row in 0..<right.rowCount { scaled[row, place] = right[row, place] / values[place] }
      for row in 0..<left.rowCount { first[place, row] = left[row, place] }
    }
    return try scaled * first
  }
}

extension Matrix {
  /// The singular value decomposition.
  public func svd() throws(StatsError) -> SingularValueDecomposition {
    try SingularValueDecomposition(self)
  }

  /// The largest singular value by the least; infinite when that is zero.
  public func conditionNumber() throws(StatsError) -> Double {
    try SingularValueDecomposition(self, place: "conditionNumber()").conditionNumber
  }
}
