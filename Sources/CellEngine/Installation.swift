internal import Glibc

/// Where the parts of Apus are that a session needs.
package struct Installation: Sendable, Equatable {
  /// The program in which cells run.
  package var worker: String
  /// The library that cells use.
  package var library: String
  /// Folders with the modules that cells import.
  package var moduleFolders: [String]
  /// The folder of the kernel's logos, where there is one.
  package var kernelspecFolder: String?
  /// The folder above `bin` and `lib`; `nil` in a build folder.
  package var prefix: String?

  package init(
    worker: String, library: String, moduleFolders: [String], kernelspecFolder: String? = nil,
    prefix: String? = nil
  ) {
    self.worker = worker
    self.library = library
    self.moduleFolders = moduleFolders
    self.kernelspecFolder = kernelspecFolder
    self.prefix = prefix
  }

  /// The library that makes a compiler a server of forks.
  package var prewarmLibrary: String {
    let folder = library.split(separator: "/").dropLast().joined(separator: "/")
    return "/\(folder)/libapus-prewarm.so"
  }

  /// Everything that a compiled cell depends on besides its text: the compiler, the modules and
  /// the flags.
  package func circumstances(of toolchain: Toolchain) throws(CellEngineError) -> String {
    let arguments = CompilerArguments(toolchain: toolchain, moduleFolders: moduleFolders)
    let files = try [toolchain.frontend, library].map { path throws(CellEngineError) in
      let mark = try ToolchainRecord.FileMark(of: path)
      return "\(path) \(mark.byteCount) \(mark.modifiedSeconds)"
    }
    let command = arguments.compile(module: "", in: "", optimised: true, interfaces: "")
    return (files + command).joined(separator: "\n")
  }

  /// The parts beside `program`, by default the running one.
  ///
  /// They are installed (`bin/apus`, `lib/apus/…`) or in a build folder; `APUS_HOME` names another
  /// prefix.
  package static func locate(program: String? = nil) throws(CellEngineError) -> Installation {
    let home = program == nil ? getenv("APUS_HOME").map { String(cString: $0) } : nil
    let path = program ?? resolved("/proc/self/exe") ?? "apus"
    let own = parent(of: path)
    let prefix = home.flatMap { $0.isEmpty ? nil : $0 } ?? parent(of: own)
    for candidate in [installed(in: prefix), built(in: own)]
    where access(candidate.worker, X_OK) == 0 && access(candidate.library, R_OK) == 0 {
      return candidate
    }
    throw CellEngineError(
      .installation, "apus-worker and libApus.so are not beside this program", place: own,
      mend: "run `make install`, or build both products")
  }

  /// The layout of `make install`.
  private static func installed(in prefix: String) -> Installation {
    Installation(
      worker: "\(prefix)/bin/apus-worker", library: "\(prefix)/lib/apus/libApus.so",
      moduleFolders: ["\(prefix)/lib/apus/modules"],
      kernelspecFolder: "\(prefix)/share/jupyter/kernels/swift", prefix: prefix)
  }

  /// The layout of a build folder, somewhere below the package.
  private static func built(in folder: String) -> Installation {
    var package = folder
    while package != "/" && access("\(package)/kernelspec/logo-32x32.png", R_OK) != 0 {
      package = parent(of: package)
    }
    let hasPackage = package != "/"
    return Installation(
      worker: "\(folder)/apus-worker", library: "\(folder)/libApus.so",
      moduleFolders: ["\(folder)/Modules"],
      kernelspecFolder: hasPackage ? "\(package)/kernelspec" : nil)
  }

  private static func parent(of path: String) -> String {
    "/" + path.split(separator: "/").dropLast().joined(separator: "/")
  }

  private static func resolved(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}

extension Installation {
  /// The file that says which toolchain made the modules; `nil` in a build folder.
  package var recordPath: String? { prefix.map { $0 + "/lib/apus/toolchain.json" } }

  /// What keeps `toolchain` from using these modules, or `nil`.
  ///
  /// They load only in the compiler that made them; a build folder is taken to be of the present
  /// toolchain.
  package func obstacle(to toolchain: Toolchain) throws(CellEngineError) -> CellEngineError? {
    guard let recordPath else { return nil }
    let record = try ToolchainRecord(file: recordPath)
    // The version is asked for only when the file is another: asking takes a process.
    guard try record.file != ToolchainRecord.FileMark(of: toolchain.frontend) else { return nil }
    let version = try toolchain.version()
    guard version != record.version else { return nil }
    return CellEngineError(
      .toolchain, "Apus was made with \"\(record.version)\", and this is \"\(version)\"",
      place: toolchain.root, mend: "run `apus install --rebuild`")
  }
}
