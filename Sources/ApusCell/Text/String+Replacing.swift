// The standard library's versions of these are not specialised for `String`.
extension String {
  /// The text with every match of `regex` replaced by `replacement`, at most `maxReplacements` of
  /// them, from the start.
  public func replacing<Output>(
    _ regex: Regex<Output>, with replacement: String, maxReplacements: Int = .max
  ) -> String {
    precondition(maxReplacements >= 0)
    let text = MatchedText(self)
    switch ByteRegex.ranges(of: regex.object, in: text, most: maxReplacements) {
    case .found(let ranges): return replacing(ranges, with: replacement)
    case .nothing: return self
    case .unproven: regex.prove(with: text)
    case .unsuitable: break
    }
    return replacing(
      standardMatches(of: regex, in: self).prefix(maxReplacements), with: { _ in replacement })
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
    return try replacing(matches(of: regex).prefix(maxReplacements), with: replacement)
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

  private func replacing<Output>(
    _ matches: ArraySlice<Regex<Output>.Match>,
    with replacement: (Regex<Output>.Match) throws -> String
  ) rethrows -> String {
    var replaced = ""
    var rest = startIndex
    for match in matches {
      let range = match.range
      replaced += self[rest..<range.lowerBound]
      replaced += try replacement(match)
      rest = range.upperBound
    }
    replaced += self[rest...]
    return replaced
  }

  /// The text with the bytes of each of `ranges` replaced by `replacement`.
  private func replacing(_ ranges: [Range<Int>], with replacement: String) -> String {
    if ranges.isEmpty { return self }
    let removed = ranges.reduce(0) { $0 + $1.count }
    let length = utf8.count - removed + ranges.count * replacement.utf8.count
    var text = self
    var replacement = replacement
    return text.withUTF8 { bytes in
      replacement.withUTF8 { replacement in
        String(unsafeUninitializedCapacity: length) { target in
          var place = 0
          var rest = 0
          func copy(_ source: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) {
            guard !range.isEmpty, let from = source.baseAddress, let to = target.baseAddress else {
              return
            }
            (to + place).initialize(from: from + range.lowerBound, count: range.count)
            place += range.count
          }
          for range in ranges {
            copy(bytes, rest..<range.lowerBound)
            copy(replacement, 0..<replacement.count)
            rest = range.upperBound
          }
          copy(bytes, rest..<bytes.count)
          return place
        }
      }
    }
  }
}
