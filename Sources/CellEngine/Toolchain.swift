internal import Glibc
internal import OrderedJSON

/// A Swift toolchain: the programs and libraries that the engine uses.
package struct Toolchain: Sendable, Equatable {
  /// The folder that holds `bin` and `lib`: the toolchain's `usr`.
  package let root: String
  /// The target triple that cells are compiled for.
  package let target = "x86_64-unknown-linux-gnu"

  package init(root: String) { self.root = root }

  package var frontend: String { root + "/bin/swift-frontend" }
  package var linker: String { root + "/bin/ld.lld" }
  /// The linker for cells: that of the system, where it is there, needs a third of the time.
  var cellLinker: String {
    let system = "/usr/bin/ld.bfd"
    return access(system, X_OK) == 0 ? system : linker
  }
  package var symbolizer: String { root + "/bin/llvm-symbolizer" }
  package var sourceKit: String { root + "/lib/libsourcekitdInProc.so" }
  package var clangLibrary: String { root + "/lib/libclang.so" }
  package var pluginFolder: String { root + "/lib/swift/host/plugins" }
  package var pluginServer: String { root + "/lib/swift/host/libSwiftInProcPluginServer.so" }
  package var runtimeFolder: String { root + "/lib/swift/linux" }
  package var runtimeStart: String { root + "/lib/swift/linux/x86_64/swiftrt.o" }

  /// Parts that cells can do without, each with what is lost: completion, ranges in errors, lines
  /// in tracebacks.
  ///
  /// Empty for a whole toolchain.
  package var missingParts: [(path: String, loss: String)] {
    let parts = [
      (sourceKit, "no completion and no inspection"),
      (clangLibrary, "no ranges, notes and fix-its in compile errors"),
      (symbolizer, "no lines in tracebacks"),
      (pluginServer, "no macros"),
    ]
    return parts.filter { access($0.0, R_OK) != 0 }.map { (path: $0.0, loss: $0.1) }
  }

  /// The first line that the compiler says of its version.
  ///
  /// Runs it: some 30 ms.
  package func versionText() throws(CellEngineError) -> String {
    let pipe = try DescriptorPair.pipe()
    defer { close(pipe.read) }
    let process = try startVersion(pipe.write)
    let text = String(decoding: DescriptorPair.readToEnd(pipe.read), as: UTF8.self)
    guard process.wait() == .exited(0), let line = text.split(separator: "\n").first else {
      throw CellEngineError(
        .toolchain, "does not tell its version", place: frontend,
        mend: "install a whole Swift toolchain for Linux")
    }
    return String(line)
  }

  private func startVersion(_ output: Int32) throws(CellEngineError) -> ChildProcess {
    defer { close(output) }
    return try ChildProcess.start([frontend, "--version"], descriptors: [(1, output)])
  }

  /// The toolchain that `APUS_TOOLCHAIN` or `SWIFT_USR` names, or that of the `swiftc` on the path.
  package static func locate(environment: [String: String]) throws(CellEngineError) -> Toolchain {
    for name in ["APUS_TOOLCHAIN", "SWIFT_USR"] {
      guard let root = environment[name], !root.isEmpty else { continue }
      return try verified(Toolchain(root: withoutEndSlash(root)), place: name)
    }
    for folder in (environment["PATH"] ?? "").split(separator: ":") {
      let program = "\(folder)/swiftc"
      guard access(program, X_OK) == 0, let resolved = resolve(program) else { continue }
      let parts = resolved.split(separator: "/")
      if parts.last == "swiftly" {
        return try verified(try swiftly(environment: environment), place: program)
      }
      // …/usr/bin/swift-frontend → …/usr
      let root = "/" + parts.dropLast(2).joined(separator: "/")
      return try verified(Toolchain(root: root), place: program)
    }
    throw CellEngineError(
      .toolchain, "no Swift toolchain was found", place: "PATH",
      mend: "install Swift from swift.org, or set APUS_TOOLCHAIN to its usr folder")
  }

  /// The toolchain in use of swiftly, whose `swiftc` is a stand-in for it.
  private static func swiftly(
    environment: [String: String]
  ) throws(CellEngineError) -> Toolchain {
    let home =
      environment["SWIFTLY_HOME_DIR"] ?? (environment["HOME"] ?? "") + "/.local/share/swiftly"
    let folder = environment["SWIFTLY_TOOLCHAINS_DIR"] ?? home + "/toolchains"
    let record = home + "/config.json"
    let bytes = try FileBytes.read(record)
    // A record that is no JSON names no toolchain: the error below says so.
    guard let version = (try? JSONParser.parse(bytes))?["inUse"]?.string else {
      throw CellEngineError(
        .toolchain, "swiftly has no toolchain in use", place: record,
        mend: "run `swiftly install latest`, or set APUS_TOOLCHAIN to a toolchain's usr folder")
    }
    return Toolchain(root: "\(folder)/\(version)/usr")
  }

  private static func resolve(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  private static func withoutEndSlash(_ path: String) -> String {
    path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
  }

  private static func verified(
    _ toolchain: Toolchain, place: String
  ) throws(CellEngineError) -> Toolchain {
    for file in [toolchain.frontend, toolchain.linker, toolchain.runtimeStart]
    where access(file, R_OK) != 0 {
      throw CellEngineError(
        .toolchain, "the toolchain lacks \(file)", place: place,
        mend: "install a whole Swift toolchain for Linux")
    }
    return toolchain
  }
}
