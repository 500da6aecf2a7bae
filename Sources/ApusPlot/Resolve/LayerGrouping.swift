internal import ApusFrame

/// Groups the rows of a layer by all channels that are not aggregated, and aggregates the others by
/// the frame's own engine.
struct LayerGrouping {
  let layer: Chart.Layer

  func grouped(_ table: MarkLayer) throws(FrameError) -> MarkLayer {
    let keys = Chart.ChannelName.allCases.filter {
      table.fields[$0] != nil && layer.channels[$0]?.isAggregated != true
    }
    var columns = keys.compactMap { table.fields[$0] }
    columns += [table.rowFacet, table.columnFacet].compactMap { $0 }
    let (groups, firstRows) = numbered(columns, table.count)
    var result = table.picked(firstRows)
    let ids = AnyColumn(groups.map(Optional.some))
    for (name, channel) in layer.channels where channel.isAggregated {
      result.fields[name] = try aggregated(channel, ids, count: firstRows.count)
    }
    return result
  }

  /// The group of each row, and the first row of each group.
  private func numbered(_ columns: [Field], _ count: Int) -> (groups: [Int], firstRows: [Int]) {
    var groups = [Int](repeating: 0, count: count)
    var firstRows = count > 0 ? [0] : []
    // One column after the other: pairs of numbers hash faster than lists.
    for column in columns {
      var numbers: [Pair: Int] = [:]
      firstRows = []
      for row in 0..<count {
        let value = column.values[row]
        let key = Pair(group: groups[row], bits: value.isNaN ? UInt64.max : value.bitPattern)
        if let number = numbers[key] {
          groups[row] = number
        } else {
          groups[row] = firstRows.count
          numbers[key] = firstRows.count
          firstRows.append(row)
        }
      }
    }
    return (groups, firstRows)
  }

  private struct Pair: Hashable {
    let group: Int
    let bits: UInt64
  }

  private func aggregated(
    _ channel: Chart.Channel, _ ids: AnyColumn, count: Int
  ) throws(FrameError) -> Field {
    let expression: Expr
    var columns = [AnyColumn(name: "group", ids)]
    var title = "count"
    var kind = Field.Kind.number
    if let column = channel.column, let aggregate = channel.aggregate {
      title = "\(aggregate.word) of \(column)"
      let place = try layer.frame.schema.place(of: column, in: "Chart")
      columns.append(AnyColumn(name: "value", layer.frame.columns[place]))
      switch aggregate {
      case .mean: expression = mean("value")
      case .median: expression = median("value")
      case .sum: expression = sum("value")
      case .min: expression = min("value")
      case .max: expression = max("value")
      case .standardDeviation: expression = std("value")
      case .distinct: expression = countDistinct("value")
      case .quantile(let share): expression = quantile("value", share)
      }
    } else {
      expression = ApusFrame.count()
      kind = .whole
    }
    let frame = try DataFrame(columns: columns).grouped(by: "group")
      .aggregate(expression.as("result"))
    let groups = try frame["group", as: Int.self]
    let reader = FieldReader(frame: frame)
    let results = try reader.field("result").values
    var values = [Double](repeating: .nan, count: count)
    for (group, value) in zip(groups, results) {
      if let group { values[group] = value }
    }
    var field = Field(name: title, title: channel.title ?? title, kind: kind, values: values)
    field.format = channel.format
    return field
  }
}
