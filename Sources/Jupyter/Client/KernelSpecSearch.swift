internal import Glibc

/// Finds installed kernels in the folders that Jupyter looks in.
package enum KernelSpecSearch {
  /// Jupyter's data folders, the first with the highest rank.
  package static var dataFolders: [String] {
    var folders = environmentValue("JUPYTER_PATH")?.split(separator: ":").map(String.init) ?? []
    if let folder = environmentValue("JUPYTER_DATA_DIR") {
      folders.append(folder)
    } else if let folder = environmentValue("XDG_DATA_HOME") {
      folders.append(folder + "/jupyter")
    } else if let home = environmentValue("HOME") {
      folders.append(home + "/.local/share/jupyter")
    }
    if let prefix = environmentValue("VIRTUAL_ENV") ?? environmentValue("CONDA_PREFIX") {
      folders.append(prefix + "/share/jupyter")
    }
    // The environment of the `jupyter` on PATH: PREFIX/bin/jupyter → PREFIX/share/jupyter.
    for folder in environmentValue("PATH")?.split(separator: ":") ?? []
    where folder.hasSuffix("/bin") && access("\(folder)/jupyter", X_OK) == 0 {
      folders.append(String(folder.dropLast(4)) + "/share/jupyter")
    }
    folders += ["/usr/local/share/jupyter", "/usr/share/jupyter"]
    var seen: Set<String> = []
    return folders.filter { seen.insert($0).inserted }
  }

  /// The kernel `name`; of several, the one in the folder of highest rank.
  package static func find(_ name: String) throws(JupyterError) -> KernelSpec {
    try find(name, in: dataFolders)
  }

  package static func find(
    _ name: String, in folders: [String]
  ) throws(JupyterError) -> KernelSpec {
    let allowed = name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "-"):
        true
      default: false
      }
    }
    if allowed, !name.isEmpty {
      for folder in folders {
        // Names are compared without case, as jupyter_client does: it stores them in lower case.
        for candidate in [name, name.lowercased()] {
          let place = "\(folder)/kernels/\(candidate)"
          if access(place + "/kernel.json", R_OK) == 0 {
            return try KernelSpec(name: name, folder: place)
          }
        }
      }
    }
    let known = all(in: folders).map(\.name)
    throw JupyterError(
      .noSuchKernel, "no kernel \"\(name)\" is installed", at: folders.joined(separator: ":"),
      mend: known.isEmpty
        ? "no kernel is installed there" : "installed: \(known.joined(separator: ", "))")
  }

  /// Every kernel that can be read, by name; folders of higher rank hide those below.
  package static func all() -> [KernelSpec] { all(in: dataFolders) }

  package static func all(in folders: [String]) -> [KernelSpec] {
    var found: [String: KernelSpec] = [:]
    for folder in folders {
      for name in entries(of: folder + "/kernels") where found[name] == nil {
        // A broken kernel.json hides its kernel only; `find` of that name says what is wrong.
        found[name] = try? KernelSpec(name: name, folder: "\(folder)/kernels/\(name)")
      }
    }
    return found.values.sorted { $0.name < $1.name }
  }

  private static func entries(of folder: String) -> [String] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names
  }
}
