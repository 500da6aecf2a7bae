/// What is drawn, at its places.
indirect enum SceneNode: Sendable {
  /// A group moved by (`x`, `y`); `size` is that of a plot's own area.
  case group(
    x: Double, y: Double, name: String, clip: (width: Double, height: Double)?, [SceneNode])
  case rect(x: Double, y: Double, width: Double, height: Double, Paint, hint: String?)
  case symbol(x: Double, y: Double, area: Double, Chart.Symbol, Paint, hint: String?)
  /// Points joined by lines; `baseline` closes an area, from its last point backwards.
  case curve(
    [Point], baseline: [Point]?, Chart.Interpolation, isSideways: Bool, Paint, hint: String?)
  case arc(
    x: Double, y: Double, inner: Double, outer: Double, from: Double, to: Double, Paint,
    hint: String?)
  case rule(Point, Point, Paint, hint: String?)
  case text(x: Double, y: Double, String, TextLook)

  struct Point: Sendable, Equatable {
    var x: Double
    var y: Double
  }
}

/// The colours of a mark.
struct Paint: Sendable, Equatable {
  var fill: String?
  var stroke: String?
  var strokeWidth = 1.0
  var opacity = 1.0
  var dash: [Double] = []
  /// A colour that changes with the page: that of axes or of lines across the plot.
  var role: Role?

  enum Role: String, Sendable {
    case axis, grid, ink, page
  }
}

/// The look of text.
struct TextLook: Sendable, Equatable {
  var size = 10.0
  var isBold = false
  var anchor = Chart.Alignment.left
  /// Degrees clockwise.
  var angle = 0.0
  var fill: String?
  var opacity = 1.0
  /// Whether `y` is the middle of the letters rather than their foot.
  var isMiddle = true
  var isFaint = false
}

/// A whole picture.
struct Scene: Sendable {
  var width: Double
  var height: Double
  var nodes: [SceneNode]
  var title: String
  var description: String
}
