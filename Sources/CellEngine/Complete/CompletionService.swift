internal import OrderedJSON

/// What could stand at a cursor, by sourcekitd.
package struct CompletionService: Sendable {
  /// More proposals than these help no one.
  package static let limit = 1000

  private let process: SourceKitProcess

  package init(process: SourceKitProcess) { self.process = process }

  /// What could replace the part of a name that ends at byte `byteOffset` of `source`, compiled
  /// with `arguments`.
  ///
  /// A function is proposed by its base name; an argument by its label.
  ///
  /// `qualifier` is put before each text: with "Int." the proposals for `Int.ma` are `Int.max`,
  /// for a caller that replaces the qualifier too. None where the service does not answer, with
  /// the cause in the process's `lastFailure`.
  package func complete(
    source: String, byteOffset: Int, arguments: [String], qualifier: String = ""
  ) async -> [Completion.Item] {
    let prefix = Self.target(in: source, endingAt: byteOffset).prefix
    let end = min(max(byteOffset, 0), source.utf8.count)
    let request: JSON = [
      "ask": "complete", "text": .string(source), "prefix": .string(prefix),
      "offset": .number(end - prefix.utf8.count), "limit": .number(Self.limit),
      "arguments": .array(arguments.map { .string($0) }),
    ]
    let items = await process.answer(to: request)?["items"]?.array ?? []
    return items.compactMap { item in
      guard let text = item["text"]?.string else { return nil }
      return Completion.Item(
        text: qualifier + text, kind: item["kind"]?.string ?? "instance",
        signature: item["signature"]?.string ?? "")
    }
  }

  /// The part of a name that ends at byte `byteOffset` of `text`, and the dotted names right
  /// before it with their last dot: ("Int.", "ma") in `Int.ma`, ("", "upp") in `"abc".upp`.
  package static func target(
    in text: String, endingAt byteOffset: Int
  ) -> (qualifier: String, prefix: String) {
    let before = String(decoding: text.utf8.prefix(max(0, byteOffset)), as: UTF8.self)
    let scalars = Array(before.unicodeScalars)
    let start = nameStart(scalars, endingAt: scalars.count)
    var qualifierStart = start
    while qualifierStart > 0, scalars[qualifierStart - 1] == "." {
      let next = nameStart(scalars, endingAt: qualifierStart - 1)
      guard next < qualifierStart - 1 else { break }
      qualifierStart = next
    }
    // `f().a.b`: the dotted names do not begin the expression.
    if qualifierStart > 0, scalars[qualifierStart - 1] == "." { qualifierStart = start }
    return (
      Self.text(scalars[qualifierStart..<start]), Self.text(scalars[start...])
    )
  }

  private static func nameStart(_ scalars: [Unicode.Scalar], endingAt end: Int) -> Int {
    var start = end
    while start > 0, isPartOfName(scalars[start - 1]) { start -= 1 }
    return start
  }

  private static func isPartOfName(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "_" || scalar == "$" || scalar.properties.isXIDContinue
  }

  private static func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
    String(String.UnicodeScalarView(scalars))
  }
}
