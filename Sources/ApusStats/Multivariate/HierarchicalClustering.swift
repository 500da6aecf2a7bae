public import ApusFrame

/// Rows joined to ever larger clusters, by nearest-neighbour chains.
///
/// Source: D. Müllner, Modern hierarchical, agglomerative clustering algorithms, 2011.
public struct HierarchicalClustering: StatsResult, Equatable {
  /// How far clusters are from each other.
  public enum Linkage: String, Sendable, CaseIterable {
    /// As their nearest rows.
    case single
    /// As their farthest rows.
    case complete
    /// As their rows on average.
    case average
    /// As much as joining them adds to the squared distances to centres.
    case ward
  }

  /// One joining. Rows are clusters 0 to n − 1, joining i makes cluster n + i.
  public struct Merge: Sendable, Equatable {
    /// The cluster with the lower number.
    public let first: Int
    /// The cluster with the higher number.
    public let second: Int
    /// How far they were.
    public let height: Double
    /// How many rows the new cluster has.
    public let size: Int
  }

  /// The columns, in order.
  public let columns: [String]
  /// The linkage.
  public let linkage: Linkage
  /// The joinings, the lowest first.
  public let merges: [Merge]
  /// How many rows there are.
  public var rowCount: Int { merges.count + 1 }

  private static let rowLimit = 20_000

  /// Joins the rows of a frame by Euclidean distances of columns of numbers, which must not be
  /// missing. Memory grows with the square of the rows: 800 MB at 10 000, which is why more than
  /// 20 000 are an error.
  public init(
    _ linkage: Linkage = .ward, columns: [String]? = nil, data: DataFrame
  ) throws(StatsError) {
    let place = "HierarchicalClustering(.\(linkage.rawValue))"
    let table = try FeatureTable(data, columns ?? data.columnNames, in: place)
    try table.requireFinite(in: place)
    guard table.rowCount >= 2 else {
      throw StatsError(
        code: .tooFewRows, what: "\(table.rowCount) rows are too few", place: place,
        mend: "at least 2 are needed")
    }
    guard table.rowCount <= Self.rowLimit else {
      throw StatsError(
        code: .badValue, what: "\(table.rowCount) rows are too many", place: place,
        mend: "at most \(Self.rowLimit) fit; draw a sample, or use KMeans")
    }
    self.columns = table.names
    self.linkage = linkage
    var chain = NeighbourChain(table, linkage)
    merges = Self.numbered(chain.joined(), table.rowCount)
  }

  /// Joinings sorted by height, with clusters numbered in that order.
  private static func numbered(
    _ joinings: [(one: Int, other: Int, height: Double)], _ count: Int
  ) -> [Merge] {
    var roots = Array(0..<(2 * count - 1))
    var sizes = [Int](repeating: 1, count: 2 * count - 1)
    func root(_ place: Int) -> Int {
      var place = place
      while roots[place] != place { place = roots[place] }
      return place
    }
    let sorted = joinings.enumerated().sorted {
      ($0.element.height, $0.offset) < ($1.element.height, $1.offset)
    }
    var merges: [Merge] = []
    for (step, entry) in sorted.enumerated() {
      let one = root(entry.element.one)
      let other = root(entry.element.other)
      let made = count + step
      sizes[made] = sizes[one] + sizes[other]
      // Paths are shortened on the way, so that looks stay short.
      for start in [entry.element.one, entry.element.other] {
        var place = start
        while roots[place] != place {
          let next = roots[place]
          roots[place] = made
          place = next
        }
        roots[place] = made
      }
      merges.append(
        Merge(
          first: min(one, other), second: max(one, other), height: entry.element.height,
          size: sizes[made]))
    }
    return merges
  }

  /// The cluster of each row when so many are left, numbered by their first rows.
  public func labels(clusters: Int) throws(StatsError) -> [Int] {
    guard clusters >= 1, clusters <= rowCount else {
      throw StatsError(
        code: .badOption, what: "\(clusters) clusters of \(rowCount) rows",
        place: "labels(clusters:)", mend: "ask for 1 to \(rowCount)")
    }
    return labels(mergeCount: rowCount - clusters)
  }

  /// The cluster of each row when all joinings up to a height are made.
  public func labels(height: Double) -> [Int] {
    labels(mergeCount: merges.count { $0.height <= height })
  }

  private func labels(mergeCount: Int) -> [Int] {
    var parents = Array(0..<(rowCount + mergeCount))
    for (step, merge) in merges.prefix(mergeCount).enumerated() {
      parents[merge.first] = rowCount + step
      parents[merge.second] = rowCount + step
    }
    for place in stride(from: parents.count - 1, through: 0, by: -1) {
      parents[place] = parents[parents[place]]
    }
    var numbers: [Int: Int] = [:]
    return (0..<rowCount).map { row in
      let number = numbers[parents[row], default: numbers.count]
      numbers[parents[row]] = number
      return number
    }
  }

  /// The last joinings.
  public var card: StatsCard {
    let last = merges.suffix(10).reversed()
    return StatsCard(
      title: "Hierarchical clustering",
      facts: [("Rows", "\(rowCount)"), ("Linkage", linkage.rawValue)],
      tables: [
        .init(
          header: ["joining", "height", "rows"],
          rows: last.map {
            ["\($0.first) + \($0.second)", NumberText.short($0.height), "\($0.size)"]
          })
      ], notes: merges.count > 10 ? ["The ten highest of \(merges.count) joinings."] : [])
  }
}

/// Distances between clusters, and the chain of nearest neighbours through them.
private struct NeighbourChain {
  private let count: Int
  private let linkage: HierarchicalClustering.Linkage
  private var distances: [Double]
  private var sizes: [Int]

  init(_ table: FeatureTable, _ linkage: HierarchicalClustering.Linkage) {
    count = table.rowCount
    self.linkage = linkage
    sizes = Array(repeating: 1, count: table.rowCount)
    let points = table.rowMajor
    let side = table.columns.count
    let count = count
    distances = [Double](unsafeUninitializedCapacity: count * (count - 1) / 2) { result, used in
      points.withUnsafeBufferPointer { points in
        for one in 0..<count {
          for other in (one + 1)..<max(count, one + 1) {
            var sum = 0.0
            for place in 0..<side {
              let gap = points[one &* side &+ place] - points[other &* side &+ place]
              sum += gap * gap
            }
            result[used] = sum.squareRoot()
            used += 1
          }
        }
      }
    }
  }

  /// Where the distance of two clusters stands.
  private func place(_ one: Int, _ other: Int) -> Int {
    let low = min(one, other)
    let high = max(one, other)
    return low &* (2 &* count &- low &- 1) / 2 &+ high &- low &- 1
  }

  /// All joinings, in the order of the chain; clusters are named by one of their rows.
  mutating func joined() -> [(one: Int, other: Int, height: Double)] {
    var joinings: [(one: Int, other: Int, height: Double)] = []
    var chain: [Int] = []
    var start = 0
    while joinings.count < count - 1 {
      if chain.isEmpty {
        while sizes[start] == 0 { start += 1 }
        chain.append(start)
      }
      while true {
        let tip = chain[chain.count - 1]
        // The one before is kept among equals, so that the chain ends.
        var nearest = chain.count > 1 ? chain[chain.count - 2] : -1
        var least = nearest >= 0 ? distances[place(tip, nearest)] : .infinity
        for other in 0..<count where sizes[other] > 0 && other != tip {
          let distance = distances[place(tip, other)]
          if distance < least {
            least = distance
            nearest = other
          }
        }
        if chain.count > 1, nearest == chain[chain.count - 2] {
          chain.removeLast(2)
          joinings.append((min(tip, nearest), max(tip, nearest), least))
          join(min(tip, nearest), max(tip, nearest), least)
          break
        }
        chain.append(nearest)
      }
    }
    return joinings
  }

  /// Joins two clusters; the result is named by the second (Lance and Williams).
  private mutating func join(_ one: Int, _ other: Int, _ height: Double) {
    let a = Double(sizes[one])
    let b = Double(sizes[other])
    sizes[other] += sizes[one]
    sizes[one] = 0
    for third in 0..<count where sizes[third] > 0 && third != other {
      let first = distances[place(third, one)]
      let target = place(third, other)
      let second = distances[target]
      switch linkage {
      case .single: distances[target] = min(first, second)
      case .complete: distances[target] = max(first, second)
      case .average: distances[target] = (a * first + b * second) / (a + b)
      case .ward:
        let c = Double(sizes[third])
        let total = 1 / (a + b + c)
        distances[target] =
          ((a + c) * total * first * first + (b + c) * total * second * second
          - c * total * height * height).squareRoot()
      }
    }
  }
}
