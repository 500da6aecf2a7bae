// The room ApusIO: files become frames. Formats meet the frame at whole buffers only.
//
//   Read.swift     the initialisers that users call;  Write.swift  what they call to write
//   FileBytes      a file's bytes, errors with its name;  FileMapping  a file in memory as it lies
//   InputFile      a file that is read in pieces;  FilePattern  the files that a path with * names
//   ReadProgress   how far a read has come
//   Compression    codecs;  ScanBounds  what a file's statistics rule out
//   Parquet/       metadata → row groups that may fit → pages → columns
//   Arrow/         IPC files and streams;  JSON/  objects in lines or a list
//   CSV/           files (CSVSource) → bytes in UTF-8 (CSVText) → chunks of records (CSVLayout)
//                  → values (CSVScanner) → types (CSVTypes) → columns (CSVColumns)

public import ApusFrame

extension DataFrame {
  /// Reads files of comma-separated values, or of values with another separator: one, or all that a
  /// path with `*`, `?` or `[…]` names, one behind the other.
  ///
  /// Separator, quote and header are found from the file's content unless `options` tell them. Types
  /// are found from every value of a column: Bool, Int, Double, days and times (`2026-01-31 08:30`),
  /// else String; digits that a number would lose, as in `0800`, stay text. A file compressed by gzip
  /// or zstd is read as it is.
  public init(
    csv path: String, options: CSVOptions = CSVOptions(), progress: ReadProgress? = nil
  ) throws(FrameError) {
    self = try CSVSource(
      path, options: options, place: "DataFrame(csv:)", keepsText: true, progress: progress
    ).readWhole()
  }

  /// Reads a CSV file's content; `name` stands for the file in errors.
  package init(
    csvBytes bytes: [UInt8], named name: String, options: CSVOptions = CSVOptions(),
    progress: ReadProgress? = nil
  ) throws(FrameError) {
    self = try CSVSource(FileBytes(bytes), name: name, options: options, progress: progress)
      .readWhole()
  }
}

extension LazyFrame {
  /// A lazy frame over files of comma-separated values: when it is asked, it reads only the columns
  /// that are needed.
  ///
  /// Types are found from values at the start, in the middle and at the end of the files. When a
  /// value is read that does not fit, its column becomes wider (Int, Double, String) and the steps
  /// behind are typed anew, unless `options` say the column's type or are strict.
  public init(
    csv path: String, options: CSVOptions = CSVOptions(), progress: ReadProgress? = nil
  ) throws(FrameError) {
    self.init(
      scanning: try CSVSource(
        path, options: options, place: "LazyFrame(csv:)", progress: progress))
  }

  /// A lazy frame over a CSV file's content.
  package init(
    csvBytes bytes: [UInt8], named name: String, options: CSVOptions = CSVOptions()
  ) throws(FrameError) {
    self.init(scanning: try CSVSource(FileBytes(bytes), name: name, options: options))
  }
}

extension DataFrame {
  /// Reads Parquet files: one, or all that a path with `*`, `?` or `[…]` names, one behind the other.
  public init(parquet path: String, progress: ReadProgress? = nil) throws(FrameError) {
    self = try ParquetSource(path, place: "DataFrame(parquet:)", progress: progress).readAll()
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
  public init(parquet path: String, progress: ReadProgress? = nil) throws(FrameError) {
    self.init(
      scanning: try ParquetSource(path, place: "LazyFrame(parquet:)", progress: progress))
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
