internal import ApusFrame

@_implementationOnly import CFormats

/// Files of JSON objects, one a line or all in one list, as the source of a lazy frame.
struct JSONSource: ScanSource {
  let schema: Schema
  let description: String
  private let paths: [String]
  private let held: FileBytes?
  private let place: String
  private let kinds: [JSONKind.Field]
  private let progress: ReadProgress?

  /// How many bytes a chunk has, as far as line ends allow.
  private static let chunkByteCount = 1 << 20
  /// How many bytes of a large file tell its types.
  private static let sampleByteCount = 64 << 20

  /// What is known of a chunk once it is read.
  private struct Chunk: @unchecked Sendable {
    // Each is made by one task and then read by one at a time.
    let fields: JSONFields
    let text: FileBytes
  }

  init(_ path: String, place: String, progress: ReadProgress? = nil) throws(FrameError) {
    try self.init(
      paths: try FilePattern.paths(path, place: place), held: nil, description: "json \"\(path)\"",
      place: place, progress: progress)
  }

  /// A file in memory.
  init(_ bytes: [UInt8], path: String) throws(FrameError) {
    try self.init(
      paths: [path], held: try TextFile.decompressed(FileBytes(bytes), path: path),
      description: "json \"\(path)\"", place: path)
  }

  private init(
    paths: [String], held: FileBytes?, description: String, place: String,
    progress: ReadProgress? = nil
  ) throws(FrameError) {
    self.progress = progress
    self.paths = paths
    self.held = held
    self.description = description
    self.place = place
    var kind = JSONKind.object([])
    for path in paths {
      let text = if let held { held } else { try TextFile.bytes(path, place: place) }
      for chunk in try JSONSource.chunks(text, path, wanted: nil, isSample: true) {
        kind = kind.merged(with: chunk.fields.kind)
      }
    }
    guard case .object(let fields) = kind else { preconditionFailure("records are objects") }
    kinds = fields
    schema = try Schema(fields.map { Schema.Field($0.name, $0.kind.type) }, for: paths[0])
  }

  func read(
    _ places: [Int], limit: Int?, where predicate: TypedExpr?
  ) throws(FrameError) -> DataFrame {
    let wanted = places.map { kinds[$0] }
    let chunks = try chunks(of: Set(wanted.map { Array($0.name.utf8) }), limit: limit)
    var all = JSONKind.object(kinds)
    for chunk in chunks { all = all.merged(with: chunk.fields.kind) }
    if case .object(let found) = all {
      for field in wanted {
        guard let now = found.first(where: { $0.name == field.name }),
          now.kind.type == field.kind.type
        else {
          throw FrameError(
            code: .badValue, what: "column \"\(field.name)\" holds more than \(field.kind.type)",
            place: description, mend: "read the whole file: DataFrame(json:)")
        }
      }
    }
    return try JSONSource.frame(wanted, chunks, limit: limit)
  }

  /// All columns and rows; types are those of all values.
  func readWhole() throws(FrameError) -> DataFrame {
    let chunks = try chunks(of: nil, limit: nil)
    var kind = JSONKind.object([])
    for chunk in chunks { kind = kind.merged(with: chunk.fields.kind) }
    guard case .object(let fields) = kind else { preconditionFailure("records are objects") }
    return try JSONSource.frame(fields, chunks, limit: nil)
  }

  private func chunks(of wanted: Set<[UInt8]>?, limit: Int?) throws(FrameError) -> [Chunk] {
    var chunks: [Chunk] = []
    let sizes = paths.map(FileBytes.size)
    progress?.begin(byteCount: sizes.reduce(0, +))
    for (path, size) in zip(paths, sizes) {
      let text = if let held { held } else { try TextFile.bytes(path, place: place) }
      progress?.expect(bytes: text.count - size)
      chunks += try JSONSource.chunks(
        text, path, wanted: wanted, isSample: false, progress: progress)
      if let limit, chunks.reduce(0, { $0 + $1.fields.rowCount }) >= limit { break }
    }
    progress?.end(rowCount: chunks.reduce(0) { $0 + $1.fields.rowCount })
    return chunks
  }

  private static func frame(
    _ fields: [JSONKind.Field], _ chunks: [Chunk], limit: Int?
  ) throws(FrameError) -> DataFrame {
    let rowCount = chunks.reduce(0) { $0 + $1.fields.rowCount }
    let columns = try parallelMap(fields.count) { number throws(FrameError) in
      let field = fields[number]
      let parts = chunks.map { chunk in
        withExtendedLifetime(chunk.text) {
          chunk.fields.column(
            field.name, as: field.kind, text: chunk.text.start, count: chunk.fields.rowCount)
        }
      }
      let whole =
        parts.isEmpty
        ? ColumnStorage.repeating(.null, type: field.kind.type, count: 0)
        : try concatenated(parts, type: field.kind.type)
      return AnyColumn(name: field.name, whole)
    }
    let frame = try DataFrame(columns: columns, rowCount: rowCount)
    return limit.map { frame.head($0) } ?? frame
  }

  /// Reads a text, chunk by chunk; of a large one, as a sample, the first, middle and last ones.
  private static func chunks(
    _ text: FileBytes, _ path: String, wanted: Set<[UInt8]>?, isSample: Bool,
    progress: ReadProgress? = nil
  ) throws(FrameError) -> [Chunk] {
    let bytes = text.start
    guard text.count < 1 << 32 else {
      throw FrameError(
        code: .malformedFile, what: "the text has \(text.count) bytes", place: path,
        mend: "divide it into files of less than 4 GiB and read them by a pattern")
    }
    var start = text.count >= 3 && bytes[0] == 0xef && bytes[1] == 0xbb && bytes[2] == 0xbf ? 3 : 0
    while start < text.count, bytes[start] == 0x20 || (bytes[start] >= 9 && bytes[start] <= 13) {
      start += 1
    }
    if start < text.count, bytes[start] == UInt8(ascii: "[") {
      let fields = JSONFields(rowCount: 0)
      try list(text, path, from: start, into: fields, wanted)
      return [Chunk(fields: fields, text: text)]
    }
    var ranges: [Range<Int>] = []
    while start < text.count {
      var end = Swift.min(start + chunkByteCount, text.count)
      while end < text.count, bytes[end - 1] != 10 { end += 1 }
      ranges.append(start..<end)
      start = end
    }
    if isSample, text.count > sampleByteCount {
      let part = Swift.max(sampleByteCount / chunkByteCount / 3, 1)
      let middle = ranges.count / 2
      let chosen = Array(ranges.indices).filter {
        $0 < part || ($0 >= middle && $0 < middle + part) || $0 >= ranges.count - part
      }
      ranges = chosen.map { ranges[$0] }
    }
    return try parallelMap(ranges.count) { number throws(FrameError) in
      let fields = JSONFields(rowCount: 0)
      try lines(text, path, ranges[number], into: fields, wanted)
      progress?.add(bytes: ranges[number].count, rows: fields.rowCount)
      return Chunk(fields: fields, text: text)
    }
  }

  private static func lines(
    _ text: FileBytes, _ path: String, _ range: Range<Int>, into fields: JSONFields,
    _ wanted: Set<[UInt8]>?
  ) throws(FrameError) {
    try validate(text, path, range)
    var start = range.lowerBound
    while start < range.upperBound {
      var end = start
      while end < range.upperBound, text.start[end] != 10 { end += 1 }
      var parser = JSONParser(text.start, from: start, end: end)
      if !parser.isAtEnd() {
        do throws(JSONParser.Failure) {
          try parser.object(into: fields, wanted: wanted)
          guard parser.isAtEnd() else { throw parser.failure("more follows in the line") }
        } catch {
          throw malformed(error, text, path)
        }
        fields.rowCount += 1
      }
      start = end + 1
    }
    withExtendedLifetime(text) {}
  }

  private static func list(
    _ text: FileBytes, _ path: String, from start: Int, into fields: JSONFields,
    _ wanted: Set<[UInt8]>?
  ) throws(FrameError) {
    try validate(text, path, start..<text.count)
    var parser = JSONParser(text.start, from: start, end: text.count)
    do throws(JSONParser.Failure) {
      try parser.expect("[")
      if parser.peek() == UInt8(ascii: "]") {
        try parser.expect("]")
      } else {
        while true {
          try parser.object(into: fields, wanted: wanted)
          fields.rowCount += 1
          if parser.peek() == UInt8(ascii: "]") { break }
          try parser.expect(",")
        }
        try parser.expect("]")
      }
      guard parser.isAtEnd() else { throw parser.failure("more follows behind the list") }
    } catch {
      throw malformed(error, text, path)
    }
  }

  private static func validate(
    _ text: FileBytes, _ path: String, _ range: Range<Int>
  ) throws(FrameError) {
    guard apus_is_utf8(text.start + range.lowerBound, range.count) == 0 else { return }
    throw malformed(
      JSONParser.Failure(what: "the text is not UTF-8", place: range.lowerBound), text, path)
  }

  private static func malformed(
    _ failure: JSONParser.Failure, _ text: FileBytes, _ path: String
  ) -> FrameError {
    var (line, column) = (1, 1)
    for place in 0..<Swift.min(failure.place, text.count) {
      if text.start[place] == 10 {
        line += 1
        column = 1
      } else {
        column += 1
      }
    }
    return FrameError(
      code: .malformedFile, what: failure.what, place: "\(path), line \(line), byte \(column)",
      mend: "records are objects, one a line or all in one list")
  }
}

extension FileBytes {
  /// The first byte; valid as long as the bytes are held.
  var start: UnsafePointer<UInt8> {
    UnsafePointer(buffer.base.assumingMemoryBound(to: UInt8.self))
  }
}
