internal import ApusFrame

@_implementationOnly import Glibc

/// A file mapped into memory, for as long as a buffer of it is held.
final class FileMapping {
  private let start: UnsafeMutableRawPointer
  private let byteCount: Int

  private init(start: UnsafeMutableRawPointer, byteCount: Int) {
    self.start = start
    self.byteCount = byteCount
  }

  deinit { munmap(start, byteCount) }

  /// The first `count` bytes of an open file, and 64 behind them that are 0.
  static func buffer(
    _ descriptor: Int32, count: Int, _ path: String, _ place: String
  ) throws(FrameError) -> Buffer {
    // The file lies on pages of zeros, so that what is behind its end may be looked at too.
    let byteCount = count + 64
    let zeros = mmap(nil, byteCount, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let start = zeros, start != MAP_FAILED else {
      throw FileBytes.failure(errno, path, place)
    }
    let mapping = FileMapping(start: start, byteCount: byteCount)
    guard mmap(start, count, PROT_READ, MAP_PRIVATE | MAP_FIXED, descriptor, 0) != MAP_FAILED else {
      throw FileBytes.failure(errno, path, place)
    }
    return Buffer(foreign: start, byteCount: byteCount, owner: mapping)
  }
}
