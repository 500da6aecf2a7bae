import ApusFrame
import ApusPlot
import Foundation
import FoundationXML
import OrderedJSON
import Testing

@Suite("Charts")
struct ChartTests {
  private func frame() throws -> DataFrame {
    try DataFrame([
      "carrier": ["B6", "AA", "B6", nil, "<&\">"],
      "n.flights": [10, 20, 5, 7, nil],
      "delay": [1.5, -2, 3, .nan, 4],
      "day": AnyColumn((0..<5).map { CivilDate(daysSinceEpoch: 19_723 + 30 * Int32($0)) }),
    ])
  }

  /// How many elements with such a tag the document has; that it is XML is checked on the way.
  private func count(_ tag: String, in svg: String) throws -> Int {
    let counter = ElementCounter(tag)
    let parser = XMLParser(data: Data(svg.utf8))
    parser.delegate = counter
    #expect(parser.parse(), "\(String(describing: parser.parserError))")
    return counter.count
  }

  @Test("bars keep the order of rows, and leave nulls out")
  func bars() throws {
    let chart = try Chart(frame()).bars(x: "carrier", y: "n.flights").title("Flights <b>")
    let spec = chart.vegaLite
    #expect(spec["$schema"]?.string == "https://vega.github.io/schema/vega-lite/v5.json")
    #expect(spec["title"] == "Flights <b>")
    #expect(spec["mark"]?["type"] == "bar")
    #expect(
      spec["data"]?["values"]?.description
        == "[{\"carrier\":\"B6\",\"n.flights\":10},{\"carrier\":\"AA\",\"n.flights\":20},"
        + "{\"carrier\":\"B6\",\"n.flights\":5}]")
    #expect(
      spec["encoding"]?["x"]?.description
        == "{\"field\":\"carrier\",\"type\":\"nominal\",\"sort\":null,\"title\":\"carrier\"}")
    #expect(spec["encoding"]?["y"]?["field"] == "n\\.flights")
    #expect(chart.svg.contains("Flights &lt;b&gt;"))
    #expect(try count("rect", in: chart.svg) == 1 + 3)
    // The second bar of B6 stands on the first: 10 to 15 of an axis to 20.
    #expect(chart.svg.contains("<title>B6: 5</title>"))
  }

  @Test("lines go in the order of x, one a colour, on an axis of days")
  func lines() throws {
    let chart = try Chart(frame()).lines(x: "day", y: "n.flights", color: "carrier")
    #expect(chart.vegaLite["encoding"]?["x"]?["type"] == "temporal")
    #expect(
      chart.vegaLite["encoding"]?["color"]?["scale"]?.description
        == "{\"range\":[\"#4c78a8\",\"#f58518\",\"#e45756\"]}")
    #expect(chart.vegaLite["data"]?["values"]?[3]?["carrier"]?.isNull == true)
    #expect(try count("polyline", in: chart.svg) == 3)
    #expect(chart.svg.contains(">2024-02</text>"))
  }

  @Test("points leave NaN out")
  func points() throws {
    let chart = try Chart(frame()).points(x: "n.flights", y: "delay", color: "carrier")
    #expect(try count("circle", in: chart.svg) == 3)
    #expect(chart.vegaLite["data"]?["values"]?.array?.count == 3)
    #expect(chart.vegaLite["encoding"]?["y"]?["scale"]?["zero"] == false)
  }

  @Test("a histogram counts every finite value once")
  func histogram() throws {
    let values: [Double?] = (0...100).map { Double($0) / 10 } + [nil, .nan, .infinity]
    let frame = try DataFrame(["x": AnyColumn(values)])
    let chart = try frame.histogram("x", bins: 10)
    let rows = try #require(chart.vegaLite["data"]?["values"]?.array)
    #expect(rows.map { $0["count"]?.int } == [10, 10, 10, 10, 10, 10, 10, 10, 10, 11])
    #expect(chart.vegaLite["encoding"]?["x"]?["bin"]?.description == "{\"binned\":true}")
    #expect(chart.vegaLite["encoding"]?["x"]?["title"] == "x")
    #expect(try count("rect", in: chart.svg) == 1 + 10)
  }

  @Test(
    "histograms of few or odd values",
    arguments: [[], [3.0], [0.1, 0.1], [1e308, -1e308], [1e17]])
  func oddHistograms(values: [Double]) throws {
    let frame = try DataFrame(["x": AnyColumn(values.map(Optional.some))])
    let chart = try frame.histogram("x", bins: 4)
    let rows = try #require(chart.vegaLite["data"]?["values"]?.array)
    #expect(rows.reduce(0) { $0 + ($1["count"]?.int ?? 0) } == values.count)
    _ = try count("rect", in: chart.svg)
  }

  @Test("every mark draws frames without rows, with one, and with numbers of any size")
  func edges() throws {
    let wide = try DataFrame([
      "x": [1e-300, -1e300, 5, 9_007_199_254_740_993], "y": [0, 1e300, -1e300, 1e-300],
      "s": ["a\u{1}", "b", "a", ""],
    ])
    for frame in [wide, wide.head(0), wide.head(1), wide.tail(1)] {
      for chart in try [
        Chart(frame).bars(x: "x", y: "y", color: "s"), Chart(frame).bars(x: "s", y: "y"),
        Chart(frame).lines(x: "x", y: "y"), Chart(frame).points(x: "s", y: "y", color: "x"),
        Chart(frame),
      ] {
        _ = try count("rect", in: chart.svg)
        #expect(!chart.svg.contains("nan") && !chart.svg.contains("inf"))
        #expect(chart.svg == chart.svg)
      }
    }
  }

  @Test("numbers and days at the ends of their ranges are drawn")
  func extremes() throws {
    let greatest = Double.greatestFiniteMagnitude
    for y in [
      [greatest, greatest], [-greatest, -greatest], [0, Double.leastNonzeroMagnitude],
      [greatest, -greatest], [1, 1 + Double.ulpOfOne],
    ] {
      for days in [
        [Int32.min, Int32.max], [Int32.min, Int32.min], [-719_000, 2_900_000], [0, 20],
      ] {
        let frame = try DataFrame([
          "s": ["a", "a"], "x": AnyColumn(y.map(Optional.some)),
          "y": AnyColumn(y.map(Optional.some)),
          "d": AnyColumn(days.map { CivilDate(daysSinceEpoch: $0) }),
        ])
        for chart in try [
          Chart(frame).bars(x: "s", y: "y"), Chart(frame).lines(x: "d", y: "y"),
          Chart(frame).points(x: "x", y: "y"), Chart(frame).bars(x: "d", y: "y"),
          frame.histogram("x", bins: 3),
        ] {
          #expect(try self.count("text", in: chart.svg) < 80)
        }
      }
    }
  }

  @Test("years are whole numbers without commas in both forms")
  func years() throws {
    let frame = try DataFrame(["year": [2007, 2008, 2009], "y": [1, 2, 3]])
    let chart = try Chart(frame).lines(x: "year", y: "y")
    #expect(chart.svg.contains(">2008</text>") && !chart.svg.contains("2007.5"))
    #expect(
      chart.vegaLite["encoding"]?["x"]?["axis"]?.description
        == "{\"format\":\"d\",\"tickMinStep\":1}")
  }

  @Test("the colours of stacked bars lie alike whatever the order of rows")
  func stacks() throws {
    let frame = try DataFrame([
      "x": ["a", "a", "b", "b"], "y": [1, 2, 4, 3], "c": ["p", "q", "q", "p"],
    ])
    let svg = try Chart(frame).bars(x: "x", y: "y", color: "c").svg
    let bars = svg.split(separator: "\n").filter { $0.contains("class=\"bar\"") }
    // Those of "p" stand on the axis at 340, of 320 points for 8.
    #expect(bars[3].contains("y=\"220\" width") && bars[3].contains("height=\"120\""))
    #expect(bars[2].contains("y=\"60\" width") && bars[2].contains("height=\"160\""))
  }

  @Test("wrong columns are errors before anything is drawn")
  func errors() throws {
    func text(_ body: () throws -> Chart) -> String {
      do { return "no error but \(try body())" } catch { return "\(error)" }
    }
    #expect(
      text { try Chart(frame()).bars(x: "carier", y: "delay") }
        == "no column \"carier\" in bars(…) on a frame of carrier, n.flights, delay, day; "
        + "did you mean \"carrier\"?")
    #expect(
      text { try Chart(frame()).lines(x: "delay", y: "carrier") }
        == "y: \"carrier\" is String, not a number in lines(…); "
        + "choose a column of numbers, or count rows with y: .count()")
    #expect(
      text { try frame().histogram("day") }
        == "\"day\" is Date, not a number in histogram(\"day\"); "
        + "draw it along x, or cast it to a number")
    #expect(
      text { try frame().histogram("delay", bins: 0) }
        == "0 bins in histogram(\"delay\", bins: 0); ask for 1 to 10000")
  }
}

private final class ElementCounter: NSObject, XMLParserDelegate {
  let tag: String
  var count = 0

  init(_ tag: String) { self.tag = tag }

  func parser(
    _ parser: XMLParser, didStartElement elementName: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    if elementName == tag { count += 1 }
  }
}
