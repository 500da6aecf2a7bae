internal import ApusFrame

@_implementationOnly import Glibc

/// A whole file in memory.
///
/// The bytes are read, not mapped: a mapped file that another program shortens would end the
/// process of whoever looks at it.
struct FileBytes {
  /// The bytes, then at least 64 that are 0.
  let buffer: Buffer
  let count: Int

  /// How many bytes a thread reads at once.
  private static let pieceByteCount = 4 << 20

  /// Room for `count` bytes, with zeros behind it.
  init(room count: Int) {
    buffer = Buffer(byteCount: count + 64)
    self.count = count
    buffer.base.advanced(by: count).initializeMemory(as: UInt8.self, repeating: 0, count: 64)
  }

  /// The bytes of an array, as a file's.
  init(_ bytes: [UInt8]) {
    self.init(room: bytes.count)
    bytes.withUnsafeBytes { source in
      if let base = source.baseAddress {
        buffer.base.copyMemory(from: base, byteCount: source.count)
      }
    }
  }

  /// The bytes of the file at `path`; `place` says who asks.
  init(reading path: String, place: String = "DataFrame(csv:)") throws(FrameError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileBytes.failure(errno, path, place) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw FileBytes.failure(errno, path, place) }
    guard status.st_mode & S_IFMT != S_IFDIR else { throw FileBytes.failure(EISDIR, path, place) }
    guard status.st_mode & S_IFMT == S_IFREG, status.st_size > 0 else {
      self.init(try FileBytes.readToEnd(descriptor, path, place))
      return
    }
    self.init(room: Int(status.st_size))
    let base = buffer.base
    try inParallel(rows: count, by: FileBytes.pieceByteCount) { piece throws(FrameError) in
      var next = piece.lowerBound
      while next < piece.upperBound {
        let received = pread(descriptor, base + next, piece.upperBound - next, off_t(next))
        if received < 0, errno == EINTR { continue }
        guard received > 0 else {
          // The file has become shorter since it was measured.
          throw FileBytes.failure(received < 0 ? errno : EIO, path, place)
        }
        next += received
      }
    }
  }

  /// How many bytes the file at `path` has; 0 when it does not tell.
  static func size(_ path: String) -> Int {
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_size) : 0
  }

  /// What comes from a pipe, or another file that does not tell its size.
  private static func readToEnd(
    _ descriptor: Int32, _ path: String, _ place: String
  ) throws(FrameError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    var count = 0
    while true {
      if count == bytes.count { bytes.append(contentsOf: repeatElement(0, count: bytes.count)) }
      let received = bytes.withUnsafeMutableBytes { buffer in
        Glibc.read(descriptor, buffer.baseAddress?.advanced(by: count), buffer.count - count)
      }
      if received < 0 {
        guard errno == EINTR else { throw failure(errno, path, place) }
        continue
      }
      if received == 0 { break }
      count += received
    }
    bytes.removeSubrange(count...)
    return bytes
  }

  /// The error of a file that cannot be read.
  static func failure(_ code: Int32, _ path: String, _ place: String) -> FrameError {
    let mend: String? =
      switch code {
      case ENOENT: "paths are those of \(workingFolder())"
      case EISDIR: "name a file inside it"
      default: nil
      }
    return FrameError(
      code: .fileAccess, what: "cannot read \"\(path)\": \(String(cString: strerror(code)))",
      place: place, mend: mend)
  }

  private static func workingFolder() -> String {
    guard let path = getcwd(nil, 0) else { return "the working folder" }
    defer { free(path) }
    return String(cString: path)
  }
}
