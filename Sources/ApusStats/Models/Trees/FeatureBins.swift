internal import ApusFrame

/// Features as numbers of bins: at most 255 bins of about as many rows each, and bin 255 for
/// missing values.
struct FeatureBins: Sendable {
  /// The bin of missing values.
  static let missing = 255

  /// For each feature the upper bounds of its bins but the last; bin b holds the values above
  /// bound b − 1 and up to bound b.
  let bounds: [[Double]]
  /// For each feature whether it has missing values.
  let hasMissing: [Bool]
  /// For each feature the bins of the rows.
  let codes: [[UInt8]]
  let rowCount: Int

  /// How many rows are looked at to find the bounds.
  private static let sampleCount = 200_000

  init(_ table: FeatureTable, binLimit: Int) throws(FrameError) {
    rowCount = table.rowCount
    let columns = table.columns
    let found = try parallelMap(columns.count) { feature throws(FrameError) in
      let bounds = Self.bounds(of: columns[feature], limit: binLimit)
      return (bounds, Self.coded(columns[feature], bounds))
    }
    bounds = found.map(\.0)
    codes = found.map { $0.1.codes }
    hasMissing = found.map { $0.1.hasMissing }
  }

  /// Bounds so that bins have about as many rows of a sample each; midpoints between the distinct
  /// values where these are few.
  private static func bounds(of column: [Double], limit: Int) -> [Double] {
    let step = max(column.count / sampleCount, 1)
    var sample: [Double] = []
    sample.reserveCapacity(column.count / step + 1)
    for row in stride(from: 0, to: column.count, by: step) where !column[row].isNaN {
      sample.append(column[row])
    }
    sample.sort()
    var distinct: [(value: Double, end: Int)] = []
    for (place, value) in sample.enumerated() {
      if let last = distinct.last, last.value == value {
        distinct[distinct.count - 1].end = place + 1
      } else {
        distinct.append((value, place + 1))
      }
    }
    guard distinct.count > 1 else { return [] }
    if distinct.count <= limit {
      return (1..<distinct.count).map { middle(distinct[$0 - 1].value, distinct[$0].value) }
    }
    var bounds: [Double] = []
    var wanted = 1
    for place in 1..<distinct.count {
      let end = distinct[place - 1].end
      if end * limit >= wanted * sample.count {
        bounds.append(middle(distinct[place - 1].value, distinct[place].value))
        wanted = end * limit / sample.count + 1
        if bounds.count == limit - 1 { break }
      }
    }
    return bounds
  }

  /// A number that is at least `low` and below `high`.
  private static func middle(_ low: Double, _ high: Double) -> Double {
    let middle = low / 2 + high / 2
    return middle >= low && middle < high ? middle : low
  }

  private static func coded(
    _ column: [Double], _ bounds: [Double]
  ) -> (codes: [UInt8], hasMissing: Bool) {
    // Bounds are padded to 256, so that eight halvings find a bin without a branch.
    var padded = bounds
    padded += Array(repeating: .infinity, count: 256 - bounds.count)
    var hasMissing = false
    let codes = [UInt8](unsafeUninitializedCapacity: column.count) { codes, count in
      padded.withUnsafeBufferPointer { bounds in
        column.withUnsafeBufferPointer { column in
          guard let base = bounds.baseAddress else { return }
          for row in 0..<column.count {
            let value = column[row]
            var place = value > base[127] ? 128 : 0
            place &+= value > base[place &+ 63] ? 64 : 0
            place &+= value > base[place &+ 31] ? 32 : 0
            place &+= value > base[place &+ 15] ? 16 : 0
            place &+= value > base[place &+ 7] ? 8 : 0
            place &+= value > base[place &+ 3] ? 4 : 0
            place &+= value > base[place &+ 1] ? 2 : 0
            place &+= value > base[place] ? 1 : 0
            let isMissing = value.isNaN
            hasMissing = hasMissing || isMissing
            codes[row] = isMissing ? UInt8(missing) : UInt8(truncatingIfNeeded: place)
          }
        }
      }
      count = column.count
    }
    return (codes, hasMissing)
  }
}
