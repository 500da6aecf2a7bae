public import ApusFrame

@_implementationOnly import Glibc

/// Linear discriminant analysis: classes as normal clouds of one shape, and the directions that
/// part them best.
///
/// The common covariance is that of greatest likelihood, divided by the number of rows, as
/// scikit-learn 1.9 has it; dividing by the rows less the classes gives slightly milder chances.
public struct LDA: StatsResult, Equatable {
  /// The columns, in order.
  public let columns: [String]
  /// The column of classes.
  public let target: String
  /// The classes, sorted.
  public let classes: [String]
  /// The parts of the rows in each class.
  public let priors: [Double]
  /// The means of the classes, a row a class.
  public let means: Matrix
  /// The directions, a column each, scaled so that the spread within classes is 1.
  public let directions: Matrix
  /// The spread between classes along each direction as a part of that along all.
  public let varianceRatios: [Double]
  /// The decision functions: a row of slopes a class, with the intercepts beside.
  public let slopes: Matrix
  /// The intercepts of the decision functions.
  public let intercepts: [Double]
  private let centre: [Double]

  /// Fits classes of a column by columns of numbers, which must not be missing.
  public init(
    _ target: String, from features: [String]? = nil, data: DataFrame
  ) throws(StatsError) {
    let place = "LDA of \"\(target)\""
    let classes = try ClassTarget(try data.column(target, in: place), in: place)
    let table = try FeatureTable(
      data, features ?? data.columnNames.filter { $0 != target }, in: place)
    try table.requireFinite(in: place)
    let groups = classes.labels.count
    let side = table.columns.count
    guard groups >= 2 else {
      throw StatsError(
        code: .badValue,
        what: "the target \"\(target)\" has one class only, \"\(classes.labels.first ?? "")\"",
        place: place, mend: "at least 2 classes are needed")
    }
    guard table.rowCount > groups else {
      throw StatsError(
        code: .tooFewRows, what: "\(table.rowCount) rows for \(groups) classes", place: place,
        mend: "more rows than classes are needed")
    }
    let counts = classes.counts.map(Double.init)
    var means = Matrix(rowCount: groups, columnCount: side)
    for (place, column) in table.columns.enumerated() {
      for (row, code) in classes.codes.enumerated() { means[Int(code), place] += column[row] }
      for group in 0..<groups { means[group, place] /= counts[group] }
    }
    let rest = table.columns.enumerated().map { place, column in
      zip(column, classes.codes).map { $0 - means[Int($1), place] }
    }
    var spreads = [Double](repeating: 0, count: side)
    for column in 0..<side {
      spreads[column] = (dot(rest[column], rest[column]) / Double(table.rowCount)).squareRoot()
      guard spreads[column] > 0 else {
        throw StatsError(
          code: .singular, what: "\"\(table.names[column])\" is constant within the classes",
          place: place, mend: "leave it out")
      }
    }
    var within = Matrix(rowCount: side, columnCount: side)
    for one in 0..<side {
      for other in 0...one {
        let value =
          dot(rest[one], rest[other]) / Double(table.rowCount) / spreads[one] / spreads[other]
        within[one, other] = value
        within[other, one] = value
      }
    }
    let eigen = try within.eigen()
    guard let last = eigen.values.last, last > 1e-12 * eigen.values[0] else {
      throw StatsError(
        code: .singular,
        what: "the columns \(table.names.joined(separator: ", ")) depend on each other",
        place: place, mend: "leave one of them out")
    }
    // Columns times `whiten` have the identity as spread within classes.
    let whiten = (0..<side).map { place in
      (0..<side).map { eigen.vectors[place, $0] / eigen.values[$0].squareRoot() / spreads[place] }
    }
    let priors = counts.map { $0 / Double(table.rowCount) }
    let centre = (0..<side).map { column in
      (0..<groups).reduce(0) { $0 + priors[$1] * means[$1, column] }
    }
    let shifted = (0..<groups).map { group in
      (0..<side).map { axis in
        (0..<side).reduce(0) { $0 + (means[group, $1] - centre[$1]) * whiten[$1][axis] }
      }
    }
    var between = Matrix(rowCount: side, columnCount: side)
    for one in 0..<side {
      for other in 0...one {
        let sum = (0..<groups).reduce(0) {
          $0 + counts[$1] * shifted[$1][one] * shifted[$1][other] / Double(groups - 1)
        }
        between[one, other] = sum
        between[other, one] = sum
      }
    }
    let turned = try between.eigen()
    let kept = min(groups - 1, side)
    let total = turned.values.prefix(kept).reduce(0) { $0 + max($1, 0) }
    var directions = Matrix(rowCount: side, columnCount: kept)
    for axis in 0..<kept {
      var parts = (0..<side).map { place in
        (0..<side).reduce(0) { $0 + whiten[place][$1] * turned.vectors[$1, axis] }
      }
      var top = 0.0
      for part in parts where abs(part) > abs(top) { top = part }
      if top < 0 { parts = parts.map { -$0 } }
      for place in 0..<side { directions[place, axis] = parts[place] }
    }
    var slopes = Matrix(rowCount: groups, columnCount: side)
    var intercepts: [Double] = []
    for group in 0..<groups {
      for place in 0..<side {
        slopes[group, place] = (0..<side).reduce(0) { $0 + whiten[place][$1] * shifted[group][$1] }
      }
      let half = shifted[group].reduce(0) { $0 + $1 * $1 } / 2
      let back = (0..<side).reduce(0) { $0 + slopes[group, $1] * centre[$1] }
      intercepts.append(log(priors[group]) - half - back)
    }
    columns = table.names
    self.target = target
    self.classes = classes.labels
    self.priors = priors
    self.means = means
    self.directions = directions
    varianceRatios = turned.values.prefix(kept).map { total > 0 ? max($0, 0) / total : 0 }
    self.slopes = slopes
    self.intercepts = intercepts
    self.centre = centre
  }

  /// The classes of the rows of a frame with their chances.
  public func predict(_ data: DataFrame) throws(StatsError) -> Prediction {
    let table = try FeatureTable(data, columns, in: "predict of LDA")
    try table.requireFinite(in: "predict of LDA")
    let rows = classes.indices.map { group in
      LogisticPredictor.Row(intercept: intercepts[group], slopes: slopes.row(group))
    }
    do {
      return Prediction(
        classes: classes,
        numbers: try LogisticPredictor(rows: rows).predict(table, in: "predict of LDA"))
    } catch let error as StatsError {
      throw error
    } catch {
      preconditionFailure("an error of another kind: \(error)")
    }
  }

  /// The rows along the directions, a column each; the mean of all rows is 0.
  public func transform(_ data: DataFrame) throws(StatsError) -> Matrix {
    let table = try FeatureTable(data, columns, in: "transform of LDA")
    try table.requireFinite(in: "transform of LDA")
    var result = Matrix(rowCount: table.rowCount, columnCount: directions.columnCount)
    for axis in 0..<directions.columnCount {
      for (place, column) in table.columns.enumerated() {
        for row in 0..<table.rowCount {
          result[row, axis] += directions[place, axis] * (column[row] - centre[place])
        }
      }
    }
    return result
  }

  /// Classes and directions.
  public var card: StatsCard {
    StatsCard(
      title: "Linear discriminant analysis",
      facts: [("Target", target), ("Classes", "\(classes.count)")],
      tables: [
        .init(
          header: ["class", "prior"] + columns,
          rows: classes.enumerated().map { group, label in
            [label, NumberText.fixed(priors[group], digits: 4)]
              + means.row(group).map { NumberText.short($0) }
          }),
        .init(
          header: ["direction"] + varianceRatios.indices.map { "\($0 + 1)" },
          rows: [["ratio"] + varianceRatios.map { NumberText.fixed($0, digits: 4) }]
            + columns.enumerated().map { place, name in
              [name] + directions.row(place).map { NumberText.short($0) }
            }),
      ])
  }
}
