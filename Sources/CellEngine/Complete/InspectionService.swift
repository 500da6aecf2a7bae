package import OrderedJSON

/// What is known of a name.
package struct Inspection: Sendable, Equatable {
  package var name: String
  /// In Jupyter's words, as `Completion.Item.kind`.
  package var kind: String
  /// Its declaration, without attributes.
  package var declaration: String
  package var type: String
  /// Empty for what a cell declares.
  package var module: String
  /// Declaration and documentation as Markdown.
  package var markdown: String
  /// The same as plain text.
  package var plainText: String

  /// The two texts by MIME type.
  package var bundle: JSONObject {
    ["text/plain": .string(plainText), "text/markdown": .string(markdown)]
  }
}

/// What is known of the name at a cursor, by sourcekitd.
package struct InspectionService: Sendable {
  private let process: SourceKitProcess

  package init(process: SourceKitProcess) { self.process = process }

  /// The name at byte `byteOffset` of `source`: that in which or after which the cursor stands,
  /// else that of the function whose arguments are being written.
  ///
  /// With `detail` 1 its type and module are told too. `nil` where nothing is known, or where the
  /// service does not answer, with the cause in the process's `lastFailure`.
  package func inspect(
    source: String, byteOffset: Int, arguments: [String], detail: Int = 0
  ) async -> Inspection? {
    guard let offset = Self.nameOffset(in: Array(source.utf8), at: byteOffset) else { return nil }
    let request: JSON = [
      "ask": "inspect", "text": .string(source), "offset": .number(offset),
      "arguments": .array(arguments.map { .string($0) }),
    ]
    guard let answer = await process.answer(to: request), let name = answer["name"]?.string
    else { return nil }
    return Self.inspection(name, answer, detail: detail)
  }

  private static func inspection(_ name: String, _ answer: JSON, detail: Int) -> Inspection {
    let text = { (key: String) in answer[key]?.string ?? "" }
    let annotated = MarkupText(xml: text("declaration"))
    let declaration = annotated.text(leavingOut: "syntaxtype.attribute")
    let documentation = MarkupText(xml: text("documentation"))
    let type = text("type")
    let module = SymbolKind.isCellModule(text("module")) ? "" : text("module")
    var markdown = ["```swift\n\(declaration)\n```"]
    var plain = [declaration]
    if detail > 0 {
      let isNew = !type.isEmpty && type != declaration
      if isNew { markdown.append("Type: `\(type)`") }
      if isNew { plain.append("Type: \(type)") }
      if !module.isEmpty { markdown.append("Module: `\(module)`") }
      if !module.isEmpty { plain.append("Module: \(module)") }
    }
    markdown.append(documentation.documentation(.markdown))
    plain.append(documentation.documentation(.plain))
    return Inspection(
      name: name, kind: text("kind"), declaration: declaration, type: type, module: module,
      markdown: markdown.filter { !$0.isEmpty }.joined(separator: "\n\n"),
      plainText: plain.filter { !$0.isEmpty }.joined(separator: "\n\n"))
  }

  /// Where the name starts that is asked about at byte `position`.
  static func nameOffset(in bytes: [UInt8], at position: Int) -> Int? {
    let cursor = min(max(position, 0), bytes.count)
    if let name = nameStart(bytes, touching: cursor) { return name }
    if cursor < bytes.count, isOperator(bytes[cursor]) {
      var start = cursor
      while start > 0, isOperator(bytes[start - 1]) { start -= 1 }
      return start
    }
    var depth = 0
    for index in stride(from: cursor - 1, through: max(0, cursor - 4096), by: -1) {
      switch bytes[index] {
      case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"): depth += 1
      case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"):
        guard depth == 0 else {
          depth -= 1
          continue
        }
        guard bytes[index] == UInt8(ascii: "("), index > 0, isName(bytes[index - 1]) else {
          return nil
        }
        return nameStart(bytes, touching: index)
      default: break
      }
    }
    return nil
  }

  private static func nameStart(_ bytes: [UInt8], touching cursor: Int) -> Int? {
    var start = cursor
    while start > 0, isName(bytes[start - 1]) { start -= 1 }
    guard start < bytes.count, isName(bytes[start]) else { return nil }
    // A number has no name.
    return bytes[start] >= UInt8(ascii: "0") && bytes[start] <= UInt8(ascii: "9") ? nil : start
  }

  private static func isName(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...0xFF:
      true
    default: false
    }
  }

  private static func isOperator(_ byte: UInt8) -> Bool {
    "+-*/%=<>!&|^~?".utf8.contains(byte)
  }
}
