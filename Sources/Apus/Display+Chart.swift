public import ApusCell
public import ApusPlot

extension Chart: Displayable {
  /// The chart as Vega-Lite for frontends that draw it, as SVG for all others, and in letters for
  /// terminals and logs.
  public var displayBundle: DisplayBundle {
    let drawing = drawing
    return [
      .vegaLite: .json(drawing.vegaLite), .svg: .text(drawing.svg),
      .plainText: .text(drawing.sketch),
    ]
  }
}
