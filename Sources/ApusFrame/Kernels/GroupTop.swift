/// The rows of each group that would come first if they were sorted, in that order, group behind
/// group.
func topRows(
  _ count: Int, by keys: [SortColumn], _ grouping: Grouping
) throws(FrameError) -> Values<UInt32> {
  guard count > 0, grouping.rowCount > 0 else { return Values([]) }
  let packing = try SortPacking(keys, rowCount: grouping.rowCount)
  let words = try packing.words()
  let grouped = try words.read { words throws(FrameError) in
    try GroupedValues(grouping, nil) { words[$0] }
  }
  let order = packing.isExact ? nil : RowOrder(keys)
  let rowBits = UInt64(packing.rowBits)
  func isBefore(_ left: UInt64, _ right: UInt64) -> Bool {
    guard let order, left >> rowBits == right >> rowBits else { return left < right }
    return order.isLess(packing.row(of: left), packing.row(of: right))
  }
  // The best of each group come to stand at its start.
  try grouped.forEachGroup { _, words in
    for place in words.indices {
      let word = words[place]
      let kept = Swift.min(place, count)
      guard place < count || isBefore(word, words[count - 1]) else { continue }
      var target = place < count ? place : kept - 1
      while target > 0, isBefore(word, words[target - 1]) {
        words[target] = words[target - 1]
        target -= 1
      }
      words[target] = word
    }
  }
  let starts = starts((0..<grouped.groupCount).map { Swift.min(count, grouped.count($0)) })
  let sorted = grouped.values
  return try Values<UInt32>(count: starts[grouped.groupCount]) { target throws(FrameError) in
    try inParallel(rows: grouped.groupCount) { groups throws(FrameError) in
      for group in groups {
        for place in 0..<(starts[group + 1] - starts[group]) {
          target[starts[group] + place] = packing.row(of: sorted[grouped.starts[group] + place])
        }
      }
    }
  }
}
