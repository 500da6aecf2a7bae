public import ApusFrame

/// How a frame is written as Parquet.
public struct ParquetOptions: Sendable {
  /// How pages are compressed.
  public enum Compression: Sendable {
    /// Not at all.
    case none
    /// Snappy: fast, read by every program.
    case snappy
    /// Deflate, of levels 1 to 9.
    case gzip(level: Int = 6)
    /// Zstandard, of levels 1 to 22: small and fast.
    case zstd(level: Int = 3)
    /// LZ4 blocks (LZ4_RAW): fast.
    case lz4
    /// Brotli, of levels 1 to 11.
    case brotli(level: Int = 5)
  }

  /// The two ways in which pages are laid out.
  public enum PageVersion: Sendable {
    /// Read by every program.
    case v1
    /// Levels are not compressed.
    case v2
  }

  /// How pages are compressed.
  public var compression: Compression
  /// How many rows a row group has.
  public var rowGroupRowCount: Int
  /// How many bytes a page has before compression, about.
  public var pageByteCount: Int
  /// How pages are laid out.
  public var pageVersion: PageVersion
  /// Whether columns of few different values are written as numbers of a list.
  public var usesDictionaries: Bool
  /// Whether bounds of row groups and pages are written, by which readers leave rows out.
  public var hasStatistics: Bool

  /// Options; what is not given suits most files.
  public init(
    compression: Compression = .zstd(), rowGroupRowCount: Int = 1 << 20,
    pageByteCount: Int = 1 << 20, pageVersion: PageVersion = .v1, usesDictionaries: Bool = true,
    hasStatistics: Bool = true
  ) {
    self.compression = compression
    self.rowGroupRowCount = rowGroupRowCount
    self.pageByteCount = pageByteCount
    self.pageVersion = pageVersion
    self.usesDictionaries = usesDictionaries
    self.hasStatistics = hasStatistics
  }

  /// The codec, its number in files, and its level.
  var codec: (codec: Codec, number: Int, level: Int)? {
    switch compression {
    case .none: nil
    case .snappy: (.snappy, 1, 0)
    case .gzip(let level): (.gzip, 2, level)
    case .zstd(let level): (.zstd, 6, level)
    case .lz4: (.lz4Block, 7, 0)
    case .brotli(let level): (.brotli, 4, level)
    }
  }
}

extension DataFrame {
  /// Writes the frame as a Parquet file. It appears under its name when it is complete; one that was
  /// there is replaced.
  public func write(
    parquet path: String, options: ParquetOptions = ParquetOptions()
  ) throws(FrameError) {
    try ParquetWriter(self, options: options).write(to: path)
  }

  /// The frame as a Parquet file's content.
  package func parquetBytes(
    options: ParquetOptions = ParquetOptions()
  ) throws(FrameError) -> [UInt8] {
    try ParquetWriter(self, options: options).bytes()
  }
}
