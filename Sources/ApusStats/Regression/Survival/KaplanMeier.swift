public import ApusFrame

@_implementationOnly import Glibc

/// Kaplan and Meier's estimate of survival, for all rows or each group of them.
///
/// - Missing: rows with a null or NaN are left out and counted.
/// - Intervals: of log(−log S), with Greenwood's variance.
public struct KaplanMeier: StatsResult {
  /// The estimate of one group.
  public struct Curve: Sendable, Equatable {
    /// The group; empty when there is only one.
    public let group: String
    /// How many rows the group has.
    public let rowCount: Int
    /// The times of events, ascending.
    public let times: [Double]
    /// How many are at risk at each time.
    public let atRisk: [Int]
    /// How many events there are at each time.
    public let events: [Int]
    /// The probability of surviving each time.
    public let survival: [Double]
    /// The lower ends of the intervals.
    public let lower: [Double]
    /// The upper ends of the intervals.
    public let upper: [Double]

    /// The least time at which no more than half survive; `nil` when more do.
    public var median: Double? {
      survival.firstIndex { $0 <= 0.5 }.map { times[$0] }
    }

    /// The probability of surviving a time.
    public func survival(at time: Double) -> Double {
      times.lastIndex { $0 <= time }.map { survival[$0] } ?? 1
    }
  }

  /// The curves, by group.
  public let curves: [Curve]
  /// How many rows were left out because of a null or NaN.
  public let missingCount: Int
  /// The level of the intervals.
  public let level: Double

  /// Estimates survival from columns of times and events (1 or true: seen; 0 or false: censored).
  public init(
    time: String, event: String, by group: String? = nil, data: DataFrame, level: Double = 0.95
  ) throws(StatsError) {
    try LinearModel.checkLevel(level, place: "KaplanMeier(…)")
    let rows = try SurvivalRows(
      time: time, event: event, by: group, data: data, model: "KaplanMeier")
    self.level = level
    missingCount = rows.missingCount
    let reach = Normal().quantile((1 + level) / 2)
    curves = rows.groupNames.indices.map { number in
      Self.curve(
        rows.groupNames[number], rows.times.indices.filter { rows.groups[$0] == number }, rows,
        reach: reach)
    }
  }

  private static func curve(
    _ name: String, _ members: [Int], _ rows: SurvivalRows, reach: Double
  ) -> Curve {
    let order = members.sorted { rows.times[$0] < rows.times[$1] }
    var (times, atRisk, events) = ([Double](), [Int](), [Int]())
    var (survival, lower, upper) = ([Double](), [Double](), [Double]())
    var (left, product, greenwood) = (order.count, 1.0, 0.0)
    var place = 0
    while place < order.count {
      let time = rows.times[order[place]]
      var (deaths, gone) = (0, 0)
      while place < order.count, rows.times[order[place]] == time {
        gone += 1
        if rows.isEvent[order[place]] { deaths += 1 }
        place += 1
      }
      if deaths > 0 {
        product *= Double(left - deaths) / Double(left)
        greenwood += Double(deaths) / (Double(left) * Double(left - deaths))
        times.append(time)
        atRisk.append(left)
        events.append(deaths)
        survival.append(product)
        // At 0 the logarithm ends: so does the interval.
        let log = Glibc.log(product)
        let width = reach * greenwood.squareRoot() / log
        let spread = Glibc.log(-log)
        lower.append(product == 0 ? 0 : Glibc.exp(-Glibc.exp(spread - width)))
        upper.append(product == 0 ? 0 : Glibc.exp(-Glibc.exp(spread + width)))
      }
      left -= gone
    }
    return Curve(
      group: name, rowCount: order.count, times: times, atRisk: atRisk, events: events,
      survival: survival, lower: lower, upper: upper)
  }

  /// The groups with their events and medians.
  public var card: StatsCard {
    let rows = curves.map { curve in
      [
        curve.group.isEmpty ? "all" : curve.group, "\(curve.rowCount)",
        "\(curve.events.reduce(0, +))",
        curve.median.map { NumberText.short($0) } ?? "not reached",
        NumberText.fixed(curve.survival.last ?? 1, digits: 4),
      ]
    }
    return StatsCard(
      title: "Kaplan–Meier estimate",
      tables: [
        .init(header: ["group", "rows", "events", "median", "survival at end"], rows: rows)
      ],
      notes: missingCount > 0 ? ["\(missingCount) rows were left out: a null or NaN"] : [])
  }
}

/// Times and events by group.
struct SurvivalRows {
  var times: [Double]
  var isEvent: [Bool]
  var groups: [Int]
  var groupNames: [String]
  let missingCount: Int

  init(
    time: String, event: String, by group: String?, data: DataFrame, model: String
  ) throws(StatsError) {
    let right: FormulaPart = group.map { .factor($0) } ?? .intercept
    let design = try Design(
      Formula(.survival(time, event), by: right), data: data, kind: .survival, model: model)
    times = design.y
    isEvent = try Self.events(design, model: model)
    missingCount = design.missingCount
    groups = Array(repeating: 0, count: times.count)
    groupNames = [""]
    if group != nil, let coding = design.plan.codings.values.first {
      groupNames = coding.levels
      for column in 1..<max(groupNames.count, 1) {
        for row in times.indices where design.x[row, column] == 1 { groups[row] = column }
      }
    }
  }

  /// The events of a design, which must be 0 or 1, at times that are not negative.
  static func events(_ design: Design, model: String) throws(StatsError) -> [Bool] {
    var events: [Bool] = []
    for row in design.y.indices {
      let event = design.second?[row] ?? 1
      guard event == 0 || event == 1, design.y[row] >= 0 else {
        throw StatsError(
          code: .badValue,
          what: "row \(design.keptRows?[row] ?? row) has the time "
            + "\(NumberText.short(design.y[row])) and the event \(NumberText.short(event))",
          place: "\(model)(…)",
          mend: "times must not be negative; events are 1 where seen and 0 where not")
      }
      events.append(event == 1)
    }
    guard events.contains(true) else {
      throw StatsError(
        code: .tooFewRows, what: "there is no event", place: "\(model)(…)",
        mend: "events are 1 where seen and 0 where not")
    }
    return events
  }
}

/// The log-rank test: whether groups have the same survival.
public func logRankTest(
  time: String, event: String, by group: String, data: DataFrame
) throws(StatsError) -> ModelTest {
  let rows = try SurvivalRows(time: time, event: event, by: group, data: data, model: "logRankTest")
  let count = rows.groupNames.count
  guard count > 1 else {
    throw StatsError(
      code: .tooFewRows, what: "\"\(group)\" has one group", place: "logRankTest(…)",
      mend: "compare at least two")
  }
  var left = [Double](repeating: 0, count: count)
  for number in rows.groups { left[number] += 1 }
  var rest = [Double](repeating: 0, count: count)
  var variance = Matrix(rowCount: count - 1, columnCount: count - 1)
  let order = rows.times.indices.sorted { rows.times[$0] < rows.times[$1] }
  var place = 0
  while place < order.count {
    let time = rows.times[order[place]]
    var deaths = [Double](repeating: 0, count: count)
    var gone = deaths
    while place < order.count, rows.times[order[place]] == time {
      let row = order[place]
      gone[rows.groups[row]] += 1
      if rows.isEvent[row] { deaths[rows.groups[row]] += 1 }
      place += 1
    }
    let (d, n) = (deaths.reduce(0, +), left.reduce(0, +))
    if d > 0 {
      for i in 0..<count { rest[i] += deaths[i] - d * left[i] / n }
      if n > 1 {
        let factor = d * (n - d) / (n - 1)
        for i in 0..<(count - 1) {
          for j in 0..<(count - 1) {
            variance[i, j] += factor * (left[i] / n * ((i == j ? 1 : 0) - left[j] / n))
          }
        }
      }
    }
    for i in 0..<count { left[i] -= gone[i] }
  }
  let (triangle, dependent) = Triangle.cholesky(variance, tolerance: 1e-12)
  guard dependent == nil else {
    throw StatsError(
      code: .badValue, what: "a group is never at risk beside another", place: "logRankTest(…)",
      mend: "leave out groups that end before the first event")
  }
  let z = triangle.solveTransposed(Array(rest.prefix(count - 1)))
  return ModelTest(
    chiSquared: z.reduce(0) { $0 + $1 * $1 }, Double(count - 1), name: "Log-rank test",
    hypothesis: "the groups of \"\(group)\" have the same survival")
}
