internal import ApusFrame

/// Calls `body` with ranges of rows on the threads of the pool; a cancelled cell is an error.
func overRows(
  _ count: Int, by size: Int = 1 << 14, _ body: (Range<Int>) -> Void
) throws(StatsError) {
  do throws(FrameError) {
    try inParallel(rows: count, by: size) { rows in body(rows) }
  } catch {
    throw StatsError(error, in: "a regression")
  }
}

/// Sums of products of columns, weighted: XᵀWX with further columns put behind those of X.
///
/// Rows are taken in blocks that stay in the cache; the sums of runs of rows are added in order, so
/// that the result does not depend on the number of threads. - Cost: O(n·p²/2).
enum CrossProducts {
  private static let blockCount = 256

  static func gram(
    _ x: Matrix, _ behind: [[Double]] = [], weights: [Double]? = nil
  ) throws(StatsError) -> Matrix {
    let (n, p) = (x.rowCount, x.columnCount)
    let width = p + behind.count
    let run = max(1 << 14, (n / 64 + blockCount) / blockCount * blockCount)
    let runCount = max((n + run - 1) / run, 1)
    var partial = [Double](repeating: 0, count: runCount * width * width)
    let padded = (width + 3) & ~3
    do {
      let failure: StatsError? = partial.withUnsafeMutableBufferPointer { partial in
        x.elements.withUnsafeBufferPointer { elements in
          guard let base = elements.baseAddress, let sums = partial.baseAddress else {
            return nil
          }
          nonisolated(unsafe) let (sources, target) = (base, sums)
          do throws(StatsError) {
            try overRows(n, by: run) { rows in
              var scratch = [Double](repeating: 0, count: padded * blockCount)
              scratch.withUnsafeMutableBufferPointer { scratch in
                guard let block = scratch.baseAddress else { return }
                for first in stride(from: rows.lowerBound, to: rows.upperBound, by: blockCount) {
                  let part = first..<min(first + blockCount, rows.upperBound)
                  fill(block, sources, n, p, behind, weights, part)
                  add(block, width, to: target + rows.lowerBound / run * width * width)
                }
              }
            }
            return nil
          } catch { return error }
        }
      }
      if let failure { throw failure }
    }
    var result = Matrix(rowCount: width, columnCount: width)
    for i in 0..<width {
      for j in 0...i {
        var sum = 0.0
        for piece in 0..<runCount { sum += partial[piece * width * width + i * width + j] }
        result[i, j] = sum
        result[j, i] = sum
      }
    }
    return result
  }

  /// Copies a block of rows, times the root of the weights, column by column, zeros behind it.
  private static func fill(
    _ block: UnsafeMutablePointer<Double>, _ x: UnsafePointer<Double>, _ n: Int, _ p: Int,
    _ behind: [[Double]], _ weights: [Double]?, _ rows: Range<Int>
  ) {
    let count = rows.count
    func copy(_ source: UnsafePointer<Double>, to target: UnsafeMutablePointer<Double>) {
      target.update(from: source + rows.lowerBound, count: count)
      for row in count..<blockCount { target[row] = 0 }
    }
    for column in 0..<p { copy(x + column * n, to: block + column * blockCount) }
    for (place, column) in behind.enumerated() {
      column.withUnsafeBufferPointer { column in
        if let source = column.baseAddress { copy(source, to: block + (p + place) * blockCount) }
      }
    }
    guard let weights else { return }
    weights.withUnsafeBufferPointer { weights in
      guard let weights = weights.baseAddress else { return }
      withUnsafeTemporaryAllocation(of: Double.self, capacity: blockCount) { roots in
        guard let roots = roots.baseAddress else { return }
        for row in 0..<count { roots[row] = weights[rows.lowerBound + row].squareRoot() }
        for column in 0..<(p + behind.count) {
          let target = block + column * blockCount
          for row in 0..<count { target[row] *= roots[row] }
        }
      }
    }
  }

  /// Adds the products of a block's columns, two columns by four at a time.
  private static func add(
    _ block: UnsafeMutablePointer<Double>, _ width: Int, to sums: UnsafeMutablePointer<Double>
  ) {
    let raw = UnsafeRawPointer(block)
    let stride = blockCount * MemoryLayout<Double>.stride
    for i in Swift.stride(from: 0, to: width, by: 2) {
      for j in Swift.stride(from: 0, through: min(i + 1, width - 1), by: 4) {
        // Columns behind the last one are zeros of the padding.
        let (a0, a1) = (raw + i * stride, raw + (i + 1) * stride)
        let (b0, b1, b2, b3) = (
          raw + j * stride, raw + (j + 1) * stride, raw + (j + 2) * stride, raw + (j + 3) * stride
        )
        var (s00, s01, s02, s03) = (
          SIMD2<Double>(), SIMD2<Double>(), SIMD2<Double>(), SIMD2<Double>()
        )
        var (s10, s11, s12, s13) = (s00, s00, s00, s00)
        var offset = 0
        while offset < stride {
          let u = a0.loadUnaligned(fromByteOffset: offset, as: SIMD2<Double>.self)
          let v = a1.loadUnaligned(fromByteOffset: offset, as: SIMD2<Double>.self)
          let w0 = b0.loadUnaligned(fromByteOffset: offset, as: SIMD2<Double>.self)
          let w1 = b1.loadUnaligned(fromByteOffset: offset, as: SIMD2<Double>.self)
          let w2 = b2.loadUnaligned(fromByteOffset: offset, as: SIMD2<Double>.self)
          let w3 = b3.loadUnaligned(fromByteOffset: offset, as: SIMD2<Double>.self)
          s00 += u * w0
          s01 += u * w1
          s02 += u * w2
          s03 += u * w3
          s10 += v * w0
          s11 += v * w1
          s12 += v * w2
          s13 += v * w3
          offset += 16
        }
        let tile = [
          s00.sum(), s01.sum(), s02.sum(), s03.sum(), s10.sum(), s11.sum(), s12.sum(), s13.sum(),
        ]
        for row in 0..<2 where i + row < width {
          for column in 0..<4 where j + column < width {
            sums[(i + row) * width + j + column] += tile[row * 4 + column]
          }
        }
      }
    }
  }

  /// Xb, in blocks of rows.
  static func product(_ x: Matrix, _ b: [Double]) throws(StatsError) -> [Double] {
    let n = x.rowCount
    var result = [Double](repeating: 0, count: n)
    let failure: StatsError? = result.withUnsafeMutableBufferPointer { result in
      x.elements.withUnsafeBufferPointer { elements in
        guard let target = result.baseAddress, let source = elements.baseAddress else { return nil }
        nonisolated(unsafe) let (to, from) = (target, source)
        do throws(StatsError) {
          try overRows(n) { rows in
            for first in stride(from: rows.lowerBound, to: rows.upperBound, by: 1024) {
              let last = min(first + 1024, rows.upperBound)
              for column in b.indices {
                let (factor, values) = (b[column], from + column * n)
                for row in first..<last { to[row] += factor * values[row] }
              }
            }
          }
          return nil
        } catch { return error }
      }
    }
    if let failure { throw failure }
    return result
  }

  /// Xᵀv.
  static func transposedProduct(_ x: Matrix, _ v: [Double]) -> [Double] {
    x.elements.withUnsafeBufferPointer { elements in
      v.withUnsafeBufferPointer { v in
        (0..<x.columnCount).map { column in
          let values = UnsafeBufferPointer(
            rebasing: elements[(column * x.rowCount)..<((column + 1) * x.rowCount)])
          return dot(values, v)
        }
      }
    }
  }

  private static func dot(
    _ a: UnsafeBufferPointer<Double>, _ b: UnsafeBufferPointer<Double>
  ) -> Double {
    var sums = SIMD8<Double>()
    let whole = a.count & ~7
    var row = 0
    while row < whole {
      for lane in 0..<8 { sums[lane] += a[row + lane] * b[row + lane] }
      row += 8
    }
    var sum = sums.sum()
    while row < a.count {
      sum += a[row] * b[row]
      row += 1
    }
    return sum
  }
}
