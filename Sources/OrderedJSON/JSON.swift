// The room OrderedJSON: one JSON value that keeps the order of keys and the text of numbers.
//
// Both wings stand on it: the wire and the notebook file in the host, display bundles in the
// worker. It is pure (bytes in, values or bytes out) and free of Foundation.
//   JSON          the value, with literals and checked accessors
//   JSONObject    key-value pairs in order, with lookup by key
//   JSONNumber    a number as it was written
//   JSONParser    bytes → value, errors with line and column
//   JSONWriter    value → bytes, in a JSONLayout: compact or indented
//   JSONNode      a value that knows which bytes of its document it stands on
//   JSONEdit      changes to a document that leave every other byte of it alone

/// A JSON value (RFC 8259) that keeps the order of object keys and the text of numbers.
public enum JSON: Sendable, Hashable {
  case null
  case bool(Bool)
  case number(JSONNumber)
  case string(String)
  case array([JSON])
  case object(JSONObject)

  /// The number `value`.
  public static func number(_ value: Int) -> JSON { .number(JSONNumber(value)) }

  /// The number `value`; NaN and infinities become `NaN`, `Infinity` and `-Infinity`.
  public static func number(_ value: Double) -> JSON { .number(JSONNumber(value)) }
}

extension JSON {
  /// The text of a string value, else `nil`.
  public var string: String? {
    guard case .string(let text) = self else { return nil }
    return text
  }

  /// The value of a Boolean, else `nil`.
  public var bool: Bool? {
    guard case .bool(let value) = self else { return nil }
    return value
  }

  /// The value of a whole number that fits in `Int`, else `nil`.
  public var int: Int? {
    guard case .number(let number) = self else { return nil }
    return number.int
  }

  /// The value of a number, else `nil`.
  public var double: Double? {
    guard case .number(let number) = self else { return nil }
    return number.double
  }

  /// The elements of an array, else `nil`.
  public var array: [JSON]? {
    guard case .array(let elements) = self else { return nil }
    return elements
  }

  /// The members of an object, else `nil`.
  public var object: JSONObject? {
    guard case .object(let members) = self else { return nil }
    return members
  }

  /// Whether the value is `null`.
  public var isNull: Bool { self == .null }

  /// The member `key` of an object; setting `nil` removes it. Setting a member of a value that is
  /// not an object makes it one.
  public subscript(key: String) -> JSON? {
    get { object?[key] }
    set {
      var members = object ?? JSONObject()
      members[key] = newValue
      self = .object(members)
    }
  }

  /// The element at `index` of an array, or `nil` where there is none.
  public subscript(index: Int) -> JSON? {
    guard let elements = array, elements.indices.contains(index) else { return nil }
    return elements[index]
  }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
  /// A string.
  public init(stringLiteral value: String) { self = .string(value) }
}

extension JSON: ExpressibleByIntegerLiteral {
  /// A whole number.
  public init(integerLiteral value: Int) { self = .number(value) }
}

extension JSON: ExpressibleByFloatLiteral {
  /// A number.
  public init(floatLiteral value: Double) { self = .number(value) }
}

extension JSON: ExpressibleByBooleanLiteral {
  /// A truth value.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
}

extension JSON: ExpressibleByNilLiteral {
  /// The value `null`.
  public init(nilLiteral: ()) { self = .null }
}

extension JSON: ExpressibleByArrayLiteral {
  /// An array.
  public init(arrayLiteral elements: JSON...) { self = .array(elements) }
}

extension JSON: ExpressibleByDictionaryLiteral {
  /// An object with its members in this order.
  public init(dictionaryLiteral elements: (String, JSON)...) {
    self = .object(JSONObject(elements))
  }
}

extension JSON: CustomStringConvertible {
  /// The value as compact JSON text.
  public var description: String { JSONWriter().text(of: self) }
}
