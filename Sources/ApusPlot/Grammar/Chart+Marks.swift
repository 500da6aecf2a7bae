public import ApusFrame

extension Chart {
  /// A point a row. With an aggregate, one for each group of the other channels' values.
  public func points(
    x: Position, y: Position, color: Color? = nil, size: Size? = nil, shape: Shape? = nil,
    opacity: Size? = nil, style: Style = Style()
  ) throws(FrameError) -> Chart {
    try adding(
      .point, style, "points(…)",
      [
        .x: x.channel, .y: y.channel, .color: color?.channel, .size: size?.channel,
        .shape: shape?.channel, .opacity: opacity?.channel,
      ])
  }

  /// Lines through the numbers of `y` in the order of `x` — or of the column `order` —, one a value of
  /// `color` and of `detail`.
  public func lines(
    x: Position, y: Position, color: Color? = nil, detail: String? = nil, order: String? = nil,
    style: Style = Style()
  ) throws(FrameError) -> Chart {
    try adding(
      .line, style, "lines(…)",
      [
        .x: x.channel, .y: y.channel, .color: color?.channel,
        .detail: detail.map { Channel(.column($0)) }, .order: order.map { Channel(.column($0)) },
      ])
  }

  /// Bars of the numbers of `y`, one a value of `x` (or lying bars the other way round); rows of one
  /// place are stacked.
  public func bars(
    x: Position, y: Position, color: Color? = nil, x2: Position? = nil, y2: Position? = nil,
    opacity: Size? = nil, style: Style = Style()
  ) throws(FrameError) -> Chart {
    try adding(
      .bar, style, "bars(…)",
      [
        .x: x.channel, .y: y.channel, .x2: x2?.channel, .y2: y2?.channel, .color: color?.channel,
        .opacity: opacity?.channel,
      ])
  }

  /// Areas from 0 to `y`, or from `y2` to `y`; those of several colours are stacked.
  public func areas(
    x: Position, y: Position, y2: Position? = nil, color: Color? = nil, style: Style = Style()
  ) throws(FrameError) -> Chart {
    try adding(
      .area, style, "areas(…)",
      [.x: x.channel, .y: y.channel, .y2: y2?.channel, .color: color?.channel])
  }

  /// Lines across the plot at `x` or at `y`, or from (`x`, `y`) to (`x2`, `y2`).
  public func rules(
    x: Position? = nil, y: Position? = nil, x2: Position? = nil, y2: Position? = nil,
    color: Color? = nil, style: Style = Style()
  ) throws(FrameError) -> Chart {
    guard x != nil || y != nil else {
      throw FrameError(
        code: .badValue, what: "neither x nor y", place: "rules(…)",
        mend: "say where the lines are, as in rules(y: .at(0))")
    }
    return try adding(
      .rule, style, "rules(…)",
      [
        .x: x?.channel, .y: y?.channel, .x2: x2?.channel, .y2: y2?.channel, .color: color?.channel,
      ])
  }

  /// Rectangles: of a heat map where `x` and `y` are categories or bins, else from `x` to `x2` and
  /// from `y` to `y2`, or across the whole plot.
  public func rectangles(
    x: Position? = nil, y: Position? = nil, x2: Position? = nil, y2: Position? = nil,
    color: Color? = nil, opacity: Size? = nil, style: Style = Style()
  ) throws(FrameError) -> Chart {
    guard x != nil || y != nil else {
      throw FrameError(
        code: .badValue, what: "neither x nor y", place: "rectangles(…)",
        mend: "name the columns of the places")
    }
    return try adding(
      .rectangle, style, "rectangles(…)",
      [
        .x: x?.channel, .y: y?.channel, .x2: x2?.channel, .y2: y2?.channel, .color: color?.channel,
        .opacity: opacity?.channel,
      ])
  }

  /// Text at the places of `x` and `y`.
  public func texts(
    x: Position, y: Position, text: Text, color: Color? = nil, style: Style = Style()
  ) throws(FrameError) -> Chart {
    try adding(
      .text, style, "texts(…)",
      [.x: x.channel, .y: y.channel, .text: text.channel, .color: color?.channel])
  }

  /// Slices of a circle, each as wide as its share of the numbers of `theta`.
  public func arcs(theta: Position, color: Color, style: Style = Style()) throws(FrameError)
    -> Chart
  {
    try adding(
      .arc, style, "arcs(…)", [.theta: theta.channel, .color: color.channel])
  }

  /// The faint area between `y` and `y2`, such as an interval of confidence around a line.
  public func bands(
    x: Position, y: Position, y2: Position, color: Color? = nil, style: Style = Style()
  ) throws(FrameError) -> Chart {
    try adding(
      .band, style, "bands(…)",
      [.x: x.channel, .y: y.channel, .y2: y2.channel, .color: color?.channel])
  }

  /// For each category the quartiles as a box, whiskers to the furthest values within 1.5 times
  /// the box's height, and the values beyond as points. One of `x` and `y` is a category, or absent.
  public func boxes(
    x: Position? = nil, y: Position? = nil, color: Color? = nil, style: Style = Style()
  ) throws(FrameError) -> Chart {
    guard x != nil || y != nil else {
      throw FrameError(
        code: .badValue, what: "neither x nor y", place: "boxes(…)",
        mend: "name the column of the numbers")
    }
    return try adding(
      .box, style, "boxes(…)", [.x: x?.channel, .y: y?.channel, .color: color?.channel])
  }

  /// For each category of `x` the density of the numbers of `y`, mirrored: a Gaussian kernel with
  /// Silverman's bandwidth.
  public func violins(
    x: Position, y: Position, color: Color? = nil, style: Style = Style()
  ) throws(FrameError) -> Chart {
    try adding(
      .violin, style, "violins(…)", [.x: x.channel, .y: y.channel, .color: color?.channel])
  }

  /// A short stroke a row.
  public func ticks(
    x: Position? = nil, y: Position? = nil, color: Color? = nil, style: Style = Style()
  ) throws(FrameError) -> Chart {
    guard x != nil || y != nil else {
      throw FrameError(
        code: .badValue, what: "neither x nor y", place: "ticks(…)",
        mend: "name the column of the numbers")
    }
    return try adding(
      .tick, style, "ticks(…)", [.x: x?.channel, .y: y?.channel, .color: color?.channel])
  }

  /// The chart with one more layer, its columns and their types looked at.
  package func adding(
    _ mark: Mark, _ style: Style, _ step: String, _ channels: [ChannelName: Channel?]
  ) throws(FrameError) -> Chart {
    let layer = Layer(
      frame: frame, mark: mark, style: style, channels: channels.compactMapValues { $0 })
    try layer.check(in: step)
    return changed { $0.layers.append(layer) }
  }
}
