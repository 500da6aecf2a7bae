import ApusFrame
import Testing

@Suite("Wrong names in every verb")
struct VerbErrorTests {
  private static func frame() throws -> LazyFrame {
    try DataFrame([
      "fare": [1.5, 2], "city": ["a", "b"], "count": [1, 2],
      "day": AnyColumn([CivilDate("2024-01-01"), nil]),
      "items": AnyColumn([.list([1]), .null], type: .list(.int64)),
    ]).lazy
  }

  /// Every lazy verb, asked for the column `far`; nothing is collected.
  private static let verbs: [(String, @Sendable (LazyFrame) throws -> Void)] = [
    ("filter", { _ = try $0.filter(col("far") > 1) }),
    ("select", { _ = try $0.select("far") }),
    ("select", { _ = try $0.select(col("far") + 1) }),
    ("select", { _ = try $0.select(["far"]) }),
    ("select", { _ = try $0.select(.numeric.and("far")) }),
    ("with", { _ = try $0.with(sum(across: "far", "count"), as: "x") }),
    ("with", { _ = try $0.with(each: "far") { $0 + 1 } }),
    ("with", { _ = try $0.with(rank("count").over("far"), as: "x") }),
    ("with", { _ = try $0.with(lag("count").over("city", order: "far"), as: "x") }),
    ("with", { _ = try $0.with(rolling(.sum, "count", within: .days(1), of: "far"), as: "x") }),
    ("drop", { _ = try $0.drop("far") }),
    ("rename", { _ = try $0.rename("far", to: "x") }),
    ("sorted", { _ = try $0.sorted(by: .descending("far")) }),
    ("top", { _ = try $0.top(1, by: "far") }),
    ("top", { _ = try $0.bottom(1, by: "far") }),
    ("top", { _ = try $0.grouped(by: "city").top(1, by: "far") }),
    ("grouped", { _ = try $0.grouped(by: "far") }),
    ("grouped", { _ = try $0.grouped(by: .every(.days(1), of: "far", closed: .right)) }),
    ("grouped", { _ = try $0.grouped(rolling: "far", within: .days(1)) }),
    ("grouped", { _ = try $0.grouped(rolling: "day", within: .days(1), by: "far") }),
    ("grouped", { _ = try $0.grouped(bySets: [["city"], ["far"]]) }),
    ("rollup", { _ = try $0.rollup("far") }),
    ("cube", { _ = try $0.cube("city", "far") }),
    ("aggregate", { _ = try $0.aggregate(mean("far")) }),
    ("aggregate", { _ = try $0.grouped(by: "city").aggregate(list("far")) }),
    ("aggregate", { _ = try $0.grouped(by: "city").aggregate(sum("count").where(col("far") > 1)) }),
    ("aggregate", { _ = try $0.grouped(by: "city").aggregate(each: "far") { max($0) } }),
    ("joined", { _ = try $0.joined($0, on: "far") }),
    ("joined", { _ = try $0.joined($0, leftOn: ["fare"], rightOn: ["far"]) }),
    ("joined", { _ = try $0.joined($0, where: col("far") > col("count")) }),
    ("joinedAsOf", { _ = try $0.joinedAsOf($0, on: "far") }),
    ("joinedAsOf", { _ = try $0.joinedAsOf($0, on: "count", by: "far") }),
    ("unique", { _ = try $0.unique(by: "far") }),
    ("unique", { _ = try $0.unique(by: ["far"], keep: .last) }),
    ("sample", { _ = try $0.sample(1, weights: "far") }),
    ("unpivot", { _ = try $0.unpivot(keep: ["far"]) }),
    (
      "pivot",
      { _ = try $0.pivot(on: "far", columns: [1], index: "city", values: "count") { sum($0) } }
    ),
    (
      "aggregate",
      { _ = try $0.pivot(on: "count", columns: [1], index: "city", values: "far") { sum($0) } }
    ),
    ("explode", { _ = try $0.explode("items", "far") }),
    ("unnest", { _ = try $0.unnest("far") }),
    ("upsample", { _ = try $0.upsample("far", every: .days(1)) }),
    ("upsample", { _ = try $0.upsample("day", every: .days(1), by: "far") }),
    ("dropNulls", { _ = try $0.dropNulls("far") }),
  ]

  @Test("the error comes when the step is added, and says the step and the nearest name")
  func misspelt() throws {
    let frame = try VerbErrorTests.frame()
    for (name, verb) in VerbErrorTests.verbs {
      do {
        try verb(frame)
        Issue.record("\(name) took a column that is not there")
      } catch let error as FrameError {
        #expect(error.code == .missingColumn, "\(name): \(error)")
        #expect(error.place.hasPrefix(name), "\(name): \(error)")
        #expect(error.mend == "did you mean \"fare\"?", "\(name): \(error)")
      }
    }
  }
}
