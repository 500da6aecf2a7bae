import ApusFrame
import Testing

@Suite("Business days beside numpy")
struct BusinessDayTests {
  @Test("days are told, counted and added", arguments: ["weekend", "friday"])
  func oracle(name: String) throws {
    let oracle = try VerbOracle.load()
    let wanted = try #require(oracle.business[name])
    let weekend = name == "weekend" ? [6, 7] : [5, 6]
    let holidays = [
      "2024-05-01", "2024-05-17", "2024-12-25", "2025-01-01", "2024-06-01", "2024-05-09",
    ].compactMap { CivilDate($0) }
    let frame = try DataFrame([
      "day": AnyColumn(oracle.business_starts.map { CivilDate($0) }),
      "n": AnyColumn(oracle.business_counts.map(Optional.some)),
    ])
    func added(_ roll: BusinessRoll) -> Expr {
      col("day").addingBusinessDays(col("n"), holidays: holidays, weekend: weekend, roll: roll)
    }
    let found = try frame.select(
      col("day").isBusinessDay(holidays: holidays, weekend: weekend).as("is"),
      added(.forward).as("forward"), added(.backward).as("backward"), added(.null).as("null"),
      col("day").businessDays(
        until: col("day") + col("n").absolute(), holidays: holidays, weekend: weekend
      ).as("count"))
    #expect(Array(try found["is", as: Bool.self]) == wanted.is)
    #expect(Array(try found["count", as: Int.self]) == wanted.count)
    func days(_ name: String) throws -> [String?] {
      Array(try found[name, as: CivilDate.self]).map { $0?.description }
    }
    #expect(try days("forward") == wanted.forward)
    #expect(try days("backward") == wanted.backward)
    let strict = zip(wanted.is, wanted.forward).map { $0 ? $1 : nil }
    #expect(try days("null") == strict)
    #expect(throws: FrameError.self) { try frame.select(added(.error)) }
    let on = try frame.filter(col("day").isBusinessDay(holidays: holidays, weekend: weekend))
    #expect(try on.select(added(.error).as("d")) == on.select(added(.forward).as("d")))
  }

  @Test("far days, and types that are no days")
  func edges() throws {
    let frame = try DataFrame(["day": AnyColumn([CivilDate("2024-01-05")]), "n": [1_000_000]])
    let far = try frame.select(col("day").addingBusinessDays(col("n")).as("d"))
    let back = try far.select(col("d").addingBusinessDays(lit(-1_000_000)).as("d"))
    #expect(try back["d"][0] == frame["day"][0])
    #expect(throws: FrameError.self) {
      try frame.select(col("day").addingBusinessDays(lit(Int.max)))
    }
    #expect(throws: FrameError.self) { try frame.lazy.select(col("n").isBusinessDay()) }
  }
}
