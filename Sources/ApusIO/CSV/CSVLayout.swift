internal import ApusFrame

@_implementationOnly import CNumerics

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

  init(_ text: CSVText, options: CSVOptions) throws(FrameError) {
    self.text = text
    let whole = text.start..<text.count
    let survey = try CSVSurvey(text, whole)
    if survey.isWide { try text.validateAll(whole) }
    // Of a large file the head that is in memory is enough for this.
    let head = whole.clamped(to: whole.lowerBound..<whole.lowerBound + CSVScanner.chunkLimit - 1)
      .clamped(to: text.window)
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
        try CSVHeader(scanner, options).isThere(above: first.end..<text.window.upperBound, header)
      }
    columnNames = try CSVLayout.names(header, hasHeader: hasHeader, options, text.name)
    let data = (hasHeader ? first.end : text.start)..<text.count
    let cut = try survey.cut(data)
    if let counts = try CSVLayout.recordCounts(scanner, cut, survey) {
      chunks = cut
      rows = CSVLayout.rows(counts)
      isOneChunk = false
    } else {
      // A quote inside a value misled the cut, or a record is wrong: one run through the whole text
      // tells.
      try CSVLayout.checkLength(data, text)
      let found = try scanner.scan(window: data, keepsFields: false, isWhole: true)
      chunks = [data]
      rows = [0..<found.recordCount]
      isOneChunk = true
    }
  }

  /// The values of a chunk.
  func scan(_ chunk: Int, recordLimit: Int = .max) throws(FrameError) -> CSVScanner.Result {
    try scanner.scan(window: chunks[chunk], recordLimit: recordLimit, isWhole: isOneChunk)
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

  /// How many records each chunk has, or nothing when one of them does not hold whole records.
  private static func recordCounts(
    _ scanner: CSVScanner, _ chunks: [Range<Int>], _ survey: CSVSurvey
  ) throws(FrameError) -> [Int]? {
    guard chunks.allSatisfy({ $0.count < CSVScanner.chunkLimit }) else { return nil }
    do throws(FrameError) {
      return try parallelMap(chunks.count) { chunk throws(FrameError) in
        if scanner.hasLineARecord, let count = try survey.plainLineCount(chunks[chunk]) {
          return count
        }
        return try scanner.scan(window: chunks[chunk], keepsFields: false).recordCount
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
  /// The values of a range that may have to be read first.
  fileprivate func scan(
    window range: Range<Int>, keepsFields: Bool = true, recordLimit: Int = .max,
    isWhole: Bool = false
  ) throws(FrameError) -> Result {
    var scanner = self
    scanner.text = try text.window(range)
    return try scanner.scan(
      range, keepsFields: keepsFields, recordLimit: recordLimit, isWhole: isWhole)
  }

  /// Whether every line that is not blank is a record, unless it has quotes or carriage returns.
  fileprivate var hasLineARecord: Bool {
    width > 1 && text.comment.isEmpty && uneven == .fail && !rejects
  }
}

extension CSVText {
  /// Holds that a range of bytes is UTF-8, in pieces that end at line ends.
  fileprivate func validateAll(_ range: Range<Int>) throws(FrameError) {
    let size = 4 << 20
    let pieceCount = (range.count + size - 1) / size
    // A character may lie on both sides of a cut, so cuts move on to a byte that begins one.
    func cut(_ piece: Int, _ text: CSVText) -> Int {
      var place = Swift.min(range.lowerBound + piece * size, range.upperBound)
      while place < range.upperBound, text.bytes[place] & 0xc0 == 0x80,
        place < range.lowerBound + piece * size + 4, piece > 0
      {
        place += 1
      }
      return place
    }
    try inParallel(pieceCount) { piece throws(FrameError) in
      let start = range.lowerBound + piece * size
      let text = try window(start..<Swift.min(start + size + 4, range.upperBound))
      try text.validate(cut(piece, text)..<cut(piece + 1, text))
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
