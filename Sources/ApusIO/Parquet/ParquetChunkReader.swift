internal import ApusFrame

@_implementationOnly import CFormats

/// Reads the values of one column in one row group: its pages, one after the other.
///
///     page: header | levels, which tell where nulls are | values that are present
///
/// A page of which no row is wanted is passed over without being decompressed.
struct ParquetChunkReader {
  let file: InputFile
  let chunk: ParquetChunk
  let target: ParquetTarget
  /// How many rows the row group has.
  let rowCount: Int
  /// Which of them are wanted, in order.
  let wanted: [Range<Int>]
  /// The place in the target of the first row that is wanted.
  let firstRow: Int
  /// Where errors are: file, row group and column.
  let place: String

  private var values: ParquetValues
  private let scratch = ParquetScratch()
  private var levels: ParquetLevels
  /// How many rows have been passed, and how many of them were wanted.
  private var passed = 0
  private var kept = 0

  init(
    _ chunk: ParquetChunk, of file: InputFile, to target: ParquetTarget, leaf: ParquetLeaf,
    rowCount: Int, wanted: [Range<Int>], firstRow: Int, place: String
  ) {
    self.file = file
    self.chunk = chunk
    self.target = target
    self.rowCount = rowCount
    self.wanted = wanted
    self.firstRow = firstRow
    self.place = place
    values = ParquetValues(target: target, leaf: leaf, scratch: scratch)
    levels = ParquetLevels(count: wanted.reduce(0) { $0 + $1.count })
  }

  /// The chunk's dictionary, as values in memory, once it is read.
  var dictionary: (values: Buffer, count: Int)? { values.dictionary }

  /// Reads the chunk; which of its wanted rows are present, a bit each, or nothing when all are.
  mutating func read() throws(FrameError) -> Values<UInt64>? {
    guard !wanted.isEmpty else { return nil }
    guard chunk.valueCount == rowCount else {
      throw damaged("\(chunk.valueCount) values for \(rowCount) rows")
    }
    var pages = try ParquetPageWalk(chunk, of: file, place: place)
    let last = wanted[wanted.count - 1].upperBound
    while passed < last {
      guard let (header, body) = try pages.next() else {
        throw damaged("its pages end after \(passed) rows")
      }
      do throws(ParquetFailure) {
        switch header.kind {
        case .dictionary:
          if values.dictionary != nil, target.keepsPlaces {
            target.noteTextsApart()
            throw .page(.textsApart)
          }
          values.dictionary = try pages.dictionary(header, body, values)
        case .data, .dataV2: try readPage(header, body, pages)
        case .index: break
        }
      } catch {
        throw pages.error(error)
      }
    }
    return levels.finished
  }

  private mutating func readPage(
    _ header: ParquetPageHeader, _ body: ByteRun, _ pages: ParquetPageWalk
  ) throws(ParquetFailure) {
    let count = header.valueCount
    guard count <= rowCount - passed else { throw .frame(damaged("more values than rows")) }
    let rows = passed..<(passed + count)
    passed += count
    let parts = wanted.compactMap { range -> Range<Int>? in
      let part = range.clamped(to: rows)
      return part.isEmpty ? nil : part
    }
    guard !parts.isEmpty else { return }
    let page = try ParquetPage(
      header, body, maxDefinition: values.leaf.maxDefinition, scratch: scratch
    ) { part throws(ParquetFailure) in try pages.decompressed(part.bytes, part.count) }
    let width = target.width
    let place = target.values.base + (firstRow + kept) * width
    if parts == [rows] {
      try write(page, to: place)
      levels.append(page.presence, 0..<count)
    } else {
      // The page is decoded beside, and what is wanted of it copied.
      let whole = Buffer(byteCount: count * width)
      try write(page, to: whole.base)
      var copied = 0
      for part in parts {
        let inner = (part.lowerBound - rows.lowerBound)..<(part.upperBound - rows.lowerBound)
        (place + copied * width).copyMemory(
          from: whole.base + inner.lowerBound * width, byteCount: inner.count * width)
        levels.append(page.presence, inner)
        copied += inner.count
      }
    }
    kept += parts.reduce(0) { $0 + $1.count }
  }

  private func write(
    _ page: ParquetPage, to place: UnsafeMutableRawPointer
  ) throws(ParquetFailure) {
    do throws(ParquetValues.Failure) {
      try values.decode(page.encoding, page.values, count: page.presentCount, to: place)
    } catch {
      throw .page(error)
    }
    if let presence = page.presence {
      presence.read {
        apus_spread(
          place, Int32(target.width), UnsafeRawPointer($0).assumingMemoryBound(to: UInt.self), 0,
          page.count, page.presentCount)
      }
      if target.keepsPlaces {
        // Null rows need a place too.
        let limit = UInt32(Swift.max(values.dictionary?.count ?? 0, 1) - 1)
        let places = place.assumingMemoryBound(to: UInt32.self)
        for row in 0..<page.count { places[row] = Swift.min(places[row], limit) }
      }
    }
  }

  private func damaged(_ what: String) -> FrameError {
    FrameError(
      code: .malformedFile, what: what, place: place, mend: "the file is damaged; get it anew")
  }
}
