/// Completes names that the session's cells have declared.
enum NameCompletion {
  static func complete(_ code: String, at position: Int, names: [String]) -> Completion {
    let scalars = Array(code.unicodeScalars)
    let end = min(max(position, 0), scalars.count)
    var start = end
    while start > 0, isPartOfName(scalars[start - 1]) { start -= 1 }
    let isMember = start > 0 && scalars[start - 1] == "."
    let prefix = String(String.UnicodeScalarView(scalars[start..<end]))
    guard !isMember, !prefix.isEmpty else { return Completion(items: [], start: end, end: end) }
    let items = names.filter { $0.hasPrefix(prefix) && $0 != prefix }
      .map { Completion.Item(text: $0, kind: "instance", signature: "") }
    return Completion(items: items, start: start, end: end)
  }

  private static func isPartOfName(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "_" || scalar.properties.isXIDContinue
  }
}
