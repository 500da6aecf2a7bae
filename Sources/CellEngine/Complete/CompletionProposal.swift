internal import OrderedJSON

/// Something that sourcekitd proposes, as it is inserted and shown.
struct CompletionProposal: Sendable, Equatable {
  var text: String
  var kind: String
  var signature: String
  /// Whether it comes from the text itself rather than from an imported module.
  var isNear: Bool

  init(text: String, kind: String, signature: String, isNear: Bool) {
    self.text = text
    self.kind = kind
    self.signature = signature
    self.isNear = isNear
  }

  /// A result of `codecomplete`; `nil` for what is not to be proposed.
  init?(_ result: SourceKitValue) {
    guard let name = result.text("name"), let kind = result.name("kind"),
      !SymbolKind.isLeftOut(kind)
    else { return nil }
    let word = SymbolKind.word(for: kind)
    // "?.count" after an optional: the dot before the cursor would have to go.
    let description = result.text("description") ?? name
    if result.text("sourcetext")?.hasPrefix("?.") == true { return nil }
    let text = Self.insertedText(name)
    guard !text.isEmpty, !Self.isInternal(text, kind: word) else { return nil }
    self.text = text
    self.kind = text.hasSuffix(":") ? "param" : word
    signature =
      word == "keyword" || word == "module"
      ? "" : Self.signature(description, type: result.text("typename") ?? "", kind: word)
    let near = ["exprspecific", "local", "thismodule"]
    isNear = near.contains { result.name("context") == "source.codecompletion.context." + $0 }
  }

  var json: JSON {
    ["text": .string(text), "kind": .string(kind), "signature": .string(signature)]
  }

  /// Those of `proposals` that begin with `prefix`, in its case if any do, else in any; one of each
  /// text; what the text itself declares first, then by name.
  static func choose(_ proposals: [CompletionProposal], prefix: String) -> [CompletionProposal] {
    let shown =
      prefix.hasPrefix("_") ? proposals : proposals.filter { !$0.text.hasPrefix("_") }
    var matches = shown.filter { $0.text.hasPrefix(prefix) }
    if matches.isEmpty {
      let lowercased = prefix.lowercased()
      matches = shown.filter { $0.text.lowercased().hasPrefix(lowercased) }
    }
    var known: Set<String> = []
    return matches.sorted {
      if $0.isNear != $1.isNear { return $0.isNear }
      let (left, right) = ($0.text.lowercased(), $1.text.lowercased())
      return left == right ? $0.text < $1.text : left < right
    }.filter { known.insert($0.text).inserted }
  }

  /// The base name of `f(_:a:)`; the first label of the arguments `a:b:`; any other name as it is.
  static func insertedText(_ name: String) -> String {
    if let parenthesis = name.firstIndex(of: "(") { return String(name[..<parenthesis]) }
    guard let colon = name.firstIndex(of: ":") else { return name }
    let label = name[..<colon]
    return label.isEmpty || label == "_" ? "" : label + ":"
  }

  /// Whether `text` is what only the rewriter writes: its own functions, modules of cells.
  private static func isInternal(_ text: String, kind: String) -> Bool {
    if text.hasPrefix("__apus") || text == "__value" { return true }
    return kind == "module" && SymbolKind.isCellModule(text)
  }

  private static func signature(_ description: String, type: String, kind: String) -> String {
    if type.isEmpty { return description }
    switch kind {
    case "function": return "\(description) -> \(type)"
    case "class", "enum", "interface": return description
    default: return "\(description): \(type)"
    }
  }
}

/// The words of Jupyter's frontends for sourcekitd's kinds.
enum SymbolKind {
  private static let mark = "source.lang.swift."

  /// The word for a kind such as `source.lang.swift.decl.function.free`, or `…ref.…`.
  static func word(for kind: String) -> String {
    guard kind.hasPrefix(mark) else { return "instance" }
    let parts = kind.dropFirst(mark.count).split(separator: ".").map(String.init)
    let isSymbol = parts.first == "decl" || parts.first == "ref"
    switch isSymbol ? parts.dropFirst().first ?? "" : parts.first ?? "" {
    case "function", "macro": return "function"
    case "class", "struct", "actor", "typealias", "associatedtype", "generic_type_param":
      return "class"
    case "enum": return "enum"
    case "protocol": return "interface"
    case "enumelement": return "property"
    case "module": return "module"
    case "keyword", "literal": return "keyword"
    case "pattern": return "param"
    case "var":
      switch parts.last {
      case "instance", "static", "class": return "property"
      case "parameter": return "param"
      default: return "instance"
      }
    default: return "instance"
    }
  }

  /// Whether a module is a cell, loaded (named by `CellCompiler`) or being written: its name tells
  /// the user nothing.
  static func isCellModule(_ name: String) -> Bool {
    if name == "cell" { return true }
    guard name.first == "C" else { return false }
    let digits = name.dropFirst().prefix { $0 != "_" }
    return digits.count == 15 && digits.allSatisfy(\.isHexDigit)
  }

  /// Kinds that no one completes: operators, literals of an editor's pickers.
  static func isLeftOut(_ kind: String) -> Bool {
    kind.contains(".function.operator") || kind.contains(".literal.color")
      || kind.contains(".literal.image") || kind.contains(".precedencegroup")
  }
}
