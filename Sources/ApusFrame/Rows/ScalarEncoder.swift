/// Takes a value of a Swift type apart into a value of a column, and tells its type, which is known
/// for most types even where there is no value.
final class ScalarEncoder: Encoder {
  enum Found {
    case nothing
    case single(Scalar, DataType?)
    case list(ListBox)
    case fields(FieldBox)
  }

  /// The values of a list while they are collected.
  final class ListBox {
    var elements: [ScalarEncoder] = []
    /// The type of the elements, as far as Swift's type tells it.
    var elementType: DataType?
  }

  /// The values of a row or struct while they are collected, in the order of their first coming.
  final class FieldBox {
    var names: [String] = []
    var values: [String: ScalarEncoder] = [:]

    func set(_ name: String, _ value: ScalarEncoder) {
      if values.updateValue(value, forKey: name) == nil { names.append(name) }
    }
  }

  var found = Found.nothing
  let codingPath: [any CodingKey]
  let userInfo: [CodingUserInfoKey: Any] = [:]

  init(codingPath: [any CodingKey] = []) { self.codingPath = codingPath }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    KeyedEncodingContainer(FieldEncodingContainer(box: fieldBox, codingPath: codingPath))
  }

  var fieldBox: FieldBox {
    if case .fields(let box) = found { return box }
    let box = FieldBox()
    found = .fields(box)
    return box
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    if case .list(let box) = found {
      return ElementEncodingContainer(box: box, codingPath: codingPath)
    }
    let box = ListBox()
    found = .list(box)
    return ElementEncodingContainer(box: box, codingPath: codingPath)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer { self }

  /// A value of one of the types that columns have, else one that encodes itself.
  static func encoding<Value: Encodable>(
    _ value: Value, at path: [any CodingKey]
  ) throws -> ScalarEncoder {
    let encoder = ScalarEncoder(codingPath: path)
    let scalar: Scalar? =
      switch value {
      case let value as CivilDate: .date(value)
      case let value as CivilTime: .time(value)
      case let value as Datetime: .datetime(value)
      case let value as Duration: .duration(value)
      case let value as Decimal128: .decimal(value)
      case let value as UniqueIdentifier: .uuid(value)
      // An empty array is an array of anything to a cast.
      case let value as [UInt8] where Value.self == [UInt8].self: .binary(value)
      default: nil
      }
    if let scalar {
      encoder.found = .single(scalar, scalar.type)
    } else {
      try value.encode(to: encoder)
      if case .list(let box) = encoder.found {
        box.elementType = (Value.self as? any ListType.Type)?.elementType
      }
    }
    return encoder
  }

  /// The value.
  var scalar: Scalar {
    switch found {
    case .nothing: .null
    case .single(let scalar, _): scalar
    case .list(let box): .list(box.elements.map(\.scalar))
    case .fields(let box):
      .struct(box.names.map { Scalar.Field($0, box.values[$0]?.scalar ?? .null) })
    }
  }

  /// The type of the value, as far as it is known.
  var type: DataType? {
    switch found {
    case .nothing: nil
    case .single(_, let type): type
    case .list(let box):
      (ScalarEncoder.common([box.elementType] + box.elements.map(\.type))).map { .list($0) }
    case .fields(let box):
      .struct(
        box.names.map { Schema.Field($0, box.values[$0]?.type ?? .string) })
    }
  }

  /// The one type of values of some types; nothing where none of them is known.
  static func common(_ types: [DataType?]) -> DataType? {
    var common: DataType?
    for case let type? in types {
      guard let known = common, known != type else {
        common = type
        continue
      }
      common = merged(known, type) ?? known
    }
    return common
  }

  private static func merged(_ left: DataType, _ right: DataType) -> DataType? {
    guard case .struct(let fields) = left, case .struct(let others) = right else {
      return DataType.common(left, right)
    }
    var all = fields
    for field in others {
      if let place = all.firstIndex(where: { $0.name == field.name }) {
        all[place].type = common([all[place].type, field.type]) ?? field.type
      } else {
        all.append(field)
      }
    }
    return .struct(all)
  }

  /// The type of columns for values of a Swift type; nothing when only a value can tell.
  static func type<Value>(of type: Value.Type) -> DataType? {
    switch type {
    case is Bool.Type: .bool
    case is Int.Type, is Int64.Type: .int64
    case is Int8.Type: .int8
    case is Int16.Type: .int16
    case is Int32.Type: .int32
    case is UInt.Type, is UInt64.Type: .uint64
    case is UInt8.Type: .uint8
    case is UInt16.Type: .uint16
    case is UInt32.Type: .uint32
    case is Float.Type: .float32
    case is Double.Type: .float64
    case is String.Type: .string
    case is CivilDate.Type: .date
    case is CivilTime.Type: .time
    case is Datetime.Type: .datetime(.microseconds)
    case is Duration.Type: .duration(.microseconds)
    case is UniqueIdentifier.Type: .uuid
    case is [UInt8].Type: .binary
    default: nil
    }
  }
}

extension ScalarEncoder: SingleValueEncodingContainer {
  func encodeNil() { found = .single(.null, nil) }
  func encode(_ value: Bool) { found = .single(.bool(value), .bool) }
  func encode(_ value: String) { found = .single(.string(value), .string) }
  func encode(_ value: Double) { found = .single(.double(value), .float64) }
  func encode(_ value: Float) { found = .single(.double(Double(value)), .float32) }
  func encode(_ value: Int) { found = .single(.int(Int(value)), .int64) }
  func encode(_ value: Int8) { found = .single(.int(Int(value)), .int8) }
  func encode(_ value: Int16) { found = .single(.int(Int(value)), .int16) }
  func encode(_ value: Int32) { found = .single(.int(Int(value)), .int32) }
  func encode(_ value: Int64) { found = .single(.int(Int(value)), .int64) }
  func encode(_ value: UInt) { found = .single(Scalar(whole: UInt64(value)), .uint64) }
  func encode(_ value: UInt8) { found = .single(Scalar(whole: UInt64(value)), .uint8) }
  func encode(_ value: UInt16) { found = .single(Scalar(whole: UInt64(value)), .uint16) }
  func encode(_ value: UInt32) { found = .single(Scalar(whole: UInt64(value)), .uint32) }
  func encode(_ value: UInt64) { found = .single(Scalar(whole: UInt64(value)), .uint64) }
  func encode<Value: Encodable>(_ value: Value) throws {
    found = try ScalarEncoder.encoding(value, at: codingPath).found
  }
}

private struct FieldEncodingContainer<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let box: ScalarEncoder.FieldBox
  let codingPath: [any CodingKey]

  private func set(_ key: Key, _ body: (ScalarEncoder) throws -> Void) rethrows {
    let encoder = ScalarEncoder(codingPath: codingPath + [key])
    try body(encoder)
    box.set(key.stringValue, encoder)
  }

  /// A null of a known type.
  private func setNull<Value>(_ key: Key, _ type: Value.Type) {
    set(key) { $0.found = .single(.null, ScalarEncoder.type(of: type)) }
  }

  func encodeNil(forKey key: Key) { set(key) { $0.encodeNil() } }
  func encode(_ value: Bool, forKey key: Key) { set(key) { $0.encode(value) } }
  func encodeIfPresent(_ value: Bool?, forKey key: Key) {
    if let value { encode(value, forKey: key) } else { setNull(key, Bool.self) }
  }
  func encode(_ value: String, forKey key: Key) { set(key) { $0.encode(value) } }
  func encodeIfPresent(_ value: String?, forKey key: Key) {
    if let value { encode(value, forKey: key) } else { setNull(key, String.self) }
  }
  func encode(_ value: Double, forKey key: Key) { set(key) { $0.encode(value) } }
  func encodeIfPresent(_ value: Double?, forKey key: Key) {
    if let value { encode(value, forKey: key) } else { setNull(key, Double.self) }
  }
  func encode(_ value: Float, forKey key: Key) { set(key) { $0.encode(value) } }
  func encodeIfPresent(_ value: Float?, forKey key: Key) {
    if let value { encode(value, forKey: key) } else { setNull(key, Float.self) }
  }
  func encode(_ value: Int, forKey key: Key) { set(key) { $0.encode(value) } }
  func encodeIfPresent(_ value: Int?, forKey key: Key) {
    if let value { encode(value, forKey: key) } else { setNull(key, Int.self) }
  }
  func encode(_ value: Int8, forKey key: Key) { set(key) { $0.encode(value) } }
  func encodeIfPresent(_ value: Int8?, forKey key: Key) {
    if let value { encode(value, forKey: key) } else { setNull(key, Int8.self) }
  }
  func encode(_ value: Int16, forKey key: Key) { set(key) { $0.encode(value) } }
  func encodeIfPresent(_ value: Int16?, forKey key: Key) {
    if let value { encode(value, forKey: key) } else { setNull(key, Int16.self) }
  }
  func encode(_ value: Int32, forKey key: Key) { set(key) { $0.encode(value) } }
  func encodeIfPresent(_ value: Int32?, forKey key: Key) {
    if let value { encode(value, forKey: key) } else { setNull(key, Int32.self) }
  }
  func encode(_ value: Int64, forKey key: Key) { set(key) { $0.encode(value) } }
  func encodeIfPresent(_ value: Int64?, forKey key: Key) {
    if let value { encode(value, forKey: key) } else { setNull(key, Int64.self) }
  }
  func encode(_ value: UInt, forKey key: Key) { set(key) { $0.encode(value) } }
  func encodeIfPresent(_ value: UInt?, forKey key: Key) {
    if let value { encode(value, forKey: key) } else { setNull(key, UInt.self) }
  }
  func encode(_ value: UInt8, forKey key: Key) { set(key) { $0.encode(value) } }
  func encodeIfPresent(_ value: UInt8?, forKey key: Key) {
    if let value { encode(value, forKey: key) } else { setNull(key, UInt8.self) }
  }
  func encode(_ value: UInt16, forKey key: Key) { set(key) { $0.encode(value) } }
  func encodeIfPresent(_ value: UInt16?, forKey key: Key) {
    if let value { encode(value, forKey: key) } else { setNull(key, UInt16.self) }
  }
  func encode(_ value: UInt32, forKey key: Key) { set(key) { $0.encode(value) } }
  func encodeIfPresent(_ value: UInt32?, forKey key: Key) {
    if let value { encode(value, forKey: key) } else { setNull(key, UInt32.self) }
  }
  func encode(_ value: UInt64, forKey key: Key) { set(key) { $0.encode(value) } }
  func encodeIfPresent(_ value: UInt64?, forKey key: Key) {
    if let value { encode(value, forKey: key) } else { setNull(key, UInt64.self) }
  }
  func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
    box.set(
      key.stringValue, try ScalarEncoder.encoding(value, at: codingPath + [key]))
  }
  func encodeIfPresent<Value: Encodable>(_ value: Value?, forKey key: Key) throws {
    if let value { try encode(value, forKey: key) } else { setNull(key, Value.self) }
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy keyType: Nested.Type, forKey key: Key
  ) -> KeyedEncodingContainer<Nested> {
    let encoder = ScalarEncoder(codingPath: codingPath + [key])
    box.set(key.stringValue, encoder)
    return encoder.container(keyedBy: keyType)
  }
  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    let encoder = ScalarEncoder(codingPath: codingPath + [key])
    box.set(key.stringValue, encoder)
    return encoder.unkeyedContainer()
  }
  func superEncoder() -> any Encoder {
    let encoder = ScalarEncoder(codingPath: codingPath)
    box.set("super", encoder)
    return encoder
  }
  func superEncoder(forKey key: Key) -> any Encoder {
    let encoder = ScalarEncoder(codingPath: codingPath + [key])
    box.set(key.stringValue, encoder)
    return encoder
  }
}

private struct ElementEncodingContainer: UnkeyedEncodingContainer {
  let box: ScalarEncoder.ListBox
  let codingPath: [any CodingKey]

  var count: Int { box.elements.count }

  private func next() -> ScalarEncoder {
    let encoder = ScalarEncoder(codingPath: codingPath)
    box.elements.append(encoder)
    return encoder
  }

  func encodeNil() { next().encodeNil() }
  func encode(_ value: Bool) { next().encode(value) }
  func encode(_ value: String) { next().encode(value) }
  func encode(_ value: Double) { next().encode(value) }
  func encode(_ value: Float) { next().encode(value) }
  func encode(_ value: Int) { next().encode(value) }
  func encode(_ value: Int8) { next().encode(value) }
  func encode(_ value: Int16) { next().encode(value) }
  func encode(_ value: Int32) { next().encode(value) }
  func encode(_ value: Int64) { next().encode(value) }
  func encode(_ value: UInt) { next().encode(value) }
  func encode(_ value: UInt8) { next().encode(value) }
  func encode(_ value: UInt16) { next().encode(value) }
  func encode(_ value: UInt32) { next().encode(value) }
  func encode(_ value: UInt64) { next().encode(value) }
  func encode<Value: Encodable>(_ value: Value) throws {
    box.elements.append(try ScalarEncoder.encoding(value, at: codingPath))
  }
  func nestedContainer<Key: CodingKey>(
    keyedBy keyType: Key.Type
  ) -> KeyedEncodingContainer<Key> {
    next().container(keyedBy: keyType)
  }
  func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { next().unkeyedContainer() }
  func superEncoder() -> any Encoder { next() }
}

/// A type whose values are lists of another's.
private protocol ListType {
  /// The type of columns of the elements; nothing when only an element can tell.
  static var elementType: DataType? { get }
}

extension Array: ListType {
  static var elementType: DataType? {
    ScalarEncoder.type(of: Element.self)
      ?? (Element.self as? any ListType.Type)?.elementType.map { .list($0) }
  }
}
