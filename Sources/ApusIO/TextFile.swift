internal import ApusFrame

@_implementationOnly import CFormats
@_implementationOnly import Glibc

/// The content of a file of text, decompressed when its first bytes are those of gzip or zstd.
enum TextFile {
  /// How many bytes are decompressed at a time.
  private static let pieceByteCount = 4 << 20
  /// A compressed file is no reason to ask for more memory than this, or than a thousand times its
  /// size.
  private static let leastLimit = 4 << 30

  /// The bytes of the file at `path`; `place` says who asks.
  static func bytes(_ path: String, place: String) throws(FrameError) -> FileBytes {
    try decompressed(try FileBytes(reading: path, place: place), path: path)
  }

  /// The bytes that `file` holds, decompressed if need be.
  static func decompressed(_ file: FileBytes, path: String) throws(FrameError) -> FileBytes {
    guard let codec = codec(of: file) else { return file }
    try codec.requireLibrary(place: path)
    guard let stream = apus_inflater_open(codec.rawValue) else {
      throw FrameError(
        code: .fileAccess, what: "\(codec.name) cannot be started", place: path,
        mend: "decompress the file first")
    }
    defer { apus_inflater_close(stream) }
    let limit = Swift.max(leastLimit, file.count * 1100)
    var pieces: [(buffer: Buffer, count: Int)] = []
    var (used, total) = (0, 0)
    var isComplete: Int32 = 0
    while used < file.count || isComplete == 0 {
      let piece = Buffer(byteCount: pieceByteCount)
      var filled = 0
      while filled < pieceByteCount {
        var taken = 0
        let made = apus_inflater_step(
          stream, file.buffer.base + used, file.count - used, &taken, piece.base + filled,
          pieceByteCount - filled, &isComplete)
        guard made >= 0, made + taken > 0 || isComplete != 0 else {
          throw FrameError(
            code: .malformedFile,
            what: used < file.count
              ? "the \(codec.name) stream is damaged at byte \(used)"
              : "the \(codec.name) stream ends early",
            place: path, mend: "get the file anew")
        }
        used += taken
        filled += made
        if used >= file.count, isComplete != 0 { break }
      }
      pieces.append((piece, filled))
      total += filled
      guard total <= limit else {
        throw FrameError(
          code: .malformedFile, what: "\(file.count) bytes become more than \(limit)", place: path,
          mend: "decompress the file first, if it is meant to be so large")
      }
    }
    return FileBytes(joining: pieces, count: total)
  }

  private static func codec(of file: FileBytes) -> Codec? {
    let bytes = file.buffer.base.assumingMemoryBound(to: UInt8.self)
    if file.count > 2, bytes[0] == 0x1f, bytes[1] == 0x8b { return .gzip }
    if file.count > 4, bytes[0] == 0x28, bytes[1] == 0xb5, bytes[2] == 0x2f, bytes[3] == 0xfd {
      return .zstd
    }
    return nil
  }
}

extension FileBytes {
  /// The bytes of pieces, one behind the other.
  fileprivate init(joining pieces: [(buffer: Buffer, count: Int)], count: Int) {
    self.init(room: count)
    var done = 0
    for piece in pieces {
      buffer.base.advanced(by: done).copyMemory(from: piece.buffer.base, byteCount: piece.count)
      done += piece.count
    }
  }
}
