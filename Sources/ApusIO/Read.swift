// The room ApusIO: files become frames. Formats meet the frame at whole buffers only.
//
//   Read.swift     the initialisers that users call;  Write.swift  what they call to write
//   AtomicFile     a file that appears when it is complete
//   FileBytes      a file's bytes, errors with its name
//   CSV/           bytes → chunks of records (CSVLayout) → values (CSVScanner) → types (CSVTypes)
//                  → columns (CSVColumns)

public import ApusFrame

extension DataFrame {
  /// Reads a file of comma-separated values, or of values with another separator.
  ///
  /// The separator is found from the file's content unless `options` name it. Types are found from
  /// every value of a column: Bool, Int, Double, Date (`2026-01-31`), else String; digits that
  /// a number would lose, as in `0800`, stay text.
  public init(csv path: String, options: CSVOptions = CSVOptions()) throws(FrameError) {
    try self.init(csv: FileBytes(reading: path), named: path, options: options)
  }

  /// Reads a CSV file's content; `name` stands for the file in errors.
  package init(
    csvBytes bytes: [UInt8], named name: String, options: CSVOptions = CSVOptions()
  ) throws(FrameError) {
    try self.init(csv: FileBytes(bytes), named: name, options: options)
  }

  private init(csv file: FileBytes, named name: String, options: CSVOptions) throws(FrameError) {
    let text = try CSVText(file, name: name, options: options)
    let layout = try CSVLayout(text, options: options)
    try self.init(columns: CSVColumns(layout, options: options).read())
  }
}

extension LazyFrame {
  /// A lazy frame over a file of comma-separated values: when it is asked, it reads only the columns
  /// that are needed.
  ///
  /// Types are found from values at the start, in the middle and at the end of the file; a value
  /// that does not fit is an error when the file is read. `options` may say a column's type.
  public init(csv path: String, options: CSVOptions = CSVOptions()) throws(FrameError) {
    self.init(scanning: try CSVSource(path, options: options))
  }
}
