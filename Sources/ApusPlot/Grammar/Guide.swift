extension Chart {
  /// The look of an axis.
  public struct Axis: Sendable, Equatable {
    package var isHidden = false
    /// The format of labels: of d3, such as `,.0f`, `.0%`, `~s`, or of times, such as `%Y-%m`.
    public var format: String?
    /// About how many ticks there are.
    public var tickCount: Int?
    /// These ticks and no others.
    public var values: [Double]?
    /// Lines across the plot at the ticks; nil for those of numbers and times only.
    public var grid: Bool?
    /// The turn of the labels in degrees; nil as they fit.
    public var labelAngle: Double?
    /// Whether ticks have labels.
    public var hasLabels: Bool

    /// An axis; what is not named follows from the data.
    public init(
      format: String? = nil, tickCount: Int? = nil, values: [Double]? = nil, grid: Bool? = nil,
      labelAngle: Double? = nil, hasLabels: Bool = true
    ) {
      self.format = format
      self.tickCount = tickCount
      self.values = values
      self.grid = grid
      self.labelAngle = labelAngle
      self.hasLabels = hasLabels
    }

    /// No axis.
    public static let hidden: Axis = {
      var axis = Axis()
      axis.isHidden = true
      return axis
    }()
  }

  /// The look of a legend.
  public struct Legend: Sendable, Equatable {
    package var isHidden = false
    /// The format of its numbers, of d3.
    public var format: String?

    /// A legend; what is not named follows from the data.
    public init(format: String? = nil) { self.format = format }

    /// No legend.
    public static let hidden: Legend = {
      var legend = Legend()
      legend.isHidden = true
      return legend
    }()
  }

  /// What a reader can do with a chart where it is drawn by Vega-Lite.
  public enum Selection: Sendable, Hashable {
    /// Move and zoom the axes of numbers and times.
    case zoom
    /// Draw a rectangle; marks outside it fade.
    case brush
    /// Click categories of the legend; the others fade.
    case legend
  }
}
