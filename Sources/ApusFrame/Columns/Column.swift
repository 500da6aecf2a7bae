/// A column whose type the program knows: a collection of optional values.
///
///     let delays = try flights["dep_delay", as: Double.self]
///     let known = delays.compactMap { $0 }
public struct Column<Value: ColumnElement>: Sendable, RandomAccessCollection {
  /// The column's name.
  public var name: String { erased.name }
  /// The same column without its type.
  public let erased: AnyColumn
  private let vector: Value.Vector

  init(_ erased: AnyColumn, _ vector: Value.Vector) {
    self.erased = erased
    self.vector = vector
  }

  /// The first row.
  public var startIndex: Int { 0 }
  /// The row behind the last.
  public var endIndex: Int { vector.count }
  /// The value of a row, or `nil` when it is null.
  public subscript(row: Int) -> Value? { vector[row] }
}

/// A type that a column's values can have in a program: `Bool`, `Int`, `Double`, `String` and
/// `CivilDate`.
public protocol ColumnElement: Sendable {
  /// How a column keeps such values.
  associatedtype Vector: ColumnVector where Vector.Element == Self
  /// The values of `column`, or `nil` when it holds another type.
  static func vector(of column: AnyColumn) -> Vector?
}

/// Values with validity, row by row.
public protocol ColumnVector: Sendable {
  /// The type of a value.
  associatedtype Element
  /// How many rows there are.
  var count: Int { get }
  /// The value of a row, or `nil` when it is null.
  subscript(row: Int) -> Element? { get }
}

extension FixedWidthColumn: ColumnVector {}
extension BooleanColumn: ColumnVector {}
extension StringColumn: ColumnVector {}

extension Bool: ColumnElement {
  /// The values of a Boolean column.
  public static func vector(of column: AnyColumn) -> BooleanColumn? {
    if case .bool(let values) = column.storage { values } else { nil }
  }
}

extension Int: ColumnElement {
  /// The values of a column of whole numbers.
  public static func vector(of column: AnyColumn) -> FixedWidthColumn<Int>? {
    if case .int64(let values) = column.storage { values } else { nil }
  }
}

extension Double: ColumnElement {
  /// The values of a numeric column; whole numbers become floating-point ones.
  public static func vector(of column: AnyColumn) -> FixedWidthColumn<Double>? {
    switch column.storage {
    case .float64(let values): values
    case .int64(let values): values.mapped(Double.init)
    case .bool, .string, .date: nil
    }
  }
}

extension String: ColumnElement {
  /// The values of a text column.
  public static func vector(of column: AnyColumn) -> StringColumn? {
    if case .string(let values) = column.storage { values } else { nil }
  }
}

extension CivilDate: ColumnElement {
  /// The values of a column of days.
  public static func vector(of column: AnyColumn) -> FixedWidthColumn<CivilDate>? {
    if case .date(let values) = column.storage { values } else { nil }
  }
}
