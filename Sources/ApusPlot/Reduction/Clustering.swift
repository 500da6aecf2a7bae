/// How the distance of two clusters comes from those of their members.
public enum Linkage: String, Sendable, CaseIterable {
  /// The least distance of two members.
  case single
  /// The greatest distance of two members.
  case complete
  /// The mean distance of members.
  case average
  /// The growth of the sum of squares (Ward 1963), as a distance.
  case ward
}

/// Agglomerative clustering of points in Euclidean distance, by chains of nearest neighbours.
/// - Cost: O(n²) time and memory.
/// - Source: D. Müllner, Modern hierarchical, agglomerative clustering algorithms (2011), figure 3;
///   the update of distances is that of Lance and Williams (1967).
package struct Clustering: Sendable {
  /// Two clusters that become one: points are 0 to n − 1, the cluster of step i is n + i.
  package struct Merge: Sendable, Equatable {
    package let left: Int
    package let right: Int
    package let height: Double
    package let size: Int
  }

  /// The steps in ascending height.
  package let merges: [Merge]
  /// The points from left to right, so that no branches cross.
  package let order: [Int]

  /// Clusters of points with equally many coordinates; there is at least one point.
  package init(_ points: [[Double]], linkage: Linkage) {
    let count = points.count
    var distances = [Double](repeating: 0, count: count * count)
    for row in 0..<count {
      for column in 0..<row {
        let distance = zip(points[row], points[column])
          .reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
        distances[row * count + column] = distance
        distances[column * count + row] = distance
      }
    }
    let found = Clustering.chained(&distances, count, linkage)
    merges = Clustering.labelled(found, count)
    order = Clustering.ordered(merges, count)
  }

  private static func chained(
    _ distances: inout [Double], _ count: Int, _ linkage: Linkage
  ) -> [(Int, Int, Double)] {
    var sizes = [Double](repeating: 1, count: count)
    var found: [(Int, Int, Double)] = []
    var chain: [Int] = []
    while found.count < count - 1 {
      if chain.isEmpty, let start = sizes.firstIndex(where: { $0 > 0 }) { chain = [start] }
      while true {
        let here = chain[chain.count - 1]
        let before = chain.count > 1 ? chain[chain.count - 2] : nil
        // The one before wins ties, so that the chain comes to its end.
        var nearest = before ?? -1
        var least = before.map { distances[here * count + $0] } ?? .infinity
        for other in 0..<count where other != here && sizes[other] > 0 {
          let distance = distances[here * count + other]
          if distance < least || nearest < 0 { (nearest, least) = (other, distance) }
        }
        if nearest == before {
          chain.removeLast(2)
          let (kept, gone) = (Swift.max(here, nearest), Swift.min(here, nearest))
          found.append((gone, kept, least))
          merge(&distances, count, gone, kept, sizes, linkage)
          sizes[kept] += sizes[gone]
          sizes[gone] = 0
          break
        }
        chain.append(nearest)
      }
    }
    return found
  }

  private static func merge(
    _ distances: inout [Double], _ count: Int, _ gone: Int, _ kept: Int, _ sizes: [Double],
    _ linkage: Linkage
  ) {
    let between = distances[gone * count + kept]
    for other in 0..<count where other != gone && other != kept && sizes[other] > 0 {
      let (a, b) = (distances[gone * count + other], distances[kept * count + other])
      let distance: Double
      switch linkage {
      case .single: distance = Swift.min(a, b)
      case .complete: distance = Swift.max(a, b)
      case .average:
        distance = (sizes[gone] * a + sizes[kept] * b) / (sizes[gone] + sizes[kept])
      case .ward:
        let all = sizes[gone] + sizes[kept] + sizes[other]
        let square =
          (sizes[gone] + sizes[other]) * a * a + (sizes[kept] + sizes[other]) * b * b
          - sizes[other] * between * between
        distance = (Swift.max(square, 0) / all).squareRoot()
      }
      distances[kept * count + other] = distance
      distances[other * count + kept] = distance
    }
  }

  /// Steps in the order of their heights, with the numbers of the clusters that they join.
  private static func labelled(_ found: [(Int, Int, Double)], _ count: Int) -> [Merge] {
    var parents = Array(0..<count)
    var names = Array(0..<count)
    var sizes = [Int](repeating: 1, count: count)
    func root(_ point: Int) -> Int {
      var point = point
      while parents[point] != point {
        parents[point] = parents[parents[point]]
        point = parents[point]
      }
      return point
    }
    let order = found.indices.sorted {
      found[$0].2 == found[$1].2 ? $0 < $1 : found[$0].2 < found[$1].2
    }
    return order.enumerated().map { step, place in
      let (a, b) = (root(found[place].0), root(found[place].1))
      let merge = Merge(
        left: Swift.min(names[a], names[b]), right: Swift.max(names[a], names[b]),
        height: found[place].2, size: sizes[a] + sizes[b])
      parents[a] = b
      sizes[b] += sizes[a]
      names[b] = count + step
      return merge
    }
  }

  private static func ordered(_ merges: [Merge], _ count: Int) -> [Int] {
    guard let last = merges.last else { return Array(0..<count) }
    var order: [Int] = []
    var waiting = [last.right, last.left]
    while let next = waiting.popLast() {
      if next < count {
        order.append(next)
      } else {
        waiting.append(merges[next - count].right)
        waiting.append(merges[next - count].left)
      }
    }
    return order
  }
}
