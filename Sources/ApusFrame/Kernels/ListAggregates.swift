/// The values of each group as a list, in the order of its rows; a second input, if there is one, says
/// which rows count.
func listed(
  _ inputs: [ColumnStorage], _ partitions: Partitions
) throws(FrameError) -> ColumnStorage {
  var rows = partitions.rows
  var starts = partitions.starts
  if inputs.count == 2 {
    guard case .bool(let condition) = inputs[1] else {
      preconditionFailure("a condition is not Bool")
    }
    let isChosen = condition.isTrue
    var kept: [UInt32] = []
    var ends = [0]
    for group in 0..<(starts.count - 1) {
      for place in starts[group]..<starts[group + 1] where isChosen[Int(rows[place])] {
        kept.append(rows[place])
      }
      ends.append(kept.count)
    }
    (rows, starts) = (Values(kept), ends)
  }
  let values = try gathered([inputs[0]], RowSelection(rows: rows, isScattered: true))
  return .list(ListColumn(offsets: Values(starts), child: values[0]))
}

/// The `count` greatest, or least, values of each group as a list, in that order; nulls are left out.
func extremesListed(
  _ column: ColumnStorage, _ count: Int, _ grouping: Grouping, wantsGreatest: Bool
) throws(FrameError) -> ColumnStorage {
  let place = SortPlace(place: 0, isDescending: wantsGreatest, nullsFirst: false)
  let partitions = try Partitions(grouping, order: [SortColumn(column, place)])
  let validity = column.validity
  var rows: [UInt32] = []
  var ends = [0]
  for group in 0..<(partitions.starts.count - 1) {
    let places = partitions.starts[group]..<partitions.starts[group + 1]
    for place in places.prefix(count) {
      let row = partitions.rows[place]
      // Nulls come last.
      guard validity?[Int(row)] ?? true else { break }
      rows.append(row)
    }
    ends.append(rows.count)
  }
  let values = try gathered([column], RowSelection(rows: Values(rows), isScattered: true))
  return .list(ListColumn(offsets: Values(ends), child: values[0]))
}
