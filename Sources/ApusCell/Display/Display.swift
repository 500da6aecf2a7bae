public import OrderedJSON

/// Shows `value` below the cell.
/// - Parameter id: a name under which `updateDisplay` replaces it later.
public func display(_ value: Any, id: String? = nil) {
  Notebook.show(DisplayBundle(showing: value), id: id)
}

/// Shows text as itself, without the quotes of its debug description.
/// - Parameter id: a name under which `updateDisplay` replaces it later.
public func display(_ text: String, id: String? = nil) {
  Notebook.show([.plainText: .text(text)], id: id)
}

/// Shows a bundle of representations.
/// - Parameter id: a name under which `updateDisplay` replaces it later.
public func display(_ bundle: DisplayBundle, id: String? = nil) {
  Notebook.show(bundle, id: id)
}

/// Shows HTML.
public func display(html: String, id: String? = nil) {
  Notebook.show([.html: .text(html), .plainText: .text(html)], id: id)
}

/// Shows Markdown.
public func display(markdown: String, id: String? = nil) {
  Notebook.show([.markdown: .text(markdown), .plainText: .text(markdown)], id: id)
}

/// Shows LaTeX.
public func display(latex: String, id: String? = nil) {
  Notebook.show([.latex: .text(latex), .plainText: .text(latex)], id: id)
}

/// Shows an SVG drawing.
public func display(svg: String, id: String? = nil) {
  Notebook.show([.svg: .text(svg), .plainText: "<SVG>"], id: id)
}

/// Shows JSON as a tree.
public func display(json: JSON, id: String? = nil) {
  Notebook.show([.json: .json(json), .plainText: .text(json.description)], id: id)
}

/// Shows an image from the bytes of a file; `Data` of Foundation is such a sequence.
public func display(image: some Sequence<UInt8>, _ type: MIMEType = .png, id: String? = nil) {
  Notebook.show([type: .bytes(Array(image)), .plainText: "<image>"], id: id)
}

/// Replaces what was shown under `id`, in whatever cell.
public func updateDisplay(_ value: Any, id: String) {
  Notebook.show(DisplayBundle(showing: value), id: id, isUpdate: true)
}

/// Replaces what was shown under `id` with text as itself.
public func updateDisplay(_ text: String, id: String) {
  Notebook.show([.plainText: .text(text)], id: id, isUpdate: true)
}

/// Clears what the cell has shown so far.
/// - Parameter wait: clear only when the next output comes, so that nothing flickers.
public func clearOutput(wait: Bool = false) {
  Notebook.send(.clearOutput(execution: Notebook.execution, waits: wait))
}
