internal import ApusFrame

/// A Parquet file: its columns and row groups.
///
///     "PAR1" | pages … | metadata | how many bytes that has, 4 bytes | "PAR1"
struct ParquetFile: Sendable {
  let path: String
  let schema: ParquetSchema
  let rowGroups: [ParquetRowGroup]
  let rowCount: Int
  /// How many bytes the file had, and its metadata, when it was looked at.
  let byteCount: Int
  let metadataByteCount: Int

  /// What a file's end tells.
  init(_ file: InputFile) throws(FrameError) {
    path = file.path
    byteCount = file.count
    guard file.count >= 12 else {
      throw ParquetFile.noParquet("it has \(file.count) bytes", file.path)
    }
    let end = try file.bytes((file.count - 8)..<file.count)
    let mark = UnsafeRawPointer(end.start)
    let magic = UInt32(littleEndian: mark.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
    let length = Int(UInt32(littleEndian: mark.loadUnaligned(as: UInt32.self)))
    withExtendedLifetime(end) {}
    if magic == 0x4552_4150 {
      throw FrameError(
        code: .malformedFile, what: "the file is encrypted", place: file.path,
        mend: "write it without encryption")
    }
    guard magic == 0x3152_4150 else {
      throw ParquetFile.noParquet("it does not end in PAR1", file.path)
    }
    guard length <= file.count - 12 else {
      throw ParquetFile.noParquet("its metadata would have \(length) bytes", file.path)
    }
    metadataByteCount = length
    let bytes = try file.bytes((file.count - 8 - length)..<(file.count - 8))
    var reader = ThriftReader(bytes.start, count: bytes.count, context: file.path)
    let metadata = try reader.metadata()
    withExtendedLifetime(bytes) {}
    schema = try ParquetSchema(metadata, path: file.path)
    rowGroups = metadata.rowGroups
    var total = 0
    for (place, group) in rowGroups.enumerated() {
      guard group.columns.count == schema.chunkCount, group.rowCount >= 0,
        group.rowCount < 1 << 40, total < 1 << 40
      else {
        throw FrameError(
          code: .malformedFile,
          what: "it has \(group.columns.count) columns of \(group.rowCount) rows",
          place: "\(file.path), row group \(place)", mend: "get the file anew")
      }
      total += group.rowCount
    }
    rowCount = total
  }

  private static func noParquet(_ what: String, _ path: String) -> FrameError {
    FrameError(
      code: .malformedFile, what: "this is no Parquet file: \(what)", place: path,
      mend: "check the name and whether the file is complete")
  }
}
