/// What calls of LAPACK have in common: the types of arguments, whole numbers of 32 bits, workspaces.
enum Lapack {
  typealias Flag = UnsafePointer<CChar>
  typealias Whole = UnsafeMutablePointer<Int32>
  typealias Numbers = UnsafeMutablePointer<Double>

  /// A matrix's size as LAPACK takes it.
  static func size(_ matrix: Matrix, in place: String) throws(StatsError) -> (Int32, Int32) {
    guard let rows = Int32(exactly: matrix.rowCount),
      let columns = Int32(exactly: matrix.columnCount)
    else {
      throw StatsError(
        code: .shapeMismatch, what: "a matrix of \(matrix.shape)", place: place,
        mend: "it may have at most \(Int32.max) rows and columns")
    }
    return (rows, columns)
  }

  /// Calls `body` first to ask for the size of the workspace, then to do the work.
  static func withWorkspace(_ body: (_ work: Numbers, _ size: Whole) -> Void) {
    var (answer, size) = (0.0, Int32(-1))
    body(&answer, &size)
    size = max(1, Int32(answer))
    var work = [Double](repeating: 0, count: Int(size))
    body(&work, &size)
  }

  /// Refuses numbers that are infinite or NaN: LAPACK may loop on them.
  static func checkFinite(_ matrix: Matrix, in place: String) throws(StatsError) {
    guard let bad = matrix.elements.firstIndex(where: { !$0.isFinite }) else { return }
    throw StatsError(
      code: .badValue,
      what: "row \(bad % matrix.rowCount) of column \(bad / matrix.rowCount) is "
        + "\(matrix.elements[bad])", place: place, mend: "leave such rows out")
  }

  static func checkSquare(_ matrix: Matrix, in place: String) throws(StatsError) {
    guard matrix.rowCount != matrix.columnCount else { return }
    throw StatsError(
      code: .shapeMismatch, what: "a matrix of \(matrix.shape) is not square", place: place)
  }

  static func checkSymmetric(_ matrix: Matrix, in place: String) throws(StatsError) {
    try checkSquare(matrix, in: place)
    let largest = matrix.elements.reduce(0) { max($0, $1.magnitude) }
    for column in 0..<matrix.columnCount {
      for row in 0..<column
      where (matrix[row, column] - matrix[column, row]).magnitude > 1e-12 * largest {
        throw StatsError(
          code: .badValue,
          what: "the matrix is not symmetric: row \(row), column \(column) is "
            + "\(matrix[row, column]), its mirror is \(matrix[column, row])", place: place)
      }
    }
  }
}
