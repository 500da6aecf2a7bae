internal import Glibc

/// The names of what is in a folder.
enum FolderContents {
  /// Empty where there is no such folder.
  static func names(in folder: String) -> [String] {
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
}

/// Removes a session's folder, which holds files only.
enum FolderRemoval {
  static func remove(_ folder: String) {
    for name in FolderContents.names(in: folder) { unlink("\(folder)/\(name)") }
    rmdir(folder)
  }
}
