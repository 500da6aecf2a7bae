internal import ApusFrame

@_implementationOnly import CNumerics

/// The bytes of a CSV file, and how they are to be read. They are all in memory, or, of a large file,
/// read a window at a time; places are those in the whole text either way.
struct CSVText {
  /// The bytes of the window, then 64 that are 0.
  private var buffer: Buffer
  /// Which bytes of the text are in memory.
  private(set) var window: Range<Int>
  /// The file that has the others.
  private let file: InputFile?
  /// How many bytes the text has.
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

  /// Where the text's first byte is, or would be: only the window's may be read.
  var bytes: UnsafePointer<UInt8> {
    UnsafePointer(buffer.base.assumingMemoryBound(to: UInt8.self)) - window.lowerBound
  }

  /// A text that is in memory.
  init(_ file: FileBytes, name: String, options: CSVOptions) throws(FrameError) {
    let file = try CSVTranscoder.utf8(file, options.encoding, name: name)
    try self.init(
      file.buffer, 0..<file.count, count: file.count, of: nil, name: name, options: options)
  }

  /// From how many bytes on a file is read in windows.
  static let leastFileByteCount = 32 << 20
  /// How many bytes at the start of such a file are looked at to find how it is to be read.
  private static let headByteCount = 1 << 20
  /// How many lines these need to have for that.
  private static let leastHeadLineCount = 256

  /// The text of a large file that needs not be in memory as a whole; nothing for other files, and
  /// with options that ask for a look at all of it.
  init?(large path: String, options: CSVOptions, place: String) throws(FrameError) {
    guard options.encoding == .utf8, options.comment == nil, options.escape == nil,
      options.skippedLines == 0, options.rejects == nil, options.unevenRecords == .fail
    else { return nil }
    // A pipe has no size: it must not be opened here, for it can be read only once.
    guard FileBytes.size(path) >= CSVText.leastFileByteCount else { return nil }
    let file = try InputFile(path, place: place)
    guard file.isReadInPieces, file.count >= CSVText.leastFileByteCount else { return nil }
    let head = try file.bytes(0..<CSVText.headByteCount)
    let bytes = UnsafeBufferPointer(start: head.start, count: head.count)
    // Compressed files and those in UTF-16 are no ASCII here; a head of long records tells little.
    var counts = apus_text_counts()
    apus_count_text(head.start, head.count, 0, 0, &counts)
    let isText = bytes[0] != 0x1f && bytes[0] != 0x28 && bytes[0] < 0xfe && counts.quotes == 0
    guard isText, counts.line_ends >= CSVText.leastHeadLineCount else { return nil }
    try self.init(
      head.buffer, 0..<head.count, count: file.count, of: file, name: path, options: options)
  }

  private init(
    _ buffer: Buffer, _ window: Range<Int>, count: Int, of file: InputFile?, name: String,
    options: CSVOptions
  ) throws(FrameError) {
    self.buffer = buffer
    self.window = window
    self.count = count
    self.file = file
    self.name = name
    let bytes = UnsafeBufferPointer(
      start: UnsafePointer(buffer.base.assumingMemoryBound(to: UInt8.self)), count: window.count)
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
    let head = UnsafeBufferPointer(rebasing: bytes[start...])
    quote =
      if let chosen = options.quote {
        try CSVText.ascii(chosen, "quote")
      } else {
        sniffer.quote(of: head, isWhole: file == nil)
      }
    separator =
      if let chosen = options.separator {
        try CSVText.ascii(chosen, "separator")
      } else {
        try sniffer.separator(
          of: head, quote: quote, wholeCount: count - start,
          reading: CSVText.reader(of: file, from: start))
      }
    guard separator != quote, separator != escape else {
      throw FrameError(
        code: .badValue, what: "the separator is also the quote or the escape", place: "CSVOptions",
        mend: "choose different ones")
    }
  }

  /// Reads a part of the text that begins at `start` of a file; nothing where there is none.
  private static func reader(
    of file: InputFile?, from start: Int
  ) -> (Range<Int>) throws(FrameError) -> ByteRun? {
    { part throws(FrameError) in
      try file?.bytes((start + part.lowerBound)..<(start + part.upperBound))
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

  /// The text with the bytes of a range in memory, at least.
  func window(_ range: Range<Int>) throws(FrameError) -> CSVText {
    guard let file, range.lowerBound < window.lowerBound || range.upperBound > window.upperBound
    else { return self }
    var text = self
    text.buffer = try file.bytes(range).buffer
    text.window = range
    return text
  }

  /// Holds that the file is what it was when it was opened.
  func checkUnchanged() throws(FrameError) { try file?.checkUnchanged() }

  /// Where a byte is, for errors: the name and the line, from 1.
  func place(of byte: Int) -> String {
    do throws(FrameError) {
      var counter = CSVLineCounter(try window(0..<Swift.min(byte + 1, count)))
      return "\(name), line \(counter.line(of: byte))"
    } catch {
      // The file is gone by now.
      return "\(name), byte \(byte)"
    }
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
        place: self.place(of: place),
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
