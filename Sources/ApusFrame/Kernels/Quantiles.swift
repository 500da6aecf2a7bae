/// The quantile of each group at `share`; null without values, NaN where a value is NaN.
/// - Source: R. J. Hyndman, Y. Fan 1996, The American Statistician 50(4), definition 7.
func quantiles(
  _ column: FixedWidthColumn<Double>, at share: Double, _ grouping: Grouping
) throws(FrameError) -> FixedWidthColumn<Double> {
  let values = try column.values.read { source throws(FrameError) in
    try GroupedValues(grouping, column.validity) { source[$0] }
  }
  let results = try Values<Double>(count: values.groupCount) { target throws(FrameError) in
    try values.forEachGroup { group, values in target[group] = quantile(of: values, at: share) }
  }
  return FixedWidthColumn(
    results, validity: Bitmap(count: values.groupCount) { values.count($0) > 0 })
}

/// The quantile of some values, which are reordered; 0 without values.
private func quantile(of values: UnsafeMutableBufferPointer<Double>, at share: Double) -> Double {
  guard let base = values.baseAddress, !values.isEmpty else { return 0 }
  var hasNaN = false
  for value in values { hasNaN = hasNaN || value.isNaN }
  if hasNaN { return .nan }
  let place = Double(values.count - 1) * share
  let below = Int(place)
  let low = select(base, values.count, below)
  let part = place - place.rounded(.down)
  guard part > 0 else { return low }
  var high = Double.infinity
  for index in (below + 1)..<values.count { high = Swift.min(high, base[index]) }
  // Between equal infinities the difference would be NaN.
  return low == high ? low : low + (high - low) * part
}

/// The value that would stand at `wanted` if the values, none of them NaN, were sorted. It comes to
/// stand there, with none greater before it and none less behind it.
///
/// Quickselect with branch-free partition by the median of three; runs of equal values are skipped.
func select(_ values: UnsafeMutablePointer<Double>, _ count: Int, _ wanted: Int) -> Double {
  var low = 0
  var high = count - 1
  while low < high {
    if high - low < 16 {
      sortFew(values + low, high - low + 1)
      break
    }
    let middle = (low + high) >> 1
    let (a, b, c) = (values[low], values[middle], values[high])
    let pivot = Swift.max(Swift.min(a, b), Swift.min(Swift.max(a, b), c))
    let from = pivot == a ? low : pivot == b ? middle : high
    values[from] = values[high]
    values[high] = pivot
    var edge = low
    for index in low..<high {
      let value = values[index]
      values[index] = values[edge]
      values[edge] = value
      edge &+= value < pivot ? 1 : 0
    }
    values[high] = values[edge]
    values[edge] = pivot
    if edge == wanted { break }
    if edge > wanted {
      high = edge - 1
      continue
    }
    low = edge + 1
    var next = low
    for index in low...high where low <= high {
      let value = values[index]
      values[index] = values[next]
      values[next] = value
      next &+= value == pivot ? 1 : 0
    }
    if next > wanted { break }
    low = next
  }
  return values[wanted]
}

private func sortFew(_ values: UnsafeMutablePointer<Double>, _ count: Int) {
  for index in 1..<count {
    let value = values[index]
    var place = index
    while place > 0, values[place - 1] > value {
      values[place] = values[place - 1]
      place -= 1
    }
    values[place] = value
  }
}
