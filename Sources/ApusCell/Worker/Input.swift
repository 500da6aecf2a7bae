@_implementationOnly import Glibc

/// Asks the user for a line of text.
///
/// Where no input can be had (a headless run) the cell stops with an error.
/// - Parameter hidden: whether the frontend hides what is typed, as for a password.
public func input(_ prompt: String = "", hidden: Bool = false) -> String {
  guard let answer = WorkerHost.current?.ask(prompt, hidden) else {
    fatalError(
      "input is not available: input(\"\(prompt)\") needs a frontend that asks; pass a parameter")
  }
  defer { free(answer) }
  return String(cString: answer)
}
