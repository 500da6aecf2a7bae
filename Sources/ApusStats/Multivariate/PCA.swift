public import ApusFrame

/// Principal components: directions of the greatest variance, by the singular values of the centred
/// columns. Each direction's largest part is positive.
public struct PCA: StatsResult, Equatable {
  /// The columns, in order.
  public let columns: [String]
  /// Their means.
  public let means: [Double]
  /// What the columns were divided by: their standard deviations, or 1.
  public let scales: [Double]
  /// The directions, a column a component, of unit length.
  public let loadings: Matrix
  /// The components of the rows, a column a component.
  public let scores: Matrix
  /// The variance of each component, with n − 1.
  public let variances: [Double]
  /// The variance of each component as a part of that of all columns.
  public let varianceRatios: [Double]

  /// The components of the rows of a frame by columns of numbers, which must not be missing.
  /// - Parameters:
  ///   - components: how many, at most the lesser of columns and rows; all when `nil`.
  ///   - scaled: whether columns are first divided by their standard deviations (with n − 1).
  public init(
    components: Int? = nil, columns: [String]? = nil, data: DataFrame, scaled: Bool = false
  ) throws(StatsError) {
    let place = "PCA"
    let table = try FeatureTable(data, columns ?? data.columnNames, in: place)
    try table.requireFinite(in: place)
    let count = table.rowCount
    guard count >= 2 else {
      throw StatsError(
        code: .tooFewRows, what: "\(count) rows are too few", place: place,
        mend: "at least 2 are needed")
    }
    let most = min(count, table.columns.count)
    let wanted = components ?? most
    guard wanted >= 1, wanted <= most else {
      throw StatsError(
        code: .badOption,
        what: "\(wanted) components of \(count) rows and "
          + "\(table.columns.count) columns",
        place: place, mend: "ask for 1 to \(most)")
    }
    self.columns = table.names
    means = table.columns.map { $0.reduce(0, +) / Double(count) }
    var centred = zip(table.columns, means).map { column, mean in column.map { $0 - mean } }
    var scales = [Double](repeating: 1, count: centred.count)
    if scaled {
      for place in centred.indices {
        let scale = (dot(centred[place], centred[place]) / Double(count - 1)).squareRoot()
        guard scale > 0 else {
          throw StatsError(
            code: .badValue, what: "\"\(table.names[place])\" is constant", place: "PCA",
            mend: "leave it out, or use scaled: false")
        }
        scales[place] = scale
        centred[place] = centred[place].map { $0 / scale }
      }
    }
    self.scales = scales
    let matrix = Matrix(
      rowCount: count, columnCount: centred.count, columnMajor: Array(centred.joined()))
    let svd = try matrix.svd()
    let all = svd.values.reduce(0) { $0 + $1 * $1 }
    guard all > 0 else {
      throw StatsError(
        code: .badValue, what: "every column is constant", place: place,
        mend: "choose columns that vary")
    }
    var loadings = Matrix(rowCount: centred.count, columnCount: wanted)
    var scores = Matrix(rowCount: count, columnCount: wanted)
    for component in 0..<wanted {
      let direction = svd.right.column(component)
      var top = 0.0
      for part in direction where abs(part) > abs(top) { top = part }
      let sign: Double = top < 0 ? -1 : 1
      for place in 0..<centred.count { loadings[place, component] = sign * direction[place] }
      for row in 0..<count {
        scores[row, component] = sign * svd.left[row, component] * svd.values[component]
      }
    }
    self.loadings = loadings
    self.scores = scores
    variances = svd.values.prefix(wanted).map { $0 * $0 / Double(count - 1) }
    varianceRatios = svd.values.prefix(wanted).map { $0 * $0 / all }
  }

  /// The components of the rows of another frame with the same columns.
  public func transform(_ data: DataFrame) throws(StatsError) -> Matrix {
    let table = try FeatureTable(data, columns, in: "transform of PCA")
    try table.requireFinite(in: "transform of PCA")
    var result = Matrix(rowCount: table.rowCount, columnCount: loadings.columnCount)
    for component in 0..<loadings.columnCount {
      for (place, column) in table.columns.enumerated() {
        let part = loadings[place, component] / scales[place]
        for row in 0..<table.rowCount {
          result[row, component] += part * (column[row] - means[place])
        }
      }
    }
    return result
  }

  /// Rows of the columns that have these components: the way back, without what components that
  /// were left out held.
  public func inverse(_ scores: Matrix) throws(StatsError) -> Matrix {
    guard scores.columnCount == loadings.columnCount else {
      throw StatsError(
        code: .shapeMismatch, what: "the components are \(scores.shape)", place: "inverse of PCA",
        mend: "\(loadings.columnCount) columns are needed")
    }
    var result = Matrix(rowCount: scores.rowCount, columnCount: columns.count)
    for place in columns.indices {
      for row in 0..<scores.rowCount {
        var sum = 0.0
        for component in 0..<loadings.columnCount {
          sum += scores[row, component] * loadings[place, component]
        }
        result[row, place] = sum * scales[place] + means[place]
      }
    }
    return result
  }

  /// Variances and directions.
  public var card: StatsCard {
    let count = loadings.columnCount
    let shown = 0..<min(count, 8)
    var total = 0.0
    let rows = (0..<count).map { component in
      total += varianceRatios[component]
      return [
        "\(component + 1)", NumberText.short(variances[component]),
        NumberText.fixed(varianceRatios[component], digits: 4), NumberText.fixed(total, digits: 4),
      ]
    }
    return StatsCard(
      title: "Principal components",
      facts: [("Rows", "\(scores.rowCount)"), ("Columns", "\(columns.count)")],
      tables: [
        .init(header: ["component", "variance", "ratio", "cumulative"], rows: rows),
        .init(
          header: ["loading"] + shown.map { "\($0 + 1)" },
          rows: columns.enumerated().map { place, name in
            [name] + shown.map { NumberText.fixed(loadings[place, $0], digits: 4) }
          }),
      ])
  }
}
