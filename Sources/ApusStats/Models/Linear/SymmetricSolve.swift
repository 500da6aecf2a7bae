/// Solves A x = b for a symmetric positive definite A of `count` rows, by Cholesky's factors; `nil`
/// when A is not positive definite to rounding. A is scaled to a diagonal of ones first.
func solveSymmetric(_ matrix: [Double], _ right: [Double]) -> [Double]? {
  let count = right.count
  var scale = [Double](repeating: 0, count: count)
  for place in 0..<count {
    let diagonal = matrix[place * count + place]
    guard diagonal > 0, diagonal.isFinite else { return nil }
    scale[place] = 1 / diagonal.squareRoot()
  }
  var factor = [Double](repeating: 0, count: count * count)
  for row in 0..<count {
    for column in 0...row {
      var sum = matrix[row * count + column] * scale[row] * scale[column]
      for place in 0..<column {
        sum -= factor[row * count + place] * factor[column * count + place]
      }
      if row == column {
        guard sum > 1e-13 else { return nil }
        factor[row * count + row] = sum.squareRoot()
      } else {
        factor[row * count + column] = sum / factor[column * count + column]
      }
    }
  }
  var result = (0..<count).map { right[$0] * scale[$0] }
  for row in 0..<count {
    for place in 0..<row { result[row] -= factor[row * count + place] * result[place] }
    result[row] /= factor[row * count + row]
  }
  for row in stride(from: count - 1, through: 0, by: -1) {
    for place in (row + 1)..<max(count, row + 1) {
      result[row] -= factor[place * count + row] * result[place]
    }
    result[row] /= factor[row * count + row]
  }
  return (0..<count).map { result[$0] * scale[$0] }
}
