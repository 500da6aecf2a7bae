internal import ApusFrame

@_implementationOnly import CNumerics

/// What the bytes of a CSV text are like, found in one look at them: where they can be divided, and
/// how many records its parts have, if no quote and no carriage return is among them.
struct CSVSurvey {
  private let text: CSVText
  private let range: Range<Int>
  /// The counts of all that comes before each piece, and of all.
  private let sums: [apus_text_counts]

  /// How many bytes a piece has.
  static let pieceByteCount = 1 << 20

  init(_ text: CSVText, _ range: Range<Int>) throws(FrameError) {
    self.text = text
    self.range = range
    let size = CSVSurvey.pieceByteCount
    let pieces = try parallelMap((range.count + size - 1) / size) { piece throws(FrameError) in
      let start = range.lowerBound + piece * size
      return try CSVSurvey.counts(text, start..<Swift.min(start + size, range.upperBound), range)
    }
    sums = pieces.reduce(into: [apus_text_counts()]) { $0.append($0[$0.count - 1] + $1) }
  }

  /// The counts of a part of `whole`.
  private static func counts(
    _ text: CSVText, _ part: Range<Int>, _ whole: Range<Int>
  ) throws(FrameError) -> apus_text_counts {
    var counts = apus_text_counts()
    let text = try text.window(Swift.max(part.lowerBound - 1, 0)..<part.upperBound)
    withExtendedLifetime(text) {
      // A line end at the start of the text ends a blank line.
      let before = part.lowerBound == whole.lowerBound ? 10 : text.bytes[part.lowerBound - 1]
      _ = apus_count_text(
        text.bytes + part.lowerBound, part.count, before, text.quote, &counts)
    }
    return counts
  }

  /// Whether there are bytes that are not ASCII.
  var isWide: Bool { sums[sums.count - 1].is_wide != 0 }

  /// Ranges that end behind line ends outside quotes, if every quote encloses a value. `data` is an
  /// end of the range that was looked at.
  func cut(_ data: Range<Int>) throws(FrameError) -> [Range<Int>] {
    var chunks: [Range<Int>] = []
    var start = data.lowerBound
    for piece in 1..<Swift.max(sums.count - 1, 1) {
      var place = range.lowerBound + piece * CSVSurvey.pieceByteCount
      guard place > start else { continue }
      var isInQuotes = sums[piece].quotes % 2 == 1
      var near = try window(at: place)
      while place < data.upperBound {
        // The byte behind a carriage return counts too.
        if place + 1 >= near.window.upperBound, place + 1 < data.upperBound {
          near = try window(at: place)
        }
        let byte = near.bytes[place]
        if byte == text.quote { isInQuotes.toggle() }
        place += 1
        let isLineEnd = byte == 10 || (byte == 13 && near.bytes[place] != 10)
        if isLineEnd, !isInQuotes { break }
      }
      withExtendedLifetime(near) {}
      chunks.append(start..<place)
      start = place
    }
    if start < data.upperBound { chunks.append(start..<data.upperBound) }
    return chunks
  }

  /// The text with some bytes from a place on in memory.
  private func window(at place: Int) throws(FrameError) -> CSVText {
    try text.window(place..<Swift.min(place + 1 << 16, range.upperBound))
  }

  /// How many lines that are not blank a chunk has, which starts where a line does; nothing if there
  /// are quotes or carriage returns.
  func plainLineCount(_ chunk: Range<Int>) throws(FrameError) -> Int? {
    let (first, last) = (try before(chunk.lowerBound), try before(chunk.upperBound))
    guard first.quotes == last.quotes, first.returns == last.returns else { return nil }
    let end = chunk.upperBound
    guard !chunk.isEmpty else { return 0 }
    let tail = try text.window((end - 1)..<end)
    let isOpen = withExtendedLifetime(tail) { tail.bytes[end - 1] != 10 }
    return (last.line_ends - first.line_ends) - (last.blank_lines - first.blank_lines)
      + (isOpen ? 1 : 0)
  }

  /// The counts of all that comes before a place.
  private func before(_ place: Int) throws(FrameError) -> apus_text_counts {
    let piece = (place - range.lowerBound) / CSVSurvey.pieceByteCount
    let start = range.lowerBound + piece * CSVSurvey.pieceByteCount
    return try sums[piece] + CSVSurvey.counts(text, start..<place, range)
  }
}

extension apus_text_counts {
  fileprivate static func + (left: apus_text_counts, right: apus_text_counts) -> apus_text_counts {
    apus_text_counts(
      quotes: left.quotes + right.quotes, returns: left.returns + right.returns,
      line_ends: left.line_ends + right.line_ends,
      blank_lines: left.blank_lines + right.blank_lines, is_wide: left.is_wide | right.is_wide)
  }
}
