internal import ApusFrame

/// An Arrow IPC file or stream: its columns, and where its messages lie.
///
///     file: "ARROW1" 0 0 | messages … | footer | its size | "ARROW1"
///     message: −1 | size of the metadata | metadata | body
///
/// A file's messages are read in their order, as a stream's are; the footer is not needed for that.
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
    var place = 0
    if file.count >= 8 {
      let head = try file.bytes(0..<8)
      let magic: [UInt8] = Array("ARROW1".utf8)
      if (0..<6).allSatisfy({ head.start[$0] == magic[$0] }) { place = 8 }
      withExtendedLifetime(head) {}
    }
    var fields: [ArrowField]?
    var messages: [Message] = []
    while let (metadata, next) = try ArrowFile.metadata(file, at: place) {
      let bytes = try file.bytes(metadata)
      let context = "\(file.path), byte \(place)"
      let message = try FlatTable(
        UnsafeRawPointer(bytes.start), count: bytes.count, context: context)
      let bodyCount = try message.number(3, Int.self) ?? 0
      guard bodyCount >= 0, bodyCount <= file.count - next else { throw FlatTable.damaged(context) }
      switch try message.number(1, UInt8.self) {
      case 1?:
        guard fields == nil, let schema = try message.table(2) else {
          throw FlatTable.damaged(context)
        }
        fields = try ArrowFile.fields(of: schema, context: context)
      case 2?, 3?:
        messages.append(
          Message(
            isDictionary: try message.number(1, UInt8.self) == 2, metadata: metadata,
            body: next..<(next + bodyCount)))
      default:
        throw FrameError(
          code: .malformedFile, what: "a message holds no batch of records", place: context,
          mend: "get the file anew")
      }
      withExtendedLifetime(bytes) {}
      place = next + bodyCount
    }
    guard let fields else {
      throw FrameError(
        code: .malformedFile, what: "this is neither an Arrow file nor an Arrow stream",
        place: file.path, mend: "check the name and whether the file is complete")
    }
    self.fields = fields
    self.messages = messages
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
