/// A k-d tree over points that stand row by row: nodes part the points at the median of the widest
/// side of their box, down to leaves of at most 24 points.
struct NeighbourTree: Sendable {
  let points: [Double]
  let width: Int
  /// The rows, grouped by leaf.
  private var order: [Int32]
  private var nodes: [Node] = []

  private struct Node: Sendable {
    var first: Int32
    var count: Int32
    /// The side that is cut, −1 for a leaf.
    var side: Int32 = -1
    var cut = 0.0
    /// The left child follows its parent; here is the right one.
    var right: Int32 = 0
  }

  private static let leafCount = 24

  init(points: [Double], width: Int) {
    self.points = points
    self.width = width
    let count = width == 0 ? 0 : points.count / width
    order = (0..<Int32(count)).map { $0 }
    if count > 0 { build(0, count) }
  }

  private mutating func build(_ first: Int, _ count: Int) {
    let number = nodes.count
    nodes.append(Node(first: Int32(first), count: Int32(count)))
    guard count > Self.leafCount else { return }
    var widest = (side: 0, spread: 0.0)
    for side in 0..<width {
      var low = Double.infinity
      var high = -Double.infinity
      for place in first..<(first + count) {
        let value = points[Int(order[place]) * width + side]
        low = min(low, value)
        high = max(high, value)
      }
      if high - low > widest.spread { widest = (side, high - low) }
    }
    guard widest.spread > 0 else { return }
    let side = widest.side
    let middle = first + count / 2
    select(first, first + count - 1, middle, side)
    nodes[number].side = Int32(side)
    nodes[number].cut = points[Int(order[middle]) * width + side]
    build(first, middle - first)
    nodes[number].right = Int32(nodes.count)
    build(middle, first + count - middle)
  }

  /// Hoare's selection: the point of rank `wanted` along a side stands at its place afterwards.
  private mutating func select(_ first: Int, _ last: Int, _ wanted: Int, _ side: Int) {
    var low = first
    var high = last
    while low < high {
      let pivot = value((low + high) / 2, side)
      var left = low
      var right = high
      while left <= right {
        while value(left, side) < pivot { left += 1 }
        while value(right, side) > pivot { right -= 1 }
        if left <= right {
          order.swapAt(left, right)
          left += 1
          right -= 1
        }
      }
      if wanted <= right {
        high = right
      } else if wanted >= left {
        low = left
      } else {
        return
      }
    }
  }

  private func value(_ place: Int, _ side: Int) -> Double {
    points[Int(order[place]) * width + side]
  }

  /// The `count` points nearest to one, nearest first; of equally near ones the earlier row.
  func nearest(_ point: [Double], count: Int) -> [(row: Int, squared: Double)] {
    var found: [(row: Int, squared: Double)] = []
    var open: [(node: Int, bound: Double)] = nodes.isEmpty ? [] : [(0, 0)]
    while let next = open.popLast() {
      if found.count == count, let last = found.last, next.bound > last.squared { continue }
      let node = nodes[next.node]
      if node.side < 0 {
        for place in Int(node.first)..<Int(node.first + node.count) {
          note(Int(order[place]), squared(Int(order[place]), point), count, &found)
        }
        continue
      }
      let gap = point[Int(node.side)] - node.cut
      let near = gap < 0 ? next.node + 1 : Int(node.right)
      let far = gap < 0 ? Int(node.right) : next.node + 1
      open.append((far, max(next.bound, gap * gap)))
      open.append((near, next.bound))
    }
    return found
  }

  /// The points within a distance of one, in the order of rows.
  func within(_ radius: Double, of point: [Double]) -> [Int] {
    var found: [Int] = []
    let limit = radius * radius
    var open = nodes.isEmpty ? [] : [0]
    while let next = open.popLast() {
      let node = nodes[next]
      if node.side < 0 {
        for place in Int(node.first)..<Int(node.first + node.count) {
          let row = Int(order[place])
          // The root is compared, as the radius was given, so that a point at just that distance
          // counts.
          let distance = squared(row, point)
          if distance <= limit || distance.squareRoot() <= radius { found.append(row) }
        }
        continue
      }
      let gap = point[Int(node.side)] - node.cut
      if gap <= radius { open.append(next + 1) }
      if gap >= -radius { open.append(Int(node.right)) }
    }
    return found.sorted()
  }

  private func squared(_ row: Int, _ point: [Double]) -> Double {
    var sum = 0.0
    for side in 0..<width {
      let gap = points[row &* width &+ side] - point[side]
      sum += gap * gap
    }
    return sum
  }

  private func note(
    _ row: Int, _ squared: Double, _ count: Int, _ found: inout [(row: Int, squared: Double)]
  ) {
    func isBefore(_ other: (row: Int, squared: Double)) -> Bool {
      squared < other.squared || (squared == other.squared && row < other.row)
    }
    if found.count == count {
      guard let last = found.last, isBefore(last) else { return }
      found.removeLast()
    }
    var place = found.count
    while place > 0, isBefore(found[place - 1]) { place -= 1 }
    found.insert((row, squared), at: place)
  }
}
