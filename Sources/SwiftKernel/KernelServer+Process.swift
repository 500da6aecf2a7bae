package import CellEngine
internal import Glibc
package import Jupyter

extension KernelServer {
  /// Is a kernel for the life of a process: serves the connection file at `path` until a frontend,
  /// SIGTERM or the end of the process that started us asks for the end. SIGINT interrupts.
  ///
  /// When it returns the caller ends the process; nothing of the engine is left then.
  package static func serve(
    connectionPath path: String, info: KernelInfo,
    historyPath: String? = ExecutionHistory.defaultPath,
    makeEngine: @escaping @Sendable () throws -> any CellExecuting
  ) async throws(JupyterError) {
    let connection = try ConnectionFile(reading: path)
    let server = try start(
      Configuration(connection: connection, info: info, historyPath: historyPath),
      makeEngine: makeEngine)
    try ProcessWatch.onSignals([SIGINT, SIGTERM]) { [weak server] number in
      if number == SIGINT { server?.interrupt() } else { server?.requestStop() }
    }
    // A client that vanishes must cost an error code, not the kernel.
    signal(SIGPIPE, SIG_IGN)
    if let parent = environmentValue("JPY_PARENT_PID").flatMap(Int32.init) {
      ProcessWatch.whenEnded(parent) { [weak server] in server?.requestStop() }
    }
    await server.waitUntilStopped()
  }
}
