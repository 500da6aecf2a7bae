import ApusFrame
import Foundation
import TestSupport
import Testing

@Suite("Windows of time, rolling by time and upsampling, beside polars")
struct TimeVerbTests {
  private let oracle: VerbOracle

  init() throws { oracle = try VerbOracle.load() }

  /// Times with their row numbers.
  private func frame(_ seconds: [Int], zone: String?) throws -> DataFrame {
    let times = seconds.map { Scalar.datetime(Datetime(secondsSinceEpoch: $0, nanosecond: 0)) }
    return try DataFrame([
      "t": AnyColumn(times, type: .datetime(.microseconds, zone: zone)),
      "n": AnyColumn(seconds.indices.map(Optional.some)),
      "shop": AnyColumn(oracle.shops.map(Optional.some)),
    ])
  }

  private func seconds(_ value: Scalar) -> Int? {
    if case .datetime(let time) = value { time.secondsSinceEpoch } else { nil }
  }

  /// The options of a name such as `6h {"closed": "right"}`.
  private func key(_ text: Substring, _ options: String) throws -> GroupKey {
    func interval(_ text: String) throws -> CalendarInterval {
      let count = try #require(Int(text.prefix { $0.isNumber }))
      switch text.drop(while: \.isNumber) {
      case "m": return .minutes(count)
      case "h": return .hours(count)
      case "d": return .days(count)
      case "w": return .weeks(count)
      default: return .months(count)
      }
    }
    func option(_ name: String) -> String? {
      guard let start = options.range(of: "\"\(name)\": \"") else { return nil }
      return String(options[start.upperBound...].prefix { $0 != "\"" })
    }
    let closed: WindowEnds =
      switch option("closed") {
      case "right": .right
      case "both": .both
      case "none": .none
      default: .left
      }
    return .every(
      try interval(String(text)), of: "t", period: try option("period").map(interval),
      offset: try option("offset").map(interval) ?? CalendarInterval(), closed: closed,
      label: option("label") == "right" ? .end : .start)
  }

  /// The windows that a frame of keys, labels and lists of rows holds.
  private func windows(_ found: DataFrame, grouped: Bool) throws -> Set<VerbOracle.Window> {
    Set(
      try (0..<found.rowCount).map { row in
        var rows: [Int] = []
        if case .list(let values) = try found["n"][row] {
          for case .int(let value) in values { rows.append(value) }
        }
        var group: String?
        if grouped, case .string(let name) = try found["shop"][row] { group = name }
        return VerbOracle.Window(
          group: group, label: try #require(seconds(try found["t"][row])), rows: rows)
      })
  }

  /// polars begins with the window that the first row's truncation names; ours are all that hold rows.
  private func compare(
    _ found: Set<VerbOracle.Window>, _ wanted: [VerbOracle.Window], _ name: String
  ) {
    #expect(found.isSuperset(of: wanted), "\(name): \(Set(wanted).subtracting(found))")
    for extra in found.subtracting(wanted) {
      let first = wanted.filter { $0.group == extra.group }.map(\.label).min()
      #expect(extra.label < first ?? .min && !extra.rows.isEmpty, "\(name): \(extra)")
    }
  }

  @Test("windows of days, weeks and months on clocks that change")
  func calendarWindows() throws {
    #expect(oracle.windows.count == 18)
    for (name, wanted) in oracle.windows {
      let parts = name.split(separator: " ", maxSplits: 2)
      let times = try frame(
        parts[0] == "spring" ? oracle.spring : oracle.autumn, zone: "Europe/Oslo")
      let key = try key(parts[1], String(parts[2]))
      let found = try times.grouped(by: key).aggregate(list("n").as("n"))
      compare(try windows(found, grouped: false), wanted, name)
      let lazy = try times.lazy.grouped(by: key).aggregate(list("n").as("n"))
      #expect(try lazy.collect() == found && lazy.collectAsAsked() == found)
    }
  }

  @Test("windows of hours and minutes, by shop")
  func fineWindows() throws {
    let times = try frame(oracle.spring, zone: nil)
    for (name, wanted) in oracle.fine {
      let parts = name.split(separator: " ", maxSplits: 1)
      let found = try times.grouped(by: "shop", key(parts[0], String(parts[1])))
        .aggregate(list("n").as("n"))
      compare(try windows(found, grouped: true), wanted, name)
    }
  }

  @Test("windows of hours follow the clocks where they change, and each row is in one")
  func hoursOfClocks() throws {
    for seconds in [oracle.spring, oracle.autumn] {
      let times = try frame(seconds, zone: "Europe/Oslo")
      for hours in [1, 2, 6] {
        let plain = try times.grouped(by: .every(.hours(hours), of: "t"))
          .aggregate(list("n").as("n"))
        // The same windows, by the way of rows that may be in several.
        let stepped = try times.grouped(
          by: .every(.hours(hours), of: "t", period: .hours(hours), closed: .left)
        ).aggregate(list("n").as("n"))
        let members = try plain.explode("n").rowCount
        #expect(members == seconds.count)
        if hours == 1 { #expect(plain == stepped) }
        for row in 0..<plain.rowCount {
          let hour = try plain.select(col("t").hour.as("h"))["h", as: Int.self][row]
          // Behind the gap a window begins when the clocks go on.
          #expect(hour.map { $0 % hours == 0 || $0 == 3 } ?? false)
        }
      }
    }
  }

  @Test("rows without a time keep none, and steps that are none are errors")
  func wrong() throws {
    let days = try DataFrame([
      "t": AnyColumn(["2024-01-31", nil, "2024-02-29"].map { $0.flatMap { CivilDate($0) } }),
      "n": [1, 2, 3],
    ])
    let found = try days.grouped(by: .every(.months(1), of: "t", period: .months(2)))
      .aggregate(sum("n").as("n")).sorted(by: "t")
    #expect(
      Array(try found["t", as: CivilDate.self]).map { $0?.description }
        == ["2023-12-01", "2024-01-01", "2024-02-01", nil])
    #expect(Array(try found["n", as: Int.self]) == [1, 4, 3, 2])
    let year = try days.grouped(by: .every(.years(1), of: "t", offset: .months(1), label: .end))
      .aggregate(count())
    #expect(
      Array(try year["t", as: CivilDate.self]).map { $0?.description }
        == ["2024-02-01", nil, "2025-02-01"])
    for key in [
      GroupKey.every(.hours(1), of: "t", closed: .right), .every(.days(0), of: "t", closed: .right),
      .every(.days(1), of: "t", period: .days(-1)), .every(.days(1), of: "n", closed: .right),
      .every(.days(1), of: "tt", closed: .right), .every(.hours(1), of: "t"),
    ] {
      #expect(throws: FrameError.self) { try days.lazy.grouped(by: key) }
    }
  }

  @Test("aggregates of the last hours, by shop, in any order of rows")
  func rollingByTime() throws {
    let times = try frame(oracle.spring, zone: nil)
    let frame = try concat([times, DataFrame(["x": AnyColumn(oracle.x)])], how: .horizontal)
    let functions: [String: RunningAggregate] = [
      "sum": .sum, "mean": .mean, "min": .min, "max": .max, "median": .median, "std": .std,
    ]
    let ends: [String: WindowEnds] = ["right": .right, "left": .left, "both": .both, "none": .none]
    for (closed, byName) in oracle.rolled {
      for (name, wanted) in byName {
        let expression = rolling(
          try #require(functions[name]), "x", within: .hours(15), of: "t",
          closed: try #require(ends[closed])
        ).over("shop")
        let shuffled = try frame.sample(60, shuffled: true, seed: 4)
          .with(expression, as: "r").sorted(by: "n")
        for (row, (a, b)) in zip(try shuffled["r", as: Double.self], wanted).enumerated() {
          let agrees = if let a, let b { abs(a - b) < 1e-9 } else { a == nil && b == nil }
          #expect(
            agrees,
            "\(closed) \(name) \(row): \(String(describing: a)), not \(String(describing: b))")
        }
      }
    }
    let months = try self.frame(oracle.spring.map { $0 * 50 }, zone: nil)
    let found = try months.select(rolling(.sum, "n", within: .months(1), of: "t").as("r"))
    #expect(
      Array(try found["r", as: Int.self]).map { $0.map(Double.init) } == oracle.monthly_rolled)
    let groups = try months.grouped(rolling: "t", within: .months(1)).aggregate(sum("n").as("r"))
    #expect(try groups["r"] == found["r"])
    let lazy = try frame.lazy.grouped(rolling: "t", within: .hours(15), by: "shop")
      .aggregate(sum("n").as("r"), list("n").as("l"))
    let eager = try frame.with(
      rolling(.sum, "n", within: .hours(15), of: "t").over("shop"), as: "r")
    #expect(try lazy.collect()["r"] == eager["r"])
    #expect(try lazy.collect() == lazy.collectAsAsked())
    #expect(throws: FrameError.self) {
      try frame.lazy.with(rolling(.sum, "x", within: .hours(1), of: "n"), as: "r")
    }
    #expect(throws: FrameError.self) {
      try frame.lazy.with(rolling(.sum, "x", within: .hours(0), of: "t"), as: "r")
    }
    #expect(throws: FrameError.self) { try frame.lazy.grouped(rolling: "shop", within: .days(1)) }
  }

  @Test("rolling skewness, kurtosis and ranks, and running ones beside those of a whole column")
  func moments() throws {
    let frame = try DataFrame([
      "x": AnyColumn(oracle.x), "row": AnyColumn(oracle.x.indices.map(Optional.some)),
    ])
    let functions: [String: RunningAggregate] = [
      "skew": .skewness, "kurt": .kurtosis, "rank": .rank,
    ]
    for (name, wanted) in oracle.moments {
      let function = try #require(functions[name])
      let found = try frame.select(rolling(function, "x", 8, atLeast: 5).as("r"))
      for (row, (a, b)) in zip(try found["r", as: Double.self], wanted).enumerated() {
        let agrees = if let a, let b { abs(a - b) < 1e-9 } else { a == nil && b == nil }
        #expect(
          agrees, "\(name) \(row): \(String(describing: a)), not \(String(describing: b))")
      }
    }
    // Rows that come and go many times add up no roundings; far from 0 too.
    var random = SeededRandom(seed: 2)
    let long = (0..<3000).map { _ in Optional(1e4 + Double.random(in: -1...1, using: &random)) }
    let far = try DataFrame(["x": AnyColumn(long)])
    let found = try far.select(
      rolling(.skewness, "x", 50).as("s"), rolling(.kurtosis, "x", 50).as("k"))
    for row in stride(from: 49, to: 3000, by: 97) {
      let part = far.slice(from: row - 49, count: 50)
      let sample = try part.aggregate(skewness("x").as("s"), kurtosis("x").as("k"))
      for name in ["s", "k"] {
        let rolled: Double = try found[name, as: Double.self][row] ?? 1e9
        let whole: Double = try sample[name, as: Double.self][0] ?? -1e9
        #expect(abs(rolled - whole) < 1e-6 * Swift.max(1.0, abs(whole)), "\(name) \(row)")
      }
    }
    let odd = try DataFrame(["x": [2.0, .nan, 1.0, nil, 2.0, .nan]])
    let ranks = try odd.select(cumulative(.rank, "x").as("r"))
    #expect(Array(try ranks["r", as: Double.self]) == [1, 2, 1, nil, 2.5, 4.5])
  }

  @Test("a row an hour where clocks change")
  func upsample() throws {
    let few = oracle.few
    let times = few.t.map { Scalar.datetime(Datetime(secondsSinceEpoch: $0, nanosecond: 0)) }
    let frame = try DataFrame([
      "t": AnyColumn(times, type: .datetime(.microseconds, zone: "Europe/Oslo")),
      "shop": AnyColumn(few.shop.map(Optional.some)), "v": AnyColumn(few.v),
    ])
    let found = try frame.upsample("t", every: .hours(1), by: "shop")
    let column = try found["t"]
    #expect((0..<found.rowCount).map { seconds(column[$0]) } == oracle.upsampled.t)
    #expect(Array(try found["shop", as: String.self]) == oracle.upsampled.shop)
    #expect(Array(try found["v", as: Int.self]) == oracle.upsampled.v)
    #expect(try frame.lazy.upsample("t", every: .hours(1), by: "shop").collect() == found)
    for wrong in [CalendarInterval.days(0), .days(-1), .hours(0)] {
      #expect(throws: FrameError.self) { try frame.lazy.upsample("t", every: wrong) }
    }
    #expect(throws: FrameError.self) { try frame.lazy.upsample("v", every: .days(1)) }
    #expect(throws: FrameError.self) { try frame.upsample("t", every: .nanoseconds(1)) }
    let ends = try DataFrame([
      "d": AnyColumn([CivilDate("2024-01-31"), CivilDate("2024-05-31")])
    ]).upsample("d", every: .months(1))
    #expect(
      Array(try ends["d", as: CivilDate.self]).map { $0?.description ?? "" }
        == ["2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30", "2024-05-31"])
  }

  @Test("grouping sets and pivots of given columns, lazily")
  func lazyShapes() throws {
    var frames = RandomFrames(seed: 12)
    let frame = try frames.frame(rowCount: 500, distinct: 4).filter(col("kInt").isNotNull)
    let cube = try frame.lazy.cube("kInt", "kBool").aggregate(sum("n").as("s"), level: "level")
    #expect(
      try cube.collect() == frame.cube("kInt", "kBool").aggregate(sum("n").as("s"), level: "level"))
    #expect(try cube.collectAsAsked() == cube.collect())
    let rollup = try frame.lazy.rollup("kInt", "kBool").aggregate(count())
    #expect(try rollup.collect() == frame.rollup("kInt", "kBool").aggregate(count()))
    let whole = try frame.pivot(
      on: "kInt", index: "kBool", values: "n"
    ) { sum($0) }
    let names = Array(whole.columnNames.dropFirst())
    let given = try frame.lazy.pivot(
      on: "kInt", columns: names.compactMap { Int($0) }.map(Scalar.int), index: "kBool",
      values: "n"
    ) { sum($0) }
    let found = try given.collect()
    #expect(found == whole)
    #expect(
      try frame.pivot(on: "kInt", columns: [99], index: "kBool", values: "n") { sum($0) }["99"]
        .nullCount == found.rowCount)
    #expect(throws: FrameError.self) {
      try frame.lazy.pivot(on: "kIn", columns: [1], index: "kBool", values: "n") { sum($0) }
    }
  }
}
