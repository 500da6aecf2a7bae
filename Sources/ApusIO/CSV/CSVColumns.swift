internal import ApusFrame

/// Makes columns of a CSV text.
///
/// Types are guessed from the first, the middle and the last chunk, or were guessed from other files
/// of the same columns. Every chunk is then cut and read, column by column while its bytes are in
/// the cache. A column of which a value does not fit the guess is looked at from its first value to
/// its last, and read again.
struct CSVColumns {
  private let layout: CSVLayout
  private let options: CSVOptions
  private let format: CSVNumberFormat?
  /// The null tokens of each wanted column.
  private let nulls: [CSVNulls]
  private let wanted: [Int]
  private let progress: ReadProgress?

  /// A column that was read.
  struct Found {
    let column: AnyColumn
    /// Its type; nothing when it is null throughout and so could be of any.
    let type: DataType?
    /// The value that made the column wider than it was guessed to be.
    var misfit: FrameError?
  }

  /// How many records at the start of a chunk the guess looks at.
  private static let sampleRecordCount = 200

  /// Reads the columns at the places `wanted`; all of them when that is not given.
  init(
    _ layout: CSVLayout, options: CSVOptions, wanted: [Int]? = nil, progress: ReadProgress? = nil
  ) throws(FrameError) {
    self.layout = layout
    self.options = options
    self.progress = progress
    format = try CSVNumberFormat(options)
    self.wanted = wanted ?? Array(layout.columnNames.indices)
    let common = CSVNulls(options.nullTokens)
    nulls = self.wanted.map { column in
      options.columnNullTokens[layout.columnNames[column]].map(CSVNulls.init) ?? common
    }
  }

  /// The columns, in the order of `wanted`: each of the type that is given for it, else of the one
  /// that it was guessed to have, else of one that all of its values fit.
  func read(as guesses: [DataType?]) throws(FrameError) -> [Found] {
    let given = wanted.map { options.types[layout.columnNames[$0]] }
    // Types that the builder does not read itself are made of texts.
    var made = zip(given, guesses).map { $0 ?? $1 }
    let listable = try listablePlaces(made)
    var builders = zip(wanted.indices, made).map { place, type in
      type.map { builder(place, $0, listsTexts: listable.contains(place)) }
    }
    try fill(builders, isFirst: true)
    // What has no guess, or a wrong one, is looked at as a whole.
    var open: [Int] = []
    var again: [CSVColumnBuilder?] = wanted.map { _ in nil }
    var misfits: [Int: FrameError] = [:]
    var typeless: Set<Int> = []
    for place in builders.indices {
      guard let builder = builders[place] else {
        open.append(place)
        continue
      }
      if builder.hasTooManyTexts, let type = made[place] {
        again[place] = self.builder(place, type)
        builders[place] = again[place]
      }
      guard let misfit = builder.error else { continue }
      guard given[place] == nil, !options.isStrict else { throw misfit }
      misfits[place] = misfit
      open.append(place)
    }
    if !open.isEmpty {
      let types = try narrowedTypes(of: open)
      for (place, found) in zip(open, types) {
        if !found.seesValues { typeless.insert(place) }
        made[place] = found.type
        builders[place] = builder(place, found.type)
      }
      for place in open { again[place] = builders[place] }
    }
    try fill(again, isFirst: false)
    for place in open { if let error = builders[place]?.error { throw error } }
    var result: [Found] = []
    for (place, builder) in builders.enumerated() {
      guard let builder, let type = made[place] else {
        preconditionFailure("a column without a type")
      }
      let texts = AnyColumn(name: layout.columnNames[wanted[place]], try builder.finish())
      let column =
        type == type.asRead
        ? texts : try cast(texts, to: type, isGiven: given[place] != nil, place, &misfits[place])
      result.append(
        Found(
          column: column, type: typeless.contains(place) ? nil : column.type,
          misfit: misfits[place]))
    }
    if let rejects = options.rejects { rejects.note(rejected.all, of: layout.text) }
    return result
  }

  /// What is found of the rejects while columns are made.
  private let rejected = CSVRejectList()

  private func builder(
    _ place: Int, _ type: DataType, listsTexts: Bool = false
  ) -> CSVColumnBuilder {
    CSVColumnBuilder(
      type, column: wanted[place], layout: layout, nulls: nulls[place], format: format,
      rejects: options.rejects != nil, listsTexts: listsTexts)
  }

  /// The columns of texts of which few differ, as far as three chunks tell.
  private func listablePlaces(_ types: [DataType?]) throws(FrameError) -> Set<Int> {
    let places = types.indices.filter { types[$0] == .string }
    guard !places.isEmpty, layout.rowCount >= CSVListedTexts.leastRowCount else { return [] }
    let chunks = Set([0, layout.chunks.count / 2, layout.chunks.count - 1]).sorted()
    let samples = try parallelMap(chunks.count) { number throws(FrameError) in
      let found = try layout.scan(chunks[number], recordLimit: CSVListedTexts.sampledCount)
      return CSVListedTexts.Sample(chunk: chunks[number], found: found)
    }
    let answers = try parallelMap(places.count) { number throws(FrameError) in
      CSVListedTexts.isWorthwhile(layout, column: wanted[places[number]], samples)
    }
    return Set(zip(places, answers).filter(\.1).map(\.0))
  }

  /// A column of texts as one of another type. Where the type was only guessed from some of the
  /// values, a value that is not of it leaves the column what it was; where rejects are collected, it
  /// becomes null.
  private func cast(
    _ column: AnyColumn, to type: DataType, isGiven: Bool, _ place: Int,
    _ misfit: inout FrameError?
  ) throws(FrameError) -> AnyColumn {
    let frame = try DataFrame(columns: [column])
    do throws(FrameError) {
      return try frame.select(col(column.name).cast(to: type).as(column.name))[column.name]
    } catch {
      guard error.code == .badValue || error.code == .overflow else { throw error }
      if options.rejects != nil {
        let made = try frame.select(col(column.name).castOrNull(to: type).as(column.name))
        try noteNulls(of: made.columns[0], where: column.storage, type, wanted[place])
        return try made[column.name]
      }
      let placed = FrameError(
        code: error.code, what: error.what, place: "\(layout.text.name), \(error.place)",
        mend: error.mend)
      guard !isGiven, !options.isStrict else { throw placed }
      misfit = placed
      return column
    }
  }

  /// Notes the values that a cast has made null.
  private func noteNulls(
    of made: ColumnStorage, where texts: ColumnStorage, _ type: DataType, _ column: Int
  ) throws(FrameError) {
    guard let absent = made.validity else { return }
    for (chunk, rows) in layout.rows.enumerated() {
      let lost = rows.filter { !absent[$0] && texts.validity?[$0] ?? true }
      guard !lost.isEmpty else { continue }
      let found = try layout.scan(chunk)
      let origin = layout.chunks[chunk].lowerBound
      rejected.add(
        lost.map { row in
          let field = found.fields[(row - rows.lowerBound) * found.width + column]
          return CSVRejects.Reject(
            place: origin + Int(field.start), column: layout.columnNames[column],
            text: found.text.string(field, origin: origin), reason: "no \(type)")
        })
    }
  }

  /// What a few records of the text say of the types of the wanted columns.
  func sampledTypes() throws(FrameError) -> [CSVTypes] {
    var types = wanted.map { _ in CSVTypes() }
    let count = layout.chunks.count
    for chunk in Set([0, count / 2, count - 1]).sorted() where chunk >= 0 && chunk < count {
      let found = try layout.scan(chunk, recordLimit: CSVColumns.sampleRecordCount)
      narrow(&types, Array(wanted.indices), found, origin: layout.chunks[chunk].lowerBound)
    }
    return types
  }

  /// The types of the wanted columns at `places`, from all of their values.
  private func narrowedTypes(of places: [Int]) throws(FrameError) -> [CSVTypes] {
    let parts = try parallelMap(layout.chunks.count) { chunk throws(FrameError) in
      var types = places.map { _ in CSVTypes() }
      let found = try layout.scan(chunk)
      narrow(&types, places, found, origin: layout.chunks[chunk].lowerBound)
      return types
    }
    return places.indices.map { place in
      parts.reduce(into: CSVTypes()) { $0.merge($1[place]) }
    }
  }

  private func narrow(
    _ types: inout [CSVTypes], _ places: [Int], _ found: CSVScanner.Result, origin: Int
  ) {
    for (number, place) in places.enumerated() {
      var index = wanted[place]
      while index < found.fields.count, !types[number].isText {
        let field = found.fields[index]
        let start = origin + Int(field.start)
        let value = CSVNumbers.trimmed(found.text.slice(start..<(start + field.count)))
        if !field.isMissing, !nulls[place].contain(value) {
          types[number].narrow(by: value, format)
        }
        index += found.width
      }
    }
  }

  /// Reads all chunks into the columns that have builders.
  private func fill(_ builders: [CSVColumnBuilder?], isFirst: Bool) throws(FrameError) {
    let builders = builders.compactMap { $0 }
    guard !builders.isEmpty || (isFirst && options.rejects != nil) else { return }
    try inParallel(layout.chunks.count) { chunk throws(FrameError) in
      let found = try layout.scan(chunk)
      guard found.recordCount == layout.rows[chunk].count else {
        throw InputFile.changed(layout.text.name)
      }
      found.fields.read { fields in
        for builder in builders where !builder.hasFailed {
          builder.read(chunk: chunk, of: found.text, fields: fields, width: found.width)
        }
      }
      guard isFirst else { return }
      progress?.add(bytes: layout.chunks[chunk].count, rows: found.recordCount)
      if !found.rejected.isEmpty { rejected.add(found.rejected.map(record)) }
    }
    try layout.text.checkUnchanged()
    for builder in builders { rejected.add(builder.allRejected) }
  }

  /// A record that was left out.
  private func record(_ range: Range<Int>, _ reason: String) -> CSVRejects.Reject {
    CSVRejects.Reject(
      place: range.lowerBound, column: nil,
      text: String(decoding: layout.text.slice(range), as: UTF8.self), reason: reason)
  }
}
