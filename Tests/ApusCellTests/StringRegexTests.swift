import ApusCell
import Testing

/// The faster versions answer as the standard library's, which are reached through a generic type.
struct StringRegexTests {
  static let patterns = [
    #"\d+"#, "a*", "", "(a|b)+?", #"\b"#, "^", "$", #"\w"#, "e", #"[^a]"#, #"(?s)."#, #"\s*"#, "é",
    "a|",
    #"(?m)^."#, #"\r\n"#, #"\n"#, #"(\w)\1"#, #"(?=a)"#,
  ]
  static let texts = [
    "", "a", "aab b12", "10.0.3.4 GET /page/7", "caf\u{65}\u{301} é", "one\r\ntwo\nthree\r\n",
    "👩‍👩‍👧 12 👍🏽",
    "aaaa", "ab ab abab", "\u{301}e\u{301}1", "tab\tend 9",
  ]

  @Test(arguments: patterns, texts) func theSameAsTheStandardLibrary(
    pattern: String, text: String
  ) throws {
    let byCharacter = try Regex(pattern)
    for regex in [byCharacter, byCharacter.matchingSemantics(.unicodeScalar)] {
      for most in [0, 1, 2, Int.max] {
        let ours = text.replacing(regex, with: "<é>", maxReplacements: most)
        let theirs = standard(text, regex, with: "<é>", most)
        #expect(Array(ours.unicodeScalars) == Array(theirs.unicodeScalars))
        var changed = text
        changed.replace(regex, with: "<é>", maxReplacements: most)
        #expect(changed == theirs)
      }
      #expect(text.ranges(of: regex) == standardRanges(text, regex))
      let marked = text.replacing(regex) { "[\(text[$0.range])]" }
      let theirs = standardMarks(text, regex)
      #expect(Array(marked.unicodeScalars) == Array(theirs.unicodeScalars))
    }
  }

  @Test func aThrowingReplacementLeavesTheTextAsItWas() throws {
    struct Refused: Error {}
    var text = "a1b2"
    #expect(throws: Refused.self) {
      try text.replace(/\d/) { match in
        if match.output == "2" { throw Refused() }
        return "x"
      }
    }
    #expect(text == "a1b2")
  }

  private func standard<Text: RangeReplaceableCollection<Character>>(
    _ text: Text, _ regex: Regex<AnyRegexOutput>, with replacement: String, _ most: Int
  ) -> Text where Text.SubSequence == Substring {
    text.replacing(regex, with: replacement, maxReplacements: most)
  }

  private func standardMarks<Text: RangeReplaceableCollection<Character>>(
    _ text: Text, _ regex: Regex<AnyRegexOutput>
  ) -> Text where Text.SubSequence == Substring, Text.Index == String.Index {
    text.replacing(regex) { "[\(text[$0.range])]" }
  }

  private func standardRanges<Text: BidirectionalCollection<Character>>(
    _ text: Text, _ regex: Regex<AnyRegexOutput>
  ) -> [Range<Text.Index>] where Text.SubSequence == Substring {
    text.ranges(of: regex)
  }
}
