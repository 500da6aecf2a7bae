internal import ApusFrame

/// A number as an intercept and slopes.
struct LinearPredictor: Sendable, Equatable {
  var intercept: Double
  var slopes: [Double]

  /// Least squares on centred columns with `l2` times the squared slopes; the solution is improved
  /// once from the residuals.
  static func fit(
    _ table: FeatureTable, _ target: LearningTarget, l2: Double, in place: String
  ) throws -> LinearPredictor {
    guard case .numbers(let values) = target else {
      preconditionFailure("linear regression was given classes")
    }
    guard l2 >= 0, l2.isFinite else {
      throw StatsError(code: .badOption, what: "l2 \(l2) is not a number ≥ 0", place: place)
    }
    try table.requireFinite(in: place)
    let count = table.columns.count
    guard l2 > 0 || table.rowCount > count else {
      throw StatsError(
        code: .tooFewRows, what: "\(table.rowCount) rows for \(count) slopes and an intercept",
        place: place, mend: "use more rows, fewer columns, or l2 above 0")
    }
    let means = table.columns.map { $0.reduce(0, +) / Double(table.rowCount) }
    let mean = values.reduce(0, +) / Double(values.count)
    let centred = zip(table.columns, means).map { column, mean in column.map { $0 - mean } }
    var gram = Matrix(rowCount: count, columnCount: count)
    let rows = try parallelMap(count) { row throws(FrameError) in
      (0...row).map { dot(centred[row], centred[$0]) }
    }
    for row in 0..<count {
      for column in 0...row {
        gram[row, column] = rows[row][column]
        gram[column, row] = rows[row][column]
      }
      gram[row, row] += l2
    }
    let (triangle, dependent) = Triangle.cholesky(gram, tolerance: 1e-13)
    guard dependent == nil else {
      throw StatsError(
        code: .singular,
        what: "the columns \(table.names.joined(separator: ", ")) depend on each other",
        place: place, mend: "leave one of them out, or use l2 above 0")
    }
    var slopes = [Double](repeating: 0, count: count)
    var residual = values.map { $0 - mean }
    for _ in 0..<3 {
      var right = try parallelMap(count) { row throws(FrameError) in dot(centred[row], residual) }
      for row in 0..<count { right[row] -= l2 * slopes[row] }
      let step = triangle.solveBoth(right)
      for row in 0..<count {
        slopes[row] += step[row]
        for place in residual.indices { residual[place] -= step[row] * centred[row][place] }
      }
    }
    let intercept = mean - zip(slopes, means).reduce(0) { $0 + $1.0 * $1.1 }
    return LinearPredictor(intercept: intercept, slopes: slopes)
  }

  func predict(_ table: FeatureTable, in place: String) throws -> [Double] {
    try table.requireFinite(in: place)
    var result = [Double](repeating: intercept, count: table.rowCount)
    for (slope, column) in zip(slopes, table.columns) {
      for row in 0..<column.count { result[row] += slope * column[row] }
    }
    return result
  }
}

/// The sum of products, in four running sums.
func dot(_ left: [Double], _ right: [Double]) -> Double {
  left.withUnsafeBufferPointer { left in
    right.withUnsafeBufferPointer { right in
      var sums = SIMD4<Double>()
      let whole = left.count & ~3
      for place in stride(from: 0, to: whole, by: 4) {
        let a = SIMD4(left[place], left[place &+ 1], left[place &+ 2], left[place &+ 3])
        let b = SIMD4(right[place], right[place &+ 1], right[place &+ 2], right[place &+ 3])
        sums += a * b
      }
      var rest = 0.0
      for place in whole..<left.count { rest += left[place] * right[place] }
      return sums.sum() + rest
    }
  }
}
