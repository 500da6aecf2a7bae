/// One plot with all that is drawn in it.
struct View: Sendable {
  var heading = Chart.Heading()
  /// The plain title of one small chart among several.
  var label: String?
  var width: Double
  var height: Double
  var x: PlaceScale?
  var y: PlaceScale?
  var xAxis: AxisPlan?
  var yAxis: AxisPlan?
  var color: ColorScale?
  var size: SizeScale?
  var opacity: SizeScale?
  /// The categories that shapes show.
  var shapes: [String]?
  var shapeTitle = ""
  var layers: [MarkLayer]
  var hidesColorLegend = false
  var hidesSizeLegend = false
  var hidesShapeLegend = false
  var selections: [Chart.Selection] = []
  /// Whether marks may lie beyond the axes and are cut off there.
  var isClipped = false

  /// Every symbol of a shape channel, in the order of Vega's.
  static let symbols: [Chart.Symbol] = [
    .circle, .square, .cross, .diamond, .triangleUp, .triangleDown, .triangleRight, .triangleLeft,
  ]
}

/// What an axis shows.
struct AxisPlan: Sendable {
  struct Tick: Sendable, Equatable {
    var value: Double
    var label: String
  }

  var title: String
  var ticks: [Tick]
  var hasGrid: Bool
  /// The turn of labels in degrees.
  var angle = 0.0
  var hasLabels = true
  /// The format in which Vega makes the same labels; nil where it needs none.
  var format: String?
  /// About how many ticks were asked for.
  var count: Int
}

/// A chart with all that is drawn: a plot, or several in a grid.
indirect enum PlotTree: Sendable {
  case view(View)
  case grid(Grid)

  struct Grid: Sendable {
    var heading: Chart.Heading
    var cells: [PlotTree]
    var columns: Int
    /// Whether the cells are one chart divided, with one legend for all.
    var sharesLegends: Bool
  }

  /// Every plot, in the order of rows.
  var views: [View] {
    switch self {
    case .view(let view): [view]
    case .grid(let grid): grid.cells.flatMap(\.views)
    }
  }
}
