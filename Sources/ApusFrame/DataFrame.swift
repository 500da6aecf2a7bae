// The room ApusFrame: columns in Arrow's layout, expressions over them, and the engine for both.
//
//   DataFrame     rows and columns, never changed in place; copies share their memory
//   Expr          col("delay") > 15: what to compute, as a value
//   GroupedFrame  rows by key, waiting for aggregate(…)
//   Columns/      types, schema, typed and untyped columns
//   Memory/       64-byte aligned buffers, validity bitmaps, string views
//   Expressions/  Expr and its types: names and types are checked before data is touched
//   Plan/         LogicalPlan, one step per call;  Execution/ runs it;  Kernels/ do the loops
//   Print/        tables in text and HTML
//
// A column keeps values and validity (bit 1 = present) apart; null is not NaN. Kernels take whole
// buffers and know neither frames nor expressions.

/// A table of named, typed columns of equal length. Frames are values: every step gives a new one
/// and shares what it does not change.
///
///     let late = try flights
///       .filter(col("dep_delay") > 15)
///       .grouped(by: "origin")
///       .aggregate(count(), mean("dep_delay").as("delay"))
///       .sorted(by: .descending("delay"))
public struct DataFrame: Sendable {
  /// The names and types of the columns, in order.
  public let schema: Schema
  /// How many rows there are.
  public let rowCount: Int
  package let columns: [ColumnStorage]

  /// A frame whose parts are known to fit.
  init(schema: Schema, columns: [ColumnStorage], rowCount: Int) {
    precondition(
      schema.fields.count == columns.count,
      "a schema of \(schema.fields.count) fields for \(columns.count) columns")
    self.schema = schema
    self.columns = columns
    self.rowCount = rowCount
  }

  /// A frame of named columns, which must be equally long and named differently.
  public init(columns: [AnyColumn]) throws(FrameError) {
    let place = "DataFrame(columns:)"
    let schema = try Schema(columns.map { Schema.Field($0.name, $0.type) }, for: place)
    let rowCount = columns.first?.count ?? 0
    for column in columns where column.count != rowCount {
      throw FrameError(
        code: .shapeMismatch,
        what: "column \"\(column.name)\" has \(column.count) rows, "
          + "\"\(columns[0].name)\" has \(rowCount)",
        place: place, mend: "give every column as many values; nil where there is none")
    }
    guard rowCount < Int(UInt32.max) else {
      throw FrameError(
        code: .tooManyRows, what: "\(rowCount) rows", place: place,
        mend: "a frame holds up to \(UInt32.max - 1) rows")
    }
    self.init(schema: schema, columns: columns.map(\.storage), rowCount: rowCount)
  }

  /// A frame of columns, each of `rowCount` rows; there may be none.
  package init(columns: [AnyColumn], rowCount: Int) throws(FrameError) {
    let schema = try Schema(
      columns.map { Schema.Field($0.name, $0.type) }, for: "DataFrame(columns:)")
    self.init(schema: schema, columns: columns.map(\.storage), rowCount: rowCount)
  }

  /// A frame of columns in the order in which they are written.
  ///
  ///     try DataFrame(["city": ["Oslo", "Rome"], "fare": [12.5, nil]])
  public init(_ columns: KeyValuePairs<String, AnyColumn>) throws(FrameError) {
    try self.init(columns: columns.map { AnyColumn(name: $0.key, $0.value.storage) })
  }

  /// How many columns there are.
  public var columnCount: Int { columns.count }

  /// The names of the columns, in order.
  public var columnNames: [String] { schema.names }

  /// The column `name`.
  public subscript(name: String) -> AnyColumn {
    get throws(FrameError) {
      let place = try schema.place(of: name, in: "frame[\"\(name)\"]")
      return AnyColumn(name: name, columns[place])
    }
  }

  /// The column `name` with a type that the program knows: a collection of optional values. Whole
  /// numbers may be asked for as `Double`.
  public subscript<Value: ColumnElement>(name: String, as type: Value.Type) -> Column<Value> {
    get throws(FrameError) { try self[name].as(type) }
  }

  /// The selected rows, in their order.
  func gathered(_ selection: RowSelection) throws(FrameError) -> DataFrame {
    DataFrame(
      schema: schema, columns: try ApusFrame.gathered(columns, selection),
      rowCount: selection.rows.count)
  }

  /// The rows of `range`, sharing their memory.
  func sliced(_ range: Range<Int>) -> DataFrame {
    DataFrame(
      schema: schema, columns: columns.map { $0.sliced(range) }, rowCount: range.count)
  }
}

extension DataFrame: Equatable {
  /// Whether names, types, nulls and values agree; NaN equals itself here.
  public static func == (left: DataFrame, right: DataFrame) -> Bool {
    guard left.schema == right.schema, left.rowCount == right.rowCount else { return false }
    return zip(left.columns, right.columns).allSatisfy { a, b in
      AnyColumn(name: "", a) == AnyColumn(name: "", b)
    }
  }
}
