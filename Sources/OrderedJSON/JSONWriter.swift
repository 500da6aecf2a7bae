/// Where a document breaks lines and puts spaces.
public struct JSONLayout: Sendable, Equatable {
  /// What ends a line; empty for a document on one line.
  public var newline: String
  /// What stands before a line, once for each level.
  public var indent: String
  /// What stands between a key and its value.
  public var colon: String
  /// What stands between two members or elements, before the line is broken.
  public var comma: String

  /// A layout from its parts.
  public init(newline: String, indent: String, colon: String, comma: String) {
    self.newline = newline
    self.indent = indent
    self.colon = colon
    self.comma = comma
  }

  /// One line without spaces.
  public static let compact = JSONLayout(newline: "", indent: "", colon: ":", comma: ",")

  /// A line for each member and element, `width` spaces further in at each level.
  public static func indented(_ width: Int) -> JSONLayout {
    JSONLayout(
      newline: "\n", indent: String(repeating: " ", count: width), colon: ": ", comma: ",")
  }

  func breakLine(at level: Int, in output: inout [UInt8]) {
    guard !newline.isEmpty else { return }
    output.append(contentsOf: newline.utf8)
    for _ in 0..<level { output.append(contentsOf: indent.utf8) }
  }
}

/// Writes JSON values as UTF-8 text.
public struct JSONWriter: Sendable {
  /// Where lines are broken.
  public var layout: JSONLayout
  /// Whether the keys of objects are written in ascending order instead of their own.
  public var sortsKeys: Bool

  /// A writer in `layout`.
  public init(layout: JSONLayout, sortsKeys: Bool = false) {
    self.layout = layout
    self.sortsKeys = sortsKeys
  }

  /// A writer with `indent` spaces for each level, or on one line. `indent: 1, sortsKeys: true` is
  /// the form of nbformat.
  public init(indent: Int? = nil, sortsKeys: Bool = false) {
    self.init(layout: indent.map(JSONLayout.indented) ?? .compact, sortsKeys: sortsKeys)
  }

  /// `value` as text.
  public func text(of value: JSON) -> String { String(decoding: bytes(of: value), as: UTF8.self) }

  /// `value` as UTF-8 bytes.
  public func bytes(of value: JSON) -> [UInt8] {
    var output: [UInt8] = []
    append(value, at: 0, to: &output)
    return output
  }

  /// Appends `value` to `output` as if it stood `level` levels deep.
  public func append(_ value: JSON, at level: Int, to output: inout [UInt8]) {
    switch value {
    case .null: output.append(contentsOf: "null".utf8)
    case .bool(let value): output.append(contentsOf: (value ? "true" : "false").utf8)
    case .number(let number): output.append(contentsOf: number.text.utf8)
    case .string(let text): Self.append(quoting: text, to: &output)
    case .array(let elements):
      guard !elements.isEmpty else { return output.append(contentsOf: "[]".utf8) }
      output.append(UInt8(ascii: "["))
      for (index, element) in elements.enumerated() {
        separate(index, at: level, in: &output)
        append(element, at: level + 1, to: &output)
      }
      layout.breakLine(at: level, in: &output)
      output.append(UInt8(ascii: "]"))
    case .object(let members):
      guard !members.isEmpty else { return output.append(contentsOf: "{}".utf8) }
      output.append(UInt8(ascii: "{"))
      let ordered = sortsKeys ? members.sortedByKey() : members
      for (index, member) in ordered.enumerated() {
        separate(index, at: level, in: &output)
        Self.append(quoting: member.key, to: &output)
        output.append(contentsOf: layout.colon.utf8)
        append(member.value, at: level + 1, to: &output)
      }
      layout.breakLine(at: level, in: &output)
      output.append(UInt8(ascii: "}"))
    }
  }

  /// Appends `text` in quotes, with only those escapes that JSON demands.
  public static func append(quoting text: String, to output: inout [UInt8]) {
    let hex = Array("0123456789abcdef".utf8)
    output.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""): output.append(contentsOf: "\\\"".utf8)
      case UInt8(ascii: "\\"): output.append(contentsOf: "\\\\".utf8)
      case 0x0A: output.append(contentsOf: "\\n".utf8)
      case 0x0D: output.append(contentsOf: "\\r".utf8)
      case 0x09: output.append(contentsOf: "\\t".utf8)
      case 0x08: output.append(contentsOf: "\\b".utf8)
      case 0x0C: output.append(contentsOf: "\\f".utf8)
      case 0..<0x20:
        output.append(contentsOf: "\\u00".utf8)
        output.append(hex[Int(byte >> 4)])
        output.append(hex[Int(byte & 15)])
      default: output.append(byte)
      }
    }
    output.append(UInt8(ascii: "\""))
  }

  private func separate(_ index: Int, at level: Int, in output: inout [UInt8]) {
    if index > 0 { output.append(contentsOf: layout.comma.utf8) }
    layout.breakLine(at: level + 1, in: &output)
  }
}
