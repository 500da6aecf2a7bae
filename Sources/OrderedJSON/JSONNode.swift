/// A JSON value that knows which bytes of its document it stands on.
public struct JSONNode: Sendable {
  /// What the value holds.
  public enum Content: Sendable {
    /// A null, Boolean, number or string.
    case scalar(JSON)
    /// The elements of an array.
    case array([JSONNode])
    /// The members of an object as they stand, repeated keys included.
    case object([Member])
  }

  /// A key and its value in an object.
  public struct Member: Sendable {
    /// The key, its escapes resolved.
    public let key: String
    /// The bytes of the key with its quotes.
    public let keyRange: Range<Int>
    /// The value.
    public let value: JSONNode
  }

  /// The bytes of the value in its document.
  public let range: Range<Int>
  /// What the value holds.
  public let content: Content

  /// The value without its places.
  public var json: JSON {
    switch content {
    case .scalar(let value): value
    case .array(let elements): .array(elements.map(\.json))
    case .object(let members): .object(JSONObject(members.lazy.map { ($0.key, $0.value.json) }))
    }
  }

  /// The elements of an array, else `nil`.
  public var elements: [JSONNode]? {
    guard case .array(let elements) = content else { return nil }
    return elements
  }

  /// The members of an object, else `nil`.
  public var members: [Member]? {
    guard case .object(let members) = content else { return nil }
    return members
  }

  /// The value of `key` in an object; of a repeated key the last.
  public subscript(key: String) -> JSONNode? {
    members?.last { $0.key.utf8.elementsEqual(key.utf8) }?.value
  }

  /// Whether this is `value` to the last code point: strings that Unicode holds to be equivalent
  /// are still different.
  public func isIdentical(to value: JSON) -> Bool {
    switch (content, value) {
    case (.scalar(let own), _): own.isIdentical(to: value)
    case (.array(let own), .array(let others)):
      own.count == others.count && zip(own, others).allSatisfy { $0.isIdentical(to: $1) }
    case (.object(let own), .object(let others)):
      own.count == others.count
        && own.allSatisfy { member in
          others[member.key].map { member.value.isIdentical(to: $0) } ?? false
        }
    default: false
    }
  }
}

extension JSON {
  /// Whether this is `other` to the last code point: strings that Unicode holds to be equivalent
  /// are still different.
  public func isIdentical(to other: JSON) -> Bool {
    switch (self, other) {
    case (.string(let own), .string(let text)): own.utf8.elementsEqual(text.utf8)
    case (.array(let own), .array(let others)):
      own.count == others.count && zip(own, others).allSatisfy { $0.isIdentical(to: $1) }
    case (.object(let own), .object(let others)):
      own.count == others.count
        && own.allSatisfy { key, value in others[key].map { value.isIdentical(to: $0) } ?? false }
    default: self == other
    }
  }
}

extension JSONParser {
  /// The value that `bytes` hold, each part with its place.
  public static func parseNode(_ bytes: [UInt8]) throws(JSONError) -> JSONNode {
    let result = bytes.withUnsafeBufferPointer { buffer -> Result<JSONNode, JSONError> in
      var parser = JSONParser(buffer)
      return Result { () throws(JSONError) in
        try parser.document { parser throws(JSONError) in try parser.node() }
      }
    }
    return try result.get()
  }

  private mutating func node() throws(JSONError) -> JSONNode {
    skipSpace()
    let start = position
    let content: JSONNode.Content =
      switch peek {
      case UInt8(ascii: "{"): .object(try memberNodes())
      case UInt8(ascii: "["): .array(try elementNodes())
      default: .scalar(try value())
      }
    return JSONNode(range: start..<position, content: content)
  }

  private mutating func memberNodes() throws(JSONError) -> [JSONNode.Member] {
    try enter()
    var members: [JSONNode.Member] = []
    if !passed(UInt8(ascii: "}")) {
      repeat {
        skipSpace()
        guard peek == UInt8(ascii: "\"") else { throw error("expected a key in quotes") }
        let start = position
        let key = try string()
        let keyRange = start..<position
        guard passed(UInt8(ascii: ":")) else { throw error("expected ':' after a key") }
        members.append(JSONNode.Member(key: key, keyRange: keyRange, value: try node()))
      } while passed(UInt8(ascii: ","))
      guard passed(UInt8(ascii: "}")) else { throw error("expected ',' or '}' in an object") }
    }
    depth -= 1
    return members
  }

  private mutating func elementNodes() throws(JSONError) -> [JSONNode] {
    try enter()
    var elements: [JSONNode] = []
    if !passed(UInt8(ascii: "]")) {
      repeat { elements.append(try node()) } while passed(UInt8(ascii: ","))
      guard passed(UInt8(ascii: "]")) else { throw error("expected ',' or ']' in an array") }
    }
    depth -= 1
    return elements
  }
}
