public import ApusFrame

/// Which interval a prediction comes with.
public enum PredictionInterval: Sendable, Equatable {
  /// None.
  case none
  /// Of the expected value, at a level such as 0.95.
  case confidence(Double)
  /// Of a single new value.
  case prediction(Double)
}

/// Predictions as a frame of as many rows as were asked for; null where a column was null.
enum PredictionFrame {
  static func frame(
    _ columns: [(name: String, values: [Double])], keptRows: [Int]?, rowCount: Int, place: String
  ) throws(StatsError) -> DataFrame {
    var made: [AnyColumn] = []
    for (name, values) in columns {
      if let row = values.firstIndex(where: \.isNaN) {
        throw StatsError(
          code: .badValue, what: "the \(name) of row \(keptRows?[row] ?? row) is not a number",
          place: place, mend: "its values are too large for the model")
      }
      var all = [Double?](repeating: nil, count: rowCount)
      for (place, value) in values.enumerated() { all[keptRows?[place] ?? place] = value }
      made.append(AnyColumn(name: name, AnyColumn(all)))
    }
    do throws(FrameError) { return try DataFrame(columns: made) } catch {
      throw StatsError(error, in: place)
    }
  }
}

extension LinearModel {
  /// Predictions for the rows of a frame: columns `prediction` and, with an interval, `lower` and
  /// `upper`; null where a column that is needed is null.
  ///
  /// A prediction interval of a weighted model is that of a row of weight 1.
  public func predict(
    _ frame: DataFrame, interval: PredictionInterval = .none
  ) throws(StatsError) -> DataFrame {
    let place = "predict(…)"
    let (x, offset, kept) = try design.plan.design(of: frame)
    var mean = try CrossProducts.product(x, solution.coefficients)
    if let offset { for row in mean.indices { mean[row] += offset[row] } }
    var columns = [(name: "prediction", values: mean)]
    let level: Double
    var extra = 0.0
    switch interval {
    case .none:
      return try PredictionFrame.frame(
        columns, keptRows: kept, rowCount: frame.rowCount, place: place)
    case .confidence(let asked): level = asked
    case .prediction(let asked):
      level = asked
      extra = residualVariance
    }
    try Self.checkLevel(level, place: place)
    let reach = reference.reach(level)
    let widths = Self.variances(x, covariance).map { reach * ($0 + extra).squareRoot() }
    columns.append(("lower", mean.indices.map { mean[$0] - widths[$0] }))
    columns.append(("upper", mean.indices.map { mean[$0] + widths[$0] }))
    return try PredictionFrame.frame(
      columns, keptRows: kept, rowCount: frame.rowCount, place: place)
  }

  /// The variance of each row's linear predictor, xᵀVx.
  static func variances(_ x: Matrix, _ covariance: Matrix) -> [Double] {
    let (n, p) = (x.rowCount, x.columnCount)
    return (0..<n).map { row in
      var sum = 0.0
      for i in 0..<p {
        let left = x.elements[i * n + row]
        if left == 0 { continue }
        var inner = 0.0
        for j in 0..<p { inner += covariance[i, j] * x.elements[j * n + row] }
        sum += left * inner
      }
      return max(sum, 0)
    }
  }
}
