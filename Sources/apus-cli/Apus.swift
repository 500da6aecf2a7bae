internal import ArgumentParser

/// The program `apus`: one subcommand a file.
@main
struct Apus: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "apus",
    abstract: "Swift notebooks, fast enough to explore with and solid enough for pipelines.",
    version: "0.1.0",
    subcommands: [])
}
