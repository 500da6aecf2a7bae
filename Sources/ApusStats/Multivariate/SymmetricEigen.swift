/// Eigenvalues, the largest first, and eigenvectors of a symmetric matrix of `count` rows, by
/// Jacobi's rotations; vector `i` stands in `vectors[i]`.
func symmetricEigen(_ matrix: [Double], count: Int) -> (values: [Double], vectors: [[Double]]) {
  var a = matrix
  var v = [Double](repeating: 0, count: count * count)
  for place in 0..<count { v[place * count + place] = 1 }
  for _ in 0..<60 {
    var off = 0.0
    var all = 0.0
    for row in 0..<count {
      for column in 0..<count {
        let square = a[row * count + column] * a[row * count + column]
        all += square
        if row != column { off += square }
      }
    }
    if off <= 1e-32 * all { break }
    for p in 0..<count {
      for q in (p + 1)..<max(count, p + 1) where a[p * count + q] != 0 {
        let theta = (a[q * count + q] - a[p * count + p]) / (2 * a[p * count + q])
        let t = (theta >= 0 ? 1.0 : -1) / (abs(theta) + (theta * theta + 1).squareRoot())
        let c = 1 / (t * t + 1).squareRoot()
        let s = t * c
        for k in 0..<count {
          let (x, y) = (a[k * count + p], a[k * count + q])
          a[k * count + p] = c * x - s * y
          a[k * count + q] = s * x + c * y
        }
        for k in 0..<count {
          let (x, y) = (a[p * count + k], a[q * count + k])
          a[p * count + k] = c * x - s * y
          a[q * count + k] = s * x + c * y
          let (u, w) = (v[k * count + p], v[k * count + q])
          v[k * count + p] = c * u - s * w
          v[k * count + q] = s * u + c * w
        }
      }
    }
  }
  let order = (0..<count).sorted { a[$0 * count + $0] > a[$1 * count + $1] }
  return (
    order.map { a[$0 * count + $0] },
    order.map { column in (0..<count).map { v[$0 * count + column] } }
  )
}
