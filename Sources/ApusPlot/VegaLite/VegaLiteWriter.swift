internal import ApusFrame
internal import OrderedJSON

/// Writes resolved plots as a specification of Vega-Lite with the features of 5.6: domains, ticks,
/// sizes and stacks are ours and stand in it, so that Vega draws what our own picture shows.
struct VegaLiteWriter {
  static func specification(_ tree: PlotTree, description: String) -> JSON {
    var object: JSONObject = ["$schema": "https://vega.github.io/schema/vega-lite/v5.json"]
    object["description"] = .string(description)
    var writer = VegaLiteWriter()
    for (key, value) in writer.object(tree) { object[key] = value }
    object["config"] = ["view": ["stroke": nil], "axis": ["labelLimit": 140]]
    return .object(object)
  }

  /// How many plots were written; names of selections are made unique by it.
  private var plotCount = 0

  private mutating func object(_ tree: PlotTree) -> JSONObject {
    switch tree {
    case .view(let view): return plot(view)
    case .grid(let grid):
      var object: JSONObject = [:]
      if let title = VegaLiteWriter.title(grid.heading) { object["title"] = title }
      object["columns"] = .number(grid.columns)
      object["concat"] = .array(grid.cells.map { .object(self.object($0)) })
      if grid.sharesLegends {
        var scales: JSONObject = [:]
        guard let view = tree.views.first else { return object }
        if view.color != nil { scales["color"] = "shared" }
        if view.shapes != nil { scales["shape"] = "shared" }
        if view.size != nil { scales["size"] = "shared" }
        if view.opacity != nil { scales["opacity"] = "shared" }
        if !scales.isEmpty { object["resolve"] = ["scale": .object(scales)] }
      } else {
        object["resolve"] = [
          "scale": [
            "color": "independent", "shape": "independent", "size": "independent",
            "opacity": "independent",
          ]
        ]
      }
      return object
    }
  }

  private mutating func plot(_ view: View) -> JSONObject {
    plotCount += 1
    var object: JSONObject = [:]
    if let title = VegaLiteWriter.title(view.heading) {
      object["title"] = title
    } else if let label = view.label, !label.isEmpty {
      object["title"] = [
        "text": .string(label), "anchor": "middle", "fontSize": 11, "fontWeight": "normal",
      ]
    }
    object["width"] = VegaLiteValue.number(view.width)
    object["height"] = VegaLiteValue.number(view.height)
    guard view.layers.count > 1 else {
      let layer = view.layers.first.map { LayerWriter(view: view, layer: $0, plot: plotCount) }
      guard let layer else {
        object["data"] = ["values": []]
        object["mark"] = "point"
        return object
      }
      for (key, value) in layer.object(isFirst: true) { object[key] = value }
      return object
    }
    object["layer"] = .array(
      view.layers.enumerated().map { place, layer in
        .object(
          LayerWriter(view: view, layer: layer, plot: plotCount).object(isFirst: place == 0))
      })
    return object
  }

  private static func title(_ heading: Chart.Heading) -> JSON? {
    let lines = [heading.subtitle, heading.caption].compactMap { $0 }
    guard heading.title != nil || !lines.isEmpty else { return nil }
    var title: JSONObject = ["text": .string(heading.title ?? ""), "anchor": "start"]
    if !lines.isEmpty { title["subtitle"] = .array(lines.map { .string($0) }) }
    return .object(title)
  }
}

/// Values as JSON.
enum VegaLiteValue {
  /// A number; whole ones without a point.
  static func number(_ value: Double) -> JSON {
    guard value.isFinite else { return .null }
    if let whole = Int(exactly: value), abs(value) < 9e15 { return .number(whole) }
    return .number(value)
  }

  /// A time as Vega reads it as one of UTC; beyond four digits of years, as milliseconds.
  static func time(_ milliseconds: Double) -> JSON {
    guard milliseconds.isFinite else { return .null }
    let year = TimeText.parts(milliseconds).day.year
    return (1...9999).contains(year)
      ? .string(TimeText.iso(milliseconds)) : number(milliseconds.rounded(.down))
  }

  static func value(_ field: Field, _ row: Int, isPlace: Bool) -> JSON {
    let value = field.values[row]
    guard value.isFinite else { return .null }
    switch field.kind {
    case .category: return isPlace ? number(value) : .string(field.categories[Int(value)])
    case .time: return time(value)
    case .number, .whole: return number(value)
    }
  }

  static func object(_ members: [(String, JSON?)]) -> JSON {
    .object(JSONObject(members.compactMap { key, value in value.map { (key, $0) } }))
  }
}
