package import OrderedJSON

/// One thing in several forms, by MIME type. Text is one string here, however it is stored.
package struct MIMEBundle: Sendable {
  package private(set) var members: JSONObject

  /// A bundle from a message or a file; lists of lines become text.
  package init(_ members: JSONObject) {
    self.members = JSONObject(
      members.lazy.map { type, value in
        (type, Self.isJSON(type) ? value : MultilineText.text(of: value).map(JSON.string) ?? value)
      })
  }

  package subscript(type: String) -> JSON? { members[type] }

  /// The form of the file: text that people read is a list of lines.
  package var json: JSON {
    .object(
      JSONObject(
        members.lazy.map { type, value in
          guard Self.isSplit(type), let text = value.string else { return (type, value) }
          return (type, MultilineText.lines(of: text))
        }))
  }

  /// Whether `type` is JSON, which is stored as it is.
  static func isJSON(_ type: String) -> Bool {
    type == "application/json" || type.hasPrefix("application/") && type.hasSuffix("+json")
  }

  private static func isSplit(_ type: String) -> Bool {
    type.hasPrefix("text/") || type == "image/svg+xml" || type == "application/javascript"
  }
}
