@_implementationOnly import CNumerics
@_implementationOnly import Glibc

/// A pattern of SQL's `like`: `%` stands for any text, `_` for one Unicode scalar, and a backslash
/// takes the next character as it is.
struct LikePattern {
  private enum Part {
    case byte(UInt8)
    case scalar
  }

  /// What stands between the `%` of the pattern, in order.
  private var runs: [[Part]] = [[]]

  init(_ pattern: String) {
    var isEscaped = false
    for byte in pattern.utf8 {
      switch byte {
      case _ where isEscaped:
        runs[runs.count - 1].append(.byte(byte))
        isEscaped = false
      case 0x5c: isEscaped = true
      case 0x25: runs.append([])
      case 0x5f: runs[runs.count - 1].append(.scalar)
      default: runs[runs.count - 1].append(.byte(byte))
      }
    }
    if isEscaped { runs[runs.count - 1].append(.byte(0x5c)) }
  }

  /// The test of texts. Runs of plain bytes, which most patterns are made of, are searched as such.
  var matcher: (UnsafeBufferPointer<UInt8>) -> Bool {
    let plain = runs.map { run -> [UInt8]? in
      var bytes: [UInt8] = []
      for part in run {
        guard case .byte(let byte) = part else { return nil }
        bytes.append(byte)
      }
      return bytes
    }
    let known = plain.compactMap { $0 }
    guard known.count == runs.count else { return matches }
    return { LikePattern.holds(known, in: $0) }
  }

  /// Whether a text has the runs in order, the first at its start and the last at its end.
  private static func holds(_ runs: [[UInt8]], in text: UnsafeBufferPointer<UInt8>) -> Bool {
    let (head, tail) = (runs[0], runs[runs.count - 1])
    guard let base = text.baseAddress else { return runs.allSatisfy(\.isEmpty) }
    guard runs.count > 1 else {
      return text.count == head.count && memcmp(base, head, head.count) == 0
    }
    guard text.count >= head.count + tail.count, memcmp(base, head, head.count) == 0,
      memcmp(base + (text.count - tail.count), tail, tail.count) == 0
    else { return false }
    var start = head.count
    let end = text.count - tail.count
    for run in runs.dropFirst().dropLast() where !run.isEmpty {
      let found = apus_find(base + start, end - start, run, run.count)
      guard found >= 0 else { return false }
      start += found + run.count
    }
    return true
  }

  /// Whether a text matches: each run at the first place where it fits.
  private func matches(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let start = LikePattern.end(of: runs[0], in: text, at: 0) else { return false }
    guard runs.count > 1 else { return start == text.count }
    var place = start
    for run in runs.dropFirst().dropLast() {
      var found: Int?
      while place <= text.count {
        found = LikePattern.end(of: run, in: text, at: place)
        if found != nil { break }
        place += 1
      }
      guard let found else { return false }
      place = found
    }
    // The last run must end where the text does.
    for last in place...text.count
    where LikePattern.end(of: runs[runs.count - 1], in: text, at: last) == text.count {
      return true
    }
    return false
  }

  /// Where the run ends when it starts at a place of the text; `nil` when it does not fit there.
  private static func end(
    of run: [Part], in text: UnsafeBufferPointer<UInt8>, at start: Int
  ) -> Int? {
    var place = start
    for part in run {
      guard place < text.count else { return nil }
      switch part {
      case .byte(let byte):
        guard text[place] == byte else { return nil }
        place += 1
      case .scalar:
        // A scalar does not begin inside another one.
        guard text[place] & 0xc0 != 0x80 else { return nil }
        place += 1
        while place < text.count, text[place] & 0xc0 == 0x80 { place += 1 }
      }
    }
    return place
  }
}
