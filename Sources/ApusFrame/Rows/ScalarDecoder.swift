/// Makes a value of a Swift type of a value of a column: lists become arrays, structs become structs,
/// and single values what they are.
struct ScalarDecoder: Decoder {
  let scalar: Scalar
  /// Where the value stands, for errors: `row 3, column "fare"`.
  let place: String
  let codingPath: [any CodingKey]
  let userInfo: [CodingUserInfoKey: Any] = [:]

  func container<Key: CodingKey>(
    keyedBy type: Key.Type
  ) throws -> KeyedDecodingContainer<Key> {
    guard case .struct(let fields) = scalar else { throw mismatch("a struct") }
    let values = Dictionary(
      fields.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
    return KeyedDecodingContainer(
      FieldContainer(
        names: fields.map(\.name), place: place, codingPath: codingPath, value: { values[$0] }))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    guard case .list(let values) = scalar else { throw mismatch("a list") }
    return ElementContainer(values: values, place: place, codingPath: codingPath)
  }

  func singleValueContainer() -> any SingleValueDecodingContainer { self }

  func mismatch(_ wanted: String) -> FrameError {
    scalar == .null
      ? FrameError(
        code: .badValue, what: "null is no \(wanted)", place: place,
        mend: "declare the property as optional")
      : FrameError(
        code: .typeMismatch, what: "\(scalar.shown) is no \(wanted)", place: place,
        mend: "declare the property in the type of its column")
  }

  /// A whole number of any width.
  func whole<Number: FixedWidthInteger>(_ type: Number.Type) throws -> Number {
    guard let number: Number = scalar.whole() else { throw mismatch("\(type)") }
    return number
  }

  /// A value of one of the types that columns have, else one that decodes itself.
  func value<Value: Decodable>(_ type: Value.Type) throws -> Value {
    let found: Any? =
      switch scalar {
      case .date(let value): value
      case .time(let value): value
      case .datetime(let value): value
      case .duration(let value): value
      case .decimal(let value): value
      case .uuid(let value): value
      case .binary(let value): value
      default: nil
      }
    if let value = found as? Value { return value }
    return try Value(from: self)
  }
}

extension ScalarDecoder: SingleValueDecodingContainer {
  func decodeNil() -> Bool { scalar == .null }
  func decode(_ type: Bool.Type) throws -> Bool {
    guard case .bool(let value) = scalar else { throw mismatch("Bool") }
    return value
  }
  func decode(_ type: String.Type) throws -> String {
    guard case .string(let value) = scalar else { throw mismatch("String") }
    return value
  }
  func decode(_ type: Double.Type) throws -> Double {
    guard let value = scalar.number, scalar.type != .bool else { throw mismatch("Double") }
    return value
  }
  func decode(_ type: Float.Type) throws -> Float { Float(try decode(Double.self)) }
  func decode(_ type: Int.Type) throws -> Int { try whole(type) }
  func decode(_ type: Int8.Type) throws -> Int8 { try whole(type) }
  func decode(_ type: Int16.Type) throws -> Int16 { try whole(type) }
  func decode(_ type: Int32.Type) throws -> Int32 { try whole(type) }
  func decode(_ type: Int64.Type) throws -> Int64 { try whole(type) }
  func decode(_ type: UInt.Type) throws -> UInt { try whole(type) }
  func decode(_ type: UInt8.Type) throws -> UInt8 { try whole(type) }
  func decode(_ type: UInt16.Type) throws -> UInt16 { try whole(type) }
  func decode(_ type: UInt32.Type) throws -> UInt32 { try whole(type) }
  func decode(_ type: UInt64.Type) throws -> UInt64 { try whole(type) }
  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try value(type) }
}

/// The values of a row, or of a struct, under their names.
struct FieldContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let names: [String]
  let place: String
  let codingPath: [any CodingKey]
  let value: (String) -> Scalar?

  var allKeys: [Key] { names.compactMap { Key(stringValue: $0) } }

  func contains(_ key: Key) -> Bool { value(key.stringValue) != nil }

  private func decoder(_ key: Key) throws -> ScalarDecoder {
    guard let scalar = value(key.stringValue) else {
      throw FrameError.missingColumn(key.stringValue, in: "rows(as:)", names: names)
    }
    return ScalarDecoder(
      scalar: scalar, place: "\(place), column \"\(key.stringValue)\"",
      codingPath: codingPath + [key])
  }

  func decodeNil(forKey key: Key) throws -> Bool { try decoder(key).scalar == .null }
  func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool {
    try decoder(key).decode(type)
  }
  func decodeIfPresent(_ type: Bool.Type, forKey key: Key) throws -> Bool? {
    let decoder = try decoder(key)
    return decoder.scalar == .null ? nil : try decoder.decode(type)
  }
  func decode(_ type: String.Type, forKey key: Key) throws -> String {
    try decoder(key).decode(type)
  }
  func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? {
    let decoder = try decoder(key)
    return decoder.scalar == .null ? nil : try decoder.decode(type)
  }
  func decode(_ type: Double.Type, forKey key: Key) throws -> Double {
    try decoder(key).decode(type)
  }
  func decodeIfPresent(_ type: Double.Type, forKey key: Key) throws -> Double? {
    let decoder = try decoder(key)
    return decoder.scalar == .null ? nil : try decoder.decode(type)
  }
  func decode(_ type: Float.Type, forKey key: Key) throws -> Float {
    try decoder(key).decode(type)
  }
  func decodeIfPresent(_ type: Float.Type, forKey key: Key) throws -> Float? {
    let decoder = try decoder(key)
    return decoder.scalar == .null ? nil : try decoder.decode(type)
  }
  func decode(_ type: Int.Type, forKey key: Key) throws -> Int {
    try decoder(key).decode(type)
  }
  func decodeIfPresent(_ type: Int.Type, forKey key: Key) throws -> Int? {
    let decoder = try decoder(key)
    return decoder.scalar == .null ? nil : try decoder.decode(type)
  }
  func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 {
    try decoder(key).decode(type)
  }
  func decodeIfPresent(_ type: Int8.Type, forKey key: Key) throws -> Int8? {
    let decoder = try decoder(key)
    return decoder.scalar == .null ? nil : try decoder.decode(type)
  }
  func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 {
    try decoder(key).decode(type)
  }
  func decodeIfPresent(_ type: Int16.Type, forKey key: Key) throws -> Int16? {
    let decoder = try decoder(key)
    return decoder.scalar == .null ? nil : try decoder.decode(type)
  }
  func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 {
    try decoder(key).decode(type)
  }
  func decodeIfPresent(_ type: Int32.Type, forKey key: Key) throws -> Int32? {
    let decoder = try decoder(key)
    return decoder.scalar == .null ? nil : try decoder.decode(type)
  }
  func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 {
    try decoder(key).decode(type)
  }
  func decodeIfPresent(_ type: Int64.Type, forKey key: Key) throws -> Int64? {
    let decoder = try decoder(key)
    return decoder.scalar == .null ? nil : try decoder.decode(type)
  }
  func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt {
    try decoder(key).decode(type)
  }
  func decodeIfPresent(_ type: UInt.Type, forKey key: Key) throws -> UInt? {
    let decoder = try decoder(key)
    return decoder.scalar == .null ? nil : try decoder.decode(type)
  }
  func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 {
    try decoder(key).decode(type)
  }
  func decodeIfPresent(_ type: UInt8.Type, forKey key: Key) throws -> UInt8? {
    let decoder = try decoder(key)
    return decoder.scalar == .null ? nil : try decoder.decode(type)
  }
  func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 {
    try decoder(key).decode(type)
  }
  func decodeIfPresent(_ type: UInt16.Type, forKey key: Key) throws -> UInt16? {
    let decoder = try decoder(key)
    return decoder.scalar == .null ? nil : try decoder.decode(type)
  }
  func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 {
    try decoder(key).decode(type)
  }
  func decodeIfPresent(_ type: UInt32.Type, forKey key: Key) throws -> UInt32? {
    let decoder = try decoder(key)
    return decoder.scalar == .null ? nil : try decoder.decode(type)
  }
  func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 {
    try decoder(key).decode(type)
  }
  func decodeIfPresent(_ type: UInt64.Type, forKey key: Key) throws -> UInt64? {
    let decoder = try decoder(key)
    return decoder.scalar == .null ? nil : try decoder.decode(type)
  }
  func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
    try decoder(key).value(type)
  }
  func decodeIfPresent<Value: Decodable>(
    _ type: Value.Type, forKey key: Key
  ) throws -> Value? {
    let decoder = try decoder(key)
    return decoder.scalar == .null ? nil : try decoder.value(type)
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<Nested> {
    try decoder(key).container(keyedBy: type)
  }
  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try decoder(key).unkeyedContainer()
  }
  func superDecoder() throws -> any Decoder { throw noSuper }
  func superDecoder(forKey key: Key) throws -> any Decoder { try decoder(key) }

  private var noSuper: FrameError {
    FrameError(
      code: .typeMismatch, what: "a class with a superclass", place: place,
      mend: "decode rows into structs")
  }
}

/// The values of a list, one behind the other.
private struct ElementContainer: UnkeyedDecodingContainer {
  let values: [Scalar]
  let place: String
  let codingPath: [any CodingKey]
  private(set) var currentIndex = 0

  init(values: [Scalar], place: String, codingPath: [any CodingKey]) {
    self.values = values
    self.place = place
    self.codingPath = codingPath
  }

  var count: Int? { values.count }
  var isAtEnd: Bool { currentIndex == values.count }

  private mutating func next() throws -> ScalarDecoder {
    guard !isAtEnd else {
      throw FrameError(
        code: .shapeMismatch, what: "a list of \(values.count) values is too short", place: place)
    }
    defer { currentIndex += 1 }
    return ScalarDecoder(
      scalar: values[currentIndex], place: "\(place), value \(currentIndex)",
      codingPath: codingPath)
  }

  mutating func decodeNil() -> Bool {
    guard !isAtEnd, values[currentIndex] == .null else { return false }
    currentIndex += 1
    return true
  }
  mutating func decode(_ type: Bool.Type) throws -> Bool { try next().decode(type) }
  mutating func decode(_ type: String.Type) throws -> String { try next().decode(type) }
  mutating func decode(_ type: Double.Type) throws -> Double { try next().decode(type) }
  mutating func decode(_ type: Float.Type) throws -> Float { try next().decode(type) }
  mutating func decode(_ type: Int.Type) throws -> Int { try next().decode(type) }
  mutating func decode(_ type: Int8.Type) throws -> Int8 { try next().decode(type) }
  mutating func decode(_ type: Int16.Type) throws -> Int16 { try next().decode(type) }
  mutating func decode(_ type: Int32.Type) throws -> Int32 { try next().decode(type) }
  mutating func decode(_ type: Int64.Type) throws -> Int64 { try next().decode(type) }
  mutating func decode(_ type: UInt.Type) throws -> UInt { try next().decode(type) }
  mutating func decode(_ type: UInt8.Type) throws -> UInt8 { try next().decode(type) }
  mutating func decode(_ type: UInt16.Type) throws -> UInt16 { try next().decode(type) }
  mutating func decode(_ type: UInt32.Type) throws -> UInt32 { try next().decode(type) }
  mutating func decode(_ type: UInt64.Type) throws -> UInt64 { try next().decode(type) }
  mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    try next().value(type)
  }
  mutating func nestedContainer<Key: CodingKey>(
    keyedBy type: Key.Type
  ) throws -> KeyedDecodingContainer<Key> {
    try next().container(keyedBy: type)
  }
  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
    try next().unkeyedContainer()
  }
  mutating func superDecoder() throws -> any Decoder { try next() }
}
