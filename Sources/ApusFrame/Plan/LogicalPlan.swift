/// What to do with a frame, step by step, with the schema of the result known before any data is
/// touched. Every step's names and types are checked when it is added.
///
/// Eager calls such as `frame.filter(…)` build a plan of one step and run it at once: there is one
/// engine for both.
package struct LogicalPlan: Sendable {
  package indirect enum Step: Sendable {
    case frame(DataFrame, SourceIdentity)
    case scan(Scan)
    case filter(LogicalPlan, TypedExpr)
    case project(LogicalPlan, [TypedExpr])
    case aggregate(LogicalPlan, keys: [Int], AggregateOutputs)
    /// With a limit only so many of the first rows.
    case sort(LogicalPlan, [SortPlace], limit: Int?)
    case join(LogicalPlan, LogicalPlan, JoinPlan)
    /// The first rows of each group.
    case groupTop(LogicalPlan, keys: [Int], [SortPlace], count: Int)
    /// The first row of each group.
    case unique(LogicalPlan, [Int])
    case slice(LogicalPlan, from: Int, count: Int)
    case other(any FrameStep, [LogicalPlan])
    /// A plan that stands at several places, under its number, and is done once.
    case shared(LogicalPlan, Int)
  }

  package let step: Step
  package let schema: Schema
  /// The step as its caller wrote it, for errors that the data cause: `with(…)`.
  package let label: String

  init(_ step: Step, schema: Schema, label: String) {
    self.step = step
    self.schema = schema
    self.label = label
  }

  /// The plan that starts from a frame in memory.
  package static func frame(_ frame: DataFrame) -> LogicalPlan {
    LogicalPlan(.frame(frame, SourceIdentity()), schema: frame.schema, label: "frame")
  }

  /// The rows for which `predicate` is true.
  package func filter(_ predicate: Expr) throws(FrameError) -> LogicalPlan {
    let label = "filter(…)"
    let typed = try ExprTyping(schema: schema, step: label).predicate(predicate)
    return LogicalPlan(.filter(self, typed), schema: schema, label: label)
  }

  /// One column per expression.
  package func project(
    _ expressions: [Expr], label: String
  ) throws(FrameError) -> LogicalPlan {
    let typing = ExprTyping(schema: schema, step: label)
    var typed: [TypedExpr] = []
    var fields: [Schema.Field] = []
    for expression in expressions {
      let column = try typing.typed(expression)
      typed.append(column)
      fields.append(Schema.Field(expression.name, column.type))
    }
    return LogicalPlan(
      .project(self, typed), schema: try Schema(fields, for: label), label: label)
  }

  /// One row per group of rows that agree in `keys`, in the order of their first rows.
  package func aggregate(
    by keys: [String], _ expressions: [Expr]
  ) throws(FrameError) -> LogicalPlan {
    let label = "aggregate(…)"
    var places: [Int] = []
    for key in keys { places.append(try schema.place(of: key, in: "grouped(by:)")) }
    let keyFields = places.map { schema.fields[$0] }
    var typing = AggregateTyping(schema: schema, keys: keyFields, step: label)
    let outputs = try typing.typed(expressions)
    var fields = keyFields
    for (expression, output) in zip(expressions, outputs.outputs) {
      fields.append(Schema.Field(expression.name, output.type))
    }
    return LogicalPlan(
      .aggregate(self, keys: places, outputs), schema: try Schema(fields, for: label),
      label: label)
  }

  /// The rows in the order of `keys`, or the first `limit` of them.
  package func sort(by keys: [SortKey], limit: Int? = nil) throws(FrameError) -> LogicalPlan {
    let label = limit == nil ? "sorted(by:)" : "top(…)"
    let columns = try places(of: keys, label)
    return LogicalPlan(.sort(self, columns, limit: limit), schema: schema, label: label)
  }

  /// The first `count` rows of each group of rows that agree in `groupKeys`, by the order of `keys`.
  package func groupTop(
    _ count: Int, by keys: [SortKey], in groupKeys: [String]
  ) throws(FrameError) -> LogicalPlan {
    let label = "top(…)"
    var groups: [Int] = []
    for key in groupKeys { groups.append(try schema.place(of: key, in: "grouped(by:)")) }
    return LogicalPlan(
      .groupTop(self, keys: groups, try places(of: keys, label), count: count), schema: schema,
      label: label)
  }

  private func places(of keys: [SortKey], _ label: String) throws(FrameError) -> [SortPlace] {
    var places: [SortPlace] = []
    for key in keys {
      places.append(
        SortPlace(
          place: try schema.place(of: key.column, in: label), isDescending: key.isDescending,
          nullsFirst: key.nullsFirst))
    }
    return places
  }
}

/// A column to sort by, found.
package struct SortPlace: Sendable, Hashable {
  package let place: Int
  package let isDescending: Bool
  package let nullsFirst: Bool
}
