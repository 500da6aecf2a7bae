@_implementationOnly import CRegex
@_implementationOnly import Synchronization

/// A regular expression in PCRE2's syntax, compiled once and kept.
final class Pattern: @unchecked Sendable {
  // Safe to share: compiled code is not written to, and each thread brings its own scratch.
  private let code: OpaquePointer
  let text: String

  private static let known = Mutex<[String: Pattern]>([:])
  /// So many patterns are kept; a program that makes them up by the thousand compiles them again.
  private static let keptLimit = 256

  /// The pattern that a text writes, or the error that says what is wrong with it, and where.
  static func compiled(_ text: String, in step: String) throws(FrameError) -> Pattern {
    if let pattern = known.withLock({ $0[text] }) { return pattern }
    let pattern = try Pattern(text, in: step)
    known.withLock { known in
      if known.count >= keptLimit { known.removeAll() }
      known[text] = pattern
    }
    return pattern
  }

  private init(_ text: String, in step: String) throws(FrameError) {
    var message = [CChar](repeating: 0, count: 256)
    var offset = 0
    var pattern = text
    let code = pattern.withUTF8 { bytes in
      apus_regex_compile(bytes.baseAddress, bytes.count, 0, &message, message.count, &offset)
    }
    guard let code else {
      let reason = String(
        decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      if offset < 0 {
        throw FrameError(
          code: .fileAccess, what: "no regular expressions: \(reason)", place: step,
          mend: "install the package libpcre2-8-0")
      }
      throw FrameError(
        code: .badValue, what: "\"\(text)\" is no regular expression: \(reason) at byte \(offset)",
        place: step, mend: "put \\ before characters that mean themselves")
    }
    self.code = code
    self.text = text
  }

  deinit { apus_regex_free(code) }

  /// How many groups there are, the whole match not counted.
  var groupCount: Int { Int(apus_regex_group_count(code)) }

  /// The number of a named group.
  func group(named name: String) -> Int? {
    let number = Int(apus_regex_group_number(code, name))
    return number < 0 ? nil : number
  }

  /// Lets `body` look for matches.
  func search<Result>(
    in step: String, _ body: (inout PatternSearch) throws(FrameError) -> Result
  ) throws(FrameError) -> Result {
    var search = PatternSearch(code, groupCount: groupCount, step: step, text: text)
    defer { search.end() }
    return try body(&search)
  }
}

/// Looks for the matches of a pattern; of one thread.
struct PatternSearch {
  private let code: OpaquePointer
  private let scratch: OpaquePointer?
  private let bounds: UnsafeMutableBufferPointer<Int>
  private let step: String
  private let text: String

  fileprivate init(_ code: OpaquePointer, groupCount: Int, step: String, text: String) {
    self.code = code
    self.step = step
    self.text = text
    scratch = apus_regex_scratch_make(code)
    bounds = .allocate(capacity: (groupCount + 1) * 2)
    bounds.initialize(repeating: -1)
  }

  fileprivate func end() {
    apus_regex_scratch_free(scratch)
    bounds.deallocate()
  }

  /// Whether there is a match from `start` on; `range` then tells where.
  func find(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) throws(FrameError) -> Bool {
    let found = apus_regex_match(
      code, scratch, bytes.baseAddress, bytes.count, start, bounds.baseAddress)
    guard found >= 0 else {
      throw FrameError(
        code: .badValue, what: "\"\(text)\" takes too many steps on a text of \(bytes.count) bytes",
        place: step, mend: "write it without repetitions inside repetitions")
    }
    return found == 1
  }

  /// Where the last match, or a group of it, stands.
  func range(_ group: Int = 0) -> Range<Int>? {
    let (start, end) = (bounds[group * 2], bounds[group * 2 + 1])
    return start < 0 || end < start ? nil : start..<end
  }

  /// Calls `body` behind each match, from the left, none overlapping the one before.
  func forEachMatch(
    _ bytes: UnsafeBufferPointer<UInt8>, _ body: (Range<Int>) -> Void
  ) throws(FrameError) {
    var start = 0
    while start <= bytes.count, try find(bytes, from: start), let match = range() {
      body(match)
      start = match.upperBound
      if match.isEmpty {
        // Step over one whole code point.
        start += 1
        while start < bytes.count, bytes[start] & 0xc0 == 0x80 { start += 1 }
      }
    }
  }
}
