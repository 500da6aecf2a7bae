internal import OrderedJSON

/// Writes one layer: its rows, its mark and its channels.
struct LayerWriter {
  let view: View
  let layer: MarkLayer
  /// The number of the plot, for the names of selections.
  let plot: Int
  private let keys: FieldKeys

  init(view: View, layer: MarkLayer, plot: Int) {
    self.view = view
    self.layer = layer
    self.plot = plot
    keys = FieldKeys(view, layer)
  }

  func object(isFirst: Bool) -> JSONObject {
    var object: JSONObject = ["data": ["values": .array(rows())]]
    let parameters = isFirst ? self.parameters() : []
    if !parameters.isEmpty { object["params"] = .array(parameters) }
    object["mark"] = mark()
    object["encoding"] = .object(encoding())
    return object
  }

  private func rows() -> [JSON] {
    (0..<layer.count).map { row in
      var object = JSONObject()
      for entry in keys.entries {
        object[entry.key] =
          entry.texts.map { .string($0[row]) }
          ?? VegaLiteValue.value(entry.field, row, isPlace: entry.isPlace)
      }
      return .object(object)
    }
  }

  // MARK: Mark

  private func mark() -> JSON {
    let style = layer.style
    var mark: JSONObject = ["type": .string(layer.kind.rawValue)]
    if layer[.color] == nil { mark["color"] = .string(layer.color) }
    if layer[.opacity] == nil, !hasCondition {
      mark["opacity"] = VegaLiteValue.number(layer.opacity)
    }
    if view.isClipped { mark["clip"] = true }
    switch layer.kind {
    case .point:
      mark["filled"] = .bool(style.isFilled)
      if layer[.size] == nil { mark["size"] = VegaLiteValue.number(style.size ?? 30) }
      if layer[.shape] == nil { mark["shape"] = .string(style.symbol.rawValue) }
      mark["strokeWidth"] = VegaLiteValue.number(layer.strokeWidth)
    case .line:
      mark["strokeWidth"] = VegaLiteValue.number(layer.strokeWidth)
      mark["interpolate"] = .string(style.interpolation.rawValue)
    case .area:
      mark["orient"] = layer.isHorizontal ? "horizontal" : "vertical"
      mark["interpolate"] = .string(style.interpolation.rawValue)
    case .bar:
      mark["orient"] = layer.isHorizontal ? "horizontal" : "vertical"
      let look = BarLook(view, layer)
      mark["binSpacing"] = VegaLiteValue.number(Swift.max(look.gap(.x), look.gap(.y)))
      let base: Chart.ChannelName = layer.isHorizontal ? .y : .x
      let scale = base == .x ? view.x : view.y
      if layer[base == .x ? .x2 : .y2] == nil, style.size != nil || scale?.isBandScale != true {
        mark["size"] = VegaLiteValue.number(look.width(base))
      }
    case .rule: mark["strokeWidth"] = VegaLiteValue.number(layer.strokeWidth)
    case .text:
      mark["align"] = .string(style.alignment.rawValue)
      mark["baseline"] = "middle"
      mark["fontSize"] = VegaLiteValue.number(style.size ?? 11)
      if style.dx != 0 { mark["dx"] = VegaLiteValue.number(style.dx) }
      if style.dy != 0 { mark["dy"] = VegaLiteValue.number(style.dy) }
    case .tick:
      mark["orient"] = layer.isHorizontal ? "horizontal" : "vertical"
      mark["size"] = VegaLiteValue.number(BarLook(view, layer).tickLength)
      mark["thickness"] = VegaLiteValue.number(layer.strokeWidth)
    case .arc:
      mark["innerRadius"] = VegaLiteValue.number(style.innerRadius)
      mark["stroke"] = "#ffffff"
    case .rect: break
    }
    if !style.dash.isEmpty {
      mark["strokeDash"] = .array(style.dash.map { VegaLiteValue.number($0) })
    }
    if let width = style.strokeWidth, width > 0, [.bar, .area, .rect].contains(layer.kind),
      layer[.color] == nil
    {
      mark["stroke"] = .string(layer.color)
      mark["strokeWidth"] = VegaLiteValue.number(width)
    }
    return .object(mark)
  }

  // MARK: Channels

  private func encoding() -> JSONObject {
    var encoding = JSONObject()
    for name in [Chart.ChannelName.x, .y] {
      if let channel = position(name) { encoding[name.rawValue] = channel }
    }
    for (name, base) in [(Chart.ChannelName.x2, Chart.ChannelName.x), (.y2, .y)] {
      guard let field = layer[name], layer[base] != nil else { continue }
      encoding[name.rawValue] =
        layer.constants.contains(name)
        ? ["datum": VegaLiteValue.number(field.values.first ?? 0)]
        : ["field": .string(keys.key(name))]
    }
    if layer[.theta] != nil {
      encoding["theta"] = [
        "field": .string(keys.key(.theta)), "type": "quantitative", "scale": nil, "stack": nil,
      ]
      encoding["theta2"] = ["field": .string(keys.theta2)]
    }
    let looks = LookWriter(view: view, layer: layer, keys: keys)
    for (name, channel) in looks.channels() { encoding[name] = channel }
    if let condition = condition() { encoding["opacity"] = condition }
    if layer[.detail] != nil {
      encoding["detail"] = ["field": .string(keys.key(.detail)), "type": "nominal"]
    } else if layer.kind == .area, layer.isHorizontal, let key = keys.series {
      encoding["detail"] = ["field": .string(key), "type": "nominal"]
    }
    if layer[.order] != nil, layer.kind == .line {
      encoding["order"] = ["field": .string(keys.key(.order)), "type": "quantitative"]
    }
    if layer.kind == .text {
      encoding["text"] =
        layer.words.map { ["value": .string($0)] }
        ?? ["field": .string(keys.text), "type": "nominal"]
    }
    if layer.kind != .line, layer.kind != .area, !layer.tooltips.isEmpty {
      encoding["tooltip"] = .array(tooltips())
    }
    return encoding
  }

  private func tooltips() -> [JSON] {
    layer.tooltips.enumerated().map { place, field in
      let type =
        field.kind == .time ? "temporal" : field.isCategory ? "nominal" : "quantitative"
      return VegaLiteValue.object([
        ("field", .string(keys.tooltips[place])), ("type", .string(type)),
        ("title", .string(field.title)),
        (
          "format",
          field.format.map { .string($0) }
            ?? (field.kind == .time ? .string(timeFormat(field)) : nil)
        ),
      ])
    }
  }

  private func timeFormat(_ field: Field) -> String {
    let hasClock = field.values.contains { $0.isFinite && TimeText.parts($0).milliseconds != 0 }
    return hasClock ? "%Y-%m-%d %H:%M:%S" : "%Y-%m-%d"
  }

  private func position(_ name: Chart.ChannelName) -> JSON? {
    guard let field = layer[name], let scale = name == .x ? view.x : view.y else { return nil }
    let isTime = scale.kind == .time
    let type = scale.isBandScale ? "nominal" : isTime ? "temporal" : "quantitative"
    var channel: JSONObject =
      layer.constants.contains(name)
      ? ["datum": VegaLiteValue.number(field.values.first ?? 0)]
      : ["field": .string(keys.key(name))]
    channel["type"] = .string(type)
    let partner: Chart.ChannelName = name == .x ? .x2 : .y2
    // Numbers from one edge to another are such of bins, whoever made the bins.
    let measure: Chart.ChannelName = layer.isHorizontal ? .x : .y
    if layer.kind == .bar, layer[partner] != nil, name != measure {
      channel["bin"] = "binned"
    }
    if type == "quantitative", [.bar, .area].contains(layer.kind) {
      channel["stack"] = .some(.null)
    }
    channel["scale"] = self.scale(scale, isY: name == .y)
    channel["axis"] = axis(name == .x ? view.xAxis : view.yAxis, scale)
    channel["title"] = (name == .x ? view.xAxis : view.yAxis).map {
      $0.title.isEmpty ? .null : .string($0.title)
    }
    return .object(channel)
  }

  private func scale(_ scale: PlaceScale, isY: Bool) -> JSON {
    // Categories go down from the top in both; numbers go up from the bottom.
    let goesUp = isY && !scale.isBandScale
    let isReversed = goesUp ? scale.start < scale.end : scale.end < scale.start
    var object: JSONObject
    switch scale.kind {
    case .band(let inner, let outer):
      object = [
        "type": "band", "domain": .array(scale.categories.map { .string($0) }),
        "paddingInner": .number(inner), "paddingOuter": .number(outer),
      ]
      if isReversed { object["reverse"] = true }
      return .object(object)
    case .linear, .slots: object = ["type": "linear"]
    case .log(let base): object = ["type": "log", "base": VegaLiteValue.number(base)]
    case .symlog(let constant):
      object = ["type": "symlog", "constant": VegaLiteValue.number(constant)]
    case .sqrt: object = ["type": "sqrt"]
    case .time: object = ["type": "utc"]
    }
    object["domain"] = [VegaLiteValue.number(scale.low), VegaLiteValue.number(scale.high)]
    object["nice"] = false
    if scale.kind != .time { object["zero"] = false }
    if case .log = scale.kind { object["zero"] = nil }
    // Vega would leave room for bars at the ends, outside of the domain that we name.
    object["padding"] = 0
    if isReversed { object["reverse"] = true }
    return .object(object)
  }

  private func axis(_ plan: AxisPlan?, _ scale: PlaceScale) -> JSON {
    guard let plan else { return .null }
    var axis: JSONObject = ["grid": .bool(plan.hasGrid)]
    let isZoomed = view.selections.contains(.zoom) && !scale.isCategory
    if scale.isBandScale {
      if plan.ticks.count < scale.categories.count {
        axis["values"] = .array(plan.ticks.map { .string(scale.categories[Int($0.value)]) })
      }
    } else if isZoomed, scale.kind == .linear || scale.kind == .time {
      // Vega makes ticks anew as the reader moves.
      axis["tickCount"] = .number(plan.count)
      if scale.isWhole { axis["tickMinStep"] = 1 }
    } else {
      axis["values"] = .array(plan.ticks.map { VegaLiteValue.number($0.value) })
    }
    if scale.kind == .slots {
      let names = JSON.array(scale.categories.map { .string($0) }).description
      axis["labelExpr"] = .string("\(names)[datum.value]")
    } else if let format = plan.format, !(isZoomed && scale.kind == .time) {
      axis["format"] = .string(format)
    }
    axis["labels"] = plan.hasLabels ? nil : false
    if !plan.hasLabels { axis["ticks"] = false }
    if plan.hasLabels, scale.isCategory || plan.angle != 0 {
      axis["labelAngle"] = VegaLiteValue.number(plan.angle)
    }
    if !isZoomed { axis["labelOverlap"] = false }
    return .object(axis)
  }

  // MARK: Selections

  private var isFirstMarkConditional: Bool { layer.kind != .rule && layer.kind != .text }

  private var hasCondition: Bool {
    isFirstMarkConditional && layer[.opacity] == nil
      && (view.selections.contains(.brush)
        || (view.selections.contains(.legend) && layer[.color]?.isCategory == true))
  }

  private func condition() -> JSON? {
    guard hasCondition else { return nil }
    let name =
      view.selections.contains(.legend) && layer[.color]?.isCategory == true ? "legend" : "brush"
    return [
      "condition": [
        "param": .string("\(name)\(plot)"), "value": VegaLiteValue.number(layer.opacity),
      ],
      "value": 0.15,
    ]
  }

  private func parameters() -> [JSON] {
    view.selections.compactMap { selection in
      switch selection {
      case .zoom:
        guard view.x?.isCategory == false || view.y?.isCategory == false else { return nil }
        return ["name": .string("zoom\(plot)"), "select": "interval", "bind": "scales"]
      case .brush:
        guard view.x != nil || view.y != nil else { return nil }
        return ["name": .string("brush\(plot)"), "select": "interval"]
      case .legend:
        let member = view.layers.first { $0[.color]?.isCategory == true }
        guard let member else { return nil }
        let key = FieldKeys(view, member).key(.color)
        return [
          "name": .string("legend\(plot)"),
          "select": ["type": "point", "fields": [.string(key)]], "bind": "legend",
        ]
      }
    }
  }
}

extension PlaceScale {
  /// Whether Vega has a band a category; slots are numbers to it.
  var isBandScale: Bool { if case .band = kind { true } else { false } }
}
