@_implementationOnly import Synchronization

/// A regular expression that is matched on bytes.
final class ByteRegex: Sendable {
  let program: ByteProgram
  /// The elements of a match of the standard library, to be given other ranges; nil until there
  /// was one.
  nonisolated(unsafe) let elements: [MatchLayout.Element]?

  init(program: ByteProgram, elements: [MatchLayout.Element]?) {
    self.program = program
    self.elements = elements
  }
}

/// What is known of the regular expressions in use. An expression is looked at only when enough
/// text has been matched with it, and trusted only when its first match, found here and by the
/// standard library, is the same in both.
final class KnownRegexes: Sendable {
  enum State: Sendable {
    case new(work: Int)
    case compiled(ByteProgram, agreements: Int)
    case trusted(ByteRegex)
    case refused
  }

  private struct Entry {
    /// The object that a `Regex` consists of; held, so that no other gets its address.
    var object: AnyObject?
    var state = State.refused
  }

  /// Looking at an expression takes about as long as matching so many bytes with it.
  static let workBeforeLooking = 4096
  private static let sets = 8
  private static let ways = 8

  /// In each set of ways the foremost are those in use. Touched under the lock only.
  private nonisolated(unsafe) let entries: UnsafeMutablePointer<Entry>
  private let lock = Mutex<Void>(())

  static let shared = KnownRegexes()

  /// There is only the one that is shared, which stays.
  private init() {
    entries = .allocate(capacity: Self.sets * Self.ways)
    entries.initialize(repeating: Entry(), count: Self.sets * Self.ways)
  }

  /// What is known of the expression `object`, which is about to be matched with `bytes` bytes.
  func state(of object: AnyObject, bytes: Int) -> State {
    let set = entries + Self.place(of: object)
    // What is pushed out ends after the lock: that may run code of others.
    nonisolated(unsafe) var pushedOut: AnyObject?
    defer { withExtendedLifetime(pushedOut) {} }
    return lock.withLock { _ in
      for way in 0..<Self.ways where set[way].object === object {
        if case .new(let work) = set[way].state {
          set[way].state = .new(work: work + bytes + 64)
        }
        guard way > 0 else { return set[0].state }
        swap(&set[way], &set[way - 1])
        return set[way - 1].state
      }
      let last = Self.ways - 1
      pushedOut = set[last].object
      for way in stride(from: last, to: Self.ways / 2, by: -1) { set[way] = set[way - 1] }
      set[Self.ways / 2] = Entry(object: object, state: .new(work: bytes + 64))
      return .new(work: bytes + 64)
    }
  }

  func note(_ state: State, of object: AnyObject) {
    let set = entries + Self.place(of: object)
    lock.withLock { _ in
      for way in 0..<Self.ways where set[way].object === object { set[way].state = state }
    }
  }

  private static func place(of object: AnyObject) -> Int {
    let address = UInt(bitPattern: Unmanaged.passUnretained(object).toOpaque())
    return Int((address &* 0x9E37_79B9_7F4A_7C15) >> 61) * ways
  }
}
