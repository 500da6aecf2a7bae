extension DataFrame {
  /// One row per column: its type, how many values, nulls and different values it has, and for
  /// numbers and Bool their mean, standard deviation (n − 1), least, quartiles and greatest.
  /// What an interrupt or the end of memory leaves undone is null.
  public func describe() -> DataFrame {
    var rows = SummaryColumns()
    let everyRow = Grouping(wholeOf: rowCount)
    for (field, column) in zip(schema.fields, columns) {
      let summarised: (AggregateFunction) -> Scalar = { function in
        do throws(FrameError) {
          return try aggregated(function, [column], by: everyRow, label: "describe()")
            .scalar(at: 0)
        } catch {
          if error.code == .cancelled || error.code == .memoryLimit { return .null }
          preconditionFailure("\(function) of \(field.type) failed: \(error)")
        }
      }
      rows.append(field, nullCount: AnyColumn(name: "", column).nullCount, summarised)
    }
    return rows.frame
  }
}

/// The columns of a summary while its rows are collected.
private struct SummaryColumns {
  private var names: [String?] = []
  private var types: [String?] = []
  private var counts: [[Int?]] = [[], [], []]
  private var statistics: [[Double?]] = SummaryColumns.functions.map { _ in [] }

  private static let functions: [(name: String, function: AggregateFunction)] = [
    ("mean", .mean), ("std", .std), ("min", .min), ("q25", .quantile(0.25)),
    ("median", .median), ("q75", .quantile(0.75)), ("max", .max),
  ]

  mutating func append(
    _ field: Schema.Field, nullCount: Int, _ summarised: (AggregateFunction) -> Scalar
  ) {
    names.append(field.name)
    types.append(field.type.description)
    let whole = [summarised(.count), .int(nullCount), summarised(.countDistinct)]
    for (place, value) in whole.enumerated() {
      counts[place].append(value.number.map { Int($0) })
    }
    let hasNumbers = field.type.isNumeric || field.type == .bool
    for (place, entry) in SummaryColumns.functions.enumerated() {
      statistics[place].append(hasNumbers ? summarised(entry.function).number : nil)
    }
  }

  var frame: DataFrame {
    var columns = [
      AnyColumn(name: "column", .string(StringColumn(names))),
      AnyColumn(name: "type", .string(StringColumn(types))),
    ]
    for (name, values) in zip(["count", "nulls", "distinct"], counts) {
      columns.append(AnyColumn(name: name, .int64(FixedWidthColumn(values, hole: 0))))
    }
    for (entry, values) in zip(SummaryColumns.functions, statistics) {
      columns.append(AnyColumn(name: entry.name, .float64(FixedWidthColumn(values, hole: 0))))
    }
    do {
      return try DataFrame(columns: columns)
    } catch {
      preconditionFailure("the columns of a summary do not fit: \(error)")
    }
  }
}
