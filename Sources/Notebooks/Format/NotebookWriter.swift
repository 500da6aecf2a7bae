internal import OrderedJSON

/// Writes a notebook: over the document that it was read from, or afresh in nbformat's form.
struct NotebookWriter {
  private let notebook: Notebook

  init(_ notebook: Notebook) { self.notebook = notebook }

  var bytes: [UInt8] {
    guard let document = notebook.document, let old = document.root["cells"]?.elements else {
      let json: JSON = [
        "cells": .array(notebook.cells.map(json)), "metadata": .object(notebook.metadata),
        "nbformat": 4, "nbformat_minor": .number(notebook.formatMinor),
      ]
      return JSONWriter(indent: 1, sortsKeys: true).bytes(of: json) + [0x0A]
    }
    let cells = notebook.cells.map { cell -> JSONEdit.Element in
      guard let origin = cell.origin else { return .new(json(of: cell)) }
      return .old(origin, edit(of: cell, over: old[origin]))
    }
    var changes: [(key: String, edit: JSONEdit?)] = [("cells", .elements(cells))]
    if document.root["metadata"] != nil || !notebook.metadata.isEmpty {
      changes.append(("metadata", .value(.object(notebook.metadata))))
    }
    return document.applying(.members(changes))
  }

  /// A whole cell in nbformat's form.
  private func json(of cell: Cell) -> JSON {
    var json: JSON = [
      "cell_type": .string(cell.kind.rawValue), "metadata": .object(cell.metadata),
      "source": MultilineText.lines(of: cell.source),
    ]
    if let id = cell.id, notebook.formatMinor >= 5 { json["id"] = .string(id) }
    if cell.kind == .code {
      json["execution_count"] = cell.executionCount.map { .number($0) } ?? .null
      json["outputs"] = .array(cell.outputs.map(\.json))
    }
    return json
  }

  /// What differs between `cell` and the one that stands in the file.
  private func edit(of cell: Cell, over old: JSONNode) -> JSONEdit {
    guard cell.isChanged else { return .keep }
    var changes: [(key: String, edit: JSONEdit?)] = [("source", sourceEdit(of: cell, over: old))]
    if old["metadata"] != nil || !cell.metadata.isEmpty {
      changes.append(("metadata", .value(.object(cell.metadata))))
    }
    if cell.kind == .code {
      changes.append(
        ("execution_count", .value(cell.executionCount.map { .number($0) } ?? .null)))
      changes.append(("outputs", .value(.array(outputs(of: cell, over: old)))))
    }
    return .members(changes)
  }

  /// A source that was one string stays one; equal text stays as it is split.
  private func sourceEdit(of cell: Cell, over old: JSONNode) -> JSONEdit {
    guard let json = old["source"]?.json else {
      return .value(MultilineText.lines(of: cell.source))
    }
    if let text = MultilineText.text(of: json), text.utf8.elementsEqual(cell.source.utf8) {
      return .keep
    }
    if case .string = json { return .value(.string(cell.source)) }
    return .value(MultilineText.lines(of: cell.source))
  }

  /// The outputs; one that shows what the file already shows keeps the form that it has there.
  private func outputs(of cell: Cell, over old: JSONNode) -> [JSON] {
    let stored = (old["outputs"]?.elements ?? []).map(\.json)
    let known = stored.map(Output.init)
    return cell.outputs.enumerated().map { index, output in
      let places = [index, index - cell.outputs.count + stored.count]
      for place in places where stored.indices.contains(place) {
        if known[place]?.isIdentical(to: output) == true { return stored[place] }
      }
      return output.json
    }
  }
}
