public import ApusFrame

/// Clusters as regions where rows are dense: rows with at least `minimumRows` rows within `radius`
/// (themselves counted) and what lies within `radius` of those; other rows are noise.
///
/// Source: M. Ester and others, A density-based algorithm for discovering clusters, 1996.
public struct DBSCAN: StatsResult, Equatable {
  /// The columns, in order.
  public let columns: [String]
  /// The cluster of each row, numbered by their first dense rows; −1 for noise.
  public let labels: [Int]
  /// Whether each row is dense.
  public let isCore: [Bool]
  /// How many clusters there are.
  public let clusterCount: Int
  private let radius: Double
  private let minimumRows: Int

  /// Finds the clusters of the rows of a frame by columns of numbers, which must not be missing.
  public init(
    radius: Double, minimumRows: Int = 5, columns: [String]? = nil, data: DataFrame
  ) throws(StatsError) {
    let place = "DBSCAN(radius: \(radius))"
    guard radius > 0, radius.isFinite, minimumRows >= 1 else {
      throw StatsError(
        code: .badOption, what: "radius \(radius) and minimumRows \(minimumRows)", place: place,
        mend: "the radius must be above 0, minimumRows at least 1")
    }
    let table = try FeatureTable(data, columns ?? data.columnNames, in: place)
    try table.requireFinite(in: place)
    let points = table.rowMajor
    let side = table.columns.count
    let tree = NeighbourTree(points: points, width: side)
    let near: [[Int32]]
    do throws(FrameError) {
      near = try parallelMap(table.rowCount) { row throws(FrameError) in
        tree.within(radius, of: Array(points[(row * side)..<((row + 1) * side)])).map(Int32.init)
      }
    } catch {
      throw StatsError(error, in: place)
    }
    let isCore = near.map { $0.count >= minimumRows }
    var labels = [Int](repeating: -1, count: table.rowCount)
    var clusters = 0
    for row in 0..<table.rowCount where isCore[row] && labels[row] < 0 {
      labels[row] = clusters
      var open = [row]
      while let next = open.popLast() {
        guard isCore[next] else { continue }
        for other in near[next] where labels[Int(other)] < 0 {
          labels[Int(other)] = clusters
          open.append(Int(other))
        }
      }
      clusters += 1
    }
    self.columns = table.names
    self.labels = labels
    self.isCore = isCore
    clusterCount = clusters
    self.radius = radius
    self.minimumRows = minimumRows
  }

  /// Sizes of the clusters and the noise.
  public var card: StatsCard {
    var sizes = [Int](repeating: 0, count: clusterCount)
    for label in labels where label >= 0 { sizes[label] += 1 }
    return StatsCard(
      title: "DBSCAN",
      facts: [
        ("Rows", "\(labels.count)"), ("Radius", NumberText.short(radius)),
        ("Minimum rows", "\(minimumRows)"), ("Clusters", "\(clusterCount)"),
        ("Noise", "\(labels.count { $0 < 0 })"),
      ],
      tables: [
        .init(
          header: ["cluster", "rows"],
          rows: sizes.enumerated().prefix(50).map { ["\($0.offset)", "\($0.element)"] })
      ])
  }
}
