import ApusFrame
import ApusPlot

/// Charts of every mark, kind of scale, facet, layer and composition, on numbers made here.
struct SampleCharts {
  private let birds: DataFrame
  private let days: DataFrame
  private let sales: DataFrame
  private let powers: DataFrame
  private let shares: DataFrame

  init() throws {
    var random = Generator()
    var (species, island, sex): ([String?], [String?], [String?]) = ([], [], [])
    var (length, depth, mass): ([Double?], [Double?], [Int?]) = ([], [], [])
    for row in 0..<150 {
      let kind = row % 3
      species.append(["Adelie", "Gentoo", "Chinstrap"][kind])
      island.append(["Biscoe", "Dream", "Torgersen"][(row / 3 + kind) % 3])
      sex.append(row % 11 == 0 ? nil : ["female", "male"][row / 3 % 2])
      length.append(38 + 5 * Double(kind) + 6 * random.next())
      depth.append(14 + 2 * Double(2 - kind) + 3 * random.next())
      mass.append(row % 29 == 0 ? nil : Int(3300 + 500 * Double(kind) + 900 * random.next()))
    }
    birds = try DataFrame([
      "species": AnyColumn(species), "island": AnyColumn(island), "sex": AnyColumn(sex),
      "bill length": AnyColumn(length), "bill.depth": AnyColumn(depth), "mass": AnyColumn(mass),
    ])
    var (day, level, low, high, kind): ([CivilDate?], [Double?], [Double?], [Double?], [String?]) =
      ([], [], [], [], [])
    for row in 0..<120 {
      day.append(CivilDate(daysSinceEpoch: 19_700 + Int32(row / 2) * 7))
      let value = 50 + Double(row / 2) * (row % 2 == 0 ? 0.5 : -0.3) + 10 * random.next()
      level.append(value)
      low.append(value - 4)
      high.append(value + 4)
      kind.append(row % 2 == 0 ? "north" : "south")
    }
    days = try DataFrame([
      "day": AnyColumn(day), "level": AnyColumn(level), "low": AnyColumn(low),
      "high": AnyColumn(high), "kind": AnyColumn(kind),
    ])
    sales = try DataFrame([
      "year": [2019, 2019, 2019, 2020, 2020, 2020, 2021, 2021, 2021],
      "shop": ["A", "B", "C", "A", "B", "C", "A", "B", "C"],
      "sum": [12.5, 30, -4, 18, 26, -7.5, 22, 20, 3],
    ])
    powers = try DataFrame([
      "x": [1, 3, 10, 45, 120, 900, 2500], "y": [0.002, 0.05, 0.8, 4, 130, 2200, 61_000],
      "z": [-800, -20, -1.5, 0, 2, 60, 3000],
    ])
    shares = try DataFrame(["part": ["walk", "bus", "bike", "car"], "people": [12, 30, 21, 9]])
  }

  func all() throws -> [(String, Chart)] {
    try marks() + scales() + compositions()
  }

  private func marks() throws -> [(String, Chart)] {
    [
      (
        "points",
        try Chart(birds).points(x: "bill length", y: "bill.depth", color: "species")
          .title("Bills of three kinds").subtitle("millimetres")
      ),
      (
        "points-shapes",
        try Chart(birds).points(
          x: "bill length", y: "mass", color: "species", size: "mass", shape: "species")
      ),
      (
        "points-open",
        try Chart(birds).points(
          x: "bill length", y: "mass", color: "mass",
          style: Chart.Style(size: 60, isFilled: false))
      ),
      ("points-opacity", try Chart(birds).points(x: "mass", y: "species", opacity: "bill length")),
      ("lines", try Chart(days).lines(x: "day", y: "level", color: "kind")),
      (
        "lines-step",
        try Chart(sales).lines(
          x: "year", y: "sum", color: "shop", style: Chart.Style(interpolation: .stepAfter))
      ),
      (
        "lines-monotone",
        try Chart(sales).lines(
          x: "year", y: "sum", detail: "shop",
          style: Chart.Style(dash: [4, 2], interpolation: .monotone))
      ),
      ("bars", try Chart(shares).bars(x: "part", y: "people").title("How people come")),
      ("bars-stacked", try Chart(sales).bars(x: "year", y: "sum", color: "shop")),
      (
        "bars-lying",
        try Chart(shares).bars(x: "people", y: Chart.Position("part").sorted(.descendingOther))
      ),
      (
        "bars-shares",
        try Chart(birds).bars(
          x: "island", y: Chart.Position.count().stacked(.normalize), color: "species")
      ),
      ("bars-mean", try Chart(birds).bars(x: "species", y: .mean("mass"))),
      ("histogram", try birds.histogram("bill length", bins: 12)),
      (
        "bars-binned",
        try Chart(birds).bars(x: .binned("mass", maximum: 20), y: .count(), color: "species")
      ),
      ("areas", try Chart(days).areas(x: "day", y: "level", color: "kind")),
      (
        "band-line",
        try Chart(days).bands(x: "day", y: "low", y2: "high", color: "kind")
          .lines(x: "day", y: "level", color: "kind")
      ),
      (
        "rules",
        try Chart(birds).points(x: "bill length", y: "mass")
          .rules(y: .at(4200), style: Chart.Style(color: "#d55e00", dash: [6, 3]))
          .rules(x: .mean("bill length"))
      ),
      (
        "heat-map",
        try Chart(birds).rectangles(x: "species", y: "island", color: .count())
          .texts(x: "species", y: "island", text: .count(), color: .value("#ffffff"))
      ),
      (
        "heat-map-binned",
        try Chart(birds).rectangles(
          x: .binned("bill length", maximum: 12), y: .binned("mass", maximum: 10), color: .count())
      ),
      (
        "texts",
        try Chart(shares).bars(x: "part", y: "people")
          .texts(x: "part", y: "people", text: "people", style: Chart.Style(dy: -8))
      ),
      ("arcs", try Chart(shares).arcs(theta: "people", color: "part")),
      (
        "arcs-ring",
        try Chart(birds).arcs(
          theta: .count(), color: "species", style: Chart.Style(innerRadius: 60))
      ),
      ("boxes", try Chart(birds).boxes(x: "species", y: "mass", color: "species")),
      ("boxes-lying", try Chart(birds).boxes(x: "mass", y: "island")),
      ("boxes-single", try Chart(birds).boxes(y: "mass")),
      ("violins", try Chart(birds).violins(x: "species", y: "mass", color: "species")),
      (
        "violins-boxes",
        try Chart(birds).violins(x: "species", y: "mass").boxes(
          x: "species", y: "mass", style: Chart.Style(color: "#333333"))
      ),
      ("ticks", try Chart(birds).ticks(x: "mass", y: "species")),
      ("ticks-single", try Chart(birds).ticks(x: "mass")),
    ]
  }

  private func scales() throws -> [(String, Chart)] {
    [
      ("log", try Chart(powers).points(x: "x", y: "y").scales(x: .log, y: .log)),
      ("log-base", try Chart(powers).lines(x: "x", y: "y").scales(x: .log(base: 2), y: .log)),
      ("symlog", try Chart(powers).points(x: "x", y: "z").scales(y: .symlog)),
      ("sqrt", try Chart(powers).points(x: "x", y: "y").scales(x: .sqrt, y: .sqrt)),
      (
        "reversed",
        try Chart(birds).points(x: "bill length", y: "mass")
          .scales(x: Chart.Scale().reversed(), y: Chart.Scale().zero(true).reversed())
      ),
      (
        "domain",
        try Chart(birds).points(x: "bill length", y: "mass")
          .scales(x: Chart.Scale().domain(40, 45), y: Chart.Scale().domain(3000, 5000).nice(true))
      ),
      (
        "quantize",
        try Chart(birds).points(
          x: "bill length", y: "bill.depth",
          color: Chart.Color("mass").scale(.quantize(5).scheme(.blues)))
      ),
      (
        "threshold",
        try Chart(birds).points(
          x: "bill length", y: "bill.depth",
          color: Chart.Color("mass").scale(.threshold([4000, 4500])))
      ),
      (
        "diverging",
        try Chart(sales).rectangles(
          x: .category("year"), y: "shop",
          color: Chart.Color("sum").scale(Chart.Scale().diverging(from: 0)))
      ),
      (
        "log-color",
        try Chart(powers).points(
          x: "x", y: "z", color: Chart.Color("y").scale(.log).scheme(.cividis),
          style: Chart.Style(size: 120))
      ),
      (
        "formats",
        try Chart(birds).points(x: "bill length", y: "mass")
          .axes(x: Chart.Axis(format: ".2f"), y: Chart.Axis(format: "~s", tickCount: 4))
      ),
      (
        "large",
        try Chart(DataFrame(["x": [1e9, 2.5e10, 7e10], "y": [1e-9, 4e-9, 3e-9]]))
          .points(x: "x", y: "y")
      ),
      (
        "hours",
        try Chart(
          DataFrame([
            "at": AnyColumn(
              (0..<40).map { Datetime(secondsSinceEpoch: 1_700_000_000 + $0 * 1800) as Datetime? }),
            "load": AnyColumn((0..<40).map { Double($0 % 7) as Double? }),
          ])
        ).lines(x: "at", y: "load")
      ),
      (
        "years",
        try Chart(
          DataFrame([
            "day": AnyColumn(
              (0..<40).map { CivilDate(daysSinceEpoch: Int32($0) * 400) as CivilDate? }),
            "load": AnyColumn((0..<40).map { Double($0 * $0) as Double? }),
          ])
        ).areas(x: "day", y: "load")
      ),
    ]
  }

  private func compositions() throws -> [(String, Chart)] {
    let points = try Chart(birds).points(x: "bill length", y: "mass", color: "species")
    return [
      ("facet-columns", try points.facet(columns: "island").title("Three islands")),
      (
        "facet-grid",
        try Chart(birds).points(x: "bill length", y: "mass").facet(rows: "sex", columns: "species")
      ),
      (
        "facet-wrap",
        try Chart(birds).bars(x: .binned("mass"), y: .count())
          .facet("island", wrap: 2, shareY: false)
      ),
      (
        "layered",
        Chart.layered(
          try Chart(days).lines(x: "day", y: "level", color: "kind"),
          try Chart(days).points(x: "day", y: "high", color: "kind"))
      ),
      (
        "across",
        Chart.across(points, try Chart(birds).bars(x: "species", y: .count())).title("Two charts")
      ),
      ("down", Chart.down(try Chart(sales).bars(x: "year", y: "sum"), points)),
      (
        "repeated",
        try Chart.repeated(["mass", "bill length", "bill.depth"], wrap: 2) {
          (name) throws(FrameError) in
          try Chart(birds).bars(x: .binned(name), y: .count()).size(width: 200, height: 120)
        }
      ),
      ("zoom", try Chart(birds).points(x: "bill length", y: "mass").selection(.zoom)),
      ("brush", points.selection(.brush)),
      ("legend-filter", points.selection(.legend)),
    ]
  }
}

/// The same numbers from 0 to 1 in every run.
private struct Generator {
  private var state: UInt64 = 42

  mutating func next() -> Double {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Double(state >> 33) / Double(UInt64(1) << 31)
  }
}
