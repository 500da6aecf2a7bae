// The standard library's own versions of these are generic over every collection and are not
// specialised for `String`: they take five times as long for the same result.
extension String {
  /// The text with every match of `regex` replaced by `replacement`, at most `maxReplacements` of
  /// them, from the start.
  public func replacing<Output>(
    _ regex: Regex<Output>, with replacement: String, maxReplacements: Int = .max
  ) -> String {
    replacing(regex, maxReplacements: maxReplacements) { _ in replacement }
  }

  /// The text with every match of `regex` replaced by what `replacement` makes of it, at most
  /// `maxReplacements` of them, from the start.
  ///
  /// - Throws: what `replacement` throws.
  public func replacing<Output>(
    _ regex: Regex<Output>, maxReplacements: Int = .max,
    with replacement: (Regex<Output>.Match) throws -> String
  ) rethrows -> String {
    precondition(maxReplacements >= 0)
    var replaced = ""
    var rest = startIndex
    for match in matches(of: regex).prefix(maxReplacements) {
      replaced += self[rest..<match.range.lowerBound]
      replaced += try replacement(match)
      rest = match.range.upperBound
    }
    replaced += self[rest...]
    return replaced
  }

  /// Replaces every match of `regex` by `replacement`, at most `maxReplacements` of them, from the
  /// start.
  public mutating func replace<Output>(
    _ regex: Regex<Output>, with replacement: String, maxReplacements: Int = .max
  ) {
    self = replacing(regex, with: replacement, maxReplacements: maxReplacements)
  }

  /// Replaces every match of `regex` by what `replacement` makes of it, at most `maxReplacements`
  /// of them, from the start.
  ///
  /// - Throws: what `replacement` throws; the text is then as before.
  public mutating func replace<Output>(
    _ regex: Regex<Output>, maxReplacements: Int = .max,
    with replacement: (Regex<Output>.Match) throws -> String
  ) rethrows {
    self = try replacing(regex, maxReplacements: maxReplacements, with: replacement)
  }

  /// The places of all matches of `regex`, in order and without overlaps.
  public func ranges<Output>(of regex: Regex<Output>) -> [Range<Index>] {
    matches(of: regex).map(\.range)
  }
}
