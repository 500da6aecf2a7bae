internal import ApusFrame

/// Finds quote and separator of a CSV text from records at its start, in its middle and at its end.
///
/// The separator is the one that cuts the first records into equally many values, as many as
/// possible, and does so in the middle and at the end; the comma where nothing cuts.
struct CSVSniffer {
  let comment: [UInt8]
  /// What stands inside numbers is no separator.
  let excluded: [UInt8]

  private static let candidates: [UInt8] = [0x2c, 0x3b, 0x09, 0x7c]  // , ; tab |
  private static let recordLimit = 50
  private static let sampleByteCount = 1 << 20
  private static let laterByteCount = 1 << 16

  /// The quote of a text, of which the start is given, or all: `'` where values are enclosed by it and
  /// none by `"`.
  func quote(of text: UnsafeBufferPointer<UInt8>, isWhole: Bool) -> UInt8 {
    let head = UnsafeBufferPointer(rebasing: text.prefix(CSVSniffer.laterByteCount))
    func divides(_ place: Int) -> Bool {
      guard place >= 0, place < head.count else { return true }
      return head[place] == 10 || head[place] == 13
        || CSVSniffer.candidates.contains(head[place])
    }
    var (place, pairs) = (0, 0)
    while place < head.count {
      defer { place += 1 }
      guard divides(place - 1) else { continue }
      if head[place] == 0x22 { return 0x22 }
      guard head[place] == 0x27 else { continue }
      // The next one that is not doubled closes the value, or this is an apostrophe.
      place += 1
      while place < head.count,
        head[place] != 0x27 || place + 1 < head.count && head[place + 1] == 0x27
      {
        place += head[place] == 0x27 ? 2 : 1
      }
      guard place < head.count else {
        return pairs > 0 && !(isWhole && head.count == text.count) ? 0x27 : 0x22
      }
      guard divides(place + 1) else { return 0x22 }
      pairs += 1
    }
    return pairs > 1 ? 0x27 : 0x22
  }

  /// The separator of a text of `wholeCount` bytes of which the start is given, or all; `read` gives
  /// what is not.
  func separator(
    of text: UnsafeBufferPointer<UInt8>, quote: UInt8, wholeCount: Int,
    reading read: (Range<Int>) throws(FrameError) -> ByteRun?
  ) throws(FrameError) -> UInt8 {
    let sample = Swift.min(text.count, CSVSniffer.sampleByteCount)
    let head = counts(
      UnsafeBufferPointer(rebasing: text[..<sample]), quote, isEnd: sample == wholeCount)
    var later: [[Int]] = []
    for start in [wholeCount / 2, wholeCount - CSVSniffer.laterByteCount]
    where start >= CSVSniffer.sampleByteCount {
      let part = start..<Swift.min(start + CSVSniffer.laterByteCount, wholeCount)
      let isEnd = part.upperBound == wholeCount
      let run = try read(part)
      let bytes =
        run.map { UnsafeBufferPointer(start: $0.start, count: $0.count) }
        ?? UnsafeBufferPointer(rebasing: text[part])
      later += withExtendedLifetime(run?.buffer) { counts(bytes, quote, isEnd: isEnd).dropFirst() }
    }
    var best = (separator: UInt8(ascii: ","), score: 0)
    for (place, candidate) in CSVSniffer.candidates.enumerated() where !excluded.contains(candidate)
    {
      let perRecord = head.map { $0[place] }
      guard let first = perRecord.first, first > 0 else { continue }
      let agreeing = perRecord.count { $0 == first }
      let agreeingLater = later.count { $0[place] == first }
      // Agreement of all records outweighs agreement elsewhere, and that any number of columns.
      let score =
        agreeing == perRecord.count
        ? 1 << 40 + agreeingLater << 30 + first : agreeing + agreeingLater
      if score > best.score { best = (candidate, score) }
    }
    return best.separator
  }

  /// How often each candidate stands outside quotes, record by record.
  private func counts(
    _ text: UnsafeBufferPointer<UInt8>, _ quote: UInt8, isEnd: Bool
  ) -> [[Int]] {
    var records: [[Int]] = []
    var current = [0, 0, 0, 0]
    var (isInQuotes, isEmpty, isComment) = (false, true, false)
    for place in text.indices {
      let byte = text[place]
      if isEmpty, !comment.isEmpty, !isComment {
        isComment = text[place..<Swift.min(place + comment.count, text.count)]
          .elementsEqual(comment)
      }
      if byte == quote, !isComment { isInQuotes.toggle() }
      guard !isInQuotes else { continue }
      if byte == 10 || byte == 13 {
        if !isEmpty, !isComment { records.append(current) }
        if records.count == CSVSniffer.recordLimit { return records }
        current = [0, 0, 0, 0]
        (isEmpty, isComment) = (true, false)
        continue
      }
      isEmpty = false
      if let place = CSVSniffer.candidates.firstIndex(of: byte) { current[place] += 1 }
    }
    if !isEmpty, !isComment, isEnd { records.append(current) }
    return records
  }
}
