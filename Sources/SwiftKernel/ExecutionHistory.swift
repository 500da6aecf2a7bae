internal import Glibc
internal import Jupyter
internal import Synchronization

/// What was executed, in this session and in those before it: in a file that is opened at first
/// use, or in memory.
package final class ExecutionHistory: Sendable {
  /// One executed cell.
  package struct Entry: Sendable, Equatable {
    package var session: Int
    package var line: Int
    package var input: String
    package var output: String?

    package init(session: Int, line: Int, input: String, output: String?) {
      self.session = session
      self.line = line
      self.input = input
      self.output = output
    }
  }

  private struct State {
    var isOpen = false
    var file: HistoryFile?
    /// What was executed here, where there is no file.
    var entries: [Entry] = []

    var session: Int { file?.session ?? 1 }
  }

  private let path: String?
  private let state = Mutex(State())

  /// - Parameter path: the file; `nil` keeps the history in memory only, as a file does that cannot
  ///   be used.
  package init(path: String?) { self.path = path }

  /// `APUS_HISTORY` (`off` for none), else `$XDG_STATE_HOME/apus/history.jsonl`, or under
  /// `~/.local/state`.
  package static var defaultPath: String? {
    if let path = environmentValue("APUS_HISTORY") { return path == "off" ? nil : path }
    let base =
      environmentValue("XDG_STATE_HOME") ?? environmentValue("HOME").map { $0 + "/.local/state" }
    return base.map { $0 + "/apus/history.jsonl" }
  }

  /// Adds an executed cell.
  package func append(line: Int, input: String, output: String?) {
    state.withLock { state in
      open(&state)
      let entry = Entry(session: state.session, line: line, input: input, output: output)
      if let file = state.file { file.append(entry) } else { state.entries.append(entry) }
    }
  }

  /// The last `count` cells.
  package func tail(_ count: Int) -> [Entry] { entries(last: max(0, count)).entries }

  /// Lines `start..<stop` of a session: 0 is this one, −1 the one before it.
  package func range(session: Int, start: Int, stop: Int?) -> [Entry] {
    let (entries, present) = entries()
    let wanted = session > 0 ? session : present + session
    return entries.filter { entry in
      entry.session == wanted && entry.line >= start && entry.line < (stop ?? .max)
    }
  }

  /// The last `count` cells that match the glob `pattern`; `isUnique` keeps the latest of equals.
  package func search(_ pattern: String, count: Int?, isUnique: Bool) -> [Entry] {
    var found: [Entry] = []
    var seen: Set<String> = []
    for entry in entries().entries.reversed() {
      if let count, found.count >= count { break }
      guard fnmatch(pattern, entry.input, 0) == 0 else { continue }
      guard !isUnique || seen.insert(entry.input).inserted else { continue }
      found.append(entry)
    }
    return found.reversed()
  }

  /// The entries, and the number of this session. A file is read without the lock: cells that end
  /// meanwhile do not wait.
  private func entries(last count: Int? = nil) -> (entries: [Entry], session: Int) {
    let (file, kept, session) = state.withLock { state in
      open(&state)
      return (state.file, state.entries, state.session)
    }
    let entries = file?.entries(last: count) ?? kept.suffix(count ?? kept.count)
    return (Array(entries), session)
  }

  private func open(_ state: inout State) {
    guard !state.isOpen else { return }
    state.isOpen = true
    state.file = path.flatMap(HistoryFile.init)
  }
}
