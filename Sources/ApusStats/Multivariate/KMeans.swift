public import ApusFrame

/// How k-means looks for clusters.
public struct KMeansOptions: Sendable, Equatable {
  /// Where the centres start.
  public enum Start: Sendable, Equatable {
    /// At rows drawn by chance, those far from the centres so far more likely (k-means++).
    case plusPlus
    /// At given points, a row a cluster.
    case centers(Matrix)
  }

  /// Where the centres start.
  public var start = Start.plusPlus
  /// How often it starts anew; the run with the least inertia counts.
  public var runCount = 3
  /// The most steps of a run.
  public var stepLimit = 300
  /// The centres are settled when the sum of their squared moves is at most this times the mean
  /// variance of the columns.
  public var tolerance = 1e-4
  /// What the random numbers begin with.
  public var seed: UInt64 = 0

  /// The defaults: the best of three runs from k-means++.
  public init() {}
}

/// Rows parted into clusters around centres, by Lloyd's steps with Hamerly's bounds.
///
/// Source: G. Hamerly, Making k-means even faster, 2010; D. Arthur and S. Vassilvitskii,
/// k-means++, 2007.
public struct KMeans: StatsResult, Equatable {
  /// The columns, in order.
  public let columns: [String]
  /// The centres, a row a cluster.
  public let centers: Matrix
  /// The cluster of each row.
  public let labels: [Int]
  /// How many rows each cluster has.
  public let sizes: [Int]
  /// The sum of squared distances of the rows to their centres.
  public let inertia: Double
  /// How many steps the best run took.
  public let stepCount: Int
  /// Whether the centres settled within the limit of steps.
  public let isSettled: Bool

  /// Parts the rows of a frame by columns of numbers, which must not be missing.
  /// - Throws: `StatsError` for unknown or unsuitable columns, missing values, more clusters than
  ///   distinct rows, and starts of another shape.
  public init(
    clusters: Int, columns: [String]? = nil, data: DataFrame,
    options: KMeansOptions = KMeansOptions()
  ) throws(StatsError) {
    let place = "KMeans(clusters: \(clusters))"
    let table = try FeatureTable(data, columns ?? data.columnNames, in: place)
    try table.requireFinite(in: place)
    guard clusters >= 1, clusters <= table.rowCount else {
      throw StatsError(
        code: .badOption, what: "\(clusters) clusters of \(table.rowCount) rows", place: place,
        mend: "ask for 1 to \(table.rowCount)")
    }
    guard options.runCount >= 1, options.stepLimit >= 1, options.tolerance >= 0 else {
      throw StatsError(
        code: .badOption, what: "runCount and stepLimit must be at least 1, tolerance at least 0",
        place: place)
    }
    if case .centers(let start) = options.start,
      start.rowCount != clusters || start.columnCount != table.columns.count
        || !start.elements.allSatisfy(\.isFinite)
    {
      throw StatsError(
        code: .shapeMismatch, what: "the starts are \(start.shape)", place: place,
        mend: "\(clusters) × \(table.columns.count) finite numbers are needed")
    }
    let points = KMeansPoints(table)
    var best: KMeansRun?
    do throws(FrameError) {
      let isGiven = options.start != .plusPlus
      for run in 0..<(isGiven ? 1 : options.runCount) {
        let found = try points.run(clusters, options, number: run)
        if found.inertia < best?.inertia ?? .infinity { best = found }
      }
    } catch {
      throw StatsError(error, in: place)
    }
    guard let best else {
      throw StatsError(
        code: .badValue, what: "the squared distances are too large for a number", place: place,
        mend: "scale the columns")
    }
    let sizes = best.sizes
    guard !sizes.contains(0) else {
      throw StatsError(
        code: .badOption, what: "fewer than \(clusters) rows are distinct", place: place,
        mend: "ask for fewer clusters")
    }
    self.columns = table.names
    centers =
      Matrix(
        rowCount: table.columns.count, columnCount: clusters, columnMajor: best.centers
      ).transposed
    labels = best.labels.map(Int.init)
    self.sizes = sizes
    inertia = best.inertia
    stepCount = best.stepCount
    isSettled = best.isSettled
  }

  /// The nearest centre of each row of a frame.
  public func predict(_ data: DataFrame) throws(StatsError) -> [Int] {
    let table = try FeatureTable(data, columns, in: "predict of k-means")
    try table.requireFinite(in: "predict of k-means")
    do throws(FrameError) {
      return try KMeansPoints(table).nearest(centers.transposed.elements, count: centers.rowCount)
        .map(Int.init)
    } catch {
      throw StatsError(error, in: "predict of k-means")
    }
  }

  /// Sizes and centres.
  public var card: StatsCard {
    let rows = (0..<centers.rowCount).map { cluster in
      ["\(cluster)", "\(sizes[cluster])"] + centers.row(cluster).map { NumberText.short($0) }
    }
    return StatsCard(
      title: "k-means",
      facts: [
        ("Rows", "\(labels.count)"), ("Clusters", "\(centers.rowCount)"),
        ("Inertia", NumberText.short(inertia, digits: 6)), ("Steps", "\(stepCount)"),
      ],
      tables: [.init(header: ["cluster", "rows"] + columns, rows: rows)],
      notes: isSettled ? [] : ["The centres did not settle; raise stepLimit."])
  }
}
