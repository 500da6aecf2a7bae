/// Systems of a few linear equations, solved in place of a library call that costs more than they.
enum SmallLinearSystem {
  /// The solution by elimination with row exchanges, or `nil` when the matrix has no inverse.
  static func solve(_ matrix: [[Double]], _ right: [Double]) -> [Double]? {
    var (matrix, right) = (matrix, right)
    let count = right.count
    for pivot in 0..<count {
      let chosen = (pivot..<count).max { abs(matrix[$0][pivot]) < abs(matrix[$1][pivot]) } ?? pivot
      guard abs(matrix[chosen][pivot]) > 0, matrix[chosen][pivot].isFinite else { return nil }
      matrix.swapAt(pivot, chosen)
      right.swapAt(pivot, chosen)
      let top = matrix[pivot]
      for row in (pivot + 1)..<max(count, pivot + 1) where matrix[row][pivot] != 0 {
        let factor = matrix[row][pivot] / top[pivot]
        for column in pivot..<count { matrix[row][column] -= factor * top[column] }
        right[row] -= factor * right[pivot]
      }
    }
    for row in stride(from: count - 1, through: 0, by: -1) {
      for column in (row + 1)..<max(count, row + 1) {
        right[row] -= matrix[row][column] * right[column]
      }
      right[row] /= matrix[row][row]
    }
    return right.allSatisfy(\.isFinite) ? right : nil
  }

  /// The inverse, or `nil` when there is none.
  static func inverse(_ matrix: [[Double]]) -> [[Double]]? {
    var columns: [[Double]] = []
    for index in matrix.indices {
      var unit = [Double](repeating: 0, count: matrix.count)
      unit[index] = 1
      guard let column = solve(matrix, unit) else { return nil }
      columns.append(column)
    }
    return matrix.indices.map { row in columns.map { $0[row] } }
  }
}
