/// Ranks of numbers: 1 for the least, the mean of their ranks for ties.
struct Ranks: Sendable {
  /// The rank of each number.
  let ranks: [Double]
  /// How many numbers share each value that occurs more than once.
  let ties: [Int]

  init(_ values: [Double]) {
    let order = sortedOrder(values)
    var ranks = [Double](repeating: 0, count: values.count)
    var ties: [Int] = []
    var start = 0
    while start < order.count {
      var end = start + 1
      let value = values[Int(order[start])]
      while end < order.count, values[Int(order[end])] == value { end += 1 }
      let rank = Double(start + end + 1) / 2
      for place in start..<end { ranks[Int(order[place])] = rank }
      if end - start > 1 { ties.append(end - start) }
      start = end
    }
    self.ranks = ranks
    self.ties = ties
  }

  /// Σ (t³ − t) over the ties.
  var tieSum: Double {
    ties.reduce(0) { sum, tie in
      let t = Double(tie)
      return sum + t * (t * t - 1)
    }
  }
}

/// The rows in rising order of their values, rows of equal values in their own order.
///
/// Large samples are sorted by the bits of their numbers, eleven at a time.
func sortedOrder(_ values: [Double]) -> [UInt32] {
  let count = values.count
  if count < 2048 {
    return (0..<UInt32(count)).sorted {
      let (a, b) = (values[Int($0)], values[Int($1)])
      return a == b ? $0 < $1 : a < b
    }
  }
  var keys = values.map(orderedBits)
  var order = Array(0..<UInt32(count))
  var otherKeys = [UInt64](repeating: 0, count: count)
  var otherOrder = [UInt32](repeating: 0, count: count)
  for shift in stride(from: 0, to: 64, by: 11) {
    var starts = [Int](repeating: 0, count: 2049)
    for key in keys { starts[Int(truncatingIfNeeded: (key >> shift) & 2047) + 1] += 1 }
    if starts.contains(count) { continue }
    for digit in 0..<2048 { starts[digit + 1] += starts[digit] }
    starts.withUnsafeMutableBufferPointer { starts in
      otherKeys.withUnsafeMutableBufferPointer { targetKeys in
        otherOrder.withUnsafeMutableBufferPointer { targetOrder in
          for place in 0..<count {
            let key = keys[place]
            let digit = Int(truncatingIfNeeded: (key >> shift) & 2047)
            let target = starts[digit]
            starts[digit] = target + 1
            targetKeys[target] = key
            targetOrder[target] = order[place]
          }
        }
      }
    }
    swap(&keys, &otherKeys)
    swap(&order, &otherOrder)
  }
  return order
}

/// Bits that stand in the order of the numbers; −0 is 0.
private func orderedBits(_ value: Double) -> UInt64 {
  let bits = (value + 0).bitPattern
  return bits >> 63 == 1 ? ~bits : bits | 1 << 63
}
