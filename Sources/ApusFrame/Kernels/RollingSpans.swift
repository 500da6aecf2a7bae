/// How far back a window over a column of numbers or times goes.
package enum RollingSpan: Sendable, Hashable {
  case number(Double)
  case interval(CalendarInterval)

  /// Whether a column of that type has such distances.
  func fits(_ type: DataType) -> Bool {
    switch self {
    case .number: return type.hasDistance
    case .interval(let interval):
      guard interval.goesForward else { return false }
      if case .datetime = type { return true }
      return type == .date && interval.nanoseconds == 0
    }
  }

  /// The error for a column without such distances.
  func misfit(_ type: DataType, in step: String) -> FrameError {
    let mend =
      switch self {
      case .number: "numbers and days have a distance"
      case .interval(let interval) where !interval.goesForward: "take a period above 0"
      case .interval: "it takes Datetime, or Date and a period of months and days"
      }
    return FrameError(
      code: .typeMismatch, what: "windows of \(text) over \(type)", place: step, mend: mend)
  }

  var text: String {
    switch self {
    case .number(let value): "\(value)"
    case .interval(let interval): "\(interval)"
    }
  }
}

/// Which places of the rows of each group, in the order of a key, lie in the window of each row;
/// none in that of a row without a key.
struct RollingPlaces {
  /// By row: the first place, and the one behind the last, counted in the group.
  let firsts: Values<UInt32>
  let ends: Values<UInt32>

  /// The windows of `partitions`, whose groups are in the order of `key`, nulls last.
  init(
    _ key: ColumnStorage, _ partitions: Partitions, span: RollingSpan, closed: WindowEnds,
    label: String
  ) throws(FrameError) {
    let rowCount = key.count
    switch span {
    case .number(let period):
      guard let keys = key.doubles else { preconditionFailure("distances of \(key.type)") }
      self = try keys.values.read { keys throws(FrameError) in
        try RollingPlaces(partitions, rowCount, key.validity, closed, keys) { keys[$0] - period }
      }
    case .interval(let interval):
      let times = try InstantColumn(key, in: label)
      guard let back = interval.multiplied(by: -1) else {
        throw FrameError(
          code: .badValue, what: "a period of \(interval)", place: label, mend: "take a smaller one"
        )
      }
      let kernel = StepKernel(back, unit: times.unit, zone: times.zone)
      let instants = Values<Int>(count: rowCount) { target in
        for row in 0..<rowCount { target[row] = times[row] ?? 0 }
      }
      self = try instants.read { instants throws(FrameError) in
        try RollingPlaces(partitions, rowCount, key.validity, closed, instants) {
          kernel.moved(instants[$0]) ?? .min
        }
      }
    }
  }

  @inline(__always)
  private init<Key: Comparable>(
    _ partitions: Partitions, _ rowCount: Int, _ validity: Bitmap?, _ closed: WindowEnds,
    _ keys: UnsafePointer<Key>, _ low: (Int) -> Key
  ) throws(FrameError) {
    let first = Buffer(byteCount: rowCount * 4)
    let firstPlaces = first.base.bindMemory(to: UInt32.self, capacity: Swift.max(rowCount, 1))
    ends = try Values<UInt32>(count: rowCount) { target throws(FrameError) in
      try partitions.forEachGroup { rows in
        var present = rows.count
        while present > 0, !(validity?[Int(rows[present - 1])] ?? true) { present -= 1 }
        var (start, end) = (0, 0)
        for (place, row) in rows.enumerated() {
          let row = Int(row)
          guard place < present else {
            (firstPlaces[row], target[row]) = (0, 0)
            continue
          }
          let (high, low) = (keys[row], low(row))
          while start < present {
            let key = keys[Int(rows[start])]
            guard key < low || key == low && !closed.hasLeft else { break }
            start += 1
          }
          while end < present {
            let key = keys[Int(rows[end])]
            guard key < high || key == high && closed.hasRight else { break }
            end += 1
          }
          firstPlaces[row] = UInt32(truncatingIfNeeded: start)
          target[row] = UInt32(truncatingIfNeeded: Swift.max(start, end))
        }
      }
    }
    firsts = Values(buffer: first, start: 0, count: rowCount)
  }
}

/// Which places of a group a running computation looks at from a row.
enum RunningBounds {
  /// From one place to another, 0 being the row itself; without a first one, from the start.
  case rows(from: Int?, to: Int)
  case places(RollingPlaces)

  /// Whether rows leave the window.
  var isRolling: Bool {
    if case .rows(nil, _) = self { false } else { true }
  }

  @inline(__always)
  func end(_ place: Int, _ row: Int) -> Int {
    switch self {
    case .rows(_, let to): place + to + 1
    case .places(let places): Int(places.ends[row])
    }
  }

  @inline(__always)
  func first(_ place: Int, _ row: Int) -> Int {
    switch self {
    case .rows(let from, _): from.map { place + $0 } ?? 0
    case .places(let places): Int(places.firsts[row])
    }
  }
}
