internal import SwiftSyntax

/// Makes the declarations of a cell public, so that the modules of later cells see them.
///
/// Top-level declarations become public whatever they say, since a later cell is another module;
/// members become public unless they say otherwise. Protocol requirements, enum cases, deinits and
/// locals carry no access of their own.
struct AccessWriter {
  /// Whether the cell's variables are globals of an asynchronous main.
  let isAsync: Bool

  func insertions(forTopLevel declaration: DeclSyntax) -> [Insertion] {
    if let condition = declaration.as(IfConfigDeclSyntax.self) {
      return insertions(in: condition) { insertions(forTopLevel: $0) }
    }
    var edits: [Insertion] = []
    if isAsync, let variable = declaration.as(VariableDeclSyntax.self),
      !variable.modifiers.contains(where: { $0.name.tokenKind == .keyword(.async) })
    {
      edits.append(Insertion(at: introducer(of: variable), "nonisolated(unsafe) "))
    }
    edits += access(of: declaration, isTopLevel: true)
    edits += members(of: declaration)
    return edits
  }

  private func insertions(forMember declaration: DeclSyntax) -> [Insertion] {
    if let condition = declaration.as(IfConfigDeclSyntax.self) {
      return insertions(in: condition) { insertions(forMember: $0) }
    }
    return access(of: declaration, isTopLevel: false) + members(of: declaration)
  }

  private func insertions(
    in condition: IfConfigDeclSyntax, each edit: (DeclSyntax) -> [Insertion]
  ) -> [Insertion] {
    condition.clauses.flatMap { clause -> [Insertion] in
      switch clause.elements {
      case .statements(let items):
        return items.flatMap { item -> [Insertion] in
          guard case .decl(let declaration) = item.item else { return [] }
          return edit(declaration)
        }
      case .decls(let members): return members.flatMap { edit($0.decl) }
      default: return []
      }
    }
  }

  private func members(of declaration: DeclSyntax) -> [Insertion] {
    guard !declaration.is(ProtocolDeclSyntax.self),
      let group = declaration.asProtocol((any DeclGroupSyntax).self)
    else { return [] }
    return group.memberBlock.members.flatMap { insertions(forMember: $0.decl) }
  }

  /// `public ` before the modifiers of `declaration`, in place of an access that is too narrow.
  private func access(of declaration: DeclSyntax, isTopLevel: Bool) -> [Insertion] {
    guard takesAccess(declaration, isTopLevel: isTopLevel),
      let modified = declaration.asProtocol((any WithModifiersSyntax).self)
    else { return [] }
    let ownAccess = modified.modifiers.first { modifier in
      modifier.detail == nil && AccessWriter.accessLevels.contains(modifier.name.text)
    }
    if let ownAccess {
      let name = ownAccess.name.text
      let isTooNarrow =
        isTopLevel
        ? ["private", "fileprivate", "internal", "package"].contains(name)
        : ["internal", "package"].contains(name)
      guard isTooNarrow else { return [] }
      let start = ownAccess.name.positionAfterSkippingLeadingTrivia.utf8Offset
      return [Insertion(at: start, "public", removing: name.utf8.count)]
    }
    return [Insertion(at: introducer(of: modified), "public ")]
  }

  private static let accessLevels: Set<String> = [
    "private", "fileprivate", "internal", "package", "public", "open",
  ]

  private func takesAccess(_ declaration: DeclSyntax, isTopLevel: Bool) -> Bool {
    if let variable = declaration.as(VariableDeclSyntax.self) {
      // An `async let` is a local of the asynchronous main.
      return !variable.modifiers.contains { $0.name.tokenKind == .keyword(.async) }
    }
    return declaration.is(FunctionDeclSyntax.self) || declaration.is(StructDeclSyntax.self)
      || declaration.is(ClassDeclSyntax.self) || declaration.is(EnumDeclSyntax.self)
      || declaration.is(ActorDeclSyntax.self) || declaration.is(ProtocolDeclSyntax.self)
      || declaration.is(TypeAliasDeclSyntax.self) || declaration.is(MacroDeclSyntax.self)
      || (!isTopLevel
        && (declaration.is(InitializerDeclSyntax.self) || declaration.is(SubscriptDeclSyntax.self)))
  }

  /// Where the modifiers of a declaration begin: after its attributes.
  private func introducer(of declaration: some SyntaxProtocol) -> Int {
    let afterAttributes = declaration.children(viewMode: .sourceAccurate).first { child in
      if child.is(AttributeListSyntax.self) { return false }
      if let modifiers = child.as(DeclModifierListSyntax.self) { return !modifiers.isEmpty }
      return true
    }
    return (afterAttributes ?? Syntax(declaration)).positionAfterSkippingLeadingTrivia.utf8Offset
  }
}
