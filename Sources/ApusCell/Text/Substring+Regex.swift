// The same for parts of texts as `String+Regex` has for whole ones.
extension Substring {
  /// Whether the text has a match of `regex`.
  public func contains<Output>(_ regex: Regex<Output>) -> Bool {
    let text = MatchedText(self)
    switch ByteRegex.range(of: regex.object, in: text) {
    case .found: return true
    case .nothing: return false
    case .unproven: regex.prove(with: text)
    case .unsuitable: break
    }
    return standardFirstMatch(of: regex, in: self) != nil
  }

  /// The place of the first match of `regex`; nil if there is none.
  public func firstRange<Output>(of regex: Regex<Output>) -> Range<Index>? {
    let text = MatchedText(self)
    switch ByteRegex.range(of: regex.object, in: text) {
    case .found(let range): return MatchLayout.range(range)
    case .nothing: return nil
    case .unproven: regex.prove(with: text)
    case .unsuitable: break
    }
    return standardFirstMatch(of: regex, in: self)?.range
  }

  /// The places of all matches of `regex`, in order and without overlaps.
  public func ranges<Output>(of regex: Regex<Output>) -> [Range<Index>] {
    let text = MatchedText(self)
    switch ByteRegex.ranges(of: regex.object, in: text, most: .max) {
    case .found(let ranges): return ranges.map(MatchLayout.range)
    case .nothing: return []
    case .unproven: regex.prove(with: text)
    case .unsuitable: break
    }
    return standardMatches(of: regex, in: self).map(\.range)
  }

  /// All matches of `regex`, in order and without overlaps.
  public func matches<Output>(of regex: Regex<Output>) -> [Regex<Output>.Match] {
    let text = MatchedText(self)
    switch ByteRegex.matches(of: regex.object, in: text) {
    case .found(let matches): return MatchLayout.matches(matches, of: Regex<Output>.self)
    case .nothing: return []
    case .unproven: regex.prove(with: text)
    case .unsuitable: break
    }
    return standardMatches(of: regex, in: self)
  }

  /// The first match of `regex`; nil if there is none.
  public func firstMatch<Output>(of regex: Regex<Output>) -> Regex<Output>.Match? {
    let text = MatchedText(self)
    switch ByteRegex.match(.anywhere, of: regex.object, in: text) {
    case .found(let match): return match.match(of: Regex<Output>.self)
    case .nothing: return nil
    case .unproven: regex.prove(with: text)
    case .unsuitable: break
    }
    return standardFirstMatch(of: regex, in: self)
  }

  /// The match of `regex` that begins where the text begins; nil if there is none.
  public func prefixMatch<Output>(of regex: Regex<Output>) -> Regex<Output>.Match? {
    let text = MatchedText(self)
    switch ByteRegex.match(.beginning, of: regex.object, in: text) {
    case .found(let match): return match.match(of: Regex<Output>.self)
    case .nothing: return nil
    case .unproven: regex.prove(with: text)
    case .unsuitable: break
    }
    return standardPrefixMatch(of: regex, in: self)
  }

  /// The match of `regex` that is the whole text; nil if there is none.
  public func wholeMatch<Output>(of regex: Regex<Output>) -> Regex<Output>.Match? {
    let text = MatchedText(self)
    switch ByteRegex.match(.whole, of: regex.object, in: text) {
    case .found(let match): return match.match(of: Regex<Output>.self)
    case .nothing: return nil
    case .unproven: regex.prove(with: text)
    case .unsuitable: break
    }
    return standardWholeMatch(of: regex, in: self)
  }
}
