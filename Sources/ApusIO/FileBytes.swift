internal import ApusFrame
internal import Glibc

/// Reads whole files.
enum FileBytes {
  /// The bytes of the file at `path`.
  static func read(_ path: String) throws(FrameError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(errno, path) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure(errno, path) }
    guard status.st_mode & S_IFMT != S_IFDIR else { throw failure(EISDIR, path) }
    // A file may grow, and some (pipes, /proc) do not tell their size: read up to the end.
    var bytes = [UInt8](repeating: 0, count: Swift.max(Int(status.st_size) + 1, 4096))
    var count = 0
    while true {
      if count == bytes.count {
        bytes.append(contentsOf: repeatElement(0, count: bytes.count))
      }
      let received = bytes.withUnsafeMutableBytes { buffer in
        Glibc.read(descriptor, buffer.baseAddress?.advanced(by: count), buffer.count - count)
      }
      if received < 0 {
        guard errno == EINTR else { throw failure(errno, path) }
        continue
      }
      if received == 0 { break }
      count += received
    }
    bytes.removeSubrange(count...)
    return bytes
  }

  private static func failure(_ code: Int32, _ path: String) -> FrameError {
    let mend: String? =
      switch code {
      case ENOENT: "paths are those of \(workingFolder())"
      case EISDIR: "name a file inside it"
      default: nil
      }
    return FrameError(
      code: .fileAccess, what: "cannot read \"\(path)\": \(String(cString: strerror(code)))",
      place: "DataFrame(csv:)", mend: mend)
  }

  private static func workingFolder() -> String {
    guard let path = getcwd(nil, 0) else { return "the working folder" }
    defer { free(path) }
    return String(cString: path)
  }
}
