internal import ApusFrame

/// Turns a chart of the grammar into plots: rows, domains, sizes, ticks; everything once, for all
/// forms of the picture.
struct ChartResolver {
  let chart: Chart
  private static let facetLimit = 100

  static func resolve(_ chart: Chart) throws(FrameError) -> PlotTree {
    guard chart.children.isEmpty else {
      var cells: [PlotTree] = []
      for child in chart.children { cells.append(try resolve(child)) }
      let columns: Int
      switch chart.arrangement {
      case .across: columns = cells.count
      case .down: columns = 1
      case .grid(let count): columns = Swift.max(1, Swift.min(count, cells.count))
      }
      return .grid(
        PlotTree.Grid(
          heading: chart.heading, cells: cells, columns: columns, sharesLegends: false))
    }
    return try ChartResolver(chart: chart).tree()
  }

  private func tree() throws(FrameError) -> PlotTree {
    var layers: [MarkLayer] = []
    for layer in chart.layers {
      layers += try LayerResolver(layer: layer, facet: chart.facet).resolve()
    }
    try CategoryMerge.merge(&layers)
    dropBeyondLogarithms(&layers)
    var heading = chart.heading
    let omitted = layers.reduce(0) { $0 + $1.omitted }
    if omitted > 0 {
      let note = "\(omitted) \(omitted == 1 ? "row" : "rows") without a value left out"
      heading.caption = [heading.caption, note].compactMap { $0 }.joined(separator: "; ")
    }
    guard let facet = chart.facet else {
      var view = try ViewResolver(chart: chart, layers: layers, all: layers).view()
      view.heading = heading
      return .view(view)
    }
    return .grid(try divided(layers, facet, heading))
  }

  /// An axis of logarithms has no place for numbers that are not above 0.
  private func dropBeyondLogarithms(_ layers: inout [MarkLayer]) {
    for name in [Chart.ChannelName.x, .y] {
      guard case .log = ViewResolver.options(chart, name).kind else { continue }
      let partner: Chart.ChannelName = name == .x ? .x2 : .y2
      for place in layers.indices {
        let layer = layers[place]
        let fields = [layer.fields[name], layer.fields[partner]].compactMap { $0 }
        guard fields.contains(where: \.isNumber) else { continue }
        if layer.kind == .bar || layer.kind == .area, fields.count == 2, !fields[0].isBinned {
          continue
        }
        let kept = (0..<layer.count).filter { row in fields.allSatisfy { $0.values[row] > 0 } }
        guard kept.count < layer.count else { continue }
        layers[place] = layer.picked(kept)
        layers[place].omitted += layer.count - kept.count
      }
    }
  }

  private func divided(
    _ layers: [MarkLayer], _ facet: Chart.Facet, _ heading: Chart.Heading
  ) throws(FrameError) -> PlotTree.Grid {
    let columnNames = layers.lazy.compactMap { $0.columnFacet?.categories }.first ?? [""]
    let rowNames = layers.lazy.compactMap { $0.rowFacet?.categories }.first ?? [""]
    let count = Swift.max(columnNames.count, 1) * Swift.max(rowNames.count, 1)
    guard count <= ChartResolver.facetLimit else {
      throw FrameError(
        code: .badValue, what: "\(count) small charts", place: "facet(…)",
        mend: "choose a column of at most \(ChartResolver.facetLimit) values, or filter rows")
    }
    let gridColumns = Swift.max(1, facet.wrap.map { Swift.min($0, count) } ?? columnNames.count)
    let gridRows = (count + gridColumns - 1) / gridColumns
    var cells: [PlotTree] = []
    for (number, (row, column)) in rowNames.indices.flatMap({ row in
      columnNames.indices.map { (row, $0) }
    }).enumerated() {
      let members = layers.map { layer in
        layer.picked(
          (0..<layer.count).filter {
            (layer.rowFacet.map { $0.values } ?? []).element($0, or: Double(row)) == Double(row)
              && (layer.columnFacet.map { $0.values } ?? []).element($0, or: Double(column))
                == Double(column)
          })
      }
      var resolver = ViewResolver(chart: chart, layers: members, all: layers)
      resolver.cells = (columns: gridColumns, rows: gridRows)
      resolver.sharesX = facet.sharesX
      resolver.sharesY = facet.sharesY
      var view = try resolver.view()
      view.label = [rowNames[row], columnNames[column]].filter { !$0.isEmpty }
        .joined(separator: " · ")
      if facet.sharesY, number % gridColumns != 0 { view.yAxis?.hideWords() }
      if facet.sharesX, number + gridColumns < count { view.xAxis?.hideWords() }
      cells.append(.view(view))
    }
    return PlotTree.Grid(
      heading: heading, cells: cells, columns: gridColumns, sharesLegends: true)
  }
}

extension AxisPlan {
  /// Small charts inside a grid share the words of the outer ones.
  mutating func hideWords() {
    title = ""
    hasLabels = false
  }
}

extension [Double] {
  fileprivate func element(_ place: Int, or other: Double) -> Double {
    isEmpty ? other : self[place]
  }
}

/// Gives all layers of a chart the same categories on an axis, in colours and in small charts.
enum CategoryMerge {
  private static let axisLimit = 1000
  private static let colorLimit = 100

  static func merge(_ layers: inout [MarkLayer]) throws(FrameError) {
    for name in [Chart.ChannelName.x, .y, .color, .shape] {
      try merge(name, &layers)
    }
    let rows = union(layers.compactMap(\.rowFacet))
    let columns = union(layers.compactMap(\.columnFacet))
    for place in layers.indices {
      layers[place].rowFacet?.adopt(rows.list, rows.places)
      layers[place].columnFacet?.adopt(columns.list, columns.places)
    }
  }

  private static func merge(
    _ name: Chart.ChannelName, _ layers: inout [MarkLayer]
  ) throws(FrameError) {
    let fields = layers.compactMap { $0.fields[name] }
    let categories = fields.filter(\.isCategory)
    guard let first = categories.first else { return }
    if name == .x || name == .y || name == .color,
      let other = fields.first(where: { !$0.isCategory })
    {
      throw FrameError(
        code: .typeMismatch,
        what: "\(name): \"\(first.title)\" has categories and "
          + (other.title.isEmpty ? "another layer a number" : "\"\(other.title)\" has not"),
        place: "the layers of a chart", mend: "give all layers the same kind of \(name)")
    }
    let (list, places) = union(categories)
    let limit = name == .shape ? View.symbols.count : name == .color ? colorLimit : axisLimit
    guard list.count <= limit else {
      let count = NumberFormat(",d").text(Double(list.count))
      throw FrameError(
        code: .badValue, what: "\(count) values of \"\(first.title)\"",
        place: "the \(name) of a chart, which can show \(limit)",
        mend: "group or filter the rows first, or keep the largest with head(…)")
    }
    for place in layers.indices {
      // Violins lie between categories; their field has numbers of the one list already.
      layers[place].fields[name]?.adoptBetween(list, places)
      if name == .x { layers[place].fields[.x2]?.adoptBetween(list, places) }
      if name == .y { layers[place].fields[.y2]?.adoptBetween(list, places) }
    }
  }

  private static func union(_ fields: [Field]) -> (list: [String], places: [String: Int]) {
    var list: [String] = []
    var places: [String: Int] = [:]
    for category in fields.flatMap(\.categories) where places[category] == nil {
      places[category] = list.count
      list.append(category)
    }
    return (list, places)
  }
}

extension Field {
  /// Like `adopt`, for numbers between categories too: they keep their distance to the nearest.
  fileprivate mutating func adoptBetween(_ list: [String], _ places: [String: Int]) {
    guard isCategory, list != categories else { return }
    let numbers = categories.map { places[$0].map(Double.init) ?? .nan }
    values = values.map { value in
      guard !value.isNaN else { return value }
      let nearest = Swift.max(0, Swift.min(Double(categories.count - 1), value.rounded()))
      return numbers[Int(nearest)] + value - nearest
    }
    categories = list
  }
}
