/// One plot in letters: axes with their labels around a picture of dots.
struct PlotSketch {
  private let view: View
  private var canvas: SketchCanvas

  /// The sketch of a plot on so many letters, labels of the y axis not counted.
  init(_ view: View, columns: Int) {
    self.view = view
    let share = view.width > 0 ? view.height / view.width : 0.6
    let columns = Swift.min(columns, Swift.max(12, Int(view.width / 8)))
    // A letter is about twice as high as wide.
    let rows = Swift.max(4, Swift.min(24, Int((Double(columns) * share / 2).rounded())))
    canvas = SketchCanvas(columns: columns, rows: rows)
    for layer in view.layers { draw(layer) }
  }

  /// The lines, from the title to the caption.
  func lines() -> [String] {
    var lines: [String] = []
    for line in [view.heading.title ?? view.label, view.heading.subtitle] {
      if let line, !line.isEmpty { lines.append(line) }
    }
    let shares = SketchShares(view)
    if !shares.lines.isEmpty {
      lines += shares.lines
    } else {
      if let title = view.yAxis?.title, !title.isEmpty { lines.append(title) }
      lines += framed()
    }
    if let legend { lines.append(legend) }
    if let caption = view.heading.caption, !caption.isEmpty { lines.append(caption) }
    return lines
  }

  // MARK: Marks

  /// A place in the picture as dots.
  private func x(_ place: Double) -> Double {
    view.width > 0 ? place / view.width * Double(canvas.width) : 0
  }
  private func y(_ place: Double) -> Double {
    view.height > 0 ? place / view.height * Double(canvas.height) : 0
  }

  /// Where a row's mark lies along an axis; nil where the channel is absent.
  private func place(
    _ layer: MarkLayer, _ name: Chart.ChannelName, _ row: Int
  ) -> Double? {
    let scale = name == .x || name == .x2 ? view.x : view.y
    guard let scale, let value = layer[name]?.values[row], value.isFinite else { return nil }
    let pixel = scale.place(value)
    guard pixel.isFinite else { return nil }
    return name == .x || name == .x2 ? x(pixel) : y(pixel)
  }

  private mutating func draw(_ layer: MarkLayer) {
    switch layer.kind {
    case .point:
      for row in 0..<layer.count {
        let middle = (Double(canvas.width) / 2, Double(canvas.height) / 2)
        let (a, b) = (place(layer, .x, row) ?? middle.0, place(layer, .y, row) ?? middle.1)
        canvas.dot(clamped(a, canvas.width), clamped(b, canvas.height))
      }
    case .line: drawLines(layer)
    case .bar, .rect: drawRectangles(layer)
    case .area: drawAreas(layer)
    case .rule: drawRules(layer)
    case .tick: drawTicks(layer)
    case .text: drawTexts(layer)
    case .arc: break
    }
  }

  /// The dot of a place, whose end still belongs to the picture.
  private func clamped(_ place: Double, _ limit: Int) -> Int {
    guard place > -1, place < Double(limit) + 1 else { return -1 }
    return Swift.max(0, Swift.min(limit - 1, Int(place.rounded(.down))))
  }

  private mutating func drawLines(_ layer: MarkLayer) {
    var last: [Int: (x: Double, y: Double)] = [:]
    for row in 0..<layer.count {
      guard let a = place(layer, .x, row), let b = place(layer, .y, row) else { continue }
      let here = (
        x: Swift.min(a, Double(canvas.width) - 0.01),
        y: Swift.min(b, Double(canvas.height) - 0.01)
      )
      if let before = last[layer.series[row]] {
        switch layer.style.interpolation {
        case .stepAfter:
          canvas.line(before, (here.x, before.y))
          canvas.line((here.x, before.y), here)
        case .stepBefore:
          canvas.line(before, (before.x, here.y))
          canvas.line((before.x, here.y), here)
        case .linear, .monotone, .step: canvas.line(before, here)
        }
      }
      last[layer.series[row]] = here
    }
  }

  /// From the one to the other end of a mark along an axis: bars of categories are as wide as their
  /// bands, marks without a channel go across the whole picture.
  private func span(
    _ layer: MarkLayer, _ name: Chart.ChannelName, _ row: Int
  ) -> Range<Int>? {
    let isX = name == .x
    let (scale, limit) = isX ? (view.x, canvas.width) : (view.y, canvas.height)
    guard layer[name] != nil else { return 0..<limit }
    guard let first = place(layer, name, row) else { return nil }
    if let second = place(layer, isX ? .x2 : .y2, row) {
      let low = Int(Swift.max(0, Swift.min(first, second)).rounded())
      let high = Int(Swift.min(Double(limit), Swift.max(first, second)).rounded())
      return low..<Swift.max(high, Swift.min(low + 1, limit)).clampedAbove(low)
    }
    let band = Swift.min(scale?.bandwidth ?? 0, layer.style.size ?? .infinity) / 2
    let half = isX ? x(band) : y(band)
    let low = Swift.max(0, Int((first - half).rounded()))
    let high = Swift.min(limit, Int((first + half).rounded()))
    return low..<Swift.max(high, low + 1)
  }

  private mutating func drawRectangles(_ layer: MarkLayer) {
    var extent: ClosedRange<Double>?
    let color = layer[.color]
    if layer.kind == .rect, let color, color.isNumber {
      let values = color.values.filter(\.isFinite)
      if let low = values.min(), let high = values.max(), low < high { extent = low...high }
    }
    for row in 0..<layer.count {
      guard let across = span(layer, .x, row), let down = span(layer, .y, row) else { continue }
      var density = 1.0
      if let extent, let value = color?.values[row] {
        let share = (value - extent.lowerBound) / (extent.upperBound - extent.lowerBound)
        density = 0.12 + 0.88 * share
      }
      canvas.fill(x: across, y: down, density: density)
    }
  }

  private mutating func drawAreas(_ layer: MarkLayer) {
    var last: [Int: (Double, Double, Double)] = [:]
    for row in 0..<layer.count {
      let ends =
        layer.isHorizontal
        ? (place(layer, .y, row), place(layer, .x, row), place(layer, .x2, row))
        : (place(layer, .x, row), place(layer, .y, row), place(layer, .y2, row))
      guard let along = ends.0, let first = ends.1, let second = ends.2 else { continue }
      if let (a, b, c) = last[layer.series[row]] {
        let steps = Swift.max(1, Int(abs(along - a).rounded(.up)))
        for step in 0...steps {
          let part = Double(step) / Double(steps)
          let (p, q, r) = (
            a + (along - a) * part, b + (first - b) * part, c + (second - c) * part
          )
          if layer.isHorizontal {
            canvas.line((q, p), (r, p))
          } else {
            canvas.line((p, q), (p, r))
          }
        }
      }
      last[layer.series[row]] = (along, first, second)
    }
  }

  private mutating func drawRules(_ layer: MarkLayer) {
    let (right, bottom) = (Double(canvas.width) - 0.01, Double(canvas.height) - 0.01)
    for row in 0..<layer.count {
      let (a, b) = (place(layer, .x, row), place(layer, .y, row))
      let from = (x: Swift.min(a ?? 0, right), y: Swift.min(b ?? 0, bottom))
      let to = (
        x: Swift.min(place(layer, .x2, row) ?? a ?? right, right),
        y: Swift.min(place(layer, .y2, row) ?? b ?? bottom, bottom)
      )
      canvas.line(from, to)
    }
  }

  private mutating func drawTicks(_ layer: MarkLayer) {
    for row in 0..<layer.count {
      let middle = (Double(canvas.width) / 2, Double(canvas.height) / 2)
      let (a, b) = (place(layer, .x, row) ?? middle.0, place(layer, .y, row) ?? middle.1)
      // The white stroke of a box's median is a gap.
      let isGap = layer.style.color == "#ffffff"
      for offset in -2...2 {
        let (x, y) = (clamped(a, canvas.width), clamped(b, canvas.height))
        canvas.dot(
          layer.isHorizontal ? x : x + offset, layer.isHorizontal ? y + offset : y, isSet: !isGap)
      }
    }
  }

  private mutating func drawTexts(_ layer: MarkLayer) {
    for row in 0..<layer.count {
      guard let a = place(layer, .x, row), let b = place(layer, .y, row) else { continue }
      let words = layer.words ?? layer[.text]?.text(row) ?? ""
      let width = words.count
      let column = Int(a / 2)
      let start =
        switch layer.style.alignment {
        case .left: column
        case .center: column - width / 2
        case .right: column - width
        }
      let line = Swift.min(Int(b / 4), canvas.rows - 1)
      if canvas.isFree(start..<(start + width), row: line) {
        canvas.text(words, column: start, row: line)
      }
    }
  }

  // MARK: Axes

  private func framed() -> [String] {
    var labels = [String](repeating: "", count: canvas.rows)
    for tick in view.yAxis?.ticks ?? [] where view.yAxis?.hasLabels == true {
      guard let pixel = view.y?.place(tick.value), pixel.isFinite else { continue }
      let row = Swift.max(0, Swift.min(canvas.rows - 1, Int(y(pixel) / 4)))
      if labels[row].isEmpty { labels[row] = shortened(tick.label, 20) }
    }
    let margin = labels.map(\.count).max() ?? 0
    var lines = zip(labels, canvas.lines).map { label, line in
      String(repeating: " ", count: margin - label.count) + label
        + (label.isEmpty ? " │" : " ┤") + line
    }
    lines.append(
      String(repeating: " ", count: margin) + " └" + String(repeating: "─", count: canvas.columns))
    let indent = String(repeating: " ", count: margin + 2)
    if let axis = view.xAxis {
      if axis.hasLabels {
        let words = bottomLabels(axis)
        if !words.isEmpty { lines.append(indent + words) }
      }
      if !axis.title.isEmpty {
        let free = Swift.max(0, (canvas.columns - axis.title.count) / 2)
        lines.append(indent + String(repeating: " ", count: free) + axis.title)
      }
    }
    return lines
  }

  /// The labels below the picture, each below its tick, as many as find room.
  private func bottomLabels(_ axis: AxisPlan) -> String {
    var row = SketchCanvas(columns: canvas.columns + 8, rows: 1)
    for tick in axis.ticks {
      guard let pixel = view.x?.place(tick.value), pixel.isFinite else { continue }
      let label = shortened(tick.label, 14)
      let start = Swift.max(0, Int(x(pixel) / 2) - label.count / 2)
      let room = Swift.max(0, start - 1)..<(start + label.count + 1)
      guard start + label.count <= canvas.columns + 8, row.isFree(room, row: 0) else { continue }
      row.text(label, column: start, row: 0)
    }
    return row.lines[0]
  }

  private func shortened(_ text: String, _ limit: Int) -> String {
    text.count <= limit ? text : text.prefix(limit - 1) + "…"
  }

  /// What colours mean, which dots cannot show.
  private var legend: String? {
    guard let color = view.color, !view.hidesColorLegend else { return nil }
    switch color.kind {
    case .categories(let names):
      let shown = names.prefix(8).joined(separator: ", ")
      let more = names.count > 8 ? " and \(names.count - 8) more" : ""
      return names.isEmpty ? nil : "colour, \(color.title): \(shown)\(more)"
    case .smooth, .quantize, .threshold:
      return view.layers.contains { $0.kind == .rect } ? "denser: more \(color.title)" : nil
    }
  }
}

extension Int {
  fileprivate func clampedAbove(_ low: Int) -> Int { Swift.max(self, low) }
}

/// Slices of a circle as bars of their shares.
private struct SketchShares {
  let lines: [String]

  init(_ view: View) {
    var lines: [String] = []
    for layer in view.layers where layer.kind == .arc {
      guard let starts = layer[.theta], let ends = layer.theta2 else { continue }
      let names = (0..<layer.count).map { layer[.color]?.text($0) ?? "" }
      let width = names.map(\.count).max() ?? 0
      for row in 0..<layer.count {
        let share = abs(ends.values[row] - starts.values[row]) / (2 * Double.pi)
        guard share.isFinite else { continue }
        let bar = String(repeating: "█", count: Int((share * 40).rounded()))
        let space = String(repeating: " ", count: width - names[row].count)
        lines.append("\(names[row])\(space) \(bar) \(Int((share * 100).rounded())) %")
      }
    }
    self.lines = lines
  }
}
