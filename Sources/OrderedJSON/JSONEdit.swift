/// A change to a value in a document.
///
/// What is not changed keeps its bytes: order of keys, spaces, escapes, digits of numbers. New
/// parts take the layout of the document.
public indirect enum JSONEdit: Sendable {
  /// Leave the value as it stands.
  case keep
  /// Make it this value; parts that are there already stay as they stand.
  case value(JSON)
  /// Change these members of an object, or add them; `nil` removes one.
  case members([(key: String, edit: JSONEdit?)])
  /// Make an array of these elements.
  case elements([Element])

  /// An element of the array that an edit makes.
  public enum Element: Sendable {
    /// The element that stands at this index, changed.
    case old(Int, JSONEdit)
    /// An element that was not there.
    case new(JSON)
  }
}

/// A JSON text with the places of its values, ready to be edited.
public struct JSONDocument: Sendable {
  /// The text.
  public let bytes: [UInt8]
  /// The whole value.
  public let root: JSONNode
  /// How the text is laid out, seen from its outermost object.
  public let layout: JSONLayout

  /// Reads `bytes`.
  public init(_ bytes: [UInt8]) throws(JSONError) {
    self.bytes = bytes
    root = try JSONParser.parseNode(bytes)
    layout = Self.layout(of: bytes, root)
  }

  /// The text with `edit` made to its root.
  public func applying(_ edit: JSONEdit) -> [UInt8] {
    var output = Array(bytes[..<root.range.lowerBound])
    output.reserveCapacity(bytes.count + bytes.count / 8)
    write(edit, over: root, at: 0, to: &output)
    output += bytes[root.range.upperBound...]
    return output
  }

  private static func layout(of bytes: [UInt8], _ root: JSONNode) -> JSONLayout {
    guard let members = root.members, let first = members.first else { return .indented(1) }
    let before = bytes[(root.range.lowerBound + 1)..<first.keyRange.lowerBound]
    let colon = String(
      decoding: bytes[first.keyRange.upperBound..<first.value.range.lowerBound], as: UTF8.self)
    guard let lineEnd = before.lastIndex(of: 0x0A) else {
      let isSpaced =
        members.count > 1
        && bytes[(members[1].keyRange.lowerBound - 1)] == UInt8(ascii: " ")
      return JSONLayout(newline: "", indent: "", colon: colon, comma: isSpaced ? ", " : ",")
    }
    let hasReturn = lineEnd > before.startIndex && bytes[lineEnd - 1] == 0x0D
    return JSONLayout(
      newline: hasReturn ? "\r\n" : "\n",
      indent: String(decoding: before[(lineEnd + 1)...], as: UTF8.self), colon: colon, comma: ",")
  }
}

extension JSONDocument {
  /// A member or element to be written: which old one it is, and how its text is made.
  private struct Item {
    var origin: Int?
    var write: (inout [UInt8]) -> Void
  }

  private func write(_ edit: JSONEdit, over node: JSONNode, at level: Int, to output: inout [UInt8])
  {
    switch (edit, node.content) {
    case (.keep, _): output += bytes[node.range]
    case (.value(let value), _) where node.isIdentical(to: value): output += bytes[node.range]
    case (.value(.object(let new)), .object(let members)):
      let removed = members.filter { new[$0.key] == nil }.map { ($0.key, JSONEdit?.none) }
      let changes = removed + new.map { ($0.key, JSONEdit?.some(.value($0.value))) }
      write(members: changes, over: members, of: node, at: level, to: &output)
    case (.value(.array(let new)), .array(let elements)):
      write(
        elements: Self.align(new, with: elements), over: elements, of: node, at: level, to: &output)
    case (.members(let changes), .object(let members)):
      write(members: changes, over: members, of: node, at: level, to: &output)
    case (.elements(let new), .array(let elements)):
      write(elements: new, over: elements, of: node, at: level, to: &output)
    case (.value(let value), _):
      writer.append(value, at: level, to: &output)
    case (.members, _), (.elements, _):
      preconditionFailure("an edit of members or elements needs an object or an array")
    }
  }

  /// New parts have their keys in order, as nbformat and most tools write them.
  private var writer: JSONWriter { JSONWriter(layout: layout, sortsKeys: true) }

  /// What is the same at the start and at the end stays; what lies between is paired in order.
  private static func align(_ new: [JSON], with old: [JSONNode]) -> [JSONEdit.Element] {
    let shared = min(new.count, old.count)
    var start = 0
    while start < shared, old[start].isIdentical(to: new[start]) { start += 1 }
    var end = 0
    while end < shared - start,
      old[old.count - 1 - end].isIdentical(to: new[new.count - 1 - end])
    {
      end += 1
    }
    return new.indices.map { index in
      if index >= new.count - end { return .old(index - new.count + old.count, .keep) }
      return index < old.count - end ? .old(index, .value(new[index])) : .new(new[index])
    }
  }

  private func write(
    elements new: [JSONEdit.Element], over old: [JSONNode], of node: JSONNode, at level: Int,
    to output: inout [UInt8]
  ) {
    let items = new.map { element in
      switch element {
      case .old(let index, let edit):
        Item(origin: index) { write(edit, over: old[index], at: level + 1, to: &$0) }
      case .new(let value):
        Item(origin: nil) { writer.append(value, at: level + 1, to: &$0) }
      }
    }
    write(items, over: old.map(\.range), of: node, at: level, to: &output)
  }

  private func write(
    members changes: [(key: String, edit: JSONEdit?)], over old: [JSONNode.Member],
    of node: JSONNode, at level: Int, to output: inout [UInt8]
  ) {
    func matches(_ a: String, _ b: String) -> Bool { a.utf8.elementsEqual(b.utf8) }
    var items: [(key: String, item: Item)] = []
    for (index, member) in old.enumerated() {
      let change = changes.last { matches($0.key, member.key) }
      if let change, change.edit == nil { continue }
      let edit = change?.edit ?? .keep
      items.append(
        (
          member.key,
          Item(origin: index) { output in
            output += bytes[member.keyRange.lowerBound..<member.value.range.lowerBound]
            write(edit, over: member.value, at: level + 1, to: &output)
          }
        ))
    }
    let isSorted = zip(old, old.dropFirst()).allSatisfy { precedes($0.key, $1.key) }
    for (key, edit) in changes where !old.contains(where: { matches($0.key, key) }) {
      guard let value = edit.flatMap(Self.value(of:)) else { continue }
      let item = Item(origin: nil) { output in
        JSONWriter.append(quoting: key, to: &output)
        output += layout.colon.utf8
        writer.append(value, at: level + 1, to: &output)
      }
      let place = isSorted ? items.firstIndex { precedes(key, $0.key) } : nil
      items.insert((key, item), at: place ?? items.endIndex)
    }
    let ranges = old.map { $0.keyRange.lowerBound..<$0.value.range.upperBound }
    write(items.map(\.item), over: ranges, of: node, at: level, to: &output)
  }

  /// The value that an edit makes where nothing stands yet.
  private static func value(of edit: JSONEdit) -> JSON? {
    switch edit {
    case .keep: nil
    case .value(let value): value
    case .members(let members):
      .object(
        JSONObject(
          members.compactMap { member in
            member.edit.flatMap(value(of:)).map { (member.key, $0) }
          }))
    case .elements(let elements):
      .array(
        elements.compactMap { element in
          if case .new(let value) = element { value } else { nil }
        })
    }
  }

  private func precedes(_ a: String, _ b: String) -> Bool {
    a.unicodeScalars.lexicographicallyPrecedes(b.unicodeScalars)
  }

  /// Writes an object or array of `items` with the spaces that stand between the `old` ones.
  private func write(
    _ items: [Item], over old: [Range<Int>], of node: JSONNode, at level: Int,
    to output: inout [UInt8]
  ) {
    output.append(bytes[node.range.lowerBound])
    defer { output.append(bytes[node.range.upperBound - 1]) }
    guard !items.isEmpty else { return }
    var opening: [UInt8] = []
    var closing: [UInt8] = []
    if let first = old.first, let last = old.last {
      opening = Array(bytes[(node.range.lowerBound + 1)..<first.lowerBound])
      closing = Array(bytes[last.upperBound..<(node.range.upperBound - 1)])
    } else {
      layout.breakLine(at: level + 1, in: &opening)
      layout.breakLine(at: level, in: &closing)
    }
    let separator: [UInt8] =
      if old.count > 1 {
        Array(bytes[old[0].upperBound..<old[1].lowerBound])
      } else if opening.isEmpty {
        Array(layout.newline.isEmpty ? layout.comma.utf8 : ", ".utf8)
      } else {
        Array(",".utf8) + opening
      }
    for (place, item) in items.enumerated() {
      if place == 0 {
        output += opening
      } else if let origin = item.origin, origin > 0, items[place - 1].origin == origin - 1 {
        output += bytes[old[origin - 1].upperBound..<old[origin].lowerBound]
      } else {
        output += separator
      }
      item.write(&output)
    }
    output += closing
  }
}
