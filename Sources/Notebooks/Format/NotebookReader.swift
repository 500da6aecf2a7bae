internal import OrderedJSON

/// Reads the file and checks what a run or an edit relies on; unknown keys are let be.
struct NotebookReader {
  private let document: JSONDocument

  init(_ bytes: [UInt8]) throws(NotebookError) {
    do {
      document = try JSONDocument(bytes)
    } catch {
      throw NotebookError(
        .notJSON, error.what, at: "line \(error.line), column \(error.column)",
        mend: bytes.isEmpty ? "the file is empty" : nil)
    }
  }

  func notebook() throws(NotebookError) -> Notebook {
    let root = document.root
    guard root.members != nil, let major = root["nbformat"]?.json.int else {
      throw error(.notANotebook, "no \"nbformat\" in the file", root)
    }
    guard major == 4 else {
      throw NotebookError(
        .unknownVersion, "the notebook has format \(major), not 4",
        at: document.place(of: root["nbformat"] ?? root),
        mend: major < 4
          ? "convert it with `jupyter nbconvert --to notebook --nbformat 4 --inplace FILE`" : nil)
    }
    guard let cellNodes = root["cells"]?.elements else {
      throw error(.notANotebook, "no list \"cells\" in the file", root["cells"] ?? root)
    }
    var metadata: JSONObject = [:]
    if let node = root["metadata"] {
      guard let object = node.json.object else {
        throw error(.notANotebook, "\"metadata\" is not an object", node)
      }
      metadata = object
    }
    var cells: [Cell] = []
    for (index, node) in cellNodes.enumerated() {
      let reader = CellReader(
        node: node, document: document, index: index, count: cellNodes.count)
      cells.append(try reader.cell())
    }
    return Notebook(
      cells: cells, metadata: metadata, formatMinor: root["nbformat_minor"]?.json.int ?? 0,
      document: document)
  }

  private func error(
    _ code: NotebookError.Code, _ what: String, _ node: JSONNode
  ) -> NotebookError {
    NotebookError(code, what, at: document.place(of: node))
  }
}

extension JSONDocument {
  /// Where a value begins: its line, and its column in bytes.
  fileprivate func place(of node: JSONNode) -> String {
    let before = bytes[..<node.range.lowerBound]
    let line = before.reduce(1) { $1 == 0x0A ? $0 + 1 : $0 }
    let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    return "line \(line), column \(node.range.lowerBound - lineStart + 1)"
  }
}

/// Reads one cell.
private struct CellReader {
  let node: JSONNode
  let document: JSONDocument
  let index: Int
  let count: Int

  func cell() throws(NotebookError) -> Cell {
    guard node.members != nil else { throw error("a cell is not an object") }
    guard let typeName = node["cell_type"]?.json.string else { throw error("no \"cell_type\"") }
    guard let kind = Cell.Kind(rawValue: typeName) else {
      throw error("unknown cell_type \"\(typeName)\"", mend: "use code, markdown or raw")
    }
    guard let source = node["source"].flatMap({ MultilineText.text(of: $0.json) }) else {
      throw error("\"source\" is neither text nor a list of lines")
    }
    var metadata: JSONObject = [:]
    if let value = node["metadata"]?.json {
      guard let object = value.object else { throw error("\"metadata\" is not an object") }
      metadata = object
    }
    if let tags = metadata["tags"] {
      guard let list = tags.array, list.allSatisfy({ $0.string != nil }) else {
        throw error("\"tags\" is not a list of texts")
      }
    }
    let executionCount = try executionCount(of: node["execution_count"]?.json)
    return Cell(
      kind, source: source, id: node["id"]?.json.string, metadata: metadata,
      executionCount: executionCount, outputs: try outputs(), origin: index)
  }

  private func executionCount(of json: JSON?) throws(NotebookError) -> Int? {
    guard let json, !json.isNull else { return nil }
    guard let count = json.int else { throw error("\"execution_count\" is no whole number") }
    return count
  }

  private func outputs() throws(NotebookError) -> [Output] {
    guard let value = node["outputs"] else { return [] }
    guard let elements = value.elements else { throw error("\"outputs\" is not a list") }
    var outputs: [Output] = []
    for (number, element) in elements.enumerated() {
      let json = element.json
      guard let output = Output(json) else {
        let type = json["output_type"]?.string.map { "of type \"\($0)\"" } ?? "without a type"
        throw error("output \(number + 1), \(type), is malformed")
      }
      outputs.append(output)
    }
    return outputs
  }

  private func error(_ what: String, mend: String? = nil) -> NotebookError {
    let id = node["id"]?.json.string.map { ", id \"\($0)\"" } ?? ""
    return NotebookError(
      .malformedCell, what,
      at: "\(document.place(of: node)), cell \(index + 1) of \(count)\(id)", mend: mend)
  }
}
