internal import ArgumentParser
internal import CellEngine

/// `apus toolchain-service`: answers the kernel's questions about code; the kernel starts it.
struct ToolchainServiceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "toolchain-service",
    abstract: "Answer questions about code (the kernel starts it).",
    shouldDisplay: false)

  @Argument(help: "The usr folder of the toolchain.") var usrFolder: String

  func run() throws { try SourceKitService.run(usrFolder: usrFolder) }
}
