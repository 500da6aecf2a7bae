/// The row numbers in the order of `keys`: stable, nulls last whatever the direction, NaN as the
/// greatest number, texts by their code points.
///
/// Each key becomes a rank a row; stable counting passes from the last key to the first then order
/// the rows, in O(rows) a key besides the sort of its distinct values.
func sortedRows(
  by keys: [(column: ColumnStorage, isDescending: Bool)], rowCount: Int
) -> Values<UInt32> {
  var order = Values<UInt32>(count: rowCount) { target in
    for row in 0..<rowCount { target[row] = UInt32(truncatingIfNeeded: row) }
  }
  for key in keys.reversed() {
    let ranking = Ranking(of: key.column, isDescending: key.isDescending)
    order = ranking.reordered(order)
  }
  return order
}

/// The place of each row's value among the distinct values of its column.
struct Ranking {
  private let groups: Grouping
  /// The rank of each group.
  private let ranks: [UInt32]

  init(of column: ColumnStorage, isDescending: Bool) {
    groups = Grouping(of: column)
    let distinct = column.gathered(groups.firstRows)
    var sorted = Ranking.ascending(distinct)
    if isDescending { sorted.reverse() }
    if let nullGroup = (0..<distinct.count).first(where: { distinct.validity?[$0] == false }) {
      sorted.removeAll { $0 == nullGroup }
      sorted.append(nullGroup)
    }
    var ranks = [UInt32](repeating: 0, count: sorted.count)
    for (rank, group) in sorted.enumerated() { ranks[group] = UInt32(rank) }
    self.ranks = ranks
  }

  /// The rows of `order`, by rank, those of one rank as they were.
  func reordered(_ order: Values<UInt32>) -> Values<UInt32> {
    var starts = [Int](repeating: 0, count: ranks.count + 1)
    return groups.codes.read { codes in
      for row in 0..<order.count { starts[Int(ranks[Int(codes[row])]) + 1] += 1 }
      for rank in 0..<ranks.count { starts[rank + 1] += starts[rank] }
      return order.read { source in
        Values(count: order.count) { target in
          for place in 0..<order.count {
            let rank = Int(ranks[Int(codes[Int(source[place])])])
            target[starts[rank]] = source[place]
            starts[rank] += 1
          }
        }
      }
    }
  }

  /// The places of distinct values in ascending order.
  private static func ascending(_ column: ColumnStorage) -> [Int] {
    let places = Array(0..<column.count)
    switch column {
    case .bool(let values):
      return places.sorted { !values.values[$0] && values.values[$1] }
    case .int64(let values):
      return values.values.read { source in places.sorted { source[$0] < source[$1] } }
    case .float64(let values):
      return values.values.read { source in
        places.sorted { left, right in
          let (a, b) = (source[left], source[right])
          return a < b || (b.isNaN && !a.isNaN)
        }
      }
    case .date(let values):
      return values.values.read { source in places.sorted { source[$0] < source[$1] } }
    case .string(let values):
      return values.read { texts in places.sorted { texts.order($0, texts, $1) < 0 } }
    }
  }
}
