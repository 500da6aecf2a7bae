internal import ArgumentParser
internal import CellEngine
internal import FoundationEssentials
internal import SwiftKernel

/// `apus kernel`: the Jupyter kernel, started by frontends.
struct KernelCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kernel", abstract: "Be the kernel of a notebook (frontends start it).")

  @Option(
    name: [.customShort("f"), .customLong("connection-file")],
    help: "The connection file that the frontend wrote.")
  var connectionFile: String

  func run() async throws {
    try await KernelServer.serve(
      connectionPath: connectionFile,
      info: KernelInfo(version: Apus.version, swiftVersion: Self.swiftVersion)
    ) {
      try CellSession(
        toolchain: try Toolchain.locate(environment: ProcessInfo.processInfo.environment),
        installation: try Installation.locate())
    }
  }

  /// The language version of the compiler that made this program; cells are compiled by the same
  /// toolchain.
  private static var swiftVersion: String {
    #if compiler(>=6.4)
      "6.4"
    #else
      "6.3"
    #endif
  }
}
