public import ApusFrame

extension DataFrame {
  /// Pearson's correlation of each pair of numeric columns, from −1 (blue) to 1 (red), over the rows
  /// that have both; without names of all numeric columns. A column that does not vary has none.
  public func correlationMatrix(_ names: String...) throws(FrameError) -> Chart {
    let step = "correlationMatrix(…)"
    let chosen = names.isEmpty ? numberNames : names
    guard chosen.count > 1, chosen.count <= 40 else {
      throw FrameError(
        code: .badValue, what: "\(chosen.count) numeric columns", place: step,
        mend: "name two to forty of them")
    }
    guard Set(chosen).count == chosen.count else {
      throw FrameError(
        code: .duplicateColumn, what: "a column is named twice", place: step,
        mend: "name each once")
    }
    var columns: [FiniteNumbers] = []
    for name in chosen { columns.append(try finiteNumbers(name, in: step)) }
    let grid = try CorrelationGrid(columns)
    let cells = chosen.indices.flatMap { row in chosen.indices.map { (row, $0) } }
    let values = cells.map { grid.values[$0][$1] }
    let frame = try DataFrame([
      "row": AnyColumn(cells.map { Optional(chosen[$0.0]) }),
      "column": AnyColumn(cells.map { Optional(chosen[$0.1]) }),
      "correlation": AnyColumn(values),
      "ink": AnyColumn(
        values.map { value in
          value.map { abs($0) > 0.6 ? "#ffffff" : "#222222" } ?? "#222222"
        }),
    ])
    let order = Chart.Order.values(chosen)
    let x = Chart.Position("column").sorted(order).axis(Chart.Axis(labelAngle: -40)).title("")
    let y = Chart.Position("row").sorted(order).title("")
    let cellChart = try Chart(frame).rectangles(
      x: x, y: y,
      color: Chart.Color("correlation")
        .scale(.linear.domain(-1, 1).scheme(.blueRed).diverging(from: 0)))
    let side = Double(Swift.max(36, Swift.min(56, 480 / chosen.count)) * chosen.count)
    var charts = [cellChart]
    if chosen.count <= 15 {
      for ink in ["#222222", "#ffffff"] {
        let part = try frame.filter(col("ink") == lit(ink) && col("correlation").isNotNull)
        guard part.rowCount > 0 else { continue }
        charts.append(
          try Chart(part).texts(
            x: x, y: y, text: Chart.Text("correlation", format: ".2f"),
            style: .init(color: ink, size: 11)))
      }
    }
    return Chart.layered(charts).size(width: side, height: side)
      .caption("\(RowTally.grouped(rowCount)) \(rowCount == 1 ? "row" : "rows"), pairwise")
  }

  /// Every pair of numeric columns as a scatter plot, and each alone as a histogram; without names of
  /// the first five numeric columns.
  public func pairs(_ names: String..., color: String? = nil) throws(FrameError) -> Chart {
    let step = "pairs(…)"
    let chosen = names.isEmpty ? Array(numberNames.filter { $0 != color }.prefix(5)) : names
    guard chosen.count > 1, chosen.count <= 8 else {
      throw FrameError(
        code: .badValue, what: "\(chosen.count) numeric columns", place: step,
        mend: "name two to eight of them")
    }
    var charts: [Chart] = []
    for (row, y) in chosen.enumerated() {
      for (column, x) in chosen.enumerated() {
        let isDiagonal = row == column
        let chart =
          isDiagonal
          ? try histogram(x, color: color)
          : try cloud(x: x, y: y, color: color, limit: 1000, in: step)
            .scales(x: .linear.zero(false), y: .linear.zero(false))
        let isLeft = column == 0
        let isLast = row == chosen.count - 1
        charts.append(
          chart.changed { $0.heading.caption = nil }
            .size(width: 110, height: 110)
            .axes(
              x: Chart.Axis(tickCount: 3, hasLabels: isLast),
              y: Chart.Axis(tickCount: 3, hasLabels: isLeft || isDiagonal)
            )
            .labels(x: isLast ? x : "", y: isLeft ? (isDiagonal ? "rows" : y) : "")
            .legend(row == 0 && column == chosen.count - 1 ? Chart.Legend() : .hidden))
      }
    }
    return Chart.grid(charts, columns: chosen.count)
      .caption("\(RowTally.grouped(rowCount)) \(rowCount == 1 ? "row" : "rows")")
  }
}
