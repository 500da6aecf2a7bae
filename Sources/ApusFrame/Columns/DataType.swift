/// The type of a column's values.
public enum DataType: Sendable, Hashable, CustomStringConvertible {
  /// True or false.
  case bool
  /// A whole number of 64 bits; Swift's `Int`.
  case int64
  /// A floating-point number of 64 bits; Swift's `Double`.
  case float64
  /// Text in UTF-8.
  case string
  /// A day of the calendar; `CivilDate`.
  case date

  /// The type's name, as tables show it.
  public var description: String {
    switch self {
    case .bool: "Bool"
    case .int64: "Int"
    case .float64: "Double"
    case .string: "String"
    case .date: "Date"
    }
  }

  /// Whether the values are numbers.
  public var isNumeric: Bool {
    switch self {
    case .int64, .float64: true
    case .bool, .string, .date: false
    }
  }
}

/// The names and types of a frame's columns, in order.
public struct Schema: Sendable, Hashable, CustomStringConvertible {
  /// A column's name and type.
  public struct Field: Sendable, Hashable {
    /// The column's name.
    public var name: String
    /// The type of its values.
    public var type: DataType

    /// A field of this name and type.
    public init(_ name: String, _ type: DataType) {
      self.name = name
      self.type = type
    }
  }

  /// The columns in order.
  public let fields: [Field]
  private let places: [String: Int]

  /// A schema of `fields`, whose names must differ; `step` names who asks, for the error.
  package init(_ fields: [Field], for step: String) throws(FrameError) {
    var places: [String: Int] = [:]
    for (place, field) in fields.enumerated() {
      guard places.updateValue(place, forKey: field.name) == nil else {
        throw FrameError(
          code: .duplicateColumn, what: "two columns \"\(field.name)\"", place: step,
          mend: "give one of them another name")
      }
    }
    self.fields = fields
    self.places = places
  }

  /// A schema of fields whose names are known to differ.
  init(distinct fields: [Field]) {
    self.fields = fields
    places = Dictionary(
      fields.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The names in order.
  public var names: [String] { fields.map(\.name) }

  /// The type of a column, or `nil` when there is no such column.
  public subscript(name: String) -> DataType? { places[name].map { fields[$0].type } }

  /// Where a column stands, from 0.
  public func index(of name: String) -> Int? { places[name] }

  /// Where a column stands, or the error that names the nearest one.
  package func place(of name: String, in step: String) throws(FrameError) -> Int {
    guard let place = places[name] else {
      throw .missingColumn(name, in: step, names: names)
    }
    return place
  }

  /// Names with types, one a line.
  public var description: String {
    fields.map { "\($0.name): \($0.type)" }.joined(separator: "\n")
  }
}

/// One value of any of the types, or none.
public enum Scalar: Sendable, Hashable, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByNilLiteral
{
  /// No value.
  case null
  /// True or false.
  case bool(Bool)
  /// A whole number.
  case int(Int)
  /// A floating-point number.
  case double(Double)
  /// A text.
  case string(String)
  /// A day.
  case date(CivilDate)

  /// A whole number.
  public init(integerLiteral value: Int) { self = .int(value) }
  /// A floating-point number.
  public init(floatLiteral value: Double) { self = .double(value) }
  /// A text.
  public init(stringLiteral value: String) { self = .string(value) }
  /// True or false.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  /// No value.
  public init(nilLiteral: ()) { self = .null }

  /// The floating-point number that is none.
  public static var nan: Scalar { .double(.nan) }
  /// The greatest floating-point number.
  public static var infinity: Scalar { .double(.infinity) }

  /// The value's type; `nil` for no value.
  public var type: DataType? {
    switch self {
    case .null: nil
    case .bool: .bool
    case .int: .int64
    case .double: .float64
    case .string: .string
    case .date: .date
    }
  }

  /// The number, when it is one.
  package var number: Double? {
    switch self {
    case .int(let value): Double(value)
    case .double(let value): value
    case .bool(let value): value ? 1 : 0
    case .null, .string, .date: nil
    }
  }
}
