/// How frames are put together.
public enum ConcatKind: Sendable, Hashable {
  /// Rows below rows; all frames have the same columns in the same order.
  case vertical
  /// Rows below rows; what a frame does not have is null there. Columns come as they first occur.
  case diagonal
  /// Columns beside columns; all frames have as many rows, and no name twice.
  case horizontal
}

/// The rows of several frames one behind the other.
struct StackStep: FrameStep {
  func text(_ names: [String]) -> String { "concat" }
  var decidingColumns: Set<Int>? { [] }
  var commutesWithFilters: Bool { true }
  func rowsNeeded(for count: Int) -> Int? { count }

  func run(
    _ frames: [DataFrame], schema: Schema, label: String
  ) throws(FrameError) -> DataFrame {
    let rowCount = frames.reduce(0) { $0 + $1.rowCount }
    guard rowCount < Int(UInt32.max) else {
      throw FrameError(
        code: .tooManyRows, what: "\(rowCount) rows", place: label,
        mend: "a frame holds up to \(UInt32.max - 1) rows")
    }
    let filled = frames.filter { $0.rowCount > 0 }
    guard !filled.isEmpty else {
      return DataFrame(schema: schema, columns: frames[0].columns, rowCount: 0)
    }
    var columns: [ColumnStorage] = []
    for (place, field) in schema.fields.enumerated() {
      columns.append(try concatenated(filled.map { $0.columns[place] }, type: field.type))
    }
    return DataFrame(schema: schema, columns: columns, rowCount: rowCount)
  }
}

/// The columns of several frames side by side.
struct BesideStep: FrameStep {
  func text(_ names: [String]) -> String { "columns beside columns" }

  func run(
    _ frames: [DataFrame], schema: Schema, label: String
  ) throws(FrameError) -> DataFrame {
    for frame in frames where frame.rowCount != frames[0].rowCount {
      throw FrameError(
        code: .shapeMismatch,
        what: "frames of \(frames[0].rowCount) and of \(frame.rowCount) rows side by side",
        place: label, mend: "give all as many rows, or join them by a key")
    }
    return DataFrame(
      schema: schema, columns: frames.flatMap(\.columns), rowCount: frames[0].rowCount)
  }
}

extension LogicalPlan {
  /// Plans put together.
  package static func concat(
    _ plans: [LogicalPlan], how kind: ConcatKind
  ) throws(FrameError) -> LogicalPlan {
    let label = "concat(…, how: .\(kind))"
    guard let first = plans.first else {
      throw FrameError(
        code: .shapeMismatch, what: "no frames", place: label, mend: "give at least one")
    }
    switch kind {
    case .horizontal:
      let fields = plans.flatMap(\.schema.fields)
      return first.step(
        BesideStep(), beside: Array(plans.dropFirst()), schema: try Schema(fields, for: label),
        label: label)
    case .vertical:
      for (place, plan) in plans.enumerated() where plan.schema != first.schema {
        throw mismatch(first.schema, plan.schema, place, label)
      }
      return first.step(
        StackStep(), beside: Array(plans.dropFirst()), schema: first.schema, label: label)
    case .diagonal:
      var fields: [Schema.Field] = []
      for plan in plans {
        for field in plan.schema.fields {
          guard let known = fields.first(where: { $0.name == field.name }) else {
            fields.append(field)
            continue
          }
          guard known.type == field.type else {
            throw FrameError(
              code: .typeMismatch,
              what: "\"\(field.name)\" is \(known.type) in one frame and \(field.type) in another",
              place: label, mend: "cast one of them")
          }
        }
      }
      let schema = try Schema(fields, for: label)
      let filled = plans.map { plan in
        let columns = fields.map { field -> TypedExpr in
          plan.schema.index(of: field.name).map { .column($0, field.type) }
            ?? .literal(.null, field.type)
        }
        return LogicalPlan(.project(plan, columns), schema: schema, label: label)
      }
      return filled[0].step(
        StackStep(), beside: Array(filled.dropFirst()), schema: schema, label: label)
    }
  }

  private static func mismatch(
    _ first: Schema, _ other: Schema, _ place: Int, _ label: String
  ) -> FrameError {
    for (a, b) in zip(first.fields, other.fields) where a != b {
      return FrameError(
        code: .shapeMismatch,
        what: "frame \(place) has \"\(b.name)\" of \(b.type) where the first has \"\(a.name)\" of "
          + "\(a.type)", place: label,
        mend: a.name == b.name ? "cast one of them" : "select the columns, or use .diagonal")
    }
    return FrameError(
      code: .shapeMismatch,
      what: "frame \(place) has \(other.fields.count) columns, the first \(first.fields.count)",
      place: label, mend: "select the columns, or use .diagonal")
  }
}
