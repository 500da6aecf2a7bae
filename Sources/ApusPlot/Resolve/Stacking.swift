internal import ApusFrame

/// Puts bars and areas of one place on each other, and slices around a circle.
struct Stacking {
  private var layer: MarkLayer
  private let mode: Chart.Stack
  private let measure: Chart.ChannelName
  private let base: Chart.ChannelName

  init(_ layer: MarkLayer, _ source: Chart.Layer) {
    self.layer = layer
    measure = layer.isHorizontal ? .x : .y
    base = layer.isHorizontal ? .y : .x
    mode = source.channels[measure]?.stack ?? .zero
  }

  private var partner: Chart.ChannelName { measure == .x ? .x2 : .y2 }

  func stacked() throws(FrameError) -> MarkLayer {
    guard layer.fields[partner] == nil, let values = layer.fields[measure], values.isNumber,
      !layer.constants.contains(measure)
    else { return layer.kind == .area ? layer.inOrder() : layer }
    var result = self
    if layer.kind == .area { result.fillHoles() }
    result.stack()
    return result.layer.kind == .area ? result.layer.inOrder() : result.layer
  }

  /// What rows stand on each other: those of one place in one small chart.
  private func places() -> [[Int]] {
    let keys = [layer.fields[base], layer.rowFacet, layer.columnFacet].compactMap { $0 }
    var numbers: [[Double]: Int] = [:]
    var places: [[Int]] = []
    for row in 0..<layer.count {
      let key = keys.map { $0.values[row] }
      if let number = numbers[key] {
        places[number].append(row)
      } else {
        numbers[key] = places.count
        places.append([row])
      }
    }
    // In the order of the colours, so that they lie alike in every place.
    guard let color = layer.fields[.color], color.isCategory else { return places }
    return places.map { rows in
      rows.sorted {
        color.values[$0] == color.values[$1] ? $0 < $1 : color.values[$0] < color.values[$1]
      }
    }
  }

  private mutating func stack() {
    guard var field = layer.fields[measure] else { return }
    var ends = field
    let limit = Double.greatestFiniteMagnitude
    for rows in places() {
      let values = rows.map { field.values[$0] }
      var (above, below) = (0.0, 0.0)
      let sum = values.reduce(0) { $0 + abs($1) }
      let total = sum == 0 ? 1 : sum
      if mode == .center { above = -sum / 2 }
      for (row, value) in zip(rows, values) {
        let amount = mode == .normalize ? value / total : mode == .center ? abs(value) : value
        if mode == .none {
          (field.values[row], ends.values[row]) = (value, 0)
        } else if amount >= 0 {
          ends.values[row] = above
          above = Swift.min(above + amount, limit)
          field.values[row] = above
        } else {
          ends.values[row] = below
          below = Swift.max(below + amount, -limit)
          field.values[row] = below
        }
      }
    }
    if mode == .normalize {
      field.kind = .number
      ends.kind = .number
      field.title = "share of \(field.title)"
    }
    field.name += " (to)"
    ends.name += " (from)"
    layer.fields[measure] = field
    layer.fields[partner] = ends
  }

  /// Gives every area a number, 0, at every place that another one of its chart has.
  private mutating func fillHoles() {
    guard let base = layer.fields[base], Set(layer.series).count > 1 else { return }
    let facets = [layer.rowFacet, layer.columnFacet].compactMap { $0 }
    var charts: [[Double]: (places: [Double: Int], series: [Int: Int])] = [:]
    var present: Set<[Double]> = []
    for row in 0..<layer.count {
      let chart = facets.map { $0.values[row] }
      charts[chart, default: ([:], [:])].places[base.values[row]] = row
      if charts[chart]?.series[layer.series[row]] == nil {
        charts[chart]?.series[layer.series[row]] = row
      }
      present.insert([Double(layer.series[row]), base.values[row]])
    }
    var rows = Array(0..<layer.count)
    var bases = base.values
    var filled: [Int] = []
    for (chart, content) in charts.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      _ = chart
      guard content.places.count * content.series.count < 200_000 else { continue }
      for (series, first) in content.series.sorted(by: { $0.key < $1.key }) {
        for place in content.places.keys.sorted()
        where !present.contains([Double(series), place]) {
          filled.append(rows.count)
          rows.append(first)
          bases.append(place)
        }
      }
    }
    guard !filled.isEmpty else { return }
    layer = layer.picked(rows)
    layer.fields[self.base]?.values = bases
    for row in filled { layer.fields[measure]?.values[row] = 0 }
    for place in layer.tooltips.indices {
      if layer.tooltips[place].name == layer.fields[self.base]?.name {
        layer.tooltips[place].values = bases
      } else if layer.tooltips[place].name == layer.fields[measure]?.name {
        for row in filled { layer.tooltips[place].values[row] = 0 }
      }
    }
  }

  /// Slices: where each starts and ends, in radians from the top.
  func slices() throws(FrameError) -> MarkLayer {
    var layer = layer
    guard var field = layer.fields[.theta] else { return layer }
    guard field.values.allSatisfy({ $0 >= 0 }) else {
      throw FrameError(
        code: .badValue, what: "\"\(field.title)\" has numbers below 0", place: "arcs(…)",
        mend: "shares of a circle start at 0; draw bars instead")
    }
    var ends = field
    for rows in places() {
      let sum = rows.reduce(0) { $0 + field.values[$1] }
      let turn = sum > 0 ? 2 * Double.pi / sum : 0
      var reached = 0.0
      for row in rows {
        let start = reached
        reached += field.values[row]
        (field.values[row], ends.values[row]) = (start * turn, reached * turn)
      }
    }
    field.kind = .number
    ends.kind = .number
    field.name += " (from)"
    ends.name += " (to)"
    layer.fields[.theta] = field
    layer.theta2 = ends
    return layer
  }
}
