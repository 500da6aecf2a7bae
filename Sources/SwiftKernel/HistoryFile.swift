internal import Glibc
internal import Jupyter
internal import OrderedJSON

/// The history on disk, one JSON object a line. Kernels may share it: each appends whole lines.
///
/// Every session begins with a line of its number alone. The numbers rise through the file, so the
/// end of it tells what the next one is.
final class HistoryFile: Sendable {
  typealias Entry = ExecutionHistory.Entry

  /// Of a longer file only the end is read.
  private static let longestRead = 16 << 20
  private static let shortestRead = 64 << 10

  private let descriptor: Int32
  /// The session of this kernel.
  let session: Int

  /// Takes the next session number, under a lock so that two kernels do not take the same; `nil`
  /// where there can be no file.
  init?(_ path: String) {
    if let slash = path.lastIndex(of: "/") { makePrivateFolder(String(path[..<slash])) }
    descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return nil }
    flock(descriptor, LOCK_EX)
    session = Self.lastSession(in: descriptor) + 1
    Self.write(["session": .number(session)], to: descriptor)
    flock(descriptor, LOCK_UN)
  }

  deinit { close(descriptor) }

  func append(_ entry: Entry) {
    var object: JSONObject = [
      "session": .number(entry.session), "line": .number(entry.line), "input": .string(entry.input),
    ]
    if let output = entry.output { object["output"] = .string(output) }
    Self.write(object, to: descriptor)
  }

  /// The last `count` entries, or all.
  func entries(last count: Int? = nil) -> [Entry] {
    let lines = Self.lines(atEndOf: descriptor) { lines in
      guard let count else { return false }
      return lines.count { $0.entry != nil } >= count
    }
    let entries = lines.compactMap(\.entry)
    return count.map { Array(entries.suffix($0)) } ?? entries
  }

  private struct Line {
    var session: Int
    /// What was executed; nothing in the line that begins a session.
    var entry: Entry?
  }

  private static func lastSession(in descriptor: Int32) -> Int {
    let lines = lines(atEndOf: descriptor) { lines in lines.contains { $0.entry == nil } }
    return lines.map(\.session).max() ?? 0
  }

  /// The lines from somewhere on to the end: as few as `suffices` asks for, or all.
  private static func lines(
    atEndOf descriptor: Int32, until suffices: ([Line]) -> Bool
  ) -> [Line] {
    let size = Int(lseek(descriptor, 0, SEEK_END))
    var count = shortestRead
    while true {
      let start = max(0, size - min(count, longestRead))
      let lines = read(descriptor, from: start).split(separator: UInt8(ascii: "\n"))
        .compactMap(line)
      if start == 0 || count >= longestRead || suffices(lines) { return lines }
      count *= 4
    }
  }

  /// A line cut in two by a crash, or by where reading began, is none.
  private static func line(_ bytes: ArraySlice<UInt8>) -> Line? {
    guard let value = try? JSONParser.parse(Array(bytes)), let session = value["session"]?.int,
      session < Int.max  // No kernel writes it, and no session could follow it.
    else { return nil }
    guard let number = value["line"]?.int, let input = value["input"]?.string else {
      return Line(session: session)
    }
    return Line(
      session: session,
      entry: Entry(
        session: session, line: number, input: input, output: value["output"]?.string))
  }

  private static func read(_ descriptor: Int32, from start: Int) -> [UInt8] {
    var result: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = pread(descriptor, &chunk, chunk.count, start + result.count)
      guard count > 0 else { return result }
      result += chunk[..<count]
    }
  }

  private static func write(_ object: JSONObject, to descriptor: Int32) {
    let line = JSONWriter().bytes(of: .object(object)) + [UInt8(ascii: "\n")]
    // One write a line: with O_APPEND lines of several kernels do not mix. A full disk costs the
    // history, never the cell.
    _ = line.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
  }
}
