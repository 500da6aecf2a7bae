public import ApusFrame

@_implementationOnly import Glibc

/// Tests whether rows and columns of a table are independent by counting the tables with its sums:
/// Fisher's exact test, for 2 × 2 and larger tables.
///
/// - 2 × 2: the estimate is the conditional maximum-likelihood odds ratio with an exact interval; a
///   two-sided p-value sums the tables that are no more likely.
/// - Larger tables are two-sided only. Throws when there are too many tables to count.
public func fisherExactTest(
  _ table: ContingencyTable, alternative: TestResult.Alternative = .twoSided,
  confidence: Double = 0.95
) throws(StatsError) -> TestResult {
  let place = "fisherExactTest(…)"
  try StatsError.checkLevel(confidence, in: place)
  var result: TestResult
  if table.counts.count == 2, table.columnNames.count == 2 {
    result = try twoByTwo(table, alternative, confidence, in: place)
  } else {
    guard alternative == .twoSided else {
      throw StatsError(
        code: .badOption,
        what: "a one-sided test of a \(table.counts.count) × "
          + "\(table.columnNames.count) table", place: place, mend: "leave out `alternative`")
    }
    let found = try TableCounting(table, in: place)
    result = TestResult(
      "Fisher's exact test", .init("probability of the table", found.probability),
      pValue: found.pValue)
  }
  result.alternative = alternative
  result.counts = [.init(name: "rows", count: table.total)]
  result.missingCount = table.missingCount
  result.tables = [table.shown]
  return try result.checked(in: place)
}

extension DataFrame {
  /// Tests whether two columns are independent, by Fisher's exact test.
  public func fisherExactTest(
    _ first: String, _ second: String, alternative: TestResult.Alternative = .twoSided
  ) throws(StatsError) -> TestResult {
    try ApusStats.fisherExactTest(contingencyTable(first, second), alternative: alternative)
  }
}

private func twoByTwo(
  _ table: ContingencyTable, _ alternative: TestResult.Alternative, _ level: Double,
  in place: String
) throws(StatsError) -> TestResult {
  let counts = table.counts
  let (row, other) = (table.rowSums[0], table.rowSums[1])
  let column = table.columnSums[0]
  guard row > 0, other > 0, column > 0, table.columnSums[1] > 0 else {
    throw StatsError(
      code: .badValue, what: "a row or column of the table has no counts", place: place,
      mend: "each variable needs two values that occur")
  }
  let shares = Hypergeometric2(row: row, other: other, column: column)
  let x = counts[0][0]
  let p = shares.pValue(x, alternative)
  let cells = counts.joined().map { Double($0) }
  let sample = cells[0] * cells[3] / (cells[1] * cells[2])
  var result = TestResult(
    "Fisher's exact test", .init("sample odds ratio", sample.isNaN ? .infinity : sample), pValue: p)
  result.estimate = .init(
    "odds ratio", shares.estimate(x), shares.interval(x, level, alternative))
  return result
}

/// The first count of a 2 × 2 table with given sums, for any odds ratio.
private struct Hypergeometric2 {
  let least: Int
  let greatest: Int
  private let logs: [Double]

  init(row: Int, other: Int, column: Int) {
    let (low, high) = (Swift.max(0, column - other), Swift.min(row, column))
    least = low
    greatest = high
    // Ratios of neighbours, which lose no digits as differences of large logarithms would.
    var logs = [0.0]
    for x in low..<Swift.max(high, low) {
      let ratio =
        Double(row - x) * Double(column - x) / (Double(x + 1) * Double(other - column + x + 1))
      logs.append(logs[logs.count - 1] + log(ratio))
    }
    self.logs = logs
  }

  func shares(logOdds: Double) -> [Double] {
    let weights = logs.enumerated().map { $1 + Double($0) * logOdds }
    let most = weights.max() ?? 0
    let values = weights.map { exp($0 - most) }
    let total = values.reduce(0, +)
    return values.map { $0 / total }
  }

  func pValue(_ x: Int, _ alternative: TestResult.Alternative) -> Double {
    let shares = shares(logOdds: 0)
    switch alternative {
    case .less: return shares.prefix(x - least + 1).reduce(0, +)
    case .greater: return shares.dropFirst(x - least).reduce(0, +)
    case .twoSided:
      let own = shares[x - least] * (1 + 1e-7)
      return shares.reduce(0) { $0 + ($1 <= own ? $1 : 0) }
    }
  }

  private func mean(_ logOdds: Double) -> Double {
    shares(logOdds: logOdds).enumerated().reduce(0) { $0 + Double($1.offset) * $1.element }
      + Double(least)
  }

  func estimate(_ x: Int) -> Double {
    if x == least { return 0 }
    if x == greatest { return .infinity }
    return EffectIntervals.root(-700, 700) { mean($0) - Double(x) }.map { exp($0) } ?? .nan
  }

  func interval(
    _ x: Int, _ level: Double, _ alternative: TestResult.Alternative
  ) -> TestResult.Interval? {
    let alpha = alternative == .twoSided ? (1 - level) / 2 : 1 - level
    func lower(_ logOdds: Double) -> Double {
      shares(logOdds: logOdds).prefix(x - least + 1).reduce(0, +)
    }
    func upper(_ logOdds: Double) -> Double {
      shares(logOdds: logOdds).dropFirst(x - least).reduce(0, +)
    }
    var (low, high) = (0.0, Double.infinity)
    if alternative != .less, x > least {
      guard let found = EffectIntervals.root(-700, 700, { upper($0) - alpha }) else { return nil }
      low = exp(found)
    }
    if alternative != .greater, x < greatest {
      guard let found = EffectIntervals.root(-700, 700, { lower($0) - alpha }) else { return nil }
      high = exp(found)
    }
    return .init(low, high, level: level)
  }
}

/// Counts all tables with the sums of a given one, column by column: what matters of the columns
/// behind is only how much of each row is left.
private struct TableCounting {
  let probability: Double
  let pValue: Double

  /// How many ways to fill columns may be remembered.
  private static let limit = 2_000_000

  init(_ table: ContingencyTable, in place: String) throws(StatsError) {
    // The longer side is walked, so that the states are short.
    var counts = table.counts
    if counts.count > table.columnNames.count {
      counts = table.columnNames.indices.map { column in table.counts.map { $0[column] } }
    }
    let rows = counts.map { $0.reduce(0, +) }
    let columns = (0..<counts[0].count).map { column in counts.reduce(0) { $0 + $1[column] } }
    let total = rows.reduce(0, +)
    let factorials = (0...Swift.max(total, 1)).map { Tails.logGamma(Double($0) + 1) }
    guard total > 0 else {
      throw StatsError(code: .tooFewRows, what: "a table of zeros", place: place)
    }
    func logs(_ counts: [Int]) -> Double { counts.reduce(0) { $0 + factorials[$1] } }
    let constant: Double = logs(rows) + logs(columns) - factorials[total]
    let observed = constant - logs(Array(counts.joined()))

    // From each state: the logarithms of 1/Π cells! that were reached and their summed shares, so
    // far as they are told apart. Equal ones (to 1e-9) are merged.
    var states: [[Int]: [Int: Double]] = [rows: [0: 1]]
    for column in columns {
      var next: [[Int]: [Int: Double]] = [:]
      var size = 0
      for (left, ways) in states {
        Self.fill(column, left) { cells, rest in
          let cost = logs(cells)
          for (reached, number) in ways {
            let key = reached + Int((cost * 1e10).rounded())
            let isNew = next[rest]?[key] == nil
            next[rest, default: [:]][key, default: 0] += number
            if isNew { size += 1 }
          }
          return size <= Self.limit
        }
        guard size <= Self.limit else {
          throw StatsError(
            code: .badValue, what: "too many tables with these sums (\(total) counts)",
            place: place, mend: "use chiSquaredTest(…), or permutationTest(…) for its p-value")
        }
      }
      states = next
    }
    var sum = 0.0
    for (_, ways) in states {
      for (cost, number) in ways {
        let chance = constant - Double(cost) / 1e10
        if chance <= observed + 1e-7 { sum += number * exp(chance) }
      }
    }
    probability = exp(observed)
    pValue = sum
  }

  /// Calls `body` with every way to share a column's sum among rows, and what is left of the rows,
  /// until it says false.
  private static func fill(
    _ sum: Int, _ left: [Int], _ body: ([Int], [Int]) -> Bool
  ) {
    var cells = [Int](repeating: 0, count: left.count)
    var rest = left
    func place(_ row: Int, _ open: Int) -> Bool {
      if row == left.count - 1 {
        guard open <= left[row] else { return true }
        cells[row] = open
        rest[row] = left[row] - open
        return body(cells, rest)
      }
      for count in 0...Swift.min(open, left[row]) {
        cells[row] = count
        rest[row] = left[row] - count
        guard place(row + 1, open - count) else { return false }
      }
      return true
    }
    _ = place(0, sum)
  }
}
