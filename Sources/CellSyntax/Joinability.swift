internal import SwiftSyntax

/// Whether a cell may be compiled together with the cells queued beside it, as one module.
///
/// Joined cells must mean what they mean one by one. What reaches beyond the cell's own lines
/// (imports, extensions, operators, file-private names, top-level `defer`) is kept apart here; which
/// names they share is the engine's to compare.
package enum Joinability: Sendable, Equatable {
  /// Only in a module of its own.
  case never
  /// First in a module: what it brings into scope is there for every later cell anyway.
  case leads
  /// Anywhere in a module.
  case follows

  static func of(
    _ tree: SourceFileSyntax, mentioned: MentionedNames, needsWholeImport: Bool, isAsync: Bool
  ) -> Joinability {
    guard !tree.hasError, !needsWholeImport, !isAsync else { return .never }
    var leads = false
    for item in tree.statements {
      switch item.item {
      case .expr: break
      case .stmt(let statement):
        if statement.is(DeferStmtSyntax.self) || statement.is(GuardStmtSyntax.self) {
          return .never
        }
      case .decl(let declaration):
        if declaration.is(ImportDeclSyntax.self) {
          leads = true
        } else if !canShare(declaration) {
          return .never
        }
      }
    }
    if mentioned.hasFilePrivateNames { return .never }
    // `_3` and `__` are values of earlier cells under names of this one.
    if mentioned.names.contains(where: isResultName) { leads = true }
    return leads ? .leads : .follows
  }

  private static func canShare(_ declaration: DeclSyntax) -> Bool {
    switch declaration.as(DeclSyntaxEnum.self) {
    case .variableDecl, .functionDecl, .structDecl, .classDecl, .enumDecl, .actorDecl,
      .protocolDecl:
      true
    // `IntegerLiteralType` and its kin change what literals mean in the whole module.
    case .typeAliasDecl(let alias): !alias.name.text.hasSuffix("LiteralType")
    default: false
    }
  }

  private static func isResultName(_ name: String) -> Bool {
    name == "__" || name.first == "_" && Int(name.dropFirst()) != nil
  }
}
