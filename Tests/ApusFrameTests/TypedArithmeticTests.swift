import ApusFrame
import Testing

@Suite("Arithmetic, casts and rows of every type")
struct TypedArithmeticTests {
  private func column(_ expr: Expr, _ frame: DataFrame) throws -> AnyColumn {
    try frame.select(expr.as("r"))["r"]
  }

  private func text(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "no error"
    } catch {
      return "\(error)"
    }
  }

  @Test("whole numbers meet in the narrowest type that holds both, and overflow is an error")
  func wholeNumbers() throws {
    let frame = try DataFrame([
      "a": AnyColumn([Int8(100), -100, nil]), "b": AnyColumn([UInt8(200), 3, 4]),
      "c": AnyColumn([Int32(7), -7, 0]), "d": AnyColumn([UInt64.max, 1, 2]),
      "f": AnyColumn([Float(0.5), 1.5, 2.5]), "n": [1, 2, 3],
    ])
    #expect(
      try column(col("a") + col("b"), frame)
        == AnyColumn(
          name: "r", AnyColumn([300, -97, nil], type: .int16)))
    #expect(try column(col("a") + col("c"), frame).type == .int32)
    #expect(try column(col("d") + col("n"), frame).type == .float64)
    #expect(try column(col("a") + 1, frame).type == .int8)
    #expect(try column(col("a") + 1000, frame).type == .int64)
    #expect(try column(col("f") * 2, frame).type == .float32)
    #expect(try column(col("f") * col("n"), frame).type == .float64)
    #expect(try column(col("a") / col("b"), frame).type == .float64)
    #expect(
      text { _ = try frame.select((col("a") + 100).as("r")) }
        == "100 + 100 exceeds 8 bits in row 0, select(…); "
        + "make it wider, as in col(\"x\").cast(to: .int64)")
    #expect(try frame.filter(col("d") > col("n")).rowCount == 1)
    #expect(try frame.filter(col("d") == UInt64.max).rowCount == 1)
    let sums = try frame.aggregate(
      sum("a").as("a"), sum("b").as("b"), sum("c").as("c"), sum("f").as("f"), max("d").as("d"))
    #expect(sums.schema.fields.map(\.type) == [.int64, .int64, .int64, .float32, .uint64])
    #expect(try sums["b"][0] == 207)
    #expect(
      text { _ = try frame.aggregate(sum("d")) }.hasPrefix("a sum exceeds 64 bits"))
  }

  @Test("decimals keep their digits")
  func decimals() throws {
    let values = ["1.50", "-0.25", nil, "99999999.99"].map { $0.flatMap { Decimal128($0) } }
    let frame = try DataFrame(["d": AnyColumn(values), "n": [2, 3, 4, 5]])
    let product = try column(col("d") * col("d"), frame)
    #expect(product.type == .decimal(precision: 38, scale: 4))
    #expect(product[0] == .decimal(Decimal128(coefficient: 22_500, scale: 4)))
    #expect(
      try column(col("d") * col("n"), frame)[3]
        == .decimal(Decimal128(coefficient: 49_999_999_995, scale: 2)))
    #expect(try frame.filter(col("d") > 1.5).rowCount == 1)
    #expect(try frame.filter(col("d") >= 1.5).rowCount == 2)
    #expect(
      try frame.aggregate(sum("d").as("s"))["s"][0]
        == .decimal(Decimal128(coefficient: 10_000_000_124, scale: 2)))
    #expect(try column(col("d").cast(to: .float64), frame)[1] == -0.25)
    #expect(
      try column(lit("12.345").cast(to: .decimal(precision: 5, scale: 2)), frame)[0]
        == .decimal(Decimal128(coefficient: 1235, scale: 2)))
  }

  @Test("days, times and lengths of time")
  func times() throws {
    let start = try #require(Datetime("2024-02-28 23:30:00"))
    let frame = try DataFrame([
      "t": AnyColumn([start, nil]), "d": AnyColumn([CivilDate("2024-02-28"), nil]),
      "l": AnyColumn([Duration.seconds(3600), .milliseconds(1500)]),
      "c": AnyColumn([CivilTime("23:30"), CivilTime("00:00:01")]),
    ])
    #expect(
      try column(col("t") + Duration.seconds(3600), frame)[0]
        == .datetime(try #require(Datetime("2024-02-29 00:30:00"))))
    #expect(try column(col("t") - col("d"), frame)[0] == .duration(.seconds(84_600)))
    #expect(
      try column(col("d") + Duration.seconds(86_400 * 2), frame)[0]
        == .date(try #require(CivilDate("2024-03-01"))))
    #expect(try column(col("c") + col("l"), frame)[0] == .time(try #require(CivilTime("00:30"))))
    #expect(try column(col("l") * 2, frame)[1] == .duration(.seconds(3)))
    #expect(try column(col("l") / 2, frame)[1] == .duration(.milliseconds(750)))
    #expect(try column(col("l") / col("l"), frame)[1] == 1.0)
    #expect(try column(col("l").total(in: .minutes), frame)[1] == 0.025)
    #expect(try frame.filter(col("t") >= "2024-02-28 23:30").rowCount == 1)
    #expect(try frame.filter(col("t") > col("d")).rowCount == 1)
    #expect(
      try frame.aggregate(mean("l").as("m"))["m"][0] == .duration(.microseconds(1_800_750_000)))
    #expect(
      text { _ = try frame.select(col("t").inZone("Europe/Osla")) }
        == "no time zone \"Europe/Osla\" in select(…); did you mean \"Europe/Oslo\"?")
    let zoned = try frame.select(col("t").replacingZone("Europe/Oslo").as("t"))
    #expect(zoned.textTable.contains("2024-02-28 23:30:00+01:00"))
  }

  @Test("categories and enums are compared as texts and in their order")
  func categories() throws {
    let sizes = DataType.enum(["small", "large"])
    let frame = try DataFrame(["s": ["large", "small", nil, "large"]])
    let typed = try frame.select(
      col("s").cast(to: sizes).as("e"), col("s").cast(to: .categorical).as("c"))
    #expect(try typed.filter(col("e") > "small").rowCount == 2)
    #expect(try typed.filter(col("c") == "large").rowCount == 2)
    #expect(try typed.filter(col("c").isIn("small", "huge")).rowCount == 1)
    #expect(
      Array(try typed.sorted(by: "e")["e", as: String.self])
        == ["small", "large", "large", nil])
    #expect(
      text { _ = try typed.filter(col("e") == "smal") }
        == "\"smal\" is no Enum in \"e == \"smal\"\" in filter(…); did you mean \"small\"?")
    #expect(
      text { _ = try frame.select(col("s").cast(to: .enum(["small"]))) }
        == "\"large\" is no Enum in row 0, select(…); castOrNull(to:) makes it null")
  }

  @Test("rows come and go as Codable structs and as tuples")
  func rows() throws {
    struct Point: Codable, Equatable {
      var x: Float
      var tags: [String]
    }
    struct Row: Codable, Equatable {
      var id: Int32
      var name: String?
      var day: CivilDate
      var score: Double?
      var point: Point
    }
    let day = try #require(CivilDate("2026-01-31"))
    let rows = [
      Row(id: 1, name: nil, day: day, score: nil, point: Point(x: 0.5, tags: ["a", "b"])),
      Row(id: 2, name: "two", day: day, score: nil, point: Point(x: -1, tags: [])),
    ]
    let frame = try DataFrame(rows)
    #expect(frame.columnNames == ["id", "name", "day", "score", "point"])
    #expect(frame.schema["id"] == .int32)
    #expect(frame.schema["score"] == .float64)
    #expect(
      frame.schema["point"]
        == .struct([Schema.Field("x", .float32), Schema.Field("tags", .list(.string))]))
    #expect(try frame.rows(as: Row.self) == rows)
    struct Strict: Codable { var name: String }
    #expect(
      text { _ = try frame.rows(as: Strict.self) }
        == "null is no String in row 0, column \"name\"; declare the property as optional")
    struct Misspelt: Codable { var scor: Double? }
    #expect(text { _ = try frame.rows(as: Misspelt.self) }.hasSuffix("did you mean \"score\"?"))
    let pairs = try frame.tuples(("id", Int.self), ("name", String.self))
    #expect(pairs.map(\.0) == [1, 2])
    #expect(pairs.map(\.1) == [nil, "two"])
    #expect(try column(col("point").field("x"), frame)[1] == -1.0)
  }

  @Test("closures go over typed columns")
  func closures() throws {
    let frame = try DataFrame(["n": [1, nil, 3], "x": [0.5, 2, nil], "s": ["a", nil, "c"]])
    let found = try frame.map("x", Double.self, as: "y") { $0 * 4 }
      .map("n", Int.self, as: "m") { $0 + 1 }
      .map("s", String.self, as: "s") { $0 + "!" }
      .map("n", "x", Double.self, as: "sum") { $0 + $1 }
    #expect(Array(try found["y", as: Double.self]) == [2, 8, nil])
    #expect(Array(try found["m", as: Int.self]) == [2, nil, 4])
    #expect(Array(try found["s", as: String.self]) == ["a!", nil, "c!"])
    #expect(Array(try found["sum", as: Double.self]) == [1.5, nil, nil])
    let total = try frame["x", as: Double.self].withValues { values, isNull in
      values.indices.reduce(0.0) { isNull($1) ? $0 : $0 + values[$1] }
    }
    #expect(total == 2.5)
  }

  @Test("wrong patterns and types are errors before data is touched")
  func errors() throws {
    let frame = try DataFrame(["s": ["a"], "n": [1]])
    #expect(
      text { _ = try frame.select(col("s").matches("(a")) }
        == "\"(a\" is no regular expression: missing closing parenthesis at byte 2 in select(…); "
        + "put \\ before characters that mean themselves")
    #expect(text { _ = try frame.select(col("s").extract("a", group: 1)) }.hasPrefix("no group 1"))
    #expect(text { _ = try frame.select(col("n").year) }.hasSuffix("it takes Date or Datetime"))
    #expect(
      text { _ = try frame.select(col("s").parsed("%Q", as: .date)) }
        .contains("directives of Date, Time or Datetime"))
    #expect(
      text { _ = try frame.select(col("s").parsed("%Y-%m-%d", as: .date)) }
        == "\"a\" is no Date in row 0, select(…); parsedOrNull(_:as:) makes it null")
  }
}
