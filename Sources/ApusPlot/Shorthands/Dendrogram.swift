public import ApusFrame

extension DataFrame {
  /// Which rows are alike: the tree of their clusters by Euclidean distance of numeric columns, each
  /// brought to mean 0 and standard deviation 1 so that units do not matter. A branch lies where its
  /// two clusters become one.
  ///
  /// - Parameters:
  ///   - names: the numeric columns; without them all.
  ///   - labels: the column that names the rows; without it their numbers, from 0.
  ///   - isScaled: `false` takes the numbers as they are.
  /// - Cost: O(n²) time and memory; up to 3,000 rows.
  public func dendrogram(
    _ names: String..., labels: String? = nil, linkage: Linkage = .average, isScaled: Bool = true
  ) throws(FrameError) -> Chart {
    let step = "dendrogram(…)"
    let chosen = names.isEmpty ? numberNames : names
    guard !chosen.isEmpty else {
      throw FrameError(
        code: .badValue, what: "no numeric column", place: step, mend: "name one or more")
    }
    var columns: [FiniteNumbers] = []
    for name in chosen { columns.append(try finiteNumbers(name, in: step)) }
    let rows = (0..<rowCount).filter { row in columns.allSatisfy { $0.values[row].isFinite } }
    guard rows.count > 1, rows.count <= 3000 else {
      throw FrameError(
        code: rows.count > 1 ? .tooManyRows : .badValue,
        what: "\(rows.count) rows with all numbers", place: step,
        mend: rows.count > 1 ? "sample(…) up to 3000 of them" : "two or more are needed")
    }
    let scaled = columns.map { column -> [Double] in
      let values = rows.map { column.values[$0] }
      guard isScaled else { return values }
      let count = Double(rows.count)
      let mean = values.reduce(0) { $0 + $1 / count }
      let deviation = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) / (count - 1) }
        .squareRoot()
      return values.map { deviation > 0 ? ($0 - mean) / deviation : 0 }
    }
    let tree = Clustering(
      rows.indices.map { row in scaled.map { $0[row] } }, linkage: linkage)
    let texts = try labels.map { name throws(FrameError) in
      let storage = self.columns[try schema.place(of: name, in: step)]
      return rows.map { PlotNumber.text(of: storage.scalar(at: $0)) }
    }
    return try tree.chart(texts ?? rows.map { String($0) })
      .labels(x: "distance (\(linkage.rawValue) linkage)")
      .standing(for: RowTally(total: rowCount, drawn: rows.count))
  }
}

extension Clustering {
  /// The tree lying on its side: leaves at the left, named where there is room.
  func chart(_ labels: [String]) throws(FrameError) -> Chart {
    let count = order.count
    var (heights, places) = (
      [Double](repeating: 0, count: count), [Double](repeating: 0, count: count)
    )
    for (place, leaf) in order.enumerated() { places[leaf] = Double(place) }
    // Three strokes a merge: two along the distance, one across.
    var strokes: [(x: Double, y: Double, x2: Double, y2: Double)] = []
    for merge in merges {
      let (a, b) = (places[merge.left], places[merge.right])
      strokes.append((heights[merge.left], a, merge.height, a))
      strokes.append((heights[merge.right], b, merge.height, b))
      strokes.append((merge.height, a, merge.height, b))
      heights.append(merge.height)
      places.append((a + b) / 2)
    }
    let frame = try DataFrame([
      "x": AnyColumn(strokes.map { Optional($0.x) }),
      "y": AnyColumn(strokes.map { Optional($0.y) }),
      "x2": AnyColumn(strokes.map { Optional($0.x2) }),
      "y2": AnyColumn(strokes.map { Optional($0.y2) }),
    ])
    let greatest = Swift.max(heights.max() ?? 1, .leastNormalMagnitude)
    let isNamed = count <= 80
    let longest = labels.map(\.count).max() ?? 0
    // Room for the names, left of where the distance is 0; about 6 pixels a letter.
    let share = Swift.min(Double(longest) * 6 / 480, 0.4)
    let room = isNamed ? greatest * share / (1 - share) : 0
    var charts = [
      try Chart(frame).rules(
        x: "x", y: "y", x2: "x2", y2: "y2", style: .init(strokeWidth: 1.2))
    ]
    if isNamed {
      let names = try DataFrame([
        "name": AnyColumn(order.map { Optional(labels[$0]) }),
        "x": AnyColumn(order.map { _ in Optional(0.0) }),
        "y": AnyColumn(order.indices.map { Optional(Double($0)) }),
      ])
      charts.append(
        try Chart(names).texts(
          x: "x", y: "y", text: "name", style: .init(size: 10, alignment: .right, dx: -4)))
    }
    let ticks = Bins(upTo: 6, over: 0...greatest).edges.filter { $0 <= greatest * 1.001 }
    return Chart.layered(charts)
      .scales(
        x: .linear.domain(-room, greatest * 1.02).nice(false),
        y: .linear.domain(-0.7, Double(count) - 0.3).nice(false)
      )
      .axes(x: Chart.Axis(values: ticks), y: .hidden)
      .size(width: 480, height: isNamed ? Double(count) * 13 + 10 : 480)
  }
}
