@_implementationOnly import Glibc

/// A regression by least squares, small enough to be run for every lag of a search.
struct SeriesRegression {
  /// The coefficient of each column.
  private(set) var coefficients: [Double]
  /// The standard error of each coefficient; rows less columns are the degrees of freedom.
  private(set) var standardErrors: [Double]
  /// How many rows there are.
  private let rowCount: Int
  /// The sum of the squares of what the fit leaves.
  private(set) var residualSumOfSquares: Double

  /// Twice the negative log-likelihood of normal errors plus a penalty a column.
  func criterion(penalty: Double) -> Double {
    let count = Double(rowCount)
    return count * (log(2 * Double.pi * residualSumOfSquares / count) + 1)
      + penalty * Double(coefficients.count)
  }

  /// Fits by Householder's QR.
  init(_ columns: [[Double]], _ response: [Double], in place: String) throws(StatsError) {
    let (rowCount, count) = (response.count, columns.count)
    guard rowCount >= count else {
      throw StatsError(
        code: .tooFewRows, what: "\(rowCount) rows for a regression on \(count) columns",
        place: place, mend: "ask for fewer lags")
    }
    var columns = columns
    var right = response
    var triangle = Array(repeating: [Double](repeating: 0, count: count), count: count)
    for pivot in 0..<count {
      let whole = columns[pivot].reduce(0) { $0 + $1 * $1 }
      var norm = 0.0
      for row in pivot..<rowCount { norm += columns[pivot][row] * columns[pivot][row] }
      guard norm > 1e-26 * max(whole, .leastNormalMagnitude) else {
        throw StatsError(
          code: .singular, what: "the lags of the series depend on each other", place: place,
          mend: "ask for fewer lags; a series that repeats itself exactly is no random series")
      }
      let head = columns[pivot][pivot]
      let alpha = head > 0 ? -norm.squareRoot() : norm.squareRoot()
      var reflector = Array(columns[pivot][pivot...])
      reflector[0] -= alpha
      let length = reflector.reduce(0) { $0 + $1 * $1 }
      func reflect(_ column: inout [Double]) {
        guard length > 0 else { return }
        var product = 0.0
        for row in pivot..<rowCount { product += reflector[row - pivot] * column[row] }
        let factor = 2 * product / length
        for row in pivot..<rowCount { column[row] -= factor * reflector[row - pivot] }
      }
      for column in pivot..<count { reflect(&columns[column]) }
      reflect(&right)
      for column in pivot..<count { triangle[pivot][column] = columns[column][pivot] }
    }
    var solution = [Double](repeating: 0, count: count)
    for row in stride(from: count - 1, through: 0, by: -1) {
      var sum = right[row]
      for column in (row + 1)..<max(count, row + 1) {
        sum -= triangle[row][column] * solution[column]
      }
      solution[row] = sum / triangle[row][row]
    }
    residualSumOfSquares = right[count...].reduce(0) { $0 + $1 * $1 }
    coefficients = solution
    self.rowCount = rowCount
    standardErrors = []
    let variance = residualSumOfSquares / Double(rowCount - count)
    for index in 0..<count {
      // The row of the triangle's inverse, transposed: forward substitution of a unit vector.
      var unit = [Double](repeating: 0, count: count)
      unit[index] = 1
      for row in index..<count {
        var sum = row == index ? 1.0 : 0.0
        for column in index..<row { sum -= triangle[column][row] * unit[column] }
        unit[row] = sum / triangle[row][row]
      }
      let square = unit[index...].reduce(0) { $0 + $1 * $1 }
      standardErrors.append((variance * square).squareRoot())
    }
  }
}
