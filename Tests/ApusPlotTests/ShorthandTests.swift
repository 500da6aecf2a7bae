import ApusFrame
import ApusPlot
import Foundation
import OrderedJSON
import Testing

/// A shorthand asked of a frame with the columns x, y (numbers) and g (texts).
struct Shorthand: Sendable, CustomTestStringConvertible {
  let name: String
  let chart: @Sendable (DataFrame) throws -> Chart

  init(_ name: String, _ chart: @escaping @Sendable (DataFrame) throws -> Chart) {
    self.name = name
    self.chart = chart
  }

  var testDescription: String { name }

  static let all: [Shorthand] = [
    Shorthand("histogram") { try $0.histogram("x") },
    Shorthand("histogram by colour") { try $0.histogram("x", bins: 7, color: "g") },
    Shorthand("scatter") { try $0.scatter(x: "x", y: "y") },
    Shorthand("scatter by colour") { try $0.scatter(x: "x", y: "y", color: "g") },
    Shorthand("line") { try $0.line(x: "x", y: "y") },
    Shorthand("line by colour") { try $0.line(x: "x", y: "y", color: "g") },
    Shorthand("bar") { try $0.bar("g") },
    Shorthand("bar of means") { try $0.bar("g", mean: "x") },
    Shorthand("bar by colour") { try $0.bar("g", color: "g") },
    Shorthand("box") { try $0.box("x") },
    Shorthand("box by group") { try $0.box("x", by: "g") },
    Shorthand("violin") { try $0.violin("x", by: "g") },
    Shorthand("heatmap") { try $0.heatmap(x: "x", y: "g") },
    Shorthand("heatmap of means") { try $0.heatmap(x: "g", y: "x", mean: "y") },
    Shorthand("pairs") { try $0.pairs("x", "y") },
    Shorthand("pairs by colour") { try $0.pairs("x", "y", color: "g") },
    Shorthand("density") { try $0.density("x") },
    Shorthand("density by colour") { try $0.density("x", color: "g") },
    Shorthand("ecdf") { try $0.ecdf("x") },
    Shorthand("ecdf by colour") { try $0.ecdf("x", color: "g") },
    Shorthand("residuals") { try $0.residuals(actual: "x", predicted: "y") },
    Shorthand("qq") { try $0.qq("x") },
    Shorthand("roc") { try $0.roc(score: "x", outcome: "g", positive: "b") },
    Shorthand("acf") { try $0.acf("x") },
    Shorthand("dendrogram") { try $0.dendrogram("x", "y", labels: "g") },
    Shorthand("correlation matrix") { try $0.correlationMatrix("x", "y") },
    Shorthand("multiples") { try $0.multiples(by: "g") { try $0.histogram("x") } },
  ]
}

@Suite("Shorthands")
struct ShorthandTests {
  private static func frame(
    _ x: [Double?], _ y: [Double?]? = nil, _ g: [String?]? = nil
  ) throws -> DataFrame {
    try DataFrame([
      "x": AnyColumn(x), "y": AnyColumn(y ?? x.reversed()),
      "g": AnyColumn(g ?? x.indices.map { $0 % 2 == 0 ? "a" : "b" }),
    ])
  }

  /// Draws a chart in every form, twice; the texts have nothing that is no number.
  private func draw(_ chart: Chart) {
    let (svg, spec) = (chart.svg, chart.vegaLite.description)
    #expect(svg == chart.svg && spec == chart.vegaLite.description)
    for odd in ["nan", "inf", "NaN", "-0\""] {
      #expect(!svg.contains("\"\(odd)"), "\(odd) in the SVG")
    }
    #expect(!spec.contains(":nan") && !spec.contains(":inf"))
  }

  @Test("each draws ordinary data", arguments: Shorthand.all)
  func ordinary(_ shorthand: Shorthand) throws {
    let a = PlotOracle.sample(300, seed: 5)
    let frame = try Self.frame(a, PlotOracle.sample(300, seed: 6))
    let chart = try shorthand.chart(frame)
    #expect(!chart.layers.isEmpty || !chart.children.isEmpty)
    draw(chart)
    #expect(try shorthand.chart(frame).svg == chart.svg)
  }

  @Test("each names a missing column, and where it was asked for", arguments: Shorthand.all)
  func missing(_ shorthand: Shorthand) throws {
    let frame = try DataFrame(["xx": [1.0, 2.0], "yy": [1.0, 2.0], "gg": ["a", "b"]])
    #expect {
      try shorthand.chart(frame)
    } throws: { error in
      (error as? FrameError)?.code == .missingColumn
        && "\(error)".contains("did you mean")
    }
  }

  @Test("each tells of a text where a number is needed", arguments: Shorthand.all)
  func texts(_ shorthand: Shorthand) throws {
    guard !["bar", "bar by colour", "heatmap"].contains(shorthand.name) else { return }
    let frame = try DataFrame(["x": ["1", "2"], "y": ["1", "2"], "g": ["a", "b"]])
    if shorthand.name == "heatmap of means" || shorthand.name.hasPrefix("line") {
      #expect(throws: FrameError.self) { try shorthand.chart(frame) }
      return
    }
    #expect {
      try shorthand.chart(frame)
    } throws: {
      ($0 as? FrameError)?.code == .typeMismatch
    }
  }

  @Test(
    "each gives an honest picture or a clear error of odd data", arguments: Shorthand.all)
  func odd(_ shorthand: Shorthand) throws {
    let greatest = Double.greatestFiniteMagnitude
    let cases: [[Double?]] = [
      [], [nil, nil, nil], [.nan, .nan], [.infinity, -.infinity, .infinity], [7], [7, 7, 7, 7],
      [1, nil, .infinity, 3, -.infinity, 2, .nan, 5], [greatest, -greatest, 0, 1],
      [.leastNonzeroMagnitude, 2 * .leastNonzeroMagnitude, 0], [0, -0.0],
    ]
    for x in cases {
      do {
        let chart = try shorthand.chart(Self.frame(x))
        draw(chart)
        let finite = x.count { $0?.isFinite == true }
        if finite < x.count, let caption = chart.heading.caption, !shorthand.name.hasPrefix("bar"),
          !shorthand.name.hasPrefix("pairs"), shorthand.name != "correlation matrix",
          shorthand.name != "heatmap"
        {
          #expect(chart.svg.contains("left out"), "\(caption) for \(x)")
        }
      } catch let error as FrameError {
        #expect(!error.what.isEmpty && error.mend != nil, "\(error) for \(x)")
      }
    }
    let nothing = try Self.frame([1, 2, 3, 4], nil, [nil, nil, nil, nil])
    do { draw(try shorthand.chart(nothing)) } catch let error as FrameError {
      #expect(error.mend != nil, "\(error)")
    }
  }

  @Test("each stays small and quick with a hundred thousand categories", arguments: Shorthand.all)
  func categories(_ shorthand: Shorthand) throws {
    let count = 100_000
    let x = PlotOracle.sample(count, seed: 9)
    let frame = try Self.frame(x, nil, (0..<count).map { "name \($0)" })
    do {
      let chart = try shorthand.chart(frame)
      #expect(chart.svg.utf8.count < 1_000_000)
      #expect(chart.vegaLite.description.utf8.count < 1_000_000)
    } catch let error as FrameError {
      #expect(error.mend != nil)
    }
  }

  @Test("a histogram's bars are all rows, also divided by colour")
  func histogram() throws {
    let x: [Double?] = (0..<1000).map { Double($0 % 97) } + [nil, .nan]
    let frame = try Self.frame(x)
    for chart in try [
      frame.histogram("x"), frame.histogram("x", bins: 40), frame.histogram("x", color: "g"),
    ] {
      let counts = try chart.layers[0].frame["count", as: Int.self].compactMap { $0 }
      #expect(counts.reduce(0, +) == 1000)
      #expect(chart.heading.caption == "1,000 rows; 2 without a number left out")
    }
    #expect(try frame.histogram("x", bins: 40).layers[0].frame.rowCount == 40)
  }

  @Test("boxes and violins of many rows are reduced, and say so")
  func boxes() throws {
    let x = PlotOracle.sample(60_000, seed: 4)
    let frame = try Self.frame(x.map { $0 * $0 * $0 })
    let box = try frame.box("x", by: "g")
    let medians = try box.layers[0].frame["median", as: Double.self].compactMap { $0 }
    let wanted = [0, 1].map { half in
      let part = x.enumerated().filter { $0.offset % 2 == half }.map { $0.element }
        .map { $0 * $0 * $0 }.sorted()
      return (part[14_999] + part[15_000]) / 2
    }
    #expect(zip(medians, wanted).allSatisfy { isClose($0, $1) })
    #expect(box.layers.last?.mark == .point && box.layers.last?.frame.rowCount ?? 0 <= 200)
    #expect(box.heading.subtitle?.contains("values beyond the whiskers shown") == true)
    draw(box)
    let violin = try frame.violin("x", by: "g")
    #expect(violin.layers[0].frame.rowCount == 2000)
    #expect(violin.heading.caption == "60,000 rows; shapes of up to 1,000 quantiles")
  }

  @Test("columns may have the names of what is counted")
  func names() throws {
    let values: [Double?] = [1, 2, 3, 4]
    let frame = try DataFrame([
      "count": AnyColumn(values), "density": AnyColumn(values), "share": ["a", "b", "a", "b"],
      "residual": AnyColumn(values),
    ])
    for chart in try [
      frame.bar("count"), frame.bar("share", color: "count"), frame.histogram("count"),
      frame.histogram("density", color: "share"), frame.density("density", color: "share"),
      frame.ecdf("density", color: "share"),
      frame.residuals(actual: "count", predicted: "residual"),
      frame.box("count", by: "share"), frame.heatmap(x: "count", y: "share"),
    ] {
      draw(chart)
    }
  }

  @Test("a cloud of many points becomes counts, or with a colour a choice that says so")
  func clouds() throws {
    let x = PlotOracle.sample(20_000, seed: 3)
    let frame = try Self.frame(x)
    let dense = try frame.scatter(x: "x", y: "y")
    #expect(dense.layers[0].mark == .rectangle)
    let rows = try dense.layers[0].frame["rows", as: Int.self].compactMap { $0 }
    #expect(rows.reduce(0, +) == 20_000)
    let chosen = try frame.scatter(x: "x", y: "y", color: "g")
    #expect(chosen.layers[0].frame.rowCount == 5000)
    #expect(chosen.heading.caption == "5,000 evenly chosen rows of 20,000 rows")
  }

  @Test("a line of many rows is thinned, and says for how many it stands")
  func line() throws {
    let frame = try DataFrame([
      "x": AnyColumn((0..<100_000).map(Optional.some)),
      "y": AnyColumn((0..<100_000).map { Optional(Double($0 % 1000)) }),
    ])
    let chart = try frame.line(x: "x", y: "y")
    #expect(chart.layers[0].frame.rowCount <= 4 * 480)
    #expect(chart.heading.caption == "100,000 rows, thinned to what shows")
  }

  @Test("bars of many categories name the frequent ones and sum up the others")
  func bars() throws {
    let names = (0..<2000).map { $0 < 1000 ? "often \($0 % 30)" : "once \($0)" }
    let frame = try DataFrame(["s": AnyColumn(names.map(Optional.some))])
    let bars = try frame.bar("s").layers[0].frame
    #expect(bars.rowCount == 31)
    #expect(try bars["s", as: String.self].last == "1,000 others")
    #expect(try bars["count", as: Int.self].compactMap { $0 }.reduce(0, +) == 2000)
  }

  @Test("a curve of scores says the area and asks which class is positive")
  func roc() throws {
    let frame = try Self.frame([1, 2, 3, 4], nil, ["a", "b", "a", "b"])
    let chart = try frame.roc(score: "x", outcome: "g", positive: "b")
    #expect(
      chart.heading.subtitle == "area under the curve 0.75; positive: b (2 of 4)")
    #expect {
      try frame.roc(score: "x", outcome: "g")
    } throws: {
      ($0 as? FrameError)?.mend == "say positive: \"a\" or positive: \"b\""
    }
  }

  @Test("small multiples share their axes")
  func multiples() throws {
    let frame = try Self.frame([1, 2, 10, 20], nil, ["a", "a", "b", "b"])
    let chart = try frame.multiples(by: "g") { try $0.scatter(x: "x", y: "y") }
    let domains = chart.children.map { $0.guides.scales[.x]?.domain }
    #expect(domains == [.numbers(low: 1, high: 20), .numbers(low: 1, high: 20)])
    #expect(chart.children.map(\.heading.title) == ["a", "b"])
  }
}
