internal import ArgumentParser
internal import CellEngine
internal import FoundationEssentials
internal import Jupyter
internal import OrderedJSON

/// `apus install`: tells Jupyter of the kernel, or remakes what cells import.
struct InstallCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "install", abstract: "Tell Jupyter of the Swift kernel.")

  @Flag(help: "For this user (the default).") var user = false
  @Flag(name: .customLong("sys-prefix"), help: "For the active Python environment.")
  var sysPrefix = false
  @Option(help: "Under this prefix, in share/jupyter/kernels.") var prefix: String?
  @Flag(help: "Remake what cells import with the Swift toolchain on the path.")
  var rebuild = false
  @Flag(
    name: .customLong("record-toolchain"),
    help: ArgumentHelp(
      "Note that this installation was made with the toolchain on the path.",
      visibility: .hidden))
  var recordToolchain = false

  func validate() throws {
    let places = [user, sysPrefix, prefix != nil, rebuild, recordToolchain]
    guard places.count(where: { $0 }) <= 1 else {
      throw ValidationError("give one of --user, --sys-prefix, --prefix and --rebuild")
    }
  }

  func run() throws {
    if rebuild {
      let toolchain = try Toolchain.locate(environment: ProcessInfo.processInfo.environment)
      return try InstallationRebuild(of: .locate(), with: toolchain).run { print($0) }
    }
    if recordToolchain { return try writeRecord() }
    try writeKernelspec()
  }

  private func writeRecord() throws {
    let toolchain = try Toolchain.locate(environment: ProcessInfo.processInfo.environment)
    guard let path = try Installation.locate().recordPath else {
      throw ValidationError("a build folder has no record of its toolchain")
    }
    try ToolchainRecord(of: toolchain).write(to: path)
  }

  private func writeKernelspec() throws {
    let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let folder = try dataFolder() + "/kernels/swift"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    if let logos = try Installation.locate().kernelspecFolder, logos != folder {
      for name in ["logo-32x32.png", "logo-64x64.png", "logo-svg.svg"] {
        let logo = try Data(contentsOf: URL(filePath: "\(logos)/\(name)"))
        try logo.write(to: URL(filePath: "\(folder)/\(name)"), options: .atomic)
      }
    }
    let spec = KernelSpec(
      name: "swift", arguments: [program, "kernel", "-f", "{connection_file}"],
      displayName: "Swift (Apus)", language: "swift", interruptMode: .message)
    let text = JSONWriter(indent: 1).text(of: spec.json) + "\n"
    // Written beside its place and renamed: Jupyter never reads half a file.
    try Data(text.utf8).write(to: URL(filePath: folder + "/kernel.json"), options: .atomic)
    print("the kernel \"swift\" (Swift (Apus)) is installed in \(folder)")
  }

  private func dataFolder() throws -> String {
    let environment = ProcessInfo.processInfo.environment
    if let prefix { return prefix + "/share/jupyter" }
    if sysPrefix {
      guard let root = environment["VIRTUAL_ENV"] ?? environment["CONDA_PREFIX"] else {
        throw ValidationError("no Python environment is active; activate one, or use --prefix DIR")
      }
      return root + "/share/jupyter"
    }
    if let folder = environment["JUPYTER_DATA_DIR"], !folder.isEmpty { return folder }
    let data = environment["XDG_DATA_HOME"].flatMap { $0.isEmpty ? nil : $0 }
    return (data ?? (environment["HOME"] ?? "") + "/.local/share") + "/jupyter"
  }
}
