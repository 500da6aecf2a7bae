/// One value of any of the types, or none.
///
/// Whole numbers of every width are `.int`, those beyond 63 bits `.unsigned`; floating-point numbers
/// of both widths are `.double`; texts of lists (categorical, enum) are `.string`.
public enum Scalar: Sendable, Hashable, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByNilLiteral
{
  /// A value of a struct, under its name.
  public struct Field: Sendable, Hashable {
    /// The field's name.
    public var name: String
    /// Its value.
    public var value: Scalar

    /// A field of this name and value.
    public init(_ name: String, _ value: Scalar) {
      self.name = name
      self.value = value
    }
  }

  /// No value.
  case null
  /// True or false.
  case bool(Bool)
  /// A whole number.
  case int(Int)
  /// A whole number above those of `Int`.
  case unsigned(UInt64)
  /// A floating-point number.
  case double(Double)
  /// A decimal number.
  case decimal(Decimal128)
  /// A text.
  case string(String)
  /// Bytes.
  case binary([UInt8])
  /// A day.
  case date(CivilDate)
  /// A time of the day.
  case time(CivilTime)
  /// A day with a time.
  case datetime(Datetime)
  /// A length of time.
  case duration(Duration)
  /// Sixteen bytes that name a thing.
  case uuid(UniqueIdentifier)
  /// Values of one type.
  indirect case list([Scalar])
  /// Values of several names.
  indirect case `struct`([Field])

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

  /// A whole number of any width.
  package init(whole value: UInt64) {
    self = Int(exactly: value).map(Scalar.int) ?? .unsigned(value)
  }

  /// The floating-point number that is none.
  public static var nan: Scalar { .double(.nan) }
  /// The greatest floating-point number.
  public static var infinity: Scalar { .double(.infinity) }

  /// The value's type; `nil` for no value. Whole numbers are `Int`, days with times and lengths of
  /// time count in microseconds, or in nanoseconds when they need to.
  public var type: DataType? {
    switch self {
    case .null: nil
    case .bool: .bool
    case .int: .int64
    case .unsigned: .uint64
    case .double: .float64
    case .decimal(let value): .decimal(precision: 38, scale: value.scale)
    case .string: .string
    case .binary: .binary
    case .date: .date
    case .time: .time
    case .datetime(let value):
      .datetime(value.nanosecond % 1000 == 0 ? .microseconds : .nanoseconds)
    case .duration(let value):
      .duration(
        value.components.attoseconds % 1_000_000_000_000 == 0 ? .microseconds : .nanoseconds)
    case .uuid: .uuid
    case .list(let values): .list(values.lazy.compactMap(\.type).first ?? .string)
    case .struct(let fields):
      .struct(fields.map { Schema.Field($0.name, $0.value.type ?? .string) })
    }
  }

  /// The number, when it is one.
  package var number: Double? {
    switch self {
    case .int(let value): Double(value)
    case .unsigned(let value): Double(value)
    case .double(let value): value
    case .decimal(let value): value.double
    case .bool(let value): value ? 1 : 0
    case .null, .string, .binary, .date, .time, .datetime, .duration, .uuid, .list, .struct: nil
    }
  }

  /// Whether two values are the same; NaN is itself here, in lists and structs too.
  package func isSame(as other: Scalar) -> Bool {
    switch (self, other) {
    case (.double(let left), .double(let right)): left == right || left.isNaN && right.isNaN
    case (.list(let left), .list(let right)):
      left.count == right.count && zip(left, right).allSatisfy { $0.isSame(as: $1) }
    case (.struct(let left), .struct(let right)):
      left.count == right.count
        && zip(left, right).allSatisfy { $0.name == $1.name && $0.value.isSame(as: $1.value) }
    default: self == other
    }
  }
}

extension Scalar: CustomStringConvertible {
  /// The value as a program writes it; texts and bytes in quotes.
  public var description: String { shown }

  /// The value as a program writes it.
  package var shown: String {
    switch self {
    case .null: "null"
    case .bool(let value): String(value)
    case .int(let value): String(value)
    case .unsigned(let value): String(value)
    case .double(let value): String(value)
    case .decimal(let value): value.description
    case .string(let value): "\"\(value)\""
    case .binary(let bytes): Scalar.text(of: bytes)
    case .date(let value): value.description
    case .time(let value): value.description
    case .datetime(let value): value.description
    case .duration(let value): value.shownParts
    case .uuid(let value): value.description
    case .list(let values): "[\(values.map(\.shown).joined(separator: ", "))]"
    case .struct(let fields):
      "{\(fields.map { "\($0.name): \($0.value.shown)" }.joined(separator: ", "))}"
    }
  }

  /// Bytes as `b"…"`, those outside printable ASCII as `\xff`.
  static func text(of bytes: [UInt8]) -> String {
    var text = "b\""
    for byte in bytes {
      if byte >= 0x20, byte < 0x7f, byte != 0x22, byte != 0x5c {
        text.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        let digits = String(byte, radix: 16)
        text += "\\x" + (byte < 16 ? "0" : "") + digits
      }
    }
    return text + "\""
  }
}
