internal import ApusFrame

/// Turns a layer of the grammar into marks with numbers: reads columns, bins, groups and aggregates
/// them, leaves rows without numbers out, stacks.
struct LayerResolver {
  let layer: Chart.Layer
  let facet: Chart.Facet?
  /// How many categories an axis of whole numbers or days may become under bars.
  private static let categoryLimit = 60

  func resolve() throws(FrameError) -> [MarkLayer] {
    var table = try read()
    if layer.channels.values.contains(where: \.isAggregated) {
      table = try LayerGrouping(layer: layer).grouped(table)
    }
    addTooltips(&table)
    for name in [Chart.ChannelName.color, .shape, .detail] { table.fields[name]?.nameNulls() }
    table.rowFacet?.nameNulls()
    table.columnFacet?.nameNulls()
    table.dropHoles()
    for name in [Chart.ChannelName.x, .y] { sortByOther(name, &table) }
    table.numberSeries(splitsByColor: true)
    switch layer.mark {
    case .box: return try BoxMarks(table).layers()
    case .violin: return try ViolinMarks(table).layers()
    case .bar, .area: return [try Stacking(table, layer).stacked()]
    case .arc: return [try Stacking(table, layer).slices()]
    case .line: return [table.inOrder()]
    case .band: return [table.inOrder()]
    case .point, .rule, .rectangle, .text, .tick: return [table]
    }
  }

  private var kind: MarkLayer.Kind {
    switch layer.mark {
    case .point: .point
    case .line: .line
    case .bar: .bar
    case .area, .band, .violin: .area
    case .rule: .rule
    case .rectangle, .box: .rect
    case .text: .text
    case .arc: .arc
    case .tick: .tick
    }
  }

  /// The columns of all channels, a row of the frame a row; constants fill theirs.
  private func read() throws(FrameError) -> MarkLayer {
    let reader = FieldReader(frame: layer.frame)
    let isConstant = !layer.channels.values.contains { $0.column != nil || $0.source == .count }
    let count = isConstant ? 1 : layer.frame.rowCount
    var result = MarkLayer(
      kind: kind, style: layer.style, fields: [:], series: [Int](repeating: 0, count: count))
    if layer.mark == .band, result.style.opacity == nil { result.style.opacity = 0.3 }
    let bases = baseChannels()
    for name in Chart.ChannelName.allCases {
      guard let channel = layer.channels[name], name != .tooltip else { continue }
      switch channel.source {
      case .count: continue
      case .number(let number):
        if name == .opacity {
          result.style.opacity = number
        } else if name == .size {
          result.style.size = number
        } else {
          result.fields[name] = .constant(number, .number, count: count)
          result.constants.insert(name)
        }
      case .text(let text):
        if name == .color { result.style.color = text } else { result.words = text }
      case .column(let column):
        var field = try reader.field(
          column,
          isCategory: channel.isCategory || name == .shape || name == .detail
            || isCategory(name, channel, bases), order: channel.order)
        if field.isCategory == false, bases.contains(name), channel.bins == nil {
          field = try categories(field, column, reader, channel)
        }
        field.format = channel.format
        if let title = channel.title { field.title = title }
        if let bins = channel.bins {
          try Binning(bins).apply(to: &field, name, &result, mark: layer.mark)
        }
        result.fields[name] = field
      }
    }
    if let rows = facet?.rows { result.rowFacet = try reader.field(rows, isCategory: true) }
    if let columns = facet?.columns {
      result.columnFacet = try reader.field(columns, isCategory: true)
    }
    result.isHorizontal = isHorizontal(result)
    return result
  }

  /// Channels along which marks stand rather than measure.
  private func baseChannels() -> Set<Chart.ChannelName> {
    let channels = layer.channels
    switch layer.mark {
    case .bar:
      if channels[.x2] != nil || channels[.y2] != nil { return [] }
      if !layer.isNumber(.y) || channels[.y]?.bins != nil { return [.y] }
      if channels[.x]?.isAggregated == true, channels[.y]?.isAggregated != true { return [.y] }
      return [.x]
    case .box, .violin:
      if channels[.x] != nil, channels[.y] != nil {
        return layer.isNumber(.y) ? [.x] : [.y]
      }
      return []
    case .rectangle:
      var bases: Set<Chart.ChannelName> = []
      if channels[.x2] == nil { bases.insert(.x) }
      if channels[.y2] == nil { bases.insert(.y) }
      return bases
    case .point, .line, .area, .rule, .text, .arc, .tick, .band: return []
    }
  }

  private func isCategory(
    _ name: Chart.ChannelName, _ channel: Chart.Channel, _ bases: Set<Chart.ChannelName>
  ) -> Bool {
    guard bases.contains(name), channel.bins == nil, channel.aggregate == nil else { return false }
    switch layer.mark {
    case .box, .violin, .rectangle: return true
    default: return false
    }
  }

  /// Under bars, whole numbers and days of few different values are categories.
  private func categories(
    _ field: Field, _ column: String, _ reader: FieldReader, _ channel: Chart.Channel
  ) throws(FrameError) -> Field {
    var distinct: Set<Double> = []
    for value in field.values where !value.isNaN {
      distinct.insert(value)
      if distinct.count > LayerResolver.categoryLimit { return field }
    }
    return try reader.field(column, isCategory: true, order: channel.order)
  }

  private func isHorizontal(_ table: MarkLayer) -> Bool {
    switch layer.mark {
    case .bar:
      if layer.channels[.x2] != nil, layer.channels[.y2] == nil {
        return table.fields[.y]?.isCategory == true
      }
      return baseChannels() == [.y]
    case .box, .violin: return baseChannels() == [.y] || layer.channels[.y] == nil
    case .tick:
      // A tick stands across the axis of numbers.
      return layer.isNumber(.y) && !layer.isNumber(.x)
    default: return false
    }
  }

  private func addTooltips(_ table: inout MarkLayer) {
    var fields: [Field] = []
    for name in Chart.ChannelName.allCases {
      guard let field = table.fields[name], !table.constants.contains(name) else { continue }
      if fields.contains(where: { $0.title == field.title }) { continue }
      fields.append(field)
    }
    if let channel = layer.channels[.tooltip], let column = channel.column, !isGrouped {
      let reader = FieldReader(frame: layer.frame)
      // The columns were looked up when they were named.
      fields = ([column] + channel.others).compactMap { name in
        do { return try reader.field(name) } catch { return nil }
      }
    }
    table.tooltips = fields
  }

  private var isGrouped: Bool { layer.channels.values.contains(where: \.isAggregated) }

  private func sortByOther(_ name: Chart.ChannelName, _ table: inout MarkLayer) {
    guard let order = layer.channels[name]?.order,
      order == .ascendingOther || order == .descendingOther, var field = table.fields[name],
      field.isCategory, let other = table.fields[name == .x ? .y : .x], !other.isCategory
    else { return }
    var sums = [Double](repeating: 0, count: field.categories.count)
    for (place, value) in zip(field.values, other.values) where value.isFinite && !place.isNaN {
      sums[Int(place)] += value
    }
    let isAscending = order == .ascendingOther
    field.keep(
      sums.indices.sorted {
        sums[$0] == sums[$1] ? $0 < $1 : (sums[$0] < sums[$1]) == isAscending
      })
    table.fields[name] = field
  }
}

extension MarkLayer {
  /// Numbers the lines or areas: one a colour and a detail in a small chart.
  mutating func numberSeries(splitsByColor: Bool) {
    let keys = [
      splitsByColor ? fields[.color] : nil, fields[.detail], rowFacet, columnFacet,
    ].compactMap { $0 }.filter(\.isCategory)
    var numbers: [[Double]: Int] = [:]
    for row in 0..<count {
      let key = keys.map { $0.values[row] }
      let number = numbers[key] ?? numbers.count
      numbers[key] = number
      series[row] = number
    }
  }

  /// The rows by series, and in each in the order of `x` or of the channel `order`.
  func inOrder() -> MarkLayer {
    guard let key = fields[.order] ?? fields[isHorizontal ? .y : .x] else { return self }
    return picked(
      (0..<count).sorted {
        if series[$0] != series[$1] { return series[$0] < series[$1] }
        let (left, right) = (key.values[$0], key.values[$1])
        return left == right ? $0 < $1 : left < right
      })
  }
}
