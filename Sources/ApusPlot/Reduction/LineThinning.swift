package import ApusFrame

/// Fewer rows whose line covers the same pixels: in each of `columns` strips along x the first,
/// last, lowest and highest row stay (M4).
/// - Cost: O(n); rows need not be in the order of x.
/// - Source: U. Jugel, Z. Jerzak, G. Hackenbroich, V. Markl, M4 (VLDB 2014).
package struct LineThinning: Sendable {
  /// The rows that stay, in the order of x.
  package let rows: [Int]
  package let tally: RowTally

  package init(
    x: FiniteNumbers, y: FiniteNumbers, series: (codes: Values<UInt32>, count: Int)? = nil,
    columns: Int = 600
  ) throws(FrameError) {
    let count = x.count
    let seriesCount = series?.count ?? 1
    let limit = 4 * columns * seriesCount
    let bins = Bins(exactly: columns, over: x.extent)
    var drawn = 0
    var places: [Strip] = []
    let isWhole = count <= limit
    var kept: [Int] = []
    if !isWhole { places = [Strip](repeating: Strip(), count: columns * seriesCount) }
    x.values.read { xs in
      y.values.read { ys in
        bins.withFinder { find in
          places.withUnsafeMutableBufferPointer { places in
            for row in 0..<count {
              let (a, b) = (xs[row], ys[row])
              guard a - a == 0, b - b == 0 else { continue }
              var group = 0
              if let series {
                guard series.codes[row] != Categories.absent else { continue }
                group = Int(series.codes[row])
              }
              drawn += 1
              if isWhole {
                kept.append(row)
              } else {
                places[group &* columns &+ find(a)].take(row, a, b)
              }
            }
          }
        }
        if !isWhole { kept = places.flatMap(\.rows) }
        kept.sort { xs[$0] == xs[$1] ? $0 < $1 : xs[$0] < xs[$1] }
      }
    }
    rows = kept
    tally = RowTally(total: count, drawn: drawn)
  }

  /// The rows of a strip that stay.
  private struct Strip {
    var first = (row: -1, x: Double.infinity)
    var last = (row: -1, x: -Double.infinity)
    var lowest = (row: -1, y: Double.infinity)
    var highest = (row: -1, y: -Double.infinity)

    @inline(__always)
    mutating func take(_ row: Int, _ x: Double, _ y: Double) {
      if x < first.x { first = (row, x) }
      if x >= last.x { last = (row, x) }
      if y < lowest.y { lowest = (row, y) }
      if y > highest.y { highest = (row, y) }
    }

    var rows: [Int] {
      var rows: [Int] = []
      for row in [first.row, lowest.row, highest.row, last.row] where row >= 0 {
        if !rows.contains(row) { rows.append(row) }
      }
      return rows
    }
  }
}
