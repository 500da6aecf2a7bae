import ApusFrame
import Testing

@Suite("DataFrame")
struct DataFrameTests {
  private func trips() throws -> DataFrame {
    try DataFrame([
      "city": ["Oslo", nil, "Rome", "Oslo", nil],
      "fare": [10, 20, nil, 40, 50],
      "rate": [1.5, .nan, 2.5, nil, -0.0],
    ])
  }

  @Test("columns keep their order, types and nulls")
  func columns() throws {
    let frame = try trips()
    #expect(frame.columnNames == ["city", "fare", "rate"])
    #expect(frame.schema.fields.map(\.type) == [.string, .int64, .float64])
    #expect((frame.rowCount, frame.columnCount) == (5, 3))
    #expect(Array(try frame["fare", as: Int.self]) == [10, 20, nil, 40, 50])
    #expect(Array(try frame["fare", as: Double.self]) == [10, 20, nil, 40, 50])
    #expect(try frame["rate"].nullCount == 1)
  }

  @Test("with replaces in place, drop and rename keep the rest")
  func shaping() throws {
    let frame = try trips()
    #expect(
      try frame.with(col("fare") * 2, as: "fare").columnNames == ["city", "fare", "rate"])
    #expect(try frame.with(col("fare") / 4, as: "quarter")["quarter", as: Double.self][3] == 10)
    #expect(try frame.with(lit("x"), as: "mark")["mark", as: String.self][4] == "x")
    #expect(try frame.drop("city", "rate").columnNames == ["fare"])
    #expect(try frame.drop("city", "fare", "rate").rowCount == 5)
    #expect(try frame.rename("fare", to: "price").columnNames == ["city", "price", "rate"])
    #expect(try frame.select("rate", "city").columnNames == ["rate", "city"])
  }

  @Test("null and NaN form groups of their own, -0 joins 0")
  func groups() throws {
    let byCity = try trips().grouped(by: "city").aggregate(count(), sum("fare").as("fare"))
    #expect(
      byCity
        == (try DataFrame([
          "city": ["Oslo", nil, "Rome"], "count": [2, 2, 1], "fare": [50, 70, 0],
        ])))
    let numbers = try DataFrame(["x": [.nan, 0.0, nil, -0.0, .nan, 1]])
    let found = try numbers.grouped(by: "x").aggregate(count())
    #expect(Array(try found["count", as: Int.self]) == [2, 2, 1, 1])
  }

  @Test("aggregates combine with each other and with keys")
  func combined() throws {
    let found = try trips().grouped(by: "city").aggregate(
      (max("fare") - min("fare")).as("range"), mean(col("fare") * 2), max("city").as("top"),
      (col("city") + "!").as("shout"))
    #expect(found.columnNames == ["city", "range", "mean(fare * 2)", "top", "shout"])
    #expect(Array(try found["range", as: Int.self]) == [30, 30, nil])
    #expect(Array(try found["top", as: String.self]) == ["Oslo", nil, "Rome"])
    #expect(Array(try found["shout", as: String.self]) == ["Oslo!", nil, "Rome!"])
  }

  @Test("aggregates of no rows")
  func noRows() throws {
    let empty = try trips().filter(lit(false))
    #expect(empty.rowCount == 0)
    let found = try empty.aggregate(
      count(), sum("fare").as("sum"), mean("fare").as("mean"), min("city").as("min"),
      first("rate").as("first"), median("fare").as("median"))
    #expect(found.rowCount == 1)
    #expect(try found["count"][0] == 0)
    #expect(try found["sum"][0] == 0)
    for name in ["mean", "min", "first", "median"] { #expect(try found[name][0] == .null) }
    #expect(try empty.grouped(by: "city").aggregate(count()).rowCount == 0)
    #expect(try empty.sorted(by: "fare").rowCount == 0)
    #expect(empty.describe().rowCount == 3)
  }

  @Test("NaN loses against numbers in min and max, and spreads in sums and quantiles")
  func nan() throws {
    let found = try trips().aggregate(
      min("rate").as("min"), max("rate").as("max"), sum("rate").as("sum"),
      median("rate").as("median"), std("rate").as("std"))
    #expect(try found["min"][0] == 0.0)
    #expect(try found["max"][0] == 2.5)
    for name in ["sum", "median", "std"] {
      #expect(try found[name, as: Double.self][0]?.isNaN == true)
    }
  }

  @Test("nulls come last in both directions, NaN counts as the greatest")
  func sorting() throws {
    let frame = try trips()
    #expect(
      Array(try frame.sorted(by: "fare")["fare", as: Int.self]) == [10, 20, 40, 50, nil])
    #expect(
      Array(try frame.sorted(by: .descending("fare"))["fare", as: Int.self])
        == [50, 40, 20, 10, nil])
    #expect(
      Array(try frame.sorted(by: .descending("rate"))["fare", as: Int.self])
        == [20, nil, 10, 50, 40])
    #expect(
      Array(try frame.sorted(by: "city", .descending("fare"))["fare", as: Int.self])
        == [40, 10, nil, 50, 20])
  }

  @Test("head and tail share and bound", arguments: [0, 2, 5, 9])
  func ends(count: Int) throws {
    let frame = try trips()
    #expect(frame.head(count).rowCount == Swift.min(count, 5))
    #expect(frame.tail(count).rowCount == Swift.min(count, 5))
    if count == 2 { #expect(Array(try frame.tail(2)["fare", as: Int.self]) == [40, 50]) }
  }

  @Test("describe gives one row a column")
  func describing() throws {
    let found = try DataFrame([
      "n": [1, 2, 3, 4, nil], "s": ["a", "b", "a", nil, nil], "ok": [true, false, true, true, nil],
    ]).describe()
    #expect(Array(try found["column", as: String.self]) == ["n", "s", "ok"])
    #expect(Array(try found["nulls", as: Int.self]) == [1, 2, 1])
    #expect(Array(try found["distinct", as: Int.self]) == [4, 2, 2])
    #expect(Array(try found["mean", as: Double.self]) == [2.5, nil, 0.75])
    #expect(Array(try found["q25", as: Double.self]) == [1.75, nil, 0.75])
    #expect(Array(try found["max", as: Double.self]) == [4, nil, 1])
  }
}

/// Numbers from a seed, equal in every run (S. Vigna's SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}

@Suite("Laws of the frame")
struct FrameLawTests {
  private func random(_ rowCount: Int, seed: UInt64) throws -> DataFrame {
    var generator = SeededGenerator(state: seed)
    func some<Value>(_ body: (inout SeededGenerator) -> Value) -> [Value?] {
      (0..<rowCount).map { _ in
        Int.random(in: 0..<6, using: &generator) == 0 ? nil : body(&generator)
      }
    }
    return try DataFrame([
      "row": AnyColumn((0..<rowCount).map(Optional.some)),
      "n": AnyColumn(some { Int.random(in: -4...4, using: &$0) }),
      "x": AnyColumn(some { Double(Int.random(in: -9...9, using: &$0)) / 4 }),
      "s": AnyColumn(
        some { String(repeating: "ab", count: Int.random(in: 0...9, using: &$0)) }),
      "b": AnyColumn(some { Bool.random(using: &$0) }),
      "d": AnyColumn(
        some { CivilDate(daysSinceEpoch: Int32.random(in: -5...5, using: &$0)) }),
    ])
  }

  static let sizes = [0, 1, 2, 63, 64, 65, 127, 128, 129, 500]

  @Test("rows where p holds, does not hold and is null are all rows", arguments: sizes)
  func partition(rowCount: Int) throws {
    let frame = try random(rowCount, seed: 7)
    for p in [col("n") > 0 && col("b"), col("x") < col("n") || col("s") == "ab"] {
      let parts = try [frame.filter(p), frame.filter(!p), frame.filter(p.isNull)]
      let rows = try parts.flatMap { try $0["row", as: Int.self].compactMap { $0 } }
      #expect(rows.sorted() == Array(0..<rowCount))
    }
  }

  @Test("every kind of column groups as a dictionary does", arguments: sizes)
  func grouping(rowCount: Int) throws {
    let frame = try random(rowCount, seed: 11)
    for key in ["n", "x", "s", "b", "d"] {
      let keys = try frame[key]
      let xs = try frame["x", as: Double.self]
      var order: [Scalar] = []
      var counts: [Scalar: Int] = [:]
      var sums: [Scalar: Double] = [:]
      for row in 0..<rowCount {
        if counts[keys[row]] == nil { order.append(keys[row]) }
        counts[keys[row], default: 0] += 1
        sums[keys[row], default: 0] += xs[row] ?? 0
      }
      let found = try frame.grouped(by: key).aggregate(count(), sum("x").as("sum"))
      #expect(try (0..<found.rowCount).map { try found[key][$0] } == order)
      #expect(try found["count", as: Int.self].map { $0 } == order.map { counts[$0] })
      #expect(try found["sum", as: Double.self].map { $0 } == order.map { sums[$0] })
    }
  }

  @Test("sorting orders, keeps every row, and keeps equal rows as they were", arguments: sizes)
  func sorting(rowCount: Int) throws {
    let frame = try random(rowCount, seed: 13)
    let sorted = try frame.sorted(by: "n", .descending("x"))
    let n = try sorted["n", as: Int.self]
    let x = try sorted["x", as: Double.self]
    let row = try sorted["row", as: Int.self].compactMap { $0 }
    #expect(Set(row).count == rowCount)
    for (a, b) in zip(0..<rowCount, 1..<Swift.max(rowCount, 1)) {
      let left = (n[a] ?? .max, -(x[a] ?? -.infinity), row[a])
      #expect(left < (n[b] ?? .max, -(x[b] ?? -.infinity), row[b]))
    }
  }

  @Test("a slice behaves as a frame of its own", arguments: [1, 37, 64, 65])
  func slices(offset: Int) throws {
    let whole = try random(200, seed: 17)
    let part = whole.tail(200 - offset)
    let p = col("n") >= 0 && !col("b")
    let wanted = try whole.filter(p && col("row") >= offset)
    #expect(try part.filter(p) == wanted)
    #expect(
      try part.grouped(by: "s").aggregate(count("x"), max("d"))
        == whole.filter(col("row") >= offset).grouped(by: "s").aggregate(count("x"), max("d")))
  }
}
