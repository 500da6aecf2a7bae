internal import ApusFrame

/// Where one value lies in a CSV file, its quotes left out.
struct CSVField {
  let start: Int
  /// How many bytes it has, doubled quotes counted twice; and two flags above them.
  private let packed: Int

  private static let quotedFlag = 1 << 62
  private static let escapedFlag = 1 << 61

  init(start: Int, count: Int, isQuoted: Bool = false, hasDoubledQuotes: Bool = false) {
    self.start = start
    packed =
      count | (isQuoted ? CSVField.quotedFlag : 0) | (hasDoubledQuotes ? CSVField.escapedFlag : 0)
  }

  var count: Int { packed & (CSVField.escapedFlag - 1) }
  var isQuoted: Bool { packed & CSVField.quotedFlag != 0 }
  var hasDoubledQuotes: Bool { packed & CSVField.escapedFlag != 0 }

  /// The value as text.
  func text(in bytes: [UInt8], quote: UInt8) -> String {
    String(decoding: content(in: bytes, quote: quote), as: UTF8.self)
  }

  /// The value's bytes, doubled quotes made single.
  func content(in bytes: [UInt8], quote: UInt8) -> [UInt8] {
    let raw = bytes[start..<(start + count)]
    guard hasDoubledQuotes else { return Array(raw) }
    var result: [UInt8] = []
    var skips = false
    for byte in raw {
      if byte == quote, !skips {
        skips = true
        continue
      }
      skips = false
      result.append(byte)
    }
    return result
  }
}

/// Cuts CSV text (RFC 4180) into values: lines end in LF, CRLF or CR; quoted values may hold
/// separators, line ends and doubled quotes. Empty lines are left out, except where there is one
/// column only: there they are values.
struct CSVScanner {
  private let bytes: [UInt8]
  private let separator: UInt8
  private let quote: UInt8
  private let name: String
  private var position: Int
  private var line = 1

  /// The values, record by record.
  private(set) var fields: [CSVField] = []
  /// The line of each record.
  private(set) var lines: [Int] = []
  /// How many values each record has.
  private(set) var fieldCount = 0

  init(bytes: [UInt8], start: Int, separator: UInt8, quote: UInt8, name: String) {
    self.bytes = bytes
    self.separator = separator
    self.quote = quote
    self.name = name
    position = start
  }

  /// Cuts the whole text.
  mutating func scan() throws(FrameError) {
    while position < bytes.count {
      let isBlank = bytes[position] == 10 || bytes[position] == 13
      // Before the first record nothing says that a blank line is a value.
      if isBlank, fieldCount != 1 {
        endLine()
        continue
      }
      try scanRecord()
    }
    guard fieldCount > 0 else {
      throw FrameError(
        code: .malformedFile, what: "the file is empty", place: name,
        mend: "it needs at least a line of column names")
    }
  }

  private mutating func scanRecord() throws(FrameError) {
    let firstField = fields.count
    let startLine = line
    while true {
      if position < bytes.count, bytes[position] == quote {
        try scanQuoted()
      } else {
        scanPlain()
      }
      guard position < bytes.count, bytes[position] == separator else { break }
      position += 1
    }
    if position < bytes.count { endLine() }
    let found = fields.count - firstField
    if fieldCount == 0 { fieldCount = found }
    guard found == fieldCount else {
      throw FrameError(
        code: .malformedFile,
        what: "\(found) \(found == 1 ? "value" : "values") where the first line has \(fieldCount)",
        place: "\(name), line \(startLine)",
        mend: found > fieldCount
          ? "put values that contain \"\(Character(Unicode.Scalar(separator)))\" in quotes"
          : "fill the line up with empty values")
    }
    lines.append(startLine)
  }

  private mutating func scanPlain() {
    let start = position
    let separator = separator
    position = bytes.withUnsafeBufferPointer { bytes in
      var end = start
      while end < bytes.count {
        let byte = bytes[end]
        if byte == separator || byte == 10 || byte == 13 { break }
        end &+= 1
      }
      return end
    }
    fields.append(CSVField(start: start, count: position - start))
  }

  private mutating func scanQuoted() throws(FrameError) {
    let startLine = line
    position += 1
    let start = position
    var hasDoubledQuotes = false
    while true {
      guard position < bytes.count else {
        throw FrameError(
          code: .malformedFile, what: "a quote is never closed",
          place: "\(name), line \(startLine)",
          mend: "close it, or double a quote that belongs to the text")
      }
      let byte = bytes[position]
      if byte == quote {
        guard position + 1 < bytes.count, bytes[position + 1] == quote else { break }
        hasDoubledQuotes = true
        position += 2
        continue
      }
      if byte == 10 || (byte == 13 && !isLineFeed(position + 1)) { line += 1 }
      position += 1
    }
    fields.append(
      CSVField(
        start: start, count: position - start, isQuoted: true, hasDoubledQuotes: hasDoubledQuotes))
    position += 1
    guard position == bytes.count || [separator, 10, 13].contains(bytes[position]) else {
      throw FrameError(
        code: .malformedFile, what: "text follows a closing quote", place: "\(name), line \(line)",
        mend: "double a quote that belongs to the text")
    }
  }

  private func isLineFeed(_ place: Int) -> Bool { place < bytes.count && bytes[place] == 10 }

  private mutating func endLine() {
    position += bytes[position] == 13 && isLineFeed(position + 1) ? 2 : 1
    line += 1
  }
}
