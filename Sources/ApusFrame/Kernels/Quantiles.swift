/// The quantile of each group at `share`; null without values, NaN where a value is NaN.
/// - Source: R. J. Hyndman, Y. Fan 1996, The American Statistician 50(4), definition 7.
func quantiles(
  _ column: FixedWidthColumn<Double>, at share: Double, _ grouping: Grouping
) -> FixedWidthColumn<Double> {
  let groupCount = grouping.groupCount
  var starts = [Int](repeating: 0, count: groupCount + 1)
  forEachGrouped(column.validity, grouping) { _, group in starts[group + 1] += 1 }
  for group in 0..<groupCount { starts[group + 1] += starts[group] }

  var places = starts
  var values = [Double](repeating: 0, count: starts[groupCount])
  column.values.read { source in
    forEachGrouped(column.validity, grouping) { row, group in
      values[places[group]] = source[row]
      places[group] += 1
    }
  }
  return FixedWidthColumn(
    Values(count: groupCount) { target in
      for group in 0..<groupCount {
        target[group] = quantile(of: &values[starts[group]..<starts[group + 1]], at: share)
      }
    }, validity: Bitmap(count: groupCount) { starts[$0] < starts[$0 + 1] })
}

/// The quantile of some values, which are sorted in place; 0 without values.
private func quantile(of values: inout ArraySlice<Double>, at share: Double) -> Double {
  guard let first = values.first else { return 0 }
  if values.contains(where: \.isNaN) { return .nan }
  guard values.count > 1 else { return first }
  values.sort()
  let place = Double(values.count - 1) * share
  let below = values.startIndex + Int(place)
  let low = values[below]
  let part = place - place.rounded(.down)
  guard part > 0 else { return low }
  let high = values[below + 1]
  // Between equal infinities the difference would be NaN.
  return low == high ? low : low + (high - low) * part
}
