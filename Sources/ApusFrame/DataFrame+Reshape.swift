extension DataFrame {
  /// One row per combination of the `index` columns and one column per value of `on`, filled with
  /// `values`.
  ///
  ///     try sales.pivot(on: "month", index: "city", values: "amount") { sum($0) }
  ///
  /// Rows and columns come in the order in which they first occur; a combination that does not occur
  /// is null. Without an aggregate, a combination that occurs twice is an error.
  public func pivot(
    on: String, index: String..., values: String, aggregate: (@Sendable (Expr) -> Expr)? = nil
  ) throws(FrameError) -> DataFrame {
    let label = "pivot(on: \"\(on)\", …)"
    for name in [on, values] + index { _ = try schema.place(of: name, in: label) }
    let value = (aggregate ?? { first($0) })(col(values))
    let cells = try PlanExecutor().run(
      LogicalPlan.frame(self).aggregate(
        by: index + [on], [value.as("\u{0}value"), count().as("\u{0}count")]))
    let headings = cells.columns[index.count]
    let results = cells.columns[index.count + 1]
    if aggregate == nil {
      let counts = cells.columns[index.count + 2]
      for cell in 0..<cells.rowCount where counts.scalar(at: cell) != .int(1) {
        let named = index.enumerated().map { "\($1) = \(cells.columns[$0].scalar(at: cell).shown)" }
        throw FrameError(
          code: .badValue,
          what: "several rows of "
            + (named + ["\(on) = \(headings.scalar(at: cell).shown)"]).joined(separator: ", "),
          place: label, mend: "say what to do with them, as in { sum($0) }")
      }
    }
    let rows = try Grouping(
      of: (0..<index.count).map { cells.columns[$0] }, rowCount: cells.rowCount)
    let columns = try Grouping(of: [headings], rowCount: cells.rowCount)
    let rowCount = index.isEmpty ? Swift.min(cells.rowCount, 1) : rows.groupCount
    var places = [[UInt32]](
      repeating: [UInt32](repeating: RowSelection.missing, count: rowCount),
      count: cells.rowCount == 0 ? 0 : columns.groupCount)
    let (columnCodes, rowCodes) = (columns.codes, rows.codes)
    for cell in 0..<cells.rowCount {
      places[Int(columnCodes[cell])][rows.isWhole ? 0 : Int(rowCodes[cell])] = UInt32(cell)
    }
    var result: [AnyColumn] = []
    let firsts = RowSelection(rows: rows.firstRows.sliced(0..<rowCount))
    let keys = try gatheredColumns((0..<index.count).map { cells.columns[$0] }, firsts)
    for (name, key) in zip(index, keys) { result.append(AnyColumn(name: name, key)) }
    for (column, rows) in places.enumerated() {
      let heading = headings.scalar(at: Int(columns.firstRows[column]))
      let name =
        switch heading {
        case .string(let text): text
        default: heading.shown
        }
      let filled = try gatheredColumns(
        [results], RowSelection(rows: Values(rows), mayMiss: true))
      result.append(AnyColumn(name: name, filled[0]))
    }
    return try DataFrame(columns: result, rowCount: rowCount)
  }

  /// One row per combination of the `index` columns and one column per value of `columns`, which are
  /// values of `on`, whether or not they occur; others are left out.
  ///
  ///     try sales.pivot(on: "month", columns: [1, 2, 3], index: "city", values: "amount") { sum($0) }
  public func pivot(
    on: String, columns: [Scalar], index: String..., values: String,
    aggregate: @Sendable (Expr) -> Expr
  ) throws(FrameError) -> DataFrame {
    try PlanExecutor().run(
      LogicalPlan.frame(self).pivot(
        on: on, columns: columns, index: index, aggregate(col(values))))
  }

  private func gatheredColumns(
    _ columns: [ColumnStorage], _ rows: RowSelection
  ) throws(FrameError) -> [ColumnStorage] {
    try ApusFrame.gathered(columns, rows)
  }

  /// The columns `values`, all that are not kept when none is named, below each other: a row per row
  /// and column, with the column's name in one column and its value in another. All rows of the
  /// first column come first.
  public func unpivot(
    keep: [String] = [], values: [String]? = nil, variable: String = "variable",
    value: String = "value"
  ) throws(FrameError) -> DataFrame {
    try PlanExecutor().run(
      LogicalPlan.frame(self).unpivot(keep: keep, values: values, variable: variable, value: value))
  }

  /// Columns become rows, and rows columns `row_0`, `row_1`, …, or named by the column `header`; the
  /// old names stand in the first column, under `names`.
  public func transposed(
    names: String = "column", header: String? = nil
  ) throws(FrameError) -> DataFrame {
    let label = "transposed()"
    let headings = try header.map { name throws(FrameError) in
      columns[try schema.place(of: name, in: label)]
    }
    let kept = schema.fields.filter { $0.name != header }
    guard let type = LogicalPlan.commonType(kept.map(\.type)) else {
      throw FrameError(
        code: .typeMismatch,
        what: "columns of \(Set(kept.map(\.type.description)).sorted().joined(separator: " and "))",
        place: label, mend: "rows become columns of one type: cast or select first")
    }
    guard rowCount <= 10_000 else {
      throw FrameError(
        code: .tooManyRows, what: "\(rowCount) rows would become columns", place: label,
        mend: "take at most 10000 rows")
    }
    let cast = try PlanExecutor().run(
      LogicalPlan.frame(self).project(
        kept.map { $0.type == type ? col($0.name) : col($0.name).cast(to: type).as($0.name) },
        label: label))
    let stacked = try concatenated(cast.columns, type: type)
    var result = [AnyColumn(name: names, AnyColumn(kept.map { Optional($0.name) }))]
    for row in 0..<rowCount {
      let rows = Values(kept.indices.map { UInt32($0 * rowCount + row) })
      var name = "row_\(row)"
      if let heading = headings?.scalar(at: row) {
        if case .string(let text) = heading { name = text } else { name = heading.shown }
      }
      result.append(AnyColumn(name: name, stacked.gathered(rows)))
    }
    return try DataFrame(columns: result, rowCount: kept.count)
  }

  /// In the place of each named column, one column of 0 and 1 per value that it has, in the order of
  /// values: `city` becomes `city_Oslo`, `city_Rome`. A null has 0 in all. With `dropFirst` the first
  /// value has no column, as regressions want it.
  public func dummies(_ names: String..., dropFirst: Bool = false) throws(FrameError) -> DataFrame {
    let label = "dummies(…)"
    for name in names { _ = try schema.place(of: name, in: label) }
    var result: [AnyColumn] = []
    for (field, column) in zip(schema.fields, columns) {
      guard names.contains(field.name) else {
        result.append(AnyColumn(name: field.name, column))
        continue
      }
      let values = try unique(by: [field.name], keep: .first).select(field.name)
        .filter(col(field.name).isNotNull).sorted(by: .ascending(field.name))
      for row in (dropFirst ? 1 : 0)..<Swift.max(values.rowCount, dropFirst ? 1 : 0) {
        let value = values.columns[0].scalar(at: row)
        let text: String
        if case .string(let string) = value { text = string } else { text = value.shown }
        let isValue = Expr(.binary(.equal, col(field.name), Expr(.literal(value))))
        let bits = try select(isValue.fillNull(false).cast(to: .int64).as("bit"))
        result.append(AnyColumn(name: "\(field.name)_\(text)", bits.columns[0]))
      }
    }
    return try DataFrame(columns: result, rowCount: rowCount)
  }
}

extension LazyFrame {
  /// One row per combination of the `index` columns and one column per value of `columns`, which are
  /// values of `on`, whether or not they occur; others are left out. What does not occur together is
  /// null.
  public func pivot(
    on: String, columns: [Scalar], index: String..., values: String,
    aggregate: @Sendable (Expr) -> Expr
  ) throws(FrameError) -> LazyFrame {
    LazyFrame(
      try plan.pivot(on: on, columns: columns, index: index, aggregate(col(values))))
  }

  /// The columns `values`, all that are not kept when none is named, below each other: a row per row
  /// and column, with the column's name in one column and its value in another.
  public func unpivot(
    keep: [String] = [], values: [String]? = nil, variable: String = "variable",
    value: String = "value"
  ) throws(FrameError) -> LazyFrame {
    try step { (plan) throws(FrameError) in
      try plan.unpivot(keep: keep, values: values, variable: variable, value: value)
    }
  }
}

extension LogicalPlan {
  /// The aggregate of the rows with each value of a column, side by side.
  func pivot(
    on: String, columns: [Scalar], index: [String], _ aggregate: Expr
  ) throws(FrameError) -> LogicalPlan {
    let label = "pivot(on: \"\(on)\", …)"
    for name in index + [on] { _ = try schema.place(of: name, in: label) }
    guard !columns.isEmpty else {
      throw FrameError(
        code: .shapeMismatch, what: "no columns", place: label,
        mend: "name the values that become columns, as in columns: [2024, 2025]")
    }
    let cells = columns.map { value in
      let isValue =
        value == .null
        ? col(on).isNull : Expr(.binary(.equal, col(on), Expr(.literal(value))))
      let cell = when(count().where(isValue) > 0).then(aggregate.where(isValue))
        .otherwise(Expr(.literal(.null)))
      if case .string(let text) = value { return cell.as(text) }
      return cell.as(value.shown)
    }
    return try self.aggregate(by: index, cells)
  }

  /// Columns below each other.
  package func unpivot(
    keep: [String], values: [String]?, variable: String, value: String
  ) throws(FrameError) -> LogicalPlan {
    let label = "unpivot(…)"
    for name in keep + (values ?? []) { _ = try schema.place(of: name, in: label) }
    let stacked = values ?? schema.names.filter { !keep.contains($0) }
    let types = stacked.compactMap { schema[$0] }
    guard let type = LogicalPlan.commonType(types) else {
      throw FrameError(
        code: .typeMismatch,
        what: stacked.isEmpty
          ? "no columns"
          : "columns of \(Set(types.map(\.description)).sorted().joined(separator: " and "))",
        place: label, mend: "values are of one type: name them, or cast them first")
    }
    var parts: [LogicalPlan] = []
    for name in stacked {
      let cast = schema[name] == type ? col(name) : col(name).cast(to: type)
      parts.append(
        try project(keep.map(col) + [lit(name).as(variable), cast.as(value)], label: label))
    }
    return try LogicalPlan.concat(parts, how: .vertical)
  }

  /// The one type of values that stand below each other; whole numbers become floating-point ones
  /// beside such.
  static func commonType(_ types: [DataType]) -> DataType? {
    guard let first = types.first else { return nil }
    if types.allSatisfy({ $0 == first }) { return first }
    return types.allSatisfy(\.isNumeric) ? .float64 : nil
  }
}
