// The room CellSyntax: the text of a cell → the text of a module, and the way back.
//
// It is pure: no file, no process. The engine gives it a cell and gets a `RewrittenCell`:
//   CellRewriter     finds what is to be inserted where, in one walk over the syntax tree
//   AccessWriter     makes declarations public, so that later cells see them
//   DeclaredNames    what the cell declares, and what later cells must import for it
//   MentionedNames   the names that the cell uses, each a possible import
//   Joinability      may it share a module with the cells queued beside it?
//   SourceMap        a position in the module's text → the user's own line and column
//   Completeness     is this text a whole cell?
//   Directive        a first line such as `%help`
internal import SwiftParser
internal import SwiftSyntax

/// A cell made ready for the compiler: everything but the imports, which the engine adds.
package struct RewrittenCell: Sendable {
  /// The user's text with the insertions of the rewriter.
  package var body: String
  /// Where a position in `body` stands in the user's text.
  package var sourceMap: SourceMap
  /// What the cell declares, in order.
  package var declarations: [Declaration]
  /// Names that the cell uses and does not declare itself at top level.
  package var mentionedNames: Set<String>
  /// Modules that the cell imports, as written (`Foundation`, `struct Foundation.Date`).
  package var imports: [ImportedModule]
  /// Whether top-level code awaits, so that the cell's main is asynchronous.
  package var isAsync: Bool
  /// How the value of the last expression is kept for later cells.
  package var result: CellResult
  /// Whether only literals and names of the cell's own stand in it, so that nothing needs to be
  /// imported on its behalf.
  package var isSelfContained: Bool
  /// Whether the cell holds code that gains from optimisation: loops, closures, functions.
  package var hasHotCode: Bool
  /// Whether the cell declares what only a whole import shows: extensions and operators.
  package var needsWholeImport: Bool
  /// The names that closures, functions and types of the cell use, also after its end.
  package var capturedNames: Set<String>
  /// Whether the cell holds nothing but spaces and comments.
  package var isBlank: Bool
  /// Whether the cell may share a module with others.
  package var joinability: Joinability
  /// The module of each earlier variable that the cell uses to set its own of the same name.
  package var qualifiers: [String: String]
}

extension RewrittenCell {
  /// The cell without the declarations at `indices`: the interface of a module some of whose
  /// declarations a later cell has replaced. Lines stay where they are.
  /// - Parameter keepsStatements: whether code that runs stays too; it may use what is left out.
  package func leavingOut(_ indices: Set<Int>, keepsStatements: Bool) -> RewrittenCell {
    var ranges = indices.map { declarations[$0].utf8Range }
    if !keepsStatements {
      ranges += Parser.parse(source: sourceMap.originalText).statements.compactMap { item in
        switch item.item {
        case .decl: return nil
        case .stmt(let statement) where statement.is(GuardStmtSyntax.self): return nil
        default:
          return item.positionAfterSkippingLeadingTrivia
            .utf8Offset..<item.endPositionBeforeTrailingTrivia.utf8Offset
        }
      }
    }
    var bytes = Array(sourceMap.originalText.utf8)
    for index in ranges.joined() where bytes[index] != UInt8(ascii: "\n") {
      bytes[index] = UInt8(ascii: " ")
    }
    return CellRewriter.rewrite(
      String(decoding: bytes, as: UTF8.self), showsResult: keepsStatements && result != .none,
      resultName: result.storedName ?? CellRewriter.resultName
    ) { qualifiers[$0] }
  }
}

/// An `import` that the user wrote.
package struct ImportedModule: Sendable, Hashable {
  /// The declaration without attributes, as in `import struct Foundation.Date`.
  package var text: String
  /// The module's name.
  package var module: String

  package init(text: String, module: String) {
    self.text = text
    self.module = module
  }
}

/// What becomes of the value of a cell's last expression.
package enum CellResult: Sendable, Equatable {
  /// The cell does not end in an expression, or it ends with a semicolon.
  case none
  /// The value is kept in the cell's variable of this name.
  case stored(String)

  /// The variable made for the value, if there is one.
  package var storedName: String? {
    if case .stored(let name) = self { name } else { nil }
  }
}

/// Rewrites cells.
package struct CellRewriter {
  /// The name of the global that holds the value of a cell's last expression, unless another is
  /// asked for: cells that share a module need one each.
  package static let resultName = "__value"

  /// The text of `code` as the body of a module. Text that does not parse is passed on as it is:
  /// the compiler says what is wrong with it.
  ///
  /// `earlier` gives the module of a variable that an earlier cell declared: in `var n = n + 1` the
  /// second `n` is that one.
  package static func rewrite(
    _ code: String, showsResult: Bool = true, resultName: String = CellRewriter.resultName,
    earlier: (String) -> String? = { _ in nil }
  ) -> RewrittenCell {
    let tree = Parser.parse(source: code)
    var rewriter = CellRewriter(tree: tree, resultName: resultName)
    rewriter.walk(showsResult: showsResult)
    rewriter.qualifyEarlierVariables(earlier)
    return rewriter.finish(code)
  }

  private let tree: SourceFileSyntax
  private var insertions: [Insertion] = []
  private var declared = DeclaredNames()
  private var imports: [ImportedModule] = []
  private var result = CellResult.none
  private var qualifiers: [String: String] = [:]
  private let isAsync: Bool
  private let resultName: String

  private init(tree: SourceFileSyntax, resultName: String) {
    self.tree = tree
    self.resultName = resultName
    isAsync = AwaitFinder.findsAwait(in: tree)
  }

  private mutating func walk(showsResult: Bool) {
    let items = Array(tree.statements)
    let publicWriter = AccessWriter(isAsync: isAsync)
    for (index, item) in items.enumerated() {
      let isLast = index == items.count - 1
      switch item.item {
      case .decl(let declaration):
        if let importDeclaration = declaration.as(ImportDeclSyntax.self) {
          note(importDeclaration)
        } else {
          insertions += publicWriter.insertions(forTopLevel: declaration)
          declared.add(declaration)
        }
      case .stmt(let statement):
        if let guardStatement = statement.as(GuardStmtSyntax.self) {
          declared.add(guardStatement)
        }
      case .expr(let expression):
        if isLast, showsResult, item.semicolon == nil { wrap(expression) }
      }
      if !isLast { mark(after: item) }
    }
  }

  /// After a statement that sets variables: notes how far the cell came, so that a cell that
  /// stops half-way keeps just those variables whose initialiser was reached.
  private mutating func mark(after item: CodeBlockItemSyntax) {
    guard let mark = declared.takeMark() else { return }
    let text =
      item.semicolon == nil ? ";__apus_mark(\(mark));" : "__apus_mark(\(mark));"
    insertions.append(Insertion(at: item.endPositionBeforeTrailingTrivia.utf8Offset, text))
  }

  private mutating func qualifyEarlierVariables(_ earlier: (String) -> String?) {
    for case .decl(let declaration) in tree.statements.map(\.item) {
      guard let variable = declaration.as(VariableDeclSyntax.self) else { continue }
      let names = Set(DeclaredNames.names(of: variable))
      for initializer in variable.bindings.compactMap(\.initializer) {
        let finder = ReferenceFinder(names: names)
        finder.walk(initializer)
        for reference in finder.found {
          guard let module = earlier(reference.name) else { continue }
          qualifiers[reference.name] = module
          insertions.append(Insertion(at: reference.utf8Offset, "\(module)."))
        }
      }
    }
  }

  private mutating func note(_ declaration: ImportDeclSyntax) {
    guard let module = declaration.path.first?.name.text else { return }
    var bare = declaration
    bare.attributes = []
    bare.modifiers = []
    imports.append(ImportedModule(text: bare.trimmedDescription, module: module))
  }

  /// Wraps the last expression of the cell, so that its value is shown and kept.
  private mutating func wrap(_ expression: ExprSyntax) {
    guard LastExpression.hasValue(expression) else { return }
    result = .stored(resultName)
    let isolation = isAsync ? "nonisolated(unsafe) " : ""
    let opening = "\(isolation)public let \(resultName) = __apus_result("
    insertions.append(
      Insertion(at: expression.positionAfterSkippingLeadingTrivia.utf8Offset, opening))
    insertions.append(Insertion(at: expression.endPositionBeforeTrailingTrivia.utf8Offset, ")"))
  }

  private func finish(_ code: String) -> RewrittenCell {
    let mentioned = MentionedNames.find(in: tree)
    let sourceMap = SourceMap(insertions: insertions, in: code)
    return RewrittenCell(
      body: sourceMap.rewrittenText, sourceMap: sourceMap, declarations: declared.all,
      mentionedNames: mentioned.names, imports: imports, isAsync: isAsync, result: result,
      isSelfContained: mentioned.isSelfContained && imports.isEmpty && result == .none,
      hasHotCode: mentioned.hasHotCode, needsWholeImport: declared.needsWholeImport,
      capturedNames: mentioned.captured, isBlank: tree.statements.isEmpty && !tree.hasError,
      joinability: .of(
        tree, mentioned: mentioned, needsWholeImport: declared.needsWholeImport, isAsync: isAsync),
      qualifiers: qualifiers)
  }
}

/// Whether a last expression has a value to show.
private enum LastExpression {
  /// Assignments, and the forms that are statements although they parse as expressions, have none.
  static func hasValue(_ expression: ExprSyntax) -> Bool {
    if let sequence = expression.as(SequenceExprSyntax.self) {
      return !sequence.elements.contains { $0.is(AssignmentExprSyntax.self) }
    }
    if let tried = expression.as(TryExprSyntax.self) { return hasValue(tried.expression) }
    if let awaited = expression.as(AwaitExprSyntax.self) { return hasValue(awaited.expression) }
    if let macro = expression.as(MacroExpansionExprSyntax.self) {
      return !["warning", "error"].contains(macro.macroName.text)
    }
    return !(expression.is(IfExprSyntax.self) || expression.is(SwitchExprSyntax.self))
  }
}

/// Looks for `await` that top-level code itself runs into.
private final class AwaitFinder: SyntaxVisitor {
  private var found = false

  static func findsAwait(in tree: SourceFileSyntax) -> Bool {
    let finder = AwaitFinder(viewMode: .sourceAccurate)
    finder.walk(tree)
    return finder.found
  }

  override func visit(_ node: AwaitExprSyntax) -> SyntaxVisitorContinueKind {
    found = true
    return .skipChildren
  }

  override func visit(_ node: ForStmtSyntax) -> SyntaxVisitorContinueKind {
    if node.awaitKeyword != nil { found = true }
    return .visitChildren
  }

  override func visit(_ node: VariableDeclSyntax) -> SyntaxVisitorContinueKind {
    if node.modifiers.contains(where: { $0.name.tokenKind == .keyword(.async) }) { found = true }
    return .visitChildren
  }

  // What these hold runs in a context of its own.
  override func visit(_ node: ClosureExprSyntax) -> SyntaxVisitorContinueKind { .skipChildren }
  override func visit(_ node: FunctionDeclSyntax) -> SyntaxVisitorContinueKind { .skipChildren }
  override func visit(_ node: StructDeclSyntax) -> SyntaxVisitorContinueKind { .skipChildren }
  override func visit(_ node: ClassDeclSyntax) -> SyntaxVisitorContinueKind { .skipChildren }
  override func visit(_ node: EnumDeclSyntax) -> SyntaxVisitorContinueKind { .skipChildren }
  override func visit(_ node: ActorDeclSyntax) -> SyntaxVisitorContinueKind { .skipChildren }
  override func visit(_ node: ProtocolDeclSyntax) -> SyntaxVisitorContinueKind { .skipChildren }
  override func visit(_ node: ExtensionDeclSyntax) -> SyntaxVisitorContinueKind { .skipChildren }
  override func visit(_ node: AccessorBlockSyntax) -> SyntaxVisitorContinueKind { .skipChildren }
}

/// Finds uses of names, as opposed to members and labels of those names.
private final class ReferenceFinder: SyntaxVisitor {
  let names: Set<String>
  var found: [(name: String, utf8Offset: Int)] = []

  init(names: Set<String>) {
    self.names = names
    super.init(viewMode: .sourceAccurate)
  }

  override func visit(_ node: DeclReferenceExprSyntax) -> SyntaxVisitorContinueKind {
    let isMember =
      node.parent?.as(MemberAccessExprSyntax.self)?.declName.id == node.id
    let name = node.baseName.text.filter { $0 != "`" }
    if !isMember, names.contains(name) {
      found.append((name, node.positionAfterSkippingLeadingTrivia.utf8Offset))
    }
    return .visitChildren
  }
}
