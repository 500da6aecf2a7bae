extension Chart {
  /// What stands for a row or a group of rows.
  package enum Mark: String, Sendable, Hashable, CaseIterable {
    case point, line, bar, area, rule, rectangle, text, arc, tick
    /// The area between `y` and `y2`, a faint area.
    case band
    /// Quartiles, whiskers and outliers of `y` for every `x`.
    case box
    /// The density of `y` for every `x`, mirrored.
    case violin
  }

  /// The form of a point.
  public enum Symbol: String, Sendable, Hashable, CaseIterable {
    case circle, square, cross, diamond
    case triangleUp = "triangle-up"
    case triangleDown = "triangle-down"
    case triangleRight = "triangle-right"
    case triangleLeft = "triangle-left"
  }

  /// How lines and the edges of areas go from point to point.
  public enum Interpolation: String, Sendable, Hashable {
    case linear
    case monotone
    case step
    case stepBefore = "step-before"
    case stepAfter = "step-after"
  }

  /// How text lies at its place.
  public enum Alignment: String, Sendable, Hashable {
    case left, center, right
  }

  /// The look of a layer's marks where no channel says otherwise.
  public struct Style: Sendable, Equatable {
    /// A CSS colour such as `#4c78a8`; nil is the first of the chart's colours.
    public var color: String?
    /// From 0 to 1; nil is the mark's own.
    public var opacity: Double?
    /// The width of lines in pixels.
    public var strokeWidth: Double?
    /// Lengths of strokes and gaps in pixels; empty for an unbroken line.
    public var dash: [Double]
    /// The area of points in square pixels, the length of ticks, the size of text, the width of bars
    /// on an axis of numbers.
    public var size: Double?
    /// The form of points without a shape channel.
    public var symbol: Symbol
    /// Whether points are filled.
    public var isFilled: Bool
    /// How lines go from point to point.
    public var interpolation: Interpolation
    /// The inner radius of arcs: more than 0 makes a ring.
    public var innerRadius: Double
    /// How text lies at its place.
    public var alignment: Alignment
    /// How far text is moved to the right, in pixels.
    public var dx: Double
    /// How far text is moved down, in pixels.
    public var dy: Double

    /// A look; what is not named is the mark's own.
    public init(
      color: String? = nil, opacity: Double? = nil, strokeWidth: Double? = nil,
      dash: [Double] = [], size: Double? = nil, symbol: Symbol = .circle, isFilled: Bool = true,
      interpolation: Interpolation = .linear, innerRadius: Double = 0,
      alignment: Alignment = .center, dx: Double = 0, dy: Double = 0
    ) {
      self.color = color
      self.opacity = opacity
      self.strokeWidth = strokeWidth
      self.dash = dash
      self.size = size
      self.symbol = symbol
      self.isFilled = isFilled
      self.interpolation = interpolation
      self.innerRadius = innerRadius
      self.alignment = alignment
      self.dx = dx
      self.dy = dy
    }
  }
}
