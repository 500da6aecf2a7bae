internal import ArgumentParser

extension Apus {
  /// The commands that run notebooks or make other files of them.
  static let runCommands: [any ParsableCommand.Type] = [
    RunCommand.self, PapermillCommand.self, ExportCommand.self,
  ]

  /// Reads the command line and does what it says. Wrong usage exits with 2, as most tools do.
  static func start() async {
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
