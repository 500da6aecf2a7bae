/// Where a match is looked for.
enum MatchPlace { case anywhere, beginning, whole }

/// What came of looking for matches on bytes.
enum ByteFinding<Value> {
  case found(Value)
  case nothing
  /// Neither the expression nor the text need be looked at again: they are matched by the
  /// standard library.
  case unsuitable
  /// The expression is not known well enough yet.
  case unproven
}

extension ByteProgram {
  /// Looks for a match in `text`; `make` turns it and the slots of its captures into a value.
  ///
  /// Only so much of the text is looked at as decides, so that a short match at the beginning of
  /// a long text costs no more than in a short one.
  func find<Value>(
    _ place: MatchPlace, in text: MatchedText,
    _ make: (Range<Int>, UnsafeMutablePointer<Int>) -> Value
  ) -> ByteFinding<Value> {
    text.withBytes { bytes in
      let bounds = bytes.bounds
      var length = 1024
      while true {
        let end = bounds.count <= length ? bounds.upperBound : bounds.lowerBound + length
        let isAll = end == bounds.upperBound
        guard bytes.arePlain(upTo: isAll ? end : end + 1) else { return .unsuitable }
        let finding: ByteFinding<Value>? = ByteMatcher.withMatcher(
          self, bytes.bytes, bounds.lowerBound..<end
        ) { matcher, slots in
          let match: Range<Int>?
          switch place {
          case .anywhere: match = matcher.firstMatch(from: bounds.lowerBound)
          case .beginning, .whole:
            match = matcher.match(at: bounds.lowerBound, whole: place == .whole)
              .map { bounds.lowerBound..<$0 }
          }
          if !isAll, matcher.reachedEnd { return nil }
          return match.map { .found(make($0, slots)) } ?? .nothing
        }
        if let finding { return finding }
        length *= 8
      }
    } ?? .unsuitable
  }

  /// All matches in `text`, at most `most`, each given to `body`; false if the text is unsuitable,
  /// and then `body` was not called.
  func findAll(
    in text: MatchedText, most: Int = .max, _ body: (Range<Int>, UnsafeMutablePointer<Int>) -> Void
  ) -> Bool {
    text.withBytes { bytes in
      let bounds = bytes.bounds
      guard bytes.arePlain(upTo: bounds.upperBound) else { return false }
      return ByteMatcher.withMatcher(self, bytes.bytes, bounds) { matcher, slots in
        var place = bounds.lowerBound
        var left = most
        while left > 0, place <= bounds.upperBound, let match = matcher.firstMatch(from: place) {
          body(match, slots)
          left -= 1
          place = match.isEmpty ? match.upperBound + 1 : match.upperBound
        }
        return true
      }
    } ?? false
  }
}

extension ByteRegex {
  /// What is known of the expression `object`, which is about to be matched with `text`.
  private static func known(_ object: AnyObject, for text: MatchedText) -> ByteFinding<ByteRegex> {
    guard let bounds = text.bounds else { return .unsuitable }
    switch KnownRegexes.shared.state(of: object, bytes: bounds.count) {
    case .trusted(let known): return .found(known)
    case .refused: return .unsuitable
    case .new(let work): return work > KnownRegexes.workBeforeLooking ? .unproven : .unsuitable
    case .compiled: return .unproven
    }
  }

  /// The range of the first match in `text`.
  static func range(of object: AnyObject?, in text: MatchedText) -> ByteFinding<Range<Int>> {
    guard let object else { return .unsuitable }
    switch known(object, for: text) {
    case .found(let known): return known.program.find(.anywhere, in: text) { match, _ in match }
    case .unproven: return .unproven
    case .nothing, .unsuitable: return .unsuitable
    }
  }

  /// The ranges of all matches in `text`.
  static func ranges(
    of object: AnyObject?, in text: MatchedText, most: Int
  ) -> ByteFinding<[Range<Int>]> {
    guard let object else { return .unsuitable }
    switch known(object, for: text) {
    case .found(let known):
      var ranges: [Range<Int>] = []
      let isSuitable = known.program.findAll(in: text, most: most) { match, _ in
        ranges.append(match)
      }
      return isSuitable ? .found(ranges) : .unsuitable
    case .unproven: return .unproven
    case .nothing, .unsuitable: return .unsuitable
    }
  }

  static func match(
    _ place: MatchPlace, of object: AnyObject?, in text: MatchedText
  ) -> ByteFinding<MatchLayout> {
    guard let object else { return .unsuitable }
    switch known(object, for: text) {
    case .found(let known):
      let finding = known.program.find(place, in: text) { match, slots in
        known.match(in: text, match, slots)
      }
      switch finding {
      case .found(let match?): return .found(match)
      case .found(nil): return .unproven
      case .nothing: return .nothing
      case .unsuitable, .unproven: return .unsuitable
      }
    case .unproven: return .unproven
    case .nothing, .unsuitable: return .unsuitable
    }
  }

  static func matches(
    of object: AnyObject?, in text: MatchedText
  ) -> ByteFinding<[MatchLayout]> {
    guard let object else { return .unsuitable }
    switch known(object, for: text) {
    case .found(let known):
      var matches: [MatchLayout] = []
      var isProven = true
      let isSuitable = known.program.findAll(in: text) { range, slots in
        guard isProven, let match = known.match(in: text, range, slots) else {
          isProven = false
          return
        }
        matches.append(match)
      }
      return !isSuitable ? .unsuitable : isProven ? .found(matches) : .unproven
    case .unproven: return .unproven
    case .nothing, .unsuitable: return .unsuitable
    }
  }

  /// The match of `text` at `range`, with the captures of `slots`; nil as long as the standard
  /// library has shown none.
  private func match(
    in text: MatchedText, _ range: Range<Int>, _ slots: UnsafeMutablePointer<Int>
  ) -> MatchLayout? {
    guard let elements else { return nil }
    let whole = MatchLayout.range(range)
    let own = elements.withUnsafeBufferPointer { elements in
      [MatchLayout.Element](unsafeUninitializedCapacity: elements.count) { own, count in
        for number in elements.indices {
          let content: (range: Range<String.Index>, value: Any?)?
          if number == 0 {
            content = (whole, nil)
          } else {
            let (lower, upper) = (slots[2 * number - 2], slots[2 * number - 1])
            content = lower < 0 || upper < 0 ? nil : (MatchLayout.range(lower..<upper), nil)
          }
          own.initializeElement(
            at: number,
            to: MatchLayout.Element(
              optionalDepth: elements[number].optionalDepth, content: content,
              name: elements[number].name, referenceID: elements[number].referenceID,
              visibleInTypedOutput: elements[number].visibleInTypedOutput))
        }
        count = elements.count
      }
    }
    return MatchLayout(input: text.base, elements: own, range: whole)
  }
}
