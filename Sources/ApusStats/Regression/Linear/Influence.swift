public import ApusFrame

/// How much each row that was used tells on the fit of a linear model.
public struct Influence: Sendable {
  /// The rows of the frame that the numbers belong to.
  public let rows: [Int]
  /// Hat values: the part of its own fit that a response makes; their sum is the column count.
  public let hatValues: [Double]
  /// Residuals by their standard errors (internally studentised).
  public let standardizedResiduals: [Double]
  /// Residuals by standard errors without their own row (externally studentised): Student's t with
  /// n − p − 1 degrees of freedom.
  public let studentizedResiduals: [Double]
  /// Cook's distances.
  public let cooksDistances: [Double]
  /// The change of the fit without the row, in standard errors.
  public let dffits: [Double]

  /// The numbers as a frame, one row each.
  public var frame: DataFrame {
    get throws(StatsError) {
      try PredictionFrame.frame(
        [
          ("row", rows.map(Double.init)), ("hat", hatValues),
          ("standardized", standardizedResiduals), ("studentized", studentizedResiduals),
          ("cooks_distance", cooksDistances), ("dffits", dffits),
        ], keptRows: nil, rowCount: rows.count, place: "influence()")
    }
  }
}

extension LinearModel {
  /// Hat values, studentised residuals, Cook's distances and DFFITS of the rows that are used.
  ///
  /// A row that is fitted exactly because a column belongs to it alone is an error that names it.
  /// Source: Belsley, Kuh & Welsch, Regression Diagnostics, 1980, ch. 2.
  public func influence() throws(StatsError) -> Influence {
    let (n, p) = (Double(rowCount), Double(coefficients.count))
    guard n - p - 1 > 0, solution.residualSquares > 0 else {
      throw StatsError(
        code: .tooFewRows, what: "\(rowCount) rows for \(coefficients.count) coefficients",
        place: "influence()", mend: "it needs n − p > 1 and a fit that is not exact")
    }
    let hats = Self.leverages(design.x, solution.triangle, weights: weights)
    let e = whitened
    var (inner, outer, cook, fits) = ([Double](), [Double](), [Double](), [Double]())
    for row in e.indices {
      let rest = 1 - hats[row]
      guard rest > 1e-12 else {
        throw StatsError(
          code: .badValue,
          what: "row \(design.keptRows?[row] ?? row) has a hat value of 1: it is fitted exactly",
          place: "influence()", mend: "leave out the row, or the column that only it has")
      }
      let standard = e[row] / (residualVariance * rest).squareRoot()
      let without = (solution.residualSquares - e[row] * e[row] / rest) / (n - p - 1)
      let student = e[row] / (without * rest).squareRoot()
      inner.append(standard)
      outer.append(student)
      cook.append(standard * standard * hats[row] / rest / p)
      fits.append(student * (hats[row] / rest).squareRoot())
    }
    return Influence(
      rows: design.keptRows ?? Array(0..<rowCount), hatValues: hats, standardizedResiduals: inner,
      studentizedResiduals: outer, cooksDistances: cook, dffits: fits)
  }
}
