public import ApusFrame

extension DataFrame {
  /// The same chart of each group of rows, side by side with the same axes, so that they can be
  /// compared: up to twenty groups, the largest.
  ///
  ///     try flights.multiples(by: "origin") { try $0.histogram("dep_delay") }
  ///
  /// - Parameter wrap: how many charts stand in a row.
  public func multiples(
    by group: String, wrap: Int = 3, _ chart: (DataFrame) throws -> Chart
  ) throws -> Chart {
    let step = "multiples(by: \"\(group)\")"
    guard wrap > 0 else {
      throw FrameError(
        code: .badValue, what: "wrap: \(wrap)", place: step, mend: "ask for 1 or more")
    }
    let groups = try categories(group, in: step)
    guard !groups.labels.isEmpty else {
      throw FrameError(
        code: .badValue, what: "\"\(group)\" has no value", place: step,
        mend: "group by another column")
    }
    let counts = groups.counts
    let shown = groups.labels.indices.sorted {
      counts[$0] == counts[$1] ? $0 < $1 : counts[$0] > counts[$1]
    }.prefix(20).sorted()
    var members = [[Int]](repeating: [], count: groups.labels.count)
    for row in 0..<rowCount where groups.codes[row] != Categories.absent {
      members[Int(groups.codes[row])].append(row)
    }
    var charts: [Chart] = []
    for code in shown {
      charts.append(
        try chart(try rows(members[code], of: schema.names)).title(groups.labels[code]))
    }
    let extents = (Chart.extent(.x, .x2, charts), Chart.extent(.y, .y2, charts))
    charts = charts.map { chart in
      var small = chart.size(
        width: chart.width ?? 200, height: chart.height ?? 150)
      if let extent = extents.0 { small = small.sharing(.x, extent) }
      if let extent = extents.1 { small = small.sharing(.y, extent) }
      return small
    }
    let left = groups.labels.count - shown.count
    let grid = Chart.grid(charts, columns: wrap)
    guard left > 0 else { return grid }
    return grid.caption(
      "\(shown.count) groups of \(group); \(RowTally.grouped(left)) smaller ones left out")
  }
}

extension Chart {
  /// From the least to the greatest number that layers of any of the charts show along an axis;
  /// nothing where there are other things than numbers of columns.
  fileprivate static func extent(
    _ first: ChannelName, _ second: ChannelName, _ charts: [Chart]
  ) -> ClosedRange<Double>? {
    var (low, high) = (Double.infinity, -Double.infinity)
    var hasBars = false
    for layer in charts.flatMap(\.layers) {
      for name in [first, second] {
        guard let channel = layer.channels[name] else { continue }
        if case .number(let number) = channel.source {
          (low, high) = (Swift.min(low, number), Swift.max(high, number))
          continue
        }
        guard let column = channel.column, !channel.isAggregated, !channel.isCategory,
          channel.bins == nil, channel.scale?.domain == nil,
          let place = layer.frame.schema.index(of: column),
          layer.frame.columns[place].type.isNumeric,
          let numbers = layer.frame.columns[place].doubles
        else { return nil }
        for row in 0..<numbers.count {
          guard let number = numbers[row], number.isFinite else { continue }
          (low, high) = (Swift.min(low, number), Swift.max(high, number))
        }
        // Stacked bars are higher than any row says.
        if layer.mark == .bar, name == .y, layer.channels[.color]?.column != nil { return nil }
      }
      if layer.mark == .bar || layer.mark == .area, first == .y { hasBars = true }
    }
    if hasBars { (low, high) = (Swift.min(low, 0), Swift.max(high, 0)) }
    return low < high ? low...high : nil
  }

  /// The chart with an axis from and to these numbers.
  fileprivate func sharing(_ name: ChannelName, _ extent: ClosedRange<Double>) -> Chart {
    let known = guides.scales[name] ?? Scale()
    guard known.domain == nil else { return self }
    let scale = known.domain(extent.lowerBound, extent.upperBound).nice(true)
    return name == .x ? scales(x: scale) : scales(y: scale)
  }
}
