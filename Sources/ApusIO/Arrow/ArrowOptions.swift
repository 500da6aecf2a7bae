public import ApusFrame

/// How a frame is written as Arrow IPC.
public struct ArrowOptions: Sendable {
  /// How buffers are compressed.
  public enum Compression: Sendable {
    /// Not at all: such files can be used where they lie.
    case none
    /// LZ4 frames: fast.
    case lz4
    /// Zstandard: small.
    case zstd
  }

  /// How buffers are compressed.
  public var compression: Compression
  /// Whether a stream is written, without a file's footer.
  public var isStream: Bool
  /// How many rows a record batch has.
  public var batchRowCount: Int

  /// Options; what is not given is as most programs write it.
  public init(
    compression: Compression = .none, isStream: Bool = false, batchRowCount: Int = 1 << 17
  ) {
    self.compression = compression
    self.isStream = isStream
    self.batchRowCount = batchRowCount
  }

  var codec: Codec? {
    switch compression {
    case .none: nil
    case .lz4: .lz4Frame
    case .zstd: .zstd
    }
  }
}

extension DataFrame {
  /// Reads an Arrow IPC file (Feather) or stream: one, or all that a path with `*`, `?` or `[…]`
  /// names, one behind the other.
  ///
  /// With `memoryMapped`, the values of a file that is not compressed and has one record batch stay
  /// where they are in the file, and are read when they are used. If another program shortens the
  /// file before the frame is gone, looking at its values ends the process.
  public init(
    arrow path: String, memoryMapped: Bool = false, progress: ReadProgress? = nil
  ) throws(FrameError) {
    self = try ArrowSource(
      path, place: "DataFrame(arrow:)", isMapped: memoryMapped, progress: progress
    ).readAll()
  }

  /// Reads the content of an Arrow file or stream; `name` stands for the file in errors.
  package init(arrowBytes bytes: [UInt8], named name: String) throws(FrameError) {
    self = try ArrowSource(InputFile(bytes, path: name)).readAll()
  }

  /// Writes the frame as an Arrow IPC file, or stream. It appears under its name when it is complete;
  /// one that was there is replaced.
  public func write(arrow path: String, options: ArrowOptions = ArrowOptions()) throws(FrameError) {
    try ArrowWriter(self, options: options, place: "write(arrow:)").write(to: path)
  }

  /// The frame as Arrow IPC.
  package func arrowBytes(options: ArrowOptions = ArrowOptions()) throws(FrameError) -> [UInt8] {
    try ArrowWriter(self, options: options, place: "write(arrow:)").bytes()
  }
}

extension LazyFrame {
  /// A lazy frame over Arrow IPC files or streams; when it is asked, it reads only the columns that
  /// are needed. `memoryMapped` is as for `DataFrame(arrow:)`.
  public init(
    arrow path: String, memoryMapped: Bool = false, progress: ReadProgress? = nil
  ) throws(FrameError) {
    self.init(
      scanning: try ArrowSource(
        path, place: "LazyFrame(arrow:)", isMapped: memoryMapped, progress: progress))
  }
}
