internal import ApusFrame

@_implementationOnly import CFormats

/// Reads the wanted rows of some columns of files. A task is a column of a row group.
struct ParquetReading {
  let files: [ParquetFile]
  let opened: [InputFile]
  let parts: [Part]
  /// Which columns are read.
  let places: [Int]
  let rowCount: Int
  let progress: ReadProgress?

  /// How many bytes the chunks have that are read.
  var byteCount: Int {
    parts.reduce(0) { total, part in
      places.indices.reduce(total) { $0 + byteCount(of: $1, part) }
    }
  }

  /// How many bytes a column's chunks of a row group have. Damaged files say anything.
  private func byteCount(of column: Int, _ part: Part) -> Int {
    let file = files[part.file]
    return file.schema.columns[places[column]].shape.leaves.reduce(0) {
      $0 + Swift.min(Swift.max(file.rowGroups[part.group].columns[$1].byteCount, 0), file.byteCount)
    }
  }

  /// Tells that a column of a row group is read; the group's rows are told with the last column.
  private func report(_ column: Int, _ part: Part) {
    progress?.add(
      bytes: byteCount(of: column, part), rows: column == places.count - 1 ? part.rowCount : 0)
  }

  /// What is read of a row group.
  struct Part {
    let file: Int
    let group: Int
    let wanted: [Range<Int>]
    var firstRow = 0
    var rowCount: Int { wanted.reduce(0) { $0 + $1.count } }
  }

  /// What a task has made: of a flat column which rows are present, of another the column.
  private struct Piece {
    let part: Part
    var bits: Values<UInt64>?
    var dictionary: (values: Buffer, count: Int)?
    var column: ColumnStorage?
  }

  /// The columns.
  func columns() throws(FrameError) -> [AnyColumn] {
    let schema = files[0].schema
    let all = Array(places.indices)
    var targets = all.map { place in
      schema.columns[places[place]].flatLeaf.map {
        ParquetTarget(schema.leaves[$0], count: rowCount, keepsPlaces: mayKeepPlaces(place))
      }
    }
    var pieces = try read(all, targets)
    let again = all.filter { targets[$0]?.hasTextsApart ?? false }
    if !again.isEmpty {
      for place in again {
        targets[place] = targets[place].map { ParquetTarget($0.leaf, count: rowCount) }
      }
      let found = try read(again, targets)
      for place in again { pieces[place] = found[place] }
    }
    return try parallelMap(places.count) { column throws(FrameError) in
      let own = pieces[column]
      let (name, type) = (schema.columns[places[column]].name, schema.columns[places[column]].type)
      if let target = targets[column] {
        let validity = joined(own.map { ($0.part.firstRow, $0.part.rowCount, $0.bits) }, rowCount)
        guard target.keepsPlaces else {
          return AnyColumn(name: name, try target.column(count: rowCount, validity: validity))
        }
        let chunks = own.map { piece in
          ParquetTexts.Chunk(
            rows: piece.part.firstRow..<(piece.part.firstRow + piece.part.rowCount),
            dictionary: piece.dictionary)
        }
        let texts = try ParquetTexts(target, chunks).column(count: rowCount, validity: validity)
        return AnyColumn(name: name, .string(texts))
      }
      let found = own.compactMap(\.column)
      return AnyColumn(
        name: name,
        found.isEmpty
          ? .repeating(.null, type: type, count: 0) : try concatenated(found, type: type))
    }
  }

  /// Whether a column's texts may all be in dictionaries: its chunks have some. Only reading tells
  /// whether that is so.
  private func mayKeepPlaces(_ column: Int) -> Bool {
    let first = files[0].schema.columns[places[column]]
    guard first.type == .string, rowCount >= ParquetTexts.leastRowCount else { return false }
    return parts.allSatisfy { part in
      let file = files[part.file]
      guard let leaf = file.schema.columns[places[column]].flatLeaf else { return false }
      return file.rowGroups[part.group].columns[leaf].dictionaryOffset ?? 0 > 0
    }
  }

  /// What the tasks for the columns at `wanted` among `places` have made, by column.
  private func read(
    _ wanted: [Int], _ targets: [ParquetTarget?]
  ) throws(FrameError) -> [[Piece]] {
    let pieces = try parallelMap(parts.count * wanted.count) { task throws(FrameError) in
      // All columns of a row group lie together in the file.
      let (part, column) = (parts[task / wanted.count], wanted[task % wanted.count])
      return try piece(part, column, targets[column])
    }
    var found = [[Piece]](repeating: [], count: places.count)
    for (task, piece) in pieces.enumerated() { found[wanted[task % wanted.count]].append(piece) }
    return found
  }

  private func piece(
    _ part: Part, _ column: Int, _ target: ParquetTarget?
  ) throws(FrameError) -> Piece {
    let file = files[part.file]
    let group = file.rowGroups[part.group]
    let place =
      "\(file.path), row group \(part.group), column "
      + "\"\(file.schema.columns[places[column]].name)\""
    guard let target, let leaf = file.schema.columns[places[column]].flatLeaf else {
      let reader = ParquetNestedReader(
        file: file, input: opened[part.file], group: group, place: place)
      let made = try reader.column(file.schema.columns[places[column]], part.wanted)
      report(column, part)
      return Piece(part: part, column: made)
    }
    if target.hasTextsApart { return Piece(part: part) }
    var reader = ParquetChunkReader(
      group.columns[leaf], of: opened[part.file], to: target, leaf: file.schema.leaves[leaf],
      rowCount: group.rowCount, wanted: part.wanted, firstRow: part.firstRow, place: place)
    do throws(FrameError) {
      let bits = try reader.read()
      report(column, part)
      return Piece(part: part, bits: bits, dictionary: reader.dictionary)
    } catch {
      // The column is read again, as texts.
      guard target.hasTextsApart else { throw error }
      return Piece(part: part)
    }
  }

  private func joined(
    _ parts: [(firstRow: Int, rowCount: Int, bits: Values<UInt64>?)], _ rowCount: Int
  ) -> Bitmap? {
    guard parts.contains(where: { $0.bits != nil }) else { return nil }
    return Bitmap(count: rowCount) { words in
      words.update(repeating: 0, count: Bitmap.wordCount(rowCount))
      let target = UnsafeMutableRawPointer(words).assumingMemoryBound(to: UInt.self)
      for part in parts {
        if let bits = part.bits {
          bits.read {
            apus_copy_bits(
              UnsafeRawPointer($0).assumingMemoryBound(to: UInt.self), 0, target, part.firstRow,
              part.rowCount)
          }
        } else {
          apus_set_bits(target, part.firstRow, part.rowCount)
        }
      }
    }
  }
}

extension ParquetTarget {
  /// The column, once all of its chunks are read.
  func column(count: Int, validity: Bitmap?) throws(FrameError) -> ColumnStorage {
    try column(values, count: count, validity: validity)
  }

  /// A column of values that lie in `values`.
  func column(
    _ values: Buffer, count: Int, validity: Bitmap?
  ) throws(FrameError) -> ColumnStorage {
    switch leaf.layout {
    case .bool: return .bools(bytes: values, count: count, validity: validity)
    case .fixed: return .fixed(leaf.type, values, count: count, validity: validity)
    case .text:
      let views = Values<StringView>(buffer: values, start: 0, count: count)
      return try .texts(
        StringColumn(views: views, heaps: keptHeaps, validity: validity), as: leaf.type)
    }
  }
}
