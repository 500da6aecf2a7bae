/// The XML in which sourcekitd gives declarations and documentation comments, as text.
struct MarkupText {
  /// How documentation is written.
  enum Style { case markdown, plain }

  private indirect enum Node {
    case text(String)
    case element(name: String, attributes: Substring, children: [Node])
  }

  private let nodes: [Node]

  init(xml: String) {
    var rest = xml[...]
    nodes = Self.parse(&rest)
  }

  /// All text, but that of elements whose names begin with `prefix`.
  func text(leavingOut prefix: String) -> String {
    Self.trimmed(Self.text(of: nodes, leavingOut: prefix))
  }

  /// The parts of a documentation comment: summary, parameters, result, discussion.
  func documentation(_ style: Style) -> String {
    guard let parts = Self.children(of: "CommentParts", in: nodes) else { return "" }
    return Self.blocks(parts, style)
  }

  // MARK: Reading

  /// The nodes up to the closing tag of the element that they stand in.
  private static func parse(_ rest: inout Substring) -> [Node] {
    var nodes: [Node] = []
    while !rest.isEmpty {
      if rest.hasPrefix("<![CDATA[") {
        let (text, after) = split(rest.dropFirst(9), at: "]]>")
        nodes.append(.text(String(text)))
        rest = after
      } else if rest.hasPrefix("<") {
        let (tag, after) = split(rest.dropFirst(), at: ">")
        rest = after
        if tag.hasPrefix("/") { return nodes }
        let isEmpty = tag.hasSuffix("/")
        let parts = tag.split(separator: " ", maxSplits: 1)
        let name = String(parts.first ?? "").filter { $0 != "/" }
        let attributes = parts.count > 1 ? parts[1] : ""
        nodes.append(
          .element(
            name: name, attributes: attributes, children: isEmpty ? [] : parse(&rest)))
      } else {
        let text = rest.prefix { $0 != "<" }
        nodes.append(.text(unescaped(text)))
        rest = rest.dropFirst(text.count)
      }
    }
    return nodes
  }

  private static func split(
    _ text: Substring, at mark: String
  ) -> (before: Substring, after: Substring) {
    guard let range = text.firstRange(of: mark) else { return (text, "") }
    return (text[..<range.lowerBound], text[range.upperBound...])
  }

  private static func unescaped(_ text: Substring) -> String {
    guard text.contains("&") else { return String(text) }
    return String(text).replacing("&lt;", with: "<").replacing("&gt;", with: ">")
      .replacing("&quot;", with: "\"").replacing("&apos;", with: "'")
      .replacing("&#39;", with: "'").replacing("&amp;", with: "&")
  }

  private static func children(of wanted: String, in nodes: [Node]) -> [Node]? {
    for case .element(let name, _, let children) in nodes {
      if name == wanted { return children }
      if let found = Self.children(of: wanted, in: children) { return found }
    }
    return nil
  }

  private static func text(of nodes: [Node], leavingOut prefix: String? = nil) -> String {
    nodes.map { node in
      switch node {
      case .text(let text): text
      case .element(let name, _, let children):
        prefix.map(name.hasPrefix) == true ? "" : text(of: children, leavingOut: prefix)
      }
    }.joined()
  }

  // MARK: Writing

  private static func blocks(_ nodes: [Node], _ style: Style) -> String {
    nodes.map { block($0, style) }.filter { !$0.isEmpty }.joined(separator: "\n\n")
  }

  private static func block(_ node: Node, _ style: Style) -> String {
    guard case .element(let name, _, let children) = node else {
      return trimmed(inline([node], style))
    }
    switch name {
    case "Abstract", "Discussion": return blocks(children, style)
    case "Para": return trimmed(inline(children, style))
    case "CodeListing": return code(children, style)
    case "List-Bullet": return list(children, style) { _ in "- " }
    case "List-Number": return list(children, style) { "\($0 + 1). " }
    case "Parameters":
      return titled("Parameters:", list(children, style) { _ in "- " }, style, "\n\n")
    case "Parameter": return parameter(children, style)
    case "ResultDiscussion": return titled("Returns:", blocks(children, style), style)
    case "ThrowsDiscussion": return titled("Throws:", blocks(children, style), style)
    case "rawHTML", "codeVoice", "emphasis", "bold", "strong", "Link":
      return inline([node], style)
    default:
      if name.count == 2, name.first == "h", let level = name.last?.wholeNumberValue {
        let marks = style == .markdown ? String(repeating: "#", count: min(6, level + 2)) + " " : ""
        return marks + inline(children, style)
      }
      // Note, Complexity, Precondition, SeeAlso, …
      return titled(name + ":", blocks(children, style), style)
    }
  }

  private static func titled(
    _ title: String, _ body: String, _ style: Style, _ separator: String = " "
  ) -> String {
    (style == .markdown ? "**\(title)**" : title) + separator + body
  }

  private static func parameter(_ children: [Node], _ style: Style) -> String {
    let name = text(of: Self.children(of: "Name", in: children) ?? [])
    let discussion = blocks(Self.children(of: "Discussion", in: children) ?? [], style)
    return (style == .markdown ? "`\(name)`" : name) + ": " + discussion
  }

  private static func list(_ items: [Node], _ style: Style, _ mark: (Int) -> String) -> String {
    var lines: [String] = []
    for case .element(let name, _, let children) in items {
      let body =
        name == "Parameter" ? parameter(children, style) : blocks(children, style)
      let mark = mark(lines.count)
      let indent = "\n" + String(repeating: " ", count: mark.count)
      lines.append(mark + body.replacing("\n", with: indent))
    }
    return lines.joined(separator: "\n")
  }

  private static func code(_ lines: [Node], _ style: Style) -> String {
    var texts: [String] = []
    for case .element(_, _, let children) in lines { texts.append(text(of: children)) }
    while texts.last?.isEmpty == true { texts.removeLast() }
    return switch style {
    case .markdown: "```swift\n" + texts.joined(separator: "\n") + "\n```"
    case .plain: texts.map { $0.isEmpty ? "" : "    " + $0 }.joined(separator: "\n")
    }
  }

  private static func inline(_ nodes: [Node], _ style: Style) -> String {
    nodes.map { node in
      switch node {
      case .text(let text): text
      case .element(let name, let attributes, let children):
        inline(name, attributes, children, style)
      }
    }.joined()
  }

  private static func inline(
    _ name: String, _ attributes: Substring, _ children: [Node], _ style: Style
  ) -> String {
    let body = inline(children, style)
    guard style == .markdown else { return body }
    switch name {
    case "codeVoice": return "`\(text(of: children))`"
    case "emphasis": return "*\(body)*"
    case "bold", "strong": return "**\(body)**"
    case "Link":
      guard let reference = attributes.firstMatch(of: /href="([^"]*)"/) else { return body }
      return "[\(body)](\(unescaped(reference.1)))"
    default: return body
    }
  }

  private static func trimmed(_ text: String) -> String {
    let start = text.drop { $0.isWhitespace }
    return String(start.reversed().drop { $0.isWhitespace }.reversed())
  }
}
