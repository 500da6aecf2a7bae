internal import Glibc
internal import Jupyter
internal import Synchronization

/// Notebook files, read and written whole. What is written appears at once or not at all.
package enum Storage {
  package static func read(_ location: RunRequest.Location) async throws(RunError) -> [UInt8] {
    switch location {
    case .standard: try await offPool { () throws(RunError) in try contents(of: 0, "-") }
    case .file(let path):
      try await offPool { () throws(RunError) in
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw failure("cannot open the file", path) }
        defer { close(file) }
        return try contents(of: file, path)
      }
    }
  }

  /// Makes the folder of `path`, and says now rather than later if nothing can be written there.
  package static func prepare(toWrite path: String) async throws(RunError) {
    try await offPool { () throws(RunError) in
      let folder = folder(of: path)
      try makeFolder(folder)
      guard access(folder, W_OK) == 0 else { throw failure("cannot write in the folder", folder) }
      if isFolder(path) { throw RunError(.fileAccess, "the output is a folder", at: path) }
    }
  }

  /// Writes `bytes` beside `path` and renames them onto it. A link stays a link.
  package static func write(_ bytes: [UInt8], to path: String) async throws(RunError) {
    try await offPool { () throws(RunError) in try replace(path, with: bytes) }
  }

  private static let draftNumber = Atomic<Int>(0)

  private static func replace(_ path: String, with bytes: [UInt8]) throws(RunError) {
    let target = realpath(path, nil).map { pointer in
      defer { free(pointer) }
      return String(cString: pointer)
    }
    let final = target ?? path
    var status = stat()
    let mode = stat(final, &status) == 0 ? status.st_mode & 0o7777 : nil
    // Runs beside each other may write the same file.
    let number = draftNumber.add(1, ordering: .relaxed).newValue
    let draft = "\(folder(of: final))/.\(name(of: final)).\(getpid())-\(number).draft"
    unlink(draft)
    let file = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard file >= 0 else { throw failure("cannot create the file", draft) }
    do throws(RunError) {
      defer { close(file) }
      if let mode, fchmod(file, mode) != 0 { throw failure("cannot set the mode", draft) }
      try put(bytes, into: file, draft)
      guard rename(draft, final) == 0 else { throw failure("cannot replace the file", final) }
    } catch {
      unlink(draft)
      throw error
    }
  }

  /// Adds `bytes` to the end of the file at `path`.
  package static func append(_ bytes: [UInt8], to path: String) async throws(RunError) {
    try await offPool { () throws(RunError) in
      let file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
      guard file >= 0 else { throw failure("cannot open the file", path) }
      defer { close(file) }
      try put(bytes, into: file, path)
    }
  }

  /// Writes `bytes` to what our output is piped into.
  package static func writeToStandardOutput(_ bytes: [UInt8]) async throws(RunError) {
    try await offPool { () throws(RunError) in try put(bytes, into: 1, "-") }
  }

  package static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  package static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// The folder that `path` is in.
  package static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// The last part of `path`.
  package static func name(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
  }

  /// The end of a text file, at most `limit` bytes; nothing where it cannot be read.
  static func tail(of path: String, limit: Int = 4096) async -> String {
    do throws(RunError) {
      let bytes = try await read(.file(path))
      return String(decoding: bytes.suffix(limit), as: UTF8.self).trimmingSpaces
    } catch {
      // The log of a kernel is a help for the reader of another error; its absence is none.
      return ""
    }
  }

  static func remove(_ path: String) { unlink(path) }

  /// The names in a folder, without `.` and `..`; none where it cannot be read.
  package static func entries(of folder: String) -> [String] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names
  }

  static func isLink(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
  }

  /// `path` from the root on, links resolved as far as it exists.
  package static func absolute(_ path: String) -> String {
    if let pointer = realpath(path, nil) {
      defer { free(pointer) }
      return String(cString: pointer)
    }
    let parent = folder(of: path)
    guard let pointer = realpath(parent, nil) else { return path }
    defer { free(pointer) }
    let folder = String(cString: pointer)
    return folder == "/" ? "/\(name(of: path))" : "\(folder)/\(name(of: path))"
  }

  /// The size and the time of the last change of a file, as text.
  static func identity(_ path: String) -> String {
    var status = stat()
    guard stat(path, &status) == 0 else { return path }
    return "\(path) \(status.st_size) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"
  }

  /// Where the program `name` lies: as it stands, or by PATH.
  static func program(_ name: String) -> String? {
    if name.contains("/") { return name }
    let folders = environmentValue("PATH")?.split(separator: ":") ?? []
    return folders.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
  }

  /// The contents of a file that may be missing or unreadable, then `nil`.
  package static func contentsIfAny(of path: String) -> [UInt8]? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    return try? contents(of: file, path)
  }

  /// Writes a file that is only a help: when it cannot be written, nothing happens.
  package static func writeIfPossible(_ bytes: [UInt8], to path: String) {
    do throws(RunError) {
      try makeFolder(folder(of: path))
      try replace(path, with: bytes)
    } catch {
      return
    }
  }

  private static func makeFolder(_ path: String) throws(RunError) {
    if isFolder(path) { return }
    let parent = folder(of: path)
    if parent != path { try makeFolder(parent) }
    guard mkdir(path, 0o777) == 0 || errno == EEXIST else {
      throw failure("cannot make the folder", path)
    }
  }

  private static func contents(of file: Int32, _ path: String) throws(RunError) -> [UInt8] {
    var result: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 18)
    while true {
      let count = Glibc.read(file, &chunk, chunk.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw failure("cannot read the file", path) }
      if count == 0 { return result }
      result += chunk[..<count]
    }
  }

  private static func put(
    _ bytes: [UInt8], into file: Int32, _ path: String
  ) throws(RunError) {
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        Glibc.write(file, buffer.baseAddress?.advanced(by: written), bytes.count - written)
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw failure("cannot write the file", path) }
      written += count
    }
  }

  private static func failure(_ what: String, _ path: String) -> RunError {
    RunError(.fileAccess, "\(what): \(String(cString: strerror(errno)))", at: path)
  }

  /// Runs `body`, which waits for a disk, on a thread of its own.
  static func offPool<Value: Sendable>(
    _ body: @escaping @Sendable () throws(RunError) -> Value
  ) async throws(RunError) -> Value {
    let result = await withCheckedContinuation {
      (continuation: CheckedContinuation<Result<Value, RunError>, Never>) in
      PlainThread.start("storage") {
        continuation.resume(returning: Result { () throws(RunError) in try body() })
      }
    }
    return try result.get()
  }
}
