/// The last rows.
struct TailStep: FrameStep {
  let count: Int

  func text(_ names: [String]) -> String { "tail \(count)" }
  var decidingColumns: Set<Int>? { [] }

  func run(
    _ frames: [DataFrame], schema: Schema, label: String
  ) throws(FrameError) -> DataFrame {
    let frame = frames[0]
    return frame.sliced((frame.rowCount - Swift.min(count, frame.rowCount))..<frame.rowCount)
  }
}

/// The named rows, in that order and as often as they are named; below 0 they count from the end.
struct GatherStep: FrameStep {
  let rows: [Int]

  func text(_ names: [String]) -> String { "gather \(rows.count) rows" }
  var decidingColumns: Set<Int>? { [] }

  func run(
    _ frames: [DataFrame], schema: Schema, label: String
  ) throws(FrameError) -> DataFrame {
    let frame = frames[0]
    var places: [UInt32] = []
    places.reserveCapacity(rows.count)
    for row in rows {
      let place = row < 0 ? row + frame.rowCount : row
      guard (0..<frame.rowCount).contains(place) else {
        throw FrameError(
          code: .badValue, what: "no row \(row) among \(frame.rowCount)", place: label,
          mend: "rows count from 0, and below 0 from the end")
      }
      places.append(UInt32(place))
    }
    return try frame.gathered(RowSelection(rows: Values(places), isScattered: true))
  }
}

/// Every so many rows one.
struct StrideStep: FrameStep {
  let distance: Int
  let first: Int

  func text(_ names: [String]) -> String { "every \(distance)th row from row \(first)" }
  var decidingColumns: Set<Int>? { [] }

  func run(
    _ frames: [DataFrame], schema: Schema, label: String
  ) throws(FrameError) -> DataFrame {
    let frame = frames[0]
    let count = frame.rowCount > first ? (frame.rowCount - first - 1) / distance + 1 : 0
    let rows = Values<UInt32>(count: count) { target in
      for place in 0..<count {
        target[place] = UInt32(truncatingIfNeeded: first + place * distance)
      }
    }
    return try frame.gathered(RowSelection(rows: rows))
  }
}

/// Which of several rows that agree is kept.
public enum UniqueKeep: Sendable, Hashable {
  /// The first one.
  case first
  /// The last one.
  case last
  /// None: only rows that agree with no other.
  case none
}

/// One row, or none, of those that agree in some columns, in their order.
struct UniqueStep: FrameStep {
  let places: [Int]
  let keep: UniqueKeep

  func text(_ names: [String]) -> String {
    "unique by \(FrameError.summary(of: places.map { names[$0] })), keep \(keep)"
  }
  var decidingColumns: Set<Int>? { Set(places) }
  func moved(_ place: (Int) -> Int) -> UniqueStep {
    UniqueStep(places: places.map(place), keep: keep)
  }

  func run(
    _ frames: [DataFrame], schema: Schema, label: String
  ) throws(FrameError) -> DataFrame {
    let frame = frames[0]
    guard frame.rowCount > 0 else { return frame }
    let grouping = try Grouping(of: places.map { frame.columns[$0] }, rowCount: frame.rowCount)
    let codes = grouping.codes
    let isKept = Values<UInt8>(count: frame.rowCount) { kept in
      kept.update(repeating: 0, count: frame.rowCount)
      var last = [Int](repeating: -1, count: grouping.groupCount)
      for row in 0..<frame.rowCount {
        let group = grouping.isWhole ? 0 : Int(codes[row])
        switch keep {
        case .first: kept[row] = last[group] < 0 ? 1 : 0
        case .last:
          if last[group] >= 0 { kept[last[group]] = 0 }
          kept[row] = 1
        case .none:
          if last[group] >= 0 { kept[last[group]] = 0 }
          kept[row] = last[group] < 0 ? 1 : 0
        }
        last[group] = row
      }
    }
    let rows = rowNumbers(of: Bitmap(count: frame.rowCount) { isKept[$0] == 1 })
    return try frame.gathered(RowSelection(rows: rows))
  }
}
