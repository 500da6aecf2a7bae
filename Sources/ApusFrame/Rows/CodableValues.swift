// Columns' own types in Codable structs: as texts where something else than a frame reads them.

extension Decoder {
  /// What `parse` makes of a text; an error where it is none of type `Value`.
  fileprivate func text<Value>(_ parse: (String) -> Value?) throws -> Value {
    let container = try singleValueContainer()
    let text = try container.decode(String.self)
    guard let value = parse(text) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "\(text) is no \(Value.self)")
    }
    return value
  }
}

extension Encoder {
  fileprivate func write(text: String) throws {
    var container = singleValueContainer()
    try container.encode(text)
  }
}

extension CivilDate: Codable {
  /// The value that its text says.
  public init(from decoder: any Decoder) throws { self = try decoder.text { CivilDate($0) } }

  /// Writes the value as text.
  public func encode(to encoder: any Encoder) throws { try encoder.write(text: description) }
}

extension CivilTime: Codable {
  /// The value that its text says.
  public init(from decoder: any Decoder) throws { self = try decoder.text { CivilTime($0) } }

  /// Writes the value as text.
  public func encode(to encoder: any Encoder) throws { try encoder.write(text: description) }
}

extension Datetime: Codable {
  /// The value that its text says.
  public init(from decoder: any Decoder) throws { self = try decoder.text { Datetime($0) } }

  /// Writes the value as text.
  public func encode(to encoder: any Encoder) throws { try encoder.write(text: description) }
}

extension Decimal128: Codable {
  /// The value that its text says.
  public init(from decoder: any Decoder) throws { self = try decoder.text { Decimal128($0) } }

  /// Writes the value as text.
  public func encode(to encoder: any Encoder) throws { try encoder.write(text: description) }
}

extension UniqueIdentifier: Codable {
  /// The value that its text says.
  public init(from decoder: any Decoder) throws { self = try decoder.text { UniqueIdentifier($0) } }

  /// Writes the value as text.
  public func encode(to encoder: any Encoder) throws { try encoder.write(text: description) }
}
