/// R, Julia, Scala and Bash, to the letter as papermill writes them. Their declarations are not
/// read.
struct WordedTranslator: ParameterTranslator {
  enum Language: Sendable { case r, julia, scala, bash }

  private let language: Language

  init(_ language: Language) { self.language = language }

  func source(
    of parameters: Parameters, over declared: [DeclaredParameter]
  ) throws(RunError) -> String {
    try parameters.checkNames()
    var result = language == .scala ? "// Parameters\n" : "# Parameters\n"
    for entry in parameters.entries {
      result += assignment(entry.key, try text(of: entry.value, entry.key)) + "\n"
    }
    return result
  }

  func declarations(in source: String) -> [DeclaredParameter]? { nil }

  func objection(to value: ParameterValue, for declared: DeclaredParameter) -> String? { nil }

  func binding(of name: String, to variable: String) -> String {
    switch language {
    case .r: assignment(name, "Sys.getenv(\"\(variable)\")") + "\nSys.unsetenv(\"\(variable)\")"
    case .julia: "\(name) = pop!(ENV, \"\(variable)\")"
    case .scala: "val \(name) = sys.env(\"\(variable)\")"
    case .bash: "\(name)=\"$\(variable)\"\nunset \(variable)"
    }
  }

  private func assignment(_ name: String, _ value: String) -> String {
    switch language {
    // A name in R cannot begin with an underscore.
    case .r: "\(name.drop { $0 == "_" }) = \(value)"
    case .julia: "\(name) = \(value)"
    case .scala: "val \(name) = \(value)"
    case .bash: "\(name)=\(value)"
    }
  }

  private func text(of value: ParameterValue, _ name: String) throws(RunError) -> String {
    switch value {
    case .word(let word): return try text(of: ParameterWord.value(word), name)
    case .null:
      return switch language {
      case .r: "NULL"
      case .julia: "nothing"
      case .scala: "None"
      case .bash: ""
      }
    case .bool(let value):
      if language == .r { return value ? "TRUE" : "FALSE" }
      return value ? "true" : "false"
    case .integer(let digits):
      let isLong = language == .scala && Int32(digits) == nil
      return digits + (isLong ? "L" : "")
    case .double(let value): return PythonTranslator.text(of: value)
    case .text(let text): return language == .bash ? Self.shellQuoted(text) : quoted(text)
    case .list(let values):
      var parts: [String] = []
      for value in values { parts.append(try text(of: value, name)) }
      return switch language {
      case .r: "list(\(parts.joined(separator: ", ")))"
      case .julia: "[\(parts.joined(separator: ", "))]"
      case .scala: "Seq(\(parts.joined(separator: ", ")))"
      case .bash: "(\(parts.joined(separator: " ")))"
      }
    case .map(let entries):
      let arrow =
        switch language {
        case .r: " = "
        case .julia: " => "
        case .scala: " -> "
        case .bash:
          throw RunError(
            .usage, "a map cannot be written in Bash", at: "parameter \"\(name)\"",
            mend: "give its values one by one")
        }
      var parts: [String] = []
      for entry in entries {
        parts.append("\(quoted(entry.key))\(arrow)\(try text(of: entry.value, name))")
      }
      let list = parts.joined(separator: ", ")
      return switch language {
      case .r: "list(\(list))"
      case .julia: "Dict(\(list))"
      case .scala, .bash: "Map(\(list))"
      }
    }
  }

  /// As papermill quotes, and `$` besides in Julia, which would put variables in its place.
  private func quoted(_ text: String) -> String {
    let plain = PythonTranslator.quoted(text)
    return language == .julia ? plain.replacing("$", with: "\\$") : plain
  }

  /// As Python's `shlex.quote` quotes.
  private static func shellQuoted(_ text: String) -> String {
    let isPlain =
      !text.isEmpty
      && text.unicodeScalars.allSatisfy { scalar in
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "_", "@", "%", "+", "=", ":", ",", ".", "/", "-":
          true
        default: false
        }
      }
    return isPlain ? text : "'" + text.replacing("'", with: "'\"'\"'") + "'"
  }
}
