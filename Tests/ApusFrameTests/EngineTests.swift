import ApusFrame
import CNumerics
import Testing

/// The engine beside row-wise twins, over enough rows for every path: tables, dictionaries, divided
/// rows; one chunk and many.
@Suite("The engine beside a naive one")
struct EngineTests {
  static let shapes: [(rows: Int, distinct: Int)] = [
    (0, 1), (1, 1), (64, 3), (65, 40), (1000, 10), (40_000, 7), (140_000, 500),
    (150_000, 140_000),
  ]
  static let keys: [[String]] = [
    ["kInt"], ["kWide"], ["kText"], ["kDouble"], ["kBool"], ["kDay"], ["kInt", "kText"],
    ["kDouble", "kBool", "kDay"], ["kText", "kWide", "kInt", "kDouble"],
  ]

  private func groups(_ frame: DataFrame, _ keys: [String]) throws -> [(NaiveKey, [Int])] {
    let columns = try keys.map { try frame[$0] }
    var places: [NaiveKey: Int] = [:]
    var groups: [(NaiveKey, [Int])] = []
    for row in 0..<frame.rowCount {
      let key = NaiveKey(frame, columns, row)
      if let place = places[key] {
        groups[place].1.append(row)
      } else {
        places[key] = groups.count
        groups.append((key, [row]))
      }
    }
    return groups
  }

  private func grouped(_ frame: DataFrame, _ keys: [String]) throws -> GroupedFrame {
    switch keys.count {
    case 1: try frame.grouped(by: keys[0])
    case 2: try frame.grouped(by: keys[0], keys[1])
    case 3: try frame.grouped(by: keys[0], keys[1], keys[2])
    default: try frame.grouped(by: keys[0], keys[1], keys[2], keys[3])
    }
  }

  @Test("groups are those of a dictionary, in the order of their first rows", arguments: shapes)
  func grouping(shape: (rows: Int, distinct: Int)) throws {
    var frames = RandomFrames(seed: UInt64(shape.rows))
    for nullShare in [0, 0.1] {
      let frame = try frames.frame(
        rowCount: shape.rows, distinct: shape.distinct, nullShare: nullShare)
      let numbers = Array(try frame["n", as: Int.self])
      let reals = Array(try frame["x", as: Double.self])
      for keys in EngineTests.keys {
        let wanted = try groups(frame, keys)
        let found = try grouped(frame, keys).aggregate(
          count(), sum("n").as("sum"), count("n").as("present"), min("n").as("least"),
          max("x").as("most"), first("row").as("first"), last("row").as("last"),
          sum("x").as("real"), median("x").as("median"))
        #expect(found.rowCount == wanted.count)
        let columns = try keys.map { try found[$0] }
        let size = try found["count", as: Int.self]
        let sums = try found["sum", as: Int.self]
        let present = try found["present", as: Int.self]
        let least = try found["least", as: Int.self]
        let most = try found["most", as: Double.self]
        let firsts = try found["first", as: Int.self]
        let lasts = try found["last", as: Int.self]
        let totals = try found["real", as: Double.self]
        let medians = try found["median", as: Double.self]
        var wrong = 0
        for (group, (key, rows)) in wanted.enumerated() {
          let values = rows.compactMap { numbers[$0] }
          let xs = rows.compactMap { reals[$0] }.sorted()
          let total = totals[group] ?? .nan
          let exact = xs.reduce(0, +)
          let middle: Double? =
            xs.isEmpty
            ? nil
            : xs.count % 2 == 1
              ? xs[xs.count / 2]
              : xs[xs.count / 2 - 1] + (xs[xs.count / 2] - xs[xs.count / 2 - 1]) * 0.5
          let agrees =
            NaiveKey(found, columns, group) == key && size[group] == rows.count
            && sums[group] == values.reduce(0, +) && present[group] == values.count
            && least[group] == values.min() && most[group] == xs.last
            && firsts[group] == rows.first && lasts[group] == rows.last
            && abs(total - exact) <= 1e-9 * xs.reduce(1) { $0 + abs($1) }
            && medians[group] == middle
          wrong += agrees ? 0 : 1
        }
        #expect(wrong == 0, "\(wrong) wrong groups by \(keys) of \(shape)")
      }
    }
  }

  @Test("distinct values are counted in each group", arguments: shapes)
  func distinctCounts(shape: (rows: Int, distinct: Int)) throws {
    var frames = RandomFrames(seed: 7)
    let frame = try frames.frame(rowCount: shape.rows, distinct: shape.distinct)
    for name in ["kText", "kDouble", "kWide"] {
      let column = [try frame[name]]
      let found = try frame.grouped(by: "kInt").aggregate(countDistinct(name).as("d"))
      let wanted = try groups(frame, ["kInt"]).map { group in
        Set(group.1.map { NaiveKey(frame, column, $0) }.filter { !$0.hasNull }).count
      }
      #expect(Array(try found["d", as: Int.self]) == wanted)
      let whole = try frame.aggregate(countDistinct(name).as("d"))["d", as: Int.self]
      let all = Set((0..<frame.rowCount).map { NaiveKey(frame, column, $0) }.filter { !$0.hasNull })
      #expect(Array(whole) == [all.count])
    }
  }

  @Test("sorting is that of a stable comparison", arguments: shapes)
  func sorting(shape: (rows: Int, distinct: Int)) throws {
    var frames = RandomFrames(seed: 11)
    let frame = try frames.frame(rowCount: shape.rows, distinct: shape.distinct)
    for keys in EngineTests.keys where keys.count < 4 {
      for (descends, nulls) in [(false, SortKey.Nulls.last), (true, .last), (true, .first)] {
        let by = keys.enumerated().map { place, key in
          descends == (place == 0)
            ? SortKey.descending(key, nulls: nulls) : SortKey.ascending(key, nulls: nulls)
        }
        let found = try sorted(frame, by)
        let wanted = try naiveOrder(
          frame, keys, keys.indices.map { descends == ($0 == 0) }, nullsFirst: nulls == .first)
        #expect(found == wanted, "by \(keys) \(descends) \(nulls) of \(shape)")
        let top = try rows(frame.top(5, by: by))
        #expect(top == Array(wanted.prefix(5)))
      }
    }
  }

  private func sorted(_ frame: DataFrame, _ keys: [SortKey]) throws -> [Int] {
    try rows(frame.sorted(by: keys))
  }

  private func rows(_ frame: DataFrame) throws -> [Int] {
    try frame["row", as: Int.self].compactMap { $0 }
  }

  private func naiveOrder(
    _ frame: DataFrame, _ keys: [String], _ descends: [Bool], nullsFirst: Bool
  ) throws -> [Int] {
    let columns = try keys.map { name in
      let column = try frame[name]
      return (0..<frame.rowCount).map { column[$0] }
    }
    func order(_ a: Scalar, _ b: Scalar) -> Int {
      switch (a, b) {
      case (.int(let a), .int(let b)): a < b ? -1 : a > b ? 1 : 0
      case (.bool(let a), .bool(let b)): a == b ? 0 : a ? 1 : -1
      case (.date(let a), .date(let b)): a < b ? -1 : a > b ? 1 : 0
      case (.double(let a), .double(let b)):
        a.isNaN || b.isNaN
          ? (a.isNaN ? 1 : 0) - (b.isNaN ? 1 : 0) : a < b ? -1 : a > b ? 1 : 0
      case (.string(let a), .string(let b)):
        a == b ? 0 : a.utf8.lexicographicallyPrecedes(b.utf8) ? -1 : 1
      default: 0
      }
    }
    return (0..<frame.rowCount).sorted { left, right in
      for (place, column) in columns.enumerated() {
        let (a, b) = (column[left], column[right])
        if a == .null || b == .null {
          if a == b { continue }
          return (a == .null) == nullsFirst
        }
        let found = order(a, b)
        if found != 0 { return descends[place] ? found > 0 : found < 0 }
      }
      return left < right
    }
  }

  @Test("a query that is asked to stop throws, and the next one runs")
  func cancellation() async {
    await #expect(processExitsWith: .success) {
      let frame = try DataFrame(["n": AnyColumn((0..<200_000).map(Optional.some))])
      apus_set_cancelled(1)
      do {
        _ = try frame.filter(col("n") > 5)
        preconditionFailure("the query ran to its end")
      } catch let error as FrameError {
        precondition(error.description == "the query was interrupted in filter(…)")
      }
      apus_set_cancelled(0)
      let count = try frame.filter(col("n") > 5).rowCount
      precondition(count == 199_994)
    }
  }
}
