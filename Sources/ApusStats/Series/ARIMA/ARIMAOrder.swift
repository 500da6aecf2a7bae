/// The orders of an ARIMA model: autoregression p, differences d, moving average q, and the same
/// over seasons.
public struct ARIMAOrder: Sendable, Equatable, CustomStringConvertible {
  /// The order of the autoregression.
  public var p: Int
  /// The order of the differences.
  public var d: Int
  /// The order of the moving average.
  public var q: Int
  /// The order of the seasonal autoregression.
  public var seasonalP: Int
  /// The order of the seasonal differences.
  public var seasonalD: Int
  /// The order of the seasonal moving average.
  public var seasonalQ: Int
  /// How many values make a season; 1 without one.
  public var period: Int

  /// Orders without a season.
  public init(_ p: Int, _ d: Int, _ q: Int) {
    self.init(p, d, q, seasonal: (0, 0, 0), period: 1)
  }

  /// Orders with those of the season: `ARIMAOrder(0, 1, 1, seasonal: (0, 1, 1), period: 12)`.
  public init(_ p: Int, _ d: Int, _ q: Int, seasonal: (Int, Int, Int), period: Int) {
    (self.p, self.d, self.q) = (p, d, q)
    (seasonalP, seasonalD, seasonalQ) = seasonal
    self.period = period
  }

  /// The orders as they are written: `(0,1,1)(0,1,1)[12]`.
  public var description: String {
    let plain = "(\(p),\(d),\(q))"
    return hasSeason ? plain + "(\(seasonalP),\(seasonalD),\(seasonalQ))[\(period)]" : plain
  }

  var hasSeason: Bool { seasonalP + seasonalD + seasonalQ > 0 }
  /// How many values differences take.
  var lost: Int { d + seasonalD * period }
  /// How many coefficients the model has.
  var coefficientCount: Int { p + q + seasonalP + seasonalQ }
  /// The sizes of the blocks of coefficients: φ, Φ, θ, Θ.
  var blocks: [Int] { [p, seasonalP, q, seasonalQ] }

  func check(in place: String) throws(StatsError) {
    let orders = [p, d, q, seasonalP, seasonalD, seasonalQ]
    guard orders.allSatisfy({ $0 >= 0 }) else {
      throw StatsError(
        code: .badOption, what: "the order \(self)", place: place, mend: "orders are 0 or more")
    }
    guard !hasSeason || period >= 2 else {
      throw StatsError(
        code: .badOption, what: "seasonal orders with a season of \(period) values", place: place,
        mend: "a season has at least 2 values: 12 for months, 4 for quarters")
    }
    guard p + q + (seasonalP + seasonalQ) * period <= 400 else {
      throw StatsError(
        code: .badOption, what: "the order \(self) reaches back more than 400 values",
        place: place, mend: "use lower orders or a shorter season")
    }
  }

  /// The names of the coefficients, in the order of ``blocks``.
  var names: [String] {
    func names(_ count: Int, _ name: String, _ step: Int) -> [String] {
      (0..<count).map { "\(name).\(step == 1 ? "L" : "S.L")\(($0 + 1) * step)" }
    }
    return names(p, "ar", 1) + names(seasonalP, "ar", period) + names(q, "ma", 1)
      + names(seasonalQ, "ma", period)
  }

  /// The polynomial 1 − δ₁L − … of all differences, as the numbers δ.
  var differencePolynomial: [Double] {
    var polynomial = [1.0]
    func multiply(by factor: [Double]) {
      var product = [Double](repeating: 0, count: polynomial.count + factor.count - 1)
      for (i, a) in polynomial.enumerated() {
        for (j, b) in factor.enumerated() { product[i + j] += a * b }
      }
      polynomial = product
    }
    for _ in 0..<d { multiply(by: [1, -1]) }
    for _ in 0..<seasonalD { multiply(by: [1] + [Double](repeating: 0, count: period - 1) + [-1]) }
    return polynomial.dropFirst().map { -$0 }
  }

  /// Differences of all orders.
  func differenced(_ values: [Double]) -> [Double] {
    var values = values
    for _ in 0..<seasonalD { values = TimeSeries.difference(values, lag: period) }
    for _ in 0..<d { values = TimeSeries.difference(values, lag: 1) }
    return values
  }
}
