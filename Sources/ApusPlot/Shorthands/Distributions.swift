public import ApusFrame

@_implementationOnly import Glibc

extension DataFrame {
  /// The density of a numeric column as a smooth curve, one a value of `color`: a Gaussian kernel
  /// with Silverman's bandwidth. Each curve covers an area of 1.
  ///
  /// - Parameter bandwidth: the standard deviation of the kernel, in the units of the column.
  public func density(
    _ column: String, color: String? = nil, bandwidth: Double? = nil
  ) throws(FrameError) -> Chart {
    let step = "density(\"\(column)\")"
    if let bandwidth, !(bandwidth > 0 && bandwidth.isFinite) {
      throw FrameError(
        code: .badValue, what: "a bandwidth of \(bandwidth)", place: step,
        mend: "give a number above 0")
    }
    let groups = try grouped(column, color, in: step)
    // One grid for all curves, so that their areas lie over each other at the same places.
    let parts = zip(groups.labels, groups.numbers.ranges).map { label, range in
      (label: label, numbers: groups.numbers.numbers[range])
    }
    let own = parts.compactMap { DensityCurve(sorted: $0.numbers, bandwidth: bandwidth) }
    guard !own.isEmpty else {
      throw FrameError(
        code: .badValue, what: "\"\(column)\" does not vary, so it has no density", place: step,
        mend: "show its values with histogram(\"\(column)\")")
    }
    let low = own.reduce(.infinity) { Swift.min($0, $1.points[0]) }
    let high = own.reduce(-.infinity) { Swift.max($0, $1.points[$1.points.count - 1]) }
    let count = Swift.max(60, 160 / Swift.max(own.count, 1))
    var (xs, ys, labels): ([Double?], [Double?], [String?]) = ([], [], [])
    var drawn = 0
    for part in parts {
      guard
        let curve = DensityCurve(
          sorted: part.numbers, bandwidth: bandwidth, pointCount: count, over: low...high)
      else { continue }
      xs += curve.points.map { Optional($0.rounded(digits: 6)) }
      ys += curve.densities.map { Optional($0.rounded(digits: 4)) }
      labels += [String?](repeating: part.label, count: curve.points.count)
      drawn += part.numbers.count
    }
    let height = free("density", beside: column, color)
    let frame = try curveFrame(column, xs, height, ys, color, labels)
    let chart = Chart(frame)
    let y = Chart.Position(height).stacked(.none)
    let colors = color.map { Chart.Color($0).sorted(.values(groups.labels)) }
    return try Chart.layered(
      chart.areas(x: Chart.Position(column), y: y, color: colors, style: .init(opacity: 0.25)),
      chart.lines(x: Chart.Position(column), y: Chart.Position(height), color: colors)
    ).labels(x: column, y: "density")
      .standing(for: RowTally(total: rowCount, drawn: drawn))
  }

  /// The empirical distribution of a numeric column as steps, one curve a value of `color`: the share
  /// of rows at or below each value.
  public func ecdf(_ column: String, color: String? = nil) throws(FrameError) -> Chart {
    let step = "ecdf(\"\(column)\")"
    let groups = try grouped(column, color, in: step)
    var (xs, ys, labels): ([Double?], [Double?], [String?]) = ([], [], [])
    for (label, range) in zip(groups.labels, groups.numbers.ranges) where !range.isEmpty {
      let curve = DistributionCurve(sorted: Array(groups.numbers.numbers[range]), limit: 400)
      // From 0 up at the least value.
      xs += [curve.points[0]] + curve.points.map(Optional.some)
      ys += [0] + curve.shares.map(Optional.some)
      labels += [String?](repeating: label, count: curve.points.count + 1)
    }
    let height = free("share", beside: column, color)
    let frame = try curveFrame(column, xs, height, ys, color, labels)
    return try Chart(frame)
      .lines(
        x: Chart.Position(column), y: Chart.Position(height),
        color: color.map { Chart.Color($0).sorted(.values(groups.labels)) },
        style: .init(interpolation: .stepAfter)
      )
      .axes(y: Chart.Axis(format: ".0%")).labels(x: column, y: "share of rows at or below")
      .standing(for: groups.numbers.tally)
  }

  /// The quantiles of a numeric column against those of the normal distribution, and the line
  /// through their quartiles: points on the line say that the column is normal.
  public func qq(_ column: String) throws(FrameError) -> Chart {
    let step = "qq(\"\(column)\")"
    let numbers = try finiteNumbers(column, in: step)
    guard numbers.tally.drawn > 1 else { throw Chart.noNumbers(column, step, need: 2) }
    let quantiles = NormalQuantiles(sorted: numbers.sorted())
    let frame = try DataFrame([
      "theoretical": AnyColumn(quantiles.theoretical.map(Optional.some)),
      "sample": AnyColumn(quantiles.sample.map(Optional.some)),
    ])
    let ends = [quantiles.theoretical.first ?? 0, quantiles.theoretical.last ?? 0]
    let line = try DataFrame([
      "theoretical": AnyColumn(ends.map(Optional.some)),
      "sample": AnyColumn(ends.map { Optional(quantiles.intercept + quantiles.slope * $0) }),
    ])
    return try Chart.layered(
      Chart(line).lines(
        x: "theoretical", y: "sample", style: .init(color: Chart.quiet, dash: [4, 3])),
      Chart(frame).points(x: "theoretical", y: "sample", style: .init(size: 20))
    ).scales(x: .linear.zero(false), y: .linear.zero(false))
      .labels(x: "quantile of the normal distribution", y: column)
      .standing(for: numbers.tally)
  }

  private func grouped(
    _ column: String, _ color: String?, in step: String
  ) throws(FrameError) -> (numbers: GroupedNumbers, labels: [String]) {
    let numbers = try finiteNumbers(column, in: step)
    let groups = try color.map { name throws(FrameError) in
      try categories(name, in: step).top(colorLimit - 1)
    }
    let found = try GroupedNumbers(numbers, by: groups)
    guard !found.numbers.isEmpty else { throw Chart.noNumbers(column, step) }
    return (found, groups?.labels ?? [""])
  }

  private func curveFrame(
    _ x: String, _ xs: [Double?], _ y: String, _ ys: [Double?], _ color: String?,
    _ labels: [String?]
  ) throws(FrameError) -> DataFrame {
    var columns = [AnyColumn(name: x, AnyColumn(xs)), AnyColumn(name: y, AnyColumn(ys))]
    if let color { columns.append(AnyColumn(name: color, AnyColumn(labels))) }
    return try DataFrame(columns: columns)
  }
}

extension Double {
  /// The number with so many significant digits: a picture shows no more, and its file is smaller.
  func rounded(digits: Int) -> Double {
    guard self != 0, isFinite else { return self }
    let scale = pow(10, Double(digits - 1) - log10(abs(self)).rounded(.down))
    guard scale.isFinite, scale > 0 else { return self }
    let inverse = (1 / scale).rounded()
    // A whole power of ten divides exactly, its inverse does not multiply so.
    return scale < 1 ? (self / inverse).rounded() * inverse : (self * scale).rounded() / scale
  }
}

extension Chart {
  /// The colour of lines that stand behind the data.
  static let quiet = "#8a8a8a"
}
