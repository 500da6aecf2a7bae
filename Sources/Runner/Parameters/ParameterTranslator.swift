/// Writes parameters as a cell in a notebook's language.
package protocol ParameterTranslator: Sendable {
  /// The source of the cell. `declared` is what the cell tagged `parameters` declares.
  func source(
    of parameters: Parameters, over declared: [DeclaredParameter]
  ) throws(RunError) -> String

  /// What the source of the cell tagged `parameters` declares.
  func declarations(in source: String) -> [DeclaredParameter]
}

/// A parameter that a notebook declares.
package struct DeclaredParameter: Sendable, Equatable {
  package var name: String
  /// The type that it says, if it says one.
  package var type: String?
  /// The text of its default.
  package var defaultText: String
  /// The word that declares it, in languages that have one.
  package var introducer: String?

  package init(name: String, type: String?, defaultText: String, introducer: String? = nil) {
    self.name = name
    self.type = type
    self.defaultText = defaultText
    self.introducer = introducer
  }
}

/// The languages that parameters can be written in.
package enum ParameterTranslators {
  private static let known: [(name: String, translator: any ParameterTranslator)] = [
    ("python", PythonTranslator()), ("swift", SwiftTranslator()),
  ]

  /// The translator for `language`.
  package static func find(_ language: String) throws(RunError) -> any ParameterTranslator {
    if let found = known.first(where: { $0.name == language.lowercased() }) {
      return found.translator
    }
    throw RunError(
      .usage, "parameters cannot be written in the language \"\(language)\"", at: "the kernel",
      mend: "known are \(known.map(\.name).joined(separator: " and "))")
  }
}

extension Parameters {
  /// Checks that each name can be a variable's.
  func checkNames() throws(RunError) {
    for entry in entries {
      let name = entry.key
      let isName =
        (name.first.map { $0.isLetter || $0 == "_" } ?? false)
        && name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
      guard isName else {
        throw RunError(
          .usage, "\"\(name)\" cannot be the name of a variable", at: "the parameters",
          mend: "use letters, digits and _")
      }
    }
  }

  /// Names that `declared` does not hold, each with the nearest that it holds.
  func unknownNames(
    among declared: [DeclaredParameter]
  ) -> [(name: String, near: String?)] {
    let known = declared.map(\.name)
    return entries.map(\.key).filter { !known.contains($0) }
      .map { ($0, NearName.find($0, among: known)) }
  }
}
