public import ApusFrame

extension DataFrame {
  /// Reads JSON: objects, one a line (NDJSON) or all in one list; plain or compressed by gzip or
  /// zstd; one file, or all that a path with `*`, `?` or `[…]` names.
  ///
  /// Lists and objects inside become lists and structs. A column of values of different kinds holds
  /// the text that they were.
  public init(json path: String, progress: ReadProgress? = nil) throws(FrameError) {
    self = try JSONSource(path, place: "DataFrame(json:)", progress: progress).readWhole()
  }

  /// Reads JSON content; `name` stands for the file in errors.
  package init(jsonBytes bytes: [UInt8], named name: String) throws(FrameError) {
    self = try JSONSource(bytes, path: name).readWhole()
  }

  /// Writes the frame as JSON objects, one a line. The file appears under its name when it is
  /// complete; one that was there is replaced.
  ///
  /// Days, times and identifiers are written as texts, bytes in Base64, and numbers that are none as
  /// `NaN` and `Infinity`, as Python's module does.
  public func write(ndjson path: String) throws(FrameError) {
    try JSONTextWriter(self, isList: false).write(to: path, place: "write(ndjson:)")
  }

  /// Writes the frame as a list of JSON objects.
  public func write(json path: String) throws(FrameError) {
    try JSONTextWriter(self, isList: true).write(to: path, place: "write(json:)")
  }

  /// The frame as a list of JSON objects.
  package var jsonBytes: [UInt8] { JSONTextWriter(self, isList: true).text() }

  /// The frame as JSON objects, one a line.
  package var ndjsonBytes: [UInt8] { JSONTextWriter(self, isList: false).text() }
}

extension LazyFrame {
  /// A lazy frame over JSON objects, one a line or all in one list; when it is asked, it keeps only
  /// the columns that are needed. The types of a large file are those of its first, middle and last
  /// records.
  public init(json path: String, progress: ReadProgress? = nil) throws(FrameError) {
    self.init(scanning: try JSONSource(path, place: "LazyFrame(json:)", progress: progress))
  }
}
