internal import ArgumentParser

/// The program `apus`: one subcommand a file.
@main
struct Apus: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "apus",
    abstract: "Swift notebooks, fast enough to explore with and solid enough for pipelines.",
    version: version,
    subcommands: runCommands + [
      InstallCommand.self, DoctorCommand.self, KernelCommand.self, ToolchainServiceCommand.self,
    ])

  /// The version of Apus.
  static let version = "0.1.0"

  static func main() async { await start() }
}
