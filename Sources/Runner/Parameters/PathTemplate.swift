internal import Glibc
internal import Jupyter

/// Fills `{name}` in paths from parameters, as Python's `format` does.
package struct PathTemplate: Sendable {
  private let parameters: Parameters
  private let runID = randomName()
  private let time: time_t

  package init(_ parameters: Parameters) {
    self.parameters = parameters
    var now = time_t()
    Glibc.time(&now)
    time = now
  }

  package static func isTemplate(_ path: String) -> Bool {
    path.contains("{") && path.contains("}")
  }

  /// `path` with every `{name}`, `{name[key]}` and `{name:format}` filled in; `{{` and `}}` stand for
  /// braces. papermill's `{pm[run_uuid]}`, `{pm[current_datetime_local]}` and
  /// `{pm[current_datetime_utc]}` are known.
  package func filled(_ path: String) throws(RunError) -> String {
    var result = ""
    var rest = path[...]
    while let character = rest.popFirst() {
      switch character {
      case "{" where rest.first == "{", "}" where rest.first == "}":
        rest.removeFirst()
        result.append(character)
      case "{":
        guard let end = rest.firstIndex(of: "}") else {
          throw RunError(.usage, "a { without its }", at: path, mend: "write {{ for a brace")
        }
        result += try value(of: rest[..<end], in: path)
        rest = rest[rest.index(after: end)...]
      case "}":
        throw RunError(.usage, "a } without its {", at: path, mend: "write }} for a brace")
      default: result.append(character)
      }
    }
    return result
  }

  private func value(of field: Substring, in path: String) throws(RunError) -> String {
    let parts = field.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let format = parts.count > 1 ? String(parts[1]) : ""
    guard let match = (parts.first ?? "").wholeMatch(of: /([^\[\]]+)(?:\[([^\[\]]+)\])?/) else {
      throw RunError(.usage, "\"{\(field)}\" names no parameter", at: path)
    }
    let name = String(match.1)
    if name == "pm", parameters.value(of: "pm") == nil, let key = match.2 {
      return try builtin(String(key), format, in: path)
    }
    guard var value = parameters.value(of: name) else {
      let names = parameters.entries.map(\.key)
      throw RunError(
        .usage, "the path needs the parameter \"\(name)\"", at: path,
        mend: NearName.find(name, among: names).map { "did you mean \"\($0)\"?" }
          ?? "give it with -p \(name) VALUE")
    }
    if case .word(let word) = value { value = ParameterWord.value(word) }
    if let key = match.2.map(String.init) {
      switch value {
      case .map(let entries):
        guard let found = entries.first(where: { $0.key == key }) else {
          throw RunError(.usage, "\"\(name)\" has no \"\(key)\"", at: path)
        }
        value = found.value
      case .list(let values):
        guard let index = Int(key), values.indices.contains(index) else {
          throw RunError(.usage, "\"\(name)\" has no element \(key)", at: path)
        }
        value = values[index]
      default: throw RunError(.usage, "\"\(name)\" is neither a map nor a list", at: path)
      }
    }
    return try formatted(value, format, in: path)
  }

  private func formatted(
    _ value: ParameterValue, _ format: String, in path: String
  ) throws(RunError) -> String {
    if format.isEmpty { return value.plainText }
    if let match = format.wholeMatch(of: /0?([0-9]+)d?/), let width = Int(match.1), width < 100,
      case .integer(let digits) = value
    {
      let fill: Character = format.hasPrefix("0") ? "0" : " "
      return String(repeating: fill, count: max(0, width - digits.count)) + digits
    }
    if let match = format.wholeMatch(of: /\.([0-9]+)f/), let places = Int(match.1), places < 20 {
      let number: Double? =
        switch value {
        case .double(let number): number
        case .integer(let digits): Double(digits)
        default: nil
        }
      if let number {
        var buffer = [CChar](repeating: 0, count: 400)
        withVaList([number]) { _ = vsnprintf(&buffer, buffer.count, "%.\(places)f", $0) }
        return String(
          decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      }
    }
    throw RunError(
      .usage, "the format \":\(format)\" cannot be written", at: path,
      mend: "widths of whole numbers (:03d) and decimals (:.2f) are known")
  }

  private func builtin(_ key: String, _ format: String, in path: String) throws(RunError) -> String
  {
    var moment = time
    var parts = tm()
    switch key {
    case "run_uuid":
      let hex = Array(runID)
      let ends = [8, 12, 16, 20, 32]
      return zip([0] + ends, ends).map { String(hex[$0..<$1]) }.joined(separator: "-")
    case "current_datetime_local": localtime_r(&moment, &parts)
    case "current_datetime_utc": gmtime_r(&moment, &parts)
    default:
      throw RunError(
        .usage, "\"pm\" has no \"\(key)\"", at: path,
        mend: "run_uuid, current_datetime_local and current_datetime_utc are known")
    }
    var buffer = [CChar](repeating: 0, count: 256)
    strftime(&buffer, buffer.count, format.isEmpty ? "%Y-%m-%d %H:%M:%S" : format, &parts)
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
