internal import Glibc

/// A Swift toolchain: the programs and libraries that the engine uses.
package struct Toolchain: Sendable, Equatable {
  /// The folder that holds `bin` and `lib`.
  package let root: String
  /// The target triple that cells are compiled for.
  package let target = "x86_64-unknown-linux-gnu"

  package init(root: String) { self.root = root }

  package var frontend: String { root + "/bin/swift-frontend" }
  package var linker: String { root + "/bin/ld.lld" }
  package var symbolizer: String { root + "/bin/llvm-symbolizer" }
  package var pluginFolder: String { root + "/lib/swift/host/plugins" }
  package var pluginServer: String { root + "/lib/swift/host/libSwiftInProcPluginServer.so" }
  package var runtimeFolder: String { root + "/lib/swift/linux" }
  package var runtimeStart: String { root + "/lib/swift/linux/x86_64/swiftrt.o" }

  /// The toolchain that `APUS_TOOLCHAIN` names, or that of the `swiftc` on the path.
  package static func locate(environment: [String: String]) throws(CellEngineError) -> Toolchain {
    if let root = environment["APUS_TOOLCHAIN"], !root.isEmpty {
      return try verified(Toolchain(root: root), place: "APUS_TOOLCHAIN")
    }
    for folder in (environment["PATH"] ?? "").split(separator: ":") {
      let program = "\(folder)/swiftc"
      guard access(program, X_OK) == 0, let resolved = realpath(program, nil) else { continue }
      defer { free(resolved) }
      // …/usr/bin/swift-frontend → …/usr
      let parts = String(cString: resolved).split(separator: "/").dropLast(2)
      return try verified(Toolchain(root: "/" + parts.joined(separator: "/")), place: program)
    }
    throw CellEngineError(
      .toolchain, "no Swift toolchain was found", place: "PATH",
      mend: "install Swift from swift.org, or set APUS_TOOLCHAIN to its usr folder")
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
