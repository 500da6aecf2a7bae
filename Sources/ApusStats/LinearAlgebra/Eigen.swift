/// Eigenvalues and eigenvectors of a symmetric matrix, largest value first.
public struct SymmetricEigen: Sendable {
  /// The eigenvalues, largest first.
  public let values: [Double]
  /// The eigenvectors, a column each, of length 1; the largest number of each is positive.
  public let vectors: Matrix
}

/// An eigenvalue of a general matrix: a complex number.
public struct Eigenvalue: Sendable, Equatable {
  /// The real part.
  public let real: Double
  /// The imaginary part.
  public let imaginary: Double
  /// The distance from zero.
  public var magnitude: Double { (real * real + imaginary * imaginary).squareRoot() }
}

extension Matrix {
  private typealias Symmetric =
    @convention(c) (
      Lapack.Flag, Lapack.Flag, Lapack.Whole, Lapack.Numbers, Lapack.Whole, Lapack.Numbers,
      Lapack.Numbers, Lapack.Whole, Lapack.Whole, Lapack.Whole, Lapack.Whole, Int, Int
    ) -> Void
  private typealias General =
    @convention(c) (
      Lapack.Flag, Lapack.Flag, Lapack.Whole, Lapack.Numbers, Lapack.Whole, Lapack.Numbers,
      Lapack.Numbers, Lapack.Numbers, Lapack.Whole, Lapack.Numbers, Lapack.Whole, Lapack.Numbers,
      Lapack.Whole, Lapack.Whole, Int, Int
    ) -> Void

  /// Eigenvalues and eigenvectors of a symmetric matrix. - Source: LAPACK, dsyevd.
  public func eigen() throws(StatsError) -> SymmetricEigen {
    let place = "eigen()"
    try Lapack.checkFinite(self, in: place)
    try Lapack.checkSymmetric(self, in: place)
    guard rowCount > 0 else { return SymmetricEigen(values: [], vectors: self) }
    let decompose = try NumericLibrary.function("dsyevd_", as: Symmetric.self)
    var (n, _) = try Lapack.size(self, in: place)
    var (leading, status, vectors) = (n, Int32(0), elements)
    var values = [Double](repeating: 0, count: rowCount)
    var wholeSize = Int32(5 * rowCount + 3)
    var whole = [Int32](repeating: 0, count: Int(wholeSize))
    Lapack.withWorkspace { work, size in
      decompose(
        "V", "L", &n, &vectors, &leading, &values, work, size, &whole, &wholeSize, &status, 1, 1)
    }
    guard status == 0 else { throw Self.unsettled(place) }
    var result = Matrix(rowCount: rowCount, columnCount: rowCount)
    for column in 0..<rowCount {
      let from = (rowCount - 1 - column) * rowCount
      let vector = vectors[from..<(from + rowCount)]
      let largest = vector.max { $0.magnitude < $1.magnitude } ?? 0
      for row in 0..<rowCount {
        result[row, column] = largest < 0 ? -vector[from + row] : vector[from + row]
      }
    }
    return SymmetricEigen(values: values.reversed(), vectors: result)
  }

  /// The eigenvalues of a square matrix, farthest from zero first. - Source: LAPACK, dgeev.
  public func eigenvalues() throws(StatsError) -> [Eigenvalue] {
    let place = "eigenvalues()"
    try Lapack.checkFinite(self, in: place)
    try Lapack.checkSquare(self, in: place)
    guard rowCount > 0 else { return [] }
    let decompose = try NumericLibrary.function("dgeev_", as: General.self)
    var (n, _) = try Lapack.size(self, in: place)
    var (leading, one, other, status, copy) = (n, Int32(1), Int32(1), Int32(0), elements)
    var real = [Double](repeating: 0, count: rowCount)
    var imaginary = real
    var (left, right) = (0.0, 0.0)
    Lapack.withWorkspace { work, size in
      decompose(
        "N", "N", &n, &copy, &leading, &real, &imaginary, &left, &one, &right, &other, work, size,
        &status, 1, 1)
    }
    guard status == 0 else { throw Self.unsettled(place) }
    return real.indices.map { Eigenvalue(real: real[$0], imaginary: imaginary[$0]) }
      .sorted {
        ($0.magnitude, $0.real, $0.imaginary) > ($1.magnitude, $1.real, $1.imaginary)
      }
  }

  private static func unsettled(_ place: String) -> StatsError {
    StatsError(
      code: .noConvergence, what: "the eigenvalues did not settle", place: place,
      mend: "scale the rows and columns")
  }
}
