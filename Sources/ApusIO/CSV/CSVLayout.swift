internal import ApusFrame
internal import CNumerics

/// A CSV text divided into chunks of whole records: the names of its columns, and how many records
/// each chunk has.
struct CSVLayout {
  let text: CSVText
  let columnNames: [String]
  /// Where the data records lie, chunk by chunk.
  private(set) var chunks: [Range<Int>]
  /// Which rows each chunk holds.
  private(set) var rows: [Range<Int>]
  /// Whether the first record names the columns.
  let hasHeader: Bool
  private let scanner: CSVScanner
  /// Whether the only chunk is the whole text because it could not be divided.
  private let isOneChunk: Bool

  var rowCount: Int { rows.last?.upperBound ?? 0 }

  /// How many bytes a chunk has, as far as line ends allow.
  private static let chunkByteCount = 1 << 20

  init(_ text: CSVText, options: CSVOptions) throws(FrameError) {
    self.text = text
    let whole = text.start..<text.count
    try text.validateAll(whole)
    let head = whole.clamped(to: whole.lowerBound..<whole.lowerBound + CSVScanner.chunkLimit - 1)
    let first = try CSVScanner(text: text, width: 0).scan(head, recordLimit: 1)
    guard first.recordCount > 0 else {
      throw FrameError(
        code: .malformedFile, what: "the file is empty", place: text.name,
        mend: "it needs at least a line of column names")
    }
    let header = (0..<first.width).map { text.string(first.fields[$0], origin: text.start) }
    var scanner = CSVScanner(text: text, width: first.width)
    scanner.uneven = options.unevenRecords
    scanner.rejects = options.rejects != nil
    self.scanner = scanner
    hasHeader =
      if let said = options.hasHeader {
        said
      } else {
        try CSVHeader(scanner, options).isThere(above: first.end..<text.count, header)
      }
    columnNames = try CSVLayout.names(header, hasHeader: hasHeader, options, text.name)
    let data = (hasHeader ? first.end : text.start)..<text.count
    let cut = try CSVLayout.cut(text, data)
    if let counts = try CSVLayout.recordCounts(scanner, cut) {
      chunks = cut
      rows = CSVLayout.rows(counts)
      isOneChunk = false
    } else {
      // A quote inside a value misled the cut, or a record is wrong: one run through the whole text
      // tells.
      try CSVLayout.checkLength(data, text)
      let found = try scanner.scan(data, keepsFields: false, isWhole: true)
      chunks = [data]
      rows = [0..<found.recordCount]
      isOneChunk = true
    }
  }

  /// The values of a chunk.
  func scan(_ chunk: Int, recordLimit: Int = .max) throws(FrameError) -> CSVScanner.Result {
    try scanner.scan(chunks[chunk], recordLimit: recordLimit, isWhole: isOneChunk)
  }

  /// The columns' names: those of the options, or of the first record, renamed as they say.
  private static func names(
    _ header: [String], hasHeader: Bool, _ options: CSVOptions, _ file: String
  ) throws(FrameError) -> [String] {
    var names =
      hasHeader ? distinctNames(header) : header.indices.map { "column_\($0 + 1)" }
    if let given = options.names {
      guard given.count == names.count else {
        throw FrameError(
          code: .shapeMismatch, what: "\(given.count) names for \(names.count) columns",
          place: file, mend: "names: gives every column a name; renamed: some of them")
      }
      names = given
    }
    if !options.renamed.isEmpty {
      let schema = try Schema(names.map { Schema.Field($0, .string) }, for: file)
      for (old, new) in options.renamed.sorted(by: { $0.key < $1.key }) {
        names[try schema.place(of: old, in: "renamed:")] = new
      }
    }
    return names
  }

  /// The chunks that hold the first `count` rows.
  func prefix(_ count: Int) -> CSVLayout {
    var result = self
    let kept = rows.prefix { $0.lowerBound < count }.count
    result.chunks = Array(chunks.prefix(kept))
    result.rows = Array(rows.prefix(kept))
    return result
  }

  private static func rows(_ counts: [Int]) -> [Range<Int>] {
    var start = 0
    return counts.map { count in
      defer { start += count }
      return start..<(start + count)
    }
  }

  /// Ranges that end behind line ends outside quotes, if every quote encloses a value.
  private static func cut(_ text: CSVText, _ data: Range<Int>) throws(FrameError) -> [Range<Int>] {
    let size = chunkByteCount
    let pieceCount = (data.count + size - 1) / size
    let quotes = try parallelMap(pieceCount) { piece in
      let start = data.lowerBound + piece * size
      var isWide: Int32 = 0
      return apus_count_byte(
        text.bytes + start, Swift.min(size, data.upperBound - start), text.quote, &isWide)
    }
    var chunks: [Range<Int>] = []
    var start = data.lowerBound
    var quoteCount = 0
    for piece in 1..<Swift.max(pieceCount, 1) {
      quoteCount += quotes[piece - 1]
      var place = data.lowerBound + piece * size
      guard place > start else { continue }
      var isInQuotes = quoteCount % 2 == 1
      while place < data.upperBound {
        let byte = text.bytes[place]
        if byte == text.quote { isInQuotes.toggle() }
        place += 1
        let isLineEnd = byte == 10 || (byte == 13 && text.bytes[place] != 10)
        if isLineEnd, !isInQuotes { break }
      }
      chunks.append(start..<place)
      start = place
    }
    if start < data.upperBound { chunks.append(start..<data.upperBound) }
    return chunks
  }

  /// How many records each chunk has, or nothing when one of them does not hold whole records.
  private static func recordCounts(
    _ scanner: CSVScanner, _ chunks: [Range<Int>]
  ) throws(FrameError) -> [Int]? {
    guard chunks.allSatisfy({ $0.count < CSVScanner.chunkLimit }) else { return nil }
    do throws(FrameError) {
      return try parallelMap(chunks.count) { chunk throws(FrameError) in
        if let count = scanner.plainRecordCount(chunks[chunk]) { return count }
        return try scanner.scan(chunks[chunk], keepsFields: false).recordCount
      }
    } catch {
      guard error.code == .malformedFile else { throw error }
      return nil
    }
  }

  private static func checkLength(_ data: Range<Int>, _ text: CSVText) throws(FrameError) {
    guard data.count >= CSVScanner.chunkLimit else { return }
    throw FrameError(
      code: .malformedFile, what: "quotes stand inside values that are not quoted",
      place: text.name, mend: "a file of more than 1 GiB needs values with quotes in quotes")
  }

  /// Names that differ: an empty one is numbered, a repeated one gets a number behind it.
  private static func distinctNames(_ names: [String]) -> [String] {
    var used = Set(names)
    var seen: Set<String> = []
    return names.enumerated().map { place, name in
      if !name.isEmpty, seen.insert(name).inserted { return name }
      let stem = name.isEmpty ? "column" : name
      var number = name.isEmpty ? place + 1 : 2
      while used.contains("\(stem)_\(number)") { number += 1 }
      used.insert("\(stem)_\(number)")
      return "\(stem)_\(number)"
    }
  }
}

extension CSVScanner {
  /// How many records a chunk has when it has neither quotes nor carriage returns, which saves a
  /// look at each value; nothing otherwise.
  fileprivate func plainRecordCount(_ range: Range<Int>) -> Int? {
    var isWide: Int32 = 0
    let bytes = text.bytes + range.lowerBound
    guard width > 1, text.comment.isEmpty, uneven == .fail, !rejects,
      apus_count_byte(bytes, range.count, text.quote, &isWide) == 0,
      apus_count_byte(bytes, range.count, 13, &isWide) == 0
    else { return nil }
    let lineEnds = apus_count_byte(bytes, range.count, 10, &isWide)
    let isOpen = range.count > 0 && bytes[range.count - 1] != 10
    return lineEnds - apus_count_blank_lines(bytes, range.count) + (isOpen ? 1 : 0)
  }
}

extension CSVText {
  /// Holds that a range of bytes is UTF-8, in pieces that end at line ends.
  fileprivate func validateAll(_ range: Range<Int>) throws(FrameError) {
    let size = 4 << 20
    let pieceCount = (range.count + size - 1) / size
    // A character may lie on both sides of a cut, so cuts move on to a byte that begins one.
    func cut(_ piece: Int) -> Int {
      var place = Swift.min(range.lowerBound + piece * size, range.upperBound)
      while place < range.upperBound, bytes[place] & 0xc0 == 0x80,
        place < range.lowerBound + piece * size + 4, piece > 0
      {
        place += 1
      }
      return place
    }
    try inParallel(pieceCount) { piece throws(FrameError) in
      try validate(cut(piece)..<cut(piece + 1))
    }
  }

  /// A value's text; `origin` is where its chunk begins.
  func string(_ field: CSVField, origin: Int) -> String {
    String(decoding: content(field, origin: origin), as: UTF8.self)
  }

  /// A value's bytes, doubled quotes made single.
  func content(_ field: CSVField, origin: Int) -> [UInt8] {
    let start = origin + Int(field.start)
    let raw = slice(start..<(start + field.count))
    guard field.hasDoubledQuotes else { return Array(raw) }
    var result: [UInt8] = []
    var isSecond = false
    for byte in raw {
      isSecond = (byte == quote || (byte == escape && escape != 0)) && !isSecond
      if !isSecond { result.append(byte) }
    }
    return result
  }
}
