/// Patterns of paths: `*` and `?` within a part, `[abc]`, and `**` for any number of parts.
package enum Glob {
  package static func isPattern(_ text: String) -> Bool {
    text.contains { "*?[".contains($0) }
  }

  /// The files and folders that `pattern` names, in order. What is hidden is named only by a part
  /// that begins with a point.
  package static func files(matching pattern: String) -> [String] {
    let parts = pattern.split(separator: "/").map(String.init)
    var found: Set<String> = []
    expand(pattern.hasPrefix("/") ? "/" : "", parts[...], into: &found)
    return found.sorted()
  }

  private static func expand(
    _ folder: String, _ parts: ArraySlice<String>, into found: inout Set<String>
  ) {
    guard let part = parts.first else { return }
    let rest = parts.dropFirst()
    func path(_ name: String) -> String {
      folder.isEmpty ? name : folder == "/" ? "/" + name : "\(folder)/\(name)"
    }
    if part == "**" {
      expand(folder, rest, into: &found)
      for name in Storage.entries(of: folder.isEmpty ? "." : folder) where !name.hasPrefix(".") {
        if Storage.isFolder(path(name)), !Storage.isLink(path(name)) {
          expand(path(name), parts, into: &found)
        } else if rest.isEmpty {
          found.insert(path(name))
        }
      }
      return
    }
    let names =
      isPattern(part)
      ? Storage.entries(of: folder.isEmpty ? "." : folder).filter {
        (!$0.hasPrefix(".") || part.hasPrefix(".")) && matches($0, part)
      } : [part]
    for name in names where Storage.exists(path(name)) {
      if rest.isEmpty {
        found.insert(path(name))
      } else {
        expand(path(name), rest, into: &found)
      }
    }
  }

  /// Whether `name`, one part of a path, fits `pattern`.
  package static func matches(_ name: String, _ pattern: String) -> Bool {
    matches(Array(name)[...], Array(pattern)[...])
  }

  private static func matches(
    _ name: ArraySlice<Character>, _ pattern: ArraySlice<Character>
  ) -> Bool {
    guard let first = pattern.first else { return name.isEmpty }
    switch first {
    case "*":
      let rest = pattern.drop { $0 == "*" }
      if rest.isEmpty { return true }
      return name.indices.contains { matches(name[$0...], rest) }
    case "?": return !name.isEmpty && matches(name.dropFirst(), pattern.dropFirst())
    case "[":
      guard let end = pattern.dropFirst(2).firstIndex(of: "]"), let character = name.first else {
        return name.first == "[" && matches(name.dropFirst(), pattern.dropFirst())
      }
      var set = pattern[(pattern.startIndex + 1)..<end]
      let isNegated = set.first == "!" || set.first == "^"
      if isNegated { set = set.dropFirst() }
      return contains(set, character) != isNegated
        && matches(name.dropFirst(), pattern[(end + 1)...])
    default:
      return name.first == first && matches(name.dropFirst(), pattern.dropFirst())
    }
  }

  private static func contains(_ set: ArraySlice<Character>, _ character: Character) -> Bool {
    var rest = set
    while let low = rest.popFirst() {
      if rest.first == "-", let high = rest.dropFirst().first {
        if low <= character && character <= high { return true }
        rest = rest.dropFirst(2)
      } else if low == character {
        return true
      }
    }
    return false
  }
}
