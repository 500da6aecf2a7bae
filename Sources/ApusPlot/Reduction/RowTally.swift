/// How many rows of a frame a picture stands for, and how many it leaves out because they have no
/// number that can be drawn: null, NaN or infinite.
package struct RowTally: Sendable, Equatable {
  /// All rows that were looked at.
  package var total: Int
  /// Those that the picture stands for.
  package var drawn: Int

  package init(total: Int, drawn: Int) {
    self.total = total
    self.drawn = drawn
  }

  /// The tally as a line under a title, such as `1,000,000 rows; 12 without a number left out`.
  package var note: String {
    let rows = "\(RowTally.grouped(drawn)) \(drawn == 1 ? "row" : "rows")"
    guard drawn < total else { return rows }
    return "\(rows); \(RowTally.grouped(total - drawn)) without a number left out"
  }

  /// A whole number with commas between its thousands.
  package static func grouped(_ number: Int) -> String {
    var digits = Array(String(number.magnitude))
    var place = digits.count - 3
    while place > 0 {
      digits.insert(",", at: place)
      place -= 3
    }
    return (number < 0 ? "−" : "") + String(digits)
  }
}
