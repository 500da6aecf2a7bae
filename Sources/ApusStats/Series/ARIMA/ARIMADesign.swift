import ApusFrame

/// The regressors of an ARIMA model.
struct ARIMADesign: Sendable {
  /// The name of each column; the constant comes first.
  let names: [String]
  /// The columns, before differences.
  let columns: [[Double]]
  private let hasConstant: Bool
  private let isDrift: Bool
  private let count: Int

  init(
    _ series: TimeSeries, order: ARIMAOrder, hasConstant: Bool, exogenous: DataFrame?,
    in place: String
  ) throws(StatsError) {
    guard !hasConstant || order.d + order.seasonalD < 2 else {
      throw StatsError(
        code: .badOption, what: "a constant beside d + D = \(order.d + order.seasonalD)",
        place: place, mend: "two differences take a constant and a drift away: constant: false")
    }
    self.hasConstant = hasConstant
    isDrift = order.d + order.seasonalD > 0
    count = series.count
    var names: [String] = []
    var columns: [[Double]] = []
    if hasConstant {
      names.append(isDrift ? "drift" : "constant")
      columns.append(
        isDrift ? (1...max(count, 1)).map(Double.init) : Array(repeating: 1, count: count))
    }
    if let exogenous {
      for name in exogenous.schema.names {
        columns.append(try Self.numbers(name, of: exogenous, count: count, in: place))
        names.append(name)
      }
    }
    self.names = names
    self.columns = columns
  }

  private static func numbers(
    _ name: String, of frame: DataFrame, count: Int, in place: String
  ) throws(StatsError) -> [Double] {
    let values = try frame.columns([name], in: place)[0].numbers(in: place)
    guard values.count == count else {
      throw StatsError(
        code: .shapeMismatch,
        what: "the regressor \"\(name)\" has \(values.count) rows, wanted are \(count)",
        place: place)
    }
    if let row = values.firstIndex(where: { !$0.isFinite }) {
      throw StatsError(
        code: .badValue, what: "row \(row) of the regressor \"\(name)\" is missing or infinite",
        place: place, mend: "a regressor has a number at every time")
    }
    return values
  }

  /// The columns of the steps behind the series.
  func future(_ steps: Int, exogenous: DataFrame?, in place: String) throws(StatsError)
    -> [[Double]]
  {
    let wanted = names.dropFirst(hasConstant ? 1 : 0)
    var columns: [[Double]] = []
    if hasConstant {
      columns.append((1...steps).map { isDrift ? Double(count + $0) : 1 })
    }
    guard !wanted.isEmpty else {
      guard exogenous == nil else {
        throw StatsError(
          code: .badOption, what: "regressors for a model without them", place: place,
          mend: "leave exogenous: out")
      }
      return columns
    }
    guard let exogenous else {
      throw StatsError(
        code: .badOption,
        what: "no regressors for the steps, and the model has \(wanted.joined(separator: ", "))",
        place: place, mend: "give exogenous: with \(steps) rows")
    }
    for name in wanted {
      columns.append(try Self.numbers(name, of: exogenous, count: steps, in: place))
    }
    return columns
  }

  /// Throws when the differences are too few or have nothing to explain.
  func check(_ likelihood: ARIMALikelihood, in place: String) throws(StatsError) {
    let needed = likelihood.order.coefficientCount + columns.count + 3
    let count = likelihood.response.count
    guard count >= needed else {
      throw StatsError(
        code: .tooFewRows,
        what: "\(self.count) values leave \(count) differences; ARIMA\(likelihood.order) needs at "
          + "least \(needed)",
        place: place, mend: "use lower orders")
    }
    let scale = likelihood.response.reduce(0) { max($0, abs($1)) }
    let first = likelihood.response[0]
    guard likelihood.response.contains(where: { abs($0 - first) > 1e-13 * scale }) else {
      let what = likelihood.order.lost > 0 ? "the differences are" : "the series is"
      throw StatsError(
        code: .badValue, what: "\(what) constant", place: place,
        mend: likelihood.order.lost > 0
          ? "lower the order of the differences" : "a constant series has nothing to model")
    }
    guard !columns.isEmpty else { return }
    do {
      _ = try SeriesRegression(likelihood.regressors, likelihood.response, in: place)
    } catch {
      throw StatsError(
        code: .singular,
        what: "the regressors \(names.joined(separator: ", ")) depend on each other"
          + (likelihood.order.lost > 0 ? " after differences" : ""),
        place: place, mend: "leave one out")
    }
  }
}
