internal import CellSyntax

/// What a new cell must import to see the names of the session.
extension NameTable {
  /// Names that the module ApusCell gives to cells. `contains` and `firstRange` are so common that
  /// only a cell which also holds a regular expression imports it for them.
  private static let cellNames: Set<String> = [
    "display", "updateDisplay", "clearOutput", "input", "progress", "Displayable",
    "DisplayBundle", "MIMEType", "Regex", "firstMatch", "matches", "prefixMatch", "ranges",
    "replace", "replacing", "wholeMatch",
  ]

  /// Imports that show every name of the session, for completion and inspection.
  var everything: [String] {
    var lines = ["import ApusCell"] + userImports.map(\.text)
    lines += wholeModules.map { "@testable import \($0)" }
    for name in names {
      for entry in self[name] {
        lines.append(
          "@testable import \(entry.declaration.kind.rawValue) \(entry.module).`\(name)`")
      }
    }
    return lines
  }

  /// The lines before the text of `cell` in its module.
  func preamble(for cell: RewrittenCell, releasing released: [Entry] = []) -> [String] {
    var lines: [String] = []
    let needsRuntime =
      cell.result != .none || cell.isAsync || !released.isEmpty
      || !cell.mentionedNames.isDisjoint(with: Self.cellNames)
    if needsRuntime { lines.append("import ApusCell") }
    if !cell.isSelfContained { lines += userImports.map(\.text) }
    lines += cell.isSelfContained ? [] : wholeModules.map { "@testable import \($0)" }
    var scoped: Set<String> = []
    for name in cell.mentionedNames.sorted() {
      for entry in self[name] where !cell.replaces(entry) {
        let line = scopedImport(of: entry)
        if scoped.insert(line).inserted { lines.append(line) }
      }
      lines += resultLines(for: name, declaredBy: cell)
    }
    for entry in released {
      let line = scopedImport(of: entry)
      if scoped.insert(line).inserted { lines.append(line) }
    }
    if cell.body.contains("__apus_mark(") {
      lines.append("@_silgen_name(\"apus_mark\") func __apus_mark(_: Int32)")
    }
    return lines
  }

  /// The mark of an import that is no business of who imports the new cell: the modules of a long
  /// chain of cells need not all be loaded for the last of them.
  private static let hidden = "@_implementationOnly "

  private func scopedImport(of entry: Entry) -> String {
    let name = entry.declaration.name
    let kind = entry.declaration.kind.rawValue
    let isPlain = modules[entry.module]?.unit.plainNames.contains(name) ?? false
    let mark = isPlain ? Self.hidden : ""
    return "@testable \(mark)import \(kind) \(entry.module).\(Self.escaped(name))"
  }

  /// `preamble` without the mark of hidden imports.
  static func withoutMarks(_ preamble: [String]) -> [String] {
    preamble.map { $0.replacing(hidden, with: "") }
  }

  /// `preamble` with each module either hidden by all of its imports or by none.
  static func withConsistentMarks(_ preamble: [String]) -> [String] {
    let open = Set(preamble.filter { !$0.contains(hidden) }.compactMap(module(ofImport:)))
    return preamble.map { line in
      guard line.contains(hidden), let module = module(ofImport: line), open.contains(module) else {
        return line
      }
      return line.replacing(hidden, with: "")
    }
  }

  /// The module that a line imports a name of, or as a whole.
  private static func module(ofImport line: String) -> String? {
    guard line.hasPrefix("@testable "), let start = line.firstRange(of: "import ") else {
      return nil
    }
    let words = line[start.upperBound...].split(separator: " ")
    return words.last?.split(separator: ".").first.map(String.init)
  }

  /// `_3` is the value of result 3, `__` that of the last one: a copy under that name.
  private func resultLines(for name: String, declaredBy cell: RewrittenCell) -> [String] {
    guard name.first == "_", self[name].isEmpty,
      !cell.declarations.contains(where: { $0.name == name })
    else { return [] }
    let number = name == "__" ? lastResult : Int(name.dropFirst())
    guard let number, let place = results[number] else { return [] }
    let isolation = cell.isAsync ? "nonisolated(unsafe) " : ""
    return [
      "@testable import var \(place.module).\(Self.escaped(place.name))",
      "\(isolation)private let \(name) = \(place.module).\(Self.escaped(place.name))",
    ]
  }

  static func escaped(_ name: String) -> String { "`\(name)`" }
}

extension RewrittenCell {
  /// Whether `entry` is declared anew by the cell, which then cannot mean it.
  fileprivate func replaces(_ entry: NameTable.Entry) -> Bool {
    let name = entry.declaration.name
    if qualifiers[name] == entry.module { return false }
    let own = declarations.filter { $0.name == name && $0.kind != .member && $0.kind != .operator }
    guard !own.isEmpty else { return false }
    return own.contains {
      $0.kind != .function || entry.declaration.kind != .function
        || $0.signature == entry.declaration.signature
    }
  }
}
