internal import Notebooks

/// Saves a notebook while it runs: after each cell, and once a second within one; never for more
/// than a fifth of the time when the file is slow to write.
struct NotebookSaver {
  private static let interval = Duration.seconds(1)

  private let output: RunRequest.Location?
  private var lastBytes: [UInt8]?
  /// When it may be saved again; piped output is written once, at the end.
  private(set) var nextTime: ContinuousClock.Instant?
  private var earliestTime = ContinuousClock.now

  init(_ output: RunRequest.Location?, savesMeanwhile: Bool = true) {
    self.output = output
    if savesMeanwhile, case .file? = output { nextTime = .now }
  }

  /// A cell has ended: what it left is saved as soon as the cost of saving allows.
  mutating func cellHasEnded() {
    if nextTime != nil { nextTime = earliestTime }
  }

  mutating func save(_ notebook: Notebook) async throws(RunError) {
    guard nextTime != nil, case .file(let path)? = output else { return }
    let start = ContinuousClock.now
    try await write(notebook, to: path)
    let cost = ContinuousClock.now - start
    earliestTime = ContinuousClock.now + cost * 4
    nextTime = max(earliestTime, ContinuousClock.now + Self.interval)
  }

  /// Saves the last state.
  mutating func finish(_ notebook: Notebook) async throws(RunError) {
    switch output {
    case .file(let path)?: try await write(notebook, to: path)
    case .standard?: try await Storage.writeToStandardOutput(notebook.bytes)
    case nil: break
    }
  }

  private mutating func write(_ notebook: Notebook, to path: String) async throws(RunError) {
    let bytes = notebook.bytes
    guard bytes != lastBytes else { return }
    try await Storage.write(bytes, to: path)
    lastBytes = bytes
  }
}
