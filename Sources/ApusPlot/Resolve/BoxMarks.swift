internal import ApusFrame

/// Boxes: quartiles, whiskers and the values beyond them, from the numbers of each category.
struct BoxMarks {
  private let layer: MarkLayer
  private let measure: Chart.ChannelName
  private let base: Chart.ChannelName

  init(_ layer: MarkLayer) {
    self.layer = layer
    measure = layer.isHorizontal ? .x : .y
    base = layer.isHorizontal ? .y : .x
  }

  func layers() throws(FrameError) -> [MarkLayer] {
    try DistributionGroups.checkColor(layer, base, "boxes(…)")
    let groups = DistributionGroups(layer, measure)
    guard let field = layer.fields[measure] else { return [] }
    var firsts: [Int] = []
    var outliers: [Int] = []
    // Low whisker, quartiles, median, high whisker.
    var numbers: [[Double]] = []
    for rows in groups.rows {
      let values = rows.map { field.values[$0] }.sorted()
      let (low, middle, high) = (
        DistributionGroups.quantile(values, 0.25), DistributionGroups.quantile(values, 0.5),
        DistributionGroups.quantile(values, 0.75)
      )
      let reach = 1.5 * (high - low)
      let inside = values.filter { $0 >= low - reach && $0 <= high + reach }
      numbers.append([inside.first ?? low, low, middle, high, inside.last ?? high])
      firsts.append(rows[0])
      outliers += rows.filter { field.values[$0] < low - reach || field.values[$0] > high + reach }
    }
    return parts(firsts, numbers, outliers, field)
  }

  private func parts(
    _ firsts: [Int], _ numbers: [[Double]], _ outliers: [Int], _ field: Field
  ) -> [MarkLayer] {
    let names = ["lower whisker", "lower quartile", "median", "upper quartile", "upper whisker"]
    func number(_ place: Int) -> Field {
      var result = field
      result.kind = .number
      result.name = names[place]
      result.values = numbers.map { $0[place] }
      return result
    }
    var part = layer.picked(firsts)
    part.omitted = 0
    part.tooltips = [layer.fields[base]?.picked(firsts)].compactMap { $0 }
    for place in names.indices {
      var hint = number(place)
      hint.title = names[place]
      part.tooltips.append(hint)
    }
    part.style.opacity = nil
    func piece(_ kind: MarkLayer.Kind, _ from: Int, _ to: Int?, _ color: String?) -> MarkLayer {
      var piece = part
      piece.kind = kind
      piece.fields[measure] = number(from)
      if let to { piece.fields[measure == .x ? .x2 : .y2] = number(to) }
      if let color {
        piece.fields[.color] = nil
        piece.style.color = color
      }
      return piece
    }
    let size = layer.style.size ?? 14
    var lowWhisker = piece(.rule, 0, 1, "#777777")
    lowWhisker.omitted = layer.omitted
    let highWhisker = piece(.rule, 3, 4, "#777777")
    var box = piece(.bar, 1, 3, nil)
    box.style.size = size
    var middle = piece(.tick, 2, nil, "#ffffff")
    middle.style.size = size
    middle.style.strokeWidth = 2
    middle.isHorizontal = !layer.isHorizontal
    var beyond = layer.picked(outliers)
    beyond.kind = .point
    beyond.omitted = 0
    beyond.style.size = 16
    beyond.style.opacity = 0.6
    return [lowWhisker, highWhisker, box, middle] + (outliers.isEmpty ? [] : [beyond])
  }
}

/// The rows of each category, colour and small chart.
struct DistributionGroups {
  let rows: [[Int]]

  init(_ layer: MarkLayer, _ measure: Chart.ChannelName) {
    let keys = [
      measure == .y ? layer.fields[.x] : layer.fields[.y], layer.fields[.color], layer.rowFacet,
      layer.columnFacet,
    ].compactMap { $0 }.filter(\.isCategory)
    var numbers: [[Double]: Int] = [:]
    var rows: [[Int]] = []
    var order: [[Double]] = []
    for row in 0..<layer.count {
      let key = keys.map { $0.values[row] }
      if let number = numbers[key] {
        rows[number].append(row)
      } else {
        numbers[key] = rows.count
        rows.append([row])
        order.append(key)
      }
    }
    self.rows = order.indices
      .sorted { order[$0].lexicographicallyPrecedes(order[$1]) }.map { rows[$0] }
  }

  /// The quantile of sorted numbers, linear between neighbours (type 7 of Hyndman and Fan).
  static func quantile(_ values: [Double], _ share: Double) -> Double {
    guard let last = values.indices.last else { return .nan }
    let place = Double(last) * share
    let low = Int(place)
    let part = place - Double(low)
    guard low < last else { return values[last] }
    return values[low] * (1 - part) + values[low + 1] * part
  }

  /// Two boxes or violins of one place would hide each other.
  static func checkColor(
    _ layer: MarkLayer, _ base: Chart.ChannelName, _ step: String
  ) throws(FrameError) {
    guard let color = layer.fields[.color], color.isCategory else { return }
    var colors: [[Double]: Double] = [:]
    for row in 0..<layer.count {
      let places = [layer.fields[base], layer.rowFacet, layer.columnFacet]
      let key = places.map { $0?.values[row] ?? 0 }
      if let known = colors[key], known != color.values[row] {
        throw FrameError(
          code: .badValue,
          what: "\"\(color.title)\" has several values in one place and they would overlap",
          place: step, mend: "divide the chart: facet(columns: \"\(color.title)\")")
      }
      colors[key] = color.values[row]
    }
  }
}
