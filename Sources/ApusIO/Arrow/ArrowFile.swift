internal import ApusFrame

/// An Arrow IPC file or stream: its columns, and where its messages lie.
///
///     file: "ARROW1" 0 0 | messages … | footer | its size | "ARROW1"
///     message: −1 | size of the metadata | metadata | body
///
/// A stream's messages are read in their order. A file's are found through its footer, which also
/// has the schema: what else lies before them is its writer's own affair.
struct ArrowFile: Sendable {
  let fields: [ArrowField]
  /// Dictionaries and record batches in order.
  let messages: [Message]
  let path: String
  let byteCount: Int

  /// How many bytes the batches' values take.
  var bodyByteCount: Int { messages.reduce(0) { $0 + ($1.isDictionary ? 0 : $1.body.count) } }

  /// A message behind the schema.
  struct Message: Sendable {
    let isDictionary: Bool
    let metadata: Range<Int>
    let body: Range<Int>
  }

  init(_ file: InputFile) throws(FrameError) {
    path = file.path
    byteCount = file.count
    let content =
      if let footer = try ArrowFile.footer(of: file) {
        try ArrowFile.content(of: file, footer: footer)
      } else {
        try ArrowFile.content(ofStream: file)
      }
    fields = content.fields
    messages = content.messages
  }

  private typealias Content = (fields: [ArrowField], messages: [Message])

  private static let magic = Array("ARROW1".utf8)

  /// Where a file's footer lies; nothing when this is a stream.
  private static func footer(of file: InputFile) throws(FrameError) -> Range<Int>? {
    guard file.count >= 8 else { return nil }
    let head = try file.bytes(0..<8)
    defer { withExtendedLifetime(head) {} }
    guard magic.indices.allSatisfy({ head.start[$0] == magic[$0] }) else { return nil }
    let end = try file.bytes(Swift.max(file.count - 10, 0)..<file.count)
    defer { withExtendedLifetime(end) {} }
    let size = Int(UnsafeRawPointer(end.start).loadUnaligned(as: Int32.self))
    guard end.count == 10, magic.indices.allSatisfy({ end.start[4 + $0] == magic[$0] }), size > 0,
      size <= file.count - 18
    else {
      throw FrameError(
        code: .malformedFile, what: "the file has no footer",
        place: "\(file.path), byte "
          + "\(Swift.max(file.count - 10, 0))",
        mend: "the file is not complete; write it again")
    }
    return (file.count - 10 - size)..<(file.count - 10)
  }

  /// What a file's footer tells (File.fbs: version, schema, dictionaries, record batches).
  private static func content(
    of file: InputFile, footer: Range<Int>
  ) throws(FrameError) -> Content {
    let context = "\(file.path), footer at byte \(footer.lowerBound)"
    let bytes = try file.bytes(footer)
    defer { withExtendedLifetime(bytes) {} }
    let table = try FlatTable(UnsafeRawPointer(bytes.start), count: bytes.count, context: context)
    guard let schema = try table.table(1) else { throw FlatTable.damaged(context) }
    let fields = try fields(of: schema, context: context)
    var messages: [Message] = []
    var total = 0
    for (field, isDictionary) in [(2, true), (3, false)] {
      for block in try table.structures(field, words: 3) {
        let start = block[0]
        guard start >= 0, start < footer.lowerBound,
          let (metadata, next) = try metadata(file, at: start),
          let found = try message(file, metadata, next, of: start),
          found.isDictionary == isDictionary
        else { throw FlatTable.damaged("\(file.path), byte \(start)") }
        messages.append(found)
        total += found.body.count
        // Messages that lie in one another would be a way to ask for any amount of memory.
        guard total <= file.count else { throw FlatTable.damaged(context) }
      }
    }
    return (fields, messages)
  }

  /// A message of a dictionary or a batch; nothing when it is of another kind.
  private static func message(
    _ file: InputFile, _ metadata: Range<Int>, _ next: Int, of start: Int
  ) throws(FrameError) -> Message? {
    let bytes = try file.bytes(metadata)
    defer { withExtendedLifetime(bytes) {} }
    let context = "\(file.path), byte \(start)"
    let message = try FlatTable(
      UnsafeRawPointer(bytes.start), count: bytes.count, context: context)
    let bodyCount = try message.number(3, Int.self) ?? 0
    guard bodyCount >= 0, bodyCount <= file.count - next else { throw FlatTable.damaged(context) }
    let kind = try message.number(1, UInt8.self)
    guard kind == 2 || kind == 3 else { return nil }
    return Message(
      isDictionary: kind == 2, metadata: metadata, body: next..<(next + bodyCount))
  }

  /// What the messages of a stream tell.
  private static func content(ofStream file: InputFile) throws(FrameError) -> Content {
    var fields: [ArrowField]?
    var messages: [Message] = []
    var place = 0
    while let (metadata, next) = try metadata(file, at: place) {
      let context = "\(file.path), byte \(place)"
      if let found = try message(file, metadata, next, of: place) {
        messages.append(found)
        place = found.body.upperBound
        continue
      }
      let bytes = try file.bytes(metadata)
      defer { withExtendedLifetime(bytes) {} }
      let table = try FlatTable(
        UnsafeRawPointer(bytes.start), count: bytes.count, context: context)
      guard try table.number(1, UInt8.self) == 1 else {
        throw FrameError(
          code: .malformedFile, what: "a message holds no batch of records", place: context,
          mend: "get the file anew")
      }
      guard fields == nil, let schema = try table.table(2) else { throw FlatTable.damaged(context) }
      fields = try ArrowFile.fields(of: schema, context: context)
      place = next + (try table.number(3, Int.self) ?? 0)
    }
    guard let fields else {
      throw FrameError(
        code: .malformedFile, what: "this is neither an Arrow file nor an Arrow stream",
        place: file.path, mend: "check the name and whether the file is complete")
    }
    return (fields, messages)
  }

  /// The fields of a schema.
  static func fields(of schema: FlatTable, context: String) throws(FrameError) -> [ArrowField] {
    guard try schema.number(0, Int16.self) ?? 0 == 0 else {
      throw FrameError(
        code: .malformedFile, what: "the file is big-endian", place: context,
        mend: "write it on a little-endian machine")
    }
    var fields: [ArrowField] = []
    for field in try schema.tables(1) { fields.append(try ArrowField(field, context: context)) }
    return fields
  }

  /// The metadata of the message at `place`, and where its body begins; nothing at the end.
  private static func metadata(
    _ file: InputFile, at start: Int
  ) throws(FrameError) -> (Range<Int>, next: Int)? {
    guard start <= file.count - 4 else { return nil }
    let head = try file.bytes(start..<Swift.min(start + 8, file.count))
    defer { withExtendedLifetime(head) {} }
    let first = UnsafeRawPointer(head.start).loadUnaligned(as: Int32.self)
    // Streams of before 0.15 have no −1 before the size.
    let isMarked = first == -1
    guard !isMarked || head.count == 8 else { return nil }
    let size = Int(
      isMarked
        ? UnsafeRawPointer(head.start).loadUnaligned(fromByteOffset: 4, as: Int32.self) : first)
    let begin = start + (isMarked ? 8 : 4)
    if size == 0 { return nil }
    guard size > 0, size <= file.count - begin else {
      throw FrameError(
        code: .malformedFile, what: "a message of \(size) bytes at byte \(start)",
        place: file.path, mend: "the file is no Arrow file, or damaged")
    }
    return (begin..<(begin + size), begin + size)
  }
}

/// Arrow IPC files or streams as the source of a lazy frame.
struct ArrowSource: ScanSource {
  let schema: Schema
  let description: String
  private let files: [ArrowFile]
  private let held: InputFile?
  private let place: String
  private let isMapped: Bool
  private let progress: ReadProgress?

  init(
    _ path: String, place: String, isMapped: Bool = false, progress: ReadProgress? = nil
  ) throws(FrameError) {
    var files: [ArrowFile] = []
    var inputs: [InputFile] = []
    for path in try FilePattern.paths(path, place: place) {
      inputs.append(try InputFile(path, place: place, isMapped: isMapped))
      files.append(try ArrowFile(inputs[inputs.count - 1]))
    }
    try self.init(
      files, inputs, "arrow \"\(path)\"", held: nil, place: place, isMapped: isMapped,
      progress: progress)
  }

  init(_ file: InputFile) throws(FrameError) {
    try self.init(
      [try ArrowFile(file)], [file], "arrow \"\(file.path)\"", held: file, place: file.path)
  }

  private init(
    _ files: [ArrowFile], _ inputs: [InputFile], _ description: String, held: InputFile?,
    place: String, isMapped: Bool = false, progress: ReadProgress? = nil
  ) throws(FrameError) {
    self.isMapped = isMapped
    self.progress = progress
    self.files = files
    self.description = description
    self.held = held
    self.place = place
    var schemas: [Schema] = []
    for (file, input) in zip(files, inputs) {
      schemas.append(try ArrowSource.schema(of: file, input))
      guard schemas[schemas.count - 1] == schemas[0] else {
        throw FrameError(
          code: .shapeMismatch, what: "its columns are not those of \(files[0].path)",
          place: file.path, mend: "read files of the same columns together")
      }
    }
    schema = schemas[0]
  }

  /// The types of a file's columns; the lists of ordered dictionaries belong to them.
  private static func schema(of file: ArrowFile, _ input: InputFile) throws(FrameError) -> Schema {
    var lists: [Int: [String]] = [:]
    if file.fields.contains(where: \.hasOrderedDictionary) {
      var reader = ArrowDictionaries(file)
      for message in file.messages where message.isDictionary {
        try reader.read(message, of: input)
      }
      for (id, column) in reader.columns {
        if case .string(let texts) = column, texts.validity == nil {
          let names = texts.read { reader in (0..<texts.count).map(reader.text) }
          if Set(names).count == names.count { lists[id] = names }
        }
      }
    }
    var fields: [Schema.Field] = []
    for field in file.fields {
      fields.append(
        Schema.Field(field.name, try field.dataType(in: file.path) { id in lists[id] }))
    }
    return try Schema(fields, for: file.path)
  }

  func read(
    _ places: [Int], limit: Int?, where predicate: TypedExpr?
  ) throws(FrameError) -> DataFrame {
    var parts: [[ColumnStorage]] = places.map { _ in [] }
    var rowCount = 0
    progress?.begin(byteCount: files.reduce(0) { $0 + $1.bodyByteCount })
    for file in files where rowCount < limit ?? .max {
      let input =
        if let held { held } else { try InputFile(file.path, place: place, isMapped: isMapped) }
      guard input.count == file.byteCount else {
        throw FrameError(
          code: .malformedFile, what: "the file has changed", place: file.path,
          mend: "make the lazy frame anew")
      }
      var dictionaries = ArrowDictionaries(file)
      var batches: [(message: ArrowFile.Message, dictionaries: [Int: ColumnStorage])] = []
      for message in file.messages {
        if message.isDictionary {
          try dictionaries.read(message, of: input)
        } else {
          batches.append((message, dictionaries.columns))
        }
      }
      let found = try parallelMap(batches.count) { number throws(FrameError) in
        let message = batches[number].message
        let found = try columns(of: message, input, file, batches[number].dictionaries, places)
        progress?.add(bytes: message.body.count, rows: found.rowCount)
        return found
      }
      for batch in found {
        rowCount += batch.rowCount
        for (place, column) in batch.columns.enumerated() { parts[place].append(column) }
      }
    }
    guard rowCount < Int(UInt32.max) else {
      throw FrameError(
        code: .tooManyRows, what: "\(rowCount) rows", place: description,
        mend: "a frame holds up to \(UInt32.max - 1) rows")
    }
    var whole: [AnyColumn] = []
    for (part, place) in zip(parts, places) {
      let field = schema.fields[place]
      let column =
        part.isEmpty
        ? ColumnStorage.repeating(.null, type: field.type, count: 0)
        : try concatenated(part, type: field.type)
      whole.append(AnyColumn(name: field.name, column))
    }
    let frame = try DataFrame(columns: whole, rowCount: rowCount)
    let result = limit.map { frame.head($0) } ?? frame
    progress?.end(rowCount: result.rowCount)
    return result
  }

  private func columns(
    of message: ArrowFile.Message, _ input: InputFile, _ file: ArrowFile,
    _ dictionaries: [Int: ColumnStorage], _ places: [Int]
  ) throws(FrameError) -> (columns: [ColumnStorage], rowCount: Int) {
    let context = "\(file.path), batch at byte \(message.metadata.lowerBound)"
    let metadata = try input.bytes(message.metadata)
    defer { withExtendedLifetime(metadata) {} }
    let table = try FlatTable(
      UnsafeRawPointer(metadata.start), count: metadata.count, context: context)
    guard let header = try table.table(2) else { throw FlatTable.damaged(context) }
    var batch = try ArrowBatch(
      header, body: try input.bytes(message.body), dictionaries: dictionaries, context: context,
      borrows: input.isMapped)
    let wanted = Set(places)
    var found: [Int: ColumnStorage] = [:]
    for (place, field) in file.fields.enumerated() {
      let column = try batch.column(
        field, schema.fields[place].type, isWanted: wanted.contains(place))
      guard let column else { continue }
      guard column.count == batch.rowCount else {
        throw FrameError(
          code: .malformedFile, what: "\(column.count) values for \(batch.rowCount) rows",
          place: "\(context), column \"\(field.name)\"", mend: "get the file anew")
      }
      found[place] = column
    }
    return (places.compactMap { found[$0] }, batch.rowCount)
  }
}

/// The dictionaries of a file, as far as they are read.
struct ArrowDictionaries {
  private let path: String
  private var fields: [Int: ArrowField] = [:]
  private(set) var columns: [Int: ColumnStorage] = [:]

  init(_ file: ArrowFile) {
    path = file.path
    for field in file.fields { note(field) }
  }

  private mutating func note(_ field: ArrowField) {
    if let dictionary = field.dictionary {
      var plain = field
      plain.dictionary = nil
      fields[dictionary.id] = plain
    }
    for child in field.children { note(child) }
  }

  /// Reads a dictionary's message.
  mutating func read(_ message: ArrowFile.Message, of input: InputFile) throws(FrameError) {
    let context = "\(path), dictionary at byte \(message.metadata.lowerBound)"
    let metadata = try input.bytes(message.metadata)
    defer { withExtendedLifetime(metadata) {} }
    let table = try FlatTable(
      UnsafeRawPointer(metadata.start), count: metadata.count, context: context)
    guard let header = try table.table(2), let data = try header.table(1),
      let id = try header.number(0, Int.self) ?? Optional(0), let field = fields[id]
    else { throw FlatTable.damaged(context) }
    var batch = try ArrowBatch(
      data, body: try input.bytes(message.body), dictionaries: columns, context: context)
    let type = try field.dataType(in: context)
    guard let column = try batch.column(field, type) else { throw FlatTable.damaged(context) }
    if try header.bool(2), let before = columns[id] {
      columns[id] = try concatenated([before, column], type: type)
    } else {
      columns[id] = column
    }
  }
}

extension ArrowField {
  /// Whether the field, or one inside it, has a dictionary whose order means something.
  var hasOrderedDictionary: Bool {
    dictionary?.isOrdered ?? false || children.contains(where: \.hasOrderedDictionary)
  }
}
