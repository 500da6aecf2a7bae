internal import ApusFrame

/// For each row its cluster, an upper bound of the distance to its centre and a lower bound of the
/// distance to every other.
struct KMeansBounds {
  private(set) var labels: [Int32]
  private var uppers: [Double]
  private var lowers: [Double]
  /// How far each centre moved since.
  private(set) var moves: [Double]
  /// The longest move.
  private(set) var longest = 0.0

  init(count: Int, clusters: Int) {
    labels = Array(repeating: -1, count: count)
    uppers = Array(repeating: .infinity, count: count)
    lowers = Array(repeating: 0, count: count)
    moves = Array(repeating: 0, count: clusters)
  }

  /// Notes how far the centres moved; bounds are widened by a little more, against rounding.
  mutating func move(_ distances: [Double]) {
    moves = distances.map { $0 * (1 + 1e-12) }
    longest = moves.max() ?? 0
  }

  mutating func withPointers<Result>(
    _ body: (
      UnsafeMutablePointer<Int32>, UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>
    ) throws(FrameError) -> Result
  ) throws(FrameError) -> Result {
    try labels.withUnsafeMutableBufferPointer { labels throws(FrameError) in
      try uppers.withUnsafeMutableBufferPointer { uppers throws(FrameError) in
        try lowers.withUnsafeMutableBufferPointer { lowers throws(FrameError) in
          guard let labels = labels.baseAddress, let uppers = uppers.baseAddress,
            let lowers = lowers.baseAddress
          else { preconditionFailure("k-means was given no rows") }
          return try body(labels, uppers, lowers)
        }
      }
    }
  }
}

/// Centres column by column, so that the distances to all are computed side by side.
struct CenterColumns {
  /// How many centres, rounded up to four.
  let width: Int
  private let clusters: Int
  private let side: Int
  private let numbers: [Double]

  init(_ centers: [Double], _ clusters: Int, _ side: Int) {
    self.clusters = clusters
    self.side = side
    width = (clusters + 3) & ~3
    var numbers = [Double](repeating: 0, count: width * side)
    for cluster in 0..<clusters {
      for place in 0..<side { numbers[place * width + cluster] = centers[cluster * side + place] }
    }
    self.numbers = numbers
  }

  /// The nearest centre, with the squared distances to it and to the second nearest.
  func nearest(
    _ point: UnsafePointer<Double>, _ distances: inout [Double]
  ) -> (place: Int, first: Double, second: Double) {
    distances.withUnsafeMutableBufferPointer { distances in
      numbers.withUnsafeBufferPointer { numbers in
        for group in stride(from: 0, to: width, by: 4) {
          var sums = SIMD4<Double>()
          for place in 0..<side {
            let start = place &* width &+ group
            let centre = SIMD4(
              numbers[start], numbers[start &+ 1], numbers[start &+ 2], numbers[start &+ 3])
            let gap = centre - SIMD4(repeating: point[place])
            sums += gap * gap
          }
          for lane in 0..<4 { distances[group &+ lane] = sums[lane] }
        }
        var best = (place: 0, first: Double.infinity, second: Double.infinity)
        for cluster in 0..<clusters {
          let distance = distances[cluster]
          if distance < best.first {
            best = (cluster, distance, best.first)
          } else if distance < best.second {
            best.second = distance
          }
        }
        return best
      }
    }
  }
}
