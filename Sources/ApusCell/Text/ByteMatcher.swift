/// Runs a `ByteProgram` on a text: the first alternative that leads to a match counts, as in
/// every engine that goes back where it fails.
struct ByteMatcher {
  /// Where to go on when a way fails.
  private struct Frame {
    var step: Int32
    var kind: Kind
    var place: Int
    /// The least place of a loop that gives back, the greatest of one that takes more; for a
    /// capture what its slot was.
    var limit: Int
  }

  private enum Kind: UInt8 { case way, giveBack, takeMore, slot }

  private let steps: UnsafePointer<ByteStep>
  private let sets: UnsafePointer<UInt8>
  private let literals: UnsafePointer<UInt8>
  private let program: ByteProgram
  private let text: UnsafePointer<UInt8>
  /// Where the text begins: `^` matches there.
  private let lower: Int
  private let upper: Int
  /// Two places for each capture, -1 where it took no part.
  private let slots: UnsafeMutablePointer<Int>

  private var frames: UnsafeMutablePointer<Frame>
  private var frameCapacity: Int
  private var ownsFrames = false

  /// Whether a byte beyond the end of the text could have made a difference.
  private(set) var reachedEnd = false

  /// Gives `body` a matcher of `program` for the bytes of `text` in `bounds`, and the slots that
  /// its captures are noted in.
  static func withMatcher<Result>(
    _ program: ByteProgram, _ text: UnsafePointer<UInt8>, _ bounds: Range<Int>,
    _ body: (inout ByteMatcher, UnsafeMutablePointer<Int>) -> Result
  ) -> Result {
    withUnsafeTemporaryAllocation(of: Int.self, capacity: 2 * program.captures + 1) { slots in
      withUnsafeTemporaryAllocation(of: Frame.self, capacity: 32) { frames in
        guard let slots = slots.baseAddress, let first = frames.baseAddress else {
          preconditionFailure("an allocation without an address")
        }
        var matcher = ByteMatcher(
          steps: program.steps, sets: program.sets, literals: program.literals, program: program,
          text: text, lower: bounds.lowerBound, upper: bounds.upperBound, slots: slots,
          frames: first, frameCapacity: frames.count)
        defer { if matcher.ownsFrames { matcher.frames.deallocate() } }
        return body(&matcher, slots)
      }
    }
  }

  private init(
    steps: UnsafePointer<ByteStep>, sets: UnsafePointer<UInt8>, literals: UnsafePointer<UInt8>,
    program: ByteProgram, text: UnsafePointer<UInt8>, lower: Int, upper: Int,
    slots: UnsafeMutablePointer<Int>, frames: UnsafeMutablePointer<Frame>, frameCapacity: Int
  ) {
    self.steps = steps
    self.sets = sets
    self.literals = literals
    self.program = program
    self.text = text
    self.lower = lower
    self.upper = upper
    self.slots = slots
    self.frames = frames
    self.frameCapacity = frameCapacity
  }

  /// The first match that begins at `start` or later.
  mutating func firstMatch(from start: Int) -> Range<Int>? {
    if program.isAnchored {
      return start == lower ? match(at: start, whole: false).map { start..<$0 } : nil
    }
    var place = start
    while let candidate = candidate(from: place) {
      if let end = match(at: candidate, whole: false) { return candidate..<end }
      place = candidate + 1
    }
    return nil
  }

  /// The next place where a match can begin.
  private mutating func candidate(from start: Int) -> Int? {
    var place = start
    if program.prefixLength > 0 {
      let first = literals[0]
      let second = literals[1]
      let last = upper - 1
      while place < last {
        if text[place] == first, text[place + 1] == second { return place }
        place += 1
      }
    } else if let table = program.firstSet {
      let set = sets + table
      while place < upper {
        if set[Int(text[place])] != 0 { return place }
        place += 1
      }
    } else if place <= upper {
      return place
    }
    reachedEnd = true
    return nil
  }

  /// The end of the match that begins at `start`, and, if `whole`, ends with the text.
  mutating func match(at start: Int, whole: Bool) -> Int? {
    let text = text
    let upper = upper
    let steps = steps
    slots.update(repeating: -1, count: 2 * program.captures)
    var depth = 0
    var place = start
    var step = 0
    while true {
      let current = steps + step
      var holds: Bool
      switch current.pointee.kind {
      case .byte:
        if place < upper {
          holds = text[place] == UInt8(truncatingIfNeeded: current.pointee.first)
          place += 1
        } else {
          reachedEnd = true
          holds = false
        }
      case .bytes:
        if place < upper {
          holds = sets[current.pointee.first + Int(text[place])] != 0
          place += 1
        } else {
          reachedEnd = true
          holds = false
        }
      case .literal:
        holds = hasLiteral(current, at: place)
        place += current.pointee.second
      case .most, .all:
        let set = sets + current.pointee.first
        let least = place + current.pointee.second
        let (sum, overflow) = place.addingReportingOverflow(current.pointee.third)
        let limit = overflow ? upper : min(sum, upper)
        while place < limit, set[Int(text[place])] != 0 { place += 1 }
        if place == upper { reachedEnd = true }
        holds = place >= least
        if holds, place > least, current.pointee.kind == .most {
          push(
            Frame(step: Int32(step + 1), kind: .giveBack, place: place, limit: least), at: &depth)
        }
      case .fewest:
        let set = sets + current.pointee.first
        let least = place + current.pointee.second
        let (sum, overflow) = place.addingReportingOverflow(current.pointee.third)
        let limit = overflow ? Int.max : sum
        while place < least, place < upper, set[Int(text[place])] != 0 { place += 1 }
        if place == upper { reachedEnd = true }
        holds = place >= least
        if holds, place < limit {
          push(Frame(step: Int32(step), kind: .takeMore, place: place, limit: limit), at: &depth)
        }
      case .fork:
        push(
          Frame(step: Int32(current.pointee.first), kind: .way, place: place, limit: 0),
          at: &depth)
        holds = true
      case .detour:
        push(Frame(step: Int32(step + 1), kind: .way, place: place, limit: 0), at: &depth)
        step = current.pointee.first
        continue
      case .jump:
        step = current.pointee.first
        continue
      case .note:
        let slot = current.pointee.first
        if depth > 0 {
          push(Frame(step: Int32(slot), kind: .slot, place: 0, limit: slots[slot]), at: &depth)
        }
        slots[slot] = place
        holds = true
      case .start: holds = place == lower
      case .end:
        reachedEnd = true
        holds = place == upper
      case .accept:
        if place == upper { reachedEnd = true }
        if !whole || place == upper { return place }
        reachedEnd = true
        holds = false
      }
      if holds {
        step += 1
        continue
      }
      guard goBack(&depth, &step, &place) else { return nil }
    }
  }

  private mutating func hasLiteral(_ step: UnsafePointer<ByteStep>, at place: Int) -> Bool {
    let literal = literals + step.pointee.first
    let length = step.pointee.second
    let room = upper - place
    if room < length { reachedEnd = true }
    guard room >= length else { return false }
    for offset in 0..<length where text[place + offset] != literal[offset] { return false }
    return true
  }

  /// Goes to the latest way not tried yet; false if there is none.
  private mutating func goBack(_ depth: inout Int, _ step: inout Int, _ place: inout Int) -> Bool {
    while depth > 0 {
      let top = frames + (depth - 1)
      switch top.pointee.kind {
      case .way:
        step = Int(top.pointee.step)
        place = top.pointee.place
        depth -= 1
        return true
      case .giveBack:
        step = Int(top.pointee.step)
        place = top.pointee.place - 1
        let next = steps + step
        if next.pointee.kind == .byte {
          let wanted = UInt8(truncatingIfNeeded: next.pointee.first)
          while place > top.pointee.limit, text[place] != wanted { place -= 1 }
        }
        if place > top.pointee.limit { top.pointee.place = place } else { depth -= 1 }
        return true
      case .takeMore:
        let loop = steps + Int(top.pointee.step)
        place = top.pointee.place
        guard place < upper, sets[loop.pointee.first + Int(text[place])] != 0 else {
          if place >= upper { reachedEnd = true }
          depth -= 1
          continue
        }
        place += 1
        step = Int(top.pointee.step) + 1
        if place < top.pointee.limit { top.pointee.place = place } else { depth -= 1 }
        return true
      case .slot:
        slots[Int(top.pointee.step)] = top.pointee.limit
        depth -= 1
      }
    }
    return false
  }

  @inline(__always)
  private mutating func push(_ frame: Frame, at depth: inout Int) {
    if depth == frameCapacity { grow() }
    (frames + depth).initialize(to: frame)
    depth += 1
  }

  private mutating func grow() {
    let more = UnsafeMutablePointer<Frame>.allocate(capacity: frameCapacity * 4)
    more.update(from: frames, count: frameCapacity)
    if ownsFrames { frames.deallocate() }
    frames = more
    frameCapacity *= 4
    ownsFrames = true
  }
}
