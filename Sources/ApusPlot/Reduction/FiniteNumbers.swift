package import ApusFrame

/// The numbers of a column as floating point, made for loops over all of them: what cannot be drawn
/// (null, NaN, infinite) fails `x - x == 0`.
package struct FiniteNumbers: Sendable {
  /// A number a row; NaN where the column is null.
  package let values: Values<Double>
  /// The least and greatest finite number, if there is one.
  package let extent: ClosedRange<Double>?
  /// How many rows there are, and how many of them are finite.
  package let tally: RowTally

  /// How many rows there are.
  package var count: Int { values.count }

  package init(_ column: FixedWidthColumn<Double>) throws(FrameError) {
    let count = column.count
    let words = column.validity?.words
    let values = column.values
    let filled = words == nil ? values : Values<Double>(repeating: .nan, count: count)
    let chunk = 1 << 16
    let parts = try parallelMap((count + chunk - 1) / chunk) {
      part throws(FrameError) -> (low: Double, high: Double, count: Int) in
      let range = part * chunk..<Swift.min((part + 1) * chunk, count)
      if let words {
        // Each task writes the rows of its own range, before anyone else reads them.
        values.read { source in
          filled.read { target in
            let target = UnsafeMutablePointer(mutating: target)
            words.read { words in
              for row in range where words[row >> 6] >> UInt64(row & 63) & 1 == 1 {
                target[row] = source[row]
              }
            }
          }
        }
      }
      return filled.read { numbers in
        var (low, high, finite) = (Double.infinity, -Double.infinity, 0)
        for row in range {
          let number = numbers[row]
          let isFinite = number - number == 0
          finite &+= isFinite ? 1 : 0
          low = isFinite && number < low ? number : low
          high = isFinite && number > high ? number : high
        }
        return (low, high, finite)
      }
    }
    self.values = filled
    let finite = parts.reduce(0) { $0 + $1.count }
    tally = RowTally(total: count, drawn: finite)
    extent =
      finite == 0
      ? nil
      : parts.reduce(.infinity) {
        Swift.min($0, $1.low)
      }...parts.reduce(-.infinity) {
        Swift.max($0, $1.high)
      }
  }

  /// The finite numbers in ascending order.
  package func sorted() -> [Double] {
    values.read { numbers in
      var kept = [Double](unsafeUninitializedCapacity: tally.drawn) { target, used in
        var place = 0
        for row in 0..<count {
          let number = numbers[row]
          if number - number == 0 {
            target[place] = number
            place += 1
          }
        }
        used = place
      }
      kept.withUnsafeMutableBufferPointer { NumberSort.sort($0) }
      return kept
    }
  }
}

extension DataFrame {
  /// The numbers of a column, for a picture that is made in `step`. Days and times count as numbers
  /// where `allowsTimes`.
  package func finiteNumbers(
    _ name: String, in step: String, allowsTimes: Bool = false
  ) throws(FrameError) -> FiniteNumbers {
    let storage = columns[try schema.place(of: name, in: step)]
    let isTime =
      switch storage.type {
      case .date, .time, .datetime, .duration: true
      default: false
      }
    guard storage.type.isNumeric || storage.type == .bool || allowsTimes && isTime,
      let column = storage.doubles
    else {
      throw FrameError(
        code: .typeMismatch, what: "\"\(name)\" is \(storage.type), not a number", place: step,
        mend: isTime
          ? "draw it along x, or cast it to a number"
          : "count its values: grouped(by: \"\(name)\").aggregate(count())")
    }
    return try FiniteNumbers(column)
  }
}
