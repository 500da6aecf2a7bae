import ApusFrame
import Testing

@Suite("Tables")
struct TableTests {
  @Test("text shows shape, types and nulls, numbers aligned by their points")
  func text() throws {
    let frame = try DataFrame([
      "city": ["Oslo", nil, "a\nb"], "fare": [1, -20, nil], "rate": [0.5, 12.25, .nan],
    ])
    #expect(
      frame.textTable == """
        3 rows × 3 columns
        city    fare    rate
        String   Int  Double
        ──────  ────  ──────
        Oslo       1    0.50
        null     -20   12.25
        a\\nb    null     NaN
        """)
    #expect(frame.description == frame.textTable)
  }

  @Test("the middle rows of a long frame are left out")
  func elision() throws {
    let frame = try DataFrame(["n": AnyColumn((0..<100).map(Optional.some))])
    let lines = frame.textTable.split(separator: "\n")
    #expect(lines.count == 4 + 21)
    #expect(lines[0] == "100 rows × 1 column")
    #expect(lines[13...15].map { String($0) } == ["  9", "  …", " 90"])
    #expect(frame.htmlTable.split(separator: "\n").count { $0.hasPrefix("<tr><td") } == 21)
  }

  @Test("HTML is escaped, with types under names and nulls marked")
  func html() throws {
    let frame = try DataFrame(["<b>&\"x\"": ["<script>", nil, "$1$"]])
    let html = frame.htmlTable
    #expect(html.contains("&lt;b&gt;&amp;&quot;x&quot;<br><span"))
    #expect(html.contains(">&lt;script&gt;</td>"))
    #expect(html.contains("<span class=\"apus-null\""))
    #expect(html.contains("&#36;1&#36;"))
    #expect(html.contains(">String</span>"))
    #expect(html.contains("3 rows × 1 column"))
    #expect(!html.contains("<script>"))
  }

  @Test("numbers are short, and large and small ones keep their size")
  func numbers() throws {
    let frame = try DataFrame([
      "x": [
        0.333_333_333, 1e-9, -2.5e20, .infinity, 0, 123_456.789_012, -0.00004, 99_999_999_999.9999,
      ]
    ])
    let lines = frame.textTable.split(separator: "\n").dropFirst(4)
    let shown = lines.map { line in String(line.drop { $0 == " " }) }
    let wanted = [
      "0.3333", "1e-9", "-2.5e20", "inf", "0.0000", "123456.7890", "-4e-5", "99999999999.9999",
    ]
    #expect(shown == wanted)
  }

  @Test("frames without rows or columns have tables")
  func empty() throws {
    #expect(try DataFrame([:]).textTable == "0 rows × 0 columns")
    #expect(
      try DataFrame(["a": [1]]).head(0).textTable == "0 rows × 1 column\n  a\nInt\n───")
    #expect(try DataFrame([:]).htmlTable.contains("0 rows × 0 columns"))
  }

  @Test("many columns leave out those in the middle")
  func wide() throws {
    let columns = (0..<30).map { AnyColumn(name: "c\($0)", [1, 2]) }
    let frame = try DataFrame(columns: columns)
    #expect(frame.textTable.contains("…"))
    #expect(!frame.textTable.contains("c15"))
    #expect(frame.htmlTable.contains("<th>…</th>"))
  }
}
