extension LogicalPlan {
  /// The frame with a further column, or with another one of that name in the old one's place.
  package func with(_ expression: Expr, as name: String) throws(FrameError) -> LogicalPlan {
    var expressions = schema.names.map(col)
    let added = expression.as(name)
    if let place = schema.index(of: name) {
      expressions[place] = added
    } else {
      expressions.append(added)
    }
    return try project(expressions, label: "with(…, as: \"\(name)\")")
  }

  /// The frame without the named columns.
  package func drop(_ names: [String]) throws(FrameError) -> LogicalPlan {
    for name in names { _ = try schema.place(of: name, in: "drop(…)") }
    let kept = schema.names.filter { !names.contains($0) }
    return try project(kept.map(col), label: "drop(…)")
  }

  /// The frame with a column renamed.
  package func rename(_ name: String, to newName: String) throws(FrameError) -> LogicalPlan {
    _ = try schema.place(of: name, in: "rename(…)")
    let expressions = schema.names.map { $0 == name ? col($0).as(newName) : col($0) }
    return try project(expressions, label: "rename(…)")
  }

  /// The rows of which none before agrees in all of the named columns; all columns when none is.
  package func unique(by names: [String]) throws(FrameError) -> LogicalPlan {
    let label = "unique(…)"
    var places: [Int] = []
    for name in names { places.append(try schema.place(of: name, in: label)) }
    return LogicalPlan(
      .unique(self, names.isEmpty ? Array(schema.fields.indices) : places), schema: schema,
      label: label)
  }

  /// The first `count` rows.
  package func head(_ count: Int) -> LogicalPlan {
    LogicalPlan(.slice(self, from: 0, count: count), schema: schema, label: "head(\(count))")
  }

  /// The plan that starts from a source that is not read yet.
  package static func scan(_ source: any ScanSource) -> LogicalPlan {
    let scan = Scan(source: source, places: Array(source.schema.fields.indices))
    return LogicalPlan(.scan(scan), schema: source.schema, label: source.description)
  }
}
