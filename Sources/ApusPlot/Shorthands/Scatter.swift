public import ApusFrame

extension DataFrame {
  /// A point a row at the numbers of two columns.
  ///
  /// Above 5,000 rows points would hide each other and fill the notebook: then rectangles show how
  /// many rows lie in them, or, with a colour, evenly chosen rows stand for all; the caption says so.
  public func scatter(
    x: String, y: String, color: String? = nil
  ) throws(FrameError) -> Chart {
    try cloud(x: x, y: y, color: color, limit: 5000, in: "scatter(x: \"\(x)\", y: \"\(y)\")")
  }

  /// Points, or where they are more than `limit`, what stands for them.
  func cloud(
    x: String, y: String, color: String?, limit: Int, in step: String
  ) throws(FrameError) -> Chart {
    let xs = try finiteNumbers(x, in: step, allowsTimes: true)
    let ys = try finiteNumbers(y, in: step)
    let isTime = schema[x].map { !$0.isNumeric && $0 != .bool } ?? false
    var drawn: [Int] = []
    var count = 0
    xs.values.read { xValues in
      ys.values.read { yValues in
        for row in 0..<rowCount {
          let (a, b) = (xValues[row], yValues[row])
          if a - a == 0, b - b == 0 { count += 1 }
        }
        // Every n-th drawn row, so that the choice is the same each time.
        let stride = Swift.max((count + limit - 1) / limit, 1)
        guard stride == 1 || color != nil || isTime else { return }
        var place = 0
        for row in 0..<rowCount {
          let (a, b) = (xValues[row], yValues[row])
          guard a - a == 0, b - b == 0 else { continue }
          if place % stride == 0 { drawn.append(row) }
          place += 1
        }
      }
    }
    let tally = RowTally(total: rowCount, drawn: count)
    if count > limit, color == nil, !isTime {
      let bins = (Bins(upTo: 40, over: xs.extent), Bins(upTo: 30, over: ys.extent))
      return try BinCounts2D(x: xs, y: ys, in: bins.0, bins.1).chart(x: x, y: y)
    }
    var frame = try rows(drawn, of: [x, y] + [color].compactMap { $0 })
    if let color, try !isNumeric(color) {
      let capped = try frame.capped(color, to: colorLimit - 1, in: step)
      frame = try frame.replacing(capped)
    }
    let chart = try Chart(frame)
      .points(x: Chart.Position(x), y: Chart.Position(y), color: color.map { Chart.Color($0) })
    guard drawn.count < count else { return chart.standing(for: tally) }
    return chart.caption(
      "\(RowTally.grouped(drawn.count)) evenly chosen rows of \(tally.note)")
  }

  func isNumeric(_ name: String) throws(FrameError) -> Bool {
    schema.fields[try schema.place(of: name, in: "a chart")].type.isNumeric
  }

  /// The frame with `column` for its own of that name.
  func replacing(_ column: AnyColumn) throws(FrameError) -> DataFrame {
    try DataFrame(
      columns: zip(schema.names, columns).map { name, storage in
        name == column.name ? column : AnyColumn(name: name, storage)
      })
  }
}

extension BinCounts2D {
  /// Rectangles whose colour says how many rows lie in them; those without rows are left out.
  func chart(x xName: String, y yName: String) throws(FrameError) -> Chart {
    let places = counts.indices.filter { counts[$0] > 0 }
    let frame = try DataFrame([
      "x": AnyColumn(places.map { Optional(x.edges[$0 % x.count]) }),
      "x2": AnyColumn(places.map { Optional(x.edges[$0 % x.count + 1]) }),
      "y": AnyColumn(places.map { Optional(y.edges[$0 / x.count]) }),
      "y2": AnyColumn(places.map { Optional(y.edges[$0 / x.count + 1]) }),
      "rows": AnyColumn(places.map { Optional(counts[$0]) }),
    ])
    return try Chart(frame)
      .rectangles(
        x: Chart.Position("x").scale(.linear.zero(false)),
        y: Chart.Position("y").scale(.linear.zero(false)),
        x2: "x2", y2: "y2", color: "rows"
      )
      .labels(x: xName, y: yName).standing(for: tally)
  }
}
