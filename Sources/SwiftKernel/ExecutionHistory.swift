internal import Glibc
internal import Jupyter
internal import OrderedJSON
internal import Synchronization

/// What was executed, in this session and in those before it, on disk one JSON object a line.
///
/// The file is read at first use and appended to by whole lines, so that kernels may share it.
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
    var entries: [Entry] = []
    var session = 0
    var file: Int32 = -1
  }

  /// Of a longer file only the end is read.
  private static let longestRead = 16 * 1024 * 1024

  private let path: String?
  private let state: Mutex<State?>

  /// - Parameter path: the file; `nil` keeps the history in memory only.
  package init(path: String?) {
    self.path = path
    state = Mutex(nil)
  }

  deinit {
    let file = state.withLock { $0?.file ?? -1 }
    if file >= 0 { close(file) }
  }

  /// `$XDG_STATE_HOME/apus/history.jsonl`, or under `~/.local/state`.
  package static var defaultPath: String? {
    let base =
      environmentValue("XDG_STATE_HOME") ?? environmentValue("HOME").map { $0 + "/.local/state" }
    return base.map { $0 + "/apus/history.jsonl" }
  }

  /// Adds an executed cell.
  package func append(line: Int, input: String, output: String?) {
    withState { state in
      let entry = Entry(session: state.session, line: line, input: input, output: output)
      state.entries.append(entry)
      var object: JSONObject = [
        "session": .number(entry.session), "line": .number(line), "input": .string(input),
      ]
      if let output { object["output"] = .string(output) }
      Self.write(object, to: state.file)
    }
  }

  /// The last `count` cells.
  package func tail(_ count: Int) -> [Entry] {
    withState { Array($0.entries.suffix(max(0, count))) }
  }

  /// Lines `start..<stop` of a session: 0 is this one, −1 the one before it.
  package func range(session: Int, start: Int, stop: Int?) -> [Entry] {
    withState { state in
      let wanted = session > 0 ? session : state.session + session
      return state.entries.filter { entry in
        entry.session == wanted && entry.line >= start && entry.line < (stop ?? .max)
      }
    }
  }

  /// The last `count` cells that match the glob `pattern`; `isUnique` keeps the latest of equals.
  package func search(_ pattern: String, count: Int?, isUnique: Bool) -> [Entry] {
    let entries = withState { $0.entries }
    var found: [Entry] = []
    var seen: Set<String> = []
    for entry in entries.reversed() {
      if let count, found.count >= count { break }
      guard fnmatch(pattern, entry.input, 0) == 0 else { continue }
      guard !isUnique || seen.insert(entry.input).inserted else { continue }
      found.append(entry)
    }
    return found.reversed()
  }

  private func withState<Result: Sendable>(_ body: (inout State) -> Result) -> Result {
    state.withLock { state in
      var opened = state ?? open()
      defer { state = opened }
      return body(&opened)
    }
  }

  /// Reads what there is and takes the next session number, under a lock so that two kernels do
  /// not take the same. Without a usable file the history lives in memory.
  private func open() -> State {
    var state = State()
    state.session = 1
    guard let path else { return state }
    if let slash = path.lastIndex(of: "/") { makePrivateFolder(String(path[..<slash])) }
    let file = Glibc.open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard file >= 0 else { return state }
    flock(file, LOCK_EX)
    for line in Self.readEnd(of: file).split(separator: UInt8(ascii: "\n")) {
      // A line cut in two by a crash, or by where reading began, is left out.
      guard let value = try? JSONParser.parse(Array(line)), let session = value["session"]?.int,
        session < Int.max  // No kernel writes it, and no session could follow it.
      else { continue }
      state.session = max(state.session, session + 1)
      guard let number = value["line"]?.int, let input = value["input"]?.string else { continue }
      state.entries.append(
        Entry(session: session, line: number, input: input, output: value["output"]?.string))
    }
    Self.write(["session": .number(state.session)], to: file)
    flock(file, LOCK_UN)
    state.file = file
    return state
  }

  private static func readEnd(of file: Int32) -> [UInt8] {
    let size = lseek(file, 0, SEEK_END)
    lseek(file, max(0, size - longestRead), SEEK_SET)
    var result: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = read(file, &chunk, chunk.count)
      guard count > 0 else { return result }
      result += chunk[..<count]
    }
  }

  private static func write(_ object: JSONObject, to file: Int32) {
    guard file >= 0 else { return }
    let line = JSONWriter().bytes(of: .object(object)) + [UInt8(ascii: "\n")]
    // One write a line: with O_APPEND lines of several kernels do not mix. A full disk costs the
    // history, never the cell.
    _ = line.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
  }
}
