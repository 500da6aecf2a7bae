internal import Notebooks
internal import OrderedJSON

/// What a cell may or must fail with.
package enum ErrorExpectation: Sendable, Equatable {
  /// It must not fail.
  case none
  /// It may fail, as the tag `raises-exception` says.
  case allowed
  /// It must fail with an error of this name, whose text holds this.
  case required(name: String?, text: String?)

  /// Whether the run goes on when the kernel says that the cell failed.
  package var toleratesErrors: Bool { self != .none }

  /// Why `outcome` is not what was expected, or `nil` if it is.
  package func objection(to outcome: CellOutcome) -> String? {
    switch (self, outcome) {
    case (.none, _), (.allowed, _), (.required, .aborted): return nil
    case (.required(let name, let text), .ok):
      let wanted = name ?? "an error"
      return "the cell was to fail with \(wanted)"
        + (text.map { " saying \"\($0)\"" } ?? "") + " and did not fail"
    case (.required(let name, let text), .failed(let failure)):
      if let name, failure.name != name {
        return "the cell was to fail with \(name) and failed with \(failure.name)"
      }
      if let text, !failure.value.contains(text) {
        return "the cell was to fail saying \"\(text)\" and said \"\(failure.value)\""
      }
      return nil
    }
  }
}

/// What a cell says of how it is to be run.
struct CellPolicy: Sendable, Equatable {
  var isSkipped = false
  var expectation = ErrorExpectation.none
  var timeout: Duration?
  var silenceTimeout: Duration?
  var retries = 0

  /// By tags and metadata, nbclient's, nbmake's and nbval's names included.
  init(of cell: Cell, place: String) throws(RunError) {
    let tags = Set(cell.tags.map { $0.lowercased().replacing("_", with: "-") })
    let marks = Self.marks(in: cell.source)
    isSkipped = !tags.isDisjoint(with: ["skip-execution", "nbval-skip"]) || marks.contains("SKIP")
    if !tags.isDisjoint(with: ["raises-exception", "nbval-raises-exception"])
      || marks.contains("RAISES_EXCEPTION")
    {
      expectation = .allowed
    }
    timeout = try MetadataValue.seconds(
      cell.metadata["execution"]?["timeout"], "execution.timeout", at: place)
    guard let own = cell.metadata["apus"] else { return }
    guard let own = own.object else {
      throw RunError(.invalidNotebook, "\"apus\" is not an object", at: place)
    }
    timeout = try MetadataValue.seconds(own["timeout"], "apus.timeout", at: place) ?? timeout
    silenceTimeout = try MetadataValue.seconds(
      own["silence_timeout"], "apus.silence_timeout", at: place)
    retries = try MetadataValue.count(own["retries"], "apus.retries", at: place) ?? 0
    switch own["raises"] {
    case nil, .null?: break
    case .string(let name)?: expectation = .required(name: name, text: nil)
    case .object(let wanted)?:
      expectation = .required(name: wanted["name"]?.string, text: wanted["text"]?.string)
    case .bool(let raises)?: expectation = raises ? .required(name: nil, text: nil) : .none
    default:
      throw RunError(
        .invalidNotebook, "\"apus.raises\" is neither a name nor an object", at: place,
        mend: "write {\"name\": \"ValueError\", \"text\": \"boom\"}")
    }
  }

  /// nbval's marks, each a comment of its own line: `# NBVAL_SKIP`, in Swift also `// NBVAL_SKIP`.
  static func marks(in source: String) -> Set<String> {
    guard source.contains("NBVAL_") else { return [] }
    return Set(
      source.split(whereSeparator: \.isNewline).compactMap { line in
        line.wholeMatch(of: /\s*(?:#|\/\/)\s*NBVAL_([A-Z_]+)\s*/).map { String($0.1) }
      })
  }
}
