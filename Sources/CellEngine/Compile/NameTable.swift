internal import CellSyntax

/// What the cells of a session have declared, and so what a new cell must import.
///
/// The newest declaration of a name wins. Functions of one name with other labels or parameter
/// types live side by side; a variable or type hides every older declaration of its name.
struct NameTable: Sendable {
  /// A declaration and the module that holds it.
  struct Entry: Sendable, Equatable {
    var module: String
    var declaration: Declaration
  }

  private var entries: [String: [Entry]] = [:]
  /// Modules that are imported as a whole: they hold extensions or operators.
  private var wholeModules: [String] = []
  /// What was made into each module, and which of its declarations later cells have replaced.
  private(set) var modules: [String: Module] = [:]
  private(set) var userImports: [ImportedModule] = []
  /// The value of each numbered result: where it is, and what it is called there.
  private var results: [Int: (module: String, name: String)] = [:]
  private var lastResult: Int?

  /// A cell that became a module.
  struct Module: Sendable {
    var cell: RewrittenCell
    var preamble: [String]
    var number: Int
    var hidden: Set<Int> = []
  }

  /// Declarations of earlier modules that a new cell replaces but that its imports would still
  /// show: their modules need an interface without them.
  typealias Shadowing = [String: Set<Int>]

  /// Names that the module ApusCell gives to cells.
  private static let cellNames: Set<String> = [
    "display", "updateDisplay", "clearOutput", "input", "progress", "Displayable",
    "DisplayBundle", "MIMEType",
  ]

  /// The newest declarations of `name`.
  subscript(name: String) -> [Entry] { entries[name] ?? [] }

  /// Every visible name, in order.
  var names: [String] { entries.keys.sorted() }

  /// Takes in what a cell declared. A cell that stopped half-way keeps its variables up to `mark`.
  mutating func add(
    _ cell: RewrittenCell, preamble: [String], module: String, number: Int,
    reachedMark mark: Int?, shadowing: Shadowing
  ) {
    for (older, hidden) in shadowing { modules[older]?.hidden.formUnion(hidden) }
    modules[module] = Module(cell: cell, preamble: preamble, number: number)
    for declaration in cell.declarations {
      if let mark, let own = declaration.mark, own > mark { continue }
      add(Entry(module: module, declaration: declaration))
    }
    if cell.needsWholeImport { wholeModules.append(module) }
    for imported in cell.imports where !userImports.contains(imported) {
      userImports.append(imported)
    }
    guard mark == nil else { return }
    switch cell.result {
    case .none: break
    case .stored: keep((module, CellRewriter.resultName), as: number)
    case .variable(let name):
      guard let entry = self[name].last else { break }
      keep((entry.module, name), as: number)
    }
  }

  private mutating func keep(_ place: (module: String, name: String), as number: Int) {
    results[number] = place
    lastResult = number
  }

  private mutating func add(_ entry: Entry) {
    let kind = entry.declaration.kind
    guard kind != .member, kind != .operator else { return }
    let name = entry.declaration.name
    if kind == .function {
      entries[name, default: []].removeAll {
        $0.declaration.kind != .function || $0.declaration.signature == entry.declaration.signature
      }
      entries[name, default: []].append(entry)
    } else {
      entries[name] = [entry]
    }
  }

  /// What `cell` replaces: members of extensions, operators, and functions of one name and the same
  /// parameters, in modules whose other declarations stay visible.
  func shadowing(by cell: RewrittenCell) -> Shadowing {
    let replaced = Set(cell.declarations.filter(Self.canHide).map(Self.key))
    guard !replaced.isEmpty else { return [:] }
    var shadowing: Shadowing = [:]
    for (name, module) in modules {
      let isWhole = wholeModules.contains(name)
      for (index, declaration) in module.cell.declarations.enumerated()
      where Self.canHide(declaration) && !module.hidden.contains(index) {
        guard replaced.contains(Self.key(declaration)) else { continue }
        // A scoped import of a function brings every overload that the module has.
        let hasSiblings = module.cell.declarations.contains {
          $0.name == declaration.name && $0.kind == .function
            && !replaced.contains(Self.key($0))
        }
        guard isWhole || declaration.kind == .function && hasSiblings else { continue }
        shadowing[name, default: []].insert(index)
      }
    }
    return shadowing
  }

  /// Variables and types are found by scoped imports, which always show the newest.
  private static func canHide(_ declaration: Declaration) -> Bool {
    declaration.standsAlone && [.member, .operator, .function].contains(declaration.kind)
  }

  private static func key(_ declaration: Declaration) -> String {
    declaration.kind.rawValue + " " + declaration.signature
  }

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
  func preamble(for cell: RewrittenCell) -> [String] {
    var lines: [String] = []
    if cell.result != .none || cell.isAsync || !cell.mentionedNames.isDisjoint(with: Self.cellNames)
    {
      lines.append("import ApusCell")
    }
    if !cell.isSelfContained { lines += userImports.map(\.text) }
    lines += cell.isSelfContained ? [] : wholeModules.map { "@testable import \($0)" }
    var scoped: Set<String> = []
    for name in cell.mentionedNames.sorted() {
      for entry in self[name] {
        let kind = entry.declaration.kind.rawValue
        let line = "@testable import \(kind) \(entry.module).\(Self.escaped(name))"
        if scoped.insert(line).inserted { lines.append(line) }
      }
      lines += resultLines(for: name, declaredBy: cell)
    }
    if cell.body.contains("__apus_mark(") {
      lines.append("@_silgen_name(\"apus_mark\") func __apus_mark(_: Int32)")
    }
    return lines
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

  private static func escaped(_ name: String) -> String { "`\(name)`" }
}
