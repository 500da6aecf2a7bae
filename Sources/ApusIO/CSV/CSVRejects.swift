public import ApusFrame

@_implementationOnly import Synchronization

/// What CSV files hold that does not fit, collected while they are read.
///
///     let rejects = CSVRejects()
///     let sales = try DataFrame(csv: "sales.csv", options: CSVOptions(rejects: rejects))
///     rejects.frame   // path, line, column, text, reason
///
/// A file that is read again replaces what was collected of it.
public final class CSVRejects: Sendable {
  /// How many rejects of a file are kept; further ones are only counted.
  public let limit: Int
  private let files = Mutex<[File]>([])

  /// A value or record that does not fit.
  struct Reject {
    /// Where it lies in the text, for the line's number.
    let place: Int
    /// The value's column; nothing when the record as a whole does not fit.
    let column: String?
    let text: String
    let reason: String
    /// Its line, from 1, once it is known.
    var line = 0
  }

  private struct File {
    let path: String
    var count: Int
    var kept: [Reject]
  }

  /// An empty collection that keeps so many rejects of each file.
  public init(limit: Int = 100_000) {
    precondition(limit >= 0, "CSVRejects(limit: \(limit)): keep 0 or more")
    self.limit = limit
  }

  /// How many rejects there are, whether they are kept or not.
  public var count: Int { files.withLock { $0.reduce(0) { $0 + $1.count } } }

  /// The rejects by file and line: the columns `path`, `line` (from 1), `column` (null for a whole
  /// record), `text` and `reason`.
  public var frame: DataFrame {
    get throws(FrameError) {
      let files = files.withLock { $0 }
      let all = files.flatMap { file in file.kept.map { (file.path, $0) } }
      return try DataFrame(columns: [
        AnyColumn(name: "path", AnyColumn(all.map { String?.some($0.0) })),
        AnyColumn(name: "line", AnyColumn(all.map { Int?.some($0.1.line) })),
        AnyColumn(name: "column", AnyColumn(all.map(\.1.column))),
        AnyColumn(name: "text", AnyColumn(all.map { String?.some($0.1.text) })),
        AnyColumn(name: "reason", AnyColumn(all.map { String?.some($0.1.reason) })),
      ])
    }
  }

  /// Takes what was found in a file, in place of what was known of it.
  func note(_ found: [Reject], of text: CSVText) {
    var kept = Array(found.sorted { $0.place < $1.place }.prefix(limit))
    var counter = CSVLineCounter(text)
    for number in kept.indices { kept[number].line = counter.line(of: kept[number].place) }
    let file = File(path: text.name, count: found.count, kept: kept)
    files.withLock { files in
      if let number = files.firstIndex(where: { $0.path == file.path }) {
        files[number] = file
      } else {
        files.append(file)
      }
    }
  }
}

/// Numbers the lines of places that do not fall.
struct CSVLineCounter {
  private let text: CSVText
  private var place = 0
  private var lines = 1

  init(_ text: CSVText) { self.text = text }

  /// The line in which a byte stands, from 1.
  mutating func line(of wanted: Int) -> Int {
    while place < wanted {
      let byte = text.bytes[place]
      if byte == 10 || (byte == 13 && text.bytes[place + 1] != 10) { lines += 1 }
      place += 1
    }
    return lines
  }
}

/// Rejects that tasks find at the same time.
final class CSVRejectList: Sendable {
  private let found = Mutex<[CSVRejects.Reject]>([])

  /// What was found so far.
  var all: [CSVRejects.Reject] { found.withLock { $0 } }

  func add(_ rejects: [CSVRejects.Reject]) {
    if !rejects.isEmpty { found.withLock { $0 += rejects } }
  }
}
