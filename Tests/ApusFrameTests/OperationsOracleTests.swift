import ApusFrame
import Foundation
import Testing

/// Numbers that pandas, polars and DuckDB made, by Fixtures/oracle/make_operations.py.
@Suite("Operations beside pandas, polars and DuckDB")
struct OperationsOracleTests {
  struct Trades: Decodable {
    var day: [Int?]
    var city: [String?]
    var x: [Double?]
    var n: [Int?]
  }
  struct Quotes: Decodable {
    var day: [Int?]
    var city: [String?]
    var quote: [Int?]
  }
  enum Cell: Decodable, Equatable {
    case text(String)
    case number(Double)
    case none
    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if container.decodeNil() {
        self = .none
      } else if let number = try? container.decode(Double.self) {
        self = .number(number)
      } else {
        self = .text(try container.decode(String.self))
      }
    }
  }
  struct Oracle: Decodable {
    var columns: Trades
    var quotes: Quotes
    var asof_backward, asof_forward, asof_nearest, asof_tolerance, asof_strict: [Int?]
    var rolling: [String: [Double?]]
    var centred_mean, ewm_mean, ewm_plain, ewm_var, cumulative_product: [Double?]
    var forward, backward, interpolated, percent_rank, cume_dist: [Double?]
    var tile: [Int?]
    var monthly: [[Cell]]
    var rolling_groups: [Int?]
    var skewness, kurtosis, product, covariance: [Double?]
    var at_max: [Int?]
    var pivot_names: [String]
    var pivot, cube, rollup: [[Cell]]
    var cut, quantile_cut: [String?]
    var dummies: [[Int]]
    var business_days: [Int]
  }

  private let oracle: Oracle
  private let frame: DataFrame

  init() throws {
    let path = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../Fixtures/oracle/operations.json")
    oracle = try JSONDecoder().decode(Oracle.self, from: Data(contentsOf: path))
    frame = try DataFrame([
      "day": AnyColumn(oracle.columns.day), "city": AnyColumn(oracle.columns.city),
      "x": AnyColumn(oracle.columns.x), "n": AnyColumn(oracle.columns.n),
    ])
  }

  private func expectClose(
    _ found: DataFrame, _ name: String, _ wanted: [Double?], rtol: Double = 1e-12,
    _ location: SourceLocation = #_sourceLocation
  ) throws {
    let values = Array(try found[name, as: Double.self])
    #expect(values.count == wanted.count, sourceLocation: location)
    for (row, (a, b)) in zip(values, wanted).enumerated() {
      let agrees =
        if let a, let b { abs(a - b) <= rtol * Swift.max(abs(b), 1e-3) } else {
          a == nil && b == nil
        }
      #expect(
        agrees, "row \(row): \(String(describing: a)), not \(String(describing: b))",
        sourceLocation: location)
    }
  }

  private func expectClose(
    _ expression: Expr, _ wanted: [Double?], rtol: Double = 1e-12,
    _ location: SourceLocation = #_sourceLocation
  ) throws {
    try expectClose(frame.select(expression.as("found")), "found", wanted, rtol: rtol, location)
  }

  @Test("as-of joins take the nearest row in each direction")
  func asOf() throws {
    let quotes = try DataFrame([
      "day": AnyColumn(oracle.quotes.day), "city": AnyColumn(oracle.quotes.city),
      "quote": AnyColumn(oracle.quotes.quote),
    ])
    func found(_ options: AsOfOptions) throws -> [Int?] {
      // The frames' order plays no part: the partners are the same for shuffled ones.
      let shuffled = try quotes.sample(quotes.rowCount, shuffled: true, seed: 3)
        .sorted(by: "day", "quote")
      let found = try frame.joinedAsOf(shuffled, on: "day", by: "city", options: options)
      #expect(found.columnNames == ["day", "city", "x", "n", "quote"])
      return Array(try found["quote", as: Int.self])
    }
    #expect(try found(AsOfOptions()) == oracle.asof_backward)
    #expect(try found(AsOfOptions(direction: .forward)) == oracle.asof_forward)
    #expect(try found(AsOfOptions(direction: .nearest)) == oracle.asof_nearest)
    #expect(try found(AsOfOptions(tolerance: 3)) == oracle.asof_tolerance)
    #expect(try found(AsOfOptions(allowsEqual: false)) == oracle.asof_strict)
  }

  @Test("rolling aggregates")
  func rollingAggregates() throws {
    let functions: [(String, RunningAggregate)] = [
      ("sum", .sum), ("mean", .mean), ("min", .min), ("max", .max), ("median", .median),
      ("var", .variance), ("std", .std), ("quantile", .quantile(0.3)),
    ]
    for (name, function) in functions {
      let wanted = try #require(oracle.rolling[name])
      try expectClose(rolling(function, "x", 5, atLeast: 2), wanted, rtol: 1e-9)
    }
    try expectClose(rolling(.mean, "x", rows: -2...2), oracle.centred_mean)
    try expectClose(cumulative(.product, col("x") / 10), oracle.cumulative_product)
  }

  @Test("exponential means and variances")
  func exponential() throws {
    try expectClose(exponentialMean("x", .alpha(0.3)), oracle.ewm_mean)
    try expectClose(exponentialMean("x", .span(4), adjusted: false), oracle.ewm_plain)
    try expectClose(exponentialVariance("x", .halfLife(2)), oracle.ewm_var, rtol: 1e-9)
  }

  @Test("nulls are filled from before, from behind and between")
  func fills() throws {
    try expectClose(col("x").fillNull(.forward(limit: 1)).over("city"), oracle.forward)
    try expectClose(col("x").fillNull(.backward), oracle.backward)
    try expectClose(col("x").interpolated(), oracle.interpolated)
    let filled = try frame.select(
      col("x").fillNull(.mean).as("mean"), mean("x").over().as("m"), col("x").as("x"))
    let (values, means) = (try filled["mean", as: Double.self], try filled["m", as: Double.self])
    let known = try filled["x", as: Double.self]
    for row in known.indices { #expect(values[row] == known[row] ?? means[row]) }
  }

  @Test("ranks as shares, and tiles")
  func shares() throws {
    try expectClose(percentRank("n").over("city"), oracle.percent_rank)
    try expectClose(cumulativeShare("n").over("city"), oracle.cume_dist)
    #expect(
      Array(try frame.select(tile(4).as("t"))["t", as: Int.self]) == oracle.tile)
  }

  @Test("groups by months, and windows of days")
  func time() throws {
    let dated = try frame.with(
      (col("day") + 19_723).cast(to: .date), as: "day")
    let found = try dated.grouped(by: .every(.months(1), of: "day"))
      .aggregate(sum("n").as("n")).sorted(by: "day")
    let days = Array(try found["day", as: CivilDate.self]).map { $0.map(\.description) ?? "" }
    let sums = Array(try found["n", as: Int.self]).map { Double($0 ?? 0) }
    #expect(zip(days, sums).map { [Cell.text($0), .number($1)] } == oracle.monthly)
    let windows = try frame.grouped(rolling: "day", period: 7).aggregate(sum("n").as("sum"))
    #expect(Array(try windows["sum", as: Int.self]) == oracle.rolling_groups)
    #expect(windows.columnNames == ["day", "sum"])
  }

  @Test("aggregates of shape, products, covariance, and values at extremes")
  func aggregates() throws {
    let byFirst = try frame.grouped(by: "city").aggregate(
      skewness("x").as("skewness"), kurtosis("x").as("kurtosis"),
      product(col("x") / 10).as("product"), covariance("x", "n").as("covariance"),
      value("n", atMaxOf: "x").as("at_max"))
    try expectClose(byFirst, "skewness", oracle.skewness, rtol: 1e-9)
    try expectClose(byFirst, "kurtosis", oracle.kurtosis, rtol: 1e-9)
    try expectClose(byFirst, "product", oracle.product)
    try expectClose(byFirst, "covariance", oracle.covariance, rtol: 1e-9)
    #expect(Array(try byFirst["at_max", as: Int.self]) == oracle.at_max)
  }

  @Test("pivot, and unpivot back")
  func pivots() throws {
    let found = try frame.pivot(on: "n", index: "city", values: "x") { sum($0) }
    let names = Array(found.columnNames.dropFirst())
    #expect(Set(names) == Set(oracle.pivot_names))
    for (row, wanted) in oracle.pivot.enumerated() {
      #expect(.text(try #require(try found["city", as: String.self][row])) == wanted[0])
      for (name, cell) in zip(oracle.pivot_names, wanted.dropFirst()) {
        let value = try found[name, as: Double.self][row]
        // pandas leaves combinations without values null, as it does sums of nothing.
        if case .number(let number) = cell {
          #expect(abs((value ?? .nan) - number) < 1e-9)
        } else {
          #expect(value == nil || value == 0)
        }
      }
    }
    let long = try found.unpivot(keep: ["city"], variable: "n", value: "x")
    #expect(long.rowCount == found.rowCount * names.count)
    let back = try long.pivot(on: "n", index: "city", values: "x")
    #expect(back == found)
    #expect(throws: FrameError.self) { try frame.pivot(on: "n", index: "city", values: "x") }
  }

  @Test("cubes and rollups have all levels")
  func cubes() throws {
    func rows(_ frame: DataFrame) throws -> Set<String> {
      let columns = try frame.columnNames.map { try frame[$0] }
      return Set((0..<frame.rowCount).map { row in columns.map { "\($0[row])" }.joined() })
    }
    func wanted(_ cells: [[Cell]]) -> Set<String> {
      Set(
        cells.map { row in
          row.map { cell in
            switch cell {
            case .text(let text): "\(Scalar.string(text))"
            case .number(let number): "\(Scalar.int(Int(number)))"
            case .none: "\(Scalar.null)"
            }
          }.joined()
        })
    }
    let cube = try frame.cube("city", "n").aggregate(count(), level: "level")
    #expect(try rows(cube) == wanted(oracle.cube))
    #expect(cube.rowCount == oracle.cube.count)
    let rollup = try frame.rollup("city", "n").aggregate(count())
    #expect(try rows(rollup) == wanted(oracle.rollup))
  }

  @Test("cuts and dummies")
  func cuts() throws {
    let found = try frame.select(
      col("x").cut([5, 10, 15], labels: ["a", "b", "c", "d"]).as("cut"),
      col("x").quantileCut(4).as("parts"))
    #expect(Array(try found["cut", as: String.self]) == oracle.cut)
    #expect(Array(try found["parts", as: String.self]) == oracle.quantile_cut)
    let dummies = try frame.select("city").dummies("city")
    #expect(dummies.columnNames == ["city_Bonn", "city_Oslo", "city_Rome"])
    for (place, name) in dummies.columnNames.enumerated() {
      #expect(Array(try dummies[name, as: Int.self]) == oracle.dummies.map { $0[place] })
    }
  }

  @Test("business days are counted without weekends and holidays")
  func businessDays() throws {
    let days = try DataFrame([
      "from": AnyColumn(
        ["2024-01-06", "2024-02-29", "2024-12-31", "2024-03-10"].map { CivilDate($0) }),
      "to": AnyColumn(
        ["2024-01-21", "2024-02-20", "2025-01-02", "2024-03-10"].map { CivilDate($0) }),
    ])
    let holiday = try #require(CivilDate("2025-01-01"))
    let found = try days.select(
      col("from").businessDays(until: col("to"), holidays: [holiday]).as("n"))
    #expect(Array(try found["n", as: Int.self]) == oracle.business_days)
  }
}
