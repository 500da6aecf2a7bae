internal import ApusFrame

@_implementationOnly import Glibc

/// What one run of k-means found; centres stand cluster by cluster.
struct KMeansRun {
  var centers: [Double]
  var labels: [Int32]
  var sizes: [Int]
  var inertia: Double
  var stepCount: Int
  var isSettled: Bool
}

/// Points row by row, and Lloyd's steps over them.
struct KMeansPoints {
  private let points: [Double]
  private let count: Int
  private let side: Int
  private static let pieceRows = 1 << 13

  init(_ table: FeatureTable) {
    points = table.rowMajor
    count = table.rowCount
    side = table.columns.count
  }

  /// Sums of the points of each cluster, over a piece of rows.
  private struct Sums {
    var sums: [Double]
    var counts: [Int]
    var hasChanged = false
    var inertia = 0.0
  }

  /// Runs until the centres settle.
  func run(
    _ clusters: Int, _ options: KMeansOptions, number: Int
  ) throws(FrameError) -> KMeansRun {
    var centers: [Double]
    switch options.start {
    case .centers(let start): centers = start.transposed.elements
    case .plusPlus:
      var random = StreamRandom(seed: options.seed, stream: UInt64(number))
      centers = try plusPlus(clusters, &random)
    }
    let limit = options.tolerance * meanVariance()
    var state = KMeansBounds(count: count, clusters: clusters)
    var isSettled = false
    var steps = 0
    while steps < options.stepLimit, !isSettled {
      steps += 1
      let total = try assign(centers, clusters, &state)
      var moved = centers
      for cluster in 0..<clusters where total.counts[cluster] > 0 {
        for place in 0..<side {
          moved[cluster * side + place] =
            total.sums[cluster * side + place] / Double(total.counts[cluster])
        }
      }
      fillEmpty(&moved, total.counts, centers, state.labels)
      isSettled = !total.hasChanged
      var shift = 0.0
      var moves = [Double](repeating: 0, count: clusters)
      for cluster in 0..<clusters {
        moves[cluster] = squared(moved, cluster, centers, cluster)
        shift += moves[cluster]
      }
      state.move(moves.map { $0.squareRoot() })
      centers = moved
      if shift <= limit { isSettled = true }
    }
    let labels = try nearest(centers, count: clusters)
    let total = try sums(centers, labels, clusters)
    return KMeansRun(
      centers: centers, labels: labels, sizes: total.counts, inertia: total.inertia,
      stepCount: steps, isSettled: isSettled)
  }

  /// A cluster without rows moves to the row that is farthest from its centre.
  private func fillEmpty(
    _ moved: inout [Double], _ counts: [Int], _ centers: [Double], _ labels: [Int32]
  ) {
    let empty = counts.indices.filter { counts[$0] == 0 }
    guard !empty.isEmpty else { return }
    let gaps: [Double] = (0..<count).map { squared(points, $0, centers, Int(labels[$0])) }
    let farthest: [Int] = gaps.indices.sorted { one, other in
      gaps[one] > gaps[other] || (gaps[one] == gaps[other] && one < other)
    }
    for (cluster, row) in zip(empty, farthest) {
      for place in 0..<side { moved[cluster * side + place] = points[row * side + place] }
    }
  }

  private func squared(_ left: [Double], _ one: Int, _ right: [Double], _ other: Int) -> Double {
    var sum = 0.0
    for place in 0..<side {
      let gap = left[one * side + place] - right[other * side + place]
      sum += gap * gap
    }
    return sum
  }

  private func meanVariance() -> Double {
    var total = 0.0
    for place in 0..<side {
      var mean = 0.0
      for row in 0..<count { mean += points[row * side + place] }
      mean /= Double(count)
      var sum = 0.0
      for row in 0..<count {
        let gap = points[row * side + place] - mean
        sum += gap * gap
      }
      total += sum / Double(count)
    }
    return total / Double(side)
  }

  /// Puts each row to its nearest centre, where the bounds do not show that it stays, and sums the
  /// rows of each cluster; pieces are merged in the order of rows.
  private func assign(
    _ centers: [Double], _ clusters: Int, _ state: inout KMeansBounds
  ) throws(FrameError) -> Sums {
    let halves = (0..<clusters).map { cluster in
      var nearest = Double.infinity
      for other in 0..<clusters where other != cluster {
        nearest = min(nearest, squared(centers, cluster, centers, other))
      }
      return nearest.squareRoot() / 2
    }
    let columns = CenterColumns(centers, clusters, side)
    let (points, side) = (points, side)
    let (shift, longest) = (state.moves, state.longest)
    let pieces = try state.withPointers { (labels, uppers, lowers) throws(FrameError) in
      try parallelMap((count + Self.pieceRows - 1) / Self.pieceRows) { piece throws(FrameError) in
        var sums = Sums(
          sums: Array(repeating: 0, count: clusters * side),
          counts: Array(repeating: 0, count: clusters))
        var distances = [Double](repeating: 0, count: columns.width)
        let rows = (piece * Self.pieceRows)..<min((piece + 1) * Self.pieceRows, count)
        points.withUnsafeBufferPointer { points in
          sums.sums.withUnsafeMutableBufferPointer { totals in
            for row in rows {
              let point = points.baseAddress.unsafelyUnwrapped + row &* side
              var label = Int(labels[row])
              if label >= 0 {
                uppers[row] += shift[label]
                lowers[row] -= longest
              }
              if label < 0 || uppers[row] > max(lowers[row], halves[label]) {
                let found = columns.nearest(point, &distances)
                uppers[row] = found.first.squareRoot()
                lowers[row] = found.second.squareRoot()
                if found.place != label {
                  label = found.place
                  labels[row] = Int32(label)
                  sums.hasChanged = true
                }
              }
              sums.counts[label] &+= 1
              for place in 0..<side { totals[label &* side &+ place] += point[place] }
            }
          }
        }
        return sums
      }
    }
    var total = Sums(
      sums: Array(repeating: 0, count: clusters * side),
      counts: Array(repeating: 0, count: clusters)
    )
    for piece in pieces {
      for place in total.sums.indices { total.sums[place] += piece.sums[place] }
      for cluster in 0..<clusters { total.counts[cluster] += piece.counts[cluster] }
      total.hasChanged = total.hasChanged || piece.hasChanged
    }
    return total
  }

  /// The nearest centre of each row; of equally near ones the first.
  func nearest(_ centers: [Double], count clusters: Int) throws(FrameError) -> [Int32] {
    let columns = CenterColumns(centers, clusters, side)
    var labels = [Int32](repeating: 0, count: count)
    try labels.withUnsafeMutableBufferPointer { labels throws(FrameError) in
      try inParallel(rows: count, by: Self.pieceRows) { rows throws(FrameError) in
        var distances = [Double](repeating: 0, count: columns.width)
        points.withUnsafeBufferPointer { points in
          guard let base = points.baseAddress else { return }
          for row in rows {
            labels[row] = Int32(columns.nearest(base + row &* side, &distances).place)
          }
        }
      }
    }
    return labels
  }

  private func sums(
    _ centers: [Double], _ labels: [Int32], _ clusters: Int
  ) throws(FrameError) -> Sums {
    let pieces = try parallelMap((count + Self.pieceRows - 1) / Self.pieceRows) {
      piece throws(FrameError) in
      var sums = Sums(sums: [], counts: Array(repeating: 0, count: clusters))
      for row in (piece * Self.pieceRows)..<min((piece + 1) * Self.pieceRows, count) {
        sums.counts[Int(labels[row])] += 1
        sums.inertia += squared(points, row, centers, Int(labels[row]))
      }
      return sums
    }
    var total = Sums(sums: [], counts: Array(repeating: 0, count: clusters))
    for piece in pieces {
      total.inertia += piece.inertia
      for cluster in 0..<clusters { total.counts[cluster] += piece.counts[cluster] }
    }
    return total
  }

  /// Rows drawn far from each other: of a few drawn rows each time the one that lowers the sum of
  /// squared distances most.
  private func plusPlus(
    _ clusters: Int, _ random: inout StreamRandom
  ) throws(FrameError) -> [Double] {
    let first = random.below(count)
    var centers = Array(points[(first * side)..<((first + 1) * side)])
    var gaps = try distances(to: first)
    let trials = 2 + Int(log(Double(clusters)))
    while centers.count < clusters * side {
      let total = gaps.reduce(0, +)
      var best: (gaps: [Double], sum: Double, row: Int)?
      for _ in 0..<trials {
        var wanted = random.unit() * total
        var row = 0
        while row < count - 1, wanted >= gaps[row] {
          wanted -= gaps[row]
          row += 1
        }
        var next = try distances(to: row)
        var sum = 0.0
        for place in 0..<count {
          next[place] = min(next[place], gaps[place])
          sum += next[place]
        }
        if sum < best?.sum ?? .infinity { best = (next, sum, row) }
      }
      guard let best else { break }
      gaps = best.gaps
      centers += points[(best.row * side)..<((best.row + 1) * side)]
    }
    return centers
  }

  private func distances(to row: Int) throws(FrameError) -> [Double] {
    var result = [Double](repeating: 0, count: count)
    try result.withUnsafeMutableBufferPointer { result throws(FrameError) in
      try inParallel(rows: count, by: Self.pieceRows) { rows throws(FrameError) in
        for other in rows { result[other] = squared(points, other, points, row) }
      }
    }
    return result
  }
}
