import ApusCell
import TestSupport
import Testing

/// What is matched on bytes is what the standard library finds, which is reached here through
/// generic functions.
struct ByteRegexTests {
  /// A pattern of the class that is matched on bytes, or near to it.
  struct Patterns {
    var random: SeededRandom
    /// Whether constructs outside the class are strewn in.
    var strays: Bool

    static let atoms = [
      "a", "b", "c", "ab", "abc", " ", ".", #"\d"#, #"\w"#, #"\s"#, #"\D"#, #"\W"#, #"\S"#, "[ab]",
      "[^a]", "[a-c1-3]", #"[\d_.-]"#, #"[^\s,]"#, "1", "_", #"\."#, #"\-"#, "x", "-", ",", "/",
      #"\/"#, #"\("#, "'", "\"", "#", "<", "é", #"[^\n]"#, #"\t"#, "=", #"[.]"#, #"[\w.+]"#,
    ]
    static let odd = [
      #"\b"#, #"\B"#, "(?=a)", "(?!b)", "(?i)", "(?i:A)", #"\p{L}"#, "[[:alpha:]]", "a++",
      "(?>a|ab)",
      "(a)*", "(?:a?)*", #"\h"#, #"\R"#, "[a&&b]", "(?s).", "(?m)^", "(?U)a+", #"\Qa.b*\E"#,
      #"\u{61}"#, #"(?P<other>b)"#, "(a|b)+", "(?:a|)+", "(?x) a b",
    ]

    mutating func pattern() -> String {
      var names = ["one", "two", "three"]
      return choice(depth: 3, names: &names)
    }

    private mutating func choice(depth: Int, names: inout [String]) -> String {
      (0..<(random.next(below: 5) == 0 ? 2 : 1)).map { _ in sequence(depth: depth, names: &names) }
        .joined(separator: "|")
    }

    private mutating func sequence(depth: Int, names: inout [String]) -> String {
      var text = random.next(below: 10) == 0 ? "^" : ""
      for _ in 0..<(random.next(below: 4) + (random.next(below: 12) == 0 ? 0 : 1)) {
        text += term(depth: depth, names: &names)
      }
      return text + (random.next(below: 12) == 0 ? "$" : "")
    }

    private mutating func term(depth: Int, names: inout [String]) -> String {
      if strays, random.next(below: 6) == 0 { return pick(Self.odd) }
      guard depth > 0, random.next(below: 4) == 0 else { return pick(Self.atoms) + quantifier(2) }
      let inner = choice(depth: depth - 1, names: &names)
      switch random.next(below: 4) {
      case 0: return "(?:\(inner))" + quantifier(2)
      case 1 where !names.isEmpty: return "(?<\(names.removeFirst())>\(inner))"
      default: return "(\(inner))" + (random.next(below: 5) == 0 ? "?" : "")
      }
    }

    private mutating func quantifier(_ often: Int) -> String {
      guard random.next(below: often) == 0 else { return "" }
      return pick(["*", "+", "?", "{2}", "{1,2}", "{1,}", "{0,2}", "{3,4}", "{0}"])
        + (random.next(below: 3) == 0 ? "?" : "")
    }

    mutating func pick(_ from: [String]) -> String { from[random.next(below: from.count)] }
  }

  static func text(_ random: inout SeededRandom, isPlain: Bool) -> String {
    let pieces = [
      "a", "b", "c", "a", "b", "ab", "abc", " ", "1", "23", "_", ".", "-", ",", "/", "x", "\t",
      "\n",
      "'", "\"", "#", "<", "=", "(",
    ]
    let others = ["é", "e\u{301}", "\r\n", "\r", "👩‍👩‍👧", "\u{301}", "٣", "\u{0B}", "ß"]
    let length = random.next(below: 12)
    let far = random.next(below: 40) == 0 ? String(repeating: "zab ", count: 300) : ""
    return far
      + (0..<length).map { _ in
        !isPlain && random.next(below: 4) == 0
          ? others[random.next(below: others.count)] : pieces[random.next(below: pieces.count)]
      }.joined()
  }

  /// Has the expression looked at.
  static func warm<Output>(_ regex: Regex<Output>, with texts: [String]) {
    // Short ones: the standard library takes very long over a long text for some expressions.
    for _ in 0..<600 { _ = "~~~~~~~~~~".firstMatch(of: regex) }
    for text in texts + ["", "a", "b", "ab", "1", "abc", " ", "x"] {
      _ = text.firstMatch(of: regex)
    }
  }

  /// Whether everything that can be asked is answered as by the standard library.
  static func disagreement<Output>(_ regex: Regex<Output>, _ text: String) -> String? {
    let whole =
      disagreement(
        standard: text, first: text.firstMatch(of: regex), prefix: text.prefixMatch(of: regex),
        whole: text.wholeMatch(of: regex), all: text.matches(of: regex),
        contains: text.contains(regex), firstRange: text.firstRange(of: regex),
        ranges: text.ranges(of: regex), regex) ?? replacingDisagreement(text, regex)
    if let whole { return whole }
    // A part that begins or ends within a character is no fair question.
    guard text.utf8.allSatisfy({ $0 < 128 && $0 != 13 }) else { return nil }
    let part = "+\(text)\n".dropFirst().dropLast()
    return disagreement(
      standard: part, first: part.firstMatch(of: regex), prefix: part.prefixMatch(of: regex),
      whole: part.wholeMatch(of: regex), all: part.matches(of: regex),
      contains: part.contains(regex), firstRange: part.firstRange(of: regex),
      ranges: part.ranges(of: regex), regex
    ).map { "\($0) of a part" }
  }

  private static func disagreement<Text: BidirectionalCollection<Character>, Output>(
    standard text: Text, first: Regex<Output>.Match?, prefix: Regex<Output>.Match?,
    whole: Regex<Output>.Match?, all: [Regex<Output>.Match], contains: Bool,
    firstRange: Range<String.Index>?, ranges: [Range<String.Index>], _ regex: Regex<Output>
  ) -> String? where Text.SubSequence == Substring, Text.Index == String.Index {
    if described(first) != described(text.firstMatch(of: regex)) { return "firstMatch" }
    if described(prefix) != described(text.prefixMatch(of: regex)) { return "prefixMatch" }
    if described(whole) != described(text.wholeMatch(of: regex)) { return "wholeMatch" }
    let matches = text.matches(of: regex)
    if all.map({ described($0) }) != matches.map({ described($0) }) { return "matches" }
    if contains != text.contains(regex) { return "contains" }
    if firstRange != text.firstRange(of: regex) { return "firstRange" }
    if ranges != text.ranges(of: regex) { return "ranges" }
    return nil
  }

  private static func replacingDisagreement<Output>(
    _ text: String, _ regex: Regex<Output>
  ) -> String? {
    func standard<Text: RangeReplaceableCollection<Character>>(_ text: Text, _ most: Int) -> Text
    where Text.SubSequence == Substring {
      text.replacing(regex, with: "<é>", maxReplacements: most)
    }
    for most in [0, 1, .max] {
      let ours = text.replacing(regex, with: "<é>", maxReplacements: most)
      if Array(ours.utf8) != Array(standard(text, most).utf8) { return "replacing" }
    }
    return nil
  }

  /// Everything that a match says of itself.
  static func described<Output>(_ match: Regex<Output>.Match?) -> [String] {
    guard let match else { return [] }
    let parts = AnyRegexOutput(match)
    return ["\(match.range == parts[0].range)"]
      + parts.map {
        let offsets = $0.substring.map { part in
          let (text, start) = (part.base.utf8, part.base.startIndex)
          let from = text.distance(from: start, to: part.startIndex)
          return "\(from)..<\(text.distance(from: start, to: part.endIndex)) of \(text.count)"
        }
        let name = $0.name ?? "-"
        return "\(offsets ?? "nil") \(name) \($0.substring ?? "-") \($0.type) \($0.value ?? "-")"
      }
  }

  @Test(arguments: 0..<12) func theSameAsTheStandardLibrary(seed: Int) throws {
    var patterns = Patterns(
      random: SeededRandom(seed: UInt64(seed) << 32), strays: seed % 3 == 2)
    var matchedOnBytes = 0
    for _ in 0..<400 {
      let pattern = patterns.pattern()
      guard let regex = try? Regex(pattern) else { continue }
      let texts = (0..<8).map { Self.text(&patterns.random, isPlain: $0 % 4 != 3) }
      Self.warm(regex, with: texts)
      if regex.isMatchedOnBytes { matchedOnBytes += 1 }
      for text in texts {
        if let what = Self.disagreement(regex, text) {
          Issue.record("\(what) of \(pattern) in \(text.debugDescription)")
        }
      }
    }
    #expect(matchedOnBytes > (seed % 3 == 2 ? 50 : 200), "only \(matchedOnBytes)")
  }
}

extension SeededRandom {
  fileprivate mutating func next(below bound: Int) -> Int {
    Int.random(in: 0..<bound, using: &self)
  }
}
