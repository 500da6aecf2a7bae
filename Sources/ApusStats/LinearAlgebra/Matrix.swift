/// A matrix of numbers, stored column by column as LAPACK wants it.
public struct Matrix: Sendable, Equatable {
  /// How many rows there are.
  public let rowCount: Int
  /// How many columns there are.
  public let columnCount: Int
  /// The numbers, column by column: row `i` of column `j` stands at `j * rowCount + i`.
  public internal(set) var elements: [Double]

  /// A matrix of one number everywhere.
  public init(rowCount: Int, columnCount: Int, repeating value: Double = 0) {
    self.rowCount = rowCount
    self.columnCount = columnCount
    elements = Array(repeating: value, count: rowCount * columnCount)
  }

  /// A matrix of numbers that stand column by column. Traps when their number does not fit.
  public init(rowCount: Int, columnCount: Int, columnMajor elements: [Double]) {
    precondition(
      elements.count == rowCount * columnCount,
      "\(elements.count) numbers do not fill a matrix of \(rowCount) × \(columnCount)")
    self.rowCount = rowCount
    self.columnCount = columnCount
    self.elements = elements
  }

  /// A matrix of rows, which must be of one length.
  public init(rows: [[Double]]) throws(StatsError) {
    self.init(rowCount: rows.count, columnCount: rows.first?.count ?? 0)
    for (row, numbers) in rows.enumerated() {
      guard numbers.count == columnCount else {
        throw StatsError(
          code: .shapeMismatch,
          what: "row \(row) has \(numbers.count) numbers, row 0 has \(columnCount)",
          place: "Matrix(rows:)")
      }
      for (column, number) in numbers.enumerated() { self[row, column] = number }
    }
  }

  /// A matrix of columns, which must be of one length.
  public init(columns: [[Double]]) throws(StatsError) {
    let rowCount = columns.first?.count ?? 0
    for (column, numbers) in columns.enumerated() where numbers.count != rowCount {
      throw StatsError(
        code: .shapeMismatch,
        what: "column \(column) has \(numbers.count) numbers, column 0 has \(rowCount)",
        place: "Matrix(columns:)")
    }
    self.init(rowCount: rowCount, columnCount: columns.count, columnMajor: Array(columns.joined()))
  }

  /// The matrix with ones on its diagonal.
  public static func identity(_ count: Int) -> Matrix {
    var matrix = Matrix(rowCount: count, columnCount: count)
    for place in 0..<count { matrix[place, place] = 1 }
    return matrix
  }

  /// The number of a row and a column. Traps outside the matrix.
  public subscript(row: Int, column: Int) -> Double {
    get {
      precondition(row >= 0 && row < rowCount, "row \(row) of a matrix of \(shape)")
      return elements[column * rowCount + row]
    }
    set {
      precondition(row >= 0 && row < rowCount, "row \(row) of a matrix of \(shape)")
      elements[column * rowCount + row] = newValue
    }
  }

  /// The numbers of a column.
  public func column(_ column: Int) -> [Double] {
    Array(elements[(column * rowCount)..<((column + 1) * rowCount)])
  }

  /// The numbers of a row.
  public func row(_ row: Int) -> [Double] { (0..<columnCount).map { self[row, $0] } }

  /// The shape in words, such as `3 × 2`.
  public var shape: String { "\(rowCount) × \(columnCount)" }

  /// Rows turned into columns.
  public var transposed: Matrix {
    var result = Matrix(rowCount: columnCount, columnCount: rowCount)
    for column in 0..<columnCount {
      for row in 0..<rowCount { result[column, row] = self[row, column] }
    }
    return result
  }
}
