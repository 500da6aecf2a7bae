internal import ApusFrame

@_implementationOnly import Glibc

/// Finds the scales of colours, sizes, opacities and shapes.
struct LookResolver {
  let chart: Chart
  let layers: [MarkLayer]

  func apply(to view: inout View) throws(FrameError) {
    if let field = layers.lazy.compactMap({ $0.fields[.color] }).first {
      view.color = try color(field)
    }
    view.size = try size(.size, from: 20, to: 400)
    view.opacity = try size(.opacity, from: 0.25, to: 1)
    if let field = layers.lazy.compactMap({ $0.fields[.shape] }).first {
      view.shapes = field.categories
      view.shapeTitle = title(.shape, field)
    }
    view.hidesColorLegend = legend(.color)?.isHidden ?? false
    view.hidesSizeLegend = legend(.size)?.isHidden ?? false
    view.hidesShapeLegend = legend(.shape)?.isHidden ?? false
  }

  private func legend(_ name: Chart.ChannelName) -> Chart.Legend? {
    chart.guides.legends[name] ?? chart.layers.lazy.compactMap { $0.channels[name]?.legend }.first
  }

  private func title(_ name: Chart.ChannelName, _ field: Field) -> String {
    chart.guides.titles[name]
      ?? chart.layers.lazy.compactMap { $0.channels[name]?.title }.first ?? field.title
  }

  private func color(_ field: Field) throws(FrameError) -> ColorScale {
    let options = ViewResolver.options(chart, .color)
    if let scheme = options.scheme {
      guard !scheme.colors.isEmpty, scheme.colors.allSatisfy({ ColorScale.parts($0) != nil })
      else {
        throw FrameError(
          code: .badValue, what: "a scheme of \(scheme.colors)", place: "the color of a chart",
          mend: "name colours as \"#rrggbb\"")
      }
    }
    var scale = try field.isCategory ? categories(field, options) : numbers(field, options)
    if options.isReversed { scale.colors.reverse() }
    scale.title = title(.color, field)
    scale.format = legend(.color)?.format ?? field.format
    return scale
  }

  private func categories(_ field: Field, _ options: Chart.Scale) throws(FrameError) -> ColorScale {
    let count = field.categories.count
    let hues = options.scheme?.colors ?? Chart.Scheme.okabeIto.colors
    // More categories than hues get shades of one even scheme: two of one hue would be taken for one.
    let colors =
      count <= hues.count
      ? Array(hues.prefix(Swift.max(count, 1)))
      : ColorScale.sampled(
        options.scheme?.colors ?? Chart.Scheme.viridis.colors, count)
    return ColorScale(kind: .categories(field.categories), colors: colors)
  }

  private func numbers(_ field: Field, _ options: Chart.Scale) throws(FrameError) -> ColorScale {
    var (low, high) = ends(.color)
    if case .numbers(let first, let last) = options.domain { (low, high) = (first, last) }
    guard low < high else {
      throw FrameError(
        code: .badValue, what: "domain(\(low), \(high))", place: "the color of a chart",
        mend: "name the lesser end first")
    }
    var colors =
      options.scheme?.colors
      ?? (options.middle == nil ? Chart.Scheme.viridis : Chart.Scheme.blueRed).colors
    if colors.count == 1 { colors = [colors[0], colors[0]] }
    if let middle = options.middle {
      let reach = Swift.max(abs(high - middle), abs(middle - low))
      (low, high) = (middle - reach, middle + reach)
    }
    switch options.kind {
    case .quantize(let count):
      guard count > 0, count <= 100 else {
        throw FrameError(
          code: .badValue, what: "quantize(\(count))", place: "the color of a chart",
          mend: "ask for 1 to 100 intervals")
      }
      return ColorScale(
        kind: .quantize(low: low, high: high), colors: ColorScale.sampled(colors, count))
    case .threshold(let limits):
      guard !limits.isEmpty, limits.allSatisfy(\.isFinite), limits == limits.sorted() else {
        throw FrameError(
          code: .badValue, what: "threshold(\(limits))", place: "the color of a chart",
          mend: "name ascending numbers")
      }
      return ColorScale(
        kind: .threshold(limits), colors: ColorScale.sampled(colors, limits.count + 1))
    case .log:
      guard low > 0 else {
        throw FrameError(
          code: .badValue, what: "colours from \(PlotNumber.text(low))",
          place: "a scale of logarithms", mend: "start above 0, or use symlog")
      }
      return smooth(colors, isLog: true) { low * pow(high / low, $0) }
    case .symlog(let constant):
      func forth(_ value: Double) -> Double {
        (value < 0 ? -1 : 1) * log1p(abs(value / constant))
      }
      return smooth(colors, isLog: false) { share in
        let even = forth(low) + share * (forth(high) - forth(low))
        return (even < 0 ? -1 : 1) * expm1(abs(even)) * constant
      }
    case .sqrt, .linear, .time, .ordinal, .band, nil:
      return smooth(colors, isLog: false) { low + (high - low) * $0 }
    }
  }

  private func smooth(_ colors: [String], isLog: Bool, _ stop: (Double) -> Double) -> ColorScale {
    let last = Double(colors.count - 1)
    return ColorScale(
      kind: .smooth(stops: colors.indices.map { stop(Double($0) / last) }), colors: colors,
      isLog: isLog)
  }

  /// The least and the greatest number of a channel; one number gets room to both sides.
  private func ends(_ name: Chart.ChannelName) -> (Double, Double) {
    var low = Double.infinity
    var high = -Double.infinity
    for field in layers.compactMap({ $0.fields[name] }) {
      for value in field.values where value.isFinite {
        low = Swift.min(low, value)
        high = Swift.max(high, value)
      }
    }
    if low > high { return (0, 1) }
    return low < high
      ? (low, high) : (low - Swift.max(1, abs(low) / 2), high + Swift.max(1, abs(high) / 2))
  }

  private func size(
    _ name: Chart.ChannelName, from least: Double, to most: Double
  ) throws(FrameError) -> SizeScale? {
    guard let field = layers.lazy.compactMap({ $0.fields[name] }).first else { return nil }
    let options = ViewResolver.options(chart, name)
    var (low, high) = ends(name)
    if low >= 0, options.includesZero != false, name == .size { low = 0 }
    if case .numbers(let first, let last) = options.domain { (low, high) = (first, last) }
    let range = options.range ?? (least, most)
    let limit = name == .opacity ? 1.0 : 1e6
    guard low < high, range.low >= 0, range.high >= 0, range.low <= limit, range.high <= limit
    else {
      throw FrameError(
        code: .badValue,
        what: "a scale from \(low)…\(high) to \(range.low)…\(range.high)",
        place: "the \(name) of a chart", mend: "name ascending numbers and a range from 0 up")
    }
    var scale = SizeScale(low: low, high: high, start: range.low, end: range.high)
    scale.isSqrt = options.kind == .sqrt
    scale.title = title(name, field)
    scale.format = legend(name)?.format ?? field.format
    return scale
  }
}
