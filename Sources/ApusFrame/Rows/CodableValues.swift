// Columns' own types in Codable structs: as texts where something else than a frame reads them.

extension CivilDate: Codable {
  /// The value that its text says.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let value = CivilDate(text) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "\(text) is no CivilDate")
    }
    self = value
  }

  /// Writes the value as text.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

extension CivilTime: Codable {
  /// The value that its text says.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let value = CivilTime(text) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "\(text) is no CivilTime")
    }
    self = value
  }

  /// Writes the value as text.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

extension Datetime: Codable {
  /// The value that its text says.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let value = Datetime(text) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "\(text) is no Datetime")
    }
    self = value
  }

  /// Writes the value as text.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

extension Decimal128: Codable {
  /// The value that its text says.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let value = Decimal128(text) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "\(text) is no Decimal128")
    }
    self = value
  }

  /// Writes the value as text.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

extension UniqueIdentifier: Codable {
  /// The value that its text says.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let value = UniqueIdentifier(text) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "\(text) is no UniqueIdentifier")
    }
    self = value
  }

  /// Writes the value as text.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
