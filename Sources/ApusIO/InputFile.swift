internal import ApusFrame

@_implementationOnly import Glibc

/// A file that is read in pieces, from any thread, or mapped; a pipe is read to its end first.
final class InputFile: Sendable {
  /// The file's path, for errors.
  let path: String
  /// How many bytes the file has.
  let count: Int
  private let content: Content
  /// When the file was changed last before it was opened.
  private let changed: timespec?

  private enum Content {
    case descriptor(Int32)
    case memory(FileBytes)
    case mapped(Buffer)
  }

  /// Whether bytes lie in a mapping of the file, so that columns may keep them where they are.
  var isMapped: Bool { if case .mapped = content { true } else { false } }

  /// Whether bytes come from the file each time they are asked for.
  var isReadInPieces: Bool { if case .descriptor = content { true } else { false } }

  /// Opens the file at `path`, or maps it; `place` says who asks.
  init(_ path: String, place: String, isMapped: Bool = false) throws(FrameError) {
    self.path = path
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileBytes.failure(errno, path, place) }
    var status = stat()
    let isMeasured = fstat(descriptor, &status) == 0
    if isMeasured, status.st_mode & S_IFMT == S_IFREG {
      if isMapped, status.st_size > 0 {
        defer { close(descriptor) }
        count = Int(status.st_size)
        content = .mapped(try FileMapping.buffer(descriptor, count: count, path, place))
        changed = nil
        return
      }
      content = .descriptor(descriptor)
      count = Int(status.st_size)
      changed = status.st_mtim
      return
    }
    close(descriptor)
    changed = nil
    let bytes = try FileBytes(reading: path, place: place)
    content = .memory(bytes)
    count = bytes.count
  }

  /// The bytes of an array, as a file's.
  init(_ bytes: [UInt8], path: String) {
    self.path = path
    count = bytes.count
    content = .memory(FileBytes(bytes))
    changed = nil
  }

  deinit {
    if case .descriptor(let descriptor) = content { close(descriptor) }
  }

  /// Holds that the file is what it was when it was opened, as far as its times tell.
  func checkUnchanged() throws(FrameError) {
    guard let changed, case .descriptor(let descriptor) = content else { return }
    var status = stat()
    guard fstat(descriptor, &status) == 0, Int(status.st_size) == count,
      status.st_mtim.tv_sec == changed.tv_sec, status.st_mtim.tv_nsec == changed.tv_nsec
    else { throw InputFile.changed(path) }
  }

  /// The error of a file that is not what it was.
  static func changed(_ path: String) -> FrameError {
    FrameError(
      code: .fileAccess, what: "the file was changed while it was read", place: path,
      mend: "read it again")
  }

  /// The bytes of a range, which must lie inside the file; at least 64 more may be read behind them.
  func bytes(_ range: Range<Int>) throws(FrameError) -> ByteRun {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "bytes outside the file")
    switch content {
    case .memory(let bytes): return ByteRun(bytes.buffer, range)
    case .mapped(let buffer): return ByteRun(buffer, range)
    case .descriptor(let descriptor):
      let buffer = Buffer(byteCount: range.count + 64)
      var done = 0
      while done < range.count {
        let received = pread(
          descriptor, buffer.base + done, range.count - done, off_t(range.lowerBound + done))
        if received < 0, errno == EINTR { continue }
        guard received > 0 else {
          // The file has become shorter since it was measured.
          throw FileBytes.failure(received < 0 ? errno : EIO, path, "a file that is being read")
        }
        done += received
      }
      buffer.base.advanced(by: done).initializeMemory(as: UInt8.self, repeating: 0, count: 64)
      return ByteRun(buffer, 0..<range.count)
    }
  }
}

/// Some bytes of a buffer, behind which 64 more may be read.
struct ByteRun: Sendable {
  let buffer: Buffer
  let range: Range<Int>

  init(_ buffer: Buffer, _ range: Range<Int>) {
    precondition(range.upperBound + 64 <= buffer.byteCount, "no room behind the bytes")
    self.buffer = buffer
    self.range = range
  }

  /// How many bytes there are.
  var count: Int { range.count }

  /// The first byte; valid as long as the buffer is held.
  var start: UnsafePointer<UInt8> {
    UnsafePointer(buffer.base.assumingMemoryBound(to: UInt8.self)) + range.lowerBound
  }

  /// A part of the run, counted from its start.
  func part(_ part: Range<Int>) -> ByteRun {
    precondition(part.lowerBound >= 0 && part.upperBound <= count, "bytes outside the run")
    return ByteRun(
      buffer, (range.lowerBound + part.lowerBound)..<(range.lowerBound + part.upperBound))
  }
}
