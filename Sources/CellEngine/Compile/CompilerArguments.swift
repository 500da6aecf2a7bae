/// The arguments of the compiler for cells: one frontend process, no driver.
package struct CompilerArguments: Sendable {
  package var toolchain: Toolchain
  /// Folders with the modules that cells may import.
  package var moduleFolders: [String]
  /// Module maps of the C doors that those modules stand on.
  package var moduleMaps: [String]

  package init(toolchain: Toolchain, moduleFolders: [String], moduleMaps: [String]) {
    self.toolchain = toolchain
    self.moduleFolders = moduleFolders
    self.moduleMaps = moduleMaps
  }

  /// What every use of the compiler on a cell shares, completion included.
  package var common: [String] {
    var arguments = [
      "-target", toolchain.target, "-swift-version", "5", "-enable-bare-slash-regex",
    ]
    // Memberwise initialisers are internal whatever the access of their type.
    arguments.append("-enable-testing")
    for folder in moduleFolders { arguments += ["-I", folder] }
    for map in moduleMaps { arguments += ["-Xcc", "-fmodule-map-file=\(map)"] }
    return arguments
  }

  /// Compiles `source` to an object and an interface.
  ///
  /// `-O` makes loops and functions up to thirty times faster; with the assertions of a debug
  /// build it keeps the messages of traps and the meaning of `assert`.
  func compile(module: String, in folder: String, optimised: Bool) -> [String] {
    [toolchain.frontend, "-frontend", "-c", "-primary-file", "\(folder)/\(module).swift"]
      + ["-module-name", module, "-emit-module-path", "\(folder)/\(module).swiftmodule"]
      + ["-o", "\(folder)/\(module).o", "-entry-point-function-name", "\(module)_main"]
      + common
      + ["-disable-objc-interop", "-no-color-diagnostics", "-diagnostic-style=llvm"]
      + ["-gline-tables-only"]
      + ["-plugin-path", toolchain.pluginFolder]
      + ["-in-process-plugin-server-path", toolchain.pluginServer]
      + (optimised ? ["-O", "-assert-config", "Debug"] : ["-Onone"])
  }

  /// Links the object of `module` to a library that the worker opens.
  func link(module: String, in folder: String, libraries: [String]) -> [String] {
    [toolchain.linker, "-shared", "--eh-frame-hdr", toolchain.runtimeStart]
      + ["\(folder)/\(module).o", "-o", "\(folder)/lib\(module).so"]
      + ["-L", toolchain.runtimeFolder, "-rpath", toolchain.runtimeFolder]
      + ["--as-needed"] + libraries
  }
}
