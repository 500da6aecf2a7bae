/// The factors of a matrix whose columns are put in order of what is left of them: AP = QR, with Q
/// orthonormal and R an upper triangle.
///
/// - Source: LAPACK, dgeqp3.
public struct QRFactors: Sendable {
  /// The triangle, as many rows as the lesser side of the matrix.
  public let r: Matrix
  /// Where each column of the triangle stood in the matrix.
  public let order: [Int]
  /// How many columns do not depend on others.
  public let rank: Int

  let rowCount: Int
  /// The reflections: below the diagonal of the factored matrix, with their factors.
  private let reflectors: [Double]
  private let factors: [Double]

  private typealias Factor =
    @convention(c) (
      Lapack.Whole, Lapack.Whole, Lapack.Numbers, Lapack.Whole, Lapack.Whole, Lapack.Numbers,
      Lapack.Numbers, Lapack.Whole, Lapack.Whole
    ) -> Void
  private typealias Reflect =
    @convention(c) (
      Lapack.Flag, Lapack.Flag, Lapack.Whole, Lapack.Whole, Lapack.Whole, UnsafePointer<Double>,
      Lapack.Whole, UnsafePointer<Double>, Lapack.Numbers, Lapack.Whole, Lapack.Numbers,
      Lapack.Whole, Lapack.Whole, Int, Int
    ) -> Void

  /// Columns are scaled to one length first, so that units do not decide about the rank.
  init(_ matrix: Matrix, tolerance: Double, place: String) throws(StatsError) {
    try Lapack.checkFinite(matrix, in: place)
    let factor = try NumericLibrary.function("dgeqp3_", as: Factor.self)
    var (m, n) = try Lapack.size(matrix, in: place)
    var (leading, status) = (max(1, m), Int32(0))
    let least = min(matrix.rowCount, matrix.columnCount)
    var scales = [Double](repeating: 1, count: matrix.columnCount)
    var elements = matrix.elements
    for column in scales.indices {
      let range = (column * matrix.rowCount)..<((column + 1) * matrix.rowCount)
      let largest = elements[range].reduce(0) { max($0, $1.magnitude) }
      guard largest > 0 else { continue }
      // Powers of two lose nothing.
      scales[column] = Double(sign: .plus, exponent: Int(largest.exponent), significand: 1)
      for place in range { elements[place] /= scales[column] }
    }
    var factors = [Double](repeating: 0, count: max(1, least))
    var order = [Int32](repeating: 0, count: max(1, matrix.columnCount))
    if least > 0 {
      Lapack.withWorkspace { work, size in
        factor(&m, &n, &elements, &leading, &order, &factors, work, size, &status)
      }
    }
    self.order = (0..<matrix.columnCount).map { least > 0 ? Int(order[$0]) - 1 : $0 }
    let first = least > 0 ? elements[0].magnitude : 0
    rank =
      (0..<least).prefix { elements[$0 * matrix.rowCount + $0].magnitude > tolerance * first }
      .count
    var r = Matrix(rowCount: least, columnCount: matrix.columnCount)
    for column in 0..<matrix.columnCount {
      for row in 0...min(column, max(least - 1, 0)) where row < least {
        r[row, column] = elements[column * matrix.rowCount + row] * scales[self.order[column]]
      }
    }
    self.r = r
    rowCount = matrix.rowCount
    reflectors = elements
    self.factors = factors
  }

  /// The orthonormal columns of Q.
  public func q() throws(StatsError) -> Matrix {
    var result = Matrix(rowCount: rowCount, columnCount: r.rowCount)
    for place in 0..<r.rowCount { result[place, place] = 1 }
    try reflect(&result.elements, columnCount: r.rowCount, isTransposed: false)
    return result
  }

  /// Qᵀv with the whole of Q, of a vector of as many numbers as the matrix has rows.
  func transposedQ(times vector: [Double]) throws(StatsError) -> [Double] {
    var result = vector
    try reflect(&result, columnCount: 1, isTransposed: true)
    return result
  }

  /// Qv with the whole of Q.
  func q(times vector: [Double]) throws(StatsError) -> [Double] {
    var result = vector
    try reflect(&result, columnCount: 1, isTransposed: false)
    return result
  }

  private func reflect(
    _ values: inout [Double], columnCount: Int, isTransposed: Bool
  ) throws(StatsError) {
    guard r.rowCount > 0, columnCount > 0 else { return }
    let apply = try NumericLibrary.function("dormqr_", as: Reflect.self)
    var (m, n, k) = (Int32(rowCount), Int32(columnCount), Int32(r.rowCount))
    var (leading, valuesLeading, status) = (m, m, Int32(0))
    Lapack.withWorkspace { work, size in
      apply(
        "L", isTransposed ? "T" : "N", &m, &n, &k, reflectors, &leading, factors, &values,
        &valuesLeading, work, size, &status, 1, 1)
    }
  }

  /// The first column in the order that depends on those before it, and on which: `nil` at full rank.
  var dependency: (column: Int, on: [Int])? {
    guard rank < r.columnCount else { return nil }
    var factors = (0..<rank).map { r[$0, rank] }
    for i in stride(from: rank - 1, through: 0, by: -1) {
      for k in (i + 1)..<max(rank, i + 1) { factors[i] -= r[i, k] * factors[k] }
      factors[i] /= r[i, i]
    }
    func length(_ column: Int) -> Double {
      (0..<r.rowCount).reduce(0) { $0 + r[$1, column] * r[$1, column] }.squareRoot()
    }
    let parts = factors.indices.map { factors[$0].magnitude * length($0) }
    let largest = parts.max() ?? 0
    let on = parts.indices.filter { parts[$0] > 1e-8 * largest }.map { order[$0] }.sorted()
    return (order[rank], on)
  }

  /// The error of a matrix whose columns depend on each other; `nil` at full rank.
  func singularError(in place: String) -> StatsError? {
    guard let (column, on) = dependency else { return nil }
    let what: String
    if rowCount < r.columnCount {
      what = "\(rowCount) rows cannot tell \(r.columnCount) columns apart"
    } else if on.isEmpty {
      what = "column \(column) is zero in every row"
    } else {
      let names = on.prefix(8).map(String.init).joined(separator: ", ")
      let more = on.count > 8 ? " and \(on.count - 8) others" : ""
      what = "column \(column) depends on column\(on.count > 1 ? "s" : "") \(names)\(more)"
    }
    return StatsError(
      code: .singular, what: "the matrix is singular: \(what)", place: place,
      mend: "leave one of these columns out")
  }
}

extension Matrix {
  /// The factors Q and R, with columns put in order of what is left of them.
  /// - Parameter tolerance: the part of the longest column that is still counted for the rank.
  public func qr(tolerance: Double = 1e-13) throws(StatsError) -> QRFactors {
    try QRFactors(self, tolerance: tolerance, place: "qr()")
  }
}
