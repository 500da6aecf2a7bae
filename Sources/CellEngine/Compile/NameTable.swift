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
    /// The number under which the user knows its cell.
    var number: Int
  }

  /// A declaration's place in its module.
  struct Place: Hashable, Sendable, Comparable {
    var part: Int
    var index: Int

    static func < (left: Place, right: Place) -> Bool {
      (left.part, left.index) < (right.part, right.index)
    }
  }

  /// A module that cells of the session stand in.
  struct Module: Sendable {
    let unit: CellUnit
    /// The declarations that later cells have replaced.
    var hidden: Set<Place> = []
    var isImportedWhole = false
  }

  private(set) var entries: [String: [Entry]] = [:]
  /// Modules that are imported as a whole: they hold extensions or operators.
  private(set) var wholeModules: [String] = []
  private(set) var modules: [String: Module] = [:]
  private(set) var userImports: [ImportedModule] = []
  /// The value of each numbered result: where it is, and what it is called there.
  private(set) var results: [Int: (module: String, name: String)] = [:]
  private(set) var lastResult: Int?
  /// Where the declarations stand that a later one of the same key replaces.
  private var hideable: [String: [(module: String, place: Place, name: String)]] = [:]
  /// `module.name` of variables that code which outlives its cell uses.
  private var captured: Set<String> = []

  /// The newest declarations of `name`.
  subscript(name: String) -> [Entry] { entries[name] ?? [] }

  /// Every visible name, in order.
  var names: [String] { entries.keys.sorted() }

  /// A cell that has run, and where it stands.
  struct Arrival {
    var cell: RewrittenCell
    var unit: CellUnit
    var part: Int
    var number: Int
    /// The last mark that a cell which stopped half-way came to; `nil` for one that succeeded.
    var reachedMark: Int?
    var shadowing: Shadowing
  }

  /// Takes in what a cell declared. A cell that stopped half-way keeps its variables up to its mark.
  mutating func add(_ arrival: Arrival) {
    let (cell, module) = (arrival.cell, arrival.unit.module)
    for (older, hidden) in arrival.shadowing { modules[older]?.hidden.formUnion(hidden) }
    if modules[module] == nil { modules[module] = Module(unit: arrival.unit) }
    for name in cell.capturedNames {
      for entry in self[name] { captured.insert("\(entry.module).\(name)") }
    }
    for (index, declaration) in cell.declarations.enumerated() {
      if let mark = arrival.reachedMark, let own = declaration.mark, own > mark { continue }
      add(Entry(module: module, declaration: declaration, number: arrival.number))
      if cell.capturedNames.contains(declaration.name) {
        captured.insert("\(module).\(declaration.name)")
      }
      guard Self.canHide(declaration) else { continue }
      hideable[Self.key(declaration), default: []].append(
        (module, Place(part: arrival.part, index: index), declaration.name))
    }
    if cell.needsWholeImport {
      wholeModules.append(module)
      modules[module]?.isImportedWhole = true
    }
    for imported in cell.imports where !userImports.contains(imported) {
      userImports.append(imported)
    }
    guard arrival.reachedMark == nil else { return }
    guard let name = cell.result.storedName else { return }
    results[arrival.number] = (module, name)
    lastResult = arrival.number
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
}

// MARK: What a new cell replaces

extension NameTable {
  /// Declarations of earlier modules that a new cell replaces but that its imports would still
  /// show: their modules need an interface without them.
  typealias Shadowing = [String: Set<Place>]

  /// What `cell` replaces: members of extensions, operators, and functions of one name and the same
  /// parameters, in modules whose other declarations stay visible.
  func shadowing(by cell: RewrittenCell) -> Shadowing {
    let replaced = Set(cell.declarations.filter(Self.canHide).map(Self.key))
    var shadowing: Shadowing = [:]
    for key in replaced {
      for (module, place, name) in hideable[key] ?? [] {
        guard let holder = modules[module], !holder.hidden.contains(place) else { continue }
        // A scoped import of a function brings every overload that the module has.
        let hasSiblings = hideable.contains { other, places in
          !replaced.contains(other) && other.hasPrefix(Self.functionPrefix)
            && places.contains { $0.module == module && $0.name == name }
        }
        let isFunction = key.hasPrefix(Self.functionPrefix)
        guard holder.isImportedWhole || isFunction && hasSiblings else { continue }
        shadowing[module, default: []].insert(place)
      }
    }
    return shadowing
  }

  /// Variables and types are found by scoped imports, which always show the newest.
  private static func canHide(_ declaration: Declaration) -> Bool {
    declaration.standsAlone && [.member, .operator, .function].contains(declaration.kind)
  }

  private static let functionPrefix = Declaration.Kind.function.rawValue + " "

  private static func key(_ declaration: Declaration) -> String {
    declaration.kind.rawValue + " " + declaration.signature
  }

  /// The variables that `cell` declares anew and whose old values nothing can ask for any more.
  func released(by cell: RewrittenCell) -> [Entry] {
    cell.declarations.compactMap { declaration in
      guard declaration.kind == .variable, declaration.mark != nil,
        let entry = self[declaration.name].last, entry.declaration.kind == .variable,
        entry.declaration.mark != nil, !cell.capturesOnce(declaration.name),
        modules[entry.module]?.unit.symbols[declaration.name] != nil,
        !captured.contains("\(entry.module).\(declaration.name)")
      else { return nil }
      return entry
    }
  }

  /// What the interfaces of the session's modules leave out, as text.
  var hiddenText: String {
    modules.filter { !$0.value.hidden.isEmpty }.sorted { $0.key < $1.key }.map { name, module in
      name + module.hidden.sorted().map { ":\($0.part).\($0.index)" }.joined()
    }.joined(separator: "\n")
  }
}

extension RewrittenCell {
  /// Whether code that outlives the cell uses the earlier variable `name`, as in
  /// `let n = { n }` with the second `n` of an earlier cell.
  fileprivate func capturesOnce(_ name: String) -> Bool {
    qualifiers[name] != nil && capturedNames.contains(name)
  }
}
