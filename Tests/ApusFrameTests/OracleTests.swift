import ApusFrame
import Foundation
import Testing

/// Numbers that pandas made, by Fixtures/oracle/make_frame.py.
struct FrameOracle: Decodable {
  struct Columns: Decodable {
    var city: [String?]
    var flag: [Bool?]
    var n: [Int?]
    var x: [Double?]
  }

  struct Summary: Decodable {
    var count, present, sum_n, distinct_n: Int
    var sum_x: Double
    var mean_x, min_x, max_n, median_x, std_x, variance_n, first_n, last_x, q90_x, q10_n: Double?
  }

  var columns: Columns
  var by_city: [Summary]
  var by_city_flag: [Summary]
  var order_n: [Int]
  var order_city_x: [Int]
  var filter_rows: [Int]

  static func load() throws -> FrameOracle {
    let path = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../Fixtures/oracle/frame.json")
    return try JSONDecoder().decode(FrameOracle.self, from: Data(contentsOf: path))
  }

  var frame: DataFrame {
    get throws {
      try DataFrame([
        "city": AnyColumn(columns.city), "flag": AnyColumn(columns.flag),
        "n": AnyColumn(columns.n), "x": AnyColumn(columns.x),
        "row": AnyColumn(columns.x.indices.map(Optional.some)),
      ])
    }
  }
}

@Suite("The frame beside pandas")
struct OracleTests {
  private let oracle: FrameOracle
  private let frame: DataFrame

  init() throws {
    oracle = try FrameOracle.load()
    frame = try oracle.frame
  }

  private func rows(_ frame: DataFrame) throws -> [Int] {
    try frame["row", as: Int.self].compactMap { $0 }
  }

  private func expectClose(
    _ frame: DataFrame, _ name: String, _ wanted: [Double?], rtol: Double = 1e-12
  ) throws {
    let found = Array(try frame[name, as: Double.self])
    #expect(found.count == wanted.count)
    for (a, b) in zip(found, wanted) {
      guard let a, let b else {
        #expect(a == nil && b == nil, "\(name): \(String(describing: a)) \(String(describing: b))")
        continue
      }
      #expect(abs(a - b) <= rtol * abs(b), "\(name): \(a) is not \(b)")
    }
  }

  private func check(_ keys: [String], _ wanted: [FrameOracle.Summary]) throws {
    let grouped =
      keys.count == 1 ? try frame.grouped(by: keys[0]) : try frame.grouped(by: keys[0], keys[1])
    let found = try grouped.aggregate(
      count(), count("x").as("present"), sum("n").as("sum_n"), sum("x").as("sum_x"),
      mean("x").as("mean_x"), min("x").as("min_x"), max("n").as("max_n"),
      median("x").as("median_x"), std("x").as("std_x"), variance("n").as("variance_n"),
      first("n").as("first_n"), last("x").as("last_x"), countDistinct("n").as("distinct_n"),
      quantile("x", 0.9).as("q90_x"), quantile("n", 0.1).as("q10_n"))
    try expectClose(found, "count", wanted.map { Double($0.count) })
    try expectClose(found, "present", wanted.map { Double($0.present) })
    try expectClose(found, "sum_n", wanted.map { Double($0.sum_n) })
    try expectClose(found, "sum_x", wanted.map(\.sum_x))
    try expectClose(found, "mean_x", wanted.map(\.mean_x))
    try expectClose(found, "min_x", wanted.map(\.min_x))
    try expectClose(found, "max_n", wanted.map(\.max_n))
    try expectClose(found, "median_x", wanted.map(\.median_x))
    try expectClose(found, "std_x", wanted.map(\.std_x), rtol: 1e-9)
    try expectClose(found, "variance_n", wanted.map(\.variance_n))
    try expectClose(found, "first_n", wanted.map(\.first_n))
    try expectClose(found, "last_x", wanted.map(\.last_x))
    try expectClose(found, "distinct_n", wanted.map { Double($0.distinct_n) })
    try expectClose(found, "q90_x", wanted.map(\.q90_x))
    try expectClose(found, "q10_n", wanted.map(\.q10_n))
  }

  @Test("groups by one key agree in every aggregate")
  func oneKey() throws { try check(["city"], oracle.by_city) }

  @Test("groups by two keys agree in every aggregate")
  func twoKeys() throws { try check(["city", "flag"], oracle.by_city_flag) }

  @Test("sorting is stable, with nulls last")
  func sorting() throws {
    #expect(try rows(frame.sorted(by: "n")) == oracle.order_n)
    #expect(try rows(frame.sorted(by: "city", .descending("x"))) == oracle.order_city_x)
  }

  @Test("a filter keeps the rows for which the predicate is true")
  func filtering() throws {
    let chosen = try frame.filter(
      (col("n") > 5 && col("x") < 1e6) || col("city").isIn("Rome", "alone"))
    #expect(try rows(chosen) == oracle.filter_rows)
  }
}
