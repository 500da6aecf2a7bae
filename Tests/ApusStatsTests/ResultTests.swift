import ApusFrame
import ApusStats
import Testing

@Suite struct ResultTests {
  @Test("a card shows its parts as text and as HTML")
  func cards() {
    let card = StatsCard(
      title: "A & B", facts: [("t", "1.5"), ("p-value", "0.2")],
      tables: [.init(header: ["", "mean"], rows: [["a", "1"], ["b", "20"]])], notes: ["a note"])
    #expect(
      card.description
        == "A & B\n─────\nt        1.5\np-value  0.2\n\n   mean\na     1\nb    20\n\na note")
    #expect(card.html.contains("<strong>A &amp; B</strong>"))
    #expect(card.html.contains("<td style=\"text-align:right\">20</td>"))
  }

  @Test("a matrix of uneven rows is an error that names the row")
  func unevenRows() {
    #expect(throws: StatsError.self) { try Matrix(rows: [[1, 2], [3]]) }
  }

  @Test("rows with a null or NaN in any column are left out and counted")
  func completeNumbers() throws {
    let frame = try DataFrame([
      "x": AnyColumn([1.5, nil, .nan, 4] as [Double?]), "n": AnyColumn([1, 2, 3, nil] as [Int?]),
    ])
    let numbers = try frame.completeNumbers(["x", "n"], in: "test")
    #expect(numbers.columns == [[1.5], [1]])
    #expect(numbers.keptRows == [0])
    #expect(numbers.missingCount == 3)
    #expect(throws: StatsError.self) { try frame.completeNumbers(["y"], in: "test") }
  }

  @Test("numbers are written briefly")
  func numbers() {
    #expect(NumberText.short(0.031349) == "0.03135")
    #expect(NumberText.pValue(0.00001) == "< 0.0001")
    #expect(NumberText.fixed(-2, digits: 3) == "-2.000")
  }
}
