internal import ApusFrame

@_implementationOnly import CFormats

/// Parquet files of the same columns, one behind the other, as the source of a lazy frame.
///
/// Row groups and pages whose statistics say that no row fits the predicate are not read. A task is
/// a column of a row group.
struct ParquetSource: ScanSource {
  let schema: Schema
  let description: String
  private let files: [ParquetFile]
  /// A file that is in memory already, for tests and pipes.
  private let held: InputFile?
  private let place: String
  private let progress: ReadProgress?

  private typealias Part = ParquetReading.Part

  /// The files that `path` names; `place` says who asks.
  init(_ path: String, place: String, progress: ReadProgress? = nil) throws(FrameError) {
    let paths = try FilePattern.paths(path, place: place)
    var files: [ParquetFile] = []
    for path in paths { files.append(try ParquetFile(try InputFile(path, place: place))) }
    try self.init(
      files, description: "parquet \"\(path)\"", held: nil, place: place, progress: progress)
  }

  /// A file in memory.
  init(_ file: InputFile) throws(FrameError) {
    try self.init(
      [try ParquetFile(file)], description: "parquet \"\(file.path)\"", held: file,
      place: file.path)
  }

  private init(
    _ files: [ParquetFile], description: String, held: InputFile?, place: String,
    progress: ReadProgress? = nil
  ) throws(FrameError) {
    self.progress = progress
    self.files = files
    self.description = description
    self.held = held
    self.place = place
    let fields = files[0].schema.columns.map { Schema.Field($0.name, $0.type) }
    schema = try Schema(fields, for: files[0].path)
    for file in files.dropFirst() {
      let others = file.schema.columns.map { Schema.Field($0.name, $0.type) }
      guard others == fields else {
        throw FrameError(
          code: .shapeMismatch, what: "its columns are not those of \(files[0].path)",
          place: file.path, mend: "read files of the same columns together")
      }
    }
  }

  func read(
    _ places: [Int], limit: Int?, where predicate: TypedExpr?
  ) throws(FrameError) -> DataFrame {
    let opened = try open()
    var parts: [Part] = []
    for (number, file) in files.enumerated() {
      let pruning = ParquetPruning(file: file, input: opened[number], places: places)
      for group in file.rowGroups.indices {
        let wanted = try pruning.rows(of: group, where: predicate)
        if !wanted.isEmpty { parts.append(Part(file: number, group: group, wanted: wanted)) }
      }
    }
    let rowCount = try placed(&parts, limit: limit)
    try checkClaims(parts, places, rowCount, opened)
    let reading = ParquetReading(
      files: files, opened: opened, parts: parts, places: places, rowCount: rowCount,
      progress: progress)
    progress?.begin(byteCount: reading.byteCount)
    let frame = try DataFrame(columns: reading.columns(), rowCount: rowCount)
    progress?.end(rowCount: rowCount)
    return frame
  }

  /// The files, which must be as they were when the schema was read.
  private func open() throws(FrameError) -> [InputFile] {
    if let held { return [held] }
    var opened: [InputFile] = []
    for file in files {
      let input = try InputFile(file.path, place: place)
      guard input.count == file.byteCount else {
        throw FrameError(
          code: .malformedFile, what: "the file has changed", place: file.path,
          mend: "make the lazy frame anew")
      }
      opened.append(input)
    }
    return opened
  }

  /// Tells each part where its rows go, and cuts what is beyond the limit; how many rows there are.
  private func placed(_ parts: inout [Part], limit: Int?) throws(FrameError) -> Int {
    var total = 0
    var kept: [Part] = []
    for part in parts {
      var (left, ranges) = (Swift.max((limit ?? .max) - total, 0), [Range<Int>]())
      for range in part.wanted where left > 0 {
        ranges.append(range.lowerBound..<(range.lowerBound + Swift.min(range.count, left)))
        left -= Swift.min(range.count, left)
      }
      guard !ranges.isEmpty else { break }
      var part = Part(file: part.file, group: part.group, wanted: ranges)
      part.firstRow = total
      total += part.rowCount
      kept.append(part)
    }
    parts = kept
    guard total < Int(UInt32.max) else {
      throw FrameError(
        code: .tooManyRows, what: "\(total) rows", place: description,
        mend: "filter(…) or head(…) a LazyFrame(parquet:); a frame holds up to \(UInt32.max - 1)")
    }
    return total
  }

  /// Before memory is asked for that is much more than the files have bytes, the pages must agree
  /// that so many rows are there.
  private func checkClaims(
    _ parts: [Part], _ places: [Int], _ rowCount: Int, _ opened: [InputFile]
  ) throws(FrameError) {
    let flat = places.compactMap { files[0].schema.columns[$0].flatLeaf }
    let width = flat.reduce(0) { $0 + files[0].schema.leaves[$1].layout.width }
    let held = opened.reduce(0) { $0 + $1.count }
    guard rowCount * width > held * 64 + (64 << 20) else { return }
    for part in parts {
      let file = files[part.file]
      let group = file.rowGroups[part.group]
      for column in flat where column < file.schema.leaves.count {
        let leaf = file.schema.leaves[column]
        let reader = ParquetPageCount(
          chunk: group.columns[leaf.place], file: opened[part.file],
          place: "\(file.path), row group \(part.group), column \"\(leaf.name)\"")
        try reader.check(rowCount: group.rowCount)
      }
    }
  }
}

/// Counts the rows of a chunk by its pages' heads alone.
struct ParquetPageCount {
  let chunk: ParquetChunk
  let file: InputFile
  let place: String

  /// Holds that the pages have `rowCount` values together, and no page more than a page can have.
  func check(rowCount: Int) throws(FrameError) {
    var start = chunk.dataOffset
    if let dictionary = chunk.dictionaryOffset, dictionary > 0 { start = min(start, dictionary) }
    let end = start + min(max(chunk.byteCount, 0), file.count)
    var total = 0
    while start >= 0, start < min(end, file.count), total < rowCount {
      let head = try file.bytes(start..<min(start + (1 << 16), file.count))
      var reader = ThriftReader(head.start, count: head.count, context: place)
      let header = try reader.pageHeader()
      guard header.compressedByteCount >= 0, header.compressedByteCount <= file.count else { break }
      // A byte of a run tells of 2^34 values at the most; files that are meant have pages of fewer.
      guard header.valueCount >= 0, header.valueCount <= 1 << 28 else { break }
      if header.kind == .data || header.kind == .dataV2 { total += header.valueCount }
      start += reader.place + header.compressedByteCount
    }
    guard total == rowCount else {
      throw FrameError(
        code: .malformedFile, what: "its pages hold \(total) values, not \(rowCount)", place: place,
        mend: "the file is damaged; get it anew")
    }
  }
}
