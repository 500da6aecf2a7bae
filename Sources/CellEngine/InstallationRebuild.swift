internal import Glibc

/// Remakes what cells import, from the sources that an installation ships, with another toolchain.
///
/// Everything is made in a folder of its own and then renamed into place, the record last: a
/// rebuild that fails changes nothing.
package struct InstallationRebuild: Sendable {
  /// The light wing, each room after those that it stands on.
  package static let rooms = [
    "OrderedJSON", "ApusCell", "ApusFrame", "ApusIO", "ApusStats", "ApusPlot", "Apus",
  ]
  /// The doors to C that the light wing stands on.
  package static let doors = ["CNumerics", "CFormats", "CRegex"]
  private static let features = [
    "ExistentialAny", "MemberImportVisibility", "InternalImportsByDefault",
  ]

  private let toolchain: Toolchain
  private let prefix: String
  private let next: String

  private var sources: String { prefix + "/share/apus/sources" }
  private var library: String { prefix + "/lib/apus" }
  private var clang: String { toolchain.root + "/bin/clang" }

  package init(
    of installation: Installation, with toolchain: Toolchain
  ) throws(CellEngineError) {
    guard let prefix = installation.prefix else {
      throw CellEngineError(
        .installation, "this is a build folder, not an installation",
        place: installation.library, mend: "build again with `make build`")
    }
    self.toolchain = toolchain
    self.prefix = prefix
    next = prefix + "/lib/apus/next"
  }

  /// Rebuilds; `report` is told of each step.
  package func run(report: (String) -> Void) throws(CellEngineError) {
    FolderRemoval.remove(next)
    guard mkdir(next, 0o755) == 0 else {
      throw CellEngineError(
        .file, String(cString: strerror(errno)), place: next,
        mend: "run it as the user who owns the installation")
    }
    defer { FolderRemoval.remove(next) }
    var objects: [String] = []
    for door in Self.doors {
      objects += try compileC(door, flags: ["-O3", "-I", "\(sources)/\(door)/include"])
    }
    for room in Self.rooms {
      report("compiling \(room)")
      objects.append(try compileRoom(room))
    }
    report("linking libApus.so and apus-worker")
    try linkLibrary(objects)
    try linkWorker(
      try compileC(
        "apus-worker",
        flags: ["-O2", "-fno-omit-frame-pointer", "-fblocks", "-Wno-deprecated-declarations"]))
    try moveIntoPlace()
    report("made with \(try toolchain.version())")
  }

  private func compileRoom(_ room: String) throws(CellEngineError) -> String {
    let object = "\(next)/\(room).o"
    var command = [toolchain.root + "/bin/swiftc", "-O", "-wmo", "-parse-as-library", "-c"]
    command += ["-swift-version", "6", "-module-name", room, "-package-name", "apus"]
    command += ["-target", toolchain.target]
    for feature in Self.features { command += ["-enable-upcoming-feature", feature] }
    command += ["-emit-module", "-emit-module-path", "\(next)/\(room).swiftmodule"]
    for door in Self.doors { command += ["-I", "\(sources)/\(door)/include"] }
    command += ["-I", next, "-o", object]
    try run(command + files(under: "\(sources)/\(room)", ending: ".swift"), making: room)
    return object
  }

  private func compileC(_ door: String, flags: [String]) throws(CellEngineError) -> [String] {
    var objects: [String] = []
    let folder = "\(sources)/\(door)"
    let parts = try files(under: folder, ending: ".c") + files(under: folder, ending: ".cpp")
    for source in parts {
      let object = "\(next)/\(door)-\(objects.count).o"
      let runtimeHeaders = ["-I", toolchain.root + "/lib/swift"]
      let compiler = source.hasSuffix(".cpp") ? clang + "++" : clang
      try run(
        [compiler, "-fPIC", "-c", source, "-o", object] + flags + runtimeHeaders, making: door)
      objects.append(object)
    }
    return objects
  }

  private func linkLibrary(_ objects: [String]) throws(CellEngineError) {
    let command =
      [toolchain.root + "/bin/swiftc", "-emit-library", "-o", "\(next)/libApus.so"]
      + ["-Xlinker", "-soname", "-Xlinker", "libApus.so", "-lstdc++"]
      + objects
    try run(command, making: "libApus.so")
  }

  private func linkWorker(_ objects: [String]) throws(CellEngineError) {
    let runtime = toolchain.runtimeFolder
    let command =
      [clang, "-fuse-ld=lld", "-o", "\(next)/apus-worker"] + objects
      + ["-L", runtime, "-Wl,-rpath,\(runtime)", "-Wl,--export-dynamic"]
      + ["-lswiftCore", "-lswift_Concurrency", "-ldispatch", "-lBlocksRuntime", "-ldl"]
    try run(command, making: "apus-worker")
  }

  private func moveIntoPlace() throws(CellEngineError) {
    let record = try ToolchainRecord(of: toolchain)
    for room in Self.rooms {
      for kind in ["swiftmodule", "swiftdoc"] {
        try move("\(room).\(kind)", to: "\(library)/modules/\(room).\(kind)")
      }
    }
    try move("libApus.so", to: "\(library)/libApus.so")
    try move("apus-worker", to: "\(prefix)/bin/apus-worker")
    try record.write(to: "\(library)/toolchain.json")
  }

  private func move(_ name: String, to path: String) throws(CellEngineError) {
    guard rename("\(next)/\(name)", path) == 0 else {
      throw CellEngineError(.file, String(cString: strerror(errno)), place: path)
    }
  }

  private func run(_ command: [String], making product: String) throws(CellEngineError) {
    let (ending, text) = try CommandOutput.run(command)
    guard ending == .exited(0) else {
      throw CellEngineError(
        .toolchain, "\(product) could not be made:\n\(text)", place: command[0],
        mend: "use a toolchain of the version that Apus was written for, Swift 6.3")
    }
  }

  /// The files below `folder` whose names end in `ending`, in order of their paths.
  private func files(under folder: String, ending: String) throws(CellEngineError) -> [String] {
    guard let directory = opendir(folder) else {
      throw CellEngineError(
        .installation, "the sources of the light wing are not there", place: folder,
        mend: "run `make install` again")
    }
    defer { closedir(directory) }
    var found: [String] = []
    while let entry = readdir(directory) {
      let isFolder = Int(entry.pointee.d_type) == Int(DT_DIR)
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name.hasPrefix(".") { continue }
      if isFolder {
        found += try files(under: "\(folder)/\(name)", ending: ending)
      } else if name.hasSuffix(ending) {
        found.append("\(folder)/\(name)")
      }
    }
    return found.sorted()
  }
}
