public import ApusFrame

@_implementationOnly import Glibc

/// Tests whether counts agree with expected ones (equal ones when none are given), which are scaled
/// to the same sum. `fitted` parameters that were estimated from the counts take a degree of freedom
/// each. Effect size: Cohen's w.
public func chiSquaredTest(
  counts: [Int], expected: [Double]? = nil, fitted: Int = 0
) throws(StatsError) -> TestResult {
  let place = "chiSquaredTest(counts:)"
  let total = Double(counts.reduce(0, +))
  guard counts.count > 1 + fitted, total > 0, counts.allSatisfy({ $0 >= 0 }) else {
    throw StatsError(
      code: .tooFewRows, what: "\(counts.count) counts with a sum of \(Int(total))", place: place,
      mend: "give more than \(1 + fitted) counts of at least 0, not all 0")
  }
  let weights = expected ?? counts.map { _ in 1 }
  let weight = weights.reduce(0, +)
  guard weights.count == counts.count, weights.allSatisfy({ $0 > 0 && $0.isFinite }) else {
    throw StatsError(
      code: .badValue, what: "\(weights.count) expected counts for \(counts.count)", place: place,
      mend: "give one above 0 for each count")
  }
  var sum = CompensatedSum()
  for (count, weight) in zip(counts, weights.map({ $0 / weight * total })) {
    sum.add((Double(count) - weight) * (Double(count) - weight) / weight)
  }
  let x = sum.value
  let freedom = Double(counts.count - 1 - fitted)
  var result = TestResult(
    "χ² test of goodness of fit", .init("χ²", x), pValue: Tails.chiSquared(x, freedom))
  result.degreesOfFreedom = [freedom]
  result.effectSizes = [.init("Cohen's w", (x / total).squareRoot())]
  result.counts = [.init(name: "counts", count: Int(total))]
  result.assumptions = [expectedCounts(weights.map { $0 / weight * total })]
  return try result.checked(in: place)
}

/// Tests whether rows and columns of a table are independent, by Pearson's χ²; for 2 × 2 tables
/// corrected for continuity (Yates) unless `isCorrected` is false.
///
/// Effect sizes: Cramér's V with an interval by the noncentral χ², and for 2 × 2 tables the odds
/// ratio (Woolf's interval). Rows and columns without counts are left out.
public func chiSquaredTest(
  _ table: ContingencyTable, isCorrected: Bool = true, confidence: Double = 0.95
) throws(StatsError) -> TestResult {
  let place = "chiSquaredTest(…)"
  try StatsError.checkLevel(confidence, in: place)
  let rows = table.rowSums.indices.filter { table.rowSums[$0] > 0 }
  let columnSums = table.columnSums
  let columns = columnSums.indices.filter { columnSums[$0] > 0 }
  guard rows.count > 1, columns.count > 1 else {
    throw StatsError(
      code: .badValue, what: "a table of \(rows.count) × \(columns.count) with counts",
      place: place, mend: "each variable needs at least two values that occur")
  }
  let expected = table.expected
  let total = Double(table.total)
  let isTwoByTwo = rows.count == 2 && columns.count == 2
  var (corrected, plain) = (CompensatedSum(), CompensatedSum())
  for row in rows {
    for column in columns {
      let difference = abs(Double(table.counts[row][column]) - expected[row][column])
      let less = difference - (isTwoByTwo && isCorrected ? Swift.min(0.5, difference) : 0)
      corrected.add(less * less / expected[row][column])
      plain.add(difference * difference / expected[row][column])
    }
  }
  let freedom = Double((rows.count - 1) * (columns.count - 1))
  let x = corrected.value
  var result = TestResult(
    isTwoByTwo && isCorrected
      ? "χ² test of independence, corrected for continuity" : "χ² test of independence",
    .init("χ²", x), pValue: Tails.chiSquared(x, freedom))
  result.degreesOfFreedom = [freedom]
  let scale = total * Double(Swift.min(rows.count, columns.count) - 1)
  let bounds = EffectIntervals.chiSquared(plain.value, freedom, confidence).map {
    TestResult.Interval(
      ($0.0 / scale).squareRoot(), Swift.min(1, ($0.1 / scale).squareRoot()), level: confidence)
  }
  result.effectSizes = [.init("Cramér's V", (plain.value / scale).squareRoot(), bounds)]
  if isTwoByTwo {
    let cells = rows.flatMap { row in columns.map { Double(table.counts[row][$0]) } }
    if let ratio = oddsRatio(cells, confidence) { result.effectSizes.append(ratio) }
  }
  result.counts = [.init(name: "rows", count: table.total)]
  result.missingCount = table.missingCount
  result.assumptions = [
    expectedCounts(rows.flatMap { row in columns.map { expected[row][$0] } })
  ]
  result.tables = [table.shown]
  return try result.checked(in: place)
}

private func expectedCounts(_ expected: [Double]) -> TestResult.Assumption {
  let few = expected.count { $0 < 5 }
  let isMet = Double(few) <= 0.2 * Double(expected.count) && !expected.contains { $0 < 1 }
  return .init(
    name: "expected counts of 5 and more", pValue: nil, isMet: isMet,
    remark: isMet ? "met" : "\(few) of \(expected.count) are below: think of fisherExactTest(…)")
}

/// The odds ratio of a 2 × 2 table with Woolf's interval; `nil` when a count is 0.
private func oddsRatio(_ cells: [Double], _ level: Double) -> TestResult.Named? {
  guard !cells.contains(0) else { return nil }
  let ratio = cells[0] * cells[3] / (cells[1] * cells[2])
  let error = cells.reduce(0) { $0 + 1 / $1 }.squareRoot()
  let reach = Tails.normalReach(level, .twoSided) * error
  return .init(
    "odds ratio", ratio, .init(ratio * exp(-reach), ratio * exp(reach), level: level))
}

/// Tests whether two outcomes of the same rows are equally frequent, by McNemar: exact by default
/// up to 25 rows that differ, or always with `.exact`; else χ² corrected for continuity.
///
/// The table's rows are the first outcome, its columns the second. Effect size: the odds ratio of
/// rows that differ, with an exact interval.
public func mcNemarTest(
  _ table: ContingencyTable, method: PValueMethod = .automatic, isCorrected: Bool = true,
  confidence: Double = 0.95
) throws(StatsError) -> TestResult {
  let place = "mcNemarTest(…)"
  try StatsError.checkLevel(confidence, in: place)
  try table.needTwoByTwo(in: place)
  let (b, c) = (table.counts[0][1], table.counts[1][0])
  guard b + c > 0 else {
    throw StatsError(
      code: .badValue, what: "no row has two different outcomes", place: place,
      mend: "the statistic is not defined")
  }
  let isExact = method == .exact || (method == .automatic && b + c < 25)
  var result: TestResult
  if isExact {
    let p = Swift.min(1, 2 * Tails.binomialLower(Swift.min(b, c), b + c, 0.5))
    result = TestResult(
      "McNemar's exact test", .init("fewer of the two counts", Double(Swift.min(b, c))), pValue: p)
  } else {
    let difference = Swift.max(0, abs(Double(b - c)) - (isCorrected ? 1 : 0))
    let x = difference * difference / Double(b + c)
    result = TestResult("McNemar's test", .init("χ²", x), pValue: Tails.chiSquared(x, 1))
    result.degreesOfFreedom = [1]
  }
  if c > 0 {
    let share = clopperPearson(b, b + c, confidence)
    result.effectSizes = [
      .init(
        "odds ratio", Double(b) / Double(c),
        .init(
          share.lower / (1 - share.lower), share.upper / (1 - share.upper), level: confidence))
    ]
  }
  result.counts = [
    .init(name: "rows", count: table.total), .init(name: "that differ", count: b + c),
  ]
  result.missingCount = table.missingCount
  result.tables = [table.shown]
  return try result.checked(in: place)
}

extension DataFrame {
  /// Tests whether two columns are independent, by Pearson's χ².
  public func chiSquaredTest(
    _ first: String, _ second: String, isCorrected: Bool = true, confidence: Double = 0.95
  ) throws(StatsError) -> TestResult {
    try ApusStats.chiSquaredTest(
      contingencyTable(first, second), isCorrected: isCorrected, confidence: confidence)
  }

  /// Tests whether two columns of the same two values have them equally often, by McNemar.
  public func mcNemarTest(
    _ first: String, _ second: String, method: PValueMethod = .automatic
  ) throws(StatsError) -> TestResult {
    let table = try contingencyTable(first, second)
    try table.needTwoByTwo(in: "mcNemarTest(\"\(first)\", \"\(second)\")")
    guard table.rowNames == table.columnNames else {
      throw StatsError(
        code: .badValue,
        what: "\"\(first)\" holds \(table.rowNames.joined(separator: ", ")), "
          + "\"\(second)\" \(table.columnNames.joined(separator: ", "))",
        place: "mcNemarTest(\"\(first)\", \"\(second)\")",
        mend: "both columns must hold the same two values")
    }
    return try ApusStats.mcNemarTest(table, method: method)
  }
}
