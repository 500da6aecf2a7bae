@_implementationOnly import Glibc

/// A file that is written beside its place and takes it when it is complete: whoever reads the
/// place sees the old content or the new one, never a part.
package final class AtomicFile {
  private let path: String
  private let temporary: String
  private let place: String
  private var descriptor: Int32

  /// Makes the file at `path` of what `body` writes; where that fails, `path` is as it was. `place`
  /// says who writes, for errors.
  package static func write(
    to path: String, place: String, _ body: (AtomicFile) throws(FrameError) -> Void
  ) throws(FrameError) {
    let file = try AtomicFile(path, place: place)
    do throws(FrameError) {
      try body(file)
      try file.commit()
    } catch {
      file.discard()
      throw error
    }
  }

  /// Opens a temporary file beside `path`.
  private init(_ path: String, place: String) throws(FrameError) {
    self.path = path
    self.place = place
    var template = Array("\(path).XXXXXX".utf8CString)
    descriptor = template.withUnsafeMutableBufferPointer { name in
      name.baseAddress.map { mkstemp($0) } ?? -1
    }
    temporary = template.withUnsafeBufferPointer { name in
      name.baseAddress.map { String(cString: $0) } ?? path
    }
    guard descriptor >= 0 else { throw failure() }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Appends bytes.
  package func write(_ bytes: [UInt8]) throws(FrameError) {
    var start = 0
    while start < bytes.count {
      let written = bytes.withUnsafeBytes { buffer in
        Glibc.write(descriptor, buffer.baseAddress?.advanced(by: start), buffer.count - start)
      }
      if written < 0, errno == EINTR { continue }
      guard written > 0 else { throw failure() }
      start += written
    }
  }

  /// Appends the texts of `rowCount` rows, `size` rows a piece: as many pieces are made at once as
  /// keep the threads busy, and written in order.
  package func write(
    rowCount: Int, piecesOf size: Int, _ text: @Sendable (Range<Int>) -> [UInt8]
  ) throws(FrameError) {
    let count = (rowCount + size - 1) / size
    for first in stride(from: 0, to: count, by: 16) {
      let texts = try parallelMap(Swift.min(16, count - first)) { piece in
        let start = (first + piece) * size
        return text(start..<Swift.min(start + size, rowCount))
      }
      for text in texts { try write(text) }
    }
  }

  /// Puts the file in its place, with the rights that a new file has, or the old one had.
  private func commit() throws(FrameError) {
    var old = stat()
    let mode: mode_t
    if stat(path, &old) == 0 {
      mode = old.st_mode & 0o7777
    } else {
      let mask = umask(0)
      umask(mask)
      mode = 0o666 & ~mask
    }
    guard fchmod(descriptor, mode) == 0 else { throw failure() }
    let isClosed = close(descriptor) == 0
    descriptor = -1
    guard isClosed, rename(temporary, path) == 0 else { throw failure() }
  }

  /// Takes the temporary file away.
  private func discard() { unlink(temporary) }

  private func failure() -> FrameError {
    FrameError(
      code: .fileAccess, what: "cannot write \"\(path)\": \(String(cString: strerror(errno)))",
      place: place, mend: "see that the folder exists and may be written to")
  }
}
