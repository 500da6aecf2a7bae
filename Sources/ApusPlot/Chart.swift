// The room ApusPlot: charts of frames, as Vega-Lite 5 and as SVG that stands alone. Pure and
// deterministic: the same frame gives the same text.
//
//   Chart       what is drawn: a mark, and which columns are its places and colours
//   PlotData    the rows of a chart, nulls left out
//   VegaLite    chart → JSON for frontends that draw it
//   SVG/        chart → picture for all others

public import ApusFrame

/// A chart of a frame's columns.
///
///     try Chart(frame).points(x: "distance", y: "air_time", color: "carrier").title("Time")
public struct Chart: Sendable {
  /// What stands for a row.
  enum Mark: Sendable, Equatable {
    case bars, lines, points
    /// Bars from one number to another: `x` is where a bar starts, `end` where it ends.
    case intervals(end: String)
  }

  /// A chart's mark and its columns, when they are chosen.
  struct Layer: Sendable {
    let mark: Mark
    let x: String
    let y: String
    let color: String?
  }

  let frame: DataFrame
  private(set) var layer: Layer?
  private(set) var heading: String?
  /// What stands at the x axis instead of the column's name.
  private(set) var xLabel: String?

  /// A chart of `frame`; `bars`, `lines` or `points` say of what.
  public init(_ frame: DataFrame) { self.frame = frame }

  /// Bars of the numbers of `y`, one a value of `x`; rows of one `x` are stacked.
  public func bars(x: String, y: String, color: String? = nil) throws(FrameError) -> Chart {
    try with(Layer(mark: .bars, x: x, y: y, color: color), in: "bars(…)")
  }

  /// Lines through the numbers of `y` in the order of `x`, one a value of `color`.
  public func lines(x: String, y: String, color: String? = nil) throws(FrameError) -> Chart {
    try with(Layer(mark: .lines, x: x, y: y, color: color), in: "lines(…)")
  }

  /// A point a row.
  public func points(x: String, y: String, color: String? = nil) throws(FrameError) -> Chart {
    try with(Layer(mark: .points, x: x, y: y, color: color), in: "points(…)")
  }

  /// The chart with a title.
  public func title(_ text: String) -> Chart {
    var chart = self
    chart.heading = text
    return chart
  }

  /// The chart of bars between numbers.
  func intervals(
    from start: String, to end: String, height: String, label: String
  ) throws(FrameError) -> Chart {
    var chart = try with(
      Layer(mark: .intervals(end: end), x: start, y: height, color: nil), in: "histogram(…)")
    chart.xLabel = label
    return chart
  }

  private func with(_ layer: Layer, in step: String) throws(FrameError) -> Chart {
    for name in [layer.x, layer.y] + [layer.color].compactMap({ $0 }) {
      _ = try frame.schema.place(of: name, in: step)
    }
    if let type = frame.schema[layer.y], !type.isNumeric {
      throw FrameError(
        code: .typeMismatch, what: "y: \"\(layer.y)\" is \(type), not a number", place: step,
        mend: "choose a column of numbers, or count rows with grouped(by:).aggregate(count())")
    }
    var chart = self
    chart.layer = layer
    return chart
  }
}
