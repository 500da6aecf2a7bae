package import Notebooks
internal import OrderedJSON

/// Holds the outputs of a cell against those that are stored, as nbval does.
///
/// Text of each stream is compared as a whole, errors by name and text, displays by their MIME
/// types. Addresses, times of a traceback and execution counts never count.
package struct OutputComparison: Sendable {
  /// Numbers are equal when they differ by no more than `absolute + relative · |stored|`.
  package var relativeTolerance = 0.0
  package var absoluteTolerance = 0.0
  /// Images are equal when no more than this share of their pixels differs.
  package var imageTolerance = 0.0
  package var sanitizers: [Sanitizer] = []
  /// Whether the stored outputs are renewed instead.
  package var updates = false
  /// Whether only marked cells are compared.
  package var onlyMarked = false

  package init() {}

  /// Where `fresh` differs from `stored`.
  package func differences(
    between stored: [Output], and fresh: [Output], of cell: Cell, index: Int
  ) -> [OutputDifference] {
    guard isCompared(cell) else { return [] }
    let old = ComparedOutput.all(of: stored)
    let new = ComparedOutput.all(of: fresh)
    func difference(_ what: String, _ before: String = "", _ after: String = "") -> OutputDifference
    {
      OutputDifference(
        cellIndex: index, cellID: cell.id, what: what, stored: before, fresh: after)
    }
    var result: [OutputDifference] = []
    for key in old.keys where !new.keys.contains(key) {
      result.append(difference("the output \(key) is missing", old.values[key]?.text ?? ""))
    }
    for key in new.keys {
      guard let fresh = new.values[key] else { continue }
      guard let stored = old.values[key] else {
        result.append(difference("the output \(key) is new", "", fresh.text))
        continue
      }
      if let what = self.difference(between: stored, and: fresh, key) {
        result.append(difference(what, stored.text, fresh.text))
      }
    }
    return result
  }

  private func isCompared(_ cell: Cell) -> Bool {
    let tags = Set(cell.tags.map { $0.lowercased().replacing("_", with: "-") })
    let marks = CellPolicy.marks(in: cell.source)
    if tags.contains("nbval-ignore-output") || marks.contains("IGNORE_OUTPUT") { return false }
    if onlyMarked {
      return tags.contains("nbval-check-output") || marks.contains("CHECK_OUTPUT")
    }
    return true
  }

  private func difference(
    between stored: ComparedOutput.Value, and fresh: ComparedOutput.Value, _ key: String
  ) -> String? {
    switch (stored, fresh) {
    case (.text(let old), .text(let new)):
      return TextComparison(self).difference(between: sanitized(old), and: sanitized(new), key)
    case (.json(let old), .json(let new)):
      return jsonDifference(old, new, at: "").map { "the output \(key) differs\($0)" }
    case (.image(let old), .image(let new)):
      return ImageComparison.difference(between: old, and: new, tolerance: imageTolerance)
        .map { "the image \(key) differs: \($0)" }
    default: return "the output \(key) is of another kind"
    }
  }

  private func sanitized(_ text: String) -> String {
    sanitizers.reduce(text) { $1.applied(to: $0) }
  }

  private func jsonDifference(_ old: JSON, _ new: JSON, at path: String) -> String? {
    switch (old, new) {
    case (.object(let a), .object(let b)):
      for key in a.keys where b[key] == nil { return " at \(path)/\(key), which is missing" }
      for (key, value) in b {
        guard let before = a[key] else { return " at \(path)/\(key), which is new" }
        if let found = jsonDifference(before, value, at: "\(path)/\(key)") { return found }
      }
      return nil
    case (.array(let a), .array(let b)):
      guard a.count == b.count else { return " at \(path): \(a.count) elements, now \(b.count)" }
      for (place, pair) in zip(a, b).enumerated() {
        if let found = jsonDifference(pair.0, pair.1, at: "\(path)/\(place)") { return found }
      }
      return nil
    case (.number(let a), .number(let b)):
      if let x = a.double, let y = b.double, isClose(x, y) { return nil }
      return " at \(path): \(a.text), now \(b.text)"
    case (.string(let a), .string(let b)):
      return sanitized(a) == sanitized(b) ? nil : " at \(path)"
    default: return old == new ? nil : " at \(path)"
    }
  }

  /// Whether `new` is as near to `old` as is asked.
  func isClose(_ old: Double, _ new: Double) -> Bool {
    if old == new || (old.isNaN && new.isNaN) { return true }
    guard old.isFinite, new.isFinite else { return false }
    return abs(new - old) <= absoluteTolerance + relativeTolerance * abs(old)
  }
}

/// Where an output is not the one that was expected.
package struct OutputDifference: Sendable, Equatable {
  package var cellIndex: Int
  package var cellID: String?
  package var what: String
  /// The two as text, as far as they are text.
  package var stored: String
  package var fresh: String
  /// The line of the notebook file on which the cell begins.
  package var fileLine: Int?

  package init(cellIndex: Int, cellID: String?, what: String, stored: String, fresh: String) {
    self.cellIndex = cellIndex
    self.cellID = cellID
    self.what = what
    self.stored = String(stored.prefix(4000))
    self.fresh = String(fresh.prefix(4000))
  }
}

extension Notebook {
  /// The stored outputs of the cell that `cell`, of a later state of this notebook, came from.
  package func cell(standingFor cell: Cell) -> [Output]? {
    guard let index = cells.firstIndex(where: { $0.isSame(as: cell) }) else { return nil }
    return cells[index].outputs
  }
}

/// What the outputs of a cell are for a comparison: one value a name.
struct ComparedOutput {
  enum Value {
    case text(String)
    case json(JSON)
    case image(String)

    var text: String {
      switch self {
      case .text(let text): text
      case .json(let json): json.description
      case .image: ""
      }
    }
  }

  /// The names in order of first appearance.
  private(set) var keys: [String] = []
  private(set) var values: [String: Value] = [:]

  static func all(of outputs: [Output]) -> ComparedOutput {
    var result = ComparedOutput()
    var displayCount = 0
    for output in outputs {
      switch output {
      case .stream(let name, let text):
        if case .text(let before)? = result.values[name] {
          result.values[name] = .text(before + text)
        } else {
          result.add(name, .text(text))
        }
      case .error(let name, let value, _):
        result.add("error", .text("\(name): \(TerminalText.plain(value))"))
      case .display(let bundle, _), .result(let bundle, _, _):
        displayCount += 1
        for (type, value) in bundle.members.sortedByKey() {
          result.add(
            displayCount == 1 ? type : "\(type) (\(displayCount))", Self.value(type, value))
        }
      }
    }
    return result
  }

  private mutating func add(_ key: String, _ value: Value) {
    if values.updateValue(value, forKey: key) == nil { keys.append(key) }
  }

  private static func value(_ type: String, _ json: JSON) -> Value {
    guard let text = json.string else { return .json(json) }
    return type.hasPrefix("image/") && type != "image/svg+xml" ? .image(text) : .text(text)
  }
}
