public import ApusFrame

/// How a CSV file is to be read. What is not given is found from the file's content, or is as most
/// files have it.
public struct CSVOptions: Sendable {
  /// How a file's bytes stand for characters. Byte-order marks of UTF-8 and UTF-16 are obeyed
  /// whatever is said here.
  public enum Encoding: Sendable {
    /// UTF-8; other bytes are an error.
    case utf8
    /// UTF-8; bytes that are not become U+FFFD.
    case lossyUTF8
    /// ISO 8859-1.
    case latin1
    /// Windows-1252 as the WHATWG's Encoding Standard has it.
    case windows1252
  }

  /// What becomes of records that have more or fewer values than the first.
  public enum UnevenRecords: Sendable {
    /// They are errors, or rejects when those are collected.
    case fail
    /// Missing values are null; too many are as with `fail`.
    case fill
    /// Missing values are null, and values that are too many are left out.
    case fillAndCut
  }

  /// What stands between values, one ASCII character; found when `nil`: comma, semicolon, tab or |.
  public var separator: Character?
  /// What encloses values that contain separators, one ASCII character; doubled inside it stands
  /// for itself. Found when `nil`: `"` or `'`.
  public var quote: Character?
  /// What makes the character behind it, inside quotes, part of the text, such as `\`.
  public var escape: Character?
  /// Whether the first record names the columns; without they are `column_1` and so on. When `nil`,
  /// a first record of nothing but numbers, days or truth values that fit their columns is data.
  public var hasHeader: Bool?
  /// How many lines at the start of the file are passed over.
  public var skippedLines: Int
  /// What lines that are passed over begin with, such as `#`.
  public var comment: String?
  /// How bytes stand for characters.
  public var encoding: Encoding
  /// The names of all of the file's columns, in order, instead of those that it has.
  public var names: [String]?
  /// New names for some of the file's columns. All other options speak of the new names.
  public var renamed: [String: String]
  /// Which columns are read, in this order; all when `nil`.
  public var columns: [String]?
  /// The types of some columns; those of the others are found.
  public var types: [String: DataType]
  /// The values that mean null. In quotes they stay text in columns of text.
  public var nullTokens: Set<String>
  /// The values that mean null in some columns, instead of `nullTokens`.
  public var columnNullTokens: [String: Set<String>]
  /// What stands before a number's fraction: a point, or a comma.
  public var decimalSeparator: Character
  /// What divides a number's digits into groups of three, if anything does.
  public var thousandsSeparator: Character?
  /// What becomes of records of another length.
  public var unevenRecords: UnevenRecords
  /// Whether a value that does not fit the type that the sample of the file has is an error. Else
  /// the column becomes wider: `Int`, `Double`, `String`.
  public var isStrict: Bool
  /// Collects what does not fit, which is then no error: values become null, and records of the
  /// wrong length are left out.
  public var rejects: CSVRejects?
  /// How many rows are read at most.
  public var rowLimit: Int?
  /// The name of a first column that counts rows from 0.
  public var rowIndex: String?
  /// The name of a last column that holds the file's path.
  public var pathColumn: String?

  /// Options; what is not given is found or as most files have it.
  public init(
    separator: Character? = nil, quote: Character? = nil, escape: Character? = nil,
    hasHeader: Bool? = nil, skippedLines: Int = 0, comment: String? = nil,
    encoding: Encoding = .utf8, names: [String]? = nil, renamed: [String: String] = [:],
    columns: [String]? = nil,
    nullTokens: Set<String> = ["", "NA", "N/A", "null", "NULL"],
    columnNullTokens: [String: Set<String>] = [:], types: [String: DataType] = [:],
    decimalSeparator: Character = ".", thousandsSeparator: Character? = nil,
    unevenRecords: UnevenRecords = .fail, isStrict: Bool = false, rejects: CSVRejects? = nil,
    rowLimit: Int? = nil, rowIndex: String? = nil, pathColumn: String? = nil
  ) {
    self.separator = separator
    self.quote = quote
    self.escape = escape
    self.hasHeader = hasHeader
    self.skippedLines = skippedLines
    self.comment = comment
    self.encoding = encoding
    self.names = names
    self.renamed = renamed
    self.columns = columns
    self.types = types
    self.nullTokens = nullTokens
    self.columnNullTokens = columnNullTokens
    self.decimalSeparator = decimalSeparator
    self.thousandsSeparator = thousandsSeparator
    self.unevenRecords = unevenRecords
    self.isStrict = isStrict
    self.rejects = rejects
    self.rowLimit = rowLimit
    self.rowIndex = rowIndex
    self.pathColumn = pathColumn
  }
}
