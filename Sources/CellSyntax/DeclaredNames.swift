internal import SwiftSyntax

/// Something that a cell declares at top level and later cells may use.
package struct Declaration: Sendable, Equatable {
  /// What a scoped import of it is called.
  package enum Kind: String, Sendable {
    case variable = "var"
    case function = "func"
    case structure = "struct"
    case `class`
    case enumeration = "enum"
    case `protocol`
    case alias = "typealias"
    /// A member of an extension; seen only by a whole import.
    case member
    /// A function whose name is an operator, or the operator itself: seen only by a whole import.
    case `operator`
  }

  package var name: String
  package var kind: Kind
  /// What makes it the same declaration again: two functions with other labels or parameter types
  /// are two declarations, as are members of two types.
  package var signature: String
  /// The mark after which it is set; `nil` for what is there as soon as the cell is loaded.
  package var mark: Int?
  /// The bytes of the declaration in the user's text: what is left out of the interface once a
  /// later cell has redefined it.
  package var utf8Range: Range<Int>
  /// Whether the bytes hold this declaration alone (`let a = 1, b = 2` holds two).
  package var standsAlone: Bool
}

/// Collects what a cell declares.
struct DeclaredNames {
  private(set) var all: [Declaration] = []
  private(set) var needsWholeImport = false
  private var lastMark = 0
  private var hasNewVariables = false

  /// The number of the mark to set after the statement just added, if it set variables. Variables
  /// added since the last call carry that number.
  mutating func takeMark() -> Int? {
    guard hasNewVariables else { return nil }
    hasNewVariables = false
    return lastMark
  }

  mutating func add(_ guardStatement: GuardStmtSyntax) {
    var names: [String] = []
    for condition in guardStatement.conditions {
      switch condition.condition {
      case .optionalBinding(let binding): names += Self.names(in: binding.pattern)
      case .matchingPattern(let matching): names += Self.names(in: matching.pattern)
      default: break
      }
    }
    addVariables(names, node: Syntax(guardStatement), standsAlone: false)
  }

  mutating func add(_ declaration: DeclSyntax) {
    let node = Syntax(declaration)
    switch declaration.as(DeclSyntaxEnum.self) {
    case .variableDecl(let variable): add(variable)
    case .functionDecl(let function):
      let name = function.name.text
      let isOperator = Self.isOperator(function.name)
      if isOperator { needsWholeImport = true }
      append(
        name, isOperator ? .operator : .function, Self.signature(of: function), node: node)
    case .structDecl(let type): append(type.name.text, .structure, nil, node: node)
    case .classDecl(let type): append(type.name.text, .class, nil, node: node)
    case .actorDecl(let type): append(type.name.text, .class, nil, node: node)
    case .enumDecl(let type): append(type.name.text, .enumeration, nil, node: node)
    case .protocolDecl(let type): append(type.name.text, .protocol, nil, node: node)
    case .typeAliasDecl(let alias): append(alias.name.text, .alias, nil, node: node)
    case .operatorDecl(let declared):
      needsWholeImport = true
      append(
        declared.name.text, .operator, "\(declared.fixitySpecifier.text) operator", node: node)
    case .precedenceGroupDecl(let group):
      needsWholeImport = true
      append(group.name.text, .operator, "precedencegroup", node: node)
    case .extensionDecl(let extended):
      needsWholeImport = true
      addMembers(of: extended)
    case .ifConfigDecl(let condition):
      for clause in condition.clauses {
        guard case .statements(let items)? = clause.elements else { continue }
        for case .decl(let inner) in items.map(\.item) { add(inner) }
      }
    default: break
    }
    if Self.declaresOperatorMember(declaration) { needsWholeImport = true }
  }

  // MARK: Variables

  private mutating func add(_ variable: VariableDeclSyntax) {
    guard !variable.modifiers.contains(where: { $0.name.tokenKind == .keyword(.async) }) else {
      return  // a local of the asynchronous main
    }
    let names = variable.bindings.flatMap { Self.names(in: $0.pattern) }
    let isComputed = variable.bindings.allSatisfy { binding in
      guard let block = binding.accessorBlock else { return false }
      if case .accessors(let accessors) = block.accessors {
        return !accessors.contains {
          ["willSet", "didSet"].contains($0.accessorSpecifier.text)
        }
      }
      return true
    }
    addVariables(
      names, node: Syntax(variable), standsAlone: variable.bindings.count == 1 && names.count == 1,
      isComputed: isComputed)
  }

  private mutating func addVariables(
    _ names: [String], node: Syntax, standsAlone: Bool, isComputed: Bool = false
  ) {
    guard !names.isEmpty else { return }
    if !isComputed && !hasNewVariables {
      lastMark += 1
      hasNewVariables = true
    }
    for name in names {
      append(
        name, .variable, nil, node: node, mark: isComputed ? nil : lastMark,
        standsAlone: standsAlone)
    }
  }

  /// The names that a declaration of variables declares.
  static func names(of variable: VariableDeclSyntax) -> [String] {
    variable.bindings.flatMap { names(in: $0.pattern) }.map { $0.filter { $0 != "`" } }
  }

  private static func names(in pattern: PatternSyntax) -> [String] {
    let finder = PatternNames(viewMode: .sourceAccurate)
    finder.walk(pattern)
    return finder.names
  }

  // MARK: Extensions and operators

  private mutating func addMembers(of extended: ExtensionDeclSyntax) {
    let type = extended.extendedType.trimmedDescription
    let constraint = extended.genericWhereClause?.trimmedDescription ?? ""
    for member in extended.memberBlock.members {
      let node = Syntax(member.decl)
      let prefix = "\(type)\(constraint)."
      switch member.decl.as(DeclSyntaxEnum.self) {
      case .functionDecl(let function):
        append(
          function.name.text, .member, prefix + Self.signature(of: function), node: node)
      case .variableDecl(let variable):
        for name in variable.bindings.flatMap({ Self.names(in: $0.pattern) }) {
          append(
            name, .member, prefix + name, node: node, standsAlone: variable.bindings.count == 1)
        }
      case .initializerDecl(let initializer):
        let parameters = Self.parameters(initializer.signature.parameterClause)
        append("init", .member, prefix + "init\(parameters)", node: node)
      case .subscriptDecl(let declared):
        append(
          "subscript", .member, prefix + "subscript\(Self.parameters(declared.parameterClause))",
          node: node)
      case .structDecl(let inner):
        append(inner.name.text, .member, prefix + inner.name.text, node: node)
      case .classDecl(let inner):
        append(inner.name.text, .member, prefix + inner.name.text, node: node)
      case .enumDecl(let inner):
        append(inner.name.text, .member, prefix + inner.name.text, node: node)
      case .typeAliasDecl(let inner):
        append(inner.name.text, .member, prefix + inner.name.text, node: node)
      default: break
      }
    }
    guard let clause = extended.inheritanceClause else { return }
    for inherited in clause.inheritedTypes {
      let name = inherited.type.trimmedDescription
      append(
        name, .member, "\(type)\(constraint): \(name)", node: Syntax(clause),
        standsAlone: clause.inheritedTypes.count == 1)
    }
  }

  /// Whether a type declares an operator function: it is found only through a whole import.
  private static func declaresOperatorMember(_ declaration: DeclSyntax) -> Bool {
    guard let group = declaration.asProtocol((any DeclGroupSyntax).self) else { return false }
    return group.memberBlock.members.contains { member in
      guard let function = member.decl.as(FunctionDeclSyntax.self) else { return false }
      return isOperator(function.name)
    }
  }

  private static func isOperator(_ name: TokenSyntax) -> Bool {
    switch name.tokenKind {
    case .binaryOperator, .prefixOperator, .postfixOperator: true
    default: false
    }
  }

  // MARK: Signatures

  private static func signature(of function: FunctionDeclSyntax) -> String {
    let isStatic = function.modifiers.contains { ["static", "class"].contains($0.name.text) }
    let fixity =
      function.modifiers.first { ["prefix", "postfix"].contains($0.name.text) }?.name.text ?? ""
    let constraint =
      (function.genericParameterClause?.trimmedDescription ?? "")
      + (function.genericWhereClause?.trimmedDescription ?? "")
    return (isStatic ? "static " : "") + fixity + function.name.text
      + parameters(function.signature.parameterClause) + constraint.filter { !$0.isWhitespace }
  }

  /// Labels and types of parameters without white space, as in `(at:Int,_:[String])`.
  private static func parameters(_ clause: FunctionParameterClauseSyntax) -> String {
    let parts = clause.parameters.map { parameter in
      parameter.firstName.text + ":" + parameter.type.trimmedDescription
        + (parameter.ellipsis == nil ? "" : "...")
    }
    return "(" + parts.joined(separator: ",").filter { !$0.isWhitespace } + ")"
  }

  private mutating func append(
    _ name: String, _ kind: Declaration.Kind, _ signature: String?, node: Syntax,
    mark: Int? = nil, standsAlone: Bool = true
  ) {
    // With its semicolon, where it has one.
    let item = node.parent.flatMap { parent in
      parent.is(MemberBlockItemSyntax.self) || parent.is(CodeBlockItemSyntax.self) ? parent : nil
    }
    let whole = item ?? node
    let start = whole.positionAfterSkippingLeadingTrivia.utf8Offset
    let range = start..<whole.endPositionBeforeTrailingTrivia.utf8Offset
    all.append(
      Declaration(
        name: name.filter { $0 != "`" }, kind: kind, signature: signature ?? name, mark: mark,
        utf8Range: range, standsAlone: standsAlone))
  }
}

/// The names that a pattern binds.
private final class PatternNames: SyntaxVisitor {
  var names: [String] = []

  override func visit(_ node: IdentifierPatternSyntax) -> SyntaxVisitorContinueKind {
    names.append(node.identifier.text)
    return .skipChildren
  }
}
