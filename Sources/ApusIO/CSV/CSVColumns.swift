internal import ApusFrame

/// Makes columns of a CSV text.
///
/// Types are guessed from the first, the middle and the last chunk. Every chunk is then cut and
/// read, column by column while its bytes are in the cache. A column of which a value does not fit
/// the guess is looked at from its first value to its last, and read again.
struct CSVColumns {
  private let layout: CSVLayout
  private let options: CSVOptions
  private let nulls: CSVNulls
  private let wanted: [Int]

  /// How many records at the start of a chunk the guess looks at.
  private static let sampleRecordCount = 200

  /// Reads the columns at the places `wanted`; all of them when that is not given.
  init(_ layout: CSVLayout, options: CSVOptions, wanted: [Int]? = nil) {
    self.layout = layout
    self.options = options
    nulls = CSVNulls(options.nullTokens)
    self.wanted = wanted ?? Array(layout.columnNames.indices)
  }

  /// The columns, in the order of `wanted`.
  func read() throws(FrameError) -> [AnyColumn] {
    let names = layout.columnNames
    let schema = try Schema(names.map { Schema.Field($0, .string) }, for: layout.text.name)
    for name in options.types.keys.sorted() { _ = try schema.place(of: name, in: "types:") }
    var guesses = try guessedTypes()
    for (place, column) in wanted.enumerated() {
      guard let type = options.types[names[column]] else { continue }
      guesses[place] = type
    }
    // Types that the builder does not read itself are made of texts.
    var made = guesses
    var builders = zip(wanted, guesses).map { column, type in
      type.map { CSVColumnBuilder($0.asRead, column: column, layout: layout) }
    }
    try fill(builders.compactMap { $0 })
    // What has no guess, or a wrong one, is looked at as a whole.
    var open: [Int] = []
    for place in builders.indices {
      if let builder = builders[place] {
        if options.types[names[wanted[place]]] != nil { try builder.rethrowFailure() }
        if builder.hasFailed { open.append(place) }
      } else {
        open.append(place)
      }
    }
    if !open.isEmpty {
      let types = try narrowedTypes(of: open.map { wanted[$0] })
      for (place, type) in zip(open, types) {
        made[place] = type
        builders[place] = CSVColumnBuilder(type.asRead, column: wanted[place], layout: layout)
      }
      try fill(open.compactMap { builders[$0] })
      for place in open { try builders[place]?.rethrowFailure() }
    }
    var columns: [AnyColumn] = []
    for (place, builder) in builders.enumerated() {
      guard let builder, let type = made[place] else {
        preconditionFailure("a column without a type")
      }
      let name = names[wanted[place]]
      let column = AnyColumn(name: name, try builder.finish())
      columns.append(
        type == type.asRead
          ? column : try cast(column, to: type, isGiven: options.types[name] != nil))
    }
    return columns
  }

  /// A column of texts as one of another type. Where the type was only guessed from some of the
  /// values, a value that is not of it leaves the column what it was.
  private func cast(
    _ column: AnyColumn, to type: DataType, isGiven: Bool
  ) throws(FrameError) -> AnyColumn {
    do throws(FrameError) {
      let frame = try DataFrame(columns: [column])
      return try frame.select(col(column.name).cast(to: type).as(column.name))[column.name]
    } catch {
      guard isGiven || error.code == .cancelled else { return column }
      throw FrameError(
        code: error.code, what: error.what, place: "\(layout.text.name), \(error.place)",
        mend: error.mend)
    }
  }

  /// The types of the wanted columns as a few records have them; nothing where they leave it open.
  func guessedTypes() throws(FrameError) -> [DataType?] {
    var types = wanted.map { _ in CSVTypes() }
    let count = layout.chunks.count
    let scanner = CSVScanner(text: layout.text, width: layout.columnNames.count)
    for chunk in Set([0, count / 2, count - 1]).sorted() where chunk >= 0 && chunk < count {
      let found = try scanner.scan(
        layout.chunks[chunk], recordLimit: CSVColumns.sampleRecordCount)
      narrow(&types, wanted, found, origin: layout.chunks[chunk].lowerBound)
    }
    return types.map(\.guess)
  }

  /// The types of columns, from all of their values.
  private func narrowedTypes(of columns: [Int]) throws(FrameError) -> [DataType] {
    let scanner = CSVScanner(text: layout.text, width: layout.columnNames.count)
    let parts = try parallelMap(layout.chunks.count) { chunk throws(FrameError) in
      var types = columns.map { _ in CSVTypes() }
      let found = try scanner.scan(layout.chunks[chunk])
      narrow(&types, columns, found, origin: layout.chunks[chunk].lowerBound)
      return types
    }
    return columns.indices.map { place in
      parts.reduce(into: CSVTypes()) { $0.merge($1[place]) }.type
    }
  }

  private func narrow(
    _ types: inout [CSVTypes], _ columns: [Int], _ found: CSVScanner.Result, origin: Int
  ) {
    for (place, column) in columns.enumerated() {
      var index = column
      while index < found.fields.count, !types[place].isText {
        let field = found.fields[index]
        let start = origin + Int(field.start)
        let value = CSVNumbers.trimmed(layout.text.slice(start..<(start + field.count)))
        if !nulls.contain(value) { types[place].narrow(by: value) }
        index += found.width
      }
    }
  }

  /// Reads all chunks into the columns.
  private func fill(_ builders: [CSVColumnBuilder]) throws(FrameError) {
    guard !builders.isEmpty else { return }
    let scanner = CSVScanner(text: layout.text, width: layout.columnNames.count)
    try inParallel(layout.chunks.count) { chunk throws(FrameError) in
      let found = try scanner.scan(layout.chunks[chunk])
      found.fields.read { fields in
        for builder in builders where !builder.hasFailed {
          builder.read(chunk: chunk, fields: fields, width: found.width, nulls: nulls)
        }
      }
    }
  }
}
