internal import ApusFrame

/// How much each of the nearest rows counts.
public enum NeighbourWeights: String, Sendable, CaseIterable {
  /// All the same.
  case uniform
  /// One over the distance; rows at no distance at all, if there are any, alone.
  case distance
}

/// Training rows, of which the nearest ones say what a row is.
struct Neighbours: Sendable, Equatable {
  let count: Int
  let weights: NeighbourWeights
  /// How many classes; 1 for numbers.
  let width: Int
  /// A number or the place of a class for each training row.
  let answers: [Double]
  let tree: NeighbourTree

  static func == (one: Neighbours, other: Neighbours) -> Bool {
    one.count == other.count && one.weights == other.weights && one.width == other.width
      && one.answers == other.answers && one.tree.points == other.tree.points
  }

  init(
    count: Int, weights: NeighbourWeights, width: Int, answers: [Double], points: [Double],
    side: Int
  ) {
    self.count = count
    self.weights = weights
    self.width = width
    self.answers = answers
    tree = NeighbourTree(points: points, width: side)
  }

  static func fit(
    _ table: FeatureTable, _ target: LearningTarget, count: Int, weights: NeighbourWeights,
    in place: String
  ) throws -> Neighbours {
    try table.requireFinite(in: place)
    guard count >= 1, count <= table.rowCount else {
      throw StatsError(
        code: .badOption, what: "\(count) neighbours of \(table.rowCount) rows", place: place,
        mend: "ask for 1 to \(table.rowCount)")
    }
    switch target {
    case .numbers(let values):
      return Neighbours(
        count: count, weights: weights, width: 1, answers: values, points: table.rowMajor,
        side: table.columns.count)
    case .classes(let classes):
      return Neighbours(
        count: count, weights: weights, width: classes.labels.count,
        answers: classes.codes.map(Double.init), points: table.rowMajor, side: table.columns.count)
    }
  }

  func predict(_ table: FeatureTable, in place: String) throws -> [Double] {
    try table.requireFinite(in: place)
    let rows = table.rowMajor
    let side = table.columns.count
    var result = [Double](repeating: 0, count: table.rowCount * width)
    try result.withUnsafeMutableBufferPointer { result throws(FrameError) in
      try inParallel(rows: table.rowCount, by: 256) { range throws(FrameError) in
        for row in range {
          let found = tree.nearest(Array(rows[(row * side)..<((row + 1) * side)]), count: count)
          let isExact = found.contains { $0.squared == 0 }
          var total = 0.0
          for neighbour in found {
            let weight =
              switch weights {
              case .uniform: 1.0
              case .distance:
                isExact
                  ? (neighbour.squared == 0 ? 1 : 0) : 1 / neighbour.squared.squareRoot()
              }
            total += weight
            let answer = answers[neighbour.row]
            if width == 1 {
              result[row] += weight * answer
            } else {
              result[row * width + Int(answer)] += weight
            }
          }
          for place in 0..<width { result[row * width + place] /= total }
        }
      }
    }
    return result
  }
}
