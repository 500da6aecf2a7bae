/// The members of a JSON object in their order, with lookup by key.
///
/// Two objects are equal when they have the same members, in whatever order. A repeated key keeps
/// its first place and its last value, as Python's `json` does.
public struct JSONObject: Sendable {
  /// The keys in order.
  public private(set) var keys: [String] = []
  private var valuesByKey: [String: JSON] = [:]

  /// An object without members.
  public init() {}

  /// An object of `members` in their order.
  public init(_ members: some Sequence<(String, JSON)>) {
    for (key, value) in members { self[key] = value }
  }

  /// The value of `key`. Setting a new key adds it at the end; setting `nil` removes it.
  public subscript(key: String) -> JSON? {
    get { valuesByKey[key] }
    set {
      if let newValue {
        if valuesByKey.updateValue(newValue, forKey: key) == nil { keys.append(key) }
      } else if valuesByKey.removeValue(forKey: key) != nil {
        keys.removeAll { $0 == key }
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
    return JSONObject(sorted.lazy.compactMap { key in valuesByKey[key].map { (key, $0) } })
  }
}

extension JSONObject: Sequence {
  /// The members in order.
  public func makeIterator() -> AnyIterator<(key: String, value: JSON)> {
    var index = 0
    return AnyIterator {
      guard index < keys.count, let value = valuesByKey[keys[index]] else { return nil }
      defer { index += 1 }
      return (keys[index], value)
    }
  }
}

extension JSONObject: Hashable {
  public static func == (left: JSONObject, right: JSONObject) -> Bool {
    left.valuesByKey == right.valuesByKey
  }

  public func hash(into hasher: inout Hasher) { hasher.combine(valuesByKey) }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  public init(dictionaryLiteral elements: (String, JSON)...) { self.init(elements) }
}
