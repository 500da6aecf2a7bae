public import ApusFrame

extension DataFrame {
  /// What a model left over: the differences of actual and predicted values against the predicted
  /// ones, a line at 0, and the mean of the differences along it. A mean that bends says that the
  /// model misses a form.
  public func residuals(actual: String, predicted: String) throws(FrameError) -> Chart {
    let step = "residuals(actual: \"\(actual)\", predicted: \"\(predicted)\")"
    let (ys, fits) = (
      try finiteNumbers(actual, in: step), try finiteNumbers(predicted, in: step)
    )
    let differences = Values<Double>(count: rowCount) { target in
      ys.values.read { ys in
        fits.values.read { fits in
          for row in 0..<rowCount { target[row] = ys[row] - fits[row] }
        }
      }
    }
    let left = try FiniteNumbers(FixedWidthColumn(differences))
    guard left.tally.drawn > 0 else { throw Chart.noNumbers(actual, step) }
    let residual = free("residual", beside: predicted)
    let frame = try DataFrame(columns: [
      AnyColumn(name: predicted, .float64(fits.present)),
      AnyColumn(name: residual, .float64(left.present)),
    ])
    var charts = [
      try frame.cloud(x: predicted, y: residual, color: nil, limit: 5000, in: step),
      try Chart(frame.head(1)).rules(
        y: .at(0), style: .init(color: Chart.quiet, dash: [4, 3])),
    ]
    if left.tally.drawn >= 30 {
      let means = try runningMeans(fits, left, predicted, residual)
      charts.append(
        try Chart(means).lines(
          x: Chart.Position(predicted), y: Chart.Position(residual),
          style: .init(color: "#d55e00", strokeWidth: 2)))
    }
    return Chart.layered(charts).scales(x: .linear.zero(false))
      .labels(x: predicted, y: "\(actual) − \(predicted)").standing(for: left.tally)
  }

  /// The mean residual in each of up to twenty runs of equally many rows along the fit.
  private func runningMeans(
    _ fits: FiniteNumbers, _ left: FiniteNumbers, _ name: String, _ residual: String
  ) throws(FrameError) -> DataFrame {
    let count = left.tally.drawn
    let runs = Swift.min(20, Swift.max(count / 15, 2))
    let drawn = Values<Double>(count: rowCount) { target in
      fits.values.read { fits in
        left.values.read { left in
          for row in 0..<rowCount { target[row] = left[row] - left[row] == 0 ? fits[row] : .nan }
        }
      }
    }
    // The fits at the ends of runs; rows of one fit belong to one run.
    let sorted = try FiniteNumbers(FixedWidthColumn(drawn)).sorted()
    let ends = (1..<runs).map { sorted[$0 * count / runs] }
    var sums = [(x: Double, y: Double, count: Int)](repeating: (0, 0, 0), count: runs)
    drawn.read { drawn in
      left.values.read { left in
        for row in 0..<rowCount where drawn[row] - drawn[row] == 0 {
          var run = 0
          while run < ends.count, drawn[row] >= ends[run] { run += 1 }
          sums[run].x += drawn[row]
          sums[run].y += left[row]
          sums[run].count += 1
        }
      }
    }
    let means = sums.filter { $0.count > 0 }.map { run in
      (run.x / Double(run.count), run.y / Double(run.count))
    }
    return try DataFrame(columns: [
      AnyColumn(name: name, AnyColumn(means.map { Optional($0.0) })),
      AnyColumn(name: residual, AnyColumn(means.map { Optional($0.1) })),
    ])
  }

  /// How well scores tell two classes apart: the share of positives found against the share of
  /// negatives taken for positive, at each threshold; the subtitle has the area under the curve.
  ///
  /// - Parameters:
  ///   - score: a column of numbers, higher for positives.
  ///   - outcome: a column of truths, of 0 and 1, or of two values of which `positive` is one.
  ///   - positive: the value of `outcome` that counts as positive.
  public func roc(
    score: String, outcome: String, positive: String? = nil
  ) throws(FrameError) -> Chart {
    let step = "roc(score: \"\(score)\", outcome: \"\(outcome)\")"
    let scores = try finiteNumbers(score, in: step)
    let classes = try categories(outcome, in: step)
    let wanted = try positiveClass(classes, outcome, positive, in: step)
    let groups = try GroupedNumbers(scores, by: classes)
    let found = classes.labels.indices.map { Array(groups.numbers[groups.ranges[$0]]) }
    let (positives, negatives) = (found[wanted], found[1 - wanted])
    guard !positives.isEmpty, !negatives.isEmpty else {
      throw FrameError(
        code: .badValue, what: "one class of \"\(outcome)\" has no score", place: step,
        mend: "both classes need rows with a finite \"\(score)\"")
    }
    let curve = OperatingCurve(positives: positives, negatives: negatives, limit: 400)
    let (x, y) = ("false positive rate", "true positive rate")
    let frame = try DataFrame(columns: [
      AnyColumn(name: x, AnyColumn(curve.falsePositiveRates.map(Optional.some))),
      AnyColumn(name: y, AnyColumn(curve.truePositiveRates.map(Optional.some))),
      AnyColumn(name: "corner", AnyColumn(curve.truePositiveRates.indices.map(Optional.some))),
    ])
    let chance = try DataFrame(columns: [
      AnyColumn(name: x, [0.0, 1.0]), AnyColumn(name: y, [0.0, 1.0]),
    ])
    let area = (curve.area * 1000).rounded() / 1000
    return try Chart.layered(
      Chart(chance).lines(
        x: Chart.Position(x), y: Chart.Position(y),
        style: .init(color: Chart.quiet, dash: [4, 3])),
      Chart(frame).lines(x: Chart.Position(x), y: Chart.Position(y), order: "corner")
    ).subtitle(
      "area under the curve \(area); positive: \(classes.labels[wanted]) "
        + "(\(RowTally.grouped(curve.positives)) of "
        + "\(RowTally.grouped(curve.positives + curve.negatives)))"
    ).size(width: 320, height: 320).standing(for: groups.tally)
  }

  private func positiveClass(
    _ classes: Categories, _ outcome: String, _ positive: String?, in step: String
  ) throws(FrameError) -> Int {
    guard classes.labels.count == 2 else {
      throw FrameError(
        code: .badValue, what: "\"\(outcome)\" has \(classes.labels.count) values, not two",
        place: step, mend: "compare it first: with(col(\"\(outcome)\") == …, as: \"is\")")
    }
    if let positive {
      guard let place = classes.labels.firstIndex(of: positive) else {
        throw FrameError(
          code: .badValue, what: "\"\(outcome)\" has no \"\(positive)\"", place: step,
          mend: "its values are " + classes.labels.map { "\"\($0)\"" }.joined(separator: " and "))
      }
      return place
    }
    if let place = classes.labels.firstIndex(where: { ["true", "1"].contains($0) }) {
      return place
    }
    throw FrameError(
      code: .badValue,
      what: "which value of \"\(outcome)\" is positive is not said", place: step,
      mend: "say positive: "
        + classes.labels.map { "\"\($0)\"" }.joined(separator: " or positive: "))
  }

  /// The correlation of a series with itself at lags 1, 2, …, and the bounds within which 95 % of
  /// those of white noise lie. The rows are the series, in their order; it has no holes.
  public func acf(_ column: String, lags: Int? = nil) throws(FrameError) -> Chart {
    let step = "acf(\"\(column)\")"
    let numbers = try finiteNumbers(column, in: step)
    guard numbers.tally.drawn > 2 else { throw Chart.noNumbers(column, step, need: 3) }
    guard numbers.tally.drawn == numbers.tally.total else {
      throw FrameError(
        code: .badValue,
        what: "\(numbers.tally.total - numbers.tally.drawn) rows of \"\(column)\" have no number",
        place: step, mend: "fill the holes first, as lags count rows")
    }
    if let lags, lags < 1 {
      throw FrameError(
        code: .badValue, what: "\(lags) lags", place: step, mend: "ask for 1 or more")
    }
    let limit = Swift.min(lags ?? Swift.min(40, numbers.count / 2), numbers.count - 1)
    let series = numbers.values.read { Array(UnsafeBufferPointer(start: $0, count: numbers.count)) }
    guard let found = AutocorrelationBars(series, lags: limit) else {
      throw FrameError(
        code: .badValue, what: "\"\(column)\" does not vary", place: step,
        mend: "a constant has no correlation with itself")
    }
    let lagNumbers = Array(1..<found.values.count)
    let frame = try DataFrame([
      "lag": AnyColumn(lagNumbers.map(Optional.some)),
      "correlation": AnyColumn(found.values.dropFirst().map(Optional.some)),
      "zero": AnyColumn(lagNumbers.map { _ in Optional(0.0) }),
    ])
    let bounds = try DataFrame([
      "correlation": AnyColumn([Optional(found.bound), Optional(-found.bound)])
    ])
    return try Chart.layered(
      Chart(frame).rules(y: .at(0), style: .init(color: Chart.quiet)),
      Chart(bounds).rules(
        y: "correlation", style: .init(color: Chart.quiet, dash: [4, 3])),
      Chart(frame).rules(
        x: "lag", y: "zero", y2: "correlation", style: .init(color: "#0072b2", strokeWidth: 2)),
      Chart(frame).points(x: "lag", y: "correlation", style: .init(color: "#0072b2", size: 30))
    ).labels(x: "lag (rows)", y: "autocorrelation of \(column)")
      .standing(for: numbers.tally)
  }
}
