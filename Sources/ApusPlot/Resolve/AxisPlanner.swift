internal import ApusFrame

/// Chooses ticks and their labels so that they do not touch.
struct AxisPlanner {
  let scale: PlaceScale
  let isX: Bool
  let options: Chart.Axis
  let title: String
  /// A format that the column itself was given.
  var format: String?
  /// Whether the reader can zoom: then Vega makes labels anew.
  let isZoomed: Bool

  private var length: Double { abs(scale.end - scale.start) }

  func plan() throws(FrameError) -> AxisPlan {
    if scale.isCategory { return categories() }
    let wanted = options.tickCount ?? Swift.max(2, Int(length / (isX ? 60 : 40)))
    let fixed = options.values ?? []
    if scale.kind == .time { return try times(wanted, fixed) }
    let specifier = options.format ?? format
    if let specifier, !NumberFormat(specifier).isKnown {
      throw FrameError(
        code: .badValue, what: "the format \"\(specifier)\" of numbers", place: "an axis",
        mend: "use one of d3, such as \",.1f\", \".0%\", \"~s\" or \"d\"")
    }
    // Labels that touch are made fewer.
    for count in stride(from: wanted, through: 1, by: -1) {
      let plan = numbers(count, fixed, specifier)
      if fits(plan) || count <= 2 || !fixed.isEmpty { return plan }
    }
    return numbers(2, fixed, specifier)
  }

  private func fits(_ plan: AxisPlan) -> Bool {
    guard isX else { return true }
    let places = plan.ticks.map { scale.place($0.value) }
    let order = places.indices.sorted { places[$0] < places[$1] }
    for (left, right) in zip(order, order.dropFirst()) {
      let room = places[right] - places[left]
      let widths = [left, right].map { TextMetrics.width(plan.ticks[$0].label, size: 10) / 2 }
      if room < widths[0] + widths[1] + 6 { return false }
    }
    return true
  }

  private func numbers(_ count: Int, _ fixed: [Double], _ specifier: String?) -> AxisPlan {
    let (low, high) = (Swift.min(scale.low, scale.high), Swift.max(scale.low, scale.high))
    var count = count
    if scale.isWhole, high - low < Double(count) { count = Swift.max(1, Int(high - low)) }
    var values: [Double]
    switch scale.kind {
    case .log(let base): values = NumberTicks.log(low, high, base: base, count: count)
    case .symlog(let constant): values = AxisPlanner.symmetric(low, high, constant, count)
    default: values = NumberTicks.ticks(low, high, count)
    }
    if values.isEmpty { values = low == high ? [low] : [low, high] }
    if !fixed.isEmpty { values = fixed.filter { $0 >= low && $0 <= high } }
    let format = NumberLabels.format(
      low, high, count, isWhole: scale.isWhole, isEven: !isLogarithmic, specifier)
    let labels = NumberLabels.labels(values, format, low, high, count, isEven: !isLogarithmic)
    return AxisPlan(
      title: title, ticks: zip(values, labels).map { AxisPlan.Tick(value: $0, label: $1) },
      hasGrid: options.grid ?? true, angle: options.labelAngle ?? 0,
      hasLabels: options.hasLabels, format: format, count: count)
  }

  private var isLogarithmic: Bool {
    switch scale.kind {
    case .log, .symlog: true
    case .linear, .sqrt, .time, .band, .slots: false
    }
  }

  /// 0 and powers of ten to both sides.
  private static func symmetric(_ low: Double, _ high: Double, _ constant: Double, _ count: Int)
    -> [Double]
  {
    let reach = Swift.max(abs(low), abs(high))
    guard reach > constant else { return NumberTicks.ticks(low, high, count) }
    let half = Swift.max(2, low < 0 && high > 0 ? count / 2 : count)
    var powers = NumberTicks.log(constant, reach, base: 10, count: half).filter {
      NumberFormat.fixedDigits($0) == "1"
    }
    if powers.isEmpty { powers = [reach] }
    let values = powers.reversed().map { -$0 } + [0] + powers
    return values.filter { $0 >= low && $0 <= high }
  }

  private func times(_ wanted: Int, _ fixed: [Double]) throws(FrameError) -> AxisPlan {
    if let format = options.format, !TimeText.isKnown(format) {
      throw FrameError(
        code: .badValue, what: "the format \"\(format)\" of times", place: "an axis",
        mend: "use one such as \"%Y-%m-%d\" or \"%b %d, %H:%M\"")
    }
    let (low, high) = (Swift.min(scale.low, scale.high), Swift.max(scale.low, scale.high))
    for count in stride(from: Swift.max(wanted, 1), through: 1, by: -1) {
      var (values, format) = TimeTicks.ticks(low, high, count)
      if !fixed.isEmpty { values = fixed.filter { $0 >= low && $0 <= high } }
      format = options.format ?? format
      let plan = AxisPlan(
        title: title,
        ticks: values.map { AxisPlan.Tick(value: $0, label: TimeText.text($0, format)) },
        hasGrid: options.grid ?? true, angle: options.labelAngle ?? 0,
        hasLabels: options.hasLabels, format: format, count: count)
      if fits(plan) || count == 1 || !fixed.isEmpty { return plan }
    }
    return AxisPlan(title: title, ticks: [], hasGrid: true, format: nil, count: 1)
  }

  private func categories() -> AxisPlan {
    let names = scale.categories
    let step = scale.step
    // Labels that do not fit side by side are turned; lines of text need about 12 pixels.
    let widest = names.reduce(0) { Swift.max($0, TextMetrics.width($1, size: 10)) }
    var angle = options.labelAngle ?? 0
    if options.labelAngle == nil, isX, Swift.min(widest, 100) + 4 > step { angle = -45 }
    let room = isX && angle == 0 ? Swift.min(widest, 100) + 4 : 12
    let skip = Swift.max(1, Int((room / Swift.max(step, 0.01)).rounded(.up)))
    let ticks = names.indices.filter { $0 % skip == 0 }
      .map { AxisPlan.Tick(value: Double($0), label: names[$0]) }
    return AxisPlan(
      title: title, ticks: ticks, hasGrid: options.grid ?? false, angle: angle,
      hasLabels: options.hasLabels, format: nil, count: ticks.count)
  }
}
