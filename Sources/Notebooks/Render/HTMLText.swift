internal import CMarkdown

/// Text as HTML.
package enum HTMLText {
  /// `text` with `&`, `<`, `>` and quotes escaped.
  package static func escaped(_ text: String) -> String {
    var result = ""
    result.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// Text of a terminal: the colours of SGR codes (ECMA-48) become spans, other codes vanish.
  package static func colored(_ text: String) -> String {
    var result = ""
    var isOpen = false
    var rest = text[...]
    while let start = rest.firstIndex(of: "\u{1B}") {
      result += escaped(String(rest[..<start]))
      rest = rest[start...]
      guard let match = rest.prefixMatch(of: /\u{1B}\[([0-9;]*)([A-Za-z])/) else {
        rest = rest.dropFirst()
        continue
      }
      rest = rest[match.range.upperBound...]
      guard match.2 == "m" else { continue }
      if isOpen { result += "</span>" }
      let classes = classes(of: match.1)
      isOpen = !classes.isEmpty
      if isOpen { result += "<span class=\"\(classes)\">" }
    }
    return result + escaped(String(rest)) + (isOpen ? "</span>" : "")
  }

  private static func classes(of codes: Substring) -> String {
    let names = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"]
    var classes: [String] = []
    for code in codes.split(separator: ";").compactMap({ Int($0) }) {
      switch code {
      case 1: classes.append("ansi-bold")
      case 30...37: classes.append("ansi-\(names[code - 30])")
      case 90...97: classes.append("ansi-\(names[code - 90])")
      // Colours of 256 or 2²⁴: their numbers are no codes of their own.
      case 38, 48: return classes.joined(separator: " ")
      default: break
      }
    }
    return classes.joined(separator: " ")
  }

  /// Markdown as GitHub reads it (cmark-gfm), raw HTML included.
  package static func markdown(_ text: String) -> String {
    cmark_gfm_core_extensions_ensure_registered()
    // Formulas are left to the reader's eye: they stand as they are written.
    let options = Int32(CMARK_OPT_UNSAFE)
    guard let parser = cmark_parser_new(options) else { return "<pre>\(escaped(text))</pre>" }
    defer { cmark_parser_free(parser) }
    for name in ["table", "strikethrough", "autolink", "tasklist"] {
      if let one = cmark_find_syntax_extension(name) {
        cmark_parser_attach_syntax_extension(parser, one)
      }
    }
    let bytes = Array(text.utf8)
    bytes.withUnsafeBytes { buffer in
      cmark_parser_feed(
        parser, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), buffer.count)
    }
    guard let document = cmark_parser_finish(parser) else { return "<pre>\(escaped(text))</pre>" }
    defer { cmark_node_free(document) }
    guard
      let html = cmark_render_html(document, options, cmark_parser_get_syntax_extensions(parser))
    else { return "<pre>\(escaped(text))</pre>" }
    defer { cmark_get_default_mem_allocator().pointee.free(html) }
    return String(cString: html)
  }
}
