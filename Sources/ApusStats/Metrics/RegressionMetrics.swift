/// How far predicted numbers are from the true ones.
public struct RegressionMetrics: StatsResult, Equatable {
  /// How many rows were compared.
  public let count: Int
  /// The root of the mean squared error.
  public let rmse: Double
  /// The mean absolute error.
  public let mae: Double
  /// The part of the variance that is explained; `nil` when the true numbers are all the same.
  public let r2: Double?

  /// Compares numbers.
  /// - Throws: `StatsError` for samples of other lengths, none at all, and missing numbers.
  public init(truth: [Double], predicted: [Double]) throws(StatsError) {
    let place = "RegressionMetrics"
    try checkPair(truth, predicted, in: place)
    count = truth.count
    let mean = truth.reduce(0, +) / Double(count)
    var squares = 0.0
    var absolute = 0.0
    var spread = 0.0
    for (value, guess) in zip(truth, predicted) {
      squares += (value - guess) * (value - guess)
      absolute += abs(value - guess)
      spread += (value - mean) * (value - mean)
    }
    rmse = (squares / Double(count)).squareRoot()
    mae = absolute / Double(count)
    r2 = spread > 0 ? 1 - squares / spread : nil
  }

  /// The three numbers.
  public var card: StatsCard {
    StatsCard(
      title: "Regression metrics",
      facts: [
        ("Rows", "\(count)"), ("RMSE", NumberText.short(rmse)), ("MAE", NumberText.short(mae)),
        ("R²", r2.map { NumberText.fixed($0, digits: 4) } ?? "not defined: the truth is constant"),
      ])
  }
}

/// Throws when samples are empty, of other lengths, or hold what is no finite number.
func checkPair(_ one: [Double], _ other: [Double], in place: String) throws(StatsError) {
  guard one.count == other.count else {
    throw StatsError(
      code: .shapeMismatch, what: "\(one.count) true values and \(other.count) predicted ones",
      place: place)
  }
  guard !one.isEmpty else {
    throw StatsError(code: .tooFewRows, what: "no rows to compare", place: place)
  }
  for (name, values) in [("true", one), ("predicted", other)] {
    if let row = values.firstIndex(where: { !$0.isFinite }) {
      throw StatsError(
        code: .badValue, what: "the \(name) value of row \(row) is \(values[row])", place: place,
        mend: "leave those rows out")
    }
  }
}
