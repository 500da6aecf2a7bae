/// Computes window functions: rows are put side by side by partition, in order, and each partition
/// is gone through once.
struct WindowStep {
  let columns: [ColumnStorage]
  let rowCount: Int
  let step: String

  func column(_ window: TypedWindow) throws(FrameError) -> ColumnStorage {
    let inputs = try ChunkedEvaluation(columns: columns, rowCount: rowCount, step: step)
      .columns(window.inputs)
    if case .isMember(let wanted) = window.function {
      return .bool(try membership(of: inputs[0], among: wanted.column, step: step))
    }
    let grouping = try Grouping(of: window.partition.map { columns[$0] }, rowCount: rowCount)
    if case .aggregate(.list) = window.function {
      let order = window.order.map { SortColumn(columns[$0.place], $0) }
      return try spread(listed(inputs, Partitions(grouping, order: order)), grouping)
    }
    if case .aggregate(let function) = window.function {
      let groups = try aggregated(
        function, ordered(inputs, window), by: grouping, label: step)
      return try spread(groups, grouping)
    }
    var order = window.order.map { SortColumn(columns[$0.place], $0) }
    let ranked: Bool? =
      switch window.function {
      case .rank(_, let descending), .share(_, let descending): descending
      default: nil
      }
    if let descending = ranked {
      let place = SortPlace(place: 0, isDescending: descending, nullsFirst: false)
      order = [SortColumn(inputs[0], place)]
    }
    let partitions = try Partitions(grouping, order: order)
    switch window.function {
    case .aggregate, .isMember: preconditionFailure("\(window.function) is computed above")
    case .rowNumber: return .int64(try partitions.rowNumbers())
    case .rank(let method, _): return try partitions.ranks(inputs[0], method)
    case .shift(let count):
      return inputs[0].picked(try partitions.shifted(by: count))
    case .cumulative(let function):
      return try partitions.running(inputs[0], function, from: nil, to: 0, least: 1)
    case .rolling(let function, let from, let to, let least):
      return try partitions.running(inputs[0], function, from: from, to: to, least: least)
    case .fill(let isForward, let limit):
      return inputs[0].picked(
        try partitions.filled(inputs[0].validity, isForward: isForward, limit: limit))
    case .interpolate: return .float64(try partitions.interpolated(inputs[0]))
    case .share(let isCumulative, _):
      return .float64(try partitions.shares(inputs[0], isCumulative: isCumulative))
    case .tile(let count): return .int64(try partitions.tiles(count))
    case .exponential(let function, let alpha, let isAdjusted):
      return .float64(
        try partitions.exponential(function, inputs[0], alpha: alpha, isAdjusted: isAdjusted))
    }
  }

  /// First and last depend on the order of rows, and no other aggregate does.
  private func ordered(
    _ inputs: [ColumnStorage], _ window: TypedWindow
  ) throws(FrameError) -> [ColumnStorage] {
    guard !window.order.isEmpty, let input = inputs.first,
      case .aggregate(let function) = window.function, function == .first || function == .last
    else { return inputs }
    let grouping = try Grouping(of: window.partition.map { columns[$0] }, rowCount: rowCount)
    let partitions = try Partitions(
      grouping, order: window.order.map { SortColumn(columns[$0.place], $0) })
    return [input.picked(try partitions.ends(wantsLast: function == .last))]
  }

  /// Each row's own group's value.
  private func spread(
    _ groups: ColumnStorage, _ grouping: Grouping
  ) throws(FrameError) -> ColumnStorage {
    let rows =
      grouping.isWhole ? Values<UInt32>(repeating: 0, count: rowCount) : grouping.codes
    return try gathered([groups], RowSelection(rows: rows))[0]
  }
}
