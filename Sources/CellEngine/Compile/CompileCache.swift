internal import Digests
internal import Glibc

/// Compiled cells on disk, found by what they were made of.
///
/// One file an entry, whole or not there: it is written beside its place and renamed, and its
/// digest is checked before anything in it is used. The folder belongs to its owner alone; one
/// that others can write to is not used. Many processes may use it at once.
package final class CompileCache: Sendable {
  /// The named parts of an entry.
  package typealias Parts = [(name: String, bytes: [UInt8])]

  /// The folder, or `nil` where none can be used.
  package let folder: String?
  /// Why there is none.
  package let problem: String?
  /// Above it, the entries that were not used for longest go.
  private let mostBytes: Int
  /// Everything that a compilation depends on besides its text.
  private let circumstances: String

  private static let mark = Array("apus cell 1\n".utf8)
  private static let digestCount = 32

  /// The cache of this user: `APUS_CACHE_DIR`, else in the user's cache folder. `APUS_CACHE_MIB`
  /// bounds it (1024).
  ///
  /// - Parameter circumstances: the compiler, the modules of Apus and the flags.
  package convenience init(circumstances: String) {
    let mebibytes = ProcessEnvironment["APUS_CACHE_MIB"].flatMap(Int.init) ?? 1024
    self.init(
      folder: Self.defaultFolder, circumstances: circumstances, mostBytes: mebibytes << 20)
  }

  package init(folder: String?, circumstances: String, mostBytes: Int) {
    self.circumstances = circumstances
    self.mostBytes = mostBytes
    guard let folder, mostBytes > 0 else {
      (self.folder, problem) = (nil, "no folder for it")
      return
    }
    problem = Self.makeOwnFolder(folder)
    self.folder = problem == nil ? folder : nil
  }

  package static var defaultFolder: String? {
    if let folder = ProcessEnvironment["APUS_CACHE_DIR"] { return folder }
    if let folder = ProcessEnvironment["XDG_CACHE_HOME"] { return folder + "/apus" }
    return ProcessEnvironment["HOME"].map { $0 + "/.cache/apus" }
  }

  /// Makes `folder` if it is not there; says what is wrong with it.
  private static func makeOwnFolder(_ folder: String) -> String? {
    var path = ""
    for part in folder.split(separator: "/") {
      path += "/" + part
      mkdir(path, 0o700)
    }
    var status = stat()
    guard lstat(folder, &status) == 0 else { return String(cString: strerror(errno)) }
    guard status.st_mode & S_IFMT == S_IFDIR else { return "it is no folder" }
    guard status.st_uid == geteuid() else { return "it belongs to another user" }
    guard status.st_mode & 0o022 == 0 else { return "others can write to it" }
    return nil
  }

  // MARK: Entries

  /// The name of an entry's file. It is part of what the digest in the file is of: one that was put
  /// in another's place is not whole.
  private func name(of key: String) -> String {
    SHA256.hexDigest(of: circumstances + "\0" + key)
  }

  /// The entry `key`; `nil` where there is none that is whole.
  package func find(_ key: String) -> Parts? {
    // What cannot be read is not there.
    let name = name(of: key)
    guard let folder, let bytes = try? FileBytes.read("\(folder)/\(name).cell") else { return nil }
    let path = "\(folder)/\(name).cell"
    guard let parts = Self.parts(in: bytes, name: name) else {
      unlink(path)
      return nil
    }
    utimensat(AT_FDCWD, path, nil, 0)
    return parts
  }

  /// Stores `parts` as `key`. A disk that is full leaves things as they were: nothing is lost but
  /// time.
  package func store(_ parts: Parts, as key: String) {
    guard let folder else { return }
    let name = name(of: key)
    let path = "\(folder)/\(name).cell"
    let bytes = Self.bytes(of: parts, name: name)
    let temporary = "\(path).\(getpid()).\(UInt32.random(in: 0...UInt32.max))~"
    do {
      try FileBytes.write(bytes, to: temporary)
      if rename(temporary, path) != 0 { unlink(temporary) }
    } catch {
      unlink(temporary)
    }
  }

  private static func digest(_ name: String, _ body: [UInt8]) -> [UInt8] {
    var hash = SHA256()
    hash.update(Array(name.utf8))
    hash.update(body)
    return hash.digest()
  }

  private static func bytes(of parts: Parts, name: String) -> [UInt8] {
    var body: [UInt8] = []
    body.reserveCapacity(parts.reduce(64) { $0 + $1.bytes.count + $1.name.utf8.count + 16 })
    func put(_ bytes: [UInt8]) {
      withUnsafeBytes(of: UInt64(bytes.count).littleEndian) { body.append(contentsOf: $0) }
      body.append(contentsOf: bytes)
    }
    for part in parts {
      put(Array(part.name.utf8))
      put(part.bytes)
    }
    return mark + digest(name, body) + body
  }

  private static func parts(in bytes: [UInt8], name: String) -> Parts? {
    let start = mark.count + digestCount
    guard bytes.count >= start, bytes[..<mark.count].elementsEqual(mark) else { return nil }
    let body = Array(bytes[start...])
    guard digest(name, body).elementsEqual(bytes[mark.count..<start]) else { return nil }
    var parts: Parts = []
    var position = 0
    func take() -> [UInt8]? {
      guard position + 8 <= body.count else { return nil }
      let count = body[position..<(position + 8)].reversed().reduce(0) { $0 << 8 | Int($1) }
      position += 8
      guard count >= 0, count <= body.count - position else { return nil }
      defer { position += count }
      return Array(body[position..<(position + count)])
    }
    while position < body.count {
      guard let name = take(), let part = take() else { return nil }
      parts.append((String(decoding: name, as: UTF8.self), part))
    }
    return parts
  }
}

// MARK: Size

extension CompileCache {
  /// Removes the entries that were not used for longest, once all together are too many bytes, and
  /// what a process that was killed left half-written.
  package func trim() {
    guard let folder else { return }
    var entries: [(path: String, size: Int, used: Int)] = []
    let now = time(nil)
    for name in FolderContents.names(in: folder) {
      let path = "\(folder)/\(name)"
      var status = stat()
      guard name.hasSuffix(".cell") || name.hasSuffix("~"), lstat(path, &status) == 0 else {
        continue
      }
      if name.hasSuffix("~") {
        if now - status.st_mtim.tv_sec > 3600 { unlink(path) }
        continue
      }
      entries.append((path, Int(status.st_blocks) * 512, status.st_mtim.tv_sec))
    }
    var total = entries.reduce(0) { $0 + $1.size }
    guard total > mostBytes else { return }
    // To four fifths, so that it need not be done again at once.
    for entry in entries.sorted(by: { $0.used < $1.used }) where total > mostBytes / 5 * 4 {
      unlink(entry.path)
      total -= entry.size
    }
  }
}
