/// Puts the marks of a layer at their places in a plot.
struct MarkDrawer {
  let view: View
  let layer: MarkLayer

  func nodes() -> [SceneNode] {
    switch layer.kind {
    case .point: rows.map(point)
    case .line, .area: curves()
    case .bar: rows.map(bar)
    case .rect: rows.map(rectangle)
    case .rule: rows.map(rule)
    case .text: rows.map(text)
    case .tick: rows.map(tick)
    case .arc: rows.map(arc)
    }
  }

  private var rows: Range<Int> { 0..<layer.count }

  // MARK: Places

  private func x(_ row: Int) -> Double {
    guard let field = layer[.x], let scale = view.x else { return view.width / 2 }
    return scale.place(field.values[row])
  }

  private func y(_ row: Int) -> Double {
    guard let field = layer[.y], let scale = view.y else { return view.height / 2 }
    return scale.place(field.values[row])
  }

  private func x2(_ row: Int) -> Double? {
    layer[.x2].flatMap { field in view.x.map { $0.place(field.values[row]) } }
  }

  private func y2(_ row: Int) -> Double? {
    layer[.y2].flatMap { field in view.y.map { $0.place(field.values[row]) } }
  }

  // MARK: Looks

  private func color(_ row: Int) -> String {
    guard let field = layer[.color], let scale = view.color else { return layer.color }
    return scale.color(field.values[row])
  }

  private func opacity(_ row: Int) -> Double {
    guard let field = layer[.opacity], let scale = view.opacity else { return layer.opacity }
    return scale.size(field.values[row])
  }

  private func filled(_ row: Int) -> Paint {
    var paint = Paint(fill: color(row), opacity: opacity(row))
    if let width = layer.style.strokeWidth, width > 0, [.bar, .area, .rect].contains(layer.kind) {
      paint.stroke = color(row)
      paint.strokeWidth = width
    }
    return paint
  }

  private func stroked(_ row: Int) -> Paint {
    Paint(
      stroke: color(row), strokeWidth: layer.strokeWidth, opacity: opacity(row),
      dash: layer.style.dash,
      role: layer.kind == .rule && layer.style.color == nil && layer[.color] == nil ? .ink : nil)
  }

  private func hint(_ row: Int) -> String? {
    guard !layer.tooltips.isEmpty else { return nil }
    return layer.tooltips.map { "\($0.title): \($0.text(row))" }.joined(separator: "; ")
  }

  // MARK: Marks

  private func point(_ row: Int) -> SceneNode {
    var area = layer.style.size ?? 30
    if let field = layer[.size], let scale = view.size { area = scale.size(field.values[row]) }
    var symbol = layer.style.symbol
    if let field = layer[.shape] { symbol = View.symbols[Int(field.values[row])] }
    let paint =
      layer.style.isFilled
      ? Paint(fill: color(row), opacity: opacity(row))
      : Paint(stroke: color(row), strokeWidth: layer.strokeWidth, opacity: opacity(row))
    return .symbol(x: x(row), y: y(row), area: area, symbol, paint, hint: hint(row))
  }

  private func curves() -> [SceneNode] {
    var nodes: [SceneNode] = []
    var start = 0
    while start < layer.count {
      var end = start
      while end < layer.count, layer.series[end] == layer.series[start] { end += 1 }
      let points = (start..<end).map { SceneNode.Point(x: x($0), y: y($0)) }
      var baseline: [SceneNode.Point]?
      if layer.kind == .area {
        baseline = (start..<end).map { row in
          layer.isHorizontal
            ? SceneNode.Point(x: x2(row) ?? view.x?.place(0) ?? 0, y: y(row))
            : SceneNode.Point(x: x(row), y: y2(row) ?? view.y?.place(0) ?? view.height)
        }
      }
      let name = layer[.color].map { "\($0.title): \($0.text(start))" }
      nodes.append(
        .curve(
          points, baseline: baseline, layer.style.interpolation, isSideways: layer.isHorizontal,
          layer.kind == .area ? filled(start) : stroked(start), hint: name))
      start = end
    }
    return nodes
  }

  private func bar(_ row: Int) -> SceneNode {
    let (left, right) = span(row, .x)
    let (top, bottom) = span(row, .y)
    return .rect(
      x: left, y: top, width: right - left, height: bottom - top, filled(row), hint: hint(row))
  }

  /// Where a bar lies along an axis: between two numbers, or around one.
  private func span(_ row: Int, _ name: Chart.ChannelName) -> (Double, Double) {
    let isX = name == .x
    let place = isX ? x(row) : y(row)
    if let other = isX ? x2(row) : y2(row) {
      let (low, high) = (Swift.min(place, other), Swift.max(place, other))
      let gap = BarLook(view, layer).gap(name) / 2
      return high - low > 2 * gap + 0.25 ? (low + gap, high - gap) : (low, high)
    }
    let half = BarLook(view, layer).width(name) / 2
    return (place - half, place + half)
  }

  private func rectangle(_ row: Int) -> SceneNode {
    func span(_ name: Chart.ChannelName, _ place: Double, _ other: Double?, _ length: Double)
      -> (Double, Double)
    {
      guard layer[name] != nil else { return (0, length) }
      if let other { return (Swift.min(place, other), Swift.max(place, other)) }
      let scale = name == .x ? view.x : view.y
      let half = (scale?.bandwidth ?? 0) / 2
      return (place - half, place + half)
    }
    let (left, right) = span(.x, x(row), x2(row), view.width)
    let (top, bottom) = span(.y, y(row), y2(row), view.height)
    return .rect(
      x: left, y: top, width: right - left, height: bottom - top, filled(row), hint: hint(row))
  }

  private func rule(_ row: Int) -> SceneNode {
    let from: SceneNode.Point
    let to: SceneNode.Point
    if layer[.x] != nil, layer[.y] != nil {
      from = SceneNode.Point(x: x(row), y: y(row))
      to = SceneNode.Point(x: x2(row) ?? from.x, y: y2(row) ?? from.y)
    } else if layer[.x] != nil {
      from = SceneNode.Point(x: x(row), y: layer[.x2] == nil ? 0 : view.height / 2)
      to = SceneNode.Point(x: x2(row) ?? from.x, y: layer[.x2] == nil ? view.height : from.y)
    } else {
      from = SceneNode.Point(x: layer[.y2] == nil ? 0 : view.width / 2, y: y(row))
      to = SceneNode.Point(x: layer[.y2] == nil ? view.width : from.x, y: y2(row) ?? from.y)
    }
    return .rule(from, to, stroked(row), hint: hint(row))
  }

  private func text(_ row: Int) -> SceneNode {
    let words = layer.words ?? layer[.text]?.text(row) ?? ""
    let isPlain = layer.style.color == nil && layer[.color] == nil
    return .text(
      x: x(row) + layer.style.dx, y: y(row) + layer.style.dy, words,
      TextLook(
        size: layer.style.size ?? 11, anchor: layer.style.alignment,
        fill: isPlain ? nil : color(row), opacity: opacity(row)))
  }

  private func tick(_ row: Int) -> SceneNode {
    let length = BarLook(view, layer).tickLength
    let thickness = layer.strokeWidth
    let (width, height) =
      layer.isHorizontal ? (length, thickness) : (thickness, length)
    return .rect(
      x: x(row) - width / 2, y: y(row) - height / 2, width: width, height: height, filled(row),
      hint: hint(row))
  }

  private func arc(_ row: Int) -> SceneNode {
    .arc(
      x: view.width / 2, y: view.height / 2, inner: layer.style.innerRadius,
      outer: Swift.min(view.width, view.height) / 2, from: layer[.theta]?.values[row] ?? 0,
      to: layer.theta2?.values[row] ?? 0, filled(row), hint: hint(row))
  }
}

/// The widths of bars and the lengths of ticks, the same in all forms of the picture.
struct BarLook {
  private let view: View
  private let layer: MarkLayer

  init(_ view: View, _ layer: MarkLayer) {
    self.view = view
    self.layer = layer
  }

  /// The gap between the bars of neighbouring bins.
  func gap(_ name: Chart.ChannelName) -> Double {
    guard let field = layer[name], let scale = name == .x ? view.x : view.y, isBinned(name),
      let end = layer[name == .x ? .x2 : .y2]
    else { return 0 }
    var least = Double.infinity
    for row in field.values.indices {
      least = Swift.min(least, abs(scale.place(end.values[row]) - scale.place(field.values[row])))
    }
    return least >= 4 ? 1 : 0
  }

  func isBinned(_ name: Chart.ChannelName) -> Bool {
    layer[name]?.isBinned == true
  }

  /// The width of a bar around one place.
  func width(_ name: Chart.ChannelName) -> Double {
    let scale = name == .x ? view.x : view.y
    if let size = layer.style.size { return size }
    if let scale, scale.isCategory { return scale.bandwidth }
    guard let scale, let field = layer[name] else { return 20 }
    // On an axis of numbers most of the least distance between neighbours.
    let places = Set(field.values).sorted().map { scale.place($0) }.sorted()
    let least = zip(places, places.dropFirst()).reduce(Double.infinity) {
      Swift.min($0, $1.1 - $1.0)
    }
    guard least.isFinite else { return 5 }
    return (Swift.max(1, Swift.min(0.8 * least, 40)) * 100).rounded() / 100
  }

  var tickLength: Double {
    if let size = layer.style.size { return size }
    let across = layer.isHorizontal ? view.x : view.y
    guard let across, across.isCategory else { return 15 }
    return (0.75 * across.bandwidth * 100).rounded() / 100
  }
}
