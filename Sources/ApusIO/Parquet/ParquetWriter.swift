internal import ApusFrame

/// Writes a frame as a Parquet file: row groups, page index, metadata.
struct ParquetWriter {
  private let frame: DataFrame
  private let options: ParquetOptions
  private let place = "write(parquet:)"

  init(_ frame: DataFrame, options: ParquetOptions) {
    self.frame = frame
    self.options = options
  }

  /// Writes to a file that takes the place of `path` when it is complete.
  func write(to path: String) throws(FrameError) {
    try AtomicFile.write(to: path, place: place) { file throws(FrameError) in
      try write { bytes throws(FrameError) in try file.write(bytes) }
    }
  }

  /// The whole file.
  func bytes() throws(FrameError) -> [UInt8] {
    var result: [UInt8] = []
    try write { bytes in result += bytes }
    return result
  }

  /// A row group that is written, and where its chunks lie.
  private struct Group {
    var chunks: [ParquetEncoder.Chunk]
    var offsets: [Int]
    var rowCount: Int
    var indexes: [(column: Range<Int>?, offset: Range<Int>)] = []
  }

  private func write(_ put: ([UInt8]) throws(FrameError) -> Void) throws(FrameError) {
    var end = 0
    func emit(_ bytes: [UInt8]) throws(FrameError) {
      try put(bytes)
      end += bytes.count
    }
    try emit(Array("PAR1".utf8))
    var groups: [Group] = []
    let size = Swift.max(options.rowGroupRowCount, 1)
    for first in stride(from: 0, to: frame.rowCount, by: size) {
      let rows = first..<Swift.min(first + size, frame.rowCount)
      let found = try parallelMap(frame.columnCount) { column throws(FrameError) in
        let name = frame.columnNames[column]
        var chunks: [ParquetEncoder.Chunk] = []
        let shredding = ParquetShredding(frame.columns[column].sliced(rows), name: name)
        for leaf in shredding.leaves {
          chunks.append(
            try ParquetEncoder(
              leaf, options: options, place: "\(place), column \"\(name)\""
            ).chunk())
        }
        return chunks
      }
      var group = Group(chunks: [], offsets: [], rowCount: rows.count)
      for var chunk in found.joined() {
        group.offsets.append(end)
        try emit(chunk.bytes)
        chunk.byteCount = chunk.bytes.count
        chunk.bytes = []
        chunk.plainByteCount = Swift.max(chunk.plainByteCount, 1)
        group.chunks.append(chunk)
      }
      groups.append(group)
    }
    if options.hasStatistics {
      for number in groups.indices {
        for (chunk, offset) in zip(groups[number].chunks, groups[number].offsets) {
          var column: Range<Int>?
          if let index = ParquetWriter.columnIndex(chunk) {
            column = end..<(end + index.count)
            try emit(index)
          }
          let index = ParquetWriter.offsetIndex(chunk, at: offset)
          groups[number].indexes.append((column, end..<(end + index.count)))
          try emit(index)
        }
      }
    }
    let metadata = metadata(groups)
    try emit(metadata + ArrowWriter.littleEndian(UInt32(metadata.count)) + Array("PAR1".utf8))
  }

  /// The bounds of a chunk's pages; nothing when one of them is not known.
  private static func columnIndex(_ chunk: ParquetEncoder.Chunk) -> [UInt8]? {
    guard chunk.pages.allSatisfy({ $0.isNull || $0.bounds != nil }) else { return nil }
    var writer = ThriftWriter()
    writer.structure { writer in
      writer.list(1, bools: chunk.pages.map(\.isNull))
      writer.list(2, binaries: chunk.pages.map { $0.bounds?.least ?? [] })
      writer.list(3, binaries: chunk.pages.map { $0.bounds?.greatest ?? [] })
      writer.field(4, int32: 0)
      writer.list(5, int64: chunk.pages.map(\.nullCount))
    }
    return writer.bytes
  }

  private static func offsetIndex(_ chunk: ParquetEncoder.Chunk, at offset: Int) -> [UInt8] {
    var writer = ThriftWriter()
    writer.structure { writer in
      writer.list(1, count: chunk.pages.count) { writer, page in
        writer.field(1, int64: offset + chunk.pages[page].offset)
        writer.field(2, int32: chunk.pages[page].byteCount)
        writer.field(3, int64: chunk.pages[page].firstRow)
      }
    }
    return writer.bytes
  }

  private func metadata(_ groups: [Group]) -> [UInt8] {
    let elements = ParquetSchemaWriter.elements(of: frame.schema)
    let keys = ParquetSchemaWriter.metadata(of: frame.schema)
    var writer = ThriftWriter()
    writer.structure { writer in
      writer.field(1, int32: 2)
      writer.list(2, count: elements.count) { elements[$1].write(to: &$0) }
      writer.field(3, int64: frame.rowCount)
      writer.list(4, count: groups.count) { writer, group in
        write(groups[group], to: &writer)
      }
      writer.list(5, count: keys.count) { writer, key in
        writer.field(1, binary: Array(keys[key].key.utf8))
        writer.field(2, binary: Array(keys[key].value.utf8))
      }
      writer.field(6, binary: Array("Apus".utf8))
      // Bounds are in the order that the format gives each type.
      let leafCount = elements.count { $0.physical != nil }
      writer.list(7, count: leafCount) { writer, _ in writer.field(1) { _ in } }
    }
    return writer.bytes
  }

  private func write(_ group: Group, to writer: inout ThriftWriter) {
    writer.list(1, count: group.chunks.count) { writer, place in
      let (chunk, offset) = (group.chunks[place], group.offsets[place])
      writer.field(2, int64: 0)
      writer.field(3) { writer in
        writer.field(1, int32: chunk.physical.rawValue)
        writer.list(2, int32: chunk.encodings.sorted())
        writer.list(3, binaries: chunk.path.map { Array($0.utf8) })
        writer.field(4, int32: chunk.codec)
        writer.field(5, int64: chunk.valueCount)
        writer.field(6, int64: chunk.plainByteCount)
        writer.field(7, int64: chunk.byteCount)
        writer.field(9, int64: offset + chunk.dataOffset)
        if let dictionary = chunk.dictionaryOffset { writer.field(11, int64: offset + dictionary) }
        if options.hasStatistics {
          writer.field(12) { writer in
            writer.field(3, int64: chunk.nullCount)
            if let bounds = chunk.bounds {
              writer.field(5, binary: bounds.greatest)
              writer.field(6, binary: bounds.least)
            }
          }
        }
      }
      guard place < group.indexes.count else { return }
      let (column, offsets) = group.indexes[place]
      writer.field(4, int64: offsets.lowerBound)
      writer.field(5, int32: offsets.count)
      if let column {
        writer.field(6, int64: column.lowerBound)
        writer.field(7, int32: column.count)
      }
    }
    writer.field(2, int64: group.chunks.reduce(0) { $0 + $1.plainByteCount })
    writer.field(3, int64: group.rowCount)
  }
}
