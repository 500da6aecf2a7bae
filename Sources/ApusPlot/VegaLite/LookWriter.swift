internal import OrderedJSON

/// Writes the channels of colour, size, opacity and shape with their scales and legends.
struct LookWriter {
  let view: View
  let layer: MarkLayer
  let keys: FieldKeys

  func channels() -> [(String, JSON)] {
    var channels: [(String, JSON)] = []
    if let field = layer[.color], let scale = view.color {
      channels.append(("color", color(field, scale)))
    }
    if layer[.size] != nil, let scale = view.size {
      channels.append(("size", size(.size, scale)))
    }
    if layer[.opacity] != nil, let scale = view.opacity {
      channels.append(("opacity", size(.opacity, scale)))
    }
    if layer[.shape] != nil, let shapes = view.shapes {
      channels.append(("shape", shape(shapes)))
    }
    return channels
  }

  private func color(_ field: Field, _ scale: ColorScale) -> JSON {
    let colors = JSON.array(scale.colors.map { .string($0) })
    var object: JSONObject
    switch scale.kind {
    case .categories(let names):
      let range = names.indices.map { JSON.string(scale.color(Double($0))) }
      object = [
        "type": "ordinal", "domain": .array(names.map { .string($0) }), "range": .array(range),
      ]
    case .smooth(let stops):
      object = [
        "type": scale.isLog ? "log" : "linear",
        "domain": .array(stops.map { VegaLiteValue.number($0) }), "range": colors,
        "interpolate": "rgb",
      ]
    case .quantize(let low, let high):
      object = [
        "type": "quantize", "domain": [VegaLiteValue.number(low), VegaLiteValue.number(high)],
        "range": colors,
      ]
    case .threshold(let limits):
      object = [
        "type": "threshold", "domain": .array(limits.map { VegaLiteValue.number($0) }),
        "range": colors,
      ]
    }
    let plan = LegendPlanner(view: view).plans().first { $0.channel == .color }
    return VegaLiteValue.object([
      ("field", .string(keys.key(.color))),
      ("type", .string(field.isCategory ? "nominal" : "quantitative")),
      ("scale", .object(object)),
      ("legend", view.hidesColorLegend ? .null : legend(plan, isSmooth: !field.isCategory)),
      ("title", scale.title.isEmpty ? .null : .string(scale.title)),
    ])
  }

  private func legend(_ plan: LegendPlan?, isSmooth: Bool) -> JSON? {
    guard let plan else { return nil }
    var legend = JSONObject()
    if !plan.ticks.isEmpty {
      legend["values"] = .array(plan.ticks.map { VegaLiteValue.number($0.value) })
      if let format = plan.format { legend["format"] = .string(format) }
      if plan.scale != nil { legend["gradientLength"] = 150 }
    } else if !isSmooth {
      legend["symbolLimit"] = 31
    }
    return legend.isEmpty ? nil : .object(legend)
  }

  private func size(_ name: Chart.ChannelName, _ scale: SizeScale) -> JSON {
    let plan = LegendPlanner(view: view).plans().first { $0.channel == name }
    return VegaLiteValue.object([
      ("field", .string(keys.key(name))), ("type", "quantitative"),
      (
        "scale",
        [
          "type": scale.isSqrt ? "sqrt" : "linear",
          "domain": [VegaLiteValue.number(scale.low), VegaLiteValue.number(scale.high)],
          "range": [VegaLiteValue.number(scale.start), VegaLiteValue.number(scale.end)],
          "nice": false, "zero": false,
        ]
      ),
      ("legend", view.hidesSizeLegend ? .null : legend(plan, isSmooth: true)),
      ("title", .string(scale.title)),
    ])
  }

  private func shape(_ names: [String]) -> JSON {
    let symbols = names.indices.map { JSON.string(View.symbols[$0 % View.symbols.count].rawValue) }
    return VegaLiteValue.object([
      ("field", .string(keys.key(.shape))), ("type", "nominal"),
      ("scale", ["domain": .array(names.map { .string($0) }), "range": .array(symbols)]),
      ("legend", view.hidesShapeLegend ? .null : nil),
      ("title", .string(view.shapeTitle)),
    ])
  }
}
