package import OrderedJSON

extension Drawing {
  /// The plots with their axes and marks as numbers, for the comparison with another renderer.
  package var sceneJSON: JSON { ["plots": .array(tree.views.map(SceneJSON.plot))] }
}

/// A scene as JSON.
private enum SceneJSON {
  static func plot(_ view: View) -> JSON {
    var object: JSONObject = ["width": number(view.width), "height": number(view.height)]
    object["x"] = axis(view.xAxis, view.x)
    object["y"] = axis(view.yAxis, view.y)
    object["marks"] = .array(
      view.layers.map { layer in
        [
          "kind": .string(layer.kind.rawValue),
          "items": .array(MarkDrawer(view: view, layer: layer).nodes().map(node)),
        ]
      })
    object["legends"] = .array(
      LegendPlanner(view: view).plans().map { plan in
        let labels = plan.ticks.isEmpty ? plan.entries.map(\.label) : plan.ticks.map(\.label)
        return [
          "channel": .string(plan.channel.rawValue), "title": .string(plan.title),
          "labels": .array(labels.map { .string($0) }),
        ]
      })
    return .object(object)
  }

  static func number(_ value: Double) -> JSON { .number((value * 1000).rounded() / 1000) }

  private static func axis(_ plan: AxisPlan?, _ scale: PlaceScale?) -> JSON {
    guard let scale else { return .null }
    var object = JSONObject()
    object["domain"] =
      scale.isBandScale
      ? .array(scale.categories.map { .string($0) }) : [.number(scale.low), .number(scale.high)]
    guard let plan else { return .object(object) }
    object["title"] = .string(plan.title)
    object["ticks"] = .array(
      plan.ticks.map { tick in
        [
          "at": number(scale.place(tick.value)),
          "label": .string(plan.hasLabels ? tick.label : ""),
        ]
      })
    return .object(object)
  }

  private static func points(_ points: [SceneNode.Point]) -> JSON {
    .array(points.map { [number($0.x), number($0.y)] })
  }

  private static func node(_ node: SceneNode) -> JSON {
    switch node {
    case .group(_, _, let name, _, let nodes):
      ["group": .string(name), "items": .array(nodes.map(SceneJSON.node))]
    case .rect(let x, let y, let width, let height, let paint, _):
      [
        "x": number(x), "y": number(y), "width": number(width), "height": number(height),
        "color": paint.fill.map { .string($0) } ?? .null,
      ]
    case .symbol(let x, let y, let area, let symbol, let paint, _):
      [
        "x": number(x), "y": number(y), "size": number(area), "shape": .string(symbol.rawValue),
        "color": (paint.fill ?? paint.stroke).map { .string($0) } ?? .null,
      ]
    case .curve(let line, let baseline, _, _, let paint, _):
      [
        "points": points(line), "baseline": baseline.map(points) ?? .null,
        "color": (paint.fill ?? paint.stroke).map { .string($0) } ?? .null,
      ]
    case .arc(let x, let y, let inner, let outer, let from, let to, let paint, _):
      [
        "x": number(x), "y": number(y), "inner": number(inner), "outer": number(outer),
        "from": number(from), "to": number(to), "color": paint.fill.map { .string($0) } ?? .null,
      ]
    case .rule(let from, let to, let paint, _):
      [
        "x": number(from.x), "y": number(from.y), "x2": number(to.x), "y2": number(to.y),
        "color": paint.stroke.map { .string($0) } ?? .null,
      ]
    case .text(let x, let y, let words, _):
      ["x": number(x), "y": number(y), "text": .string(words)]
    }
  }
}
