package import Notebooks
package import OrderedJSON

/// What a notebook declares of its parameters, and whether given ones keep to it.
package struct ParameterContract: Sendable {
  /// The declared parameters; empty where the language is not read.
  package let declared: [DeclaredParameter]
  /// Whether a cell is tagged `parameters`.
  package let hasCell: Bool
  /// Whether the declarations of that cell can be read.
  package let isReadable: Bool
  private let translator: any ParameterTranslator

  package init(of notebook: Notebook, translator: any ParameterTranslator) {
    self.translator = translator
    let cell = notebook.parametersCell
    hasCell = cell != nil
    let found = cell.flatMap { translator.declarations(in: $0.source) }
    isReadable = found != nil
    declared = found ?? []
  }

  /// The contract of the notebook of `request`.
  package init(of request: RunRequest) async throws(RunError) {
    let notebook = try await RunPreparation.read(request.input)
    // The kernel need not be installed to read what a notebook declares.
    let language = request.language ?? notebook.language ?? notebook.kernelName ?? "python"
    let translator = try ParameterTranslators.find(
      language, kernel: request.kernelName ?? notebook.kernelName ?? "")
    self.init(of: notebook, translator: translator)
  }

  /// Checks that each parameter is declared and that its value fits; a notebook without a cell of
  /// parameters takes any.
  package func check(_ parameters: Parameters) throws(RunError) {
    guard hasCell, isReadable else { return }
    for entry in parameters.entries {
      guard let declaration = declared.last(where: { $0.name == entry.key }) else {
        throw RunError(
          .usage, "the notebook declares no parameter \"\(entry.key)\"", at: "the parameters",
          mend: mend(for: entry.key))
      }
      if let objection = translator.objection(to: entry.value, for: declaration) {
        throw RunError(
          .usage, "parameter \"\(entry.key)\": \(objection)", at: "the parameters",
          mend: "it is declared as \(Self.text(of: declaration))")
      }
    }
  }

  private func mend(for name: String) -> String {
    let names = declared.map(\.name)
    if let near = NearName.find(name, among: names) { return "did you mean \"\(near)\"?" }
    return names.isEmpty
      ? "its cell tagged parameters declares none"
      : "it declares \(names.map { "\"\($0)\"" }.joined(separator: ", "))"
  }

  /// What papermill only warns of.
  package func warnings(for parameters: Parameters) -> [String] {
    guard hasCell, isReadable else { return [] }
    let names = declared.map(\.name)
    return parameters.entries.map(\.key).filter { !names.contains($0) }.map { name in
      "the notebook declares no parameter \"\(name)\""
        + (NearName.find(name, among: names).map { "; did you mean \"\($0)\"?" } ?? "")
    }
  }

  private static func text(of declaration: DeclaredParameter) -> String {
    (declaration.introducer.map { "\($0) " } ?? "") + declaration.name
      + (declaration.type.map { ": \($0)" } ?? "") + " = \(declaration.defaultText)"
  }

  /// The declarations as lines of text.
  package var lines: [String] {
    declared.map { one in
      one.name + ": " + (one.type ?? one.kind?.name ?? "unknown") + " = " + one.defaultText
        + (one.comment.map { "  # \($0)" } ?? "")
    }
  }

  /// The declarations as a JSON Schema (draft 2020-12) of an object.
  package func schema(title: String) -> JSON {
    var properties: JSONObject = [:]
    for one in declared {
      var property = one.kind?.schema ?? [:]
      if let comment = one.comment { property["description"] = .string(comment) }
      if let value = translator.defaultValue(of: one) { property["default"] = value }
      properties[one.name] = .object(property)
    }
    return [
      "$schema": "https://json-schema.org/draft/2020-12/schema", "title": .string(title),
      "type": "object", "properties": .object(properties), "additionalProperties": false,
    ]
  }
}

extension ParameterTranslator {
  /// The default as JSON, where it is a plain literal.
  fileprivate func defaultValue(of declared: DeclaredParameter) -> JSON? {
    let text = declared.defaultText
    switch text {
    case "true", "True": return true
    case "false", "False": return false
    case "nil", "None": return .null
    default: break
    }
    if let match = text.wholeMatch(of: /"([^"\\]*)"|'([^'\\]*)'/) {
      return .string(String(match.1 ?? match.2 ?? ""))
    }
    guard text.wholeMatch(of: /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?/) != nil
    else { return nil }
    return try? JSONParser.parse(text)
  }
}

extension DeclaredParameter.Kind {
  var name: String {
    switch self {
    case .boolean: "boolean"
    case .integer: "integer"
    case .number: "number"
    case .string: "string"
    case .list(let element): "list" + (element.map { " of \($0.name)" } ?? "")
    case .map(let element): "map" + (element.map { " of \($0.name)" } ?? "")
    case .optional(let wrapped): "\(wrapped.name) or nothing"
    }
  }

  fileprivate var schema: JSONObject {
    switch self {
    case .boolean, .integer, .number, .string: ["type": .string(name)]
    case .list(let element):
      element.map { ["type": "array", "items": .object($0.schema)] } ?? ["type": "array"]
    case .map(let element):
      element.map { ["type": "object", "additionalProperties": .object($0.schema)] }
        ?? ["type": "object"]
    case .optional(let wrapped):
      ["anyOf": [.object(wrapped.schema), ["type": "null"]]]
    }
  }

  /// Whether `value` is of this kind. A whole number is a number too.
  package func accepts(_ value: ParameterValue) -> Bool {
    switch (self, value) {
    case (.boolean, .bool), (.integer, .integer), (.number, .integer), (.number, .double),
      (.string, .text):
      true
    case (.list(let element), .list(let values)):
      element.map { element in values.allSatisfy { element.accepts($0) } } ?? true
    case (.map(let element), .map(let entries)):
      element.map { element in entries.allSatisfy { element.accepts($0.value) } } ?? true
    case (.optional(let wrapped), _): value == .null || wrapped.accepts(value)
    default: false
    }
  }
}

extension ParameterValue {
  /// What it is, in words.
  var kindName: String {
    switch self {
    case .null: "nothing"
    case .bool: "a truth value"
    case .integer: "a whole number"
    case .double: "a number"
    case .text, .word: "text"
    case .list: "a list"
    case .map: "a map"
    }
  }

  /// The value as people write it.
  var plainText: String {
    switch self {
    case .null: "None"
    case .bool(let value): value ? "True" : "False"
    case .integer(let digits): digits
    case .double(let value): PythonTranslator.text(of: value)
    case .text(let text), .word(let text): text
    case .list(let values): "[" + values.map(\.plainText).joined(separator: ", ") + "]"
    case .map(let entries):
      "{" + entries.map { "\($0.key): \($0.value.plainText)" }.joined(separator: ", ") + "}"
    }
  }

  /// The value as JSON; words of the command line as papermill reads them.
  package var json: JSON {
    switch self {
    case .null: .null
    case .bool(let value): .bool(value)
    case .integer(let digits): (try? JSONParser.parse(digits)) ?? .string(digits)
    case .double(let value): .number(value)
    case .text(let text): .string(text)
    case .word(let word): ParameterWord.value(word).json
    case .list(let values): .array(values.map(\.json))
    case .map(let entries):
      .object(JSONObject(entries.map { ($0.key, $0.value.json) }))
    }
  }
}
