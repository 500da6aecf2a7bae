internal import Glibc

/// The folder of a session: the libraries and interfaces of its cells.
///
/// It is locked while the session lives. A session that is killed leaves its folder behind; the
/// next one removes it.
final class SessionFolder: Sendable {
  let path: String
  private let lock: Int32

  private static let parent = ProcessEnvironment["TMPDIR"] ?? "/tmp"
  private static let prefix = "apus-session-"

  init() throws(CellEngineError) {
    var template = Array("\(Self.parent)/\(Self.prefix)XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw CellEngineError(.file, String(cString: strerror(errno)), place: Self.parent)
    }
    path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    lock = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    flock(lock, LOCK_EX)
    mkdir(path + "/interfaces", 0o700)
  }

  func remove() {
    Self.remove(path)
    close(lock)
  }

  private static func remove(_ path: String) {
    FolderRemoval.remove(path + "/interfaces")
    FolderRemoval.remove(path)
  }

  /// Removes what sessions of this user left that were killed.
  static func removeStale() {
    for name in FolderContents.names(in: parent) where name.hasPrefix(prefix) {
      let path = "\(parent)/\(name)"
      let folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
      guard folder >= 0 else { continue }
      defer { close(folder) }
      var status = stat()
      // One that was made a moment ago may not be locked yet.
      guard fstat(folder, &status) == 0, status.st_uid == geteuid(),
        time(nil) - status.st_mtim.tv_sec > 2, flock(folder, LOCK_EX | LOCK_NB) == 0
      else { continue }
      remove(path)
    }
  }
}
