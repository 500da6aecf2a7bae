package import OrderedJSON

/// The parameters of a run, by name, in the order in which they were first given.
package struct Parameters: Sendable, Equatable {
  package private(set) var entries: [ParameterValue.Entry] = []

  package init() {}

  package var isEmpty: Bool { entries.isEmpty }

  /// The value of `name`.
  package func value(of name: String) -> ParameterValue? {
    entries.first { $0.key.utf8.elementsEqual(name.utf8) }?.value
  }

  /// Sets `name`: a name that is there keeps its place and takes the new value.
  package mutating func set(_ name: String, to value: ParameterValue) {
    if let index = entries.firstIndex(where: { $0.key.utf8.elementsEqual(name.utf8) }) {
      entries[index].value = value
    } else {
      entries.append(ParameterValue.Entry(name, value))
    }
  }

  /// Sets everything that the map `yaml` holds; `place` names it in errors.
  package mutating func set(yaml: String, at place: String) throws(RunError) {
    for entry in try YAMLParameters.entries(of: yaml, at: place) { set(entry.key, to: entry.value) }
  }

  /// Sets everything that `base64`, the base 64 of a map in YAML, holds.
  package mutating func set(base64: String, at place: String) throws(RunError) {
    guard let bytes = Base64.bytes(of: base64) else {
      throw RunError(.usage, "the parameters are not in base 64", at: place)
    }
    try set(yaml: String(decoding: bytes, as: UTF8.self), at: place)
  }

  /// Sets everything that `others` hold.
  package mutating func set(_ others: Parameters) {
    for entry in others.entries { set(entry.key, to: entry.value) }
  }

  /// The parameters as JSON, as papermill notes them.
  package var json: JSONObject { JSONObject(entries.map { ($0.key, $0.value.json) }) }
}
