import ApusFrame
import Foundation
import Testing

/// What polars makes of times, texts and lists, by Fixtures/oracle/make_frame_functions.py.
private struct FunctionOracle {
  let content: [String: Any]

  init() throws {
    let path = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../Fixtures/oracle/frame_functions.json")
    let found = try JSONSerialization.jsonObject(with: Data(contentsOf: path))
    content = try #require(found as? [String: Any])
  }

  func list(_ name: String) throws -> [Any] { try #require(content[name] as? [Any]) }

  func table(_ name: String) throws -> [String: [Any]] {
    try #require(content[name] as? [String: [Any]])
  }
}

/// Whether a value is what JSON says; times are their microseconds since 1970.
private func agrees(_ scalar: Scalar, _ wanted: Any) -> Bool {
  switch scalar {
  case .null: wanted is NSNull
  case .bool(let value): wanted as? Bool == value
  case .int(let value): wanted as? Int == value
  case .double(let value):
    (wanted as? Double).map { abs($0 - value) <= 1e-12 * abs(value) } ?? false
  case .string(let value): wanted as? String == value
  case .datetime(let value):
    wanted as? Int == value.secondsSinceEpoch * 1_000_000 + value.nanosecond / 1000
  case .list(let values):
    (wanted as? [Any]).map { list in
      list.count == values.count && zip(values, list).allSatisfy { agrees($0, $1) }
    } ?? false
  default: false
  }
}

private func interval(_ text: String) -> CalendarInterval? {
  let digits = text.prefix { $0 == "-" || $0.isNumber }
  guard let count = Int(digits) else { return nil }
  switch text.dropFirst(digits.count) {
  case "y": return .years(count)
  case "q": return .quarters(count)
  case "mo": return .months(count)
  case "w": return .weeks(count)
  case "d": return .days(count)
  case "h": return .hours(count)
  case "m": return .minutes(count)
  case "s": return .seconds(count)
  case "ms": return .milliseconds(count)
  default: return nil
  }
}

@Suite("Functions of times, texts and lists beside polars")
struct FunctionOracleTests {
  private let oracle: FunctionOracle

  init() throws { oracle = try FunctionOracle() }

  private func check(
    _ expr: Expr, of frame: DataFrame, _ wanted: [Any], _ name: String
  ) throws {
    let found = try frame.select(expr.as("r"))["r"]
    #expect(found.count == wanted.count)
    let wrong = (0..<found.count).filter { !agrees(found[$0], wanted[$0]) }
    if let first = wrong.first {
      Issue.record(
        "\(name): \(wrong.count) rows differ, row \(first) is \(found[first]), not \(wanted[first])"
      )
    }
  }

  private func times(_ ticks: [Any], _ type: DataType) throws -> DataFrame {
    let column = AnyColumn(ticks.map { $0 as? Int })
    return try DataFrame(columns: [AnyColumn(name: "n", column)])
      .select(col("n").cast(to: type).as("t"))
  }

  @Test("parts, truncation, rounding, moves and texts of times")
  func times() throws {
    let frame = try times(oracle.list("ticks"), .datetime(.microseconds))
    let t = col("t")
    let parts: [String: Expr] = [
      "year": t.year, "isoYear": t.isoYear, "quarter": t.quarter, "month": t.month,
      "week": t.week, "day": t.day, "weekday": t.weekday, "dayOfYear": t.dayOfYear,
      "daysInMonth": t.daysInMonth, "hour": t.hour, "minute": t.minute, "second": t.second,
      "millisecond": t.millisecond, "microsecond": t.microsecond, "nanosecond": t.nanosecond,
    ]
    let table = try oracle.table("times")
    #expect(table.count == 44)
    for (name, wanted) in table {
      if let part = parts[name] {
        try check(part, of: frame, wanted, name)
        continue
      }
      let space = try #require(name.firstIndex(of: " "))
      let argument = String(name[name.index(after: space)...])
      switch name[..<space] {
      case "truncate":
        try check(t.truncated(to: try #require(interval(argument))), of: frame, wanted, name)
      case "round":
        try check(t.rounded(to: try #require(interval(argument))), of: frame, wanted, name)
      case "offset":
        try check(t.offset(by: try #require(interval(argument))), of: frame, wanted, name)
      default:
        try check(t.formatted(argument), of: frame, wanted, name)
      }
    }
  }

  @Test("a text that was written by a pattern is read by it")
  func roundTrip() throws {
    let frame = try times(oracle.list("ticks"), .datetime(.microseconds))
    for pattern in ["%Y-%m-%d %H:%M:%S%.6f", "%d %B %Y, %I:%M:%S %p and %6f", "%FT%T%.f"] {
      let back = col("t").formatted(pattern).parsed(pattern, as: .datetime(.microseconds))
      let found = try frame.filter(col("t").year >= 1000).with(back, as: "u")
      #expect(try found["t"] == AnyColumn(name: "t", found["u"]), "\(pattern)")
    }
  }

  @Test("zones of the system's files")
  func zones() throws {
    let instants = try oracle.list("instants")
    let zones = try #require(oracle.content["zones"] as? [String: [String: [Any]]])
    #expect(zones.count == 6)
    for (zone, table) in zones {
      let frame = try times(instants, .datetime(.microseconds, zone: "UTC"))
        .select(col("t").inZone(zone).as("t"))
      let t = col("t")
      try check(t.replacingZone(nil), of: frame, table["wall"] ?? [], "\(zone) wall")
      try check(t.truncated(to: .days(1)), of: frame, table["day"] ?? [], "\(zone) day")
      try check(
        t.formatted("%Y-%m-%d %H:%M:%S %z"), of: frame, table["text"] ?? [], "\(zone) text")
      let wall = t.replacingZone(nil)
      try check(
        wall.replacingZone(zone, ambiguous: .earliest), of: frame, table["earliest"] ?? [],
        "\(zone) earliest")
      try check(
        wall.replacingZone(zone, ambiguous: .latest), of: frame, table["latest"] ?? [],
        "\(zone) latest")
    }
  }

  @Test("texts and regular expressions")
  func strings() throws {
    let frame = try DataFrame(columns: [
      AnyColumn(name: "s", AnyColumn(oracle.list("texts").map { $0 as? String }))
    ])
    let s = col("s")
    let expressions: [String: Expr] = [
      "matches \\d{4}": s.matches(#"\d{4}"#), "matches ^[a-z]+$": s.matches("^[a-z]+$"),
      "matches \\bøl": s.matches(#"\bøl"#), "count \\w+": s.countMatches(of: #"\w+"#),
      "extract (\\d+)-(\\d+)": s.extract(#"(\d+)-(\d+)"#, group: 2),
      "extractAll \\d+": s.extractAll(#"\d+"#),
      "replaceAll (\\w)=": s.replacing(matching: #"(\w)="#, with: "<$1>"),
      "replaceFirst a": s.replacingFirst(matching: "a", with: "b$$"),
      "replaceAll a*": s.replacing(matching: "[ab]+", with: "-"),
      "padStart": s.paddedStart(to: 6, with: "*"), "padEnd": s.paddedEnd(to: 6),
      "zfill": s.zeroFilled(to: 5), "strip": s.stripped("a b"),
      "stripStart": s.strippedStart("ak"), "stripEnd": s.strippedEnd("cg"),
      "withoutPrefix": s.withoutPrefix("ab"), "withoutSuffix": s.withoutSuffix("ing"),
      "reverse": s.reversed(), "split ,": s.split(by: ","), "length": s.length,
      "bytes": s.byteLength, "startsWith": s.hasPrefix("a"), "slice": s.slice(from: 1, count: 2),
    ]
    let table = try oracle.table("strings")
    #expect(table.count == expressions.count)
    for (name, wanted) in table {
      try check(try #require(expressions[name], "\(name)"), of: frame, wanted, name)
    }
    let distance = try DataFrame(["a": ["kitten", "", nil], "b": ["sitting", "abc", "x"]])
      .select(col("a").editDistance(to: col("b")).as("d"))
    #expect(Array(try distance["d", as: Int.self]) == [3, 3, nil])
  }

  @Test("lists")
  func lists() throws {
    let values = try oracle.list("values").map { row -> Scalar in
      (row as? [Any]).map { .list($0.map { ($0 as? Int).map(Scalar.int) ?? .null }) } ?? .null
    }
    let frame = try DataFrame(columns: [
      AnyColumn(name: "l", AnyColumn(values, type: .list(.int64)))
    ])
    let l = col("l").list
    let expressions: [String: Expr] = [
      "length": l.length, "get 1": l.get(1), "get -1": l.get(-1), "sum": l.sum(), "min": l.min(),
      "max": l.max(), "mean": l.mean(), "median": l.median(), "contains 7": l.contains(7),
      "sorted": l.sorted(), "reversed": l.reversed(), "slice": l.slice(from: 1, count: 2),
    ]
    let table = try oracle.table("lists")
    #expect(table.count == expressions.count)
    for (name, wanted) in table {
      try check(try #require(expressions[name], "\(name)"), of: frame, wanted, name)
    }
  }
}
