/// A decision tree as flat arrays; node 0 is the root.
struct TreeNodes: Sendable, Equatable {
  /// The feature that a node asks, −1 for a leaf.
  var features: [Int32] = []
  /// Values up to this one go left.
  var thresholds: [Double] = []
  /// Whether missing values go left.
  var missingLeft: [Bool] = []
  /// The left child; the right one follows it.
  var children: [Int32] = []
  /// What the leaves say: `width` numbers a node.
  var values: [Double] = []
  /// How much each split lowered the loss.
  var gains: [Double] = []
  /// How many numbers a leaf says.
  let width: Int

  init(width: Int) { self.width = width }

  var count: Int { features.count }

  /// Adds a leaf and gives its number.
  @discardableResult
  mutating func addLeaf(_ value: [Double]) -> Int {
    features.append(-1)
    thresholds.append(0)
    missingLeft.append(false)
    children.append(0)
    gains.append(0)
    values += value
    return features.count - 1
  }

  /// Makes a leaf ask a feature; its children must be added next, left first.
  mutating func split(
    _ node: Int, feature: Int, threshold: Double, missingLeft isLeft: Bool, gain: Double
  ) {
    features[node] = Int32(feature)
    thresholds[node] = threshold
    missingLeft[node] = isLeft
    children[node] = Int32(features.count)
    gains[node] = gain
  }

  /// The leaf that a row of the columns comes to.
  func leaf(_ columns: [UnsafeBufferPointer<Double>], _ row: Int) -> Int {
    var node = 0
    while features[node] >= 0 {
      let value = columns[Int(features[node])][row]
      let isLeft = value.isNaN ? missingLeft[node] : value <= thresholds[node]
      node = Int(children[node]) + (isLeft ? 0 : 1)
    }
    return node
  }

  /// Adds `scale` times what the leaves of the rows say to numbers that stand row by row.
  func add(
    _ columns: [UnsafeBufferPointer<Double>], rows: Range<Int>, scale: Double,
    to sums: UnsafeMutablePointer<Double>, stride: Int, offset: Int
  ) {
    features.withUnsafeBufferPointer { features in
      thresholds.withUnsafeBufferPointer { thresholds in
        children.withUnsafeBufferPointer { children in
          for row in rows {
            var node = 0
            while true {
              let feature = features[node]
              if feature < 0 { break }
              let value = columns[Int(feature)][row]
              // A comparison with NaN is false, so only then is it looked where missing ones go.
              let isLeft = value <= thresholds[node] || (value.isNaN && missingLeft[node])
              node = Int(children[node]) &+ (isLeft ? 0 : 1)
            }
            for place in 0..<width {
              sums[row &* stride &+ offset &+ place] += scale * values[node &* width &+ place]
            }
          }
        }
      }
    }
  }

  /// How deep the deepest leaf lies; 0 for a lone root.
  var depth: Int {
    var depths = [Int](repeating: 0, count: count)
    var deepest = 0
    for node in 0..<count where features[node] >= 0 {
      let child = Int(children[node])
      depths[child] = depths[node] + 1
      depths[child + 1] = depths[node] + 1
      deepest = max(deepest, depths[node] + 1)
    }
    return deepest
  }
}

/// Calls `body` with the addresses of the columns' numbers.
func withColumnPointers<Result, Failure: Error>(
  _ columns: [[Double]], _ body: ([UnsafeBufferPointer<Double>]) throws(Failure) -> Result
) throws(Failure) -> Result {
  // Columns are copied to one block: addresses of many arrays cannot be held at once otherwise.
  let count = columns.first?.count ?? 0
  let block = UnsafeMutablePointer<Double>.allocate(capacity: max(count * columns.count, 1))
  defer { block.deallocate() }
  var pointers: [UnsafeBufferPointer<Double>] = []
  for (place, column) in columns.enumerated() {
    column.withUnsafeBufferPointer { source in
      if let base = source.baseAddress {
        (block + place * count).update(from: base, count: count)
      }
    }
    pointers.append(UnsafeBufferPointer(start: block + place * count, count: count))
  }
  return try body(pointers)
}
