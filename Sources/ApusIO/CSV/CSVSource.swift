internal import ApusFrame

@_implementationOnly import Synchronization

/// CSV files of the same columns, one behind the other, as the source of a frame.
///
/// Types are guessed when the source is made, from the first, the middle and the last file. A value
/// that does not fit widens its column: `read` of all that is asked for gives the wider type, and
/// notes it, so that a lazy frame can be typed anew.
struct CSVSource: ScanSource {
  let schema: Schema
  let description: String
  private let paths: [String]
  /// A text that is in memory already.
  private let held: CSVLayout?
  private let place: String
  /// The options, with what was found of quote, separator and header.
  private let options: CSVOptions
  /// The names of the files' columns, in the first file's order.
  private let names: [String]
  /// The given or guessed types of the columns of `names`; nothing where the sample leaves them open.
  private let guesses: [DataType?]
  /// For each column of the schema the file's column; nothing for those that are made up.
  private let columns: [Int?]
  private let wider: WiderTypes
  private let progress: ReadProgress?

  /// The files that `path` names; `place` says who asks. With `keepsText`, a single file stays in
  /// memory until it is read.
  init(
    _ path: String, options: CSVOptions, place: String, keepsText: Bool = false,
    progress: ReadProgress? = nil
  ) throws(FrameError) {
    let paths = try FilePattern.paths(path, place: place)
    let first = try CSVSource.layout(paths[0], options, place)
    try self.init(
      paths, first, isHeld: keepsText && paths.count == 1, description: "csv \"\(path)\"",
      options: options, place: place, progress: progress)
  }

  /// A file in memory.
  init(
    _ file: FileBytes, name: String, options: CSVOptions, progress: ReadProgress? = nil
  ) throws(FrameError) {
    let text = try CSVText(
      TextFile.decompressed(file, path: name), name: name, options: options)
    try self.init(
      [name], try CSVLayout(text, options: options), isHeld: true, description: "csv \"\(name)\"",
      options: options, place: name, progress: progress)
  }

  private init(
    _ paths: [String], _ first: CSVLayout, isHeld: Bool, description: String, options: CSVOptions,
    place: String, progress: ReadProgress?
  ) throws(FrameError) {
    self.paths = paths
    self.description = description
    self.place = place
    self.progress = progress
    held = isHeld ? first : nil
    var options = options
    options.quote = Character(Unicode.Scalar(first.text.quote))
    options.separator = Character(Unicode.Scalar(first.text.separator))
    options.hasHeader = first.hasHeader
    self.options = options
    names = first.columnNames
    try CSVSource.check(options, names, first.text.name)
    var types = try CSVColumns(first, options: options).sampledTypes()
    for number in Set([paths.count / 2, paths.count - 1]).sorted() where number > 0 {
      let layout = try CSVSource.layout(paths[number], options, place)
      let columns = try CSVSource.places(of: names, in: layout, first: paths[0])
      let others = try CSVColumns(layout, options: options, wanted: columns).sampledTypes()
      for column in types.indices { types[column].merge(others[column]) }
    }
    guesses = zip(names, types).map { name, found in options.types[name] ?? found.guess }
    wider = WiderTypes(count: names.count)
    (schema, columns) = try CSVSource.schema(names, guesses, options, first.text.name)
  }

  /// The same source with the types that reading has found.
  private init(_ source: CSVSource, _ guesses: [DataType?]) throws(FrameError) {
    paths = source.paths
    description = source.description
    held = source.held
    place = source.place
    options = source.options
    names = source.names
    wider = source.wider
    progress = source.progress
    self.guesses = guesses
    (schema, columns) = try CSVSource.schema(names, guesses, options, paths[0])
  }

  var widened: (any ScanSource)? {
    get throws(FrameError) {
      let found = wider.found
      let types = guesses.indices.map { found[$0]?.type ?? guesses[$0] }
      return types == guesses ? nil : try CSVSource(self, types)
    }
  }

  func read(
    _ places: [Int], limit: Int?, where predicate: TypedExpr?
  ) throws(FrameError) -> DataFrame {
    try checkTypes(places)
    let found = try read(places, limit: limit)
    try checkTypes(places)
    return found
  }

  /// Holds that no column is known to need another type than the schema tells.
  private func checkTypes(_ places: [Int]) throws(FrameError) {
    let known = wider.found
    for place in places {
      guard let column = columns[place], let found = known[column] else { continue }
      let field = schema.fields[place]
      guard found.type != field.type else { continue }
      throw found.misfit
        ?? FrameError(
          code: .badValue, what: "column \"\(field.name)\" is \(found.type), not \(field.type)",
          place: description,
          mend: "give its type: CSVOptions(types: [\"\(field.name)\": …])")
    }
  }

  /// All columns and rows, of types that all values fit.
  func readWhole() throws(FrameError) -> DataFrame {
    try read(Array(schema.fields.indices), limit: nil)
  }

  /// The columns at `places`, of types that all values fit; what had to become wider is noted.
  private func read(_ places: [Int], limit: Int?) throws(FrameError) -> DataFrame {
    let limit = Swift.min(limit ?? .max, options.rowLimit ?? .max)
    let wanted = places.compactMap { columns[$0] }
    let sizes = paths.map(FileBytes.size)
    progress?.begin(byteCount: sizes.reduce(0, +))
    let known = wider.found
    var types = wanted.map { known[$0]?.type ?? guesses[$0] }
    var misfits = wanted.map { known[$0]?.misfit }
    var files: [File] = []
    var rowCount = 0
    for (number, path) in paths.enumerated() where rowCount < limit || number == 0 {
      var layout = try layout(path)
      progress?.expect(bytes: layout.text.count - sizes[number])
      if limit - rowCount < layout.rowCount { layout = layout.prefix(limit - rowCount) }
      let found = try columns(wanted, of: layout, as: types, progress)
      for (place, column) in found.enumerated() {
        types[place] = CSVSource.common(types[place], column.type)
        misfits[place] = misfits[place] ?? column.misfit
      }
      files.append(File(path: path, rowCount: layout.rowCount, columns: found.map(\.column)))
      rowCount += layout.rowCount
    }
    // What was read before a later file made a column wider is read again.
    for number in files.indices {
      let stale = wanted.indices.filter { files[number].columns[$0].type != types[$0] ?? .string }
      guard !stale.isEmpty else { continue }
      let layout = try layout(files[number].path).prefix(files[number].rowCount)
      var strict = options
      for place in stale { strict.types[names[wanted[place]]] = types[place] ?? .string }
      strict.rejects = nil
      let again = try columns(
        stale.map { wanted[$0] }, of: layout, as: stale.map { types[$0] }, options: strict, nil)
      for (place, column) in zip(stale, again) { files[number].columns[place] = column.column }
    }
    for (place, column) in wanted.enumerated() where types[place] != guesses[column] {
      if let type = types[place] { wider.note(type, misfits[place], of: column) }
    }
    let frame = try frame(places, files, rowCount)
    let result = limit < rowCount ? frame.head(limit) : frame
    progress?.end(rowCount: result.rowCount)
    return result
  }

  /// A file's part of the answer.
  private struct File {
    let path: String
    let rowCount: Int
    var columns: [AnyColumn]
  }

  /// Puts the files' columns together, with those that count rows and name files.
  private func frame(
    _ places: [Int], _ files: [File], _ rowCount: Int
  ) throws(FrameError) -> DataFrame {
    guard rowCount < Int(UInt32.max) else {
      throw FrameError(
        code: .tooManyRows, what: "\(rowCount) rows", place: description,
        mend: "a frame holds up to \(UInt32.max - 1) rows")
    }
    var columns: [AnyColumn] = []
    var number = 0
    for place in places {
      let field = schema.fields[place]
      if self.columns[place] != nil {
        let parts = files.map { $0.columns[number].storage }
        number += 1
        columns.append(
          AnyColumn(name: field.name, try concatenated(parts, type: parts[0].type)))
      } else if field.name == options.rowIndex {
        let numbers = Values<Int>(count: rowCount) { target in
          for row in 0..<rowCount { target[row] = row }
        }
        columns.append(AnyColumn(name: field.name, .int64(FixedWidthColumn(numbers))))
      } else {
        let parts = files.map {
          ColumnStorage.repeating(.string($0.path), type: .string, count: $0.rowCount)
        }
        columns.append(AnyColumn(name: field.name, try concatenated(parts, type: .string)))
      }
    }
    return try DataFrame(columns: columns, rowCount: rowCount)
  }

  private func columns(
    _ wanted: [Int], of layout: CSVLayout, as types: [DataType?], options: CSVOptions? = nil,
    _ progress: ReadProgress?
  ) throws(FrameError) -> [CSVColumns.Found] {
    let places = try CSVSource.places(of: names, in: layout, first: paths[0])
    return try CSVColumns(
      layout, options: options ?? self.options, wanted: wanted.map { places[$0] },
      progress: progress
    ).read(as: types)
  }

  private func layout(_ path: String) throws(FrameError) -> CSVLayout {
    if let held { return held }
    return try CSVSource.layout(path, options, place)
  }

  private static func layout(
    _ path: String, _ options: CSVOptions, _ place: String
  ) throws(FrameError) -> CSVLayout {
    if let text = try CSVText(large: path, options: options, place: place) {
      return try CSVLayout(text, options: options)
    }
    let text = try CSVText(TextFile.bytes(path, place: place), name: path, options: options)
    return try CSVLayout(text, options: options)
  }

  /// Where the columns `names` stand in a file.
  private static func places(
    of names: [String], in layout: CSVLayout, first: String
  ) throws(FrameError) -> [Int] {
    if layout.columnNames == names { return Array(names.indices) }
    let own = try Schema(
      layout.columnNames.map { Schema.Field($0, .string) }, for: layout.text.name)
    let places = names.compactMap { own.index(of: $0) }
    guard places.count == names.count, names.count == layout.columnNames.count else {
      throw FrameError(
        code: .shapeMismatch, what: "its columns are not those of \(first)",
        place: layout.text.name, mend: "read files of the same columns together")
    }
    return places
  }

  /// Holds that the options speak of columns that are there.
  private static func check(
    _ options: CSVOptions, _ names: [String], _ file: String
  ) throws(FrameError) {
    let own = try Schema(names.map { Schema.Field($0, .string) }, for: file)
    for name in options.types.keys.sorted() { _ = try own.place(of: name, in: "types:") }
    for name in options.columnNullTokens.keys.sorted() {
      _ = try own.place(of: name, in: "columnNullTokens:")
    }
    if let limit = options.rowLimit, limit < 0 {
      throw FrameError(
        code: .badValue, what: "rowLimit is \(limit)", place: "CSVOptions",
        mend: "read 0 rows or more")
    }
  }

  /// The columns that a frame of the files has, and which of the files' columns each is.
  private static func schema(
    _ names: [String], _ guesses: [DataType?], _ options: CSVOptions, _ file: String
  ) throws(FrameError) -> (Schema, [Int?]) {
    let own = try Schema(zip(names, guesses).map { Schema.Field($0, $1 ?? .string) }, for: file)
    var fields: [Schema.Field] = []
    var columns: [Int?] = []
    if let name = options.rowIndex {
      fields.append(Schema.Field(name, .int64))
      columns.append(nil)
    }
    for name in options.columns ?? names {
      let place = try own.place(of: name, in: "columns:")
      fields.append(own.fields[place])
      columns.append(place)
    }
    if let name = options.pathColumn {
      fields.append(Schema.Field(name, .string))
      columns.append(nil)
    }
    return (try Schema(fields, for: file), columns)
  }

  /// The type that holds the values of both; nothing fits all.
  private static func common(_ left: DataType?, _ right: DataType?) -> DataType? {
    guard let left, let right else { return left ?? right }
    if left == right { return left }
    return [left, right].allSatisfy({ [.int64, .float64].contains($0) }) ? .float64 : .string
  }
}

/// The types that columns turned out to need, shared by all copies of a source.
private final class WiderTypes: Sendable {
  /// A type, and the value that asks for it.
  struct Found {
    let type: DataType
    let misfit: FrameError?
  }

  private let columns: Mutex<[Found?]>

  init(count: Int) { columns = Mutex([Found?](repeating: nil, count: count)) }

  var found: [Found?] { columns.withLock { $0 } }

  func note(_ type: DataType, _ misfit: FrameError?, of column: Int) {
    columns.withLock { $0[column] = Found(type: type, misfit: misfit) }
  }
}
