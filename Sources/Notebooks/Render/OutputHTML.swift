internal import OrderedJSON

extension Output {
  /// The forms that a page can show, the best first.
  private static let preferred = [
    "image/svg+xml", "image/png", "image/jpeg", "image/gif", "image/webp", "text/html",
    "text/markdown", "text/latex", "application/json", "text/plain",
  ]

  /// The output as HTML.
  package var html: String {
    switch self {
    case .stream(let name, let text):
      return "<pre class=\"stream \(HTMLText.escaped(name))\">\(HTMLText.colored(text))</pre>\n"
    case .error(let name, let value, let traceback):
      let lines = traceback.isEmpty ? ["\(name): \(value)"] : traceback
      return "<pre class=\"error\">\(HTMLText.colored(lines.joined(separator: "\n")))</pre>\n"
    case .display(let bundle, _), .result(let bundle, _, _):
      for type in Self.preferred {
        if let value = bundle[type] { return Self.html(value, type) + "\n" }
      }
      return bundle.members.keys.map { "<p class=\"unknown\">\(HTMLText.escaped($0))</p>\n" }
        .joined()
    }
  }

  private static func html(_ value: JSON, _ type: String) -> String {
    let text = value.string ?? JSONWriter(indent: 2).text(of: value)
    switch type {
    case "image/svg+xml", "text/html": return "<div class=\"display\">\(text)</div>"
    case "text/markdown": return "<div class=\"display\">\(HTMLText.markdown(text))</div>"
    case "text/plain", "application/json": return "<pre>\(HTMLText.colored(text))</pre>"
    case "text/latex": return "<div class=\"latex\">\(HTMLText.escaped(text))</div>"
    default:
      let data = text.filter { !$0.isWhitespace }
      return "<img alt=\"\" src=\"data:\(type);base64,\(HTMLText.escaped(data))\">"
    }
  }
}
