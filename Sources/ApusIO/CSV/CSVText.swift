internal import ApusFrame
internal import CNumerics

/// The bytes of a CSV file in memory, with room behind them, and how they are to be read.
struct CSVText {
  /// The file's bytes, then 64 that are 0.
  let buffer: Buffer
  let count: Int
  /// What the file is called in errors.
  let name: String
  let separator: UInt8
  let quote: UInt8
  /// What takes the meaning from the character behind it, inside quotes; 0 when nothing does.
  let escape: UInt8
  /// What begins a line that is passed over; empty when there are none.
  let comment: [UInt8]
  /// Where the text begins: behind a byte-order mark and the lines that are passed over.
  let start: Int

  var bytes: UnsafePointer<UInt8> { UnsafePointer(buffer.base.assumingMemoryBound(to: UInt8.self)) }

  init(_ file: FileBytes, name: String, options: CSVOptions) throws(FrameError) {
    let file = try CSVTranscoder.utf8(file, options.encoding, name: name)
    buffer = file.buffer
    count = file.count
    self.name = name
    let bytes = UnsafeBufferPointer(start: file.start, count: count)
    let text = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
    start = try CSVText.skipping(options.skippedLines, bytes, from: text, name)
    comment = Array((options.comment ?? "").utf8)
    guard options.comment == nil || !comment.isEmpty, !comment.contains(10), !comment.contains(13)
    else {
      throw FrameError(
        code: .badValue, what: "the comment's sign is empty or has a line end", place: "CSVOptions",
        mend: "choose one such as #")
    }
    escape =
      if let chosen = options.escape { try CSVText.ascii(chosen, "escape") } else { 0 }
    let sniffer = CSVSniffer(
      comment: comment,
      excluded: [options.decimalSeparator, options.thousandsSeparator].compactMap { $0?.asciiValue }
    )
    let whole = UnsafeBufferPointer(rebasing: bytes[start...])
    quote =
      if let chosen = options.quote {
        try CSVText.ascii(chosen, "quote")
      } else {
        sniffer.quote(of: whole)
      }
    separator =
      if let chosen = options.separator {
        try CSVText.ascii(chosen, "separator")
      } else {
        sniffer.separator(of: whole, quote: quote)
      }
    guard separator != quote, separator != escape else {
      throw FrameError(
        code: .badValue, what: "the separator is also the quote or the escape", place: "CSVOptions",
        mend: "choose different ones")
    }
  }

  /// Where the line begins that follows the first `lineCount`.
  private static func skipping(
    _ lineCount: Int, _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, _ name: String
  ) throws(FrameError) -> Int {
    guard lineCount >= 0 else {
      throw FrameError(
        code: .badValue, what: "skippedLines is \(lineCount)", place: "CSVOptions",
        mend: "pass over 0 lines or more")
    }
    var (place, left) = (start, lineCount)
    while left > 0, place < bytes.count {
      let isEnd =
        bytes[place] == 10
        || (bytes[place] == 13 && (place + 1 == bytes.count || bytes[place + 1] != 10))
      if isEnd { left -= 1 }
      place += 1
    }
    return place
  }

  /// The bytes of a range, which lies inside the text.
  @inline(__always)
  func slice(_ range: Range<Int>) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: bytes + range.lowerBound, count: range.count)
  }

  /// The line in which a byte stands, from 1.
  func line(of place: Int) -> Int {
    var counter = CSVLineCounter(self)
    return counter.line(of: place)
  }

  /// Holds that a range of bytes is UTF-8; the range starts and ends between characters.
  func validate(_ range: Range<Int>) throws(FrameError) {
    var isWide: Int32 = 0
    _ = apus_count_byte(bytes + range.lowerBound, range.count, quote, &isWide)
    guard isWide != 0 else { return }
    do {
      _ = try UTF8Span(validating: slice(range).span)
    } catch {
      let place = range.lowerBound + error.byteOffsets.lowerBound
      throw FrameError(
        code: .malformedFile, what: "byte \(place) is not UTF-8",
        place: "\(name), line \(line(of: place))",
        mend: "say what it is, perhaps CSVOptions(encoding: .windows1252)")
    }
  }

  /// The byte of a character that has a role in the text.
  static func ascii(_ character: Character, _ role: String) throws(FrameError) -> UInt8 {
    guard let value = character.asciiValue, character != "\r\n", value != 10, value != 13, value > 0
    else {
      throw FrameError(
        code: .badValue, what: "the \(role) \"\(character)\" is no ASCII character",
        place: "CSVOptions", mend: "choose one such as , ; | or a tab")
    }
    return value
  }
}
