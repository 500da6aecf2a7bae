public import ApusFrame

extension DataFrame {
  /// A chart of how many values of a numeric column fall into each of `bins` equally wide
  /// intervals; each holds its lower end, the last one its upper end too. Nulls, NaN and
  /// infinities are left out.
  public func histogram(_ column: String, bins: Int = 30) throws(FrameError) -> Chart {
    let step = "histogram(\"\(column)\", bins: \(bins))"
    _ = try schema.place(of: column, in: step)
    guard bins > 0 else {
      throw FrameError(
        code: .badValue, what: "\(bins) bins", place: step, mend: "ask for 1 or more")
    }
    let type = try self[column].type
    guard type.isNumeric else {
      throw FrameError(
        code: .typeMismatch, what: "\"\(column)\" is \(type), not a number", place: step,
        mend: "count its values: grouped(by: \"\(column)\").aggregate(count())")
    }
    let values = try self[column, as: Double.self].compactMap { $0 }.filter(\.isFinite)
    let edges = binEdges(values, bins)
    var counts = [Int?](repeating: 0, count: edges.count - 1)
    for value in values {
      counts[bin(of: value, edges)]? += 1
    }
    let frame = try DataFrame([
      "start": AnyColumn(edges.dropLast().map(Optional.some)),
      "end": AnyColumn(edges.dropFirst().map(Optional.some)),
      "count": AnyColumn(counts),
    ])
    return try Chart(frame)
      .bars(x: "start", y: "count", x2: Chart.Position("end"))
      .labels(x: column, y: "count")
  }
}

/// `bins` + 1 ends of intervals that hold all `values`; one value gets a width of 1 around it.
private func binEdges(_ values: [Double], _ bins: Int) -> [Double] {
  guard var low = values.min(), var high = values.max() else { return [0, 1] }
  if low == high {
    // Beyond 2^53 half a unit is lost, so the interval grows with the number.
    let half = Swift.max(0.5, abs(low) * 1e-9)
    let limit = Double.greatestFiniteMagnitude
    (low, high) = (Swift.max(low - half, -limit), Swift.min(high + half, limit))
  }
  let width = high / Double(bins) - low / Double(bins)
  return (0..<bins).map { low + width * Double($0) } + [high]
}

/// The interval that holds a value, found by halving: exact whatever the ends were rounded to.
private func bin(of value: Double, _ edges: [Double]) -> Int {
  var (low, high) = (0, edges.count - 1)
  while high - low > 1 {
    let middle = (low + high) / 2
    if edges[middle] <= value { low = middle } else { high = middle }
  }
  return low
}
