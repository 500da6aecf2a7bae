/// The type of a column's values.
///
/// Whole numbers of different widths are computed in the narrowest type that holds both: `Int8`
/// with `Int32` gives `Int32`, `UInt8` with `Int8` gives `Int16`, `UInt64` beside a signed type
/// gives `Double`. `Float` stays `Float` beside whole numbers of up to 16 bits and becomes `Double`
/// beside wider ones. A number that is written down takes the type of what it stands beside when it
/// fits there.
public enum DataType: Sendable, Hashable, CustomStringConvertible {
  /// True or false.
  case bool
  /// A whole number of 8 bits.
  case int8
  /// A whole number of 16 bits.
  case int16
  /// A whole number of 32 bits.
  case int32
  /// A whole number of 64 bits; Swift's `Int`.
  case int64
  /// A whole number of 8 bits, not below 0.
  case uint8
  /// A whole number of 16 bits, not below 0.
  case uint16
  /// A whole number of 32 bits, not below 0.
  case uint32
  /// A whole number of 64 bits, not below 0.
  case uint64
  /// A floating-point number of 32 bits; Swift's `Float`.
  case float32
  /// A floating-point number of 64 bits; Swift's `Double`.
  case float64
  /// A decimal number of at most `precision` digits, 38 at the most, `scale` of them behind the
  /// point; `Decimal128`.
  case decimal(precision: Int, scale: Int)
  /// Text in UTF-8.
  case string
  /// Bytes; Swift's `[UInt8]`.
  case binary
  /// A day of the calendar; `CivilDate`.
  case date
  /// A time of the day, in nanoseconds; `CivilTime`.
  case time
  /// A day with a time; `Datetime`. With an IANA zone such as `Europe/Oslo` it is an instant, kept
  /// as UTC and shown as clocks there show it; without a zone it is what a calendar and a clock say.
  case datetime(TimeUnit, zone: String? = nil)
  /// A length of time; Swift's `Duration`.
  case duration(TimeUnit)
  /// Sixteen bytes that name a thing (RFC 9562); `UniqueIdentifier`.
  case uuid
  /// Texts of which there are few different ones, kept as numbers of a list; ordered as texts.
  case categorical
  /// Texts out of a fixed list, whose order is theirs.
  case `enum`([String])
  /// Any number of values of one type.
  indirect case list(DataType)
  /// Values of several names.
  case `struct`([Schema.Field])

  /// The type's name, as tables show it.
  public var description: String {
    switch self {
    case .bool: "Bool"
    case .int8: "Int8"
    case .int16: "Int16"
    case .int32: "Int32"
    case .int64: "Int"
    case .uint8: "UInt8"
    case .uint16: "UInt16"
    case .uint32: "UInt32"
    case .uint64: "UInt64"
    case .float32: "Float"
    case .float64: "Double"
    case .decimal(let precision, let scale): "Decimal(\(precision), \(scale))"
    case .string: "String"
    case .binary: "Binary"
    case .date: "Date"
    case .time: "Time"
    case .datetime(let unit, let zone): "Datetime(\(unit)\(zone.map { ", \($0)" } ?? ""))"
    case .duration(let unit): "Duration(\(unit))"
    case .uuid: "UUID"
    case .categorical: "Categorical"
    case .enum: "Enum"
    case .list(let element): "List(\(element))"
    case .struct(let fields):
      "Struct(\(fields.map { "\($0.name): \($0.type)" }.joined(separator: ", ")))"
    }
  }

  /// Whether the values are numbers.
  public var isNumeric: Bool {
    if case .decimal = self { return true }
    return isInteger || isFloat
  }

  /// Whether the values are whole numbers.
  public var isInteger: Bool {
    switch self {
    case .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64: true
    case .bool, .float32, .float64, .decimal, .string, .binary, .date, .time, .datetime, .duration,
      .uuid, .categorical, .enum, .list, .struct:
      false
    }
  }

  /// Whether the values are floating-point numbers.
  public var isFloat: Bool { self == .float32 || self == .float64 }

  /// Whether the values are lists or structs.
  public var isNested: Bool {
    switch self {
    case .list, .struct: true
    case .bool, .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .float32,
      .float64, .decimal, .string, .binary, .date, .time, .datetime, .duration, .uuid, .categorical,
      .enum:
      false
    }
  }

  /// Whether the values are days, times or lengths of time.
  public var isTemporal: Bool {
    switch self {
    case .date, .time, .datetime, .duration: true
    case .bool, .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .float32,
      .float64, .decimal, .string, .binary, .uuid, .categorical, .enum, .list, .struct:
      false
    }
  }

  /// The type of a mean or quantile of values of a type: days have one with a time.
  static func statistic(of type: DataType) -> DataType {
    switch type {
    case .date: .datetime(.microseconds)
    case .time, .datetime, .duration: type
    case .bool, .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .float32,
      .float64, .decimal, .string, .binary, .uuid, .categorical, .enum, .list, .struct:
      .float64
    }
  }

  /// Whether the values are lengths of time.
  var isDuration: Bool { if case .duration = self { true } else { false } }

  /// Whether the values are texts kept as numbers of a list.
  var isDictionary: Bool {
    switch self {
    case .categorical, .enum: true
    case .bool, .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .float32,
      .float64, .decimal, .string, .binary, .date, .time, .datetime, .duration, .uuid, .list,
      .struct:
      false
    }
  }
}

/// The unit in which days with times and lengths of time are counted.
public enum TimeUnit: Sendable, Hashable, CustomStringConvertible {
  /// Thousandths of a second.
  case milliseconds
  /// Millionths of a second.
  case microseconds
  /// Thousand-millionths of a second; from 1677 to 2262.
  case nanoseconds

  /// The unit's symbol: `ms`, `us` or `ns`.
  public var description: String {
    switch self {
    case .milliseconds: "ms"
    case .microseconds: "us"
    case .nanoseconds: "ns"
    }
  }

  /// How many there are in a second.
  package var ticksPerSecond: Int {
    switch self {
    case .milliseconds: 1000
    case .microseconds: 1_000_000
    case .nanoseconds: 1_000_000_000
    }
  }

  /// The finer of two units.
  func finer(_ other: TimeUnit) -> TimeUnit {
    ticksPerSecond >= other.ticksPerSecond ? self : other
  }
}
