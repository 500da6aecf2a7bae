package import ApusFrame

/// What a box plot draws of one group: quartiles, whiskers to the farthest numbers within 1.5
/// interquartile ranges of the box (Tukey 1977), and the numbers beyond them.
package struct BoxSummary: Sendable, Equatable {
  package let count: Int
  package let lowerWhisker: Double
  package let lowerQuartile: Double
  package let median: Double
  package let upperQuartile: Double
  package let upperWhisker: Double
  /// How many numbers lie beyond the whiskers.
  package let outlierCount: Int
  /// Those that are drawn: all, or evenly chosen ones where they are many; the farthest always.
  package let outliers: [Double]

  /// The summary of sorted finite numbers, of which there is at least one.
  package init(sorted numbers: some RandomAccessCollection<Double>, outlierLimit: Int = 100) {
    count = numbers.count
    let (q1, q3) = (quantile(numbers, 0.25), quantile(numbers, 0.75))
    lowerQuartile = q1
    median = quantile(numbers, 0.5)
    upperQuartile = q3
    let reach = 1.5 * (q3 - q1)
    let low = numbers.firstIndex { $0 >= q1 - reach } ?? numbers.startIndex
    let high = numbers.lastIndex { $0 <= q3 + reach } ?? numbers.index(before: numbers.endIndex)
    lowerWhisker = numbers[low]
    upperWhisker = numbers[high]
    let below = numbers[numbers.startIndex..<low]
    let above = numbers[numbers.index(after: high)...]
    outlierCount = below.count + above.count
    let share = outlierLimit / 2
    outliers =
      BoxSummary.spread(below, Swift.max(share, outlierLimit - above.count))
      + BoxSummary.spread(above, Swift.max(share, outlierLimit - below.count))
  }

  /// At most `limit` of the numbers, the first and the last among them.
  private static func spread(
    _ numbers: some RandomAccessCollection<Double>, _ limit: Int
  ) -> [Double] {
    guard numbers.count > limit, limit > 1 else { return Array(numbers) }
    return (0..<limit).map { step in
      let offset = step * (numbers.count - 1) / (limit - 1)
      return numbers[numbers.index(numbers.startIndex, offsetBy: offset)]
    }
  }
}

/// The finite numbers of each group in ascending order; those of one group lie together.
package struct GroupedNumbers: Sendable {
  package let numbers: [Double]
  /// The places of each group's numbers, in the order of the categories' labels.
  package let ranges: [Range<Int>]
  package let tally: RowTally

  /// Numbers by group; rows without a group are left out. Without categories all are one group.
  package init(_ values: FiniteNumbers, by categories: Categories?) throws(FrameError) {
    guard let categories else {
      numbers = values.sorted()
      ranges = [0..<numbers.count]
      tally = values.tally
      return
    }
    let groupCount = categories.labels.count
    var starts = [Int](repeating: 0, count: groupCount + 1)
    let count = values.count
    let buffer: [Double] = values.values.read { values in
      categories.codes.read { codes in
        for row in 0..<count where values[row] - values[row] == 0 {
          if codes[row] != Categories.absent { starts[Int(codes[row]) + 1] += 1 }
        }
        for group in 0..<groupCount { starts[group + 1] += starts[group] }
        var places = starts
        return [Double](unsafeUninitializedCapacity: starts[groupCount]) { target, used in
          for row in 0..<count where values[row] - values[row] == 0 {
            guard codes[row] != Categories.absent else { continue }
            let group = Int(codes[row])
            target[places[group]] = values[row]
            places[group] += 1
          }
          used = starts[groupCount]
        }
      }
    }
    let ranges = (0..<groupCount).map { starts[$0]..<starts[$0 + 1] }
    let sorted = try parallelMap(groupCount) { group throws(FrameError) -> [Double] in
      var part = Array(buffer[ranges[group]])
      part.withUnsafeMutableBufferPointer { NumberSort.sort($0) }
      return part
    }
    numbers = sorted.flatMap { $0 }
    self.ranges = ranges
    tally = RowTally(total: count, drawn: buffer.count)
  }
}
