import ApusFrame
import Testing

@Suite("Functions, windows and lazy frames")
struct FunctionTests {
  private let frame: DataFrame

  init() throws {
    frame = try DataFrame([
      "city": ["Oslo", "Rome", nil, "Oslo", "Rome", "Oslo"],
      "n": [3, nil, 7, 1, 5, 3],
      "x": [0.5, 2.25, .nan, nil, -1.5, 4],
      "day": AnyColumn([
        CivilDate("2024-02-29"), CivilDate("2023-12-31"), nil, CivilDate("2024-05-15"),
        CivilDate("2024-11-03"), CivilDate("1969-07-20"),
      ]),
    ])
  }

  private func values<Value: ColumnElement>(
    _ expr: Expr, as type: Value.Type
  ) throws -> [Value?] {
    Array(try frame.select(expr.as("r"))["r", as: type])
  }

  @Test("a choice takes the first condition that is true; null counts as false")
  func choices() throws {
    let size = when(col("n") > 4).then("large").when(col("n") > 2).then("middle").otherwise("small")
    #expect(
      try values(size, as: String.self)
        == ["middle", "small", "large", "small", "large", "middle"])
    #expect(
      try values(when(col("n") > 4).then(col("x")).otherwise(0), as: Double.self).map { $0?.isNaN }
        == [false, false, true, false, false, false])
    #expect(try values(coalesce(col("n"), lit(0)), as: Int.self) == [3, 0, 7, 1, 5, 3])
    #expect(
      try values(col("n").fillNull(col("x")), as: Double.self) == [3, 2.25, 7, 1, 5, 3])
    #expect(
      try values(col("city").fillNull("?"), as: String.self)
        == ["Oslo", "Rome", "?", "Oslo", "Rome", "Oslo"])
  }

  @Test("casts turn values into other types, or say which one has no counterpart")
  func casts() throws {
    #expect(try values(col("n").cast(to: .float64), as: Double.self) == [3, nil, 7, 1, 5, 3])
    #expect(try values(col("x").castOrNull(to: .int64), as: Int.self) == [0, 2, nil, nil, -1, 4])
    #expect(try values(col("n").cast(to: .string), as: String.self)[0] == "3")
    #expect(
      try values(col("day").cast(to: .string).cast(to: .date), as: CivilDate.self)[0]
        == CivilDate("2024-02-29"))
    let error = #expect(throws: FrameError.self) {
      try frame.select(col("city").cast(to: .int64))
    }
    #expect(
      error?.description
        == "\"Oslo\" is no Int in row 0, select(…); castOrNull(to:) makes it null")
    let other = #expect(throws: FrameError.self) { try frame.select(col("day").cast(to: .bool)) }
    #expect(other?.code == .typeMismatch)
  }

  @Test("functions of texts, numbers and days")
  func functions() throws {
    let texts = try DataFrame(["s": ["  Łódź ", "", nil, "abcabc and a longer text", "日本"]])
    func one<Value: ColumnElement>(_ expr: Expr, as type: Value.Type) throws -> [Value?] {
      Array(try texts.select(expr.as("r"))["r", as: type])
    }
    let s = col("s")
    #expect(try one(s.trimmed().uppercased(), as: String.self)[0] == "ŁÓDŹ")
    #expect(try one(s.length, as: Int.self) == [7, 0, nil, 24, 2])
    #expect(try one(s.byteLength, as: Int.self) == [10, 0, nil, 24, 6])
    #expect(try one(s.contains("ca"), as: Bool.self) == [false, false, nil, true, false])
    #expect(try one(s.hasPrefix("日"), as: Bool.self) == [false, false, nil, false, true])
    #expect(try one(s.hasSuffix("text"), as: Bool.self) == [false, false, nil, true, false])
    #expect(
      try one(s.replacing("abc", with: "x"), as: String.self)[3] == "xx and a longer text")
    #expect(try one(s.slice(from: -2), as: String.self) == ["ź ", "", nil, "xt", "日本"])
    #expect(try one(s.slice(from: 2, count: 2), as: String.self) == ["Łó", "", nil, "ca", ""])

    #expect(try values((col("x") * 10).rounded(), as: Double.self)[1] == 23)
    #expect(try values(col("x").absolute(), as: Double.self)[4] == 1.5)
    #expect(try values(col("x").isNaN, as: Bool.self) == [false, false, true, nil, false, false])
    #expect(try values(col("n").power(2), as: Double.self) == [9, nil, 49, 1, 25, 9])

    let day = col("day")
    #expect(try values(day.year, as: Int.self) == [2024, 2023, nil, 2024, 2024, 1969])
    #expect(try values(day.quarter, as: Int.self) == [1, 4, nil, 2, 4, 3])
    #expect(try values(day.weekday, as: Int.self) == [4, 7, nil, 3, 7, 7])
    #expect(try values(day.dayOfYear, as: Int.self) == [60, 365, nil, 136, 308, 201])
    func begins(_ unit: CalendarUnit) throws -> [String?] {
      try values(day.truncated(to: unit), as: CivilDate.self).map { $0?.description }
    }
    #expect(try begins(.month)[3] == "2024-05-01")
    #expect(try begins(.quarter)[4] == "2024-10-01")
    #expect(try begins(.week)[5] == "1969-07-14")
  }

  @Test("window functions see the rows of their partition, in order")
  func windows() throws {
    #expect(
      try values(col("n") - mean("n").over("city"), as: Double.self).map {
        $0.map { ($0 * 3).rounded() }
      }
        == [2, nil, 0, -4, 0, 2])
    #expect(try values(rank("n").over("city"), as: Int.self) == [2, nil, 1, 1, 1, 2])
    #expect(
      try values(rank("n", method: .average), as: Double.self) == [2.5, nil, 5, 1, 4, 2.5])
    #expect(
      try values(rank("x", method: .dense, descending: true), as: Int.self)
        == [4, 3, 1, nil, 5, 2])
    #expect(try values(rowNumber().over("city"), as: Int.self) == [1, 1, 1, 2, 2, 3])
    #expect(
      try values(rowNumber().over("city", order: .descending("n")), as: Int.self)
        == [1, 2, 1, 3, 1, 2])
    #expect(try values(lag("n").over("city"), as: Int.self) == [nil, nil, nil, 3, nil, 1])
    #expect(try values(lead("n", 2), as: Int.self) == [7, 1, 5, 3, nil, nil])
    #expect(try values(cumulative(.sum, "n"), as: Int.self) == [3, nil, 10, 11, 16, 19])
    #expect(try values(cumulative(.max, "n").over("city"), as: Int.self) == [3, nil, 7, 3, 5, 3])
    #expect(
      try values(rolling(.sum, "n", 2, atLeast: 1), as: Int.self) == [3, 3, 7, 8, 6, 8])
    #expect(try values(rolling(.mean, "n", 2), as: Double.self) == [nil, nil, nil, 4, 3, 4])
    #expect(
      try values(rolling(.min, "x", 3, atLeast: 1), as: Double.self)
        == [0.5, 0.5, 0.5, 2.25, -1.5, -1.5])
    #expect(try frame.filter(rank("n").over("city") == 1).rowCount == 3)
  }

  @Test("any and all leave nulls out; correlation takes rows that have both values")
  func quantifiers() throws {
    let flags = try DataFrame([
      "k": ["a", "a", "b", "b", "c"], "f": [true, nil, false, true, nil],
      "x": [1, 2, 3, 4, nil], "y": [2, 4, 5, 9, 1],
    ])
    let found = try flags.grouped(by: "k").aggregate(any("f").as("any"), all("f").as("all"))
    #expect(Array(try found["any", as: Bool.self]) == [true, true, false])
    #expect(Array(try found["all", as: Bool.self]) == [true, false, true])
    let whole = try flags.aggregate(correlation("x", "y").as("r"))["r", as: Double.self][0]
    // By hand: covariance 11 / 3, variances 5 / 3 and 26 / 3.
    #expect(abs((whole ?? 0) - 11 / (5.0 * 26).squareRoot()) < 1e-15)
    let error = #expect(throws: FrameError.self) { try flags.aggregate(any("x")) }
    #expect(
      error?.description
        == "\"any(x)\" of Int in aggregate(…); it takes Bool: compare the values with something")
  }

  @Test("the first rows of groups, and rows that differ")
  func groupTops() throws {
    let tops = try frame.grouped(by: "city").top(1, by: .descending("n"))
    #expect(Array(try tops["n", as: Int.self]) == [3, 5, 7])
    #expect(Array(try frame.unique(by: "city")["city", as: String.self]) == ["Oslo", "Rome", nil])
    #expect(try frame.unique().rowCount == 6)
  }

  @Test("a plan says what was asked and what is done")
  func explain() throws {
    let lazy = try frame.lazy
      .with(col("n") * 2, as: "twice")
      .sorted(by: "n")
      .filter(col("city") == "Oslo" && col("twice") > 1 + lit(1))
      .select("city", "twice")
      .head(2)
    #expect(
      lazy.explain() == """
        asked:
          head 2
            select city, twice
              filter (city == "Oslo") && (twice > (1 + 1))
                sort by n
                  select city, n, x, day, twice = n * 2
                    frame of 6 rows: city, n, x, day
        done:
          select city, twice
            top 2 by n
              filter twice > 2
                select city, n, twice = n * 2
                  filter city == "Oslo"
                    select city, n
                      frame of 6 rows: city, n, x, day

        """)
    let found = try lazy.collect()
    #expect(found.columnNames == ["city", "twice"])
    #expect(Array(try found["twice", as: Int.self]) == [6, 6])
  }

  @Test("an optimised plan gives what the plain one gives", arguments: [0, 1, 200, 40_000])
  func optimisation(rowCount: Int) throws {
    var frames = RandomFrames(seed: 21)
    let left = try frames.frame(rowCount: rowCount, distinct: 40)
    let right = try frames.frame(rowCount: rowCount / 4, distinct: 40).select("kInt", "x", "n")
      .unique(by: "kInt")
    let eager = try left.with(col("n") + 1, as: "m")
      .joined(right, on: "kInt", how: .left)
      .filter(col("m") > 3 && col("x_right") < 500 && col("kText") != "k4")
      .grouped(by: "kText", "kBool").aggregate(sum("m").as("m"), max("x").as("x"), count())
      .filter(col("kBool") == true && col("m") > 10)
      .sorted(by: .descending("m"), "kText").head(7)
    let lazy = try left.lazy.with(col("n") + 1, as: "m")
      .joined(right.lazy, on: "kInt", how: .left)
      .filter(col("m") > 3 && col("x_right") < 500 && col("kText") != "k4")
      .grouped(by: "kText", "kBool").aggregate(sum("m").as("m"), max("x").as("x"), count())
      .filter(col("kBool") == true && col("m") > 10)
      .sorted(by: .descending("m"), "kText").head(7)
    #expect(try lazy.collect() == eager)
    let semi = try left.lazy.joined(right.lazy, on: "kInt", how: .anti).select("row").collect()
    #expect(try semi == left.joined(right, on: "kInt", how: .anti).select("row"))
  }
}
