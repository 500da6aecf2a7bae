internal import ApusFrame

extension Chart {
  /// The chart as an SVG document that needs nothing else.
  public var svg: String {
    guard let layer = simpleLayer else { return SVGText(width: 640, height: 400).document }
    let drawing = SVGChart(
      data: PlotData(layer, of: simpleFrame), heading: heading.title,
      xLabel: guides.titles[.x] ?? layer.x,
      yLabel: layer.y, colorLabel: layer.color)
    return drawing.document()
  }
}

/// Draws a chart: axes first, then marks, then words.
struct SVGChart {
  private let data: PlotData
  private let heading: String?
  private let xLabel: String
  private let yLabel: String
  private let colorLabel: String?
  private let stack: BarStack
  private let xScale: Scale
  private let yScale: Scale
  private let xTicks: [Tick]
  private let yTicks: [Tick]

  private static let width = 640.0
  private static let height = 400.0
  private static let left = 78.0
  private static let bottom = 340.0
  private static let legendLimit = 18

  init(
    data: PlotData, heading: String?, xLabel: String, yLabel: String, colorLabel: String?
  ) {
    self.data = data
    self.heading = heading
    self.xLabel = xLabel
    self.yLabel = yLabel
    self.colorLabel = colorLabel
    stack = BarStack(data)
    let right = data.series.isEmpty ? SVGChart.width - 20 : SVGChart.width - 140

    let ys = data.mark == .bars ? stack.ends : data.rows.map(\.y)
    let yAxis = NumberAxis(ys, includesZero: data.mark != .points)
    yScale = Scale(
      low: yAxis.low, high: yAxis.high, start: SVGChart.bottom, end: heading == nil ? 20 : 40)
    yTicks = yAxis.ticks

    let xs = data.rows.map(\.x) + data.rows.compactMap(\.end)
    let (low, high): (Double, Double)
    switch data.xKind {
    case .discrete(let labels):
      (low, high) = (-0.5, Double(Swift.max(labels.count, 1)) - 0.5)
      xTicks = SVGChart.thinned(labels)
    case .quantitative:
      let axis = NumberAxis(xs, includesZero: false, isWhole: data.isWhole, wanting: 8)
      (low, high) = (axis.low, axis.high)
      xTicks = axis.ticks
    case .temporal:
      let axis = DayAxis(xs)
      (low, high) = (axis.low, axis.high)
      xTicks = axis.ticks
    }
    xScale = Scale(low: low, high: high, start: SVGChart.left, end: right)
  }

  /// The picture.
  func document() -> String {
    var svg = SVGText(width: SVGChart.width, height: SVGChart.height)
    drawAxes(&svg)
    drawMarks(&svg)
    drawWords(&svg)
    return svg.document
  }

  /// Every so many labels, so that at most 24 stand side by side.
  private static func thinned(_ labels: [String]) -> [Tick] {
    let step = Swift.max(1, (labels.count + 23) / 24)
    return stride(from: 0, to: labels.count, by: step).map {
      Tick(value: Double($0), label: labels[$0])
    }
  }

  private func drawAxes(_ svg: inout SVGText) {
    for tick in yTicks {
      let y = yScale.place(tick.value)
      svg.line(xScale.start, y, xScale.end, y, tick.value == 0 ? "#888888" : "#e5e5e5")
      svg.label(tick.label, x: xScale.start - 6, y: y + 4, "text-anchor=\"end\"")
    }
    svg.line(xScale.start, SVGChart.bottom, xScale.end, SVGChart.bottom, "#888888")
    let room = (xScale.end - xScale.start) / Double(Swift.max(xTicks.count, 1))
    let longest = xTicks.reduce(0) { Swift.max($0, $1.label.count) }
    let isTurned = Double(longest) * 6.5 > room
    for tick in xTicks {
      let x = xScale.place(tick.value)
      svg.line(x, SVGChart.bottom, x, SVGChart.bottom + 4, "#888888")
      if isTurned {
        let (left, top) = (PlotNumber.coordinate(x), PlotNumber.coordinate(SVGChart.bottom + 12))
        svg.label(
          SVGText.shortened(tick.label, to: 10), x: x, y: SVGChart.bottom + 12,
          "text-anchor=\"end\" transform=\"rotate(-40 \(left) \(top))\"")
      } else {
        svg.label(tick.label, x: x, y: SVGChart.bottom + 16, "text-anchor=\"middle\"")
      }
    }
  }

  private func drawMarks(_ svg: inout SVGText) {
    switch data.mark {
    case .bars: drawBars(&svg)
    case .intervals: drawIntervals(&svg)
    case .points:
      for row in data.rows {
        svg.point(
          x: xScale.place(row.x), y: yScale.place(row.y), color: Palette.color(row.series))
      }
    case .lines:
      for series in 0..<Swift.max(data.series.count, 1) {
        // The sort of the standard library is stable: equal places keep the order of rows.
        let rows = data.rows.filter { $0.series == series }.sorted { $0.x < $1.x }
        guard !rows.isEmpty else { continue }
        svg.path(
          rows.map { (xScale.place($0.x), yScale.place($0.y)) }, color: Palette.color(series))
      }
    }
  }

  private func drawBars(_ svg: inout SVGText) {
    guard case .discrete(let labels) = data.xKind else { return }
    let width = 0.8 * (xScale.place(1) - xScale.place(0))
    for (row, span) in zip(data.rows, stack.spans) {
      let (top, bottom) = (yScale.place(span.upperBound), yScale.place(span.lowerBound))
      let name = data.series.isEmpty ? "" : ", \(data.series[row.series])"
      svg.bar(
        x: xScale.place(row.x) - width / 2, y: top, width: width, height: bottom - top,
        color: Palette.color(row.series),
        hint: "\(labels[Int(row.x)])\(name): \(PlotNumber.text(row.y))")
    }
  }

  private func drawIntervals(_ svg: inout SVGText) {
    let floor = yScale.place(0)
    for row in data.rows {
      guard let end = row.end else { continue }
      let (left, right) = (xScale.place(row.x), xScale.place(end))
      svg.bar(
        x: left, y: yScale.place(row.y), width: Swift.max(right - left - 1, 0.5),
        height: floor - yScale.place(row.y), color: Palette.color(0),
        hint: "\(PlotNumber.text(row.x)) – \(PlotNumber.text(end)): \(PlotNumber.text(row.y))")
    }
  }

  private func drawWords(_ svg: inout SVGText) {
    let middle = (xScale.start + xScale.end) / 2
    if let heading {
      svg.label(
        SVGText.shortened(heading, to: 80), x: middle, y: 24,
        "text-anchor=\"middle\" font-size=\"15\" font-weight=\"bold\"")
    }
    svg.label(
      SVGText.shortened(xLabel, to: 60), x: middle, y: SVGChart.height - 10,
      "text-anchor=\"middle\" font-weight=\"bold\"")
    let height = (yScale.start + yScale.end) / 2
    svg.label(
      SVGText.shortened(yLabel, to: 45), x: 16, y: height,
      "text-anchor=\"middle\" font-weight=\"bold\" "
        + "transform=\"rotate(-90 16 \(PlotNumber.coordinate(height)))\"")
    guard let colorLabel else { return }
    let x = xScale.end + 16
    svg.label(SVGText.shortened(colorLabel, to: 18), x: x, y: 50, "font-weight=\"bold\"")
    for (place, name) in data.series.prefix(SVGChart.legendLimit).enumerated() {
      let y = 60 + Double(place) * 16
      svg.swatch(x: x, y: y, color: Palette.color(place))
      svg.label(SVGText.shortened(name, to: 16), x: x + 15, y: y + 9)
    }
    let rest = data.series.count - SVGChart.legendLimit
    if rest > 0 {
      svg.label("and \(rest) more", x: x, y: 60 + Double(SVGChart.legendLimit) * 16 + 9)
    }
  }
}

/// Where bars of one place start and end: those above 0 are put on each other upwards, those below
/// downwards.
struct BarStack {
  let spans: [ClosedRange<Double>]

  init(_ data: PlotData) {
    var tops: [Double: Double] = [:]
    var bottoms: [Double: Double] = [:]
    var spans = [ClosedRange<Double>](repeating: 0...0, count: data.rows.count)
    // In the order of the series, so that the colours lie alike in every bar.
    for place in data.rows.indices.sorted(by: { data.rows[$0].series < data.rows[$1].series }) {
      let row = data.rows[place]
      if row.y >= 0 {
        let start = tops[row.x] ?? 0
        let end = Swift.min(start + row.y, .greatestFiniteMagnitude)
        tops[row.x] = end
        spans[place] = start...end
      } else {
        let start = bottoms[row.x] ?? 0
        let end = Swift.max(start + row.y, -.greatestFiniteMagnitude)
        bottoms[row.x] = end
        spans[place] = end...start
      }
    }
    self.spans = spans
  }

  /// All ends, for the axis.
  var ends: [Double] { spans.flatMap { [$0.lowerBound, $0.upperBound] } }
}
