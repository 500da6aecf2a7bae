package import Jupyter
package import Notebooks
internal import OrderedJSON

/// Folds what a kernel says on iopub into the outputs of cells, as nbclient and frontends do.
///
/// Text of one stream is joined until something else is shown; of text that a carriage return
/// overwrites, only the last remains. Late output goes to the cell that caused it.
package struct OutputCollector: Sendable {
  private struct Shown {
    var output: Output
    var displayID: String?
    /// What a stream said, piece by piece: joining is left to the end, so that it costs once.
    var text: [String] = []
  }

  private struct Outputs {
    var items: [Shown] = []
    var executionCount: Int?
    /// The next output takes the place of all so far.
    var isToBeCleared = false
  }

  private var cells: [Int: Outputs] = [:]
  private var changed: Set<Int> = []
  private let mask: SecretMask

  /// - Parameter mask: hides what comes in two pieces; whole texts are masked before they come.
  package init(mask: SecretMask = SecretMask()) { self.mask = mask }

  /// Whether something came since the last `takeChanges`.
  package var hasChanges: Bool { !changed.isEmpty }

  /// Takes in a message that the cell at `index` caused.
  package mutating func receive(_ message: Message, cell index: Int) {
    let content = message.content
    let displayID = content["transient"]?["display_id"]?.string
    switch message.type {
    case .stream:
      guard let name = content["name"]?.string, let text = content["text"]?.string else { return }
      print(text, to: name, in: index)
    case .displayData, .updateDisplayData, .executeResult:
      guard let data = content["data"]?.object else { return }
      let bundle = MIMEBundle(data)
      let metadata = content["metadata"]?.object ?? [:]
      if let displayID { update(displayID, bundle, metadata) }
      if message.type == .displayData {
        show(.display(bundle, metadata: metadata), displayID, in: index)
      } else if message.type == .executeResult {
        let count = content["execution_count"]?.int
        show(.result(bundle, metadata: metadata, executionCount: count), displayID, in: index)
        setExecutionCount(count, of: index)
      }
    case .error:
      showError(
        CellFailure(
          name: content["ename"]?.string ?? "", value: content["evalue"]?.string ?? "",
          traceback: content["traceback"]?.array?.compactMap(\.string) ?? []), in: index)
    case .clearOutput:
      if content["wait"]?.bool ?? false {
        cells[index, default: Outputs()].isToBeCleared = true
      } else {
        cells[index, default: Outputs()].items = []
        changed.insert(index)
      }
    case .executeInput: setExecutionCount(content["execution_count"]?.int, of: index)
    default: break
    }
  }

  /// Shows an error that the runner itself has to tell of.
  package mutating func showError(_ failure: CellFailure, in index: Int) {
    show(
      .error(name: failure.name, value: failure.value, traceback: failure.traceback), nil, in: index
    )
  }

  /// The error that the cell at `index` shows, if it shows one.
  package func failure(ofCell index: Int) -> CellFailure? {
    for item in cells[index]?.items ?? [] {
      if case .error(let name, let value, let traceback) = item.output {
        return CellFailure(name: name, value: value, traceback: traceback)
      }
    }
    return nil
  }

  /// Takes back all that the cell at `index` has shown.
  package mutating func forget(cell index: Int) {
    cells[index] = nil
    changed.insert(index)
  }

  /// The number of the execution of the cell at `index`.
  package func executionCount(ofCell index: Int) -> Int? { cells[index]?.executionCount }

  /// Writes what came since the last time into `notebook`.
  package mutating func takeChanges(into notebook: inout Notebook) {
    for index in changed {
      let outputs = cells[index] ?? Outputs()
      notebook.cells[index].outputs = outputs.items.map { item in
        guard case .stream(let name, _) = item.output else { return item.output }
        let text = OverwrittenText.visible(item.text.joined())
        return .stream(name: name, text: mask.isEmpty ? text : mask.masked(text))
      }
      notebook.cells[index].executionCount = outputs.executionCount
    }
    changed = []
  }

  private mutating func setExecutionCount(_ count: Int?, of index: Int) {
    guard let count, cells[index]?.executionCount != count else { return }
    cells[index, default: Outputs()].executionCount = count
    changed.insert(index)
  }

  private mutating func show(_ output: Output, _ displayID: String?, in index: Int) {
    clearIfAsked(index)
    cells[index, default: Outputs()].items.append(Shown(output: output, displayID: displayID))
    changed.insert(index)
  }

  private mutating func clearIfAsked(_ index: Int) {
    guard cells[index]?.isToBeCleared ?? false else { return }
    cells[index]?.items = []
    cells[index]?.isToBeCleared = false
  }

  /// Adds text to what its stream said before, if only text came since.
  private mutating func print(_ text: String, to name: String, in index: Int) {
    clearIfAsked(index)
    changed.insert(index)
    let items = cells[index]?.items ?? []
    var place = items.endIndex
    while place > 0, case .stream(let other, _) = items[place - 1].output {
      place -= 1
      if other == name {
        cells[index]?.items[place].text.append(text)
        return
      }
    }
    // The two streams race each other in many kernels; in a fixed order the file stays the same.
    let shown = Shown(output: .stream(name: name, text: ""), text: [text])
    cells[index, default: Outputs()].items.insert(
      shown, at: name == "stdout" ? place : items.endIndex)
  }

  /// Shows `bundle` wherever `displayID` is shown.
  private mutating func update(
    _ displayID: String, _ bundle: MIMEBundle, _ metadata: JSONObject
  ) {
    for (index, outputs) in cells {
      for place in outputs.items.indices where outputs.items[place].displayID == displayID {
        switch outputs.items[place].output {
        case .display:
          cells[index]?.items[place].output = .display(bundle, metadata: metadata)
        case .result(_, _, let count):
          cells[index]?.items[place].output = .result(
            bundle, metadata: metadata, executionCount: count)
        case .stream, .error: continue
        }
        changed.insert(index)
      }
    }
  }
}

/// Text on which carriage returns act.
enum OverwrittenText {
  /// `text` without the parts of its lines that a later part overwrites. A carriage return at the
  /// end of a line or of the text stays.
  static func visible(_ text: String) -> String {
    let bytes = Array(text.utf8)
    guard bytes.contains(0x0D) else { return text }
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var start = 0
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
      let line = bytes[start..<end]
      // The last return with something behind it.
      let kept = line.indices.last { line[$0] == 0x0D && $0 + 1 < end }.map { $0 + 1 } ?? start
      result += bytes[kept..<min(end + 1, bytes.count)]
      start = end + 1
    }
    return String(decoding: result, as: UTF8.self)
  }
}
