/// A regular expression of the class that means the same on bytes as on characters, as long as the
/// text is ASCII without carriage returns: each byte is then a character of its own.
indirect enum BytePattern {
  case empty
  case bytes(ASCIISet)
  case start
  case end
  case sequence([BytePattern])
  /// The first alternative that leads to a match counts.
  case choice([BytePattern])
  case capture(Int, BytePattern)
  case loop(BytePattern, atLeast: Int, atMost: Int?, isGreedy: Bool)

  /// Whether it can match without consuming a byte.
  var canBeEmpty: Bool {
    switch self {
    case .empty, .start, .end: true
    case .bytes: false
    case .sequence(let parts): parts.allSatisfy(\.canBeEmpty)
    case .choice(let parts): parts.contains(where: \.canBeEmpty)
    case .capture(_, let inner): inner.canBeEmpty
    case .loop(let inner, let least, _, _): least == 0 || inner.canBeEmpty
    }
  }

  var hasCapture: Bool {
    switch self {
    case .empty, .bytes, .start, .end: false
    case .sequence(let parts), .choice(let parts): parts.contains(where: \.hasCapture)
    case .capture: true
    case .loop(let inner, _, _, _): inner.hasCapture
    }
  }

  /// The bytes that a match can begin with; nil if it can begin without any.
  var firstBytes: ASCIISet? {
    switch self {
    case .empty, .start, .end: return nil
    case .bytes(let set): return set
    case .sequence(let parts):
      var first = ASCIISet()
      for part in parts {
        if let set = part.firstBytes {
          first.formUnion(set)
          return first
        }
        guard let set = part.possibleFirstBytes else { continue }
        first.formUnion(set)
      }
      return nil
    case .choice(let parts):
      var first = ASCIISet()
      for part in parts {
        guard let set = part.firstBytes else { return nil }
        first.formUnion(set)
      }
      return first
    case .capture(_, let inner): return inner.firstBytes
    case .loop(let inner, let least, _, _): return least == 0 ? nil : inner.firstBytes
    }
  }

  /// The bytes that a match can begin with when it is not empty.
  private var possibleFirstBytes: ASCIISet? {
    switch self {
    case .empty, .start, .end: return nil
    case .bytes(let set): return set
    case .sequence(let parts):
      var first = ASCIISet()
      for part in parts {
        if let set = part.possibleFirstBytes { first.formUnion(set) }
        if !part.canBeEmpty { break }
      }
      return first
    case .choice(let parts):
      var first = ASCIISet()
      for part in parts {
        if let set = part.possibleFirstBytes { first.formUnion(set) }
      }
      return first
    case .capture(_, let inner): return inner.possibleFirstBytes
    case .loop(let inner, _, _, _): return inner.possibleFirstBytes
    }
  }
}
