import ApusFrame
import Testing

@Suite("Days")
struct CivilDateTests {
  @Test("every day of four centuries round-trips and follows the one before")
  func roundTrip() {
    var weekday = CivilDate(daysSinceEpoch: -80_000).weekday
    for days in Int32(-80_000)..<70_000 {
      let day = CivilDate(daysSinceEpoch: days)
      let (year, month, number) = day.components
      #expect(CivilDate(year: year, month: month, day: number) == day)
      #expect(day.weekday == weekday)
      weekday = weekday % 7 + 1
    }
  }

  @Test(
    "known days",
    arguments: [("1970-01-01", 0, 4), ("2000-02-29", 11_016, 2), ("1969-12-31", -1, 3)])
  func known(text: String, days: Int32, weekday: Int) {
    #expect(CivilDate(text) == CivilDate(daysSinceEpoch: days))
    #expect(CivilDate(text)?.description == text)
    #expect(CivilDate(text)?.weekday == weekday)
  }

  @Test(
    "days that are none",
    arguments: ["2023-02-29", "2024-13-01", "2024-00-10", "24-01-01", "2024-1-1", ""])
  func none(text: String) { #expect(CivilDate(text) == nil) }
}
