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
  /// Where the text begins: behind a byte-order mark.
  let start: Int

  /// A file's first bytes are enough to find its separator.
  private static let sampleByteCount = 1 << 20

  var bytes: UnsafePointer<UInt8> { UnsafePointer(buffer.base.assumingMemoryBound(to: UInt8.self)) }

  init(_ file: FileBytes, name: String, options: CSVOptions) throws(FrameError) {
    buffer = file.buffer
    count = file.count
    self.name = name
    quote = try CSVText.ascii(options.quote, "quote")
    let bytes = UnsafeBufferPointer(
      start: UnsafePointer(file.buffer.base.assumingMemoryBound(to: UInt8.self)), count: count)
    start = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
    if bytes.starts(with: [0xff, 0xfe]) || bytes.starts(with: [0xfe, 0xff]) {
      throw FrameError(
        code: .malformedFile, what: "the text is UTF-16, not UTF-8", place: name,
        mend: "convert it: iconv -f UTF-16 -t UTF-8")
    }
    if let chosen = options.separator {
      separator = try CSVText.ascii(chosen, "separator")
    } else {
      let sample = bytes[start..<Swift.min(start + CSVText.sampleByteCount, count)]
      separator = CSVSniffer(quote: quote).separator(of: Array(sample)[...])
    }
  }

  /// The bytes of a range, which lies inside the text.
  @inline(__always)
  func slice(_ range: Range<Int>) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: bytes + range.lowerBound, count: range.count)
  }

  /// The line in which a byte stands, from 1.
  func line(of place: Int) -> Int {
    var line = 1
    for index in 0..<place
    where bytes[index] == 10 || (bytes[index] == 13 && bytes[index + 1] != 10) { line += 1 }
    return line
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
        mend: "convert the file, perhaps: iconv -f WINDOWS-1252 -t UTF-8")
    }
  }

  private static func ascii(_ character: Character, _ role: String) throws(FrameError) -> UInt8 {
    guard let value = character.asciiValue, character != "\r\n", value != 10, value != 13 else {
      throw FrameError(
        code: .badValue, what: "the \(role) \"\(character)\" is no ASCII character",
        place: "CSVOptions", mend: "choose one such as , ; | or a tab")
    }
    return value
  }
}
