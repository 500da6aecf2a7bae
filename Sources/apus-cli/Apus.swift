internal import ArgumentParser

/// The program `apus`: one subcommand a file.
@main
struct Apus: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "apus",
    abstract: "Swift notebooks, fast enough to explore with and solid enough for pipelines.",
    version: version,
    subcommands: [
      RunCommand.self, InstallCommand.self, DoctorCommand.self, KernelCommand.self,
      ToolchainServiceCommand.self,
    ])

  /// The version of Apus.
  static let version = "0.1.0"

  /// Reads the command line and does what it says. Wrong usage exits with 2, as most tools do.
  static func main() async {
    do {
      let words = NameAndValue.joining(Array(CommandLine.arguments.dropFirst()))
      var command = try parseAsRoot(words)
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch {
      guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
      StandardStream.error.write(fullMessage(for: error) + "\n")
      exit(withError: ExitCode(2))
    }
  }
}
