internal import ApusFrame

@_implementationOnly import Glibc

/// The files that a path with `*`, `?` or `[…]` names.
enum FilePattern {
  /// The path itself when it names a file or has no such signs, else all paths that fit, in order.
  static func paths(_ path: String, place: String) throws(FrameError) -> [String] {
    guard path.utf8.contains(where: { "*?[".utf8.contains($0) }), access(path, F_OK) != 0 else {
      return [path]
    }
    var found = glob_t()
    defer { globfree(&found) }
    let code = glob(path, GLOB_MARK, nil, &found)
    var paths: [String] = []
    if code == 0 {
      for place in 0..<Int(found.gl_pathc) {
        guard let name = found.gl_pathv[place] else { continue }
        let text = String(cString: name)
        if !text.hasSuffix("/") { paths.append(text) }
      }
    }
    guard !paths.isEmpty else {
      throw FrameError(
        code: .fileAccess, what: "no file fits \"\(path)\"", place: place,
        mend: "check the folder and the pattern")
    }
    return paths
  }
}
