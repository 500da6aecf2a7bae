// The room Notebooks: the notebook file, version 4 of its format.
//
//   Notebook, Cell, Output, MIMEBundle    what a notebook holds
//   Format/    bytes → Notebook → bytes; what nobody changed keeps its bytes
//   Edit/      tags, and the cell that parameters are injected into
//
// It is pure: bytes in, values or bytes out. Files, kernels and clocks are the business of Runner.

package import OrderedJSON

/// A notebook, with the text that it was read from.
package struct Notebook: Sendable {
  /// The cells in order. They may be changed, moved, added and removed.
  package var cells: [Cell]
  package var metadata: JSONObject
  /// The minor version of the format, 4.*.
  package let formatMinor: Int
  /// What it was read from; a new notebook has none.
  let document: JSONDocument?

  /// A new notebook.
  package init(cells: [Cell] = [], metadata: JSONObject = [:], formatMinor: Int = 5) {
    self.init(cells: cells, metadata: metadata, formatMinor: formatMinor, document: nil)
  }

  init(cells: [Cell], metadata: JSONObject, formatMinor: Int, document: JSONDocument?) {
    self.cells = cells
    self.metadata = metadata
    self.formatMinor = formatMinor
    self.document = document
  }

  /// Reads a notebook file.
  package init(reading bytes: [UInt8]) throws(NotebookError) {
    self = try NotebookReader(bytes).notebook()
  }

  /// The notebook file. What was not changed since reading stands there byte for byte.
  package var bytes: [UInt8] { NotebookWriter(self).bytes }

  /// The kernel that the notebook names.
  package var kernelName: String? { metadata["kernelspec"]?["name"]?.string }

  /// The language that the notebook names, by its kernel or by itself.
  package var language: String? {
    metadata["kernelspec"]?["language"]?.string ?? metadata["language_info"]?["name"]?.string
  }
}
