public import ApusFrame

extension DataFrame {
  /// Rectangles whose colour says how many rows have each pair of two columns' values, or the mean of
  /// `mean` among them. Numbers of more than thirty different values are put into intervals.
  public func heatmap(
    x: String, y: String, mean: String? = nil
  ) throws(FrameError) -> Chart {
    let step = "heatmap(x: \"\(x)\", y: \"\(y)\")"
    let (across, up) = (try heatAxis(x, in: step), try heatAxis(y, in: step))
    let numbers = try mean.map { name throws(FrameError) in try finiteNumbers(name, in: step) }
    let width = across.categories.labels.count
    let pairs = across.categories.paired(with: up.categories)
    var counts: [Int]
    var means: [Double?]?
    if let numbers {
      let sums = pairs.sums(of: numbers)
      counts = sums.map(\.count)
      means = sums.map { $0.count > 0 ? $0.sum / Double($0.count) : nil }
    } else {
      counts = pairs.counts
    }
    let places = counts.indices.filter { counts[$0] > 0 }
    let value = mean.map { "mean of \($0)" } ?? "rows"
    var columns = across.columns("x", places.map { $0 % Swift.max(width, 1) })
    columns += up.columns("y", places.map { $0 / Swift.max(width, 1) })
    columns.append(
      AnyColumn(
        name: value,
        means.map { means in AnyColumn(places.map { means[$0] }) }
          ?? AnyColumn(places.map { Optional(counts[$0]) })))
    return try Chart(DataFrame(columns: columns))
      .rectangles(
        x: across.position("x"), y: up.position("y"), x2: across.bins.map { _ in "x2" },
        y2: up.bins.map { _ in "y2" }, color: Chart.Color(value)
      )
      .labels(x: x, y: y).standing(for: RowTally(total: rowCount, drawn: counts.reduce(0, +)))
  }

  private func heatAxis(_ name: String, in step: String) throws(FrameError) -> HeatAxis {
    let categories = try categories(name, in: step)
    guard categories.labels.count > categoryLimit, try isNumeric(name) else {
      return HeatAxis(categories: categories.top(categoryLimit), bins: nil)
    }
    let numbers = try finiteNumbers(name, in: step)
    let bins = Bins(upTo: 30, over: numbers.extent)
    return HeatAxis(categories: Categories(numbers, in: bins), bins: bins)
  }
}

/// One side of a heat map: categories, or intervals of numbers.
private struct HeatAxis {
  let categories: Categories
  let bins: Bins?

  func columns(_ name: String, _ codes: [Int]) -> [AnyColumn] {
    guard let bins else {
      return [AnyColumn(name: name, AnyColumn(codes.map { Optional(categories.labels[$0]) }))]
    }
    return [
      AnyColumn(name: name, AnyColumn(codes.map { Optional(bins.edges[$0]) })),
      AnyColumn(name: "\(name)2", AnyColumn(codes.map { Optional(bins.edges[$0 + 1]) })),
    ]
  }

  func position(_ name: String) -> Chart.Position {
    guard bins != nil else {
      return Chart.Position(name).sorted(.values(categories.labels))
    }
    return Chart.Position(name).scale(.linear.zero(false))
  }
}

extension Categories {
  /// The interval of each finite number.
  fileprivate init(_ numbers: FiniteNumbers, in bins: Bins) {
    let count = numbers.count
    let codes = Values<UInt32>(count: count) { target in
      numbers.values.read { values in
        bins.withFinder { find in
          for row in 0..<count {
            let number = values[row]
            target[row] = number - number == 0 ? UInt32(find(number)) : Categories.absent
          }
        }
      }
    }
    self.init(
      codes: codes, labels: (0..<bins.count).map { PlotNumber.text(bins.edges[$0]) },
      rows: [Int](repeating: 0, count: bins.count))
  }

  /// The pairs of labels, those of this one side by side; absent where either is.
  fileprivate func paired(with other: Categories) -> Categories {
    let width = UInt32(labels.count)
    let count = codes.count
    let both = Values<UInt32>(count: count) { target in
      codes.read { codes in
        other.codes.read { others in
          for row in 0..<count {
            let isAbsent = codes[row] == Categories.absent || others[row] == Categories.absent
            target[row] = isAbsent ? Categories.absent : others[row] * width + codes[row]
          }
        }
      }
    }
    let places = labels.count * other.labels.count
    return Categories(
      codes: both, labels: [String](repeating: "", count: places),
      rows: [Int](repeating: 0, count: places))
  }
}
