internal import SwiftSyntax

/// The names that a cell uses: each may be something that an earlier cell declared. A literal of a
/// regular expression uses `Regex`.
struct MentionedNames {
  var names: Set<String> = []
  /// Whether nothing in the cell could come from an imported module: no member, no operator, no
  /// name but the cell's own.
  var isSelfContained = true
  /// Whether the cell holds loops, closures, functions or types with code.
  var hasHotCode = false
  /// The names that closures, functions and types use: they may be asked for after the cell's end.
  var captured: Set<String> = []
  /// Whether `private` or `fileprivate` stands anywhere in it.
  var hasFilePrivateNames = false

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
  /// How many closures, functions and types the walk is inside.
  private var depth = 0

  override func visit(_ token: TokenSyntax) -> SyntaxVisitorContinueKind {
    switch token.tokenKind {
    case .identifier, .dollarIdentifier:
      let name = token.text.filter { $0 != "`" }
      found.names.insert(name)
      if depth > 0 { found.captured.insert(name) }
      if !isDeclaredName(token) { found.isSelfContained = false }
    case .binaryOperator, .prefixOperator, .postfixOperator:
      found.names.insert(token.text)
      found.isSelfContained = false
    case .keyword(.private), .keyword(.fileprivate): found.hasFilePrivateNames = true
    case .regexSlash:
      found.names.insert("Regex")
      found.isSelfContained = false
    case .pound, .atSign, .poundAvailable: found.isSelfContained = false
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
  override func visit(_ node: ClosureExprSyntax) -> SyntaxVisitorContinueKind { enter() }
  override func visit(_ node: FunctionDeclSyntax) -> SyntaxVisitorContinueKind { enter() }
  override func visit(_ node: AccessorBlockSyntax) -> SyntaxVisitorContinueKind { enter() }
  override func visit(_ node: InitializerDeclSyntax) -> SyntaxVisitorContinueKind { enter() }
  override func visit(_ node: MemberBlockSyntax) -> SyntaxVisitorContinueKind {
    depth += 1
    return .visitChildren
  }

  override func visitPost(_ node: ClosureExprSyntax) { depth -= 1 }
  override func visitPost(_ node: FunctionDeclSyntax) { depth -= 1 }
  override func visitPost(_ node: AccessorBlockSyntax) { depth -= 1 }
  override func visitPost(_ node: InitializerDeclSyntax) { depth -= 1 }
  override func visitPost(_ node: MemberBlockSyntax) { depth -= 1 }

  private func enter() -> SyntaxVisitorContinueKind {
    depth += 1
    return hot()
  }

  private func hot() -> SyntaxVisitorContinueKind {
    found.hasHotCode = true
    return .visitChildren
  }
}
