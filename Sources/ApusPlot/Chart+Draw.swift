public import ApusFrame
public import OrderedJSON

/// All forms of a chart's picture, made of one look at its data.
public struct Drawing: Sendable {
  /// A specification of Vega-Lite 5, with features of 5.6 only; MIME type
  /// `application/vnd.vegalite.v5+json`.
  public let vegaLite: JSON
  /// A document that needs nothing else.
  public let svg: String
  /// What the chart shows, in a sentence.
  public let description: String
  /// The plots that it was made of.
  let tree: PlotTree
  let scene: Scene
}

extension Chart {
  /// The chart in all its forms. Throws what cannot be drawn: too many categories, a domain of
  /// logarithms that reaches 0, a format that is not known.
  public func drawn() throws(FrameError) -> Drawing {
    let tree = try ChartResolver.resolve(self)
    let description = ChartDescription.text(tree)
    let scene = SceneBuilder.scene(tree, description: description)
    return Drawing(
      vegaLite: VegaLiteWriter.specification(tree, description: description),
      svg: SVGWriter.document(scene), description: description, tree: tree, scene: scene)
  }

  /// The chart in all its forms; where it cannot be drawn, a picture of the error.
  package var drawing: Drawing {
    do { return try drawn() } catch { return Chart.picture(of: error) }
  }

  /// The chart as a specification of Vega-Lite 5, its data in it; MIME type
  /// `application/vnd.vegalite.v5+json`. A chart that cannot be drawn says why.
  public var vegaLite: JSON { drawing.vegaLite }

  /// The chart as an SVG document that needs nothing else. A chart that cannot be drawn says why.
  public var svg: String { drawing.svg }

  /// A plot that says what is wrong.
  private static func picture(of error: FrameError) -> Drawing {
    var view = View(width: 480, height: 60, layers: [])
    view.heading.title = "This chart cannot be drawn"
    view.heading.subtitle = error.what
    view.heading.caption = "in \(error.place)" + (error.mend.map { "; \($0)" } ?? "")
    let tree = PlotTree.view(view)
    let scene = SceneBuilder.scene(tree, description: error.description)
    return Drawing(
      vegaLite: VegaLiteWriter.specification(tree, description: error.description),
      svg: SVGWriter.document(scene), description: error.description, tree: tree, scene: scene)
  }
}

/// What a chart shows, in a sentence, for readers who do not see it.
enum ChartDescription {
  static func text(_ tree: PlotTree) -> String {
    let views = tree.views
    guard let first = views.first else { return "A chart without plots." }
    var parts: [String] = []
    if views.count > 1 { parts.append("\(views.count) plots") }
    let kinds = first.layers.map(\.kind.rawValue)
    var seen: Set<String> = []
    let marks = kinds.filter { seen.insert($0).inserted }.map { "\($0)s" }
    if !marks.isEmpty { parts.append(marks.joined(separator: ", ")) }
    for (name, title) in [("x", first.xAxis?.title), ("y", first.yAxis?.title)] {
      let title =
        views.lazy.compactMap {
          name == "x" ? $0.xAxis?.title : $0.yAxis?.title
        }.first { !$0.isEmpty } ?? title
      if let title, !title.isEmpty { parts.append("\(name): \(title)") }
    }
    if let color = first.color, !color.title.isEmpty { parts.append("color: \(color.title)") }
    let rows = views.reduce(0) { $0 + $1.layers.reduce(0) { Swift.max($0, $1.count) } }
    parts.append("\(rows) \(rows == 1 ? "mark" : "marks")")
    return parts.joined(separator: "; ")
  }
}
