internal import Glibc

/// The failures that the engine itself names.
extension CellFailure {
  static func interrupted(cell: Int) -> CellFailure {
    CellFailure(name: "Interrupted", value: "", traceback: ["Cell \(cell) was interrupted."])
  }

  static func exit(code: Int32, cell: Int) -> CellFailure {
    CellFailure(
      name: "Exit", value: "\(code)",
      traceback: ["Cell \(cell) called exit(\(code)); the session goes on."])
  }

  static func thrown(type: String, description: String) -> CellFailure {
    CellFailure(name: type, value: description, traceback: ["\(type): \(description)"])
  }

  static func trap(signal: Int32) -> CellFailure {
    let text = signalText(signal)
    return CellFailure(name: "FatalError", value: text, traceback: ["Fatal error: \(text)"])
  }

  static func workerDied(_ ending: ChildProcess.Ending) -> CellFailure {
    let cause =
      switch ending {
      case .exited(let code): "its process exited with \(code)"
      case .signalled(let signal): "its process was ended by \(signalText(signal))"
      }
    return CellFailure(
      name: "WorkerDied", value: cause,
      traceback: [
        "The cells' worker died: \(cause).", "All variables are lost; run the cells again.",
      ])
  }

  private static func signalText(_ signal: Int32) -> String {
    let names: [Int32: String] = [
      SIGILL: "SIGILL", SIGTRAP: "SIGTRAP", SIGSEGV: "SIGSEGV", SIGBUS: "SIGBUS",
      SIGABRT: "SIGABRT", SIGFPE: "SIGFPE", SIGKILL: "SIGKILL", SIGTERM: "SIGTERM",
    ]
    let description = strsignal(signal).map { String(cString: $0) } ?? "unknown"
    return "signal \(names[signal] ?? "\(signal)") (\(description))"
  }
}
