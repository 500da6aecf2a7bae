/// A column whose type the program knows: a collection of optional values.
///
///     let delays = try flights["dep_delay", as: Double.self]
///     let known = delays.compactMap { $0 }
public struct Column<Value: ColumnElement>: Sendable, RandomAccessCollection {
  /// The column's name.
  public var name: String { erased.name }
  /// The same column without its type.
  public let erased: AnyColumn
  package let vector: Value.Vector

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

/// A type that a column's values can have in a program: `Bool`, whole numbers of every width,
/// `Float`, `Double`, `Decimal128`, `String`, `CivilDate`, `CivilTime`, `Datetime`, `Duration`,
/// `UniqueIdentifier`, and arrays of these for lists; `[UInt8]` for bytes too.
public protocol ColumnElement: Sendable {
  /// How a column keeps such values.
  associatedtype Vector: ColumnVector where Vector.Element == Self
  /// The values of `column`, or `nil` when it holds another type.
  static func vector(of column: AnyColumn) -> Vector?
  /// A column of such values, without a name.
  static func column(of values: [Self?]) -> AnyColumn
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

extension DataType {
  /// The type as a program asks for it.
  var swiftName: String {
    switch self {
    case .bool, .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .float32,
      .float64, .string:
      description
    case .decimal: "Decimal128"
    case .binary: "[UInt8]"
    case .date: "CivilDate"
    case .time: "CivilTime"
    case .datetime: "Datetime"
    case .duration: "Duration"
    case .uuid: "UniqueIdentifier"
    case .categorical, .enum: "String"
    case .list(let element): "[\(element.swiftName)]"
    case .struct: "a Codable struct, with rows(as:)"
    }
  }
}
