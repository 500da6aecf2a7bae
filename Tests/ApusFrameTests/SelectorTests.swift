import ApusFrame
import TestSupport
import Testing

@Suite("Columns chosen by name and type, and what is made across them")
struct SelectorTests {
  private let oracle: VerbOracle

  init() throws { oracle = try VerbOracle.load() }

  private var frame: DataFrame {
    get throws {
      try DataFrame([
        "a": AnyColumn(oracle.wide.a), "b": AnyColumn(oracle.wide.b), "c": AnyColumn(oracle.wide.c),
        "p": AnyColumn(oracle.wide.p), "q": AnyColumn(oracle.wide.q),
      ])
    }
  }

  @Test("selectors choose in the order of the frame")
  func selectors() throws {
    let frame = try frame
    func names(_ columns: ColumnSelector) throws -> [String] {
      try frame.select(columns).columnNames
    }
    #expect(try names(.all) == ["a", "b", "c", "p", "q"])
    #expect(try names(.numeric) == ["a", "b", "c"])
    #expect(try names(.of(.bool).and("a")) == ["a", "p", "q"])
    #expect(try names(.numeric.except(.of(.float64))) == ["a", "c"])
    #expect(try names(.matching("^[b-p]$")) == ["b", "c", "p"])
    #expect(try names(.prefix("p").and(.suffix("b"))) == ["b", "p"])
    #expect(try frame.drop(.numeric).columnNames == ["p", "q"])
    for wrong in [ColumnSelector.temporal, "z", .matching("("), .numeric.except(.numeric)] {
      #expect(throws: FrameError.self) { try frame.lazy.select(wrong) }
    }
  }

  @Test("each chosen column is changed or aggregated")
  func each() throws {
    let frame = try frame
    let doubled = try frame.with(each: .numeric) { $0 * 2 }
    #expect(doubled.columnNames == frame.columnNames)
    #expect(
      try doubled
        == frame.with(col("a") * 2, as: "a").with(col("b") * 2, as: "b")
        .with(col("c") * 2, as: "c"))
    let beside = try frame.with(each: "a", suffix: "_sum") { sum($0).over("p") }
    #expect(try beside == frame.with(sum("a").over("p"), as: "a_sum"))
    let groups = try frame.grouped(by: "p").aggregate(count(), each: .all) { first($0) }
    #expect(groups.columnNames == ["p", "count", "a", "b", "c", "q"])
    let lazy = try frame.lazy.grouped(by: "p").aggregate(count(), each: .all) { first($0) }
    #expect(try lazy.collect() == groups)
    let whole = try frame.aggregate(each: .numeric, suffix: "_max") { max($0) }
    #expect(
      try whole
        == frame.aggregate(
          max("a").as("a_max"), max("b").as("b_max"), max("c").as("c_max")))
    let present = try frame.dropNulls("a", "q")
    #expect(try present == frame.filter(col("a").isNotNull && col("q").isNotNull))
    #expect(try frame.lazy.dropNulls().collect() == frame.filter(count(across: .all) == 5))
  }

  @Test("sums, means, extremes and logic across columns")
  func across() throws {
    let found = try frame.select(
      sum(across: "a", "b", "c").as("sum"), mean(across: .numeric).as("mean"),
      min(across: "c", "b", "a").as("min"), greatest(col("a"), col("b"), col("c") + 0).as("max"),
      any(across: "p", "q").as("any"), all(across: .of(.bool)).as("all"),
      count(across: .all).as("count"))
    func close(_ name: String, _ wanted: [Double?]) throws {
      for (a, b) in zip(try found[name, as: Double.self], wanted) {
        #expect(a == b || abs((a ?? .nan) - (b ?? .nan)) < 1e-12, "\(name)")
      }
    }
    try close("sum", oracle.across.sum)
    try close("mean", oracle.across.mean)
    try close("min", oracle.across.min)
    try close("max", oracle.across.max)
    #expect(Array(try found["any", as: Bool.self]) == oracle.across.any)
    #expect(Array(try found["all", as: Bool.self]) == oracle.across.all)
    let frame = try frame
    for row in 0..<frame.rowCount {
      let values = try frame.columnNames.filter { try frame[$0][row] != .null }.count
      #expect(try found["count"][row] == .int(values))
    }
  }

  @Test("least and greatest pass over null and NaN, in every type that is ordered")
  func extremes() throws {
    let odd = try DataFrame(["x": [1.0, .nan, nil, .nan, nil], "y": [.nan, 2.0, 3.0, .nan, nil]])
    let found = try odd.select(
      least(col("x"), col("y")).as("l"), greatest(col("x"), col("y")).as("g"))
    for name in ["l", "g"] {
      let column = try found[name]
      #expect(column[0] == .double(1) && column[1] == .double(2) && column[2] == .double(3))
      #expect(column[3].isSame(as: .nan) && column[4] == .null)
    }
    for type in RandomColumns.flatTypes where type != .float32 && type != .float64 {
      var random = RandomColumns(seed: 4)
      let frame = try DataFrame(columns: [
        AnyColumn(name: "x", random.column(type, count: 100)),
        AnyColumn(name: "y", random.column(type, count: 100)),
      ])
      let pair = try frame.select(
        least(col("x"), col("y")).as("l"), greatest(col("x"), col("y")).as("g"))
      let naive = try frame.with(when(col("x") <= col("y")).then(true).otherwise(false), as: "b")
      for row in 0..<100 {
        let (x, y) = (try frame["x"][row], try frame["y"][row])
        let isLess = try naive["b"][row] == .bool(true)
        let least = x == .null ? y : y == .null || isLess ? x : y
        #expect(try pair["l"][row] == least, "\(type)")
      }
    }
  }

  @Test("narrow numbers are added as wide ones, and wide ones beyond 64 bits are an error")
  func overflow() throws {
    let narrow = try DataFrame(columns: [
      AnyColumn(name: "a", AnyColumn([.int(127)], type: .int8)),
      AnyColumn(name: "b", AnyColumn([.int(127)], type: .int8)),
    ])
    #expect(try narrow.select(sum(across: .all).as("s"))["s"][0] == .int(254))
    let wide = try DataFrame(["a": [.int(.max)], "b": [1]])
    #expect(throws: FrameError.self) { try wide.select(sum(across: .all).as("s")) }
    #expect(throws: FrameError.self) { try wide.aggregate(sum(across: .all)) }
    #expect(throws: FrameError.self) {
      try DataFrame(["a": ["x"], "b": [1]]).lazy.select(sum(across: .all).as("s"))
    }
  }

  @Test("membership in a column of another frame, of every type")
  func membership() throws {
    let wanted = try DataFrame(["v": [1, nil, 7, -3]])["v"]
    let found = try frame.select(col("a").isIn(valuesOf: wanted).as("m"))
    #expect(Array(try found["m", as: Bool.self]) == oracle.membership)
    let reals = try frame.select(col("b").isIn(valuesOf: wanted).as("m"))
    #expect(try reals["m"].nullCount == frame["b"].nullCount)
    for type in RandomColumns.types {
      var random = RandomColumns(seed: 8)
      let both = try random.column(type, count: 400, distinct: 60)
      let frame = try DataFrame(columns: [
        AnyColumn(name: "v", both), AnyColumn(name: "n", AnyColumn((0..<400).map(Optional.some))),
      ])
      let (some, rest) = (try frame.filter(col("n") < 30), try frame.filter(col("n") >= 30))
      let kept = try rest.lazy.filter(col("v").isIn(valuesOf: some["v"]))
      #expect(try kept.collect() == rest.joined(some, on: "v", how: .semi), "\(type)")
      #expect(try kept.collect() == kept.collectAsAsked())
    }
    #expect(throws: FrameError.self) {
      try frame.lazy.filter(col("p").isIn(valuesOf: DataFrame(["s": ["x"]])["s"]))
    }
  }
}
