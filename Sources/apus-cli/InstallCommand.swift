internal import ArgumentParser
internal import FoundationEssentials
internal import OrderedJSON

/// `apus install`: tells Jupyter of the kernel.
struct InstallCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "install", abstract: "Tell Jupyter of the Swift kernel.")

  @Flag(help: "For this user (the default).") var user = false
  @Flag(name: .customLong("sys-prefix"), help: "For the active Python environment.")
  var sysPrefix = false
  @Option(help: "Under this prefix, in share/jupyter/kernels.") var prefix: String?

  func validate() throws {
    guard [user, sysPrefix, prefix != nil].count(where: { $0 }) <= 1 else {
      throw ValidationError("give one of --user, --sys-prefix and --prefix")
    }
  }

  func run() throws {
    let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let folder = try dataFolder() + "/kernels/swift"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let spec: JSON = [
      "argv": [.string(program), "kernel", "-f", "{connection_file}"],
      "display_name": "Swift (Apus)", "language": "swift", "interrupt_mode": "message",
      "kernel_protocol_version": "5.5", "metadata": [:],
    ]
    let text = JSONWriter(indent: 1).text(of: spec) + "\n"
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
