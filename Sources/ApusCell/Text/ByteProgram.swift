/// One step of a `ByteProgram`.
struct ByteStep {
  enum Kind: UInt8 {
    /// The byte `first`.
    case byte
    /// A byte of the set at `first`.
    case bytes
    /// The `second` bytes of the literals at `first`.
    case literal
    /// From `second` to `third` bytes of the set at `first`, as many as lead to a match.
    case most
    /// The same where what follows cannot begin with a byte of the set: none is ever given back.
    case all
    /// From `second` to `third` bytes of the set at `first`, as few as lead to a match.
    case fewest
    /// Goes on with the next step or, should that fail, at `first`.
    case fork
    /// Goes on at `first` or, should that fail, with the next step.
    case detour
    case jump
    /// Notes the place in slot `first`.
    case note
    case start
    case end
    case accept
  }

  let kind: Kind
  var first = 0
  var second = 0
  var third = 0
}

/// A pattern made ready for `ByteMatcher`.
final class ByteProgram: Sendable {
  let captures: Int
  /// Whether a match can only begin where the text begins.
  let isAnchored: Bool
  nonisolated(unsafe) let steps: UnsafePointer<ByteStep>
  /// Tables of 256 bytes, 1 for what is in the set.
  nonisolated(unsafe) let sets: UnsafePointer<UInt8>
  nonisolated(unsafe) let literals: UnsafePointer<UInt8>
  /// The bytes that every match begins with.
  let prefixLength: Int
  /// Where the table of the bytes that a match can begin with is among `sets`.
  let firstSet: Int?

  private let stepCount: Int

  private init(
    captures: Int, pattern: BytePattern, steps: [ByteStep], sets: [ASCIISet], literals: [UInt8]
  ) {
    self.captures = captures
    isAnchored = pattern.isAnchored
    var sets = sets
    if let first = pattern.firstBytes {
      firstSet = sets.count * 256
      sets.append(first)
    } else {
      firstSet = nil
    }
    // The literal that the pattern begins with, if any, is the first in `literals`.
    let opening = steps.first { $0.kind != .note }
    prefixLength =
      opening?.kind == .literal ? opening?.second ?? 0 : 0
    stepCount = steps.count
    let ownSteps = UnsafeMutablePointer<ByteStep>.allocate(capacity: steps.count)
    _ = UnsafeMutableBufferPointer(start: ownSteps, count: steps.count).initialize(from: steps)
    self.steps = UnsafePointer(ownSteps)
    let tables = UnsafeMutablePointer<UInt8>.allocate(capacity: max(sets.count, 1) * 256)
    for (number, set) in sets.enumerated() {
      for byte in 0...255 { tables[number * 256 + byte] = set.contains(UInt8(byte)) ? 1 : 0 }
    }
    self.sets = UnsafePointer(tables)
    let ownLiterals = UnsafeMutablePointer<UInt8>.allocate(capacity: max(literals.count, 1))
    _ = UnsafeMutableBufferPointer(start: ownLiterals, count: literals.count)
      .initialize(from: literals)
    self.literals = UnsafePointer(ownLiterals)
  }

  deinit {
    steps.deallocate()
    sets.deallocate()
    literals.deallocate()
  }

  /// The program of the pattern `text`; nil if it is none that can be matched on bytes.
  static func compile(_ text: String) -> ByteProgram? {
    guard let (pattern, captures) = BytePatternParser.parse(text) else { return nil }
    var writer = Writer()
    guard writer.write(pattern, followedBy: nil) else { return nil }
    writer.steps.append(ByteStep(kind: .accept))
    return ByteProgram(
      captures: captures, pattern: pattern, steps: writer.steps, sets: writer.sets,
      literals: writer.literals)
  }

  /// Turns a pattern into steps.
  private struct Writer {
    /// Groups that are repeated a number of times are written out as often.
    static let mostSteps = 2000

    var steps: [ByteStep] = []
    var sets: [ASCIISet] = []
    var literals: [UInt8] = []

    private mutating func table(of set: ASCIISet) -> Int {
      if let known = sets.firstIndex(of: set) { return known * 256 }
      sets.append(set)
      return (sets.count - 1) * 256
    }

    /// Writes `pattern`; `following` holds the bytes that must come after it, if that is known.
    mutating func write(_ pattern: BytePattern, followedBy following: ASCIISet?) -> Bool {
      guard steps.count < Self.mostSteps else { return false }
      switch pattern {
      case .empty: break
      case .start: steps.append(ByteStep(kind: .start))
      case .end: steps.append(ByteStep(kind: .end))
      case .bytes(let set): write(set)
      case .capture(let number, let inner):
        steps.append(ByteStep(kind: .note, first: 2 * number))
        guard write(inner, followedBy: following) else { return false }
        steps.append(ByteStep(kind: .note, first: 2 * number + 1))
      case .sequence(let parts): return write(parts[...], followedBy: following)
      case .choice(let parts): return write(choice: parts, followedBy: following)
      case .loop(.bytes(let set), let least, let most, let isGreedy):
        let isPossessive = isGreedy && following.map { $0.isDisjoint(with: set) } ?? false
        steps.append(
          ByteStep(
            kind: isPossessive ? .all : isGreedy ? .most : .fewest, first: table(of: set),
            second: least, third: most ?? .max))
      case .loop(let inner, let least, let most, let isGreedy):
        return write(loop: inner, least, most, isGreedy)
      }
      return true
    }

    private mutating func write(_ set: ASCIISet) {
      if let byte = set.single {
        steps.append(ByteStep(kind: .byte, first: Int(byte)))
      } else {
        steps.append(ByteStep(kind: .bytes, first: table(of: set)))
      }
    }

    private mutating func write(
      _ parts: ArraySlice<BytePattern>, followedBy following: ASCIISet?
    ) -> Bool {
      var place = parts.startIndex
      while place < parts.endIndex {
        var literal: [UInt8] = []
        while place < parts.endIndex, case .bytes(let set) = parts[place], let byte = set.single {
          literal.append(byte)
          place += 1
        }
        if literal.count == 1 {
          steps.append(ByteStep(kind: .byte, first: Int(literal[0])))
        } else if !literal.isEmpty {
          steps.append(ByteStep(kind: .literal, first: literals.count, second: literal.count))
          literals += literal
        } else {
          let rest = BytePattern.sequence(Array(parts[(place + 1)...]))
          let after = rest.firstBytes ?? (rest.isNothing ? following : nil)
          guard write(parts[place], followedBy: after) else { return false }
          place += 1
        }
      }
      return true
    }

    private mutating func write(
      choice parts: [BytePattern], followedBy following: ASCIISet?
    ) -> Bool {
      var jumps: [Int] = []
      for part in parts.dropLast() {
        let fork = steps.count
        steps.append(ByteStep(kind: .fork))
        guard write(part, followedBy: following) else { return false }
        jumps.append(steps.count)
        steps.append(ByteStep(kind: .jump))
        steps[fork].first = steps.count
      }
      guard let last = parts.last, write(last, followedBy: following) else { return false }
      for jump in jumps { steps[jump].first = steps.count }
      return true
    }

    private mutating func write(
      loop inner: BytePattern, _ least: Int, _ most: Int?, _ isGreedy: Bool
    ) -> Bool {
      for _ in 0..<least {
        guard write(inner, followedBy: nil) else { return false }
      }
      let kind: ByteStep.Kind = isGreedy ? .fork : .detour
      guard let most else {
        let fork = steps.count
        steps.append(ByteStep(kind: kind))
        guard write(inner, followedBy: nil) else { return false }
        steps.append(ByteStep(kind: .jump, first: fork))
        steps[fork].first = steps.count
        return true
      }
      var forks: [Int] = []
      for _ in least..<most {
        forks.append(steps.count)
        steps.append(ByteStep(kind: kind))
        guard write(inner, followedBy: nil) else { return false }
      }
      for fork in forks { steps[fork].first = steps.count }
      return true
    }
  }
}

extension BytePattern {
  /// Whether it matches only where the text begins.
  fileprivate var isAnchored: Bool {
    switch self {
    case .start: true
    case .empty, .bytes, .end, .loop: false
    case .sequence(let parts): parts.first?.isAnchored ?? false
    case .choice(let parts): parts.allSatisfy(\.isAnchored)
    case .capture(_, let inner): inner.isAnchored
    }
  }

  /// Whether it is nothing but an empty text.
  fileprivate var isNothing: Bool {
    switch self {
    case .empty: true
    case .sequence(let parts): parts.allSatisfy(\.isNothing)
    default: false
    }
  }
}
