public import ApusFrame

extension DataFrame {
  /// A box plot of a numeric column, one box a value of `group` (the thirty most frequent): quartiles,
  /// the median, whiskers to the farthest values within 1.5 interquartile ranges, and the values
  /// beyond as points.
  public func box(_ column: String, by group: String? = nil) throws(FrameError) -> Chart {
    let step = "box(\"\(column)\")"
    let (frame, tally) = try measured(column, by: group, in: step)
    return try Chart(frame)
      .boxes(x: group.map { .category($0) }, y: Chart.Position(column))
      .standing(for: tally)
  }

  /// A violin plot of a numeric column, one shape a value of `group` (the thirty most frequent): the
  /// density of its values (Gaussian kernel, Silverman's bandwidth), mirrored.
  public func violin(_ column: String, by group: String) throws(FrameError) -> Chart {
    let step = "violin(\"\(column)\", by: \"\(group)\")"
    let (frame, tally) = try measured(column, by: group, in: step)
    return try Chart(frame)
      .violins(x: .category(group), y: Chart.Position(column))
      .standing(for: tally)
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
