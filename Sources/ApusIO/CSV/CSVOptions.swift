public import ApusFrame

/// How a CSV file is to be read.
public struct CSVOptions: Sendable {
  /// What stands between values, one ASCII character; found from the content when `nil`.
  public var separator: Character?
  /// What encloses values that contain separators, one ASCII character; doubled inside it stands
  /// for itself.
  public var quote: Character
  /// Whether the first record names the columns; without they are `column_1` and so on.
  public var hasHeader: Bool
  /// The values that mean null. In quotes they stay text in columns of text.
  public var nullTokens: Set<String>
  /// The types of some columns; those of the others are found.
  public var types: [String: DataType]

  /// Options; what is not given is as most files have it.
  public init(
    separator: Character? = nil, quote: Character = "\"", hasHeader: Bool = true,
    nullTokens: Set<String> = ["", "NA", "N/A", "null", "NULL"],
    types: [String: DataType] = [:]
  ) {
    self.separator = separator
    self.quote = quote
    self.hasHeader = hasHeader
    self.nullTokens = nullTokens
    self.types = types
  }
}
