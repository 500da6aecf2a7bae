package import ApusFrame

/// Pearson's correlation of each pair of columns, over the rows where both have finite numbers.
package struct CorrelationGrid: Sendable {
  /// Row by row; `nil` where a column does not vary or fewer than two rows have both.
  package let values: [[Double?]]

  package init(_ columns: [FiniteNumbers]) throws(FrameError) {
    let pairs = columns.indices.flatMap { row in (0..<row).map { (row, $0) } }
    let found = try parallelMap(pairs.count) { place throws(FrameError) -> [Double?] in
      let (row, column) = pairs[place]
      return [CorrelationGrid.pearson(columns[row], columns[column])]
    }
    var values = columns.indices.map { row in
      columns.indices.map { $0 == row ? CorrelationGrid.itself(columns[row]) : nil }
    }
    for (place, (row, column)) in pairs.enumerated() {
      values[row][column] = found[place][0]
      values[column][row] = found[place][0]
    }
    self.values = values
  }

  private static func itself(_ column: FiniteNumbers) -> Double? {
    guard let extent = column.extent, extent.lowerBound < extent.upperBound else { return nil }
    return 1
  }

  /// - Accuracy: two passes, the means first.
  private static func pearson(_ x: FiniteNumbers, _ y: FiniteNumbers) -> Double? {
    x.values.read { xs in
      y.values.read { ys in
        var (count, sumX, sumY) = (0, 0.0, 0.0)
        for row in 0..<x.count {
          let (a, b) = (xs[row], ys[row])
          let isThere = a - a == 0 && b - b == 0
          count &+= isThere ? 1 : 0
          sumX += isThere ? a : 0
          sumY += isThere ? b : 0
        }
        guard count > 1 else { return nil }
        let (meanX, meanY) = (sumX / Double(count), sumY / Double(count))
        var (xx, yy, xy) = (0.0, 0.0, 0.0)
        for row in 0..<x.count {
          let (a, b) = (xs[row], ys[row])
          let isThere = a - a == 0 && b - b == 0
          let (u, v) = (isThere ? a - meanX : 0, isThere ? b - meanY : 0)
          xx += u * u
          yy += v * v
          xy += u * v
        }
        let scale = xx.squareRoot() * yy.squareRoot()
        guard scale > 0, scale.isFinite else { return nil }
        return Swift.min(Swift.max(xy / scale, -1), 1)
      }
    }
  }
}
