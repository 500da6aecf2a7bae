/// Where a lazy frame's rows come from: a file that has told its schema and is not read yet.
package protocol ScanSource: Sendable {
  /// The columns that the source has.
  var schema: Schema { get }
  /// What the source is, for `explain()`: `csv "flights.csv"`.
  var description: String { get }
  /// The columns at `places`, in that order, of at most `limit` rows from the first on.
  ///
  /// Rows for which `predicate`, over the columns that are read, is not true may be left out; they
  /// need not be.
  func read(
    _ places: [Int], limit: Int?, where predicate: TypedExpr?
  ) throws(FrameError) -> DataFrame
  /// The source with wider types, once reading has found values that do not fit those that it told:
  /// `read` is an error then. Nothing when the types are as they were.
  var widened: (any ScanSource)? { get throws(FrameError) }
}

extension ScanSource {
  /// Nothing: the types of most sources are known.
  package var widened: (any ScanSource)? { nil }
}

/// What is asked of a source.
package struct Scan: Sendable {
  package let source: any ScanSource
  let identity = SourceIdentity()
  /// Which columns are read, in order.
  package var places: [Int]
  /// Which rows are kept; over the columns that are read.
  package var predicate: TypedExpr?
  /// How many rows are read at most; only without a predicate.
  package var limit: Int?

  /// The fields of the columns that are read.
  var fields: [Schema.Field] { places.map { source.schema.fields[$0] } }
}
