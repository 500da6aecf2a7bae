// Products and sums. Shapes that do not fit together are errors that name both.
extension Matrix {
  private typealias Multiply =
    @convention(c) (
      Lapack.Flag, Lapack.Flag, Lapack.Whole, Lapack.Whole, Lapack.Whole, Lapack.Numbers,
      UnsafePointer<Double>, Lapack.Whole, UnsafePointer<Double>, Lapack.Whole, Lapack.Numbers,
      Lapack.Numbers, Lapack.Whole, Int, Int
    ) -> Void
  private typealias Apply =
    @convention(c) (
      Lapack.Flag, Lapack.Whole, Lapack.Whole, Lapack.Numbers, UnsafePointer<Double>, Lapack.Whole,
      UnsafePointer<Double>, Lapack.Whole, Lapack.Numbers, Lapack.Numbers, Lapack.Whole, Int
    ) -> Void
  private typealias RankUpdate =
    @convention(c) (
      Lapack.Flag, Lapack.Flag, Lapack.Whole, Lapack.Whole, Lapack.Numbers, UnsafePointer<Double>,
      Lapack.Whole, Lapack.Numbers, Lapack.Numbers, Lapack.Whole, Int, Int
    ) -> Void

  /// The product of two matrices.
  public static func * (a: Matrix, b: Matrix) throws(StatsError) -> Matrix {
    try product(a, b, isFirstTransposed: false)
  }

  /// The product of a matrix and a vector.
  public static func * (a: Matrix, b: [Double]) throws(StatsError) -> [Double] {
    try a.applied(to: b, isTransposed: false)
  }

  /// Every number times `factor`.
  public static func * (factor: Double, a: Matrix) -> Matrix {
    var result = a
    for place in result.elements.indices { result.elements[place] *= factor }
    return result
  }

  /// The sum of two matrices of one shape.
  public static func + (a: Matrix, b: Matrix) throws(StatsError) -> Matrix {
    try a.checkShape(of: b, sign: "+")
    var result = a
    for place in result.elements.indices { result.elements[place] += b.elements[place] }
    return result
  }

  /// The difference of two matrices of one shape.
  public static func - (a: Matrix, b: Matrix) throws(StatsError) -> Matrix {
    try a.checkShape(of: b, sign: "-")
    var result = a
    for place in result.elements.indices { result.elements[place] -= b.elements[place] }
    return result
  }

  /// AᵀB, without turning A.
  public func transposedTimes(_ b: Matrix) throws(StatsError) -> Matrix {
    try Self.product(self, b, isFirstTransposed: true)
  }

  /// Aᵀb, without turning A.
  public func transposedTimes(_ b: [Double]) throws(StatsError) -> [Double] {
    try applied(to: b, isTransposed: true)
  }

  /// AᵀA: the sums of products of the columns.
  public func gram() throws(StatsError) -> Matrix {
    let multiply = try NumericLibrary.function("dsyrk_", as: RankUpdate.self)
    var (k, n) = try Lapack.size(self, in: "gram()")
    var result = Matrix(rowCount: columnCount, columnCount: columnCount)
    guard k > 0, n > 0 else { return result }
    var (one, zero, leading, resultLeading) = (1.0, 0.0, k, n)
    multiply(
      "U", "T", &n, &k, &one, elements, &leading, &zero, &result.elements, &resultLeading, 1, 1)
    for column in 0..<columnCount {
      for row in 0..<column { result[column, row] = result[row, column] }
    }
    return result
  }

  private func checkShape(of other: Matrix, sign: String) throws(StatsError) {
    guard rowCount != other.rowCount || columnCount != other.columnCount else { return }
    throw StatsError(
      code: .shapeMismatch, what: "\(shape) \(sign) \(other.shape) do not fit together",
      place: "a matrix \(sign == "+" ? "sum" : "difference")")
  }

  private static func product(
    _ a: Matrix, _ b: Matrix, isFirstTransposed: Bool
  ) throws(StatsError) -> Matrix {
    let (height, inner) =
      isFirstTransposed ? (a.columnCount, a.rowCount) : (a.rowCount, a.columnCount)
    guard inner == b.rowCount else {
      throw StatsError(
        code: .shapeMismatch,
        what: "\(isFirstTransposed ? "the transpose of " : "")\(a.shape) times \(b.shape): "
          + "\(inner) columns do not meet \(b.rowCount) rows", place: "a matrix product")
    }
    let multiply = try NumericLibrary.function("dgemm_", as: Multiply.self)
    var result = Matrix(rowCount: height, columnCount: b.columnCount)
    guard height > 0, inner > 0, b.columnCount > 0 else { return result }
    var (aLeading, _) = try Lapack.size(a, in: "a matrix product")
    var (k, n) = try Lapack.size(b, in: "a matrix product")
    var (m, bLeading, one, zero) = (Int32(height), k, 1.0, 0.0)
    var resultLeading = m
    multiply(
      isFirstTransposed ? "T" : "N", "N", &m, &n, &k, &one, a.elements, &aLeading, b.elements,
      &bLeading, &zero, &result.elements, &resultLeading, 1, 1)
    return result
  }

  private func applied(to b: [Double], isTransposed: Bool) throws(StatsError) -> [Double] {
    let (height, inner) = isTransposed ? (columnCount, rowCount) : (rowCount, columnCount)
    guard inner == b.count else {
      throw StatsError(
        code: .shapeMismatch,
        what: "\(isTransposed ? "the transpose of " : "")\(shape) times a vector of \(b.count)",
        place: "a matrix product")
    }
    let apply = try NumericLibrary.function("dgemv_", as: Apply.self)
    var result = [Double](repeating: 0, count: height)
    guard height > 0, inner > 0 else { return result }
    var (m, n) = try Lapack.size(self, in: "a matrix product")
    var (leading, one, zero, first, second) = (m, 1.0, 0.0, Int32(1), Int32(1))
    apply(
      isTransposed ? "T" : "N", &m, &n, &one, elements, &leading, b, &first, &zero, &result,
      &second, 1)
    return result
  }
}
