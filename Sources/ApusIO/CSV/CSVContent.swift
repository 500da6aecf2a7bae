internal import ApusFrame

/// A CSV file cut into values: the names of its columns, and where each value of each column lies.
struct CSVContent {
  let bytes: [UInt8]
  /// What the file is called in errors.
  let name: String
  let quote: UInt8
  let columnNames: [String]
  /// The values of the data records, record by record.
  let fields: [CSVField]
  let rowCount: Int
  /// The line of each data record.
  let lines: [Int]

  init(_ bytes: [UInt8], name: String, options: CSVOptions) throws(FrameError) {
    let quote = try CSVContent.ascii(options.quote, "quote")
    let start = try CSVContent.textStart(of: bytes, name: name)
    let separator: UInt8
    if let chosen = options.separator {
      separator = try CSVContent.ascii(chosen, "separator")
    } else {
      separator = CSVSniffer(quote: quote).separator(of: bytes[start...])
    }
    var scanner = CSVScanner(
      bytes: bytes, start: start, separator: separator, quote: quote, name: name)
    try scanner.scan()

    self.bytes = bytes
    self.name = name
    self.quote = quote
    let width = scanner.fieldCount
    if options.hasHeader {
      columnNames = CSVContent.distinctNames(
        scanner.fields.prefix(width).map { $0.text(in: bytes, quote: quote) })
      fields = Array(scanner.fields.dropFirst(width))
      lines = Array(scanner.lines.dropFirst())
    } else {
      columnNames = (0..<width).map { "column_\($0 + 1)" }
      fields = scanner.fields
      lines = scanner.lines
    }
    rowCount = lines.count
  }

  /// The value of a row and a column.
  @inline(__always)
  func field(_ row: Int, _ column: Int) -> CSVField { fields[row &* columnNames.count &+ column] }

  private static func ascii(_ character: Character, _ role: String) throws(FrameError) -> UInt8 {
    guard let value = character.asciiValue, character != "\r\n", value != 10, value != 13 else {
      throw FrameError(
        code: .badValue, what: "the \(role) \"\(character)\" is no ASCII character",
        place: "CSVOptions", mend: "choose one such as , ; | or a tab")
    }
    return value
  }

  /// Where the text begins: behind a byte-order mark. Text that is not UTF-8 is an error.
  private static func textStart(of bytes: [UInt8], name: String) throws(FrameError) -> Int {
    let start = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
    if bytes.starts(with: [0xff, 0xfe]) || bytes.starts(with: [0xfe, 0xff]) {
      throw FrameError(
        code: .malformedFile, what: "the text is UTF-16, not UTF-8", place: name,
        mend: "convert it: iconv -f UTF-16 -t UTF-8")
    }
    do {
      _ = try UTF8Span(validating: bytes.span)
    } catch {
      let place = error.byteOffsets.lowerBound
      let line = bytes[..<place].count { $0 == 10 } + 1
      throw FrameError(
        code: .malformedFile, what: "byte \(place) is not UTF-8", place: "\(name), line \(line)",
        mend: "convert the file, perhaps: iconv -f WINDOWS-1252 -t UTF-8")
    }
    return start
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
