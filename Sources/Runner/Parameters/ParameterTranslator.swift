/// Writes parameters as a cell in a notebook's language.
package protocol ParameterTranslator: Sendable {
  /// The source of the cell. `declared` is what the cell tagged `parameters` declares.
  func source(
    of parameters: Parameters, over declared: [DeclaredParameter]
  ) throws(RunError) -> String

  /// What the source of the cell tagged `parameters` declares, or `nil` where this language is not
  /// read.
  func declarations(in source: String) -> [DeclaredParameter]?

  /// What is wrong with `value` for `declared`, if something is.
  func objection(to value: ParameterValue, for declared: DeclaredParameter) -> String?

  /// Code that gives `name` the text of an environment variable, which it then forgets.
  func binding(of name: String, to variable: String) -> String
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
  /// The comment behind it.
  package var comment: String?
  /// What its type or its default says that values are.
  package var kind: Kind?

  /// The kinds of values, as JSON names them.
  package indirect enum Kind: Sendable, Equatable {
    case boolean, integer, number, string
    case list(Kind?)
    case map(Kind?)
    case optional(Kind)
  }

  package init(
    name: String, type: String?, defaultText: String, introducer: String? = nil,
    comment: String? = nil, kind: Kind? = nil
  ) {
    self.name = name
    self.type = type
    self.defaultText = defaultText
    self.introducer = introducer
    self.comment = comment
    self.kind = kind
  }
}

/// The languages that parameters can be written in.
package enum ParameterTranslators {
  private static let known: [(names: [String], translator: any ParameterTranslator)] = [
    (["python", "python3", "pysparkkernel"], PythonTranslator()), (["swift"], SwiftTranslator()),
    (["r", "sparkrkernel"], WordedTranslator(.r)), (["julia"], WordedTranslator(.julia)),
    (["scala", "sparkkernel"], WordedTranslator(.scala)), (["bash"], WordedTranslator(.bash)),
  ]

  /// The translator for the kernel `kernel`, else for `language`.
  package static func find(
    _ language: String, kernel: String = ""
  ) throws(RunError) -> any ParameterTranslator {
    for name in [kernel, language] {
      if let found = known.first(where: { $0.names.contains(name.lowercased()) }) {
        return found.translator
      }
    }
    throw RunError(
      .usage, "parameters cannot be written in the language \"\(language)\"", at: "the kernel",
      mend: "known are Python, Swift, R, Julia, Scala and Bash; choose one with --language")
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
}
