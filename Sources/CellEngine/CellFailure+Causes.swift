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

  static func thrown(type: String, description: String, places: [SourcePlace]) -> CellFailure {
    // A type inside a function has the address of its context in its name.
    let type = type.replacing(/\(unknown context at \$[0-9a-f]+\)\./, with: "")
    return CellFailure(
      name: type, value: description,
      traceback: ["\(red(type)): \(description)"] + lines(of: places))
  }

  /// A trap. Its message is the runtime's last words on standard error where there are any, else
  /// what the compiler noted at the place, else the signal.
  static func trap(signal: Int32, message: String?, places: [SourcePlace]) -> CellFailure {
    let noted = places.lazy.compactMap { place -> String? in
      let mark = "Swift runtime failure: "
      return place.function.hasPrefix(mark) ? String(place.function.dropFirst(mark.count)) : nil
    }.first
    let text = message ?? noted ?? signalText(signal)
    return CellFailure(
      name: "FatalError", value: text,
      traceback: ["\(red("Fatal error")): \(text)"] + lines(of: places))
  }

  private static func red(_ text: String) -> String { "\u{1B}[1;31m\(text)\u{1B}[0m" }

  /// One line for each place in a cell, innermost first.
  private static func lines(of places: [SourcePlace]) -> [String] {
    var lines: [String] = []
    for place in places where place.file.hasPrefix("Cell ") && place.line > 0 {
      let line = "  at \(place.file), line \(place.line)"
      if lines.last != line { lines.append(line) }
    }
    return lines
  }

  /// What `apus-worker` exits with when it gets no memory for a message or a thread.
  private static let workerOutOfMemory: Int32 = 70

  static func workerDied(_ ending: ChildProcess.Ending, peakByteCount: Int) -> CellFailure {
    let memory = "it had \(peakByteCount >> 20) MiB of memory at most"
    let cause =
      switch ending {
      case .exited(workerOutOfMemory): "memory ran out in its process; \(memory)"
      case .exited(let code): "its process exited with \(code)"
      case .signalled(SIGKILL):
        "its process was ended by \(signalText(SIGKILL)), as the system does when memory runs out; "
          + memory
      case .signalled(let signal): "its process was ended by \(signalText(signal))"
      }
    return CellFailure(
      name: "WorkerDied", value: cause,
      traceback: [
        "The cells' worker died: \(cause).",
        "All variables are lost; a new worker is ready. `%replay` runs the session's cells again, "
          + "without compiling them.",
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
