internal import SwiftSyntax

/// The names that a cell uses: each may be something that an earlier cell declared.
struct MentionedNames {
  var names: Set<String> = []
  /// Whether nothing in the cell could come from an imported module: no member, no operator, no
  /// name but the cell's own.
  var isSelfContained = true
  /// Whether the cell holds loops, closures, functions or types with code.
  var hasHotCode = false

  static func find(in tree: SourceFileSyntax) -> MentionedNames {
    let finder = NameFinder(viewMode: .sourceAccurate)
    finder.walk(tree)
    return finder.found
  }
}

/// Walks every token that could be a reference. Too many names do no harm: the engine imports
/// only those that earlier cells declared.
private final class NameFinder: SyntaxVisitor {
  var found = MentionedNames()

  override func visit(_ token: TokenSyntax) -> SyntaxVisitorContinueKind {
    switch token.tokenKind {
    case .identifier, .dollarIdentifier:
      found.names.insert(token.text.filter { $0 != "`" })
      if !isDeclaredName(token) { found.isSelfContained = false }
    case .binaryOperator, .prefixOperator, .postfixOperator:
      found.names.insert(token.text)
      found.isSelfContained = false
    case .pound, .atSign, .poundAvailable, .regexSlash: found.isSelfContained = false
    default: break
    }
    return .visitChildren
  }

  private func isDeclaredName(_ token: TokenSyntax) -> Bool {
    token.parent?.is(IdentifierPatternSyntax.self) == true
  }

  override func visit(_ node: ForStmtSyntax) -> SyntaxVisitorContinueKind { hot() }
  override func visit(_ node: WhileStmtSyntax) -> SyntaxVisitorContinueKind { hot() }
  override func visit(_ node: RepeatStmtSyntax) -> SyntaxVisitorContinueKind { hot() }
  override func visit(_ node: ClosureExprSyntax) -> SyntaxVisitorContinueKind { hot() }
  override func visit(_ node: FunctionDeclSyntax) -> SyntaxVisitorContinueKind { hot() }
  override func visit(_ node: AccessorBlockSyntax) -> SyntaxVisitorContinueKind { hot() }
  override func visit(_ node: InitializerDeclSyntax) -> SyntaxVisitorContinueKind { hot() }

  private func hot() -> SyntaxVisitorContinueKind {
    found.hasHotCode = true
    return .visitChildren
  }
}
