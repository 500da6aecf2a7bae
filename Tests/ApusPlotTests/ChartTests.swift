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

  /// The numbers of the marks of a layer.
  private func marks(_ chart: Chart, layer: Int = 0) throws -> [JSON] {
    try #require(
      chart.drawn().sceneJSON["plots"]?[0]?["marks"]?[layer]?["items"]?.array)
  }

  @Test("bars keep the order of rows, stack, and leave nulls out and say so")
  func bars() throws {
    let chart = try Chart(frame()).bars(x: "carrier", y: "n.flights").title("Flights <b>")
    let spec = chart.vegaLite
    #expect(spec["$schema"]?.string == "https://vega.github.io/schema/vega-lite/v5.json")
    #expect(spec["title"]?["text"] == "Flights <b>")
    #expect(spec["title"]?["subtitle"] == ["2 rows without a value left out"])
    #expect(spec["mark"]?["type"] == "bar")
    let rows = try #require(spec["data"]?["values"]?.array)
    #expect(rows.map { $0["carrier"]?.string } == ["B6", "AA", "B6"])
    #expect(rows.map { $0["n_flights (from)"]?.int } == [0, 0, 10])
    #expect(rows.map { $0["n_flights (to)"]?.int } == [10, 20, 15])
    // A category without a number keeps its place.
    #expect(spec["encoding"]?["x"]?["scale"]?["domain"] == ["B6", "AA", "<&\">"])
    #expect(chart.svg.contains("Flights &lt;b&gt;"))
    #expect(try count("rect", in: chart.svg) == 1 + 3)
    #expect(chart.svg.contains("<title>carrier: B6; n.flights: 5</title>"))
  }

  @Test("lines go in the order of x, one a colour, on an axis of days")
  func lines() throws {
    let chart = try Chart(frame()).lines(x: "day", y: "n.flights", color: "carrier")
    #expect(chart.vegaLite["encoding"]?["x"]?["type"] == "temporal")
    #expect(chart.vegaLite["encoding"]?["x"]?["scale"]?["type"] == "utc")
    #expect(
      chart.vegaLite["encoding"]?["color"]?["scale"]?["domain"] == ["B6", "AA", "<&\">", "null"])
    #expect(try marks(chart).count == 3)
    #expect(chart.svg.contains(">Jan 22</text>"))
  }

  @Test("points leave NaN out")
  func points() throws {
    let chart = try Chart(frame()).points(x: "n.flights", y: "delay", color: "carrier")
    #expect(try marks(chart).count == 3)
    #expect(chart.vegaLite["data"]?["values"]?.array?.count == 3)
    #expect(chart.vegaLite["encoding"]?["y"]?["scale"]?["domain"] == [-2, 3])
  }

  @Test("years are whole numbers without commas in both forms")
  func years() throws {
    let frame = try DataFrame(["year": [2007, 2008, 2009], "y": [1, 2, 3]])
    let chart = try Chart(frame).lines(x: "year", y: "y")
    #expect(chart.svg.contains(">2008</text>") && !chart.svg.contains("2007.5"))
    #expect(chart.vegaLite["encoding"]?["x"]?["axis"]?["format"] == ".0f")
    #expect(chart.vegaLite["encoding"]?["x"]?["axis"]?["values"] == [2007, 2008, 2009])
  }

  @Test("a histogram counts every finite value once")
  func histogram() throws {
    let values: [Double?] = (0...100).map { Double($0) / 10 } + [nil, .nan, .infinity]
    let frame = try DataFrame(["x": AnyColumn(values)])
    let chart = try frame.histogram("x", bins: 10)
    let rows = try #require(chart.vegaLite["data"]?["values"]?.array)
    let counts = rows.map { row in row["count"]?.int ?? row["count (to)"]?.int }
    #expect(counts == [10, 10, 10, 10, 10, 10, 10, 10, 10, 11])
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
    let counts = rows.map { row in row["count"]?.int ?? row["count (to)"]?.int ?? 0 }
    #expect(counts.reduce(0, +) == values.count)
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
        Chart(frame).areas(x: "x", y: "y", color: "s"), Chart(frame).boxes(x: "s", y: "y"),
        Chart(frame).violins(x: "s", y: "y"), Chart(frame).ticks(x: "y"),
        Chart(frame).rectangles(x: "s", y: "x", color: "y"),
        Chart(frame).texts(x: "x", y: "y", text: "s"), Chart(frame).rules(y: "y"),
        Chart(frame).bands(x: "x", y: "y", y2: "x"), Chart(frame),
        Chart(frame).bars(x: .binned("x"), y: .count()),
        Chart(frame).arcs(theta: .count(), color: "s"),
      ] {
        let drawing = try chart.drawn()
        _ = try count("rect", in: drawing.svg)
        #expect(!drawing.svg.contains("\"nan\"") && !drawing.svg.contains("inf\""))
        #expect(try drawing.svg == chart.drawn().svg)
        #expect(try drawing.vegaLite.description == chart.drawn().vegaLite.description)
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

  @Test("a column of nulls and one point are honest pictures")
  func fewValues() throws {
    let nulls = try DataFrame(["x": [1, 2], "y": AnyColumn([Double?.none, nil])])
    let chart = try Chart(nulls).points(x: "x", y: "y")
    #expect(chart.svg.contains("no rows to show"))
    #expect(chart.svg.contains("2 rows without a value left out"))
    let one = try Chart(nulls.head(1)).points(x: "x", y: "x")
    #expect(try marks(one).count == 1)
    #expect(Chart(nulls).svg.contains("no marks"))
  }

  @Test("the colours of stacked bars lie alike whatever the order of rows")
  func stacks() throws {
    let frame = try DataFrame([
      "x": ["a", "a", "b", "b"], "y": [1, 2, 4, 3], "c": ["p", "q", "q", "p"],
    ])
    let items = try marks(Chart(frame).bars(x: "x", y: "y", color: "c"))
    // A plot of 300 for 7: those of "p" stand on the axis.
    func ends(_ place: Int) -> [Double] {
      let (top, height) = (items[place]["y"]?.double ?? 0, items[place]["height"]?.double ?? 0)
      return [top, top + height].map { (7 - $0 / 300 * 7).rounded() }
    }
    #expect(ends(3) == [3, 0])
    #expect(ends(2) == [7, 3])
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
      text { try Chart(frame()).bars(x: "day", y: .mean("carrier")) }
        == "y: \"carrier\" is String, of which there is no mean in bars(…); "
        + "choose a column of numbers, or count()")
    #expect(
      text { try Chart(frame()).points(x: "delay", y: "delay", size: "carrier") }
        == "size: \"carrier\" is String, not a number in points(…); choose a column of numbers")
    #expect(
      text { try Chart(frame()).points(x: "delay", y: "delay").facet(columns: "carier") }
        .hasPrefix("no column \"carier\" in facet(…)"))
    #expect(
      text { try Chart(frame()).bars(x: .binned("day"), y: .count()) }
        == "\"day\" is Date, not a number in bars(…); count its values: x: \"day\", y: .count()")
  }

  @Test("what cannot be drawn says why, in an error and in the picture")
  func undrawable() throws {
    let many = try DataFrame(["s": AnyColumn((0..<5000).map { "c\($0)" as String? })])
    let chart = try Chart(many).bars(x: "s", y: .count())
    #expect(throws: FrameError.self) { try chart.drawn() }
    #expect(chart.svg.contains("5,000 values of &quot;s&quot;"))
    let logs = try Chart(frame()).bars(x: "carrier", y: "n.flights").scales(y: .log)
    #expect(logs.svg.contains("bars and areas start at 0"))
    let format = try Chart(frame()).points(x: "delay", y: "delay")
      .axes(x: Chart.Axis(format: "five"))
    #expect(throws: FrameError.self) { try format.drawn() }
    let domain = try Chart(frame()).points(x: "delay", y: "delay")
      .scales(x: Chart.Scale().domain(5, 1))
    #expect(throws: FrameError.self) { try domain.drawn() }
  }

  @Test("charts are written whole, and other endings are errors")
  func files() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let chart = try Chart(frame()).points(x: "delay", y: "n.flights")
    for ending in ["svg", "html", "json"] {
      let path = folder.appendingPathComponent("plot.\(ending)").path
      try chart.write(path)
      let text = try String(contentsOfFile: path, encoding: .utf8)
      #expect(text.contains(ending == "json" ? "\"$schema\"" : "<svg "))
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 3)
    #expect(throws: FrameError.self) { try chart.write(folder.path + "/plot.bmp") }
    #expect(throws: FrameError.self) { try chart.write(folder.path + "/none/plot.svg") }
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
