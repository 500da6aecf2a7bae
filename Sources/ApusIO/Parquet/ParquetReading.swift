internal import ApusFrame
internal import CFormats

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
    let bits: Values<UInt64>?
    let column: ColumnStorage?
  }

  /// The columns.
  func columns() throws(FrameError) -> [AnyColumn] {
    let schema = files[0].schema
    let targets = places.map { place in
      schema.columns[place].flatLeaf.map { ParquetTarget(schema.leaves[$0], count: rowCount) }
    }
    let pieces = try parallelMap(parts.count * places.count) { task throws(FrameError) in
      // All columns of a row group lie together in the file.
      let (part, column) = (parts[task / places.count], task % places.count)
      let file = files[part.file]
      let group = file.rowGroups[part.group]
      let place =
        "\(file.path), row group \(part.group), column "
        + "\"\(file.schema.columns[places[column]].name)\""
      if let target = targets[column], let leaf = file.schema.columns[places[column]].flatLeaf {
        var reader = ParquetChunkReader(
          group.columns[leaf], of: opened[part.file], to: target, leaf: file.schema.leaves[leaf],
          rowCount: group.rowCount, wanted: part.wanted, firstRow: part.firstRow, place: place)
        let piece = Piece(part: part, bits: try reader.read(), column: nil)
        report(column, part)
        return piece
      }
      let reader = ParquetNestedReader(
        file: file, input: opened[part.file], group: group, place: place)
      let piece = Piece(
        part: part, bits: nil,
        column: try reader.column(file.schema.columns[places[column]], part.wanted))
      report(column, part)
      return piece
    }
    return try parallelMap(places.count) { column throws(FrameError) in
      let own = stride(from: column, to: pieces.count, by: places.count).map { pieces[$0] }
      let (name, type) = (schema.columns[places[column]].name, schema.columns[places[column]].type)
      if let target = targets[column] {
        let validity = joined(own.map { ($0.part.firstRow, $0.part.rowCount, $0.bits) }, rowCount)
        return AnyColumn(name: name, try target.column(count: rowCount, validity: validity))
      }
      let found = own.compactMap(\.column)
      return AnyColumn(
        name: name,
        found.isEmpty
          ? .repeating(.null, type: type, count: 0) : try concatenated(found, type: type))
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
