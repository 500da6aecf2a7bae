@_implementationOnly import Glibc

/// A legend as words and samples.
struct LegendPlan: Sendable {
  struct Entry: Sendable {
    var label: String
    var color: String?
    var area: Double
    var symbol: Chart.Symbol
    var opacity: Double = 1
  }

  var channel: Chart.ChannelName
  var title: String
  var entries: [Entry]
  /// Numbers beside a band of colours, for smooth scales.
  var ticks: [AxisPlan.Tick] = []
  var scale: ColorScale?
  var low = 0.0
  var high = 1.0
  /// The format that makes the same labels elsewhere.
  var format: String?
}

/// Chooses what the legends of a plot say.
struct LegendPlanner {
  let view: View

  func plans() -> [LegendPlan] {
    var plans: [LegendPlan] = []
    if let color = view.color, !view.hidesColorLegend { plans.append(plan(color)) }
    if let shapes = view.shapes, !view.hidesShapeLegend {
      let entries = shapes.enumerated().map { place, name in
        LegendPlan.Entry(
          label: name, color: sharesColor(shapes) ? view.color?.color(Double(place)) : nil,
          area: 50, symbol: View.symbols[place % View.symbols.count])
      }
      if sharesColor(shapes), !plans.isEmpty {
        plans[0].entries = entries
      } else {
        plans.append(LegendPlan(channel: .shape, title: view.shapeTitle, entries: entries))
      }
    }
    if let size = view.size, !view.hidesSizeLegend { plans.append(plan(size, .size)) }
    if let opacity = view.opacity, !view.hidesSizeLegend { plans.append(plan(opacity, .opacity)) }
    return plans
  }

  /// Whether colour and shape show the same categories, so that one legend says both.
  private func sharesColor(_ shapes: [String]) -> Bool {
    guard let color = view.color, case .categories(let names) = color.kind else { return false }
    return names == shapes && color.title == view.shapeTitle
  }

  private func plan(_ color: ColorScale) -> LegendPlan {
    var plan = LegendPlan(channel: .color, title: color.title, entries: [])
    switch color.kind {
    case .categories(let names):
      plan.entries = names.indices.map {
        LegendPlan.Entry(
          label: names[$0], color: color.color(Double($0)), area: 100, symbol: .square)
      }
    case .smooth(let stops):
      plan.scale = color
      plan.low = stops[0]
      plan.high = stops[stops.count - 1]
      (plan.ticks, plan.format) = ticks(plan.low, plan.high, isLog: color.isLog, color.format)
    case .quantize(let low, let high):
      let count = Double(color.colors.count)
      let limits = (1..<Swift.max(color.colors.count, 1)).map {
        low + (high - low) * Double($0) / count
      }
      plan.entries = intervals(limits, color)
    case .threshold(let limits): plan.entries = intervals(limits, color)
    }
    return plan
  }

  private func intervals(_ limits: [Double], _ color: ColorScale) -> [LegendPlan.Entry] {
    let format = color.format.map { NumberFormat($0) }
    let texts = limits.map { limit in
      format?.text(limit) ?? NumberFormat(".3~g").text(limit)
    }
    return color.colors.indices.map { place in
      let label =
        place == 0
        ? (texts.first.map { "< \($0)" } ?? "all")
        : place == texts.count ? "≥ \(texts[place - 1])" : "\(texts[place - 1]) – \(texts[place])"
      return LegendPlan.Entry(
        label: label, color: color.colors[place], area: 100, symbol: .square)
    }
  }

  private func ticks(_ low: Double, _ high: Double, isLog: Bool, _ format: String?)
    -> ([AxisPlan.Tick], String)
  {
    var values =
      isLog
      ? NumberTicks.log(low, high, base: 10, count: 5) : NumberTicks.ticks(low, high, 5)
    if values.isEmpty { values = [low, high] }
    let specifier = NumberLabels.format(low, high, 5, isWhole: false, isEven: !isLog, format)
    let labels = NumberLabels.labels(values, specifier, low, high, 5, isEven: !isLog)
    return (zip(values, labels).map { AxisPlan.Tick(value: $0, label: $1) }, specifier)
  }

  private func plan(_ scale: SizeScale, _ channel: Chart.ChannelName) -> LegendPlan {
    let (ticks, format) = ticks(scale.low, scale.high, isLog: false, scale.format)
    var plan = LegendPlan(channel: channel, title: scale.title, entries: [])
    plan.format = format
    plan.ticks = ticks
    plan.entries = ticks.map { tick in
      let size = scale.size(tick.value)
      return channel == .size
        ? LegendPlan.Entry(label: tick.label, color: nil, area: size, symbol: .circle)
        : LegendPlan.Entry(
          label: tick.label, color: nil, area: 100, symbol: .circle, opacity: size)
    }
    return plan
  }
}

/// Draws legends below each other.
struct LegendDrawer {
  let plans: [LegendPlan]
  private static let limit = 30

  func draw() -> (nodes: [SceneNode], width: Double, height: Double) {
    var nodes: [SceneNode] = []
    var (y, width) = (0.0, 0.0)
    for plan in plans {
      if y > 0 { y += 14 }
      if !plan.title.isEmpty {
        let title = TextMetrics.shortened(plan.title, size: 11, isBold: true, to: 160)
        nodes.append(.text(x: 0, y: y + 6, title, TextLook(size: 11, isBold: true)))
        width = Swift.max(width, TextMetrics.width(title, size: 11, isBold: true))
        y += 17
      }
      if plan.scale != nil {
        width = Swift.max(width, gradient(plan, &y, &nodes))
      } else {
        width = Swift.max(width, samples(plan, &y, &nodes))
      }
    }
    return (nodes, width, y)
  }

  private func samples(_ plan: LegendPlan, _ y: inout Double, _ nodes: inout [SceneNode]) -> Double
  {
    var widest = 0.0
    let greatest = plan.entries.reduce(0) { Swift.max($0, $1.area.squareRoot()) }
    let column = Swift.max(10, greatest)
    for entry in plan.entries.prefix(LegendDrawer.limit) {
      let height = Swift.max(14, entry.area.squareRoot() + 3)
      let paint = Paint(
        fill: entry.color ?? "#777777", opacity: entry.opacity,
        role: nil)
      nodes.append(
        .symbol(
          x: column / 2, y: y + height / 2, area: entry.area, entry.symbol, paint, hint: nil))
      let label = TextMetrics.shortened(entry.label, size: 10, to: 160)
      nodes.append(.text(x: column + 5, y: y + height / 2, label, TextLook()))
      widest = Swift.max(widest, column + 5 + TextMetrics.width(label, size: 10))
      y += height
    }
    let rest = plan.entries.count - LegendDrawer.limit
    if rest > 0 {
      nodes.append(.text(x: column + 5, y: y + 7, "and \(rest) more", TextLook(isFaint: true)))
      y += 14
    }
    return widest
  }

  private func gradient(_ plan: LegendPlan, _ y: inout Double, _ nodes: inout [SceneNode]) -> Double
  {
    guard let scale = plan.scale else { return 0 }
    let (height, steps) = (150.0, 50)
    let axis = PlaceScale(
      kind: scale.isLog ? .log(base: 10) : .linear, low: plan.low, high: plan.high,
      start: y + height, end: y)
    for step in 0..<steps {
      let share = (Double(step) + 0.5) / Double(steps)
      let value =
        scale.isLog
        ? plan.low * pow(plan.high / plan.low, share)
        : plan.low + (plan.high - plan.low) * share
      let top = y + height * (1 - Double(step + 1) / Double(steps))
      nodes.append(
        .rect(
          x: 0, y: top, width: 14, height: height / Double(steps) + (step > 0 ? 0.3 : 0),
          Paint(fill: scale.color(value)), hint: nil))
    }
    var widest = 14.0
    for tick in plan.ticks {
      nodes.append(.text(x: 18, y: axis.place(tick.value), tick.label, TextLook()))
      widest = Swift.max(widest, 18 + TextMetrics.width(tick.label, size: 10))
    }
    y += height
    return widest
  }
}
