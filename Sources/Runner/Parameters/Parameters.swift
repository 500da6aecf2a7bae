/// The parameters of a run, by name, in the order in which they were first given.
package struct Parameters: Sendable, Equatable {
  package private(set) var entries: [ParameterValue.Entry] = []

  package init() {}

  package var isEmpty: Bool { entries.isEmpty }

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
}
