public import ApusFrame

extension DataFrame {
  /// Bars of how many rows have each value of a column, or of the mean of `y` among them; the thirty
  /// most frequent values, and one bar for all others, which says how many these are.
  ///
  /// - Parameters:
  ///   - mean: a column of numbers whose means are shown.
  ///   - color: a column by whose values the counts are divided; not with `mean`.
  public func bar(
    _ column: String, mean: String? = nil, color: String? = nil
  ) throws(FrameError) -> Chart {
    let step = "bar(\"\(column)\")"
    let groups = try categories(column, in: step).top(categoryLimit)
    let order = Chart.Order.values(groups.labels)
    let count = free("count", beside: column, color)
    if mean != nil, color != nil {
      throw FrameError(
        code: .badValue, what: "both mean and color", place: step,
        mend: "leave one out; means of several colours do not stack")
    }
    if let mean {
      let numbers = try finiteNumbers(mean, in: step)
      let height = free("mean", beside: column)
      let sums = groups.sums(of: numbers)
      let kept = groups.labels.indices.filter { sums[$0].count > 0 }
      let frame = try DataFrame(columns: [
        AnyColumn(name: column, AnyColumn(kept.map { Optional(groups.labels[$0]) })),
        AnyColumn(
          name: height, AnyColumn(kept.map { Optional(sums[$0].sum / Double(sums[$0].count)) })),
        AnyColumn(
          name: free("rows", beside: column), AnyColumn(kept.map { Optional(sums[$0].count) })),
      ])
      return try Chart(frame)
        .bars(x: Chart.Position(column).sorted(order), y: Chart.Position(height))
        .labels(y: "mean of \(mean)")
        .standing(for: RowTally(total: rowCount, drawn: sums.reduce(0) { $0 + $1.count }))
    }
    guard let color, color != column else {
      let counts = groups.counts
      let frame = try DataFrame(columns: [
        AnyColumn(name: column, AnyColumn(groups.labels.map(Optional.some))),
        AnyColumn(name: count, AnyColumn(counts.map(Optional.some))),
      ])
      return try Chart(frame)
        .bars(
          x: Chart.Position(column).sorted(order), y: Chart.Position(count),
          color: color.map { Chart.Color($0).sorted(order) }
        )
        .standing(for: RowTally(total: rowCount, drawn: counts.reduce(0, +)))
    }
    let parts = try categories(color, in: step).top(colorLimit - 1)
    let counts = groups.counts(with: parts)
    let places = counts.indices.filter { counts[$0] > 0 }
    let width = Swift.max(parts.labels.count, 1)
    let frame = try DataFrame(columns: [
      AnyColumn(name: column, AnyColumn(places.map { Optional(groups.labels[$0 / width]) })),
      AnyColumn(name: color, AnyColumn(places.map { Optional(parts.labels[$0 % width]) })),
      AnyColumn(name: count, AnyColumn(places.map { Optional(counts[$0]) })),
    ])
    return try Chart(frame)
      .bars(
        x: Chart.Position(column).sorted(order), y: Chart.Position(count),
        color: Chart.Color(color).sorted(.values(parts.labels))
      )
      .standing(for: RowTally(total: rowCount, drawn: counts.reduce(0, +)))
  }
}

extension Categories {
  /// The sum and number of the finite numbers of each label; a sum is compensated (Neumaier).
  func sums(of numbers: FiniteNumbers) -> [(sum: Double, count: Int)] {
    var sums = [(sum: Double, rest: Double, count: Int)](
      repeating: (0, 0, 0), count: labels.count)
    codes.read { codes in
      numbers.values.read { values in
        for row in 0..<numbers.count {
          let number = values[row]
          guard number - number == 0, codes[row] != Categories.absent else { continue }
          let code = Int(codes[row])
          let before = sums[code].sum
          let after = before + number
          sums[code].rest +=
            abs(before) >= abs(number) ? before - after + number : number - after + before
          sums[code].sum = after
          sums[code].count += 1
        }
      }
    }
    return sums.map { ($0.sum + $0.rest, $0.count) }
  }

  /// How many rows bear each pair of labels, those of `other` side by side.
  func counts(with other: Categories) -> [Int] {
    let width = Swift.max(other.labels.count, 1)
    var counts = [Int](repeating: 0, count: labels.count * width)
    codes.read { codes in
      other.codes.read { others in
        for row in 0..<self.codes.count
        where codes[row] != Categories.absent && others[row] != Categories.absent {
          counts[Int(codes[row]) * width + Int(others[row])] += 1
        }
      }
    }
    return counts
  }
}
