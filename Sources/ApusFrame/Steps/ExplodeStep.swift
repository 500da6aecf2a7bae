/// A row for each value of some columns of lists, which go side by side.
struct ExplodeStep: FrameStep {
  let places: [Int]
  let keepsEmpty: Bool

  func text(_ names: [String]) -> String {
    "explode \(FrameError.summary(of: places.map { names[$0] }))"
      + (keepsEmpty ? "" : ", empty lists dropped")
  }
  var decidingColumns: Set<Int>? { Set(places) }
  func moved(_ place: (Int) -> Int) -> ExplodeStep {
    ExplodeStep(places: places.map(place), keepsEmpty: keepsEmpty)
  }

  func run(
    _ frames: [DataFrame], schema: Schema, label: String
  ) throws(FrameError) -> DataFrame {
    let frame = frames[0]
    var lists: [ListColumn] = []
    for place in places {
      guard case .list(let column) = frame.columns[place] else {
        preconditionFailure("exploding \(frame.columns[place].type)")
      }
      lists.append(column)
    }
    try checkLengths(of: lists, frame, label)
    let total = (0..<frame.rowCount).reduce(0) {
      $0 + Swift.max(lists[0].valueCount(in: $1), keepsEmpty ? 1 : 0)
    }
    guard total < Int(UInt32.max) else {
      throw FrameError(
        code: .tooManyRows, what: "lists of \(total) values together", place: label,
        mend: "a frame holds up to \(UInt32.max - 1) rows: filter first")
    }
    let entries = lists[0].rowOfEachValue(keepsEmpty: keepsEmpty)
    try FrameMemory.check()
    let others = frame.columns.indices.filter { !places.contains($0) }
    var columns = frame.columns
    let repeated = try gathered(
      others.map { frame.columns[$0] }, RowSelection(rows: entries.rows))
    for (place, column) in zip(others, repeated) { columns[place] = column }
    for (list, place) in zip(lists, places) {
      let values =
        place == places[0] ? entries.values : list.rowOfEachValue(keepsEmpty: keepsEmpty).values
      columns[place] = list.child.gatheredOrNull(values)
    }
    return DataFrame(schema: schema, columns: columns, rowCount: total)
  }

  private func checkLengths(
    of lists: [ListColumn], _ frame: DataFrame, _ label: String
  ) throws(FrameError) {
    for (place, list) in zip(places, lists).dropFirst() {
      for row in 0..<frame.rowCount {
        let (count, wanted) = (list.valueCount(in: row), lists[0].valueCount(in: row))
        guard count != wanted else { continue }
        let names = frame.columnNames
        throw FrameError(
          code: .shapeMismatch,
          what: "row \(row) has \(wanted) values in \"\(names[places[0]])\" and \(count) in "
            + "\"\(names[place])\"", place: label,
          mend: "lists that go side by side are equally long: explode one after the other")
      }
    }
  }
}

extension ListColumn {
  /// How many values a row has; a null row has none.
  fileprivate func valueCount(in row: Int) -> Int {
    validity?[row] ?? true ? range(row).count : 0
  }
}

extension LogicalPlan {
  func explode(_ names: [String], keepsEmpty: Bool) throws(FrameError) -> LogicalPlan {
    let label = "explode(…)"
    var fields = schema.fields
    var places: [Int] = []
    for name in names {
      let place = try schema.place(of: name, in: label)
      guard case .list(let element) = fields[place].type else {
        throw FrameError(
          code: .typeMismatch, what: "\"\(name)\" of \(fields[place].type)", place: label,
          mend: places.contains(place)
            ? "name each column once" : "it takes lists; unnest(…) takes structs apart")
      }
      fields[place].type = element
      places.append(place)
    }
    return step(
      ExplodeStep(places: places, keepsEmpty: keepsEmpty), schema: try Schema(fields, for: label),
      label: label)
  }

  func unnest(_ names: [String], separator: String?) throws(FrameError) -> LogicalPlan {
    let label = "unnest(…)"
    for name in names {
      let place = try schema.place(of: name, in: label)
      guard case .struct = schema.fields[place].type else {
        throw FrameError(
          code: .typeMismatch, what: "\"\(name)\" of \(schema.fields[place].type)", place: label,
          mend: "it takes structs; explode(…) makes rows of lists")
      }
    }
    var expressions: [Expr] = []
    for field in schema.fields {
      guard names.contains(field.name), case .struct(let parts) = field.type else {
        expressions.append(col(field.name))
        continue
      }
      for part in parts {
        let name = separator.map { field.name + $0 + part.name } ?? part.name
        expressions.append(col(field.name).field(part.name).as(name))
      }
    }
    return try project(expressions, label: label)
  }
}

extension DataFrame {
  /// A row for each value of a column of lists, or of several, whose lists go side by side and are
  /// equally long; other columns are repeated. A list that is empty or null makes one row, with
  /// null, unless `keepsEmpty` is false.
  ///
  ///     try orders.explode("items", "prices")
  public func explode(
    _ first: String, _ others: String..., keepsEmpty: Bool = true
  ) throws(FrameError) -> DataFrame {
    try PlanExecutor().run(
      LogicalPlan.frame(self).explode([first] + others, keepsEmpty: keepsEmpty))
  }

  /// The fields of structs as columns, in the place of each; null where the struct is. With a
  /// `separator`, they are named after the struct too: `place.x`.
  public func unnest(
    _ first: String, _ others: String..., separator: String? = nil
  ) throws(FrameError) -> DataFrame {
    try PlanExecutor().run(
      LogicalPlan.frame(self).unnest([first] + others, separator: separator))
  }
}

extension LazyFrame {
  /// A row for each value of a column of lists, or of several, whose lists go side by side and are
  /// equally long; other columns are repeated. A list that is empty or null makes one row, with
  /// null, unless `keepsEmpty` is false.
  public func explode(
    _ first: String, _ others: String..., keepsEmpty: Bool = true
  ) throws(FrameError) -> LazyFrame {
    let names = [first] + others
    return try step { (plan) throws(FrameError) in
      try plan.explode(names, keepsEmpty: keepsEmpty)
    }
  }

  /// The fields of structs as columns, in the place of each; null where the struct is. With a
  /// `separator`, they are named after the struct too: `place.x`.
  public func unnest(
    _ first: String, _ others: String..., separator: String? = nil
  ) throws(FrameError) -> LazyFrame {
    let names = [first] + others
    return try step { (plan) throws(FrameError) in
      try plan.unnest(names, separator: separator)
    }
  }
}
