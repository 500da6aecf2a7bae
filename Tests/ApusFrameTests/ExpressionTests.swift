import ApusFrame
import Testing

@Suite("Expressions")
struct ExpressionTests {
  private let frame: DataFrame

  init() throws {
    frame = try DataFrame([
      "a": [true, true, true, false, false, false, nil, nil, nil],
      "b": [true, false, nil, true, false, nil, true, false, nil],
      "n": [1, 2, nil, -7, 5, 0, 9_007_199_254_740_993, 7, 8],
      "x": [1.0, 2.5, 3, nil, .nan, 0, 9_007_199_254_740_992, 7, .infinity],
      "s": ["", "a", nil, "a text of more than twelve bytes", "é", "z", "a", "b", "c"],
      "d": AnyColumn(
        (0..<9).map { $0 == 2 ? nil : CivilDate(year: 2024, month: 2, day: 27 + $0 % 3) }),
    ])
  }

  private func bools(_ expression: Expr) throws -> [Bool?] {
    Array(try frame.select(expression.as("r"))["r", as: Bool.self])
  }

  @Test("logic is three-valued")
  func logic() throws {
    #expect(
      try bools(col("a") && col("b")) == [
        true, false, nil, false, false, false, nil, false, nil,
      ])
    #expect(
      try bools(col("a") || col("b")) == [true, true, true, true, false, nil, true, nil, nil])
    #expect(
      try bools(!col("a")) == [false, false, false, true, true, true, nil, nil, nil])
    #expect(
      try bools(col("a").isNull)
        == [false, false, false, false, false, false, true, true, true])
  }

  @Test("whole numbers are compared with floating-point ones exactly")
  func mixedComparison() throws {
    #expect(
      try bools(col("n") > col("x")) == [false, false, nil, nil, false, false, true, false, false])
    #expect(
      try bools(col("x") == col("n")) == [true, false, nil, nil, false, true, false, true, false])
    #expect(try bools(col("x") != 2.5)[4] == true)
    #expect(try bools(2.5 <= col("n"))[1] == false)
  }

  @Test("texts are compared by code points, inline or long")
  func texts() throws {
    #expect(
      try bools(col("s") > "a") == [false, false, nil, true, true, true, false, true, true])
    #expect(
      try bools(col("s").isIn("a text of more than twelve bytes", "é"))
        == [false, false, nil, true, true, false, false, false, false])
    let joined = try frame.select((col("s") + "!").as("r"))["r", as: String.self]
    #expect(joined[3] == "a text of more than twelve bytes!")
    #expect(joined[2] == nil)
  }

  @Test("days take text, and whole numbers move them")
  func days() throws {
    #expect(
      try bools(col("d") >= "2024-02-28")
        == [false, true, nil, false, true, true, false, true, true])
    let next = try frame.select((col("d") + 2).as("r"))["r", as: CivilDate.self]
    #expect(next[5]?.description == "2024-03-02")
    #expect(try frame.select((col("d") - col("d")).as("r"))["r", as: Int.self][0] == 0)
  }

  @Test("a whole number's remainder by 0 is null, its quotient infinite")
  func zeroDivisor() throws {
    let found = try frame.select(
      (col("n") % (col("n") - col("n"))).as("r"), (col("n") / 0).as("q"),
      (col("n") % 3).as("three"))
    #expect(try found["r", as: Int.self].allSatisfy { $0 == nil })
    #expect(try found["q", as: Double.self][0] == .infinity)
    #expect(try found["three", as: Int.self][3] == -1)
  }

  @Test("whole numbers that exceed 64 bits are an error that names the row")
  func overflow() throws {
    let big = try DataFrame(["n": [1, nil, 9_223_372_036_854_775_807]])
    let error = #expect(throws: FrameError.self) { try big.with(col("n") + 1, as: "m") }
    #expect(
      error?.description
        == "9223372036854775807 + 1 exceeds 64 bits in row 2, with(…, as: \"m\"); "
        + "make it floating point, as in col(\"x\") * 1.0")
    let sums = #expect(throws: FrameError.self) {
      try big.aggregate(sum("n"))
    }
    #expect(sums?.code == .overflow)
  }

  @Test("sums of few groups are exact where some blocks of rows hold large numbers")
  func largeNumbersInBlocks() throws {
    // The large ones come in the second block only, and cancel but for one.
    let count = 50_000
    let keys = (0..<count).map { $0 % 3 }
    var values = (0..<count).map { $0 % 1000 - 500 }
    for row in 20_000..<20_031 { values[row] = row % 2 == 0 ? .max - row : .min + row }
    let frame = try DataFrame([
      "k": AnyColumn(keys.map(Optional.some)), "n": AnyColumn(values.map(Optional.some)),
    ])
    var wanted = [Int128](repeating: 0, count: 3)
    for row in 0..<count { wanted[keys[row]] += Int128(values[row]) }
    let found = try frame.grouped(by: "k").aggregate(sum("n").as("s"), mean("n").as("m"))
    for group in 0..<3 {
      #expect(try found["s", as: Int.self][group].map { Int128($0) } == wanted[group])
      let size = Double(keys.count { $0 == group })
      #expect(try found["m", as: Double.self][group] == Double(wanted[group]) / size)
    }
  }

  @Test("the errors of names and types come before data is touched, with what to do")
  func errors() throws {
    func text(_ body: () throws -> Void) -> String {
      do { try body() } catch { return "\(error)" }
      return "no error"
    }
    #expect(
      text { _ = try frame.filter(col("nn") > 1) }
        == "no column \"nn\" in filter(…) on a frame of a, b, n, x, s, d; did you mean \"n\"?")
    #expect(
      text { _ = try frame.filter(col("n")) }
        == "\"n\" is Int, not Bool in filter(…); compare it with something")
    #expect(
      text { _ = try frame.filter(col("s") > 1) }
        == "\"s > 1\" has String and Int in filter(…); values of different types are not compared")
    #expect(
      text { _ = try frame.select(mean("n")) }
        == "the aggregate mean(n) has no group in select(…); "
        + "use it in aggregate(…), after grouped(by:) where there are groups, or with over(…)")
    #expect(
      text { _ = try frame.grouped(by: "s").aggregate(sum("d")) }
        == "\"sum(d)\" of Date in aggregate(…); "
        + "numbers and Bool have one; count, min, max, first and last take every type")
    #expect(
      text { _ = try frame.grouped(by: "s").aggregate(col("n")) }
        == "\"n\" in \"n\" has many values a group in aggregate(…); "
        + "aggregate it, as in mean(\"n\") or first(\"n\")")
    #expect(
      text { _ = try frame.select("n", "n") }
        == "two columns \"n\" in select(…); give one of them another name")
    #expect(
      text { _ = try frame["n", as: String.self] }
        == "column \"n\" holds Int, not String in a column asked for as String; "
        + "ask for it as Int.self")
    #expect(
      text { _ = try frame.filter(col("d") > "soon") }
        == "\"soon\" is no day in \"d > \"soon\"\" in filter(…); write days as 2026-01-31")
    #expect(
      text { _ = try DataFrame(["a": [1], "b": [1, 2]]) }
        == "column \"b\" has 2 rows, \"a\" has 1 in DataFrame(columns:); "
        + "give every column as many values; nil where there is none")
  }
}
