@_implementationOnly import Synchronization

/// What clocks in a zone show: how far they are from UTC at which time.
///
/// The file lists the changes up to some year; from then on a rule says when they are.
final class ZoneRules: Sendable {
  /// A distance to UTC, in seconds, and its name, such as CEST.
  struct Offset: Sendable, Equatable {
    var seconds: Int
    var name: String
  }

  /// The instants that a local time may mean.
  enum Instants {
    case one(Int)
    /// Clocks were put back: both.
    case two(Int, Int)
    /// Clocks were put forward: none; the time is as long behind the change as it is in the gap.
    case none(shifted: Int)
  }

  let name: String
  private let changes: [Int]
  private let offsets: [Offset]
  /// The offset before the first change.
  private let first: Offset
  private let rule: ZoneRule?

  private static let known = Mutex<[String: ZoneRules]>([:])

  /// The rules of a zone, or the error that names the nearest.
  static func named(_ name: String, in step: String) throws(FrameError) -> ZoneRules {
    if let rules = known.withLock({ $0[name] }) { return rules }
    let bytes = ZoneFile.bytes(of: name)
    guard let bytes, let rules = ZoneRules(name, bytes) else {
      if ZoneFile.bytes(of: "Europe/Oslo") == nil {
        throw FrameError(
          code: .badValue, what: "no time zones in \(ZoneFile.folder)", place: step,
          mend: "install the package tzdata")
      }
      throw FrameError(
        code: .badValue, what: "no time zone \"\(name)\"", place: step,
        mend: FrameError.nearest(to: name, in: ZoneFile.names()).map { "did you mean \"\($0)\"?" }
          ?? "write a name of the IANA list, such as Europe/Oslo")
    }
    known.withLock { $0[name] = rules }
    return rules
  }

  /// The rules in a file; nothing when it is not one.
  init?(_ name: String, _ bytes: [UInt8]) {
    self.name = name
    guard let second = ZoneBlock.header(bytes, at: 0), second.version >= 0x32 else { return nil }
    // The first block has times of 32 bits, the second the same and more in 64.
    let start = 44 + second.byteCount(width: 4)
    guard let header = ZoneBlock.header(bytes, at: start),
      let block = ZoneBlock(bytes, at: start + 44, header)
    else { return nil }
    changes = block.changes
    offsets = block.offsets
    first = block.first
    var end = start + 44 + header.byteCount(width: 8)
    guard end < bytes.count, bytes[end] == 10 else { return nil }
    end += 1
    let footer = bytes[end...].prefix { $0 != 10 }
    rule = footer.isEmpty ? nil : ZoneRule(Array(footer))
    if !footer.isEmpty, rule == nil { return nil }
  }

  /// The distance to UTC at an instant.
  func offset(at seconds: Int) -> Offset {
    guard let last = changes.last else { return rule?.offset(at: seconds) ?? first }
    if seconds >= last, let rule { return rule.offset(at: seconds) }
    var (low, high) = (0, changes.count)
    while low < high {
      let middle = (low + high) / 2
      if changes[middle] <= seconds { low = middle + 1 } else { high = middle }
    }
    return low == 0 ? first : offsets[low - 1]
  }

  /// What clocks show at an instant, as seconds since 1970-01-01 00:00 on them.
  @inline(__always)
  func local(of seconds: Int) -> Int { seconds + offset(at: seconds).seconds }

  /// When clocks show so many seconds since 1970-01-01 00:00.
  func instants(ofLocal local: Int) -> Instants {
    let before = offset(at: local - 86_400).seconds
    let after = offset(at: local + 86_400).seconds
    let (early, late) = (local - before, local - after)
    if before == after { return .one(early) }
    let isEarly = offset(at: early).seconds == before
    let isLate = offset(at: late).seconds == after
    switch (isEarly, isLate) {
    case (true, true): return .two(Swift.min(early, late), Swift.max(early, late))
    case (true, false): return .one(early)
    case (false, true): return .one(late)
    case (false, false): return .none(shifted: early)
    }
  }
}

/// One block of a zone file.
private struct ZoneBlock {
  struct Header {
    let version: UInt8
    let utcMarks: Int
    let standardMarks: Int
    let leaps: Int
    let changes: Int
    let types: Int
    let characters: Int

    /// How many bytes follow the header, with times of `width` bytes.
    func byteCount(width: Int) -> Int {
      changes * (width + 1) + types * 6 + characters + leaps * (width + 4) + standardMarks
        + utcMarks
    }
  }

  let changes: [Int]
  let offsets: [ZoneRules.Offset]
  let first: ZoneRules.Offset

  static func header(_ bytes: [UInt8], at start: Int) -> Header? {
    guard bytes.count >= start + 44, Array(bytes[start..<(start + 4)]) == Array("TZif".utf8) else {
      return nil
    }
    func count(_ place: Int) -> Int {
      (0..<4).reduce(0) { $0 << 8 | Int(bytes[start + 20 + place * 4 + $1]) }
    }
    return Header(
      version: bytes[start + 4], utcMarks: count(0), standardMarks: count(1), leaps: count(2),
      changes: count(3), types: count(4), characters: count(5))
  }

  init?(_ bytes: [UInt8], at start: Int, _ header: Header) {
    guard header.types > 0, header.byteCount(width: 8) <= bytes.count - start else { return nil }
    func number(_ place: Int, _ width: Int) -> UInt64 {
      (0..<width).reduce(0) { $0 << 8 | UInt64(bytes[place + $1]) }
    }
    let types = start + header.changes * 9
    let characters = types + header.types * 6
    var kinds: [ZoneRules.Offset] = []
    for type in 0..<header.types {
      let place = types + type * 6
      let seconds = Int(Int32(truncatingIfNeeded: number(place, 4)))
      let name = Int(bytes[place + 5])
      guard name < header.characters else { return nil }
      let text = bytes[(characters + name)..<(characters + header.characters)].prefix { $0 != 0 }
      kinds.append(
        ZoneRules.Offset(seconds: seconds, name: String(decoding: text, as: UTF8.self)))
    }
    changes = (0..<header.changes).map {
      Int(Int64(bitPattern: number(start + $0 * 8, 8)))
    }
    var offsets: [ZoneRules.Offset] = []
    for change in 0..<header.changes {
      let type = Int(bytes[start + header.changes * 8 + change])
      guard type < kinds.count else { return nil }
      offsets.append(kinds[type])
    }
    self.offsets = offsets
    first = kinds[0]
  }
}
