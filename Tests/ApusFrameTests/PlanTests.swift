import ApusFrame
import TestSupport
import Testing

/// Questions put together at random: what the optimizer makes of them gives the same rows.
@Suite("Optimised plans beside plain ones")
struct PlanTests {
  /// A plain answer: each step on its own.
  private func plain(_ lazy: LazyFrame) throws -> DataFrame { try lazy.collectAsAsked() }

  @Test("random plans", arguments: 0..<60)
  func random(seed: Int) throws {
    var random = SeededRandom(seed: UInt64(seed))
    var frames = RandomFrames(seed: UInt64(seed) + 1000)
    let sizes = [0, 1, 64, 300, 5000]
    func source() throws -> LazyFrame {
      try frames.frame(
        rowCount: sizes.randomElement(using: &random) ?? 64,
        distinct: Int.random(in: 1...60, using: &random)
      ).lazy
    }
    let sources = [try source(), try source(), try source()]
    var lazy = sources[0]
    for _ in 0..<Int.random(in: 1...7, using: &random) {
      lazy = try step(lazy, sources, &random)
    }
    let (found, wanted) = (try lazy.collect(), try plain(lazy))
    #expect(found == wanted, "\(lazy.explain())")
  }

  private func predicate(_ random: inout SeededRandom) -> Expr {
    let n = Int.random(in: -1000...1000, using: &random)
    return [
      col("n") > n, col("n") * 2 - 1 < n && col("kBool"), col("kText") == "k1" || col("x") > 0,
      col("kDay").isNotNull, lit(true) || col("n") == 3, lit(1) > 2, col("kInt").isIn(-3, 0, 4),
      when(col("x") > 10).then(col("n")).otherwise(0) >= 0,
    ].randomElement(using: &random) ?? lit(true)
  }

  private static let keys = ["kInt", "kText", "kBool", "kDay", "kDouble"]

  /// A further step, behind which the same columns are there.
  private func step(
    _ lazy: LazyFrame, _ sources: [LazyFrame], _ random: inout SeededRandom
  ) throws -> LazyFrame {
    let key = PlanTests.keys.randomElement(using: &random) ?? "kInt"
    let count = Int.random(in: 0...400, using: &random)
    let other = sources.randomElement(using: &random) ?? lazy
    switch Int.random(in: 0..<22, using: &random) {
    case 0, 1: return try lazy.filter(predicate(&random))
    case 2: return try lazy.sorted(by: .ascending(key), .descending("n"))
    case 3: return lazy.head(count)
    case 4: return lazy.slice(from: count / 3, count: count)
    case 5: return lazy.tail(count)
    case 6:
      let twice = col("n") * 2 + 1
      return try lazy.with(twice + (col("n") * 2 + 1), as: "sum").filter(col("sum") > 10)
        .with(twice * 0 + col("n"), as: "n").drop("sum")
    case 7:
      return try lazy.joined(
        other.filter(predicate(&random)).select("kInt").unique(), on: "kInt", how: .semi)
    case 8: return try lazy.joined(other.head(30), on: "kText", how: .anti)
    case 9, 10:
      // Two joins in a chain, the right sides unique or not, then back to the columns.
      let left = try other.unique(by: "kInt").select(col("kInt"), col("n").as("first"))
      let right = try sources[1].head(Int.random(in: 0...60, using: &random))
        .select(col("kDay"), col("x").as("second"))
      return try lazy.head(300).joined(left, on: "kInt").joined(right, on: "kDay")
        .filter(col("second") > -500)
        .select(
          col("kInt"), col("kText"), col("kBool"), col("kDay"), col("kDouble"), col("kWide"),
          (col("n") + col("first") * 0).as("n"), col("x"), col("row")
        ).head(2000)
    case 11:
      let groups = try lazy.grouped(by: key).aggregate(
        sum(col("n") * 3).as("total"), max(col("n") * 3).as("most"))
      return try lazy.head(500).joined(
        groups, leftOn: [key], rightOn: [key], how: .left
      ).filter(col("total").isNull || col("most") > -5).drop("total").drop("most")
    case 12: return try concat([lazy.head(count), lazy.filter(predicate(&random)).head(count)])
    case 13: return try lazy.unique(by: [key, "kBool"], keep: count % 2 == 0 ? .last : .none)
    case 14: return try lazy.filter(col("x") > mean("x").over(key))
    case 16:
      // Collected and exploded again: the values of each group side by side.
      return try lazy.head(600).grouped(by: key, "row").aggregate(
        each: ColumnSelector.all.except("row")
      ) { list($0) }.explode("n", "x").drop("kInt", "kWide", "kText", "kDouble", "kBool", "kDay")
        .joined(lazy.drop("n", "x"), on: "row").select(
          "kInt", "kWide", "kText", "kDouble", "kBool", "kDay", "n", "x", "row")
    case 17:
      return try lazy.with(each: .of(.float64).except("kDouble")) { $0 + 0.5 }
        .dropNulls("n", key)
    case 18:
      return try lazy.filter(
        col("kInt").isIn(valuesOf: AnyColumn([1, -2, nil, 4, 7, 12] as [Int?])))
    case 19:
      return try lazy.with(greatest(col("n"), col("row") * 0), as: "n")
        .filter(ApusFrame.count(across: .all) > 5)
    case 20:
      let days = CalendarInterval.days(Int.random(in: 1...9, using: &random))
      let windows = try lazy.head(300).grouped(
        by: .every(days, of: "kDay", period: .days(3), closed: .both)
      ).aggregate(largest("row", 2).as("best"), sum("n").as("total"))
      return try lazy.filter(predicate(&random)).joined(
        windows.explode("best", keepsEmpty: false).select("best").unique(), leftOn: ["row"],
        rightOn: ["best"], how: .semi)
    case 15: return try lazy.top(count, by: .descending("x"), "row")
    default:
      // The same part twice.
      let part = try lazy.filter(col("n") > 0).with(col("n") + 1, as: "more")
      return try concat([
        part.filter(col("more") > 100).drop("more"), part.filter(col("x") > 0).drop("more"),
      ]).head(3000)
    }
  }

  @Test("explain shows what is asked and what is done")
  func explained() throws {
    let frame = try DataFrame(["a": [1, 2, 3], "b": [1.5, 2, 3], "c": ["x", "y", "z"]])
    let lazy = try frame.lazy.with(col("b") * 2 + col("b") * 2, as: "d").filter(col("a") > 1 + 0)
      .slice(from: 1, count: 1).select("a", "d")
    let done = try #require(lazy.explain().split(separator: "done:").last)
    #expect(done.split(separator: "b * 2").count == 2, "\(lazy.explain())")
    #expect(done.contains("filter a > 1\n"), "\(lazy.explain())")
    #expect(done.contains("frame of 3 rows: a, b\n") == false)
    #expect(try lazy.collect() == DataFrame(["a": [3], "d": [12.0]]))
  }

  @Test("a part that stands twice is done once")
  func shared() throws {
    let frame = try DataFrame(["k": ["a", "b", "a"], "v": [1, 2, 3]])
    let costs = try frame.lazy.with(col("v") * 10, as: "cost").filter(col("cost") > 0)
    let lazy = try costs.grouped(by: "k").aggregate(sum("cost").as("sum"))
      .joined(costs.aggregate(sum("cost").as("all")), how: .cross)
    #expect(lazy.explain().split(separator: "\n").filter { $0.contains("done once") }.count == 2)
    let found = try lazy.collect()
    #expect(Array(try found["sum", as: Int.self]) == [40, 20])
    #expect(Array(try found["all", as: Int.self]) == [60, 60])
  }

  @Test("a query that needs more memory than it may have throws and names its step")
  func ceiling() async {
    await #expect(processExitsWith: .success) {
      let frame = try DataFrame(["n": AnyColumn((0..<1_000_000).map(Optional.some))])
      FrameMemory.limit = FrameMemory.byteCount + (1 << 20)
      do {
        _ = try frame.sorted(by: .descending("n"))
        preconditionFailure("the query ran to its end")
      } catch let error as FrameError {
        precondition(error.code == .memoryLimit, "\(error)")
        precondition(error.place == "sorted(by:)", "\(error)")
      }
      FrameMemory.limit = nil
      let first = try frame.sorted(by: .descending("n"))["n", as: Int.self][0]
      precondition(first == 999_999)
    }
  }
}
