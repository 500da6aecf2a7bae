/// A layer of one simple mark with all of its numbers: what grammar calls box, band or violin is
/// several of these.
struct MarkLayer: Sendable {
  enum Kind: String, Sendable {
    case point, line, bar, area, rule, rect, text, arc, tick
  }

  var kind: Kind
  var style: Chart.Style
  var fields: [Chart.ChannelName: Field]
  /// Channels whose field is one number that the chart names, not data.
  var constants: Set<Chart.ChannelName> = []
  /// Where arcs end, in radians; `theta` is where they start.
  var theta2: Field?
  /// The line or area that a row belongs to.
  var series: [Int]
  var rowFacet: Field?
  var columnFacet: Field?
  var tooltips: [Field] = []
  /// Bars lie, areas go up, ticks lie: `y` is the axis that they stand on.
  var isHorizontal = false
  /// The same text for all rows.
  var words: String?
  /// Rows that could not be shown, for lack of a number.
  var omitted = 0
  /// Why some could not: an axis of logarithms has no place for 0.
  var count: Int { series.count }

  subscript(name: Chart.ChannelName) -> Field? { fields[name] }

  func picked(_ rows: [Int]) -> MarkLayer {
    var layer = self
    layer.fields = fields.mapValues { $0.picked(rows) }
    layer.theta2 = theta2?.picked(rows)
    layer.series = rows.map { series[$0] }
    layer.rowFacet = rowFacet?.picked(rows)
    layer.columnFacet = columnFacet?.picked(rows)
    layer.tooltips = tooltips.map { $0.picked(rows) }
    return layer
  }

  /// Leaves rows out that have no number where one is needed.
  mutating func dropHoles() {
    let needed: [Chart.ChannelName] = [.x, .y, .x2, .y2, .theta, .size, .opacity]
    var fields = needed.compactMap { self.fields[$0] }
    if let color = self.fields[.color], !color.isCategory { fields.append(color) }
    let kept = (0..<count).filter { row in fields.allSatisfy { $0.values[row].isFinite } }
    guard kept.count < count else { return }
    omitted += count - kept.count
    self = picked(kept)
  }

  /// Its own look: colours and opacity that the style leaves open.
  var opacity: Double {
    if let opacity = style.opacity { return opacity }
    switch kind {
    case .point: return 0.7
    case .area: return 0.8
    case .line, .bar, .rule, .rect, .text, .arc, .tick: return 1
    }
  }

  /// The colour of marks without a colour channel.
  var color: String {
    if let color = style.color { return color }
    switch kind {
    case .rule: return "#555555"
    case .text: return "#333333"
    case .point, .line, .bar, .area, .rect, .arc, .tick: return Chart.Scheme.okabeIto.colors[0]
    }
  }

  var strokeWidth: Double {
    if let width = style.strokeWidth { return width }
    switch kind {
    case .line: return 2
    case .tick, .rule: return 1
    case .point: return style.isFilled ? 0 : 1.5
    case .bar, .area, .rect, .text, .arc: return 0
    }
  }
}
