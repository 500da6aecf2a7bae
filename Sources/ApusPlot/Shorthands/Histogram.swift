public import ApusFrame

extension DataFrame {
  /// A chart of how many values of a numeric column fall into intervals; each holds its lower end,
  /// the last one its upper end too. Nulls, NaN and infinities are left out, and the caption says how
  /// many.
  ///
  /// - Parameters:
  ///   - bins: exactly so many intervals from the least to the greatest value; without it up to 30 of
  ///     a round width.
  ///   - color: a column by whose values the bars are divided, the ten most frequent of them.
  public func histogram(
    _ column: String, bins: Int? = nil, color: String? = nil
  ) throws(FrameError) -> Chart {
    let step = "histogram(\"\(column)\"\(bins.map { ", bins: \($0)" } ?? ""))"
    let numbers = try finiteNumbers(column, in: step)
    if let bins, bins < 1 || bins > 10_000 {
      throw FrameError(
        code: .badValue, what: "\(bins) bins", place: step, mend: "ask for 1 to 10000")
    }
    let edges =
      bins.map { Bins(exactly: $0, over: numbers.extent) } ?? Bins(upTo: 30, over: numbers.extent)
    let groups = try color.map { name throws(FrameError) in
      try categories(name, in: step).top(colorLimit - 1)
    }
    var columns: [AnyColumn]
    let (start, end) = (free("start", beside: color), free("end", beside: color))
    let count = free("count", beside: color)
    if let groups, let color {
      let counts = try BinCounts2D(
        x: numbers, y: FiniteNumbers(groups.places), in: edges,
        Bins(exactly: Swift.max(groups.labels.count, 1), over: groups.placeExtent))
      let rows = counts.counts.indices.filter { counts.counts[$0] > 0 }
      columns = [
        AnyColumn(name: start, AnyColumn(rows.map { edges.edges[$0 % edges.count] })),
        AnyColumn(name: end, AnyColumn(rows.map { edges.edges[$0 % edges.count + 1] })),
        AnyColumn(name: count, AnyColumn(rows.map { Optional(counts.counts[$0]) })),
        AnyColumn(name: color, AnyColumn(rows.map { groups.labels[$0 / edges.count] })),
      ]
      return try Chart(DataFrame(columns: columns))
        .bars(
          x: Chart.Position(start), y: Chart.Position(count),
          color: Chart.Color(color).sorted(.values(groups.labels)),
          x2: Chart.Position(end)
        )
        .labels(x: column, y: "count").standing(for: counts.tally)
    }
    let counts = try BinCounts(numbers, in: edges)
    columns = [
      AnyColumn(name: start, AnyColumn(edges.edges.dropLast().map(Optional.some))),
      AnyColumn(name: end, AnyColumn(edges.edges.dropFirst().map(Optional.some))),
      AnyColumn(name: count, AnyColumn(counts.counts.map(Optional.some))),
    ]
    return try Chart(DataFrame(columns: columns))
      .bars(x: Chart.Position(start), y: Chart.Position(count), x2: Chart.Position(end))
      .labels(x: column, y: "count").standing(for: counts.tally)
  }
}

extension Categories {
  /// The numbers of the labels as numbers to count by.
  var places: FixedWidthColumn<Double> {
    let count = codes.count
    let values = Values<Double>(count: count) { target in
      codes.read { codes in
        for row in 0..<count {
          target[row] = codes[row] == Categories.absent ? .nan : Double(codes[row])
        }
      }
    }
    return FixedWidthColumn(values)
  }

  /// Ends between which each label's number has an interval of its own.
  var placeExtent: ClosedRange<Double> { 0...Double(Swift.max(labels.count, 1)) }
}
