internal import OrderedJSON

extension Cell {
  /// The tags in `metadata.tags`.
  package var tags: [String] { metadata["tags"]?.array?.compactMap(\.string) ?? [] }

  package func hasTag(_ tag: String) -> Bool { tags.contains(tag) }
}
