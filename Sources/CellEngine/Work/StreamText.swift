/// Turns the bytes of the two streams into text: a character whose bytes come in two pieces waits
/// for the rest; bytes that are no UTF-8 become U+FFFD.
struct StreamText: Sendable {
  private var waiting: [UInt8: [UInt8]] = [:]
  private var lastWords: (message: String, line: String)?

  mutating func decode(_ bytes: [UInt8], stream: UInt8) -> String {
    let all = (waiting[stream] ?? []) + bytes
    let kept = Self.unfinishedCount(all)
    waiting[stream] = Array(all.suffix(kept))
    let text = String(decoding: all.dropLast(kept), as: UTF8.self)
    return stream == 2 ? keepingLastWords(of: text) : text
  }

  /// The message with which the Swift runtime stopped, if it has: it becomes the error's own text
  /// instead of appearing on standard error too.
  mutating func takeLastWords() -> (message: String, line: String)? {
    defer { lastWords = nil }
    return lastWords
  }

  /// Takes a last line such as "main/Cell 3:2: Fatal error: …" out of `text`.
  private mutating func keepingLastWords(of text: String) -> String {
    let marks = [": Fatal error: ", ": Precondition failed: ", ": Assertion failed: "]
    guard text.hasSuffix("\n") else { return text }
    if let conflict = Self.accessConflict(in: text) {
      lastWords = (conflict.message, String(text[conflict.range]))
      return String(text[..<conflict.range.lowerBound])
    }
    let lines = text.dropLast().split(separator: "\n", omittingEmptySubsequences: false)
    guard let last = lines.last else { return text }
    let words: String
    if let start = marks.lazy.compactMap({ last.firstRange(of: $0)?.upperBound }).first {
      words = String(last[start...])
    } else if last.hasPrefix("Fatal error: ") {
      words = String(last.dropFirst("Fatal error: ".count))
    } else if let bare = ["Precondition failed", "Assertion failed", "Fatal error"].first(
      where: { last.hasSuffix(": " + $0) })
    {
      words = bare
    } else {
      return text
    }
    lastWords = (words, last + "\n")
    return String(text.dropLast(last.count + 1))
  }

  /// The runtime's report of overlapping accesses: a line that says what, then addresses.
  private static func accessConflict(
    in text: String
  ) -> (message: String, range: Range<String.Index>)? {
    guard text.hasSuffix("Fatal access conflict detected.\n"),
      let start = text.ranges(of: "Simultaneous accesses to 0x").last
    else { return nil }
    let line = text[start.lowerBound...].prefix { $0 != "\n" }
    let rule = line.firstRange(of: ", but ").map { String(line[$0.lowerBound...]) } ?? ""
    return ("overlapping accesses to the same value" + rule, start.lowerBound..<text.endIndex)
  }

  /// How many bytes at the end begin a character that is not whole yet.
  private static func unfinishedCount(_ bytes: [UInt8]) -> Int {
    for back in 1...3 {
      guard bytes.count >= back else { return 0 }
      let byte = bytes[bytes.count - back]
      if byte & 0xC0 == 0x80 { continue }
      let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
      return length > back ? back : 0
    }
    return 0
  }
}
