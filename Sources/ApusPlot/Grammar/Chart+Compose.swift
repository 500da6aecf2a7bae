public import ApusFrame

extension Chart {
  /// Small charts, one for each value of a column: of `columns` side by side, of `rows` below each
  /// other. With `shareX` or `shareY` false each has its own axis.
  public func facet(
    rows: String? = nil, columns: String? = nil, shareX: Bool = true, shareY: Bool = true
  ) throws(FrameError) -> Chart {
    try divided(
      Facet(rows: rows, columns: columns, wrap: nil, sharesX: shareX, sharesY: shareY),
      in: "facet(…)")
  }

  /// Small charts, one for each value of a column, at most `wrap` side by side.
  public func facet(
    _ column: String, wrap: Int, shareX: Bool = true, shareY: Bool = true
  ) throws(FrameError) -> Chart {
    guard wrap > 0 else {
      throw FrameError(
        code: .badValue, what: "wrap: \(wrap)", place: "facet(…)", mend: "ask for 1 or more")
    }
    return try divided(
      Facet(rows: nil, columns: column, wrap: wrap, sharesX: shareX, sharesY: shareY),
      in: "facet(…)")
  }

  private func divided(_ facet: Facet, in step: String) throws(FrameError) -> Chart {
    guard facet.rows != nil || facet.columns != nil else {
      throw FrameError(
        code: .badValue, what: "neither rows nor columns", place: step,
        mend: "name a column, as in facet(columns: \"species\")")
    }
    guard children.isEmpty else {
      throw FrameError(
        code: .badValue, what: "charts beside each other cannot be divided", place: step,
        mend: "divide each of them")
    }
    for name in [facet.rows, facet.columns].compactMap({ $0 }) {
      for layer in layers { _ = try layer.frame.schema.place(of: name, in: step) }
      if layers.isEmpty { _ = try frame.schema.place(of: name, in: step) }
    }
    return changed { $0.facet = facet }
  }

  /// The layers of several charts on common axes; titles and options are those of the first chart
  /// that has them.
  public static func layered(_ charts: Chart...) -> Chart { layered(charts) }

  /// The layers of several charts on common axes.
  public static func layered(_ charts: [Chart]) -> Chart {
    guard var result = charts.first else { return Chart(DataFrame.withoutColumns) }
    for chart in charts.dropFirst() {
      result.layers += chart.layers
      result.heading.title = result.heading.title ?? chart.heading.title
      result.heading.subtitle = result.heading.subtitle ?? chart.heading.subtitle
      result.heading.caption = result.heading.caption ?? chart.heading.caption
      result.width = result.width ?? chart.width
      result.height = result.height ?? chart.height
      result.guides.scales.merge(chart.guides.scales) { first, _ in first }
      result.guides.axes.merge(chart.guides.axes) { first, _ in first }
      result.guides.legends.merge(chart.guides.legends) { first, _ in first }
      result.guides.titles.merge(chart.guides.titles) { first, _ in first }
      for selection in chart.selections where !result.selections.contains(selection) {
        result.selections.append(selection)
      }
    }
    return result
  }

  /// Charts side by side.
  public static func across(_ charts: Chart...) -> Chart { across(charts) }
  /// Charts side by side.
  public static func across(_ charts: [Chart]) -> Chart { arranged(charts, .across) }
  /// Charts below each other.
  public static func down(_ charts: Chart...) -> Chart { down(charts) }
  /// Charts below each other.
  public static func down(_ charts: [Chart]) -> Chart { arranged(charts, .down) }
  /// Charts in rows of `columns`.
  public static func grid(_ charts: [Chart], columns: Int) -> Chart {
    arranged(charts, .grid(columns: Swift.max(columns, 1)))
  }

  private static func arranged(_ charts: [Chart], _ arrangement: Arrangement) -> Chart {
    var chart = Chart(charts.first?.frame ?? DataFrame.withoutColumns)
    chart.children = charts
    chart.arrangement = arrangement
    return chart
  }

  /// The same chart of one column after the other, in rows of `wrap`.
  ///
  ///     try Chart.repeated(["mass", "length"], wrap: 2) { try Chart(birds).bars(x: .binned($0), y: .count()) }
  public static func repeated(
    _ columns: [String], wrap: Int = 3, _ chart: (String) throws(FrameError) -> Chart
  ) throws(FrameError) -> Chart {
    var charts: [Chart] = []
    for column in columns { charts.append(try chart(column)) }
    return grid(charts, columns: wrap)
  }
}

extension DataFrame {
  /// The frame of nothing.
  package static var withoutColumns: DataFrame {
    do { return try DataFrame(columns: []) } catch {
      preconditionFailure("a frame without columns: \(error)")
    }
  }
}
