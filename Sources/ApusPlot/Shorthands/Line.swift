public import ApusFrame

extension DataFrame {
  /// A line through the numbers of `y` in the order of `x` (numbers, days or times), one a value of
  /// `color`. Rows without both are left out.
  ///
  /// Long series are thinned to what can be seen: in each strip of a pixel's width the first, last,
  /// lowest and highest row stay, so that the line covers the same pixels.
  public func line(x: String, y: String, color: String? = nil) throws(FrameError) -> Chart {
    let step = "line(x: \"\(x)\", y: \"\(y)\")"
    let xs = try finiteNumbers(x, in: step, allowsTimes: true)
    let ys = try finiteNumbers(y, in: step)
    let groups = try color.map { name throws(FrameError) in
      try categories(name, in: step).top(colorLimit - 1)
    }
    let thinned = try LineThinning(
      x: xs, y: ys, series: groups.map { ($0.codes, $0.labels.count) },
      columns: 480 / Swift.min(Swift.max(groups?.labels.count ?? 1, 1), 4))
    var frame = try rows(thinned.rows, of: [x, y] + [color].compactMap { $0 })
    var colors: Chart.Color?
    if let groups, let color {
      let chosen = groups.column(color)
      let labels = chosen.storage.gathered(Values(thinned.rows.map { UInt32($0) }))
      frame = try frame.replacing(AnyColumn(name: color, labels))
      colors = Chart.Color(color).sorted(.values(groups.labels))
    }
    let chart = try Chart(frame)
      .lines(x: Chart.Position(x), y: Chart.Position(y), color: colors)
    guard thinned.rows.count < thinned.tally.drawn else {
      return chart.standing(for: thinned.tally)
    }
    return chart.caption("\(thinned.tally.note), thinned to what shows")
  }
}
