public import ApusFrame

extension DataFrame {
  /// A box plot of a numeric column, one box a value of `group` (the thirty most frequent): quartiles,
  /// the median, whiskers to the farthest values within 1.5 interquartile ranges, and the values
  /// beyond as points.
  public func box(_ column: String, by group: String? = nil) throws(FrameError) -> Chart {
    let step = "box(\"\(column)\")"
    let (frame, tally) = try measured(column, by: group, in: step)
    guard tally.drawn > boxLimit else {
      return try Chart(frame)
        .boxes(x: group.map { .category($0) }, y: Chart.Position(column))
        .standing(for: RowTally(total: tally.drawn, drawn: tally.drawn))
    }
    let (groups, labels) = try sorted(frame, column, group, in: step)
    return try BoxSummary.chart(
      groups.ranges.map { $0.isEmpty ? nil : BoxSummary(sorted: groups.numbers[$0]) }, labels,
      column, group
    ).standing(for: RowTally(total: rowCount, drawn: tally.drawn))
  }

  /// A violin plot of a numeric column, one shape a value of `group` (the thirty most frequent): the
  /// density of its values (Gaussian kernel, Silverman's bandwidth), mirrored.
  public func violin(_ column: String, by group: String) throws(FrameError) -> Chart {
    let step = "violin(\"\(column)\", by: \"\(group)\")"
    var (frame, tally) = try measured(column, by: group, in: step)
    var note = RowTally(total: tally.drawn, drawn: tally.drawn).note
    if tally.drawn > boxLimit {
      let (groups, labels) = try sorted(frame, column, group, in: step)
      var (values, names): ([Double?], [String?]) = ([], [])
      for (label, range) in zip(labels, groups.ranges) {
        let count = Swift.min(range.count, 1000)
        for step in 0..<count {
          let place = count > 1 ? step * (range.count - 1) / (count - 1) : 0
          values.append(groups.numbers[range.lowerBound + place])
          names.append(label)
        }
      }
      frame = try DataFrame(columns: [
        AnyColumn(name: column, AnyColumn(values)), AnyColumn(name: group, AnyColumn(names)),
      ])
      tally.total = rowCount
      note = "\(tally.note); shapes of up to 1,000 quantiles"
    }
    return try Chart(frame)
      .violins(x: .category(group), y: Chart.Position(column)).caption(note)
  }

  /// The numbers of each group in order, and the groups' names.
  private func sorted(
    _ frame: DataFrame, _ column: String, _ group: String?, in step: String
  ) throws(FrameError) -> (GroupedNumbers, [String]) {
    let categories = try group.map { name throws(FrameError) in
      try frame.categories(name, in: step)
    }
    let numbers = try frame.finiteNumbers(column, in: step)
    return (try GroupedNumbers(numbers, by: categories), categories?.labels ?? ["all"])
  }

  /// The numbers and their groups, of which there is at least one.
  private func measured(
    _ column: String, by group: String?, in step: String
  ) throws(FrameError) -> (DataFrame, RowTally) {
    let numbers = try finiteNumbers(column, in: step)
    guard numbers.tally.drawn > 0 else { throw Chart.noNumbers(column, step) }
    let values = AnyColumn(name: column, .float64(numbers.present))
    guard let group else { return (try DataFrame(columns: [values]), numbers.tally) }
    guard group != column else {
      throw FrameError(
        code: .badValue, what: "\"\(column)\" by itself", place: step,
        mend: "group by another column")
    }
    let capped = try capped(group, to: categoryLimit, in: step)
    let both = Bitmap.both(numbers.present.validity, capped.storage.validity)
    return (
      try DataFrame(columns: [values, capped]),
      RowTally(total: rowCount, drawn: both?.setCount ?? rowCount)
    )
  }
}

/// Up to how many rows the marks of the grammar look at each row themselves.
private let boxLimit = 20_000

extension BoxSummary {
  /// Boxes of numbers that are summed up already, put together from simple marks.
  fileprivate static func chart(
    _ boxes: [BoxSummary?], _ labels: [String], _ column: String, _ group: String?
  ) throws(FrameError) -> Chart {
    let shown = zip(labels, boxes).compactMap { label, box in box.map { (label, $0) } }
    let name = group ?? free("group", beside: column)
    func numbers(_ key: KeyPath<BoxSummary, Double>) -> AnyColumn {
      AnyColumn(shown.map { Optional($0.1[keyPath: key]) })
    }
    let names = AnyColumn(name: name, AnyColumn(shown.map { Optional($0.0) }))
    let frame = try DataFrame(columns: [
      names,
      AnyColumn(name: free("lower whisker", beside: name), numbers(\.lowerWhisker)),
      AnyColumn(name: free("lower quartile", beside: name), numbers(\.lowerQuartile)),
      AnyColumn(name: free("median", beside: name), numbers(\.median)),
      AnyColumn(name: free("upper quartile", beside: name), numbers(\.upperQuartile)),
      AnyColumn(name: free("upper whisker", beside: name), numbers(\.upperWhisker)),
    ])
    let keys = frame.schema.names
    let x = Chart.Position.category(name).sorted(.values(shown.map { $0.0 }))
    func y(_ place: Int) -> Chart.Position { Chart.Position(keys[place]) }
    var charts = [
      try Chart(frame).rules(x: x, y: y(1), y2: y(5), style: .init(color: "#777777")),
      try Chart(frame).bars(x: x, y: y(2), y2: y(4), style: .init(size: 14)),
      try Chart(frame).ticks(
        x: x, y: y(3), style: .init(color: "#ffffff", strokeWidth: 2, size: 14)),
    ]
    let beyond = shown.flatMap { label, box in box.outliers.map { (label, $0) } }
    if !beyond.isEmpty {
      let outliers = try DataFrame(columns: [
        AnyColumn(name: name, AnyColumn(beyond.map { Optional($0.0) })),
        AnyColumn(name: free("outlier", beside: name), AnyColumn(beyond.map { Optional($0.1) })),
      ])
      charts.append(
        try Chart(outliers).points(
          x: x, y: Chart.Position(outliers.schema.names[1]),
          style: .init(opacity: 0.6, size: 16)))
    }
    let all = shown.reduce(0) { $0 + $1.1.outlierCount }
    let chart = Chart.layered(charts)
      .scales(y: .linear.zero(false)).labels(x: group ?? "", y: column)
    guard all > beyond.count else { return chart }
    return chart.subtitle(
      "\(RowTally.grouped(beyond.count)) of \(RowTally.grouped(all)) values beyond the whiskers shown"
    )
  }
}

extension FiniteNumbers {
  /// The finite numbers, null elsewhere.
  var present: FixedWidthColumn<Double> {
    guard tally.drawn < tally.total else { return FixedWidthColumn(values) }
    let validity = values.read { numbers in
      Bitmap(count: count) { numbers[$0] - numbers[$0] == 0 }
    }
    return FixedWidthColumn(values, validity: validity)
  }
}
