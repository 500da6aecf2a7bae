internal import ApusFrame

/// Finds the scales, the size and the axes of one plot.
struct ViewResolver {
  let chart: Chart
  /// The marks of this plot.
  let layers: [MarkLayer]
  /// The marks of all plots that share its scales.
  let all: [MarkLayer]
  var cells: (columns: Int, rows: Int)?
  var sharesX = true
  var sharesY = true

  func view() throws(FrameError) -> View {
    var view = View(width: 0, height: 0, layers: layers)
    view.selections = chart.selections
    var x = try domain(.x)
    var y = try domain(.y)
    view.width = chart.width ?? length(x, isX: true)
    view.height = chart.height ?? length(y, isX: false)
    guard view.width > 0, view.height > 0, view.width <= 20_000, view.height <= 20_000 else {
      throw FrameError(
        code: .badValue, what: "a plot of \(view.width) by \(view.height) pixels", place: "size(…)",
        mend: "choose from 1 to 20000")
    }
    x?.end = view.width
    y?.start = view.height
    // Categories go down from the top, numbers up from the bottom.
    if y?.isCategory == true {
      y?.start = 0
      y?.end = view.height
    }
    if ViewResolver.options(chart, .x).isReversed { swap(&x) }
    if ViewResolver.options(chart, .y).isReversed { swap(&y) }
    (view.x, view.y) = (x, y)
    view.isClipped = [Chart.ChannelName.x, .y].contains {
      ViewResolver.options(chart, $0).domain != nil || chart.selections.contains(.zoom)
    }
    view.xAxis = try axis(.x, x)
    view.yAxis = try axis(.y, y)
    try LookResolver(chart: chart, layers: all).apply(to: &view)
    return view
  }

  private func swap(_ scale: inout PlaceScale?) {
    guard let old = scale else { return }
    scale?.start = old.end
    scale?.end = old.start
  }

  /// What the chart, else its layers, say of a channel's scale.
  static func options(_ chart: Chart, _ name: Chart.ChannelName) -> Chart.Scale {
    chart.guides.scales[name]
      ?? chart.layers.lazy.compactMap { $0.channels[name]?.scale }.first ?? Chart.Scale()
  }

  private func domain(_ name: Chart.ChannelName) throws(FrameError) -> PlaceScale? {
    let partner: Chart.ChannelName = name == .x ? .x2 : .y2
    let members = (name == .x ? sharesX : sharesY) ? all : layers
    let fields = members.flatMap { [$0.fields[name], $0.fields[partner]].compactMap { $0 } }
    guard !fields.isEmpty else { return nil }
    let options = ViewResolver.options(chart, name)
    if let first = fields.first(where: \.isCategory) {
      return categories(first, fields, name, members, options)
    }
    return try NumberDomain(
      fields: fields, options: options, name: name, layers: members
    ).scale()
  }

  private func categories(
    _ first: Field, _ fields: [Field], _ name: Chart.ChannelName, _ members: [MarkLayer],
    _ options: Chart.Scale
  ) -> PlaceScale {
    let isBetween = fields.contains { field in
      field.values.contains { $0 != $0.rounded() }
    }
    let isFilled = members.contains { $0.kind == .rect && $0.fields[name]?.isCategory == true }
    var scale = PlaceScale(
      kind: isBetween
        ? .slots : isFilled ? .band(inner: 0, outer: 0) : .band(inner: 0.1, outer: 0.05),
      low: -0.5, high: Double(first.categories.count) - 0.5, start: 0, end: 0)
    scale.categories = first.categories
    return scale
  }

  /// The length of an axis in pixels.
  private func length(_ scale: PlaceScale?, isX: Bool) -> Double {
    let isArc = layers.contains { $0.kind == .arc }
    if isArc { return 240 }
    let whole: Double
    if let cells {
      whole =
        isX
        ? Swift.max(110, (600 / Double(cells.columns)).rounded(.down))
        : cells.rows == 1 ? 240 : Swift.max(100, (480 / Double(cells.rows)).rounded(.down))
    } else {
      whole = isX ? 480 : 300
    }
    guard let scale else { return isX && cells == nil ? 60 : 60 }
    guard scale.isCategory else { return whole }
    let count = Double(Swift.max(scale.categories.count, 1))
    let most = isX ? 60.0 : 36.0
    let least = cells == nil ? (isX ? 16.0 : 18.0) : 10.0
    if count * least > 1200 { return Swift.max(1200, count * 2) }
    return (Swift.max(Swift.min(whole / count, most), least) * count).rounded()
  }

  private func axis(
    _ name: Chart.ChannelName, _ scale: PlaceScale?
  ) throws(FrameError) -> AxisPlan? {
    guard let scale else { return nil }
    let options =
      chart.guides.axes[name]
      ?? chart.layers.lazy.compactMap { $0.channels[name]?.axis }.first ?? Chart.Axis()
    guard !options.isHidden else { return nil }
    let titles = all.compactMap { layer -> String? in
      guard !layer.constants.contains(name), let field = layer.fields[name] else { return nil }
      return field.title
    }
    var seen: Set<String> = []
    let title =
      chart.guides.titles[name]
      ?? chart.layers.lazy.compactMap { $0.channels[name]?.title }.first
      ?? titles.filter { !$0.isEmpty && seen.insert($0).inserted }.prefix(3).joined(separator: ", ")
    let format = all.lazy.compactMap { $0.fields[name]?.format }.first
    return try AxisPlanner(
      scale: scale, isX: name == .x, options: options, title: title, format: format,
      isZoomed: chart.selections.contains(.zoom)
    ).plan()
  }
}

/// The ends of an axis of numbers or times.
struct NumberDomain {
  let fields: [Field]
  let options: Chart.Scale
  let name: Chart.ChannelName
  let layers: [MarkLayer]

  func scale() throws(FrameError) -> PlaceScale {
    let isTime = fields.contains { $0.kind == .time }
    var kind = isTime ? PlaceScale.Kind.time : .linear
    switch options.kind {
    case .log(let base):
      guard base > 1, base.isFinite else {
        throw FrameError(
          code: .badValue, what: "logarithms to the base \(base)", place: "scale(.log(base:))",
          mend: "choose more than 1")
      }
      kind = .log(base: base)
    case .symlog(let constant):
      guard constant > 0, constant.isFinite else {
        throw FrameError(
          code: .badValue, what: "symlog(constant: \(constant))", place: "a scale",
          mend: "choose more than 0")
      }
      kind = .symlog(constant: constant)
    case .sqrt: kind = .sqrt
    case .linear, .time, nil: break
    case .ordinal, .band, .quantize, .threshold:
      throw FrameError(
        code: .badValue, what: "a scale of categories or intervals", place: "the axis \(name)",
        mend: "use category(…) or binned(…) for places; quantize and threshold are for colours")
    }
    if isTime, kind != .time {
      throw FrameError(
        code: .badValue, what: "a scale of numbers", place: "the axis \(name), which shows times",
        mend: "leave the scale out")
    }
    if case .log = kind { try checkLogarithm() }
    var (low, high) = ends()
    let isBinned = fields.allSatisfy(\.isBinned)
    var isNice = options.isNice ?? (!isTime && !isBinned)
    if case .numbers(let first, let last) = options.domain {
      guard first.isFinite, last.isFinite, first < last else {
        throw FrameError(
          code: .badValue, what: "domain(\(first), \(last))", place: "the axis \(name)",
          mend: "name the lesser end first; reversed() turns the axis round")
      }
      (low, high) = (first, last)
      isNice = options.isNice ?? false
    } else if options.includesZero == true {
      (low, high) = (Swift.min(low, 0), Swift.max(high, 0))
    }
    if case .log = kind, low <= 0 {
      throw FrameError(
        code: .badValue, what: "a domain from \(PlotNumber.text(low))",
        place: "the logarithms of the axis \(name)", mend: "start above 0, or use symlog")
    }
    var scale = PlaceScale(kind: kind, low: low, high: high, start: 0, end: 0)
    if isNice { scale.makeNice() }
    scale.isWhole =
      !isTime && fields.allSatisfy { $0.kind == .whole || $0.title.isEmpty }
      && fields.contains { $0.kind == .whole }
    return scale
  }

  private func checkLogarithm() throws(FrameError) {
    for layer in layers where layer.kind == .bar || layer.kind == .area {
      let partner: Chart.ChannelName = name == .x ? .x2 : .y2
      if layer.fields[partner]?.name.hasSuffix("(from)") == true {
        throw FrameError(
          code: .badValue,
          what: "bars and areas start at 0, for which logarithms have no place",
          place: "the axis \(name)", mend: "use scale(.symlog), or points")
      }
    }
  }

  private func ends() -> (Double, Double) {
    var low = Double.infinity
    var high = -Double.infinity
    for field in fields {
      for value in field.values where value.isFinite {
        low = Swift.min(low, value)
        high = Swift.max(high, value)
      }
    }
    let isTime = fields.contains { $0.kind == .time }
    if low > high {
      if case .log = options.kind { return (1, 10) }
      return isTime ? (0, 86_400_000) : (0, 1)
    }
    guard low == high else { return (low, high) }
    if isTime { return (low - 43_200_000, high + 43_200_000) }
    if case .log = options.kind { return (low / 2, Swift.min(high * 2, .greatestFiniteMagnitude)) }
    let room = low == 0 ? 1 : abs(low) / 2
    let limit = Double.greatestFiniteMagnitude
    return (Swift.max(low - room, -limit), Swift.min(high + room, limit))
  }
}

extension PlaceScale {
  /// Moves the ends outwards to round numbers.
  mutating func makeNice() {
    switch kind {
    case .linear, .sqrt, .symlog: (low, high) = NumberTicks.nice(low, high)
    case .log(let base):
      let powers = NumberTicks.powers(low, high, base: base)
      // Within a decade whole powers would leave most of the axis empty.
      if high / low >= base { (low, high) = powers }
    case .time, .band, .slots: break
    }
  }
}
