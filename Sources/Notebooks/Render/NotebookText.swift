internal import OrderedJSON

extension Notebook {
  /// The notebook as Markdown: code in fences, outputs behind it, images as data.
  package var markdown: String {
    let language = language ?? ""
    return cells.map { cell in
      switch cell.kind {
      case .markdown, .raw: cell.source.hasSuffix("\n") ? cell.source : cell.source + "\n"
      case .code:
        Self.fenced(cell.source, language) + cell.outputs.map { "\n" + $0.markdown }.joined()
      }
    }.joined(separator: "\n")
  }

  /// Text in a fence longer than any within it.
  static func fenced(_ text: String, _ language: String) -> String {
    let longest = text.matches(of: /`+/).map { $0.output.count }.max() ?? 0
    let fence = String(repeating: "`", count: max(3, longest + 1))
    return
      "\(fence)\(language)\n\(text)\(text.hasSuffix("\n") || text.isEmpty ? "" : "\n")\(fence)\n"
  }

  /// The notebook as a file of its language: the code as it stands, text as comments, each cell
  /// behind a line that editors know as the mark of one (`// %%`, `# %%`).
  package var script: String {
    let mark = ["swift", "scala"].contains(language ?? "") ? "//" : "#"
    return cells.map { cell in
      switch cell.kind {
      case .code:
        "\(mark) %%\n" + cell.source + (cell.source.hasSuffix("\n") ? "" : "\n")
      case .markdown, .raw:
        "\(mark) %% [\(cell.kind.rawValue)]\n"
          + cell.source.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
          .map { $0.isEmpty ? "\(mark)\n" : "\(mark) \($0)\n" }.joined()
      }
    }.joined(separator: "\n")
  }
}

extension Output {
  /// The output as Markdown.
  var markdown: String {
    switch self {
    case .stream(_, let text): return Notebook.fenced(TerminalText.plain(text), "")
    case .error(let name, let value, let traceback):
      let text = traceback.isEmpty ? "\(name): \(value)" : traceback.joined(separator: "\n")
      return Notebook.fenced(TerminalText.plain(text), "")
    case .display(let bundle, _), .result(let bundle, _, _):
      if let text = bundle["text/markdown"]?.string { return text + "\n" }
      for type in ["image/png", "image/jpeg", "image/gif", "image/webp"] {
        guard let data = bundle[type]?.string else { continue }
        return "![](data:\(type);base64,\(data.filter { !$0.isWhitespace }))\n"
      }
      for type in ["image/svg+xml", "text/html", "text/latex"] {
        // A blank line would end the block of HTML.
        guard let text = bundle[type]?.string else { continue }
        return text.split(whereSeparator: \.isNewline).joined(separator: "\n") + "\n"
      }
      if let text = bundle["text/plain"]?.string {
        return Notebook.fenced(TerminalText.plain(text), "")
      }
      return bundle.members.map { Notebook.fenced($0.value.description, "json") }.first ?? ""
    }
  }
}

/// Text as a terminal is sent it.
package enum TerminalText {
  /// `text` without the codes that colour it.
  package static func plain(_ text: String) -> String {
    text.contains("\u{1B}") ? text.replacing(/\u{1B}\[[0-9;]*[A-Za-z]/, with: "") : text
  }
}
