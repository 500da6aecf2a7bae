/// An upper triangle R with RᵀR = XᵀX, and what is computed with it.
struct Triangle: Sendable {
  /// R; below the diagonal zero.
  let r: Matrix
  var count: Int { r.columnCount }

  init(_ r: Matrix) { self.r = r }

  /// Cholesky's factor of a symmetric matrix, or the first column of which no more than
  /// `tolerance` times its own square is left.
  static func cholesky(_ a: Matrix, tolerance: Double) -> (triangle: Triangle, dependent: Int?) {
    let n = a.columnCount
    var r = Matrix(rowCount: n, columnCount: n)
    for j in 0..<n {
      for i in 0...j {
        var sum = a[i, j]
        for k in 0..<i { sum -= r[k, i] * r[k, j] }
        if i < j {
          r[i, j] = sum / r[i, i]
        } else {
          guard sum > tolerance * a[j, j] else { return (Triangle(r), j) }
          r[j, j] = sum.squareRoot()
        }
      }
    }
    return (Triangle(r), nil)
  }

  /// The solution of Rb = c.
  func solve(_ c: [Double]) -> [Double] {
    var b = c
    for i in stride(from: count - 1, through: 0, by: -1) {
      for k in (i + 1)..<max(count, i + 1) { b[i] -= r[i, k] * b[k] }
      b[i] /= r[i, i]
    }
    return b
  }

  /// The solution of Rᵀb = c.
  func solveTransposed(_ c: [Double]) -> [Double] {
    var b = c
    for i in 0..<count {
      for k in 0..<i { b[i] -= r[k, i] * b[k] }
      b[i] /= r[i, i]
    }
    return b
  }

  /// The solution of RᵀRb = c.
  func solveBoth(_ c: [Double]) -> [Double] { solve(solveTransposed(c)) }

  /// (RᵀR)⁻¹.
  var inverseOfSquare: Matrix {
    var columns: [[Double]] = []
    for j in 0..<count {
      var unit = [Double](repeating: 0, count: count)
      unit[j] = 1
      columns.append(solve(unit))
    }
    var result = Matrix(rowCount: count, columnCount: count)
    for i in 0..<count {
      for j in 0...i {
        var sum = 0.0
        for k in i..<count { sum += columns[k][i] * columns[k][j] }
        result[i, j] = sum
        result[j, i] = sum
      }
    }
    return result
  }

  /// The singular values, by one-sided Jacobi rotations, largest first.
  var singularValues: [Double] {
    var columns = (0..<count).map { r.column($0) }
    for _ in 0..<60 {
      var isSettled = true
      for i in 0..<count {
        for j in (i + 1)..<max(count, i + 1) {
          var (a, b, c) = (0.0, 0.0, 0.0)
          for k in 0..<count {
            a += columns[i][k] * columns[i][k]
            b += columns[j][k] * columns[j][k]
            c += columns[i][k] * columns[j][k]
          }
          guard c != 0, Swift.abs(c) > 1e-15 * (a * b).squareRoot() else { continue }
          isSettled = false
          let zeta = (b - a) / (2 * c)
          let t = (zeta < 0 ? -1 : 1) / (Swift.abs(zeta) + (1 + zeta * zeta).squareRoot())
          let cosine = 1 / (1 + t * t).squareRoot()
          for k in 0..<count {
            let (x, y) = (columns[i][k], columns[j][k])
            columns[i][k] = cosine * (x - t * y)
            columns[j][k] = cosine * (t * x + y)
          }
        }
      }
      if isSettled { break }
    }
    return columns.map { $0.reduce(0) { $0 + $1 * $1 }.squareRoot() }.sorted(by: >)
  }
}

/// Householder's triangle of the columns of a matrix, runs of rows apart and then together.
enum HouseholderTriangle {
  /// The triangle of x with `y` behind it, rows times the root of their weights.
  static func triangle(
    _ x: Matrix, _ y: [Double], weights: [Double]?
  ) throws(StatsError) -> Matrix {
    let (n, width) = (x.rowCount, x.columnCount + 1)
    let run = max(2048, 4 * width)
    let runCount = max((n + run - 1) / run, 1)
    var stacked = [Double](repeating: 0, count: runCount * width * width)
    let failure: StatsError? = stacked.withUnsafeMutableBufferPointer { stacked in
      nonisolated(unsafe) let target = stacked
      do throws(StatsError) {
        try overRows(n, by: run) { rows in
          let first = rows.lowerBound / run * width
          var block = [Double](unsafeUninitializedCapacity: rows.count * width) { block, count in
            for column in 0..<width {
              for (place, row) in rows.enumerated() {
                let value = column < x.columnCount ? x.elements[column * n + row] : y[row]
                let root = weights.map { $0[row].squareRoot() } ?? 1
                block[column * rows.count + place] = value * root
              }
            }
            count = rows.count * width
          }
          reduce(&block, rows.count, width)
          for column in 0..<width {
            for row in 0...column where row < rows.count {
              target[column * runCount * width + first + row] = block[column * rows.count + row]
            }
          }
        }
        return nil
      } catch { return error }
    }
    if let failure { throw failure }
    let rowCount = runCount * width
    if runCount > 1 { reduce(&stacked, rowCount, width) }
    var result = Matrix(rowCount: width, columnCount: width)
    for column in 0..<width {
      for row in 0...column { result[row, column] = stacked[column * rowCount + row] }
    }
    return result
  }

  /// Turns the columns into an upper triangle, in place.
  static func reduce(_ a: inout [Double], _ n: Int, _ width: Int) {
    a.withUnsafeMutableBufferPointer { a in
      guard let a = a.baseAddress else { return }
      for step in 0..<min(n - 1, width) where step >= 0 {
        let mirror = a + step * n
        var square = 0.0
        for row in step..<n { square += mirror[row] * mirror[row] }
        guard square > 0 else { continue }
        let length = mirror[step] > 0 ? -square.squareRoot() : square.squareRoot()
        let scale = square - mirror[step] * length
        mirror[step] -= length
        for column in (step + 1)..<max(width, step + 1) {
          let other = a + column * n
          var dot = SIMD4<Double>()
          var row = step
          while row + 4 <= n {
            for lane in 0..<4 { dot[lane] += mirror[row + lane] * other[row + lane] }
            row += 4
          }
          var sum = dot.sum()
          while row < n {
            sum += mirror[row] * other[row]
            row += 1
          }
          let factor = sum / scale
          for row in step..<n { other[row] -= factor * mirror[row] }
        }
        mirror[step] = length
      }
    }
  }
}
