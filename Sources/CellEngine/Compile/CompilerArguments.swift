/// The arguments of the compiler for cells: one frontend process, no driver.
package struct CompilerArguments: Sendable {
  package var toolchain: Toolchain
  /// Folders with the modules that cells may import.
  package var moduleFolders: [String]

  package init(toolchain: Toolchain, moduleFolders: [String]) {
    self.toolchain = toolchain
    self.moduleFolders = moduleFolders
  }

  /// What every use of the compiler on a cell shares, completion included.
  package var common: [String] {
    var arguments = [
      "-target", toolchain.target, "-swift-version", "5", "-enable-bare-slash-regex",
    ]
    // Memberwise initialisers are internal whatever the access of their type.
    arguments.append("-enable-testing")
    for folder in moduleFolders { arguments += ["-I", folder] }
    return arguments
  }

  /// Compiles `source` to an object and an interface.
  ///
  /// `-O` makes loops and functions up to thirty times faster; with the assertions of a debug
  /// build it keeps the messages of traps and the meaning of `assert`.
  func compile(
    module: String, in folder: String, optimised: Bool, interfaces: String
  ) -> [String] {
    [toolchain.frontend, "-frontend", "-c", "-primary-file", "\(folder)/\(module).swift"]
      + ["-module-name", module, "-emit-module-path", "\(folder)/\(module).swiftmodule"]
      + ["-o", "\(folder)/\(module).o", "-entry-point-function-name", "\(module)_main"]
      // Interfaces without what this cell replaces go before those of the session's folder.
      + ["-I", interfaces] + common
      + ["-disable-objc-interop", "-no-color-diagnostics", "-diagnostic-style=llvm"]
      // Tracebacks and interrupts follow the chain of frame pointers.
      + ["-serialize-diagnostics-path", "\(folder)/\(module).dia"]
      + ["-gline-tables-only", "-Xcc", "-fno-omit-frame-pointer"]
      + plugins
      + (optimised ? Self.optimisation : ["-Onone"])
  }

  /// Optimised, but each trap keeps a place of its own: LLVM would merge those with one message, and
  /// with them their lines.
  private static let optimisation = [
    "-O", "-assert-config", "Debug", "-Xllvm", "-simplifycfg-sink-common=0", "-Xllvm",
    "-enable-tail-merge=0",
  ]

  /// Makes the interface alone of a module whose text is at `source`.
  func interface(of module: String, source: String, at path: String) -> [String] {
    [toolchain.frontend, "-frontend", "-emit-module", source, "-module-name", module, "-o", path]
      + common + ["-disable-objc-interop", "-no-color-diagnostics", "-diagnostic-style=llvm"]
      + plugins
  }

  private var plugins: [String] {
    ["-plugin-path", toolchain.pluginFolder]
      + ["-in-process-plugin-server-path", toolchain.pluginServer]
  }

  /// For sourcekitd, which takes the driver's arguments.
  package var questions: [String] {
    common + ["-plugin-path", toolchain.pluginFolder]
      + ["-Xfrontend", "-in-process-plugin-server-path", "-Xfrontend", toolchain.pluginServer]
  }

  /// Links the object of `module` to a library that the worker opens.
  ///
  /// In two segments instead of five: a system allows a process some 65,000 of them, and a session
  /// keeps every library that it ran.
  func link(module: String, in folder: String, libraries: [String]) -> [String] {
    [toolchain.cellLinker, "-shared", "--eh-frame-hdr", toolchain.runtimeStart]
      + ["\(folder)/\(module).o", "-o", "\(folder)/lib\(module).so"]
      + ["-z", "noseparate-code", "-z", "norelro"]
      + ["-L", toolchain.runtimeFolder, "-rpath", toolchain.runtimeFolder]
      + ["--as-needed"] + libraries
  }
}
