package import Notebooks
package import OrderedJSON

/// What a run writes into a notebook's metadata: by default nothing, so that a run that changes no
/// output changes no byte.
package struct MetadataStamp: Sendable {
  /// Whose metadata is written.
  package enum Style: Sendable {
    case none
    /// nbclient's `metadata.execution` in each cell.
    case timings
    /// papermill's metadata, nbclient's with it, and papermill's marks of an error.
    case papermill(Papermill)
  }

  /// What papermill notes of its own call.
  package struct Papermill: Sendable {
    package var inputPath: String
    package var outputPath: String?
    package var parameters: JSONObject
    package var version: String
    /// Whether the sources of code cells are hidden.
    package var isReport = false

    package init(
      inputPath: String, outputPath: String?, parameters: JSONObject, version: String
    ) {
      self.inputPath = inputPath
      self.outputPath = outputPath
      self.parameters = parameters
      self.version = version
    }
  }

  package var style: Style
  /// When the run began and ended, in ISO 8601, UTC.
  package var start: String
  package var end: String
  package var duration: Duration
  package var runs: [CellRun]
  /// The cell that failed.
  package var failedIndex: Int?
  package var hasFailed: Bool
  /// What the kernel says of its language.
  package var languageInfo: JSON?
  package var onlyPrepares = false

  /// Writes the metadata into `notebook`.
  package func apply(to notebook: inout Notebook) {
    switch style {
    case .none: return
    case .timings: stampTimes(&notebook)
    case .papermill(let papermill):
      stampTimes(&notebook)
      stamp(papermill, &notebook)
    }
  }

  private func stampTimes(_ notebook: inout Notebook) {
    for run in runs {
      let sorted = run.times.dates.sorted { $0.key < $1.key }
      notebook.cells[run.place.index].metadata["execution"] = .object(
        JSONObject(sorted.map { ($0.key, .string(Self.zulu($0.date))) }))
    }
  }

  private func stamp(_ papermill: Papermill, _ notebook: inout Notebook) {
    if let languageInfo { notebook.metadata["language_info"] = languageInfo }
    var own: JSONObject = [
      "default_parameters": [:], "environment_variables": [:],
      "input_path": .string(papermill.inputPath),
      "output_path": papermill.outputPath.map { .string($0) } ?? .null,
      "parameters": .object(papermill.parameters), "version": .string(papermill.version),
    ]
    if !onlyPrepares {
      own["start_time"] = .string(Self.offset(start))
      own["end_time"] = .string(Self.offset(end))
      own["duration"] = .number(duration / .seconds(1))
      own["exception"] = hasFailed ? true : .null
    }
    notebook.metadata["papermill"] = .object(own.sortedByKey())
    stampCells(papermill, &notebook)
    if let failedIndex { mark(failedIndex, &notebook) }
  }

  private func stampCells(_ papermill: Papermill, _ notebook: inout Notebook) {
    let ended = Dictionary(uniqueKeysWithValues: runs.map { ($0.place.index, $0) })
    var last = start
    for index in notebook.cells.indices {
      if notebook.cells[index].metadata["tags"] == nil {
        notebook.cells[index].metadata["tags"] = []
      }
      if papermill.isReport, notebook.cells[index].kind == .code {
        var jupyter = notebook.cells[index].metadata["jupyter"]?.object ?? [:]
        jupyter["source_hidden"] = true
        notebook.cells[index].metadata["jupyter"] = .object(jupyter)
      }
      if onlyPrepares {
        // As papermill leaves it: an empty note in every cell but its own.
        if !notebook.cells[index].hasTag("injected-parameters") {
          notebook.cells[index].metadata["papermill"] =
            notebook.cells[index].metadata["papermill"] ?? [:]
        }
        continue
      }
      let times = ended[index]?.times.dates ?? []
      let begin = times.map(\.date).min() ?? last
      let finish = times.map(\.date).max() ?? last
      last = finish
      let isFailed = index == failedIndex
      let isPending = hasFailed && failedIndex.map { index > $0 } ?? true
      notebook.cells[index].metadata["papermill"] =
        isPending
        ? [
          "duration": .null, "end_time": .null, "exception": .null, "start_time": .null,
          "status": "pending",
        ]
        : [
          "duration": .number(Self.seconds(from: begin, to: finish)),
          "end_time": .string(Self.offset(finish)), "exception": .bool(isFailed),
          "start_time": .string(Self.offset(begin)),
          "status": isFailed ? "failed" : "completed",
        ]
    }
  }

  /// The tag of the two cells that tell of an error.
  package static let errorTag = "papermill-error-cell-tag"

  /// Puts a note at the top and an anchor before the cell that failed.
  private func mark(_ index: Int, _ notebook: inout Notebook) {
    let style =
      "style=\"color:red; font-family:Helvetica Neue, Helvetica, Arial, sans-serif; "
      + "font-size:2em;\""
    let count = notebook.cells[index].executionCount.map(String.init) ?? "None"
    let metadata: JSONObject = ["tags": [.string(Self.errorTag)]]
    let hasIDs = notebook.formatMinor >= 5
    let anchor = Cell(
      .markdown,
      source: "<span id=\"papermill-error-cell\" \(style)>"
        + "Execution using papermill encountered an exception here and stopped:</span>",
      id: hasIDs ? "papermill-error-anchor" : nil, metadata: metadata)
    let note = Cell(
      .markdown,
      source: "<span \(style)>An Exception was encountered at "
        + "'<a href=\"#papermill-error-cell\">In [\(count)]</a>'.</span>",
      id: hasIDs ? "papermill-error-note" : nil, metadata: metadata)
    notebook.cells.insert(anchor, at: index)
    notebook.cells.insert(note, at: 0)
  }

  /// A date with the offset in letters, as nbclient writes it.
  private static func zulu(_ date: String) -> String {
    date.hasSuffix("+00:00") ? date.dropLast(6) + "Z" : date
  }

  /// A date with the offset in digits, as papermill writes it.
  private static func offset(_ date: String) -> String {
    date.hasSuffix("Z") ? date.dropLast() + "+00:00" : date
  }

  /// How many seconds lie between two dates of one day or the next.
  private static func seconds(from start: String, to end: String) -> Double {
    func time(_ date: String) -> Double? {
      guard let match = date.firstMatch(of: /T([0-9]{2}):([0-9]{2}):([0-9.]+)/),
        let hours = Double(match.1), let minutes = Double(match.2), let seconds = Double(match.3)
      else { return nil }
      return hours * 3600 + minutes * 60 + seconds
    }
    guard let first = time(start), let second = time(end) else { return 0 }
    let difference = second - first
    let seconds = difference < 0 ? difference + 86_400 : difference
    return (seconds * 1e6).rounded() / 1e6
  }
}
