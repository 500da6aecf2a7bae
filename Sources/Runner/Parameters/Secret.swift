internal import Jupyter
package import OrderedJSON

/// A value that a notebook may use and nobody may read: it is bound in the kernel at run time, and
/// stands in no file, message or report.
package struct Secret: Sendable, Equatable {
  package var name: String
  package var value: String

  package init(name: String, value: String) {
    self.name = name
    self.value = value
  }

  /// Reads `NAME=env:VARIABLE` or `NAME=file:PATH`; a file's last line end is no part of it.
  package init(specification text: String) async throws(RunError) {
    let mend = "write NAME=env:VARIABLE or NAME=file:PATH"
    guard let equals = text.firstIndex(of: "=") else {
      throw RunError(.usage, "a secret without a source", at: "--secret", mend: mend)
    }
    name = String(text[..<equals])
    let source = text[text.index(after: equals)...]
    let place = "secret \"\(name)\""
    if source.hasPrefix("env:") {
      let variable = String(source.dropFirst(4))
      guard let value = environmentValue(variable) else {
        throw RunError(.usage, "the environment has no \"\(variable)\"", at: place)
      }
      self.value = value
    } else if source.hasPrefix("file:") {
      var text = String(
        decoding: try await Storage.read(.file(String(source.dropFirst(5)))), as: UTF8.self)
      if text.hasSuffix("\n") || text.hasSuffix("\r\n") { text.removeLast() }
      value = text
    } else {
      // What stands there may be the secret itself: it is not repeated.
      throw RunError(.usage, "a secret without a known source", at: place, mend: mend)
    }
    guard !value.isEmpty else { throw RunError(.usage, "the secret is empty", at: place) }
    var check = Parameters()
    check.set(name, to: .null)
    try check.checkNames()
  }

  /// The variable of the kernel's environment that carries the value.
  var variable: String { "APUS_SECRET_\(name)" }
}

/// Hides secrets in what is shown and stored.
package struct SecretMask: Sendable {
  private static let cover = "***"

  private let texts: [String]

  package init(_ secrets: [Secret] = []) {
    // Also each long line of a secret, since output may be cut into lines.
    var texts: Set<String> = []
    for secret in secrets {
      texts.insert(secret.value)
      for line in secret.value.split(whereSeparator: \.isNewline) where line.count >= 8 {
        texts.insert(String(line))
      }
    }
    self.texts = texts.sorted { ($0.utf8.count, $0) > ($1.utf8.count, $1) }
  }

  package var isEmpty: Bool { texts.isEmpty }

  package func masked(_ text: String) -> String {
    var result = text
    for secret in texts where result.contains(secret) {
      result = result.replacing(secret, with: Self.cover)
    }
    return result
  }

  package func masked(_ json: JSON) -> JSON {
    switch json {
    case .string(let text): .string(masked(text))
    case .array(let elements): .array(elements.map { masked($0) })
    case .object(let members): .object(masked(members))
    case .null, .bool, .number: json
    }
  }

  package func masked(_ object: JSONObject) -> JSONObject {
    texts.isEmpty ? object : JSONObject(object.lazy.map { (masked($0), masked($1)) })
  }
}
