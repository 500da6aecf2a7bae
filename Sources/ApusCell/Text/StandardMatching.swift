// The standard library's matching, reached through generic types: on `String` and `Substring` its
// methods are hidden by those of this module.

func standardFirstMatch<Text: BidirectionalCollection<Character>, Output>(
  of regex: Regex<Output>, in text: Text
) -> Regex<Output>.Match? where Text.SubSequence == Substring {
  text.firstMatch(of: regex)
}

func standardMatches<Text: BidirectionalCollection<Character>, Output>(
  of regex: Regex<Output>, in text: Text
) -> [Regex<Output>.Match] where Text.SubSequence == Substring {
  text.matches(of: regex)
}

func standardWholeMatch<Text: BidirectionalCollection<Character>, Output>(
  of regex: Regex<Output>, in text: Text
) -> Regex<Output>.Match? where Text.SubSequence == Substring {
  text.wholeMatch(of: regex)
}

func standardPrefixMatch<Text: BidirectionalCollection<Character>, Output>(
  of regex: Regex<Output>, in text: Text
) -> Regex<Output>.Match? where Text.SubSequence == Substring {
  text.prefixMatch(of: regex)
}
