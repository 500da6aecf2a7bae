internal import CellSyntax
internal import Digests

/// A cell made ready for the compiler against what the session has declared so far.
struct CellPlan: Sendable {
  var code: String
  var showsResult: Bool
  var cell: RewrittenCell
  var preamble: [String]
  var shadowing: NameTable.Shadowing
  var released: [NameTable.Entry]
  var releases: [String]
  /// A digest of the text and of everything that it is compiled against: cells of equal context
  /// become equal code.
  var context: String

  /// - Parameters:
  ///   - index: the cell's place in its unit.
  ///   - own: the module that the cell will stand in, if others of its unit have been added to
  ///     `names` already.
  ///   - releases: whether old values are to be given up.
  init(
    _ code: String, showsResult: Bool, names: NameTable, index: Int = 0, own: String? = nil,
    releases: Bool = true
  ) {
    self.code = code
    self.showsResult = showsResult
    cell = CellRewriter.rewrite(
      code, showsResult: showsResult, resultName: UnitSource.resultName(index)
    ) { name in
      guard let entry = names[name].last, entry.declaration.kind == .variable else { return nil }
      return entry.module
    }
    shadowing = names.shadowing(by: cell)
    released = releases ? names.released(by: cell) : []
    preamble = names.preamble(for: cell, releasing: released)
    self.releases = released.compactMap { entry in
      guard let symbol = names.modules[entry.module]?.unit.symbols[entry.declaration.name] else {
        return nil
      }
      let name = NameTable.escaped(entry.declaration.name)
      return "__apus_release({ \(entry.module).\(name) }, \"\(symbol)\")"
    }
    context = ""
    context = Self.digest(of: self, hidden: names.hiddenText, own: own)
  }

  var part: UnitSource.Part {
    UnitSource.Part(
      code: code, showsResult: showsResult, qualifiers: cell.qualifiers, releases: releases)
  }

  private static func digest(of plan: CellPlan, hidden: String, own: String?) -> String {
    var texts = [plan.code, plan.showsResult ? "shown" : "silent", hidden]
    texts += plan.cell.qualifiers.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    texts += NameTable.withoutMarks(plan.preamble) + plan.releases
    var text = texts.joined(separator: "\0")
    if let own { text = text.replacing(own, with: Self.ownModule) }
    return SHA256.hexDigest(of: text)
  }

  /// Stands for the module of the cell's own unit, whose name depends on its text.
  static let ownModule = "@"
}

/// Cells that are to become one module.
struct UnitPlan: Sendable {
  var plans: [CellPlan]
  var source: UnitSource
  /// Under which the unit is found again: what its first cell is, and how often it ran before.
  var key: String
  /// The module's name: a digest of the text, so that the same text has the same name in every
  /// session.
  var module: String
  var text: String

  var head: CellPlan { plans[0] }
  var isHot: Bool { plans.contains { $0.cell.hasHotCode } }

  /// - Parameter use: how often the session has compiled or loaded this cell before: each use has
  ///   storage of its own.
  init(_ plans: [CellPlan], use: Int) {
    self.plans = plans
    var seen: Set<String> = []
    let lines: [String] = plans.flatMap { $0.preamble }
    let imports = lines.filter { !$0.contains(" \(CellPlan.ownModule).") }
    var preamble = NameTable.withConsistentMarks(imports).filter { seen.insert($0).inserted }
    if plans.count > 1 {
      preamble.append("@_silgen_name(\"apus_next\") func __apus_next()")
    }
    source = UnitSource(preamble: preamble, parts: plans.map(\.part))
    text = source.text(of: plans.map(\.cell))
    key = Self.key(of: plans[0], use: use)
    module =
      "C" + SHA256.hexDigest(of: text).prefix(15) + (use == 0 ? "" : "_\(use)")
  }

  static func key(of head: CellPlan, use: Int) -> String { "\(head.context):\(use)" }
}
