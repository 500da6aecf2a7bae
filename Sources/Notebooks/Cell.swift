package import OrderedJSON

/// A cell of a notebook.
package struct Cell: Sendable {
  /// What a cell holds.
  package enum Kind: String, Sendable { case code, markdown, raw }

  package let kind: Kind
  /// Its name, from version 4.5 of the format on.
  package let id: String?
  package var source: String { didSet { isChanged = true } }
  package var metadata: JSONObject { didSet { isChanged = true } }
  /// The number of the execution that made the outputs; code cells only.
  package var executionCount: Int? { didSet { isChanged = true } }
  /// What it showed; code cells only.
  package var outputs: [Output] { didSet { isChanged = true } }

  /// Which cell of the document this is; a new cell has none.
  let origin: Int?
  private(set) var isChanged = false

  /// A new cell.
  package init(
    _ kind: Kind, source: String, id: String? = nil, metadata: JSONObject = [:],
    executionCount: Int? = nil, outputs: [Output] = []
  ) {
    self.init(
      kind, source: source, id: id, metadata: metadata, executionCount: executionCount,
      outputs: outputs, origin: nil)
  }

  init(
    _ kind: Kind, source: String, id: String?, metadata: JSONObject, executionCount: Int?,
    outputs: [Output], origin: Int?
  ) {
    self.kind = kind
    self.id = id
    self.source = source
    self.metadata = metadata
    self.executionCount = executionCount
    self.outputs = outputs
    self.origin = origin
  }

  /// Whether this and `other` came from the same cell of the same file.
  package func isSame(as other: Cell) -> Bool { origin != nil && origin == other.origin }

  /// Forgets what an execution left.
  package mutating func clearOutputs() {
    if !outputs.isEmpty { outputs = [] }
    if executionCount != nil { executionCount = nil }
  }
}
