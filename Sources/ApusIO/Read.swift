// The room ApusIO: files become frames. Formats meet the frame at whole buffers only.
//
//   Read.swift     the initialisers that users call;  Write.swift  what they call to write
//   AtomicFile     a file that appears when it is complete
//   FileBytes      a file's bytes, errors with its name
//   InputFile      a file that is read in pieces;  FilePattern  the files that a path with * names
//   Compression    codecs;  ScanBounds  what a file's statistics rule out
//   Parquet/       metadata → row groups that may fit → pages → columns
//   Arrow/         IPC files and streams;  JSON/  objects in lines or a list
//   CSV/           bytes → chunks of records (CSVLayout) → values (CSVScanner) → types (CSVTypes)
//                  → columns (CSVColumns)

public import ApusFrame

extension DataFrame {
  /// Reads a file of comma-separated values, or of values with another separator.
  ///
  /// The separator is found from the file's content unless `options` name it. Types are found from
  /// every value of a column: Bool, Int, Double, Date (`2026-01-31`), else String; digits that
  /// a number would lose, as in `0800`, stay text. A file compressed by gzip or zstd is read as it
  /// is.
  public init(csv path: String, options: CSVOptions = CSVOptions()) throws(FrameError) {
    try self.init(
      csv: TextFile.bytes(path, place: "DataFrame(csv:)"), named: path, options: options)
  }

  /// Reads a CSV file's content; `name` stands for the file in errors.
  package init(
    csvBytes bytes: [UInt8], named name: String, options: CSVOptions = CSVOptions()
  ) throws(FrameError) {
    try self.init(
      csv: TextFile.decompressed(FileBytes(bytes), path: name), named: name, options: options)
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

extension DataFrame {
  /// Reads Parquet files: one, or all that a path with `*`, `?` or `[…]` names, one behind the other.
  public init(parquet path: String) throws(FrameError) {
    self = try ParquetSource(path, place: "DataFrame(parquet:)").readAll()
  }

  /// Reads a Parquet file's content; `name` stands for the file in errors.
  package init(parquetBytes bytes: [UInt8], named name: String) throws(FrameError) {
    self = try ParquetSource(InputFile(bytes, path: name)).readAll()
  }
}

extension LazyFrame {
  /// A lazy frame over Parquet files: one, or all that a path with `*`, `?` or `[…]` names.
  ///
  /// When it is asked, it reads only the columns that are needed, and of them only the row groups
  /// and pages of which the files' statistics do not say that no row fits.
  public init(parquet path: String) throws(FrameError) {
    self.init(scanning: try ParquetSource(path, place: "LazyFrame(parquet:)"))
  }

  /// A lazy frame over a Parquet file's content.
  package init(parquetBytes bytes: [UInt8], named name: String) throws(FrameError) {
    self.init(scanning: try ParquetSource(InputFile(bytes, path: name)))
  }
}

extension ScanSource {
  /// All columns and rows.
  func readAll() throws(FrameError) -> DataFrame {
    try read(Array(schema.fields.indices), limit: nil, where: nil)
  }
}
