// The room ApusIO: files become frames. Formats meet the frame at whole buffers only.
//
//   Read.swift     the initialisers that users call
//   FileBytes      a file's bytes, errors with its name
//   CSV/           bytes → records (CSVScanner) → types (CSVTypes) → columns (CSVColumns)

public import ApusFrame

extension DataFrame {
  /// Reads a file of comma-separated values, or of values with another separator.
  ///
  /// The separator is found from the file's content unless `options` name it. Types are found from
  /// every value of a column: Bool, Int, Double, Date (`2026-01-31`), else String; digits that
  /// a number would lose, as in `0800`, stay text.
  public init(csv path: String, options: CSVOptions = CSVOptions()) throws(FrameError) {
    let bytes = try FileBytes.read(path)
    try self.init(csvBytes: bytes, named: path, options: options)
  }

  /// Reads a CSV file's content; `name` stands for the file in errors.
  package init(
    csvBytes bytes: [UInt8], named name: String, options: CSVOptions = CSVOptions()
  ) throws(FrameError) {
    let content = try CSVContent(bytes, name: name, options: options)
    try self.init(columns: CSVColumns(content: content, options: options).read())
  }
}
