import ApusFrame
import ApusStats
import Testing

/// What is said of bad input, word for word.
@Suite("Bad input of statistics and tests says what, where and how to mend it")
struct StatsErrorsTests {
  private func message(_ body: () throws -> Any) -> String {
    do {
      return "no error: \(try body())"
    } catch { return "\(error)" }
  }

  private func flights() throws -> DataFrame {
    try DataFrame([
      "origin": ["EWR", "JFK", "EWR", "JFK", "LGA", nil],
      "delay": [1.5, 2, 4, nil, 3, 9], "carrier": ["A", "B", "A", "B", "A", "B"],
      "same": [7.0, 7, 7, 7, 7, 7], "none": AnyColumn([Double?](repeating: nil, count: 6)),
    ])
  }

  @Test("columns that are missing or of another type")
  func columns() throws {
    let frame = try flights()
    #expect(
      message { try frame.tTest("dely", by: "carrier") }
        .contains("did you mean \"delay\"?"))
    #expect(
      message { try frame.tTest("origin", by: "carrier") }
        == "\"origin\" is String, not a number in tTest(\"origin\", by: \"carrier\"); "
        + "choose a column of numbers, or cast it")
  }

  @Test("three groups, one group and groups without values in a t-test")
  func groups() throws {
    let frame = try flights()
    #expect(
      message { try frame.tTest("delay", by: "origin") }
        == "\"origin\" has 3 groups with values (\"EWR\", \"JFK\", \"LGA\") in "
        + "tTest(\"delay\", by: \"origin\"); "
        + "for more than two groups use anova(…), or filter two of them")
    #expect(message { try frame.tTest("delay", by: "same") }.contains("has 1 groups with values"))
    #expect(message { try frame.tTest("none", by: "carrier") }.contains("has 0 groups with values"))
  }

  @Test("too few rows, constant samples, infinite numbers, lengths that differ")
  func values() throws {
    let frame = try flights()
    #expect(
      message { try frame.tTest("same") }
        == "all values of \"same\" are 7 in tTest(…); "
        + "the statistic is not defined without spread; choose another column")
    #expect(
      message { try frame.tTest("none") }
        == "\"none\" has 0 values (6 rows have none) in tTest(…); at least 2 are needed")
    #expect(
      message { try correlation([1.0, 2, .infinity], [1.0, 2, 3]) }
        == "row 2 of the sample is infinite in correlation(…); leave such rows out, or make them null"
    )
    #expect(
      message { try correlation([1.0, 2], [1.0, 2, 3]) }
        == "sample 1 has 2 rows, sample 2 has 3 in correlation(…); "
        + "give samples whose rows belong together")
    #expect(message { try Sample([Double]()).mean }.contains("the sample has 0 values in mean"))
    #expect(message { try Sample([5.0, 5]).skewness() }.contains("all values of the sample are 5"))
    #expect(message { try anova([[1.0, 1], [2.0, 2]]) }.contains("every group is constant"))
    #expect(message { try mannWhitneyTest([1.0, 1], [1.0]) }.contains("are the same"))
    #expect(message { try wilcoxonTest([0.0, 0]) }.contains("no difference is other than 0"))
    #expect(message { try tTest([1.0, 2], confidence: 95) }.contains("such as 0.95"))
    #expect(message { try KernelDensity([3.0, 3, 3]) }.contains("are 3"))
    #expect(message { try KernelDensity2D([1.0, 2, 3], [2.0, 4, 6]) }.contains("lie on a line"))
    #expect(message { try bootstrap([1.0]) }.contains("at least 2 are needed"))
    #expect(message { try jackknife([1.0, 2, 3], .median) }.contains("use bootstrap(…)"))
    #expect(message { try adjustedPValues([0.1, 1.2]) }.contains("p-value 1 is 1.2"))
    #expect(message { try binomialTest(successes: 3, of: 2) }.contains("3 successes of 2 trials"))
    #expect(message { try ContingencyTable([[1, 2], [3]]) }.contains("row 1 has 1 counts"))
    #expect(
      message { try mcNemarTest(ContingencyTable([[1, 2, 3], [3, 4, 5]])) }
        .contains("the test is for tables of 2 × 2"))
  }

  @Test("missing rows are counted, groups stand in the order of their keys")
  func missing() throws {
    let frame = try flights().filter(col("origin").isIn("EWR", "JFK") || col("origin").isNull)
      .with(col("delay") + lit(0.0), as: "delay")
    let more = try concat([
      frame,
      DataFrame([
        "origin": ["JFK", "AAA"], "delay": [3.5, nil], "carrier": ["A", "A"],
        "same": [7.0, 7.0], "none": AnyColumn([Double?](repeating: nil, count: 2)),
      ]),
    ])
    let result = try tTest(more["delay", as: Double.self], by: more["origin"])
    #expect(result.counts.map(\.name) == ["EWR", "JFK"])
    #expect(result.counts.map(\.count) == [2, 2])
    #expect(result.missingCount == 3)
    #expect(result.notes == ["groups without values, left out: AAA"])
    #expect(result.description.contains("rows left out"))
    #expect(result.assumptions.count == 3)
  }

  @Test("statistics of groups and of rolling windows; null where one is not defined")
  func groupsAndWindows() throws {
    let frame = try flights()
    let table = try frame.grouped(by: "carrier").statistics(
      of: "delay", .count, .mean, .trimmedMean(0.1), .skewness)
    #expect(table.columnNames == ["carrier", "count", "mean", "trimmedMean", "skewness"])
    #expect(try Array(table["count", as: Double.self]) == [3, 2])
    #expect(try table["mean", as: Double.self][1] == 5.5)
    let days = try DataFrame(["day": [1, 2, 3, 9], "x": [1.0, 3, 5, 4]])
    let rolling = try days.grouped(rolling: "day", period: 2).statistics(of: "x", .mean, .sd)
    #expect(try Array(rolling["mean", as: Double.self]) == [1, 2, 4, 4])
    #expect(try rolling["sd", as: Double.self][3] == nil)
  }

  @Test("a description of a column, and a card of a test")
  func cards() throws {
    let described = try describe(flights()["delay"])
    #expect(described.count == 5 && described.missingCount == 1)
    #expect(described.median == 3 && described.mean == 3.9)
    #expect(described.description.contains("third quartile"))
    let test = try correlation([1.0, 2, 3, 4, 5], [2.0, 1, 4, 3, 5])
    #expect(test.description.hasPrefix("Pearson's correlation\n"))
    #expect(test.card.html.contains("<strong>Pearson's correlation</strong>"))
  }

  @Test("large tables of correlations agree with pairs, for odd and even counts of columns")
  func matrices() throws {
    var random = RandomGenerator(seed: 4)
    for size in [3, 6] {
      var columns: [AnyColumn] = []
      let common = random.normals(9000)
      for number in 0..<size {
        let own = random.normals(9000)
        columns.append(
          AnyColumn(
            name: "c\(number)",
            AnyColumn(zip(common, own).map { Optional($0 * Double(number) + $1) })))
      }
      let frame = try DataFrame(columns: columns)
      for method in [CorrelationMethod.pearson, .spearman] {
        let matrix = try frame.correlations(method: method)
        for first in frame.columnNames {
          for second in frame.columnNames where second != first {
            let pair = try frame.correlation(first, second, method: method)
            expectClose(matrix[first, second], pair.statistic.value, 1e-12, absolute: 1e-14)
          }
        }
      }
    }
  }

  @Test("order statistics of large samples are those of the sorted one")
  func selection() throws {
    var random = RandomGenerator(seed: 9)
    for size in [1, 2, 700, 5000] {
      let x = random.normals(size).map { ($0 * 20).rounded() }
      let sorted = x.sorted()
      let ps = [0.5, 0, 1, 0.25, 0.9, 0.1]
      let found = try Sample(x).quantiles(ps, type: .inverse)
      for (p, value) in zip(ps, found) {
        #expect(value == sorted[max(0, Int((p * Double(size)).rounded(.up)) - 1)])
      }
    }
  }
}
