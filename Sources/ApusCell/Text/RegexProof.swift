extension Regex {
  /// The object that the expression consists of; nil if nothing can be made of it.
  var object: AnyObject? {
    guard MatchLayout.isKnown else { return nil }
    return withUnsafeBytes(of: self) { $0.loadUnaligned(as: Unmanaged<AnyObject>.self) }
      .takeUnretainedValue()
  }

  /// Looks at an expression that is not known well enough yet: whether it can be matched on bytes,
  /// and whether what is found so in `text` is what the standard library finds.
  @inline(never)
  func prove(with text: MatchedText) {
    guard let object else { return }
    let program: ByteProgram
    var agreements = 0
    switch KnownRegexes.shared.state(of: object, bytes: 0) {
    case .refused: return
    case .new:
      guard let pattern = RegexInspection.pattern(of: self),
        let compiled = ByteProgram.compile(pattern)
      else {
        KnownRegexes.shared.note(.refused, of: object)
        return
      }
      program = compiled
    case .compiled(let compiled, let earlier): (program, agreements) = (compiled, earlier)
    case .trusted(let known):
      guard known.elements == nil else { return }
      (program, agreements) = (known.program, Self.agreementsNeeded)
    }
    KnownRegexes.shared.note(compare(program, agreements, with: text), of: object)
  }

  /// So many texts without a match must be without one for the standard library too.
  private static var agreementsNeeded: Int { 8 }

  private func compare(
    _ program: ByteProgram, _ agreements: Int, with text: MatchedText
  ) -> KnownRegexes.State {
    let finding = program.find(.anywhere, in: text) { match, slots -> [Range<Int>?] in
      [match]
        + (0..<program.captures).map { number in
          let (lower, upper) = (slots[2 * number], slots[2 * number + 1])
          return lower < 0 || upper < 0 ? nil : lower..<upper
        }
    }
    switch finding {
    case .unsuitable, .unproven: return .compiled(program, agreements: agreements)
    case .nothing:
      guard standardFirstMatch(of: self, in: text.slice) == nil else { return .refused }
      return agreements + 1 >= Self.agreementsNeeded
        ? .trusted(ByteRegex(program: program, elements: nil))
        : .compiled(program, agreements: agreements + 1)
    case .found(let ranges):
      guard let match = standardFirstMatch(of: self, in: text.slice) else { return .refused }
      let seen = MatchLayout(match)
      let isSame =
        seen.elements.count == ranges.count && seen.range == ranges[0].map(MatchLayout.range)
        && zip(seen.elements, ranges).allSatisfy { element, range in
          element.content?.range == range.map(MatchLayout.range) && element.content?.value == nil
        }
      return isSame
        ? .trusted(ByteRegex(program: program, elements: seen.elements)) : .refused
    }
  }

  /// Whether the expression is matched on bytes by now.
  package var isMatchedOnBytes: Bool {
    guard let object, case .trusted = KnownRegexes.shared.state(of: object, bytes: 0) else {
      return false
    }
    return true
  }
}
