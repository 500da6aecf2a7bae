/// The members of a JSON object in their order, with lookup by key.
///
/// Two objects are equal when they have the same members, in whatever order. A repeated key keeps
/// its first place and its last value, as Python's `json` does.
public struct JSONObject: Sendable {
  /// The keys in order.
  public private(set) var keys: [String] = []
  private var valuesByKey: [JSONKey: JSON] = [:]

  /// An object without members.
  public init() {}

  /// An object of `members` in their order.
  public init(_ members: some Sequence<(String, JSON)>) {
    for (key, value) in members { self[key] = value }
  }

  /// The value of `key`. Setting a new key adds it at the end; setting `nil` removes it.
  public subscript(key: String) -> JSON? {
    get { valuesByKey[JSONKey(key)] }
    set {
      let exact = JSONKey(key)
      if let newValue {
        if valuesByKey.updateValue(newValue, forKey: exact) == nil { keys.append(key) }
      } else if valuesByKey.removeValue(forKey: exact) != nil {
        keys.removeAll { JSONKey($0) == exact }
      }
    }
  }

  /// The number of members.
  public var count: Int { keys.count }

  /// Whether there are no members.
  public var isEmpty: Bool { keys.isEmpty }

  /// A copy with the keys in ascending order of their code points, as Python's `sort_keys` makes.
  public func sortedByKey() -> JSONObject {
    let sorted = keys.sorted { $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars) }
    return JSONObject(sorted.lazy.compactMap { key in valuesByKey[JSONKey(key)].map { (key, $0) } })
  }
}

extension JSONObject: Sequence {
  /// The members in order.
  public func makeIterator() -> AnyIterator<(key: String, value: JSON)> {
    var index = 0
    return AnyIterator {
      guard index < keys.count, let value = valuesByKey[JSONKey(keys[index])] else { return nil }
      defer { index += 1 }
      return (keys[index], value)
    }
  }
}

extension JSONObject: Hashable {
  /// Whether both have the same members, in whatever order.
  public static func == (left: JSONObject, right: JSONObject) -> Bool {
    left.valuesByKey == right.valuesByKey
  }

  /// Hashes the members.
  public func hash(into hasher: inout Hasher) { hasher.combine(valuesByKey) }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  /// An object with its members in this order.
  public init(dictionaryLiteral elements: (String, JSON)...) { self.init(elements) }
}

/// A key compared by its code points: Swift's own comparison of strings holds "é" in its two
/// normal forms for one, and a document may hold both.
private struct JSONKey: Hashable, Sendable {
  let text: String

  init(_ text: String) { self.text = text }

  static func == (left: JSONKey, right: JSONKey) -> Bool {
    left.text.utf8.elementsEqual(right.text.utf8)
  }

  func hash(into hasher: inout Hasher) {
    for byte in text.utf8 { hasher.combine(byte) }
  }
}
